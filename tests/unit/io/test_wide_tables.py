"""A wide table read by columns is the one read cell by cell, and says the same of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.errors import InputError
from biomarkers.io import tables, wide_tables

NUMBERS = ["1", "-2.5", "1e-3", ".5", "5.", "007", "", "NA", "123456789012345678", "1e300"]
ODD = [
    "abc",
    "+5",
    "nan",
    "inf",
    "1e400",
    "0x1F",
    "1,5",
    "2024-03-31",
    "true",
    " 7 ",
    "unknown",
    "1_0",
    "\u00b5",
    '"9"',
]


def made(folder: Path, odd: list[str], *, rows: int = 12) -> Path:
    """A table of a text, 120 columns of numbers and one column each with an odd cell among numbers or words."""
    header = ["patient", *(f"F{i}" for i in range(120)), *(f"odd{i}" for i in range(len(odd))), "responder", "site"]
    lines = ["\t".join(header)]
    for row in range(rows):
        cells = [f"P{row}", *(NUMBERS[(row * 7 + i) % len(NUMBERS)] for i in range(120))]
        cells += [cell if row in (3, 4, 5, 6, 7, 8, 9) else "1" for cell in odd]
        lines.append("\t".join([*cells, str(row % 2), "ABC"[row % 3]]))
    path = folder / "wide.tsv"
    path.write_text("\n".join(lines) + "\n")
    return path


def both(monkeypatch: pytest.MonkeyPatch, path: Path, **asked: object) -> list[pd.DataFrame | str]:
    """The table, or the messages, read by columns and cell by cell."""
    found: list[pd.DataFrame | str] = []
    for least in (0, 1 << 40):
        monkeypatch.setattr(wide_tables, "LEAST_BYTES", least)
        try:
            found.append(tables.read(path, "cohort", **asked))
        except InputError as error:
            found.append(str(error))
    return found


def test_numbers_and_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path, [])
    by_columns, by_cells = both(monkeypatch, path, text_columns={"F3"})
    assert by_columns["F3"].dtype == object
    pd.testing.assert_frame_equal(by_columns, by_cells, check_exact=True)
    monkeypatch.setattr(wide_tables, "LEAST_BYTES", 0)
    assert len(wide_tables.split(path, {"patient", "F3"}).cells.numbers.names) == 120


@pytest.mark.parametrize("odd", ODD)
def test_one_odd_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    """Whatever stands in a column beside numbers, both ways say or read the same."""
    by_columns, by_cells = both(monkeypatch, made(tmp_path, [odd]))
    if isinstance(by_cells, str):
        assert by_columns == by_cells
    else:
        pd.testing.assert_frame_equal(by_columns, by_cells, check_exact=True)


@pytest.mark.parametrize("change", ["short row", "blank line", "empty row", "twice", "unnamed", "windows"])
def test_other_files_are_read_cell_by_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    path = made(tmp_path, [])
    lines = path.read_text().split("\n")
    if change == "short row":
        lines[3] = "P2\t1"
    elif change == "blank line":
        lines.insert(4, "")
    elif change == "empty row":
        lines[4] = "\t" * lines[4].count("\t")
    elif change in ("twice", "unnamed"):
        lines[0] = lines[0].replace("F7\t", "F8\t" if change == "twice" else "\t")
    path.write_text("\n".join(lines), newline="\r\n" if change == "windows" else "\n")
    monkeypatch.setattr(wide_tables, "LEAST_BYTES", 0)
    assert wide_tables.split(path, {"patient"}) is None
    by_columns, by_cells = both(monkeypatch, path)
    assert str(by_columns) == str(by_cells)


def test_a_number_that_means_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_columns, by_cells = both(monkeypatch, made(tmp_path, []), missing=["007"])
    pd.testing.assert_frame_equal(by_columns, by_cells, check_exact=True)
