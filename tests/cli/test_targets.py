"""`biomarkers targets`: cleaned or refused in words; parts that cover everything once."""
# ruff: noqa: E501 (tables as they stand in files)

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from biomarkers.cli.app import run


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "ref.fa"
    path.write_text(">chr2 second\n" + "A" * 60 + "\n" + "C" * 40 + "\n>chr1\n" + "ACGT" * 1000 + "\n")
    return path


def call(tmp_path: Path, reference: Path, bed: str, *more: str) -> int:
    (tmp_path / "t.bed").write_text(bed)
    return run(
        [
            "targets",
            "--targets",
            str(tmp_path / "t.bed"),
            "--reference",
            str(reference),
            "--cleaned",
            str(tmp_path / "c.bed"),
            *more,
        ]
    )


def cleaned(tmp_path: Path) -> list[list[str]]:
    return [line.split("\t") for line in (tmp_path / "c.bed").read_text().splitlines()]


def test_headers_order_and_overlaps(tmp_path: Path, reference: Path) -> None:
    bed = "browser position chr1:1-2\ntrack name=x\n#c\nchr1\t200\t300\ta\nchr2\t10\t20\r\nchr1\t100\t200\tb\nchr1\t150\t250\n\n"
    assert call(tmp_path, reference, bed) == 0
    assert cleaned(tmp_path) == [["chr2", "10", "20"], ["chr1", "100", "300"]]
    assert not reference.with_suffix(".fa.fai").exists()


CLEAN = "chr1\t100\t200\nchr1\t300\t400\n"


