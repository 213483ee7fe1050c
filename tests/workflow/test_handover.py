"""nf-core/sarek run first: with a stand-in for Nextflow, since sarek itself cannot be fetched here."""

from __future__ import annotations

import json
import os

import builders

NEXTFLOW = """#!/usr/bin/env python3
import gzip, json, os, sys
words = sys.argv[1:]
params = json.load(open(words[words.index("-params-file") + 1]))
json.dump({"words": words, "params": params}, open("asked.json", "w"))
if os.path.exists("stop"):
    sys.exit("Execution cancelled: a task of sarek failed")
tumor = "HCC1395_vs_HCC1395BL"
place = f"{params['outdir']}/variant_calling/mutect2/{tumor}"
os.makedirs(place, exist_ok=True)
with gzip.open(f"{place}/{tumor}.mutect2.filtered.vcf.gz", "wt") as vcf:
    vcf.write("##fileformat=VCFv4.2\\n##contig=<ID=chr17mini>\\n##source=Mutect2\\n##tumor_sample=P1_HCC1395\\n")
    vcf.write("##normal_sample=P1_HCC1395BL\\n#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\tFORMAT")
    vcf.write("\\tP1_HCC1395\\tP1_HCC1395BL\\n")
"""


def test_the_config_asks_for_sarek_and_the_same_command_goes_on(run_folder, shared_data):
    """A failed sarek leaves its work to be resumed; after it the run has sarek's sheet."""
    run = builders.hcc1395(run_folder, shared_data)
    tools = run.folder / "tools"
    tools.mkdir()
    (tools / "nextflow").write_text(NEXTFLOW)
    (tools / "nextflow").chmod(0o755)
    parameters = {"tools": "mutect2,vep", "genome": "GATK.GRCh38", "wes": True}
    run.config["sarek"] = {"samples": run.config.pop("samples"), "profile": "singularity", "parameters": parameters}
    (run.folder / "stop").touch()
    failed = run.run(path=tools)
    assert failed.returncode == 1 and builders.tells(failed, "Execution cancelled: a task of sarek failed")
    (run.folder / "stop").unlink()
    done = run.run(path=tools)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = json.loads((run.folder / "asked.json").read_text())
    assert asked["params"] == parameters | {
        "input": str(run.folder / "results/sarek/samplesheet.csv"),
        "outdir": str(run.folder / "results/sarek/results"),
    }
    words = " ".join(asked["words"])
    assert "run nf-core/sarek -r 3.5.1 -profile singularity -params-file results/sarek/params.json" in words
    assert words.endswith("-resume") and "-work-dir results/sarek/work" in words
    planned = run.run("-n", "-p", "--workflow-profile", "none", path=tools)
    said = planned.stdout + planned.stderr
    assert planned.returncode == 0 and "given.sh" in said and "HCC1395_vs_HCC1395BL.mutect2.filtered" in said, said
    assert "handover.sh" not in said
    # Another sheet of reads is noticed, too, when it is older (cp -p).
    sheet = run.folder / "config" / "samples.tsv"
    sheet.write_text("".join(line for line in sheet.read_text().splitlines(keepends=True) if "_L4_" not in line))
    os.utime(sheet, (1e9, 1e9))
    planned = run.run("-n", "-p", "--workflow-profile", "none", path=tools)
    assert "handover.sh" in planned.stdout + planned.stderr
