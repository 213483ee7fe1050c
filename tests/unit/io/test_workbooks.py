"""Workbooks as people keep them: typed cells as they are shown, and what cannot be read named by its cell."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from biomarkers.errors import InputError
from biomarkers.io import workbooks


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def save(path: Path, rows: list[list[object]], change=lambda sheet: None, title: str = "patients") -> Path:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    change(made.active)
    made.save(path)
    return path


def refused(path: Path, *args: object) -> list[str]:
    with pytest.raises(InputError) as raised:
        workbooks.read(path, *args)
    return [str(problem).replace(f"{path.parent}/", "") for problem in raised.value.problems]


def test_typed_cells_are_text_as_shown(book):
    day = datetime.datetime(2021, 3, 14)
    rows = [
        ["patient", "start", "seen", "share", "n", "flag", "text", "error"],
        ["A", day, day.replace(hour=8, minute=30), 0.07, 12.0, True, " 12\xa0mg\nonce ", "#N/A"],
        ["B", datetime.date(2021, 12, 1), datetime.time(9), 0.5, 1e-5, False, "012", None],
        [None, None, " "],
    ]

    def percents(sheet):
        sheet["D2"].number_format = "0%"
        sheet["A9"].number_format = "0.00"

    cells = workbooks.read(save(book, rows, percents))
    assert cells.header == rows[0] and cells.lines == [2, 3]
    assert cells.rows[0] == ["A", "2021-03-14", "2021-03-14T08:30:00", "7%", "12", "TRUE", "12 mg once", "#N/A"]
    assert cells.rows[1] == ["B", "2021-12-01", "09:00:00", "0.5", "0.00001", "FALSE", "012", ""]


def test_zeros_that_a_format_shows_are_there(book):
    def change(sheet):
        for cell in ("A2", "A3", "B2"):
            sheet[cell].number_format = "000"
        sheet["B3"].number_format = "0"

    save(book, [["id", "n"], [7, 2.5], [1234, 0]], change)
    assert workbooks.read(book).rows == [["007", "2.5"], ["1234", "0"]]


def test_days_of_the_1904_system(book):
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active.append(["patient", "start"])
    made.active.append(["A", datetime.datetime(2021, 3, 14)])
    made.save(book)
    assert workbooks.read(book).rows == [["A", "2021-03-14"]]


def test_merged_cells_are_named(book):
    rows = [["patient", "PFS", None], ["A", 1, 0], ["B", 2, 1]]

    def merge(sheet):
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A2:A3")

    remedy = "of its own in each column and row: unmerge it in the spreadsheet"
    assert refused(save(book, rows, merge)) == [
        f"book.xlsx[patients]: B1:C1 is a merged heading; expected a heading {remedy}, or name all rows of headings by"
        " header: [1, 2]",
        f"book.xlsx[patients]: A2:A3 is a merged cell; expected a cell {remedy}",
    ]


def test_several_rows_of_headings_are_one_where_they_are_named(book):
    rows = [["Table S1"], ["", "PFS", None], ["ID", "months", "event"], ["A", 1, 0]]

    def merge(sheet):
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B2:C2")

    cells = workbooks.read(save(book, rows, merge), None, (2, 3))
    assert (cells.header, cells.rows, cells.lines) == (["ID", "PFS months", "PFS event"], [["A", "1", "0"]], [4])


def test_a_title_is_not_taken_for_headings(book):
    save(book, [["Table S1: patients"], ["ID", "PFS", "OS"], ["A", 1, 2]])
    assert refused(book) == [
        "book.xlsx[patients]: row 1 has no heading in the columns B, C; expected the row of the headings: name it by"
        " header in the mapping"
    ]
    assert workbooks.read(book, None, (2,)).header == ["ID", "PFS", "OS"]


def test_a_first_column_without_a_heading_is_that_of_row_names(book):
    rows = [[None, "PFS", "OS"], ["A", 1, 3], ["B", 2, 4]]
    assert workbooks.read(save(book, rows)).header == ["row names", "PFS", "OS"]
    assert workbooks.read(save(book, [*rows, [None, 3, 5]])).header == ["", "PFS", "OS"]


def test_formulas_without_values_are_named(book):
    save(book, [["patient", "sum"], ["A", "=1+1"], ["B", 2]])
    assert refused(book) == [
        "book.xlsx[patients]: B2 is a formula without a value; expected values: open the workbook in a spreadsheet"
        " program and save it"
    ]


def test_which_sheet(book, caplog):
    save(book, [["patient"], ["A"]])
    made = openpyxl.load_workbook(book)
    made.create_sheet("Adverse Events").append(["patient"])
    made["Adverse Events"].sheet_state = "hidden"
    made.create_sheet("empty")
    made.save(book)
    assert refused(book) == [
        "book.xlsx: file has 2 sheets; expected sheet, in the mapping: one of 'patients', 'Adverse Events', 'empty'"
    ]
    assert refused(book, "lesions")[0].startswith("book.xlsx: sheet is 'lesions'; expected one of 'patients'")
    assert workbooks.read(book, "adverse_events").header == ["patient"]
    assert caplog.messages[-1].endswith(
        "[Adverse Events]: the sheet is hidden in the workbook, and read like all others"
    )


def test_what_is_no_workbook_is_refused(book, tmp_path, monkeypatch):
    book.write_bytes(workbooks.OLD + b"\0" * 100)
    assert refused(book)[0].startswith("book.xlsx: file is an old workbook (.xls) or has a password; expected")
    (tmp_path / "b.xlsb").write_bytes(b"PK\x03\x04 and so on")
    assert refused(tmp_path / "b.xlsb")[0].startswith("b.xlsb: file is a .xlsb workbook; expected a workbook saved as")
    book.write_text("a,b\n1,2\n")
    assert refused(book)[0].startswith("book.xlsx: file cannot be read as a workbook (BadZipFile)")
    with zipfile.ZipFile(book, "w") as packed:
        packed.writestr("x.xml", "<x/>")
    assert refused(book)[0].startswith("book.xlsx: file cannot be read as a workbook (KeyError)")
    save(book, [["patient"], ["A"]])
    monkeypatch.setattr(workbooks, "LARGEST", 100)
    assert "; expected a workbook of less" in refused(book)[0]
    assert refused(tmp_path / "nowhere.xlsx") == ["nowhere.xlsx: file is missing; expected a file at this path"]


def test_a_stray_cell_at_the_far_end_is_named(book):
    """The last cell that a sheet can have (ECMA-376, 18.3.1.73): 17 thousand million lie before it."""

    def stray(sheet):
        sheet["XFD1048576"] = "x"

    assert refused(save(book, [["patient"], ["P1"]], stray)) == [
        "book.xlsx[patients]: sheet reaches from A1 to XFD1048576; expected at most 5,000,000 cells: delete stray ones"
        " beside and below the table, or save it as CSV"
    ]


def test_whatever_a_damaged_part_makes_of_the_library_is_told_in_a_sentence(book):
    """A wrong checksum, and a sheet that is no XML."""
    save(book, [["patient"], ["P1"]])
    data = bytearray(book.read_bytes())
    place = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[place : place + 40] = bytes(40)
    book.write_bytes(data)
    (said,) = refused(book)
    assert said.startswith("book.xlsx: file cannot be read as a workbook (")
