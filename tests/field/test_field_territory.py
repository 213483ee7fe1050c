"""Genes, targets and programs that do not belong to the run: told by `check`, before hours are spent."""

from __future__ import annotations

import gzip
import logging
import random
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.errors import Problems
from biomarkers.run.checks import programs, territory
from biomarkers.run.checks.headers import Genome

LENGTHS = {"chr1": 60_000, "chr2": 20_000}
GENOME = Genome("g.fa", LENGTHS)


@pytest.fixture
def check(tmp_path, monkeypatch, caplog):
    """What is said of genes and targets: problems, then warnings."""
    monkeypatch.chdir(tmp_path)
    reference = {"targets": "t.bed", "one_based_targets": False, "target_track": None, "rename_contigs": False}

    def said(genes: str, targets: str, name: str = "g.gff3") -> tuple[str, str]:
        packed = name.endswith(".gz")
        Path(name).write_bytes(gzip.compress(genes.encode()) if packed else genes.encode())
        Path("t.bed").write_text(targets)
        problems = Problems()
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            territory.check(reference | {"genes": name}, GENOME, problems)
        return "\n".join(map(str, problems.found)), "\n".join(caplog.messages)

    return said


def cds(*intervals: tuple[str, int, int], kind: str = "CDS") -> str:
    """Lines of a GFF3; intervals: contig and closed 1-based bounds."""
    text = ""
    for contig, start, end in intervals:
        text += f"{contig}\tx\tgene\t{start}\t{end}\t.\t+\t.\tID=gene:G\n"
        text += f"{contig}\tx\t{kind}\t{start}\t{end}\t.\t+\t0\tParent=transcript:T\n"
    return text


def test_nothing_is_said_of_genes_that_fit(check):
    head = "##gff-version 3\n##sequence-region   chr1 1 60000\n##sequence-region chr2 1 20000\n"
    assert check(head + cds(("chr1", 101, 400)), "chr1\t100\t500\n") == ("", "")
    assert check(head + cds(("chr1", 101, 400)), "chr1\t100\t500\n", "g.gff3.gz") == ("", "")
    assert check(cds(("chr1", 59_901, 60_000)), "chr1\t59000\t60000\n")[0] == ""


@pytest.mark.parametrize(
    ("genes", "message"),
    [
        ("##sequence-region   chr2 1 20001\n", "g.gff3:1: sequence-region of chr2 is '20001'; expected at most 20000,"),
        (
            cds(("chr1", 101, 400), ("chr2", 19_000, 20_001)),
            "g.gff3: end of a CDS on chr2 is '20001'; expected at most",
        ),
        (cds(("chr1", 101, 400), ("chr2", 1, 20_009), kind="stop_codon"), "g.gff3: end of a CDS on chr2 is '20009'"),
        (cds(("chr1", 501, 900)), "t.bed: file holds no base of coding sequence; expected coding bases of g.gff3"),
    ],
)
def test_genes_of_another_build_are_refused(check, genes, message):
    said, _ = check(genes + cds(("chr1", 501, 900)), "chr1\t100\t500\n")
    assert said.startswith(message), said


def test_a_region_that_is_shorter_than_the_contig_is_warned_of(check):
    found = check("##sequence-region chr1 1 59000\n" + cds(("chr1", 101, 400)), "chr1\t100\t500\n")
    assert found[0] == "" and "sequence-region of chr1 ends at 59000, where it has 60000 bases in g.fa" in found[1]


def test_a_low_share_of_coding_bases_is_said_but_for_a_whole_genome(check):
    genes = cds(*(("chr1", start, start + 99) for start in range(1001, 11_001, 1000)))
    problems, said = check(genes, "chr1\t1000\t1600\n" + "chr1\t30000\t31000\n")
    assert problems == "" and "t.bed: only 6.2 % of the target bases are coding in g.gff3" in said
    assert check(genes, "chr1\t0\t60000\n") == ("", ""), "targets of a genome hold all coding bases"
    assert check(genes, "chr1\t1000\t1400\n") == ("", "")


@pytest.mark.parametrize("seed", range(8))
def test_the_share_is_that_of_a_count_base_by_base(check, seed):
    """Oracle: sets of positions."""
    draw = random.Random(seed)
    starts = [draw.randrange(1, 59_000) for _ in range(30)]
    coding = {base for start in starts for base in range(start - 1, start + 49)}
    targets = [draw.randrange(0, 59_000) for _ in range(40)]
    covered = {base for start in targets for base in range(start, start + 300)}
    both = len(coding & covered)
    genes = cds(*(("chr1", start, start + 49) for start in starts))
    problems, said = check(genes, "".join(f"chr1\t{start}\t{start + 300}\n" for start in targets))
    assert bool(problems) == (both == 0)
    low = both and both / len(covered) < 0.2 and both / len(coding) < 0.5
    assert (f"only {100 * both / len(covered):.1f} %" in said) == bool(low)


def test_a_gff_that_is_not_as_it_should_be_is_told_as_by_coding(check):
    said, _ = check(cds(("chr1", 101, 400)).replace("\tCDS\t101", "\tCDS\tx"), "chr1\t100\t500\n")
    assert said.startswith("g.gff3:2: start is 'x-400'; expected 1-based positions"), said


def test_coding_bases_may_come_as_bed(check):
    assert check("chr1\t100\t400\n", "chr1\t100\t500\n", "g.bed") == ("", "")
    assert check("chr1\t600\t700\n", "chr1\t100\t500\n", "g.bed")[0].startswith("t.bed: file holds no base of coding")


CONFIG = "samples: s.tsv\nreference: {fasta: g.fa, targets: t.bed, genes: g.gff3}\nreads: {aligner: bwa-mem2}\n"


@pytest.mark.parametrize(("place", "status"), [("here", 2), ("elsewhere", 0), ("deployed", 0)])
def test_a_program_that_a_setting_asks_for_is_looked_for(tmp_path, monkeypatch, capsys, caplog, place, status):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(programs, "usual", lambda: place)
    monkeypatch.setattr(programs.shutil, "which", lambda name, path=None: None if name == "bwa-mem2" else name)
    Path("g.fa").write_text(">chr1\n" + "ACGT" * 250 + "\n")
    Path("t.bed").write_text("chr1\t100\t400\n")
    Path("g.gff3").write_text(cds(("chr1", 101, 400)))
    Path("r.fq").write_text("@r\nACGT\n+\nIIII\n")
    Path("s.tsv").write_text("patient\tsample\tstatus\tfastq_1\nP1\tT1\ttumor\tr.fq\n")
    Path("c.yaml").write_text(CONFIG)
    assert run(["check", "--config", "c.yaml"]) == status
    said = capsys.readouterr().err + caplog.text
    assert ("reads.aligner asks for bwa-mem2" in said) == (place != "deployed"), said
    assert "fastp" not in said and "gatk" not in said


def test_programs_follow_the_samples(tmp_path, monkeypatch):
    from types import SimpleNamespace as Made

    samples = {"bwa": Made(entry="lanes"), "taken": Made(entry="alignment")}
    config = {"reads": {"aligner": "bwa"}, "annotation": {"tool": "vep"}}

    def of(*names, annotated=True):
        found = Made(sequenced=[samples[name] for name in names], tumors=[Made(is_annotated=annotated)])
        return set(programs.needed(Made(config=config, samples=found, awaits_sarek=False)))

    assert of() == set() and of(annotated=False) == {"vep"}
    assert of("taken") == set(programs.CALLING)
    assert of("bwa", annotated=False) == {*programs.CALLING, "fastp", "bwa", "vep"}
