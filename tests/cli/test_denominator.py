"""`biomarkers denominator` on the real targets and on bad input."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.genome import bed, regions
from biomarkers.io import tables


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Targets of 150 bases; CDS of 100 of them, on two transcripts; depth 25 over 60, 24 over the rest."""
    (tmp_path / "t.bed").write_text("track name=x\nchr1\t100\t200\tE1\nchr1\t150\t250\tE2\n")
    lines = [
        "chr1\tx\tCDS\t151\t220\t.\t+\t0\tID=a",
        "chr1\tx\tCDS\t151\t250\t.\t+\t0\tID=b",
        "chr1\tx\tfive_prime_UTR\t101\t150\t.\t+\t.\tID=c",
    ]
    (tmp_path / "g.gff3").write_text("##gff-version 3\n" + "\n".join(lines) + "\n")
    with gzip.open(tmp_path / "tumor.bed.gz", "wt") as out:
        out.write("chr1\t0\t150\t40\nchr1\t150\t210\t25\nchr1\t210\t400\t24\nchr2\t0\t50\t0\n")
    with gzip.open(tmp_path / "normal.bed.gz", "wt") as out:
        out.write("chr1\t0\t160\t9\nchr1\t160\t400\t10\n")
    return {p.name.split(".")[0]: p for p in tmp_path.iterdir()}


def call(files: dict[str, Path], tmp_path: Path, *more: str) -> int:
    out = ["--regions", str(tmp_path / "r.bed"), "--denominator", str(tmp_path / "T1.denominator.tsv")]
    return run(["denominator", "--targets", str(files["t"]), "--coding", str(files["g"]), *out, *more])


def row(tmp_path: Path) -> list[object]:
    table = tables.read(tmp_path / "T1.denominator.tsv", "denominator")
    return table[["sample", "target_bp", "coding_bp", "callable_bp", "denominator_source"]].iloc[0].tolist()


def test_a_base_counts_once_and_utr_never(files: dict[str, Path], tmp_path: Path) -> None:
    assert call(files, tmp_path) == 0
    assert row(tmp_path) == ["T1", 150, 100, 100, "assumed"]


def test_depth_of_both_samples(files: dict[str, Path], tmp_path: Path) -> None:
    more = ["--splice-regions", str(tmp_path / "s.bed"), "--steps", str(tmp_path / "steps.tsv")]
    coverage = ["--tumor-coverage", str(files["tumor"]), "--normal-coverage", str(files["normal"])]
    assert call(files, tmp_path, *coverage[:2]) == 0
    assert row(tmp_path) == ["T1", 150, 100, 60, "callable"]
    assert call(files, tmp_path, *coverage, *more) == 0
    assert row(tmp_path) == ["T1", 150, 100, 50, "callable"]
    assert regions.size(bed.read_bed(tmp_path / "r.bed")) == 50
    steps = tables.read(tmp_path / "steps.tsv", "denominator_steps")
    assert dict(zip(steps["step"], steps["bp"], strict=True)) == {
        "target": 150,
        "coding": 100,
        "tumor_depth": 60,
        "normal_depth": 50,
    }
    assert call(files, tmp_path, *coverage, "--min-tumor-depth", "24", "--min-normal-depth", "9") == 0
    assert row(tmp_path)[3] == 100


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("chr1\t0\t220\t30\nchr1\t220\t221\t3\n", "tells no depth of 29 of 100 coding target bases (chr1: 29)"),
        ("chr1\t0\t160\t30\nchr1\t170\t400\t3\n", "tells no depth of 10 of 100 coding target bases (chr1: 10)"),
        ("chr1\t0\t160\t30\nchr1\t170\t400\t30\n", ""),
        ("chr1\t0\t160\t25:inf\n", ""),
        ("chr1\t0\t160\t25:inf\nchr1\t160\t400\t0:25\n", ""),
    ],
)
def test_bases_of_which_no_depth_is_told_are_named(
    files: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: str, said: str
) -> None:
    """No depth is not depth 0; a file of deep bases only says of all others that they are not deep."""
    files["tumor"].write_bytes(gzip.compress(lines.encode()))
    assert call(files, tmp_path, "--tumor-coverage", str(files["tumor"])) == 0
    assert said in caplog.text
    assert ("tells no depth" in caplog.text) == bool(said)


