"""One variant that stands in several rows of a MAF or records of a VCF counts once, whichever comes first."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.errors import Problems
from biomarkers.io import many_tables, tables
from biomarkers.variants import stream

HEADER = (
    "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\t"
    "Tumor_Sample_Barcode\tt_depth\tt_alt_count\tMutation_Status\tgnomAD_AF\tMatched_Norm_Sample_Barcode\n"
)


def row(
    gene: str = "A",
    pos: int = 100,
    ref: str = "C",
    alt: str = "T",
    what: str = "Missense_Mutation",
    *,
    chrom: str = "chr1",
    reads: str = "60\t20",
    status: str = "Somatic",
    population: str = "",
) -> str:
    return "\t".join([gene, chrom, str(pos), ref, alt, what, "S1", reads, status, population, "N1"]) + "\n"


def read(tmp_path: Path, rows: list[str], *options: str) -> pd.DataFrame:
    maf, out = tmp_path / "a.maf", tmp_path / "a.variants.tsv"
    maf.write_text(HEADER + row(pos=5000) + "".join(rows))
    assert run(["variants", "--maf", str(maf), "--variants", str(out), "--definition", "all_coding", *options]) == 0
    return tables.read(out, "variants").iloc[1:].reset_index(drop=True)


def counted(table: pd.DataFrame) -> list[int]:
    return table.index[table["counted_in"].notna()].to_list()


def test_of_rows_of_several_transcripts_the_worst_consequence_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As maftools' annovarToMaf and lists by transcript write them; the first had decided."""
    rows = [row(what="Intron"), row(what="Nonsense_Mutation"), row("B", what="Missense_Mutation")]
    for order in itertools.permutations(rows):
        table = read(tmp_path, list(order))
        found = counted(table)
        assert [order[at] for at in found] == [rows[1]]
        assert table.loc[found[0], "other_genes"] == "B=missense_variant"
        assert sorted(table["filter"]) == ["PASS", "duplicate_record", "duplicate_record"]
        said = "1 variant stands in several rows that differ in gene or consequence (lines 3, 4, 5)"
        assert said in caplog.text


def test_of_equal_consequences_the_first_with_reads_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [row(reads="\t"), row(reads="20\t5"), row(reads="60\t20")]
    table = read(tmp_path, rows)
    assert table["filter"].to_list() == ["duplicate_record", "PASS", "duplicate_record"]
    assert table["exclusion"].to_list() == ["filter", "depth", "filter"]
    assert "differ in reads (lines 3, 4, 5); one row of each counts" in caplog.text


def test_a_row_that_says_germline_and_the_largest_frequency_hold_for_all(tmp_path: Path) -> None:
    for rows in ([row(), row(status="Germline")], [row(status="Germline"), row()]):
        assert read(tmp_path, rows)["exclusion"].to_list() == ["germline", "filter"]
    rows = [row(population="0"), row(population="0.01")]
    table = read(tmp_path, rows, "--tumor-only")
    assert table["exclusion"].to_list() == ["germline", "filter"]
    assert table.loc[0, "population_af"] == 0.01


def test_a_row_that_fails_takes_nothing_from_the_others(tmp_path: Path) -> None:
    table = read(tmp_path, [row(status="None", what="Nonsense_Mutation"), row()])
    assert table["exclusion"].isna().to_list() == [False, True]


def test_rows_that_are_alike_count_once_without_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = read(tmp_path, [row(), row(chrom="1"), row(alt="A")])
    assert table["filter"].to_list() == ["PASS", "duplicate_record", "PASS"]
    assert "several rows" not in caplog.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((100, "C", "T"), (99, "GC", "GT")),
        ((100, "C", "T"), (100, "CA", "TA")),
        ((101, "A", "-"), (100, "CA", "C")),
        ((101, "A", "-"), (101, "AA", "A")),
        ((100, "-", "T"), (100, "C", "CT")),
    ],
)
def test_padded_bases_of_a_maf_are_no_other_variant(
    tmp_path: Path, one: tuple[int, str, str], other: tuple[int, str, str]
) -> None:
    for first, second in ((one, other), (other, one)):
        table = read(tmp_path, [row("A", *first), row("A", *second)])
        assert counted(table) == [0]
        assert table["filter"].to_list() == ["PASS", "duplicate_record"]
        assert table["pos"].to_list() == [first[0], second[0]]


