"""Targets and gene models as kits and tools write them: every command finds the same bases, or refuses in words.

Forms seen in public files: CNVkit test/formats (Agilent's two header lines, repeated rows, `@HD` with trailing tabs),
genomic-medicine-sweden/Twist_Solid (an interval list whose header holds stray `+`), Roche NimbleGen's two tracks in one
file, WashU's import of kits that count from 1. The records are made up.
"""
# ruff: noqa: E501 (rows as they stand in files)

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from biomarkers.cli.app import run
from biomarkers.genome.bed import read_bed
from biomarkers.genome.regions import size
from biomarkers.io import tables

HEADER = "##fileformat=VCFv4.2\n##contig=<ID=1,length=10000>\n##FILTER=<ID=PASS,Description=p>\n"
HEADER += '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Consequence annotation from BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">\n'
HEADER += '##FORMAT=<ID=GT,Number=1,Type=String,Description="g">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description="a">\n##FORMAT=<ID=DP,Number=1,Type=Integer,Description="d">\n'
HEADER += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"


def denominator(targets: Path, genes: Path, out: Path) -> tuple[int, str]:
    """Exit status, and what the row and the regions say."""
    command = ["denominator", "--targets", str(targets), "--coding", str(genes), "--sample", "T"]
    status = run([*command, "--regions", str(out / "r.bed"), "--denominator", str(out / "d.tsv")])
    if status:
        return status, ""
    row = tables.records(tables.read(out / "d.tsv", "denominator"))[0]
    return status, f"{row['target_bp']} {row['coding_bp']} {row['callable_bp']} {size(read_bed(out / 'r.bed'))}"


def counted(regions: Path, out: Path, places: range, chrom: str = "1") -> list[int]:
    """Positions of substitutions, one at each place, that the territory holds."""
    (out / "v.vcf").write_text(
        HEADER
        + "".join(
            f"{chrom}\t{p}\t.\tC\tT\t.\tPASS\tBCSQ=missense|G|ENST1|protein_coding|+|1A>1V|{p}C>T\tGT:AD:DP\t0/1:60,40:100\n"
            for p in places
        )
    )
    command = ["variants", "--vcf", str(out / "v.vcf"), "--tumor-sample", "T", "--regions", str(regions)]
    assert run([*command, "--variants", str(out / "v.variants.tsv")]) == 0
    table = tables.read(out / "v.variants.tsv", "variants")
    return table["pos"][table["exclusion"] != "target"].tolist()


def cleaned(targets: Path, reference: Path, out: Path, *more: str) -> Path | None:
    command = ["targets", "--targets", str(targets), "--reference", str(reference), "--cleaned", str(out / "c.bed")]
    return out / "c.bed" if run([*command, *more]) == 0 else None


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    path = tmp_path / "ref.fa"
    path.write_text(">1\n" + "ACGT" * 2500 + "\n>2\n" + "ACGT" * 2500 + "\n")
    return path


@pytest.mark.parametrize("name", ["t.interval_list", "t.bed"])
def test_the_case_of_the_interval_list(shared_data: Path, tmp_path: Path, reference: Path, name: str) -> None:
    """103 bp, 1001 to 1103 (closed), of which `variants` counts the ends and not their neighbors."""
    case = shared_data / "field_cases" / "targets"
    assert denominator(case / name, case / "g.gtf", tmp_path) == (0, "103 103 103 103")
    assert counted(case / name, tmp_path, range(1000, 1105)) == list(range(1001, 1104))
    bed = cleaned(case / name, reference, tmp_path)
    assert bed is not None and bed.read_text() == "1\t1000\t1103\n"


