"""A run as the pipeline of Nextflow takes it."""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.errors import InputError
from biomarkers.run.checks.check import read_run
from biomarkers.run.facts import Facts
from biomarkers.run.given_config import gathered
from biomarkers.run.jobs import of

VCF = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
CONSEQUENCES = '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL">\n'
PLAN = """\
title: a
primary: {marker: tmb_per_mb, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
genes: {min_carriers: 3, sets: [config/my sets.gmt]}
"""
CONFIG = {
    "samples": "config/samples.tsv",
    "clinical": {"patients": "config/patients.tsv"},
    "plan": "config/plan.yaml",
    "reference": {"assumed_bp": 1_000_000},
    "endpoints": {"orr_null": 0.1},
    "report": {"title": "It's; a title"},
}
NAMED = {"reference": {key: "config/patients.tsv" for key in ("fasta", "genes")} | {"targets": "t.bed"}}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    texts = {
        "t.vcf": VCF.replace("#CHROM", CONSEQUENCES + "#CHROM"),
        "config/samples.tsv": "patient\tsample\tstatus\tvcf\tpurity\nP1\tT1\ttumor\tt.vcf\t0.5\n",
        "config/patients.tsv": "patient\ttreatment_start\nP1\t2024-01-01\n",
        "config/plan.yaml": PLAN,
        "config/my sets.gmt": "SET\t\tTP53\tKRAS\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def jobs(folder: Path, **changed) -> dict:
    words = ["check", "--config", "parameters", "--in-force", json.dumps(CONFIG | changed), "--jobs", "jobs.json"]
    assert run(words) == 0
    return json.loads((folder / "jobs.json").read_text())


def test_files_tumors_and_options_of_a_run(folder):
    found = jobs(folder)
    assert found["files"] == {
        "samples": "config/samples.tsv", "patients": "config/patients.tsv", "plan": "config/plan.yaml",
    }  # fmt: skip
    assert found["given"] == [
        "config/samples.tsv", "config/patients.tsv", "config/plan.yaml", "t.vcf", "config/my sets.gmt",
    ]  # fmt: skip
    (tumor,) = found["tumors"]
    assert tumor | {"options": ""} == {
        "id": "T1", "patient": "P1", "vcfs": ["t.vcf"], "is_annotated": True, "is_measured": False, "options": "",
    }  # fmt: skip
    assert shlex.split(tumor["options"])[:8] == [
        "--tumor-sample", "T", "--normal-sample", "none", "--sample", "T1", "--patient", "P1",
    ]  # fmt: skip
    report = shlex.split(found["options"]["report"])
    assert report[:3] == ["--title", "It's; a title", "--in-force"]
    assert json.loads(report[3])["endpoints"]["orr_null"] == 0.1, "every setting, with its default"
    assert found["outputs"]["endpoints"] == ["responses", "design", "readers", "discordant"]
    assert found["linked"] == {"config/my sets.gmt": hashlib.md5(b"SET\t\tTP53\tKRAS\n").hexdigest()}
    assert (found["states_purity"], found["has_burden"], found["measures_maf"], found["mapping"]) == (
        True, True, False, None,
    )  # fmt: skip


def test_a_file_of_settings_need_not_be_there(folder, capsys):
    wrong = json.dumps(CONFIG | {"burden": {"vaf": 7}})
    assert run(["check", "--config", "parameters", "--in-force", wrong]) == 2
    assert capsys.readouterr().err == "parameters: burden.vaf is '7'; expected a number from 0 to 1\n"


def test_a_mapping_takes_its_folder_along(folder):
    (folder / "theirs" / "raw").mkdir(parents=True)
    (folder / "theirs" / "raw" / "p.csv").write_text("id,start\nP1,2024-01-01\n")
    mapping = "patients:\n  file: raw/p.csv\n  columns: {patient: id, treatment_start: start}\n"
    (folder / "theirs" / "map.yaml").write_text(mapping)
    found = jobs(folder, clinical={"mapping": "theirs/map.yaml"})
    assert found["mapping"]["sheets"] == ["patients"] and found["mapping"]["beside"] == ["theirs/raw"]
    assert list(found["mapping"]["sums"]) == ["theirs/raw/p.csv"]
    assert "patients" not in found["files"], "it is made by a job"


def test_a_path_that_nextflow_would_give_to_the_shell_is_refused(folder, capsys):
    """Its links to files are not quoted where a name has such a character."""
    (folder / "$(id).tsv").write_text("patient\ttls_score\nP1\t1\n")
    (folder / "t.vcf").rename(folder / "*.vcf")
    sheet = folder / "config/samples.tsv"
    sheet.write_text(sheet.read_text().replace("t.vcf", "*.vcf"))
    given = CONFIG | {"clinical": {"patients": "config/patients.tsv", "features": "$(id).tsv"}}
    words = ["check", "--config", "parameters", "--in-force", json.dumps(given), "--jobs", "jobs.json"]
    assert run(words) == 2 and not (folder / "jobs.json").exists()
    expected = "expected a path without $ * ? [ ] { }, which Nextflow does not quote for the shell"
    assert capsys.readouterr().err.splitlines() == [
        f"parameters: clinical.features is '$(id).tsv'; {expected}",
        f"config/samples.tsv:2: vcf is '*.vcf'; {expected}",
    ]


def test_what_nextflow_does_not_begin_with_is_refused(folder):
    (folder / "r.fq").write_text("@r\nACGT\n+\nIIII\n")
    (folder / "t.bed").write_text("chr1\t1\t9\n")
    (folder / "a.csv").write_text("id,start\nP1,2024-01-01\n")
    (folder / "config/map.yaml").write_text(
        "patients:\n  file: ../a.csv\n  columns: {patient: id, treatment_start: start}\n"
    )
    (folder / "config/samples.tsv").write_text("patient\tsample\tstatus\tfastq_1\nP1\tT1\ttumor\tr.fq\n")
    settings = {"samples": "config/samples.tsv", "clinical": {"mapping": "config/map.yaml"}} | NAMED
    made = read_run("parameters", gathered([], settings))
    with pytest.raises(InputError) as told:
        of("parameters", made, Facts.of(made))
    assert str(told.value).splitlines() == [
        # Both at once.
        "config/samples.tsv:2: sample is 'T1'; expected a somatic VCF in the column vcf: the pipeline of Nextflow begin"
        "s there. Reads are taken to VCFs by nf-core/sarek, or to the page by Snakemake (docs/nextflow.md)",
        "config/map.yaml: file is 'config/../a.csv'; expected a file in or below the mapping's folder, which is all"
        " that the pipeline of Nextflow takes along",
    ]


def test_sarek_is_not_run_first_by_nextflow(folder):
    """Else a run without its samples would look whole."""
    (folder / "reads.tsv").write_text("patient\tsample\tstatus\tfastq_1\n")
    made = read_run("parameters", gathered([], {"sarek": {"samples": "reads.tsv"}}))
    with pytest.raises(InputError, match=r"^parameters: sarek.samples is 'reads.tsv'; expected none here: run nf-core"):
        of("parameters", made, Facts.of(made))
