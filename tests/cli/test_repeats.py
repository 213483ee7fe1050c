"""One variant that stands in several rows of a MAF or records of a VCF counts once, whichever comes first."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables

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
