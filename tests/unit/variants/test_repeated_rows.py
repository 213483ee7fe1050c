"""Rows of a MAF and records of a VCF that tell one variant twice, however they spell it."""

from __future__ import annotations

import pytest

from biomarkers.variants.repeats import place_in_maf
from biomarkers.variants.rules import DUPLICATE
from biomarkers.variants.tally import Tally
from biomarkers.variants.vcf import Record


@pytest.mark.parametrize("row", [("", 9, "A", "T"), ("1", None, "A", "T"), ("1", 9, "", "T"), ("1", 9, "A", "")])
def test_a_row_without_one_of_its_parts_stands_nowhere(row: tuple[str, int | None, str, str]) -> None:
    assert place_in_maf("S", *row) is None
    assert place_in_maf("S", "1", 9, "A", "T") is not None


@pytest.mark.parametrize("together", [True, False])
def test_an_insertion_behind_a_base_and_before_the_next_is_one(together: bool) -> None:
    """G to GT at 99 and A to TA at 100, both given at once or one after the other, behind a record at 50."""
    seen = Tally(lambda number: set())
    alleles = [(50, "C", "T"), (99, "G", "GT"), (100, "A", "TA")]
    records = [Record(n, "1", pos, ref, [alt], "PASS", "", "", "", "") for n, (pos, ref, alt) in enumerate(alleles, 1)]
    assert seen.again(records[:1], [True]) == {}
    if together:
        assert seen.again(records[1:], [True, True]) == {1: DUPLICATE}
    else:
        assert seen.again(records[1:2], [True]) == {}
        assert seen.again(records[2:], [True]) == {0: DUPLICATE}