VCF = """##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence|SYMBOL">
##FORMAT=<ID=GT,Number=1,Type=String,Description="x">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\tN
"""


def record(
    pos: int = 100, ref: str = "C", alt: str = "T", *, status: str = "PASS", reads: str = "40,20:60", what: str = "A"
) -> str:
    info = f"CSQ={alt}|missense_variant|{what}"
    return f"chr1\t{pos}\t.\t{ref}\t{alt}\t.\t{status}\t{info}\tGT:AD:DP\t0/1:{reads}\t0/0:50,0:50\n"


def read_vcf(tmp_path: Path, rows: list[str]) -> pd.DataFrame:
    vcf, out = tmp_path / "a.vcf", tmp_path / "v.variants.tsv"
    vcf.write_text(VCF + "".join(rows))
    command = [
        "variants",
        "--vcf",
        str(vcf),
        "--tumor-sample",
        "T",
        "--variants",
        str(out),
        "--definition",
        "all_coding",
    ]
    assert run(command) == 0
    return tables.read(out, "variants").reset_index(drop=True)


@pytest.mark.parametrize(
    "rows",
    [
        [record(99, "GC", "GT"), record()],
        [record(), record(100, "CA", "TA")],
        [record(99, "GCA", "GTA"), record(100)],
        [record(99, "GCA", "GA"), record(99, "GC", "G"), record(100, "C", "CA")][:2],
        [record(98, "TG", "TGG"), record(99, "G", "GG")],
        [record(90, "A" * 10 + "C", "A" * 10 + "T"), record(95), record(96, "G", "A"), record(100)][::3],
        [record(90, "A" * 10 + "C", "A" * 10 + "T"), *(record(pos) for pos in range(91, 101))][::10],
    ],
)
def test_padded_bases_of_a_vcf_are_no_other_variant(tmp_path: Path, rows: list[str]) -> None:
    table = read_vcf(tmp_path, rows)
    assert table["filter"].to_list() == ["PASS", "duplicate_record"]


def test_a_padded_spelling_waits_for_its_position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [record(90, "A" * 10 + "C", "A" * 10 + "T"), *(record(pos, "A", "G") for pos in range(91, 100)), record()]
    for together in (1, 2, 3, 250):
        monkeypatch.setattr(stream, "BATCH", together)
        table = read_vcf(tmp_path, [record(50), *rows, record(200)])
        assert table.index[table["filter"] == "duplicate_record"].to_list() == [11]


def test_two_insertions_at_neighbouring_bases_are_two(tmp_path: Path) -> None:
    rows = [record(100, "C", "CA"), record(101, "G", "GA"), record(101, "GT", "G"), record(101, "G", "C")]
    assert set(read_vcf(tmp_path, rows)["filter"]) == {"PASS"}


@pytest.mark.parametrize("status", ["PASS", "weak"])
def test_an_alt_that_is_the_reference_is_no_variant(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: str
) -> None:
    table = read_vcf(tmp_path, [record(90), record(ref="C", alt="C", status=status), record(110, "CA", "ca")])
    assert table["filter"].to_list() == ["PASS", "no_variant", "no_variant"]
    assert table["exclusion"].fillna("").to_list() == ["", "filter", "filter"]
    assert "2 alleles are the reference's and are no variant" in caplog.text


