"""`biomarkers coding` and `denominator --coding`: one gene model is as many bases, however it is written down."""

from __future__ import annotations

import gzip

import pandas as pd
import pytest

from biomarkers.cli.app import run

MODEL = {
    "+": [("CDS", 101, 200), ("CDS", 301, 399)],
    "-": [("CDS", 1001, 1090), ("CDS", 1201, 1300)],
}
"""Coding exons of two transcripts, 1-based and closed, stop codons included: 389 bases."""
BED = "chr1\t100\t200\nchr1\t300\t399\nchr1\t1000\t1090\nchr1\t1200\t1300\n"


def gff3() -> str:
    lines = [f"chr1\te\t{kind}\t{a}\t{b}\t.\t{s}\t0\tID=c{s}" for s, rows in MODEL.items() for kind, a, b in rows]
    return "##gff-version 3\n" + "\n".join(lines) + "\n"


def gtf() -> str:
    """The same with the stop codon outside of CDS: the last bases of the transcript, the lowest on the minus strand."""
    stop = {"+": ("stop_codon", 397, 399), "-": ("stop_codon", 1001, 1003)}
    cut = {("CDS", 301, 399): ("CDS", 301, 396), ("CDS", 1001, 1090): ("CDS", 1004, 1090)}
    rows = [(s, *cut.get(row, row)) for s, exons in MODEL.items() for row in exons] + [(s, *stop[s]) for s in stop]
    return "".join(f'chr1\te\t{kind}\t{a}\t{b}\t.\t{s}\t0\tgene_id "g{s}";\n' for s, kind, a, b in rows)


@pytest.mark.parametrize("text", [gff3(), gtf(), BED], ids=["gff3", "gtf", "bed"])
def test_a_gene_model_is_as_many_bases_by_both_commands(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "genes.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "targets.bed").write_text("chr1\t0\t5000\n")
    assert run(["coding", "--genes", "genes.gz", "--coding-bed", "coding.bed"]) == 0
    assert (tmp_path / "coding.bed").read_text() == BED
    for coding in ("genes.gz", "coding.bed"):
        written = ["--regions", "r.bed", "--denominator", "d.tsv"]
        assert run(["denominator", "--targets", "targets.bed", "--coding", coding, *written]) == 0
        assert pd.read_table("d.tsv")["coding_bp"].tolist() == [389]


def test_gene_models_without_coding_sequence_are_refused(tmp_path, capsys):
    genes = tmp_path / "genes.gff3"
    genes.write_text("chr1\te\texon\t1\t9\t.\t+\t.\tID=e\n")
    assert run(["coding", "--genes", str(genes), "--coding-bed", str(tmp_path / "c.bed")]) == 2
    assert "features of type CDS" in capsys.readouterr().err and not (tmp_path / "c.bed").exists()
