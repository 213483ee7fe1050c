"""Outputs that are inputs, other outputs or no files at all; inputs that are not what a command can read."""
# ruff: noqa: E501 (VCF headers as they stand in files)

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from biomarkers.cli.app import run

VCF = """##fileformat=VCFv4.2
##normal_sample=N
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
chr1\t100\t.\tC\tT\t.\tPASS\tCSQ=T|missense_variant|A\tAD\t40,10\t30,0
"""
BED = "chr1\t0\t1000\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.vcf").write_text(VCF)
    for name in ("targets.bed", "coding.bed"):
        Path(name).write_text(BED)
    assert run([*["variants", "--vcf", "a.vcf", "--tumor-sample", "T", "--variants", "T.variants.tsv.gz"]]) == 0
    Path("sub").mkdir()
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


DENOMINATOR = "denominator --targets targets.bed --coding coding.bed --regions r.bed --denominator d.tsv"
TMB = "tmb --variants T.variants.tsv.gz --assumed-bp 2000000"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("variants --vcf a.vcf --tumor-sample T --variants a.vcf", "--variants is 'a.vcf'; expected another file than those that are read"),
        ("variants --vcf a.vcf --tumor-sample T --variants sub/../a.vcf", "another file than those that are read"),
        ("variants --vcf a.vcf a.vcf --tumor-sample T T --sample a b --variants q.tsv sub/../q.tsv", "--variants is 'sub/../q.tsv'; expected each output once"),
        ("variants --vcf a.vcf a.vcf --tumor-sample T T --sample a b --variants q.tsv q.tsv.gz", "the JSON beside --variants is 'q.json'; expected each output once"),
        ("variants --vcf a.vcf --tumor-sample T --regions coding.bed --variants coding.bed", "another file than those that are read"),
        ("variants --vcf a.vcf --tumor-sample T --variants sub", "--variants is 'sub'; expected a file, not a folder or device"),
        ("variants --vcf a.vcf --tumor-sample T --variants /dev/null", "--variants is '/dev/null'; expected a file, not a folder or device"),
        ("variants --vcf a.vcf --tumor-sample T --variants a.vcf/t.tsv", "a.vcf/t.tsv: folder cannot be written"),
        ("variants --vcf a.vcf --tumor-sample T --variants t.tsv --exclude-hotspots", "--hotspots is missing; expected the list that --exclude-hotspots leaves out"),
        ("variants --vcf a.vcf --tumor-sample T --variants t.tsv --patient a/b", "--patient is 'a/b'"),
        ("variants --vcf a.vcf --tumor-sample T --variants t.tsv --tumor-depth 2.5", "--tumor-depth is '2.5'; expected a whole number"),
        (f"{DENOMINATOR} --splice-regions r.bed", "--splice-regions is 'r.bed'; expected another file than --regions"),
        (f"{DENOMINATOR} --steps d.tsv", "--steps is 'd.tsv'; expected another file than --denominator"),
        (f"{DENOMINATOR} --steps coding.bed", "--steps is 'coding.bed'; expected another file than those that are read"),
        (f"{DENOMINATOR} --min-tumor-depth 24.5", "is '24.5'; expected a whole number"),
        (f"{TMB} --tmb tmb.tsv --mutations tmb.tsv", "--mutations is 'tmb.tsv'; expected another file than --tmb"),
        (f"{TMB} --tmb tmb.tsv --provenance tmb.tsv", "--provenance is 'tmb.tsv'; expected another file than --tmb"),
        (f"{TMB} --tmb tmb.tsv --agreement tmb.json", "--agreement is 'tmb.json'; expected another file than the JSON beside --tmb"),
        (f"{TMB} --tmb T.variants.tsv.gz", "another file than those that are read"),
        ("tmb --variants T.variants.tsv.gz --assumed-bp 1.5 --tmb tmb.tsv", "is '1.5'; expected a whole number"),
        ("maf --variants T.variants.tsv.gz --maf T.variants.tsv.gz", "another file than those that are read"),
        ("maf --variants T.variants.tsv.gz --maf t.maf --each t.maf", "--each is 't.maf'; expected another file than --maf"),
        ("cohort --patients p.tsv --cohort c.tsv --flow c.tsv", "--flow is 'c.tsv'; expected another file than --cohort"),
        ("cohort --patients p.tsv --tmb a.tsv b.tsv --cohort c.tsv --flow b.tsv", "--flow is 'b.tsv'; expected another file than those that are read"),
        ("endpoints --patients p.tsv --endpoints p.tsv --rates r.tsv", "--endpoints is 'p.tsv'; expected another file than those that are read"),
        ("endpoints --patients p.tsv --endpoints e.tsv --rates r.tsv --visits r.tsv", "--visits is 'r.tsv'; expected another file than --rates"),
        ("pdl1 --patients p.tsv --pdl1 s.tsv --selected s.tsv --rejected r.tsv", "--selected is 's.tsv'; expected another file than those that are read"),
        ("associate --cohort c.tsv --plan p.yaml --results r.tsv --groups sub/../r.tsv", "--groups is 'sub/../r.tsv'; expected another file than --results"),
        ("concordance --pileups a.pileups.table --samples s.csv --concordance s.csv", "--concordance is 's.csv'; expected another file than those that are read"),
        ("qc --samples s.tsv --stats a.txt --qc q.tsv --section a.txt", "--section is 'a.txt'; expected another file than those that are read"),
        ("report --cohort c.tsv --page c.tsv", "--page is 'c.tsv'; expected another file than those that are read"),
        ("report --cohort c.tsv --page sub", "--page is 'sub'; expected a file, not a folder or device"),
    ],
)  # fmt: skip
def test_no_file_is_lost(command: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(folder)
    assert run(command.split()) == 2
    assert message in capsys.readouterr().err
    assert content(folder) == before


def test_whole_numbers_in_other_spellings(folder: Path) -> None:
    assert run([*f"{TMB} --tmb a.tsv".split()]) == 0
    assert run(["tmb", "--variants", "T.variants.tsv.gz", "--assumed-bp", "2e6", "--tmb", "b.tsv"]) == 0
    assert Path("a.tsv").read_bytes() == Path("b.tsv").read_bytes()


def test_the_tumor_that_the_header_names_gives_the_table_its_name(folder: Path) -> None:
    assert run([*["variants", "--vcf", "a.vcf", "--tumor-sample", "auto", "--variants", "auto.tsv"]]) == 0
    assert Path("auto.tsv").read_text().splitlines()[1].split("\t")[:2] == ["T", "T"]


def test_a_pipe_and_a_bcf_are_refused_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.vcf")
    Path("a.bcf").write_bytes(gzip.compress(b"BCF\2\2\x10\0\0\0##fileformat=VCFv4.2\n"))
    for name, message in (
        ("pipe.vcf", "file is a pipe or a device"),
        ("a.bcf", "header cannot be read (Failed to read BCF header)"),
    ):
        assert run(f"variants --vcf {name} --tumor-sample T --variants t.tsv".split()) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("name", ["depth.bed", "depth.bed.gz", "depth.bgz", "depth"])
@pytest.mark.parametrize("zipped", [True, False])
def test_depth_is_read_by_content_not_by_name(name: str, zipped: bool, folder: Path) -> None:
    text = b"chr1\t0\t100\t24\r\nchr1\t100\t350\t25\r\n"
    Path(name).write_bytes(gzip.compress(text) if zipped else text)
    assert run(f"{DENOMINATOR} --tumor-coverage {name}".split()) == 0
    assert Path("r.bed").read_text() == "chr1\t100\t350\n"


def test_depth_that_was_cut_between_blocks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bgzip file without its end reads well as gzip: bases behind the cut would just be missing."""
    block = gzip.compress(b"chr1\t0\t500\t30\n")
    extra = b"\x06\x00BC\x02\x00" + (len(block) + 7).to_bytes(2, "little")
    cut = b"\x1f\x8b\x08\x04" + block[4:10] + extra + block[10:]
    Path("depth.bed.gz").write_bytes(cut)
    assert run(f"{DENOMINATOR} --tumor-coverage depth.bed.gz".split()) == 2
    assert "depth.bed.gz: file is truncated; expected a whole bgzip file" in capsys.readouterr().err
    Path("depth.bed.gz").write_bytes(cut + bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000"))
    assert run(f"{DENOMINATOR} --tumor-coverage depth.bed.gz".split()) == 0