def test_records_that_differ_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [record(), record(reads="15,5:20"), record(200), record(200), record(300), record(300, what="B")]
    for order in (rows, rows[::-1]):
        caplog.clear()
        table = read_vcf(tmp_path, order)
        assert table["filter"].eq("PASS").sum() == 3
        for said in ("2 variants stand in several records", "gene or consequence", "reads", "chr1:100 C>T", "chr1:300"):
            assert said in caplog.text
        assert "by another record 1 would count otherwise" in caplog.text
    caplog.clear()
    read_vcf(tmp_path, rows[2:4])
    assert "several records" not in caplog.text


def varscan(status: int, pos: int = 100, reads: str = "40:20") -> str:
    info = f"SS={status};SPV=1;CSQ=T|missense_variant|A"
    ref, alt = reads.split(":")
    cells = f"0/1:{int(ref) + int(alt)}:{reads}:33%"
    return f"chr1\t{pos}\t.\tC\tT\t.\tPASS\t{info}\tGT:DP:RD:AD:FREQ\t{cells}\t0/0:50:50:0:0%\n"


def term(name: str, pos: int = 100, reads: str = "40,20:60") -> str:
    return record(pos, reads=reads).replace("missense_variant", name)


@pytest.mark.parametrize(
    ("rows", "counting", "exclusion"),
    [
        ([record(), varscan(1)], "C", "germline"),
        ([record(), varscan(2)], "C", ""),
        ([record(), varscan(5)], "mutect", ""),
        ([term("synonymous_variant"), term("stop_gained", reads="41,19:60")], "stop_gained", ""),
        ([term("stop_gained"), term("stop_gained", reads=".:60")], "40,20:60", ""),
        ([record(), record(status="weak"), term("intron_variant")], "missense_variant", ""),
    ],
)
def test_records_of_a_variant_follow_the_rule_of_a_mafs_rows(
    tmp_path: Path, rows: list[str], counting: str, exclusion: str
) -> None:
    """In any order: a germline mark holds for all, then the worst consequence, then one with reads; one stays."""
    for order in itertools.permutations(rows):
        table = read_vcf(tmp_path, [record(50), *order, record(300)])[1:-1]
        stays = table[~table["filter"].isin(["duplicate_record", "weak"])]
        (at,) = stays.index
        assert counting in order[at - 1] or (counting == "mutect" and "GT:AD:DP" in order[at - 1])
        assert stays["exclusion"].fillna("").to_list() == [exclusion]


def test_the_largest_frequency_of_a_variants_records_counts(tmp_path: Path) -> None:
    declared = '##INFO=<ID=gnomAD_AF,Number=A,Type=Float,Description="x">\n'
    top = VCF.replace("#CHROM", f"{declared}#CHROM").replace("\tN\n", "\n")
    rows = [record(), record(reads="30,20:50").replace("CSQ", "gnomAD_AF=0.2;CSQ")]
    for order in (rows, rows[::-1]):
        vcf, out = tmp_path / "a.vcf", tmp_path / "v.variants.tsv"
        vcf.write_text(top + "".join(row.rsplit("\t", 1)[0] + "\n" for row in order))
        assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "T", "--variants", str(out)]) == 0
        table = tables.read(out, "variants")
        assert table["exclusion"].to_list() == ["germline", "filter"]
        assert table["population_af"].to_list()[0] == pytest.approx(0.2)


def test_variants_that_may_be_one_are_named_in_the_note(tmp_path: Path) -> None:
    """A caller that joins neighbouring bases beside one that does not, and two alignments of a deletion."""
    read_vcf(
        tmp_path, [record(100, "CC", "TT"), record(101), record(150, "GA", "G"), record(153, "AA", "A"), record(300)]
    )
    out = tmp_path / "tmb.tsv"
    command = ["tmb", "--variants", str(tmp_path / "v.variants.tsv"), "--assumed-bp", "30000000", "--tmb", str(out)]
    assert run(command) == 0
    note = str(tables.read(out, "tmb")["note"].iloc[0])
    assert "2 pairs of counted variants may be one variant each" in note
    assert "chr1:100 CC>TT and chr1:101 C>T, chr1:151 A>- and chr1:153 A>-" in note