@pytest.mark.parametrize(
    "content",
    [
        CLEAN.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + CLEAN.encode(),
        b"\xef\xbb\xbftrack name=x\n" + CLEAN.encode(),
        gzip.compress(CLEAN.encode(), mtime=0),
        CLEAN.removesuffix("\n").encode(),
        "track description='Gènes'\nchr1\t100\t200\tGène\nchr1\t300\t400\n".encode("latin-1"),
        b"Chrom\tStart\tEnd\tStrand\n" + CLEAN.encode(),
        b"#chrom\tchromStart\tchromEnd\n" + CLEAN.encode(),
        CLEAN.replace("\t", " ").encode(),
        CLEAN.replace("\t", " \t ").encode(),
        b"chr1\t300\t400\tb\t0\t-\nchr1\t100\t200\ta\t0\t+\n",
        b"chr1\t300\t400\nchr1\t150\t200\nchr1\t100\t160\nchr1\t100\t160\n",
        b"chr1\t100\t200\t" + b"x" * 3_000_000 + b"\nchr1\t300\t400\n",
        b"@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:4000\nchr1\t101\t200\t+\tx\nchr1\t301\t400\t-\ty\n",
    ],
)
def test_what_vendors_send_is_cleaned(tmp_path: Path, reference: Path, content: bytes) -> None:
    (tmp_path / "v.bed").write_bytes(content)
    words = ["--reference", str(reference), "--cleaned", str(tmp_path / "c.bed")]
    assert run(["targets", "--targets", str(tmp_path / "v.bed"), *words]) == 0
    assert (tmp_path / "c.bed").read_text() == CLEAN


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "v.bed: file is empty"),
        (b"browser hide all\ntrack name=x\n#c\n\n", "v.bed: file is empty"),
        (b"chr1\t1e2\t2e2\n", "v.bed:1: start is '1e2'; expected a whole number"),
        (b"chr1\t100.0\t200.0\n", "v.bed:1: end is '200.0'; expected a whole number"),
        (b"chr1\t1,000\t2,000\n", "v.bed:1: start is '1,000'"),
        (b"chr1\t-1\t20\n", "v.bed:1: start is '-1'; expected a whole number of at least 0"),
        (b"chr1\t200\t100\n", "v.bed:1: end is '100'; expected a number of at least the start, 200"),
        (b"chr1\t3990\t4001\n", "v.bed:1: end is '4001'; expected at most 4000, the length of chr1"),
        (b"chr1\t10\t99999999999999999999\n", "v.bed:1: end is '99999999999999999999'"),
        ("chr1\t١٢\t٣٠\n".encode(), "v.bed:1: start is '١٢'"),
        (b"chr1 10\t20\n", "v.bed:1: row is 'chr1 10"),
        (b"chr1,10,20\n", "v.bed:1: row is 'chr1,10,20'"),
        (b"chr1:11-20\n", "v.bed:1: row is 'chr1:11-20'"),
        (b"chr1\t10\t20\nTotal\t1\t10\n", "v.bed:2: chrom is 'Total'; expected a contig of"),
        (b"CHR1\t10\t20\n", "v.bed:1: chrom is 'CHR1'; expected a contig of"),
        (b"<!DOCTYPE html>\n", "v.bed: file is a web page"),
        ("chr1\t10\t20\n".encode("utf-16"), "v.bed: file is binary data; expected a text file"),
        (b"PK\x03\x04\0\0\0", "v.bed: file is a zip archive or a workbook"),
        (gzip.compress(b"chr1\t10\t20\n" * 99, mtime=0)[:-9], "v.bed: file is truncated or damaged"),
        (b"x" * 3_000_000, "v.bed:1: row is 'xxx"),
        (b"@SQ\tSN:chr1\tLN:4000\nchr1\t0\t20\t+\tx\n", "v.bed:2: start is '0'; expected a position of at least 1"),
        (b"chr1\t10\t60\tn\t0\t+\t10\t60\t0\t2\t10,10,\t0,40,\n", "v.bed:1: blockCount is '2'; expected"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_in_words(
    tmp_path: Path, reference: Path, content: bytes, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "v.bed").write_bytes(content)
    words = ["--reference", str(reference), "--cleaned", str(tmp_path / "c.bed")]
    assert run(["targets", "--targets", str(tmp_path / "v.bed"), *words]) == 2
    said = capsys.readouterr().err
    assert message in said and "Traceback" not in said and "likely a fault" not in said
    assert not (tmp_path / "c.bed").exists()


def test_the_index_is_used(tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(f"{reference}.fai").write_text("chr1\t150\t6\t60\t61\n")
    assert call(tmp_path, reference, "chr1\t100\t200\n") == 2
    assert "t.bed:1: end is '200'; expected at most 150" in capsys.readouterr().err


def test_an_interval_list_counts_from_one(tmp_path: Path, reference: Path) -> None:
    assert call(tmp_path, reference, "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:4000\nchr1\t101\t200\t+\tx\n") == 0
    assert cleaned(tmp_path) == [["chr1", "100", "200"]]


@pytest.mark.parametrize(
    ("bed", "message"),
    [
        ("1\t100\t200\n", "t.bed:1: chrom is '1'; expected 'chr1' as in"),
        ("chrX\t100\t200\n", "t.bed:1: chrom is 'chrX'; expected a contig of"),
        ("chr2\t50\t101\n", "t.bed:1: end is '101'; expected at most 100, the length of chr2"),
        ("chr1\t100\t100\n", "t.bed:1: end is '100'; expected a number above the start; 0-based half-open"),
        ("chr1\t100\t90\n", "t.bed:1: end is '90'"),
        ("chr1\tstart\tend\n", "t.bed:1: start is 'start'"),
        ("chr1 100\n", "t.bed:1: row is 'chr1 100'"),
        ("track name=x\n", "t.bed: file is empty"),
        ("".join(f"chr1\t{i * 50 + 1}\t{i * 50 + 50}\n" for i in range(12)), "t.bed:2: start is one base after the interval before it"),
        ("".join(f"chr1\t{i * 170 + 7}\t{i * 170 + 126}\n" for i in range(22)), "end is 119 bases after the start in most lines"),
    ],
)  # fmt: skip
def test_refused_in_words(
    tmp_path: Path, reference: Path, bed: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path, reference, bed) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "c.bed").exists()


def test_the_remedies_work(tmp_path: Path, reference: Path) -> None:
    assert call(tmp_path, reference, "1\t100\t200\n", "--rename-contigs") == 0
    assert cleaned(tmp_path) == [["chr1", "100", "200"]]
    tiles = "".join(f"chr1\t{i * 50 + 1}\t{i * 50 + 50}\n" for i in range(12))
    assert call(tmp_path, reference, tiles, "--one-based") == 0
    assert cleaned(tmp_path) == [["chr1", "0", "600"]]


def test_many_bad_lines_are_summed_up(tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, reference, "".join(f"chr2\t{i}\t{i + 100}\n" for i in range(1, 51))) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21 and "wrong in 30 more lines" in lines[-1]
    assert call(tmp_path, reference, "chr1,10,20\n" * 2000) == 2  # of another delimiter
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21 and "wrong in 1,980 more lines" in lines[-1]


@pytest.mark.parametrize("number", [1, 2, 3, 7])
def test_parts_hold_every_padded_base_once_and_are_alike(tmp_path: Path, reference: Path, number: int) -> None:
    bed = "".join(f"chr1\t{i * 130 + 30}\t{i * 130 + 90}\n" for i in range(30)) + "chr2\t0\t10\n"
    parts = [tmp_path / f"{i}.bed" for i in range(number)]
    assert call(tmp_path, reference, bed, "--padding", "20", "--shard", *map(str, parts)) == 0
    rows = [line.split("\t") for part in parts for line in part.read_text().splitlines()]
    assert rows[0] == ["chr2", "0", "30"]
    assert rows[1:] == [["chr1", str(i * 130 + 10), str(i * 130 + 110)] for i in range(30)]
    sizes = [
        sum(int(e) - int(s) for _, s, e in (line.split("\t") for line in p.read_text().splitlines())) for p in parts
    ]
    assert max(sizes) - min(sizes) <= 200


def test_one_interval_in_three_parts(tmp_path: Path, reference: Path) -> None:
    parts = [tmp_path / f"{i}.bed" for i in range(3)]
    assert call(tmp_path, reference, "chr1\t0\t400\n", "--shard", *map(str, parts)) == 0
    rows = [line.split("\t") for part in parts for line in part.read_text().splitlines()]
    assert [int(row[1]) for row in rows] == [0, *(int(row[2]) for row in rows[:-1])]
    assert rows[-1][2] == "400" and all(part.read_text() for part in parts)


def test_real_targets(shared_data: Path, tmp_path: Path) -> None:
    """33 targets, 7,347 bp (README of the data)."""
    data = shared_data / "hcc1395_exome"
    assert call(tmp_path, data / "reference.fa", (data / "targets.bed").read_text()) == 0
    assert sum(int(end) - int(start) for _, start, end in cleaned(tmp_path)) == 7347
