"""`biomarkers check` on reads: what the beginning of a FASTQ or BAM tells before hours are spent."""

# ruff: noqa: E501 (messages stand on one line)

from __future__ import annotations

import gzip
import os
import random
import shutil
from pathlib import Path

import pysam
import pytest

from biomarkers.cli.app import run

CONFIG = "samples: s.tsv\nreference: {fasta: g.fa, targets: t.bed, genes: g.gff3}\n"
GENES = "chr1\tx\tCDS\t101\t400\t.\t+\t0\tParent=transcript:ENST1\n"
SHEET = ["patient\tsample\tstatus\tlane\tfastq_1\tfastq_2\tbam", "P1\tT\ttumor\t1\tt_1.fq\tt_2.fq.gz\t", "P1\tN\tnormal\t1\tn.fq\t\t"]  # fmt: skip


def fastq(name: str, number: int = 300, mate: str = "", offset: int = 33) -> str:
    """Reads of random bases whose qualities run from 2 to 40; the same name and mate give the same reads."""
    draw = random.Random(name + mate)
    records = []
    for i in range(number):
        bases = "".join(draw.choices("ACGT", k=50))
        records.append(f"@{name}:{i}{mate} x\n{bases}\n+\n{''.join(chr(offset + 2 + j % 39) for j in range(50))}\n")
    return "".join(records)


def interleaved(name: str) -> str:
    """Both mates of each pair in turn in one file."""
    one, two = (fastq(name, mate=mate).splitlines(keepends=True) for mate in ("/1", "/2"))
    return "".join("".join(one[i : i + 4] + two[i : i + 4]) for i in range(0, len(one), 4))


@pytest.fixture
def check(tmp_path, monkeypatch, capfd):
    """A run's folder in which nothing is wrong; `check(file=content)` writes files and says status and messages."""
    monkeypatch.chdir(tmp_path)
    Path("g.fa").write_text(">chr1\n" + "ACGT" * 250 + "\n")
    Path("t.bed").write_text("chr1\t100\t400\n")
    Path("g.gff3").write_text(GENES)
    Path("config.yaml").write_text(CONFIG)
    Path("t_1.fq").write_text(fastq("t", mate="/1"))
    Path("t_2.fq.gz").write_bytes(gzip.compress(fastq("t", mate="/2").encode()))
    Path("n.fq").write_text(fastq("n"))

    def call(rows: list[str] | None = None, **files: str | bytes) -> tuple[int, str]:
        Path("s.tsv").write_text("\n".join([*SHEET, *(rows or [])]) + "\n")
        for name, content in files.items():
            path = Path(name.replace("__", "."))
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        status = run(["check", "--config", "config.yaml"])
        return status, capfd.readouterr().err

    return call


def test_nothing_wrong(check):
    assert check() == (0, "")
    assert check(n__fq=fastq("n", 1)) == (0, ""), "one read is enough"
    assert check(n__fq=fastq("n").replace(" x\n", "\n")) == (0, "")


