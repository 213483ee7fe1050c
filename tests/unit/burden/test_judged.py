"""What a sample's rows say of its count, at the boundaries of docs/methods.md, 1.17 and 1.18."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.burden.judged import Zero, doubtful, of_counted, zero


def rows(*exclusions: str | None, in_normal: int = 0) -> pd.DataFrame:
    """A row for each reason, the first `in_normal` of those that lack the tumor's reads with reads of the normal."""
    table = pd.DataFrame(
        {"exclusion": exclusions, "chrom": "chr1", "ref": "A", "alt": "C", "depth": 50, "alt_reads": 5}
    )
    lost = table["exclusion"].eq("alt_reads").cumsum()
    table["in_normal"] = (table["exclusion"].eq("alt_reads") & lost.le(in_normal)).astype("Int64")
    return table.assign(pos=range(1, len(table) + 1), filter="PASS")


@pytest.mark.parametrize(("n", "said"), [(9, []), (10, ["none of 10 variants that passed is on target: is it the"])])
def test_ten_variants_off_target_are_another_build(n: int, said: list[str]) -> None:
    """Rejects of the caller are none of them; one variant on target is enough."""
    found = doubtful(rows(*["target"] * n, "filter"), {})
    assert [one[:55] for one in found] == said
    assert doubtful(rows(*["target"] * n, None), {}) == []


@pytest.mark.parametrize(("counted", "doubt"), [(2, True), (200, False)])
def test_variants_of_the_normal_are_a_share_of_all_that_count(counted: int, doubt: bool) -> None:
    """Forty that lack the tumor's reads and are in the normal: all but two of a sample, or a sixth of it."""
    found = doubtful(rows(*[None] * counted, *["alt_reads"] * 40, in_normal=40), {"normal_share": 0.5})
    assert bool(found) == doubt
    if doubt:
        assert found[0].startswith("40 of 42 variants lack the tumor's reads and are in the matched normal (chr1:3 A>C")


@pytest.mark.parametrize("column", ["depth", "alt_reads"])
def test_a_record_of_which_one_number_is_not_known_was_not_read(column: str) -> None:
    """Where all that passed are such, the sample's zero is missing; one that was read makes it a zero."""
    table = rows("alt_reads", "vaf", "filter").astype({"depth": "Int64", "alt_reads": "Int64"})
    assert zero(table, {}, "callable") == Zero()
    table.loc[:1, column] = pd.NA
    said = "none of 2 records that passed FILTER tells what was found in this sample"
    assert zero(table, {}, "callable") == Zero(said)
    table.loc[1, column] = 5
    assert zero(table, {}, "callable") == Zero()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("callable", Zero(remark="no record in the VCF: the zero rests on the callable territory")),
        ("stated", Zero(remark="no record in the VCF: the zero rests on the stated territory")),
        ("assumed", Zero("no record in the VCF, and nothing says that the sample was sequenced")),
        (None, Zero("no record in the VCF, and nothing says that the sample was sequenced")),
    ],
)
def test_a_zero_of_no_record_rests_on_what_was_sequenced(source: str | None, found: Zero) -> None:
    assert zero(rows(), {}, source) == found and zero(rows(), {"samples": ["T1"]}, source) == Zero()


@pytest.mark.parametrize(
    ("contigs", "said"),
    [
        (["chr1", "chrX", "chrM", "chrM", "chr6_GL000250v2_alt"], "3 counted variants lie on no chromosome"),
        (["1", "MT"], "1 counted variant lies on no chromosome of 1 to 22, X and Y (MT 1)"),
        (["NC_000001.11", "NC_012920.1"], "(NC_012920.1 1)"),
        (["chr1", "chr22", "Y", "23"], ""),
        (["I", "II", "MT"], ""),
    ],
)
def test_counted_variants_beside_the_chromosomes_are_said(contigs: list[str], said: str) -> None:
    table = pd.DataFrame({"chrom": [*contigs, "chrM"], "exclusion": [*[None] * len(contigs), "filter"]})
    table = table.astype("string")
    found = of_counted(table, table["exclusion"].isna())
    assert said in found[0] if said else not found
