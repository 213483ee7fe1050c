"""A row as the line of a table, read back by csv."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from biomarkers.variants.cells import lines_maker
from biomarkers.variants.rows import COLUMNS, Row

FULL: dict[str, Any] = {
    "chrom": "chr1", "pos": 5, "ref": "C", "alt": "T", "filter": "PASS", "depth": 30, "alt_reads": 4, "vaf": 4 / 30,
    "caller_af": 0.125, "gene": "TP53", "transcript": "E1", "consequence": "missense_variant", "hgvsp": "p.Arg175His",
    "population_af": 1e-06, "exclusion": "", "counted_in": "merino_wes", "n_events": 1, "other_genes": "",
    "normal_depth": 20, "normal_alt_reads": 1,
}  # fmt: skip
MEASURED = ("depth", "alt_reads", "vaf", "caller_af", "population_af", "normal_depth", "normal_alt_reads")


def cells(row: dict[str, Any], *, tumor_only: bool = False, patient: str = "P1") -> dict[str, str]:
    """The line's text by column."""
    whole = {field: row.get(field, "") for field in Row._fields}
    text = lines_maker(patient, "T1", tumor_only=tumor_only)([[value] for value in Row(**whole)])
    (read,) = csv.reader([text], delimiter="\t")
    return dict(zip(COLUMNS, read, strict=True))


def test_every_value_stands_in_its_column() -> None:
    found = cells(FULL)
    assert {name: found[name] for name in FULL} == {name: str(value) for name, value in FULL.items()}
    assert (found["patient"], found["sample"], found["tumor_only"]) == ("P1", "T1", "0")
    assert cells(FULL, tumor_only=True)["tumor_only"] == "1"


@pytest.mark.parametrize("column", MEASURED)
def test_what_is_missing_is_empty_and_a_zero_is_a_zero(column: str) -> None:
    assert cells(FULL | {column: None}) == cells(FULL) | {column: ""}
    zero = 0 if isinstance(FULL[column], int) else 0.0
    assert cells(FULL | {column: zero}) == cells(FULL) | {column: str(zero)}


def test_names_and_texts_come_back_as_they_are() -> None:
    found = cells(FULL | {"alt": 'a "quoted" <ALT>'}, patient="100% P")
    assert (found["patient"], found["alt"]) == ("100% P", 'a "quoted" <ALT>')