GOOD = fastq("n")
WRONG = {
    "empty": (gzip.compress(b""), "n.fq: file has no reads; expected at least one; take its row out of the sheet"),
    "FASTA": (">chr1\nACGT\n", "n.fq:1: record is '>chr1'; expected FASTQ"),
    "no plus": (GOOD.replace("\n+\n", "\n-\n", 1), "n.fq:3: record is '-'; expected FASTQ"),
    "short qualities": (GOOD.replace("\n@n:1 x", "#\n@n:1 x"), "n.fq:1: record has 51 qualities of 50 bases; expected"),
    "cut text": ("\n".join(GOOD.split("\n")[:6]), "n.fq:5: record has 2 lines; expected a record of four lines"),
    "Windows": (GOOD.replace("\n", "\r\n"), "n.fq:1: line ends as on Windows (CR LF); expected lines that end as on Linux"),
    "Phred+64": (fastq("n", offset=64), "n.fq:4: quality is 'BCDEFGHIJKLMNOPQRSTU'; expected qualities of Phred+33"),
    "cut gzip": (gzip.compress(GOOD.encode())[:900], "n.fq: file is truncated or damaged (Compressed file ended before the end-of-stream marker was reached); expected a whole gzip file"),
    "BAM": (gzip.compress(b"BAM\1abc"), "n.fq: file is a BAM; expected FASTQ; give it as bam"),
    "no text": (b"\0\1\2\n", "n.fq: file is binary data; expected FASTQ, plain or gzip"),
    "both mates": (interleaved("n"), "n.fq:1: file holds pairs of reads; expected single reads, or mates in two files"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_is_no_fastq_of_ours(check, case):
    content, message = WRONG[case]
    status, said = check(n__fq=content)
    assert (status, said.count("\n")) == (2, 1) and said.startswith(message), said


def test_high_qualities_alone_are_no_other_encoding(check):
    best = fastq("n").split("\n")
    best[3::4] = ["J" * 50 for _ in best[3::4]]
    assert check(n__fq="\n".join(best)) == (0, "")
    best[3::4] = ["#" + "]" * 49 for _ in best[3::4]]
    assert check(n__fq="\n".join(best)) == (0, ""), "consensus reads: 2 at the worst, 60 at the best"


def test_files_that_are_not_mates(check):
    status, said = check(t_2__fq__gz=gzip.compress(fastq("other", mate="/2").encode()))
    assert status == 2
    assert "t_2.fq.gz:1: mate is 'other:0'; expected 't:0', as in t_1.fq: the files are not mates" in said
    lost = fastq("t", mate="/2").split("\n")
    status, said = check(t_2__fq__gz=gzip.compress("\n".join(lost[:40] + lost[44:]).encode()))
    assert status == 2 and "t_2.fq.gz:41: mate is 't:11'; expected 't:10'" in said


COPIES = {
    "as a second lane": ("P1\tT\ttumor\t2\tc.fq\t\t", "t_1.fq", "s.tsv:4: fastq_1 is 'c.fq'; expected reads of its own; it begins with the reads of fastq_1 in line 2"),
    "as the normal": ("P1\tN\tnormal\t2\tc.fq\t\t", "t_1.fq", "s.tsv:4: fastq_1 is 'c.fq'; expected reads of its own"),
    "as its own mate": ("P1\tN\tnormal\t2\tm.fq\tc.fq\t", "m.fq", "s.tsv:4: fastq_2 is 'c.fq'; expected reads of its own; it begins with the reads of fastq_1 in line 4"),
}  # fmt: skip


@pytest.mark.parametrize("case", COPIES)
def test_a_copy_under_another_name(check, case):
    row, source, message = COPIES[case]
    Path("m.fq").write_text(fastq("m"))
    shutil.copy(source, "c.fq")
    status, said = check([row])
    assert status == 2 and said.startswith(message) and "one file under two names?" in said, said


def test_a_copy_of_another_patient_is_warned_of(check, caplog):
    shutil.copy("n.fq", "c.fq")
    Path("u.fq").write_text(fastq("u"))
    status, _ = check(["P2\tN2\tnormal\t1\tc.fq\t\t", "P2\tT2\ttumor\t1\tu.fq\t\t"])
    assert status == 0
    assert "s.tsv:4: c.fq begins with the reads of line 3, of patient P1: one file under two names?" in caplog.text


def write_bam(name: str, reads: list[tuple[str, str | None]], groups: tuple[str, ...] = ("a",), sample="own") -> None:
    """An aligned BAM of these reads: name and read group."""
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": 1000}]}
    header["RG"] = [{"ID": group, "SM": sample} for group in groups]
    with pysam.AlignmentFile(name, "wb", header=header) as out:
        for read_name, group in reads:
            read = pysam.AlignedSegment(out.header)
            read.query_name, read.reference_id, read.reference_start, read.cigarstring = read_name, 0, 5, "4M"
            read.query_sequence, read.query_qualities = "ACGT", pysam.qualitystring_to_array("IIII")
            if group:
                read.set_tag("RG", group)
            out.write(read)


def test_reads_of_an_alignment_have_a_group_of_the_header(check):
    row = ["P2\tT2\ttumor\t\t\t\tx.bam", "P2\tN2\tnormal\t\t\t\ty.bam"]
    write_bam("y.bam", [("r", "a")], sample="other")
    write_bam("x.bam", [("r0", "a"), ("r1", "b")], ("a", "b"))
    assert check(row) == (0, "")
    write_bam("x.bam", [("r0", "a"), ("r1", None)])
    assert check(row)[1].startswith("x.bam: read group of r1 is missing; expected one of the header's @RG")
    write_bam("x.bam", [("r0", "a"), ("r1", "c")], ("a", "b"))
    assert check(row)[1].startswith("x.bam: read group of r1 is 'c'; expected one of the header's @RG")
    write_bam("x.bam", [])
    assert check(row)[1].startswith("x.bam: file has no reads; expected at least one")


def test_an_unaligned_bam_given_twice_and_one_without_reads(check):
    Path("u.sam").write_text("@HD\tVN:1.6\n@RG\tID:a\tSM:x\nr\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\tIIII\tRG:Z:a\n")
    pysam.view("-b", "-o", "u.bam", "u.sam", catch_stdout=False)
    shutil.copy("u.bam", "v.bam")
    rows = [f"P2\tT2\ttumor\t{lane}\t\t\t{file}" for lane, file in ((1, "u.bam"), (2, "v.bam"))]
    normal = "P2\tN2\tnormal\t1\tw.fq\t\t"
    status, said = check([rows[0], normal], w__fq=fastq("w"))
    assert (status, said) == (0, "")
    status, said = check([*rows, normal])
    assert status == 2 and said.startswith("s.tsv:5: bam is 'v.bam'; expected reads of its own"), said
    Path("e.sam").write_text("@HD\tVN:1.6\n@RG\tID:a\tSM:x\n")
    pysam.view("-b", "-o", "v.bam", "e.sam", catch_stdout=False)
    status, said = check([*rows, normal])
    assert status == 2 and said.startswith("v.bam: file has no reads"), said


COLUMNS = {
    "BAM as FASTQ": ("P1\tN\tnormal\t2\tx.bam\t\t", "s.tsv:4: fastq_1 is 'x.bam'; expected FASTQ; give BAM and CRAM in the column bam"),
    "FASTQ as BAM": ("P1\tN\tnormal\t2\t\t\tx.fastq.gz", "s.tsv:4: bam is 'x.fastq.gz'; expected BAM or CRAM; give FASTQ in fastq_1 and fastq_2"),
    "long name": (f"P2\t{'x' * 61}\ttumor\t1\tn2.fq\t\t", f"s.tsv:4: sample is '{'x' * 61}'; expected at most 60 characters"),
}  # fmt: skip


@pytest.mark.parametrize("case", COLUMNS)
def test_files_in_the_wrong_column_and_names_too_long(check, case):
    row, message = COLUMNS[case]
    for name in ("x.bam", "x.fastq.gz", "n2.fq"):
        Path(name).write_text("x")
    status, said = check([row])
    assert status == 2 and message in said, said


@pytest.mark.parametrize("name", ["-n.fq", "{n}.fq"])
def test_paths_that_would_be_taken_for_something_else(check, name):
    Path(name).write_text(fastq("z"))
    status, said = check([f"P1\tN\tnormal\t2\t{name}\t\t"])
    assert status == 2 and f"s.tsv:4: fastq_1 is '{name}'; expected a path without {{ and }}" in said, said
    Path("t.bed").rename(name)
    Path("config.yaml").write_text(CONFIG.replace("t.bed", f"'{name}'"))
    status, said = check()
    assert status == 2 and f"config.yaml:2: reference.targets is '{name}'; expected a path without {{ and }}" in said


def test_a_file_that_may_not_be_read(check, monkeypatch):
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != "n.fq" and allowed(path, mode))
    assert check() == (2, "s.tsv:3: fastq_1 is 'n.fq'; expected a file that you may read (see ls -l)\n")


def test_nothing_of_htslib_reaches_the_terminal(check):
    Path("d.bam").mkdir()
    assert "[E::" not in check(["P2\tT2\ttumor\t\t\t\td.bam"])[1]