BASES = [("1", 100, 160), ("1", 200, 260), ("2", 10, 25)]
"""0-based, half-open; 135 bases."""
PLAIN = "".join(f"{c}\t{s}\t{e}\n" for c, s, e in BASES)
LISTED = "".join(f"{c}\t{s + 1}\t{e}\t+\tx\n" for c, s, e in BASES)
FORMS = {
    "plain.bed": PLAIN,
    "crlf.bed": PLAIN.replace("\n", "\r\n"),
    "cr.bed": PLAIN.replace("\n", "\r"),
    "mixed.bed": PLAIN.replace("\n", "\r", 1).replace("\n", "\r\n", 1),
    "blanks.bed": PLAIN.replace("\t", "  "),
    "agilent.bed": 'browser position chr1:101-160\ntrack name="Target Regions" description="Agilent SureSelect DNA" db=hg38\n'
    + PLAIN,
    "repeated.bed": PLAIN + PLAIN + "1\t120\t160\tDUPE\n",
    "unsorted.bed": "".join(reversed(PLAIN.splitlines(keepends=True))),
    "same_track.bed": "track name=a\n" + PLAIN[:10] + "track name=a\n" + PLAIN[10:],
    "empty_track.bed": "track name=a\n" + PLAIN + "track name=b\n",
    "bed6.bed": "".join(f"{c}\t{s}\t{e}\tx\t0\t-\n" for c, s, e in BASES),
    "bed12.bed": "".join(f"{c}\t{s}\t{e}\tx\t0\t-\t{s}\t{s}\t0\t1\t{e - s},\t0,\n" for c, s, e in BASES),
    "detail.bed": 'track type=bedDetail ionVersion=4.0 name="x"\n' + "".join(f"{c}\t{s}\t{e}\tAMPL1\tNM_1\tG\n" for c, s, e in BASES),
    "header.interval_list": "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:1\tLN:10000\n" + LISTED,
    "stray.interval_list": "@HD\tVN:1.6\t+\tSO:coordinate\n@SQ\t+\tSN:1\tLN:10000\n" + LISTED,
    "tabs.interval_list": "@HD\tVN:1.0\tSO:unsorted\t\t\n" + LISTED,
    "bare.interval_list": LISTED,
    "header.bed": "@SQ\tSN:1\tLN:10000\n" + LISTED,
    "comment.interval_list": "@CO\tno dictionary\r\n" + LISTED.replace("\n", "\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_every_command_finds_the_same_bases(tmp_path: Path, reference: Path, name: str, packed: bool) -> None:
    """By hand: 135 target bases, 100 of them coding (111 to 155, 201 to 240, 11 to 25)."""
    file = tmp_path / (name + ".gz" * packed)
    file.write_bytes(gzip.compress(FORMS[name].encode()) if packed else FORMS[name].encode())
    genes = tmp_path / "g.bed"
    genes.write_text("1\t110\t155\n1\t190\t240\n2\t0\t5000\n")
    assert denominator(file, genes, tmp_path) == (0, "135 100 100 100")
    assert counted(file, tmp_path, range(90, 270)) == [*range(101, 161), *range(201, 261)]
    bed = cleaned(file, reference, tmp_path)
    assert bed is not None and bed.read_text() == PLAIN
    assert denominator(bed, genes, tmp_path) == (0, "135 100 100 100")


REFUSED = {
    "two.bed": ("track name=target_region description=x\n" + PLAIN + "track name=tiled_region\n1\t90\t300\n", "track is not one: 'target_region' (3 lines), 'tiled_region' (1 line)"),
    "before.bed": ("1\t5\t50\ntrack name=tiled_region\n" + PLAIN, "track is not one: "),
    "position.bed": ("browser position 1:101-160\n" + LISTED.replace("\t+\tx", ""), "start of the first interval is that of the line `browser position`"),
    "lost_header.bed": (LISTED, "column 4 holds strands, as in an interval list that lost its header"),
    "empty_interval.bed": (PLAIN + "1\t500\t500\n", "end is '500'; expected a number above the start"),
    "backwards.bed": (PLAIN + "1\t600\t500\n", "end is '500'; expected a number of at least the start"),
    "blocks.bed": ("1\t100\t260\tx\t0\t-\t100\t100\t0\t2\t60,60,\t0,100,\n", "blockCount is '2'"),
    "blocks_by_blanks.bed": ("1 100 260 x 0 - 100 100 0 2 60,60, 0,100,\n", "blockCount is '2'"),
    "zero.interval_list": ("1\t0\t20\t+\tx\n", "start is '0'; expected a position of at least 1"),
    "tiles.bed": ("".join(f"1\t{i * 50 + 1}\t{i * 50 + 50}\tx\n" for i in range(12)), "start is one base after the interval before it"),
    "probes.bed": ("".join(f"1\t{i * 170 + 7}\t{i * 170 + 126}\tx\n" for i in range(22)), "end is 119 bases after the start in most lines"),
    "thousands.bed": ("1\t1,000\t2,000\n", "start is '1,000'"),
    "nothing.bed": ("", "file is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_every_command_refuses_the_same(
    tmp_path: Path, reference: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, message = REFUSED[name]
    (tmp_path / name).write_text(text)
    (tmp_path / "g.bed").write_text("1\t0\t5000\n")
    assert denominator(tmp_path / name, tmp_path / "g.bed", tmp_path)[0] == 2
    assert message in capsys.readouterr().err
    assert cleaned(tmp_path / name, reference, tmp_path) is None
    assert message in capsys.readouterr().err
    assert not (tmp_path / "d.tsv").exists() and not (tmp_path / "c.bed").exists()


def test_the_track_that_is_named(tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "two.bed"
    file.write_text(REFUSED["two.bed"][0])
    bed = cleaned(file, reference, tmp_path, "--track", "target_region")
    assert bed is not None and bed.read_text() == PLAIN
    bed = cleaned(file, reference, tmp_path, "--track", "tiled_region")
    assert bed is not None and bed.read_text() == "1\t90\t300\n"
    assert cleaned(file, reference, tmp_path, "--track", "targets") is None
    assert "--track is 'targets'; expected a track of" in capsys.readouterr().err
    named = tmp_path / "one.bed"
    named.write_text('track name="Target Regions"\n' + PLAIN)
    bed = cleaned(named, reference, tmp_path, "--track", "Target Regions")
    assert bed is not None and bed.read_text() == PLAIN


@pytest.mark.parametrize("shift", [0, 1])
def test_exons_betray_starts_that_count_from_one(
    tmp_path: Path, shift: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Targets that are exons: with the exons' 1-based starts 1 of 100 bases would be lost without a word."""
    exons = [(1000 * i, 1000 * i + 100) for i in range(1, 40)]
    (tmp_path / "t.bed").write_text("".join(f"1\t{s + shift}\t{e}\n" for s, e in exons))
    (tmp_path / "g.gff3").write_text("".join(f"1\tx\tCDS\t{s + 1}\t{e}\t.\t+\t0\tID=c\n" for s, e in exons))
    status, row = denominator(tmp_path / "t.bed", tmp_path / "g.gff3", tmp_path)
    assert (status, row) == ((2, "") if shift else (0, "3900 3900 3900 3900"))
    assert ("start is one base behind that of most exons" in capsys.readouterr().err) == bool(shift)


MODELS = {
    "ensembl.gff3": [("CDS", 1001, 1100), ("CDS", 2001, 2050), ("exon", 900, 2100), ("five_prime_UTR", 900, 1000)],
    "gencode.gff3": [("CDS", 1001, 1100), ("CDS", 2001, 2050), ("stop_codon", 2048, 2050), ("start_codon", 1001, 1003)],
    "ensembl.gtf": [("CDS", 1001, 1100), ("CDS", 2001, 2047), ("stop_codon", 2048, 2050), ("exon", 900, 2100)],
    "split.gtf": [("CDS", 1001, 1100), ("stop_codon", 2001, 2050), ("UTR", 2051, 2100)],
}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", [*MODELS, "exons.bed", "exons.interval_list"])
def test_gene_models_of_every_kind_have_the_same_coding_bases(tmp_path: Path, name: str, ending: str) -> None:
    """By hand: 1001 to 1100 and 2001 to 2050, 150 bases with the stop codon."""
    text = "".join(f"1\tx\t{k}\t{s}\t{e}\t.\t+\t0\tgene_id\n" for k, s, e in MODELS.get(name, []))
    text = {"exons.bed": "1\t1000\t1100\n1\t2000\t2050\n", "exons.interval_list": "@SQ\tSN:1\tLN:9\n1\t1001\t1100\t+\tx\n1\t2001\t2050\t+\tx\n"}.get(name, text)  # fmt: skip
    (tmp_path / name).write_text(text.replace("\n", ending), newline="")
    (tmp_path / "t.bed").write_text("1\t0\t5000\n")
    assert denominator(tmp_path / "t.bed", tmp_path / name, tmp_path) == (0, "5000 150 150 150")
    assert counted(tmp_path / "r.bed", tmp_path, range(990, 2060)) == [*range(1001, 1101), *range(2001, 2051)]


def test_the_other_naming_of_contigs_is_told(
    tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.bed").write_text("chr1\t100\t160\n2\t100\t160\n")
    (tmp_path / "g.bed").write_text("1\t0\t5000\n2\t0\t5000\n")
    assert denominator(tmp_path / "t.bed", tmp_path / "g.bed", tmp_path)[0] == 2
    assert "chrom is 'chr1'; expected '1' as in" in capsys.readouterr().err
    assert cleaned(tmp_path / "t.bed", reference, tmp_path) is None
    assert "chrom is 'chr1'; expected '1' as in" in capsys.readouterr().err
    bed = cleaned(tmp_path / "t.bed", reference, tmp_path, "--rename-contigs")
    assert bed is not None and bed.read_text() == "1\t100\t160\n2\t100\t160\n"


@pytest.mark.parametrize("seed", range(20))
def test_random_files_against_a_set_of_bases(tmp_path: Path, reference: Path, seed: int) -> None:
    """Oracle: each base put into a set. The same intervals as BED or interval list, in any order, repeated, headed."""
    rng = random.Random(seed)
    rows = [(rng.choice("12"), start := rng.randrange(9000), start + rng.randrange(5, 400)) for _ in range(30)]
    rows += rng.sample(rows, 5)
    bases = {(c, p) for c, s, e in rows for p in range(s, e)}
    coding = {("1", p) for p in range(1000, 6000)}
    listed = rng.random() < 0.5
    lines = ["@HD\tVN:1.6", "@SQ\tSN:1\tLN:10000"] if listed else rng.choice([[], ["#x"], ["track name=a"]])
    lines += [f"{c}\t{s + listed}\t{e}\t{'+' if listed else 'n'}\tx" for c, s, e in rows]
    ending = rng.choice(["\n", "\r\n", "\r"])
    file = tmp_path / "random.bed"
    file.write_text(ending.join(lines) + ending, newline="")
    (tmp_path / "g.bed").write_text("1\t1000\t6000\n")
    inside = len(bases & coding)
    assert denominator(file, tmp_path / "g.bed", tmp_path) == (0, f"{len(bases)} {inside} {inside} {inside}")
    bed = cleaned(file, reference, tmp_path)
    assert bed is not None and size(read_bed(bed)) == len(bases)
    places = range(1, 10_000, 7)
    assert counted(file, tmp_path, places) == [p for p in places if ("1", p - 1) in bases]
