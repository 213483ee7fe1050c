"""A column of plain numbers read at once is what its cells are one by one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from biomarkers.io import tables
from biomarkers.io.spellings import NUMBER, all_numbers


@settings(max_examples=400, deadline=None)
@given(st.text("0123456789+-.eE", max_size=7) | st.text(max_size=4))
@example("1_0")
@example("٣")
@example("inf")
@example("1e999")
@example("\udc80")
def test_numbers_are_those_of_single_cells(cell: str) -> None:
    plain = bool(NUMBER.fullmatch(cell)) and cell.isascii() and math.isfinite(float(cell))
    assert all_numbers([cell, "2"], ()) == ([float(cell), 2.0] if plain else None)


@pytest.mark.parametrize("filled", [["1.5", "NA", "-2e3", ""], ["1.5", "ND", "-2e3", ""], ["1.5", "-99", "7", ""]])
def test_missing_cells_among_numbers(tmp_path: Path, filled: list[str]) -> None:
    path = tmp_path / "cohort.tsv"
    path.write_text("patient\tF1\n" + "".join(f"P{i}\t{cell}\n" for i, cell in enumerate(filled)))
    column = tables.read(path, "cohort", missing=("ND", "-99"))["F1"]
    none = [cell in ("", "NA", "ND", "-99") for cell in filled]
    assert column.isna().tolist() == none
    assert column.dropna().tolist() == [float(cell) for cell, missing in zip(filled, none, strict=True) if not missing]


def test_numbers_may_be_categories(tmp_path: Path) -> None:
    path = tmp_path / "cohort.tsv"
    path.write_text("patient\tcentre\nP1\t1\nP2\t2\n")
    assert tables.read(path, "cohort", text_columns={"centre"})["centre"].tolist() == ["1", "2"]
    assert all_numbers(["", "NA"], ("", "NA")) is None