def test_a_note_on_counted_variants_is_of_those_that_its_definition_counts(tmp_path: Path) -> None:
    """What only `all_coding` counts, a pair and a variant on another contig, is no caution of `missense_only`."""
    silent = [record(100, "CC", "TT"), record(101), record(400).replace("chr1\t", "chrM\t")]
    silent = [row.replace("missense_variant", "synonymous_variant") for row in silent]
    read_vcf(tmp_path, [*silent[:2], record(300), silent[2]])
    out, names = tmp_path / "tmb.tsv", ["all_coding", "missense_only"]
    command = ["tmb", "--variants", str(tmp_path / "v.variants.tsv"), "--assumed-bp", "30000000", "--tmb", str(out)]
    assert run([*command, *(f"--definition={name}" for name in names)]) == 0
    notes = tables.read(out, "tmb").set_index("definition")["note"].fillna("")
    said = ("1 pair of counted variants", "1 counted variant lies on no chromosome")
    assert [[words in notes[name] for words in said] for name in names] == [[True] * 2, [False] * 2]


def test_random_spellings_of_random_variants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each variant is spelt with more or fewer of the reference's bases around it; order and batches change nothing."""
    chance = random.Random(7)
    reference = "".join(chance.choice("ACGT") for _ in range(400))
    for turn in range(60):
        rows, keys = [], []
        for _ in range(chance.randint(2, 40)):
            start = chance.randint(20, 60)
            gone = reference[start : start + chance.choice([0, 1, 1, 2])]
            new = "".join(chance.choice("ACGT") for _ in range(chance.choice([0, 1, 1, 2])))
            if gone == new or (gone and new and (gone[0] == new[0] or gone[-1] == new[-1])):
                continue
            before, behind = chance.randint(not (gone and new), 4), chance.randint(0, 4)
            first, last = start - before, start + len(gone) + behind
            ref, alt = reference[first:last], reference[first:start] + new + reference[start + len(gone) : last]
            # The leftmost place within the written bases: two alignments in a repeat are two for want of a reference.
            place, old, other = start, gone, new
            while place > first and bool(old) != bool(other) and (old or other)[-1] == reference[place - 1]:
                place -= 1
                old, other = (reference[place] + text[:-1] if text else "" for text in (old, other))
            rows.append(record(first + 1, ref, alt))
            keys.append((place, old, other))
        if not rows:
            continue
        order = sorted(range(len(rows)), key=lambda at: int(rows[at].split("\t")[1]))
        order = order if turn % 2 else chance.sample(order, len(order))
        monkeypatch.setattr(stream, "BATCH", chance.choice([1, 3, 250]))
        table = read_vcf(tmp_path, [rows[at] for at in order])
        asked = [keys[at] for at in order]
        expected = ["duplicate_record" if key in asked[:at] else "PASS" for at, key in enumerate(asked)]
        assert table["filter"].to_list() == expected


def test_the_letters_na_are_bases_and_a_contig(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """N may stand in a reference; in a table of many NA had become missing, and in a MAF it is the word for that."""
    rows = [record(100, "NA", "N"), record(200, "C", "NA"), record(300, "NA", "TG"), record()]
    table = read_vcf(tmp_path, [*rows[:3], record().replace("chr1", "NA")])
    assert table[["chrom", "ref", "alt"]].to_numpy().tolist() == [
        ["chr1", "NA", "N"],
        ["chr1", "C", "NA"],
        ["chr1", "NA", "TG"],
        ["NA", "C", "T"],
    ]
    both = many_tables.read_each([tmp_path / "v.variants.tsv"] * 2, "variants", Problems())
    assert [frame["ref"].to_list() for frame in both if frame is not None] == [["NA", "C", "NA", "C"]] * 2
    command = ["maf", "--variants", str(tmp_path / "v.variants.tsv"), "--include", "all"]
    assert run([*command, "--maf", str(tmp_path / "o.maf")]) == 0
    assert "2 alleles that are symbolic (or the letters NA)" in caplog.text
