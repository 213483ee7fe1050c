"""What is handed to nf-core/sarek: oracle is the schema of its input (assets/schema_input.json), by hand."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.errors import InputError
from biomarkers.io import yamls
from biomarkers.run.checks.check import read_run
from biomarkers.run.sarek.handover import SHEET

FASTQ = "@r\nACGT\n+\nIIII\n"
ROWS = [
    ["patient", "sample", "status", "lane", "fastq_1", "fastq_2"],
    ["P1", "T1", "1", "L1", "a_1.fq.gz", "a_2.fq.gz"],
    ["P1", "T1", "1", "L2", "b_1.fastq.gz", "b_2.fastq.gz"],
    ["P1", "N1", "0", "L1", "n_1.fq.gz", ""],
]
SHEETS = {mark: "".join(mark.join(row) + "\n" for row in ROWS) for mark in ("\t", ",")}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("a_1.fq.gz", "a_2.fq.gz", "b_1.fastq.gz", "b_2.fastq.gz", "n_1.fq.gz", "plain.fq")):
        Path(name).write_text(FASTQ.replace("@r", f"@r{number}"))
    return tmp_path


@pytest.mark.parametrize("mark", SHEETS)
def test_the_sheet_is_as_sarek_reads_it(folder, mark):
    path = Path("reads.csv" if mark == "," else "reads.tsv")
    path.write_text(SHEETS[mark])
    words = ["--samples", str(path), "--out", "handed", "--outdir", "x/results", "--parameters", '{"wes": true}']
    assert run(["handover", *words]) == 0
    with Path("handed/samplesheet.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["patient"], row["sample"], row["status"], row["lane"]) for row in rows] == [
        ("P1", "T1", "1", "L1"),
        ("P1", "T1", "1", "L2"),
        ("P1", "N1", "0", "L1"),
    ]
    for row in rows:
        assert all(re.fullmatch(r"/\S+\.f(ast)?q\.gz", row[name]) for name in ("fastq_1", "fastq_2") if row[name])
    assert rows[2]["fastq_2"] == "" and rows[0]["fastq_1"] == str(folder / "a_1.fq.gz")
    told = json.loads(Path("handed/params.json").read_text())
    assert told == {"wes": True, "input": str(folder / "handed/samplesheet.csv"), "outdir": str(folder / "x/results")}


def test_the_sheet_of_reads_is_checked_before_anything_runs(folder, capsys, monkeypatch):
    """And Nextflow is asked for where conda could bring everything else."""
    monkeypatch.setattr("shutil.which", lambda name, **_: None if name == "nextflow" else name)
    Path("reads.tsv").write_text(SHEETS["\t"].replace("a_1", "gone_1"))
    Path("config.yaml").write_text("sarek:\n  samples: reads.tsv\n  parameters: {tools: mutect2, step: annotate}\n")
    assert run(["check", "--config", "config.yaml"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "config.yaml:3: sarek.parameters.step is 'annotate'; expected mapping or none: the sheet has reads",
        "config.yaml:2: sarek.samples asks for nextflow; expected that program on the PATH; install it",
        "reads.tsv:2: fastq_1 is 'gone_1.fq.gz'; expected a file that exists (paths are relative to the run's folder)",
    ]


def test_a_release_that_yaml_takes_for_a_number_is_told_so(folder):
    """3.10 would be 3.1."""
    Path("reads.tsv").write_text(SHEETS["\t"])
    Path("config.yaml").write_text("sarek: {samples: reads.tsv, revision: 3.10}\n")
    with pytest.raises(InputError, match=r"revision is '3.1'; expected a text in quotes, for this is a number, that"):
        read_run("config.yaml")


def test_what_sarek_does_not_take_is_told_at_once(folder, capsys):
    Path("t.vcf").write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    rows = ["patient\tsample\tstatus\tfastq_1\tvcf", "P1\tT1\ttumor\tplain.fq\t", "P2\tT2\ttumor\t\tt.vcf"]
    Path("reads.tsv").write_text("\n".join(rows) + "\n")
    assert run(["handover", "--samples", "reads.tsv", "--out", "handed", "--outdir", "x"]) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("reads.tsv")]
    assert said == [
        "reads.tsv:2: fastq_1 is 'plain.fq'; expected a name without blanks that ends with .fastq.gz or .fq.gz,"
        " as sarek asks for",
        "reads.tsv:3: vcf is 't.vcf'; expected FASTQ or BAM, which is all that sarek's step mapping takes",
    ]
    assert not Path("handed").exists()
    assert run(["handover", "--samples", "reads.tsv", "--out", "h", "--outdir", "x", "--parameters", "[1"]) == 2
    assert "--parameters is '[1'; expected an object in JSON" in capsys.readouterr().err


def settings(**sarek):
    return yamls.Settings({"sarek": {"samples": "reads.tsv"} | sarek}, {})


def test_the_run_goes_on_from_sareks_results(folder):
    Path("reads.tsv").write_text(SHEETS["\t"])
    first = read_run("c.yaml", settings())
    assert first.awaits_sarek and not first.samples.by_name and first.sarek.parameters == {"tools": "mutect2"}
    Path(SHEET).parent.mkdir(parents=True)
    Path("t.vcf").write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    Path(SHEET).write_text("patient\tsample\tstatus\tvcf\nP1\tT1\t1\tt.vcf\n")
    block = {"reference": {"assumed_bp": 1000000, "fasta": "a_1.fq.gz", "genes": "a_1.fq.gz"}}
    second = read_run("c.yaml", yamls.Settings(settings().data | block | {"calling": {"tumor_only": True}}, {}))
    assert not second.awaits_sarek and list(second.samples.by_name) == ["T1"]


def test_wrong_settings_are_told(folder):
    Path("reads.tsv").write_text(SHEETS["\t"])
    parameters = {"tools": "haplotypecaller,vep", "outdir": "x"}
    given = yamls.Settings({"samples": "reads.tsv"} | settings(parameters=parameters).data, {})
    with pytest.raises(InputError) as told:
        read_run("c.yaml", given)
    said = str(told.value)
    assert f"c.yaml: samples is 'reads.tsv'; expected none beside sarek.samples: the sheet is {SHEET}" in said
    assert "c.yaml: sarek.parameters.outdir is 'x'; expected none: the workflow sets it" in said
    assert "sarek.parameters.tools is 'haplotypecaller,vep'; expected mutect2 or strelka among sarek's tools" in said
