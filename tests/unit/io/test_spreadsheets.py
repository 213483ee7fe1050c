"""Tables as a workbook, read back by openpyxl."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pandas as pd

from biomarkers.io.spreadsheets import workbook

TABLE = pd.DataFrame(
    {
        "patient": ["P1", "=HYPERLINK(1)", "007"],
        "n": [1.0, None, float("inf")],
        "day": pd.to_datetime(["2023-01-02", None, "2024-02-29"]),
        "note": ["+1", "a\x0bb", "x" * 40_000],
        "=SUM(A1)": [0.25, 3, -1],
    }
)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_cells_have_the_types_of_their_values() -> None:
    sheet = opened(workbook({"One": TABLE, "None": TABLE.head(0)}))["One"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["patient", "n", "day", "note", "=SUM(A1)"]
    assert rows[1] == ["P1", 1, datetime.datetime(2023, 1, 2), "+1", 0.25]
    assert rows[2] == ["=HYPERLINK(1)", None, None, "a b", 3]
    assert rows[3][:3] == ["007", "inf", datetime.datetime(2024, 2, 29)] and len(rows[3][3]) == 32_767


def test_a_number_has_every_digit() -> None:
    exact = [19.166666666666668, 0.1 + 0.2, 1e-300 / 3, 5e15 / 3]
    sheet = opened(workbook({"One": pd.DataFrame({"n": exact})}))["One"]
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == exact
    assert {sheet.cell(row, 1).data_type for row in range(2, 6)} == {"n"}


def test_text_is_no_formula() -> None:
    """ECMA-376, 18.3.1.40: a formula is an `f` element; quotePrefix keeps the text when somebody edits the cell."""
    content = workbook({"One": TABLE})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    sheet = opened(content)["One"]
    assert {sheet[place].data_type for place in ("A3", "E1", "D2")} == {"s"}
    assert sheet["A3"].quotePrefix and sheet["E1"].quotePrefix


def test_the_same_tables_give_the_same_bytes(monkeypatch: Any) -> None:
    first = workbook({"One": TABLE})
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert workbook({"One": TABLE}) == first
    assert b"1980-01-01T00:00:00Z" in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")
