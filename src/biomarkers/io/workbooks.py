"""Workbooks (.xlsx): the cells of a sheet as text, typed ones in our spelling; what cannot be read is named by cell.

A spreadsheet holds dates and percents as numbers that it shows otherwise; a person means what is shown.
"""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problem, Problems, count, first_few, log
from biomarkers.io import foreign
from biomarkers.io.cells import Cells
from biomarkers.io.lines import head, unreadable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".xltx")
READ = (".xlsx", ".xlsm", ".xltx")
OLD = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of .xls, and of any workbook with a password."""
LARGEST = 300_000_000
"""Unpacked bytes from which a workbook is refused: a small file can unpack to more than a machine holds."""
MOST = 5_000_000
"""Cells of a sheet from which it is refused; a stray one at its far end makes all that lie between part of it."""


class NumberCell(str):
    """The text of a cell that holds a number: its point is one of decimals, whatever marks the texts beside it have."""

    __slots__ = ()


def is_workbook(path: str | Path) -> bool:
    """Whether a file is a workbook by its name."""
    return Path(path).suffix.lower() in WORKBOOKS


def sheets(path: str | Path) -> list[str]:
    """Names of the sheets of a workbook, hidden ones too. Raises InputError as `read`."""
    return [sheet.title for sheet in _opened(path).worksheets]


def filled(path: str | Path) -> list[str]:
    """Names of the sheets of a workbook that are not empty. Raises InputError as `read`."""
    return [sheet.title for sheet in _filled(_opened(path))]


def _filled(book: Any) -> list[Any]:
    return [each for each in book.worksheets if each.dimensions != "A1:A1" or each["A1"].value is not None]


def read(path: str | Path, sheet: str | None = None, header: Collection[int] = ()) -> Cells:
    """The cells of a sheet as text, stripped; lines are its rows (1-based).

    sheet: its name, needed where there are several. header: rows of the headings, by default the first that is filled.
    Days become ISO 8601, percents keep their sign, errors stay (`#N/A`); a first column without a heading holds row
    names, as in a text file. Raises InputError for what is no workbook, and for each merged range, formula without a
    value, and column without a heading in what would be read.
    """
    shown = _Sheet.of(path, sheet)
    problems = Problems()
    rows = shown.rows()
    if not rows:
        raise InputError(Problem.said(shown.name, "sheet", "is empty", "a row of headings"))
    lines = sorted(header) if header else [rows[0][0]]
    shown.check(lines, problems)
    found = dict(rows)
    headings: list[str] = []
    for line in lines:
        cells = shown.filled_right(line, found.get(line, [])) if len(lines) > 1 else found.get(line, [])
        headings = foreign.joined(headings, cells)
    body = [(line, cells) for line, cells in rows if line > lines[-1]]
    wide = max((len(cells) for _, cells in body), default=0)
    headings = foreign.with_row_names(headings + [""] * (wide - len(headings)), [cells for _, cells in body])
    if not any(headings):
        problems.add(Problem.said(shown.name, f"row {lines[-1]}", "is empty", "headings (header: names their row)"))
    shown.check_headings(lines, headings, [cells for _, cells in body], problems)
    problems.stop_if_any()
    whole = [[*cells, *[""] * (len(headings) - len(cells))] for _, cells in body]
    return Cells(shown.name, [" ".join(name.split()) for name in headings], whole, [line for line, _ in body])


class _Sheet(NamedTuple):
    """A sheet with the values that were computed last, and with its formulas, where the workbook has any.

    name: file and sheet, for messages.
    """

    name: str
    values: Any
    formulas: Any

    @classmethod
    def of(cls, path: str | Path, sheet: str | None) -> _Sheet:
        """The sheet of that name (case and blanks aside), else the only one that is not empty."""
        book = _opened(path)
        filled = _filled(book)
        if sheet is not None:
            filled = [each for each in book.worksheets if _bare(each.title) == _bare(sheet)]
        if len(filled) != 1:
            names = ", ".join(f"'{each.title}'" for each in book.worksheets)
            if sheet is None:
                found = f"has {len(filled)} sheets"
                raise InputError(Problem.said(str(path), "file", found, f"sheet, in the mapping: one of {names}"))
            raise InputError(Problem(str(path), "sheet", sheet, f"one of {names}"))
        title = filled[0].title
        name = f"{path}[{title}]"
        if filled[0].max_row * filled[0].max_column > MOST:
            found = f"reaches from {filled[0].dimensions.replace(':', ' to ')}"
            expected = f"at most {MOST:,} cells: delete stray ones beside and below the table, or save it as CSV"
            raise InputError(Problem.said(name, "sheet", found, expected))
        hidden = sum(each.hidden for each in filled[0].row_dimensions.values())
        if filled[0].sheet_state != "visible" or hidden:
            what = "the sheet is" if filled[0].sheet_state != "visible" else count(hidden, "row is", "rows are")
            log.warning("%s: %s hidden in the workbook, and read like all others", name, what)
        return cls(name, filled[0], _opened(path, formulas=True)[title] if _has_formulas(Path(path)) else None)

    def rows(self) -> list[tuple[int, list[str]]]:
        """Row number and cells of each row in which something stands, without empty cells at its end."""
        found = []
        for line, row in enumerate(self.values.iter_rows(), self.values.min_row):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                found.append((line, [*[""] * (self.values.min_column - 1), *cells]))
        return found

    def check(self, headers: list[int], problems: Problems) -> None:
        """Add a problem for each merged range and formula without a value from the headings on."""
        for merged in sorted(self.values.merged_cells.ranges, key=lambda each: (each.min_row, each.min_col)):
            is_heading = merged.min_row <= headers[-1]
            if merged.max_row < headers[0] or (is_heading and len(headers) > 1 and merged.max_row <= headers[-1]):
                continue
            if _text(self.values.cell(merged.min_row, merged.min_col)):
                what = "heading" if is_heading else "cell"
                expected = f"a {what} of its own in each column and row: unmerge it in the spreadsheet"
                expected += ", or name all rows of headings by header: [1, 2]" if is_heading else ""
                problems.add(Problem.said(self.name, str(merged), f"is a merged {what}", expected))
        empty = [
            cell.coordinate
            for row in (self.formulas.iter_rows(min_row=headers[0]) if self.formulas else ())
            for cell in row
            if cell.data_type == "f" and self.values[cell.coordinate].value is None
        ]
        if empty:
            found = "is a formula without a value" if len(empty) == 1 else "are formulas without a value"
            expected = "values: open the workbook in a spreadsheet program and save it"
            problems.add(Problem.said(self.name, first_few(empty), found, expected))

    def filled_right(self, line: int, cells: list[str]) -> list[str]:
        """The headings of a row with those of merged cells in each of their columns."""
        filled = [*cells]
        for merged in self.values.merged_cells.ranges:
            if merged.min_row <= line <= merged.max_row and merged.min_row == line:
                filled += [""] * (merged.max_col - len(filled))
                filled[merged.min_col - 1 : merged.max_col] = [filled[merged.min_col - 1]] * (
                    merged.max_col - merged.min_col + 1
                )
        return filled

    def check_headings(
        self, headers: list[int], headings: list[str], body: list[list[str]], problems: Problems
    ) -> None:
        """Add a problem where most columns that hold something have no heading: a title was taken for headings."""
        from openpyxl.utils import get_column_letter

        counts = [sum(place < len(row) and bool(row[place]) for row in body) for place in range(len(headings))]
        unnamed = [place for place, name in enumerate(headings) if not name and counts[place]]
        named = sum(bool(name) for name in headings)
        if len(unnamed) >= max(1, named):
            columns = first_few(get_column_letter(place + 1) for place in unnamed)
            found = f"has no heading in the columns {columns}"
            expected = "the row of the headings: name it by header in the mapping"
            problems.add(Problem.said(self.name, f"row {headers[-1]}", found, expected))
        else:
            for place in unnamed:
                letter = get_column_letter(place + 1)
                said = "%s: column %s has no heading and is not read (filled cells: %d)"
                log.warning(said, self.name, letter, counts[place])


def _opened(path: str | Path, *, formulas: bool = False) -> Any:
    """A workbook of openpyxl. Raises InputError for what is none, or too large."""
    shown, ending = str(path), Path(path).suffix.lower()
    try:
        start = head(path, 8)
    except OSError as error:
        raise unreadable(path, error, "a readable workbook") from None
    remedy = "a workbook saved as .xlsx, or a table saved as CSV"
    if start == OLD:
        found = "is an old workbook (.xls) or has a password"
        raise InputError(Problem.said(shown, "file", found, f"{remedy}, without a password"))
    if ending not in READ:
        raise InputError(Problem.said(shown, "file", f"is a {ending} workbook", remedy))

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > LARGEST:
            found = f"unpacks to {size / 1e6:.0f} MB"
            raise InputError(Problem.said(shown, "file", found, "a workbook of less, or its sheet saved as CSV"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of charts and rules for entry, which hold no values.
            return _loaded(Path(path), Path(path).stat().st_mtime_ns, formulas)
    except (MemoryError, InputError):
        raise
    except Exception as error:  # openpyxl raises whatever its parts do, down to zlib
        found = f"cannot be read as a workbook ({type(error).__name__})"
        raise InputError(Problem.said(shown, "file", found, remedy)) from None


@lru_cache(maxsize=2)
def _loaded(path: Path, changed: int, formulas: bool) -> Any:
    """A workbook, which takes seconds to load and is asked for once a sheet; changed: when the file was, in ns."""
    import openpyxl

    del changed
    return openpyxl.load_workbook(path, data_only=not formulas)


def _has_formulas(path: Path) -> bool:
    """Whether any sheet of a workbook has a formula, so that it must be loaded twice."""
    with zipfile.ZipFile(path) as packed:
        sheets = [name for name in packed.namelist() if re.match(r"xl/worksheets/[^/]*\.xml$", name)]
        return any(re.search(rb"<f[ />]", packed.read(name)) for name in sheets)


def _text(cell: Any) -> str:
    """What a cell shows, as text: a day in ISO 8601, a percent with its sign, leading zeros, no line ends."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        text = _number(value, "%" in (cell.number_format or ""))
        zeros = cell.number_format or ""  # 007 is the number 7, shown by the format 000.
        return NumberCell(text.zfill(len(zeros)) if text.isdecimal() and not zeros.strip("0") else text)
    return " ".join(str(value).replace("\xa0", " ").split())


def _number(value: float, is_percent: bool) -> str:
    """A number with every digit; of a percent what it shows.

    >>> _number(12.0, False), _number(0.07, True), _number(1e-05, False)
    ('12', '7%', '0.00001')
    """
    exact = Decimal(repr(value)) * (100 if is_percent else 1)
    if not exact.is_finite():
        return str(value)
    text = format(exact.normalize(), "f")
    return f"{text}%" if is_percent else text


def _bare(name: str) -> str:
    return "".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def named_like(names: Collection[str], wanted: Collection[str]) -> dict[str, str]:
    """Each of the `wanted` words that is among names (case, blanks and marks between words aside), with that name.

    >>> named_like(["Adverse Events", "Notes"], ["patients", "adverse_events"])
    {'adverse_events': 'Adverse Events'}
    >>> named_like(["PD-L1"], ["pdl1"])
    {'pdl1': 'PD-L1'}
    """
    by_name = {_bare(name): name for name in names}
    return {word: by_name[_bare(word)] for word in wanted if _bare(word) in by_name}