@pytest.mark.parametrize("depth", ["30", "3"])
def test_a_contig_without_depth_is_named(
    files: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture, depth: str
) -> None:
    for name, line in (("t", "chr3\t10\t30\n"), ("g", "chr3\tx\tCDS\t11\t30\t.\t+\t0\tID=d\n")):
        files[name].write_text(files[name].read_text() + line)
    files["tumor"].write_bytes(gzip.compress(f"chr1\t0\t400\t{depth}\n".encode()))
    assert call(files, tmp_path, "--tumor-coverage", str(files["tumor"])) == 0
    assert "tells no depth of 20 of 120 coding target bases (chr3: 20)" in caplog.text


def test_bands_give_the_same_as_depths(files: dict[str, Path], tmp_path: Path) -> None:
    files["tumor"].write_bytes(gzip.compress(b"chr1\t0\t150\t25:inf\nchr1\t150\t210\t25:inf\nchr1\t210\t400\t0:25\n"))
    assert call(files, tmp_path, "--tumor-coverage", str(files["tumor"])) == 0
    assert row(tmp_path)[3] == 60


def test_the_real_exome(shared_data: Path, tmp_path: Path) -> None:
    """target ∩ CDS is 6,909 of 7,347 bp (README of the data)."""
    data = shared_data / "hcc1395_exome"
    assert call({"t": data / "targets.bed", "g": data / "genes.gff3.gz"}, tmp_path) == 0
    assert row(tmp_path)[1:] == [7347, 6909, 6909, "assumed"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t", "1\t100\t200\n", "t.bed: chrom is '1'; expected 'chr1' as in"),
        ("t", "chr9\t100\t200\n", "t.bed: chrom is 'chr9'; expected a contig of"),
        ("t", "chr1\t5000\t6000\n", "t.bed: file holds no base of coding sequence"),
        ("t", "chr1\t200\t100\n", "t.bed:1: end is '100'; expected a number of at least the start, 200"),
        ("t", "", "t.bed: file is empty"),
        ("g", "chr1\tx\texon\t151\t220\t.\t+\t0\tID=a\n", "g.gff3: file has no CDS feature"),
        ("g", "chr1\tx\tCDS\t220\t151\t.\t+\t0\tID=a\n", "g.gff3:1: start is '220-151'"),
        ("tumor", "chr1\t0\t400\t20:inf\n", "expected bands with a bound at 25"),
        ("tumor", "chr1\t0\t400\t23.7\n", "expected a whole number: mosdepth's per-base.bed.gz, not regions.bed.gz"),
        ("tumor", "chr1\t0\t400\tCALLABLE\n", "depth is 'CALLABLE'; expected a depth or a band such as 25:inf"),
        ("tumor", "1\t0\t400\t30\n", "expected '1' as in"),
        ("tumor", "", "tumor.bed.gz: file is empty"),
        ("tumor", "chr1\tx\t400\t30\n", "tumor.bed.gz:1: start is 'x'"),
    ],
)  # fmt: skip
def test_bad_input(
    files: dict[str, Path], tmp_path: Path, name: str, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files[name].write_bytes(gzip.compress(text.encode()) if name == "tumor" else text.encode())
    assert call(files, tmp_path, "--tumor-coverage", str(files["tumor"])) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "r.bed").exists() and not (tmp_path / "T1.denominator.tsv").exists()


def test_a_normal_alone_is_refused(files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(files, tmp_path, "--normal-coverage", str(files["normal"])) == 2
    assert "--tumor-coverage is missing" in capsys.readouterr().err
