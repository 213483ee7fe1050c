"""The chain of evidence of a run, its sameness, and the explanation of a burden (docs/methods.md, 12)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.demo import people
from builders import RunFolder

SNAPSHOT = Path(__file__).parents[1] / "data" / "explained_demo.txt"
CALLS = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr17mini,length=155223>\n##tumor_sample=LAB7\n##normal_sample=BLOOD\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">\n'
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tBLOOD\tLAB7\n"
    "chr17mini\t14310\t.\tC\tT\t.\tPASS\t.\tGT:AD:DP\t0/0:50,0:50\t0/1:15,85:100\n"
)


def from_vcf(folder: RunFolder, data: Path) -> RunFolder:
    """A run of one tumor that came as a VCF without consequences; every path is relative."""
    reads = data / "hcc1395_exome"
    (folder.folder / "data").mkdir(parents=True)
    for name in ("reference.fa", "targets.bed", "genes.gff3.gz", "gnomad.vcf.gz"):
        shutil.copy(reads / name, folder.folder / "data" / name)
    (folder.folder / "data" / "calls.vcf").write_text(CALLS)
    rows = [["patient", "sample", "status", "vcf", "purity"], ["P1", "T1", "tumor", "data/calls.vcf", "0.7"]]
    folder.config = {
        "samples": folder.sheet("samples.tsv", rows),
        "reference": {
            "fasta": "data/reference.fa",
            "targets": "data/targets.bed",
            "genes": "data/genes.gff3.gz",
            "germline_resource": "data/gnomad.vcf.gz",
        },
    }
    done = folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory, project, shared_data):
    """The same run in two folders."""
    snakefile = project / "workflow" / "Snakefile"
    return [from_vcf(RunFolder(tmp_path_factory.mktemp("same") / name, snakefile), shared_data) for name in "ab"]


def results(folder: RunFolder) -> dict[str, bytes]:
    """Content of every file of the results but logs and benchmarks, by path."""
    root = folder.folder / "results"
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    found = {str(path.relative_to(root)): path.read_bytes() for path in files}
    return {name: content for name, content in found.items() if not name.startswith(("logs/", "benchmarks/"))}


def test_identical_runs_give_identical_files_but_for_the_time_in_one_place(two_runs):
    first, second = map(results, two_runs)
    assert first.keys() == second.keys()
    differing = [name for name in first if first[name] != second[name]]
    assert differing in ([], ["burden/tmb.tsv.json"])
    records = [json.loads(each["burden/tmb.tsv.json"]) for each in (first, second)]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", each.pop("written")) for each in records)
    assert records[0] == records[1]


def test_no_path_of_the_machine_is_in_the_results(two_runs):
    for folder in two_runs:
        for name, content in results(folder).items():
            plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
            assert str(folder.folder).encode() not in plain and b"/tmp/tmp." not in plain, name


def test_the_chain_leads_to_what_was_given_and_every_sum_is_right(two_runs):
    folder = two_runs[0].folder
    record = json.loads((folder / "results/burden/tmb.tsv.json").read_text())
    reached, waiting = set(), ["results/burden/tmb.tsv"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        assert record["files"][path]["md5"] == hashlib.md5((folder / path).read_bytes()).hexdigest(), path
        waiting += record["files"][path].get("from", [])
    for table, beside in (("variants/T1.variants.tsv.gz", "variants/T1.variants"), ("burden/tmb.tsv", "burden/tmb")):
        read = json.loads((folder / f"results/{beside}.json").read_text())["inputs"]
        assert {one["file"] for one in read} == set(record["files"][f"results/{table}"]["from"])
    given = {path for path in reached if record["files"][path]["by"] == "given"}
    assert given == {
        "config/samples.tsv",
        "data/calls.vcf",
        "data/reference.fa",
        "data/targets.bed",
        "data/genes.gff3.gz",
        "data/gnomad.vcf.gz",
    }
    assert record["settings"]["burden"]["vaf"] == 0.05, "the config in force has every default"
    assert record["samples"]["T1"]["normal_column"] == "BLOOD"
    assert {"bcftools norm", "bcftools csq"} <= record["files"]["results/variants/T1.vcf.gz"]["programs"].keys()


def test_the_purity_of_the_sheet_reaches_the_burden(two_runs):
    rows = two_runs[0].tsv("results/burden/tmb.tsv")
    assert [row["purity"] for row in rows] == ["0.7", "0.7"]
    assert rows[0]["tumor_content"] == "", "one variant tells nothing"


def masked(told: str) -> str:
    """The text without what another machine, another commit or a newer program changes."""
    told = re.sub(r"\b[0-9a-f]{32}\b", "MD5", told)
    programs, rest = re.split(r"(?=\n\nSettings in force)", told)
    before, own = programs.split("\n\nPrograms\n")
    own = re.sub(r"(?<=\s)v?\d[\w.+-]*|(?<=commit )[\w-]+", "VERSION", own)
    return before + "\n\nPrograms\n" + own + rest


@pytest.mark.slow
def test_the_explanation_of_a_demo_is_that_of_the_snapshot(tmp_path, project, monkeypatch, capsys):
    """Written by `biomarkers explain`, read line by line. To renew it delete the file, run, and read what changed."""
    drawn = people.people
    monkeypatch.setattr(
        people, "people", lambda rng, n: [replace(p, entry="vcf") if p.entry != "none" else p for p in drawn(rng, n)]
    )
    folder = RunFolder(tmp_path / "run", project / "workflow" / "Snakefile")
    assert run(["demo", str(folder.folder), "--patients", "8", "--seed", "1"]) == 0
    done = folder.start("results/burden/tmb.tsv.json")
    assert done.returncode == 0, done.stdout + done.stderr
    sample = folder.tsv("results/burden/tmb.tsv")[0]["sample"]
    capsys.readouterr()
    assert run(["explain", "--run", str(folder.folder), "--sample", sample]) == 0
    told = masked(capsys.readouterr().out)
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(told)
    assert told == SNAPSHOT.read_text()
