"""Tables as a workbook for spreadsheet programs: numbers, dates and texts as what they are."""

from __future__ import annotations

import datetime
import html
import io
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import count, log

FIRST_DAY = datetime.datetime(1980, 1, 1)
"""What stands for the time of writing, which would make the bytes of the same tables differ."""
MOST_CHARACTERS = 32_767
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of a sheet, the row of headings included."""
WIDEST = 48
SHEET = re.compile(r'<sheet [^>]*name="([^"]*)"')
MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """The content of an .xlsx file with a sheet a table, in order; the first row has the columns' names.

    Text is text whatever it begins with, so no cell is a formula (docs/reading.md). Missing cells are empty. Texts that
    a cell cannot hold whole are named on the log; no table may be `too_large`.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        _fill(book.create_sheet(title), table)
    written = io.BytesIO()
    book.save(written)
    return _timeless(written)


def too_large(table: pd.DataFrame) -> str:
    """In words how far a table goes beyond what a sheet can hold; empty for one that fits.

    >>> too_large(pd.DataFrame({"n": [1, 2]})), too_large(pd.DataFrame(columns=range(20_000)))
    ('', '20,000 columns, and a sheet holds 16,384')
    """
    if len(table) >= MOST_ROWS:
        return f"{count(len(table), 'row')}, and a sheet holds {MOST_ROWS - 1:,}"
    return f"{table.shape[1]:,} columns, and a sheet holds {MOST_COLUMNS:,}" if table.shape[1] > MOST_COLUMNS else ""


def first_sheet(path: str | Path) -> str:
    """Name of the first sheet of a workbook of openpyxl, without reading the others; empty for any other file."""
    try:
        with zipfile.ZipFile(path) as packed:
            found = SHEET.search(packed.read("xl/workbook.xml").decode("utf-8"))
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, OSError):
        return ""
    return html.unescape(found[1]) if found else ""


def _fill(sheet: Any, table: pd.DataFrame) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, name in enumerate(table, start=1):
        head = sheet.cell(1, place)
        _write(head, str(name))
        head.font = Font(bold=True)
        values = table[name].tolist()
        for row, value in enumerate(values, start=2):
            _write(sheet.cell(row, place), value)
        long = [isinstance(value, str) and len(value) > MOST_CHARACTERS for value in values]
        if cut := [row for row, is_long in enumerate(long, start=2) if is_long]:
            told = f"{count(len(cut), 'text')} cut after {MOST_CHARACTERS:,} characters, the most of a cell"
            log.warning("sheet %s, column %s: %s (the first in row %d)", sheet.title, name, told, cut[0])
        longest = max((len(str(value)) for value in [name, *values[:200]]), default=8)
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, 2 + longest)
    sheet.freeze_panes = "B2"
    if len(table):
        sheet.auto_filter.ref = sheet.dimensions


def _write(cell: Any, value: Any) -> None:
    """One value into its cell, with the type that it has."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, datetime.date):
        cell.value, cell.number_format = pd.Timestamp(value).to_pydatetime(), "yyyy-mm-dd"
    elif isinstance(value, int | float) and math.isfinite(value):
        cell.value = int(value) if float(value).is_integer() and abs(value) < 2**53 else value
        if float(f"{cell.value:.16g}") != value:  # openpyxl writes 16 digits; a number may need 17 to be itself.
            cell.value, cell.data_type = repr(value), "n"
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", str(value))[:MOST_CHARACTERS]
        # A leading = would make it a formula, here and where somebody edits the cell.
        cell.data_type, cell.quotePrefix = "s", True


def _timeless(written: io.BytesIO) -> bytes:
    """The same archive without the time at which it was written."""
    found = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = MADE.sub(rb"\g<1>" + FIRST_DAY.isoformat().encode() + b"Z", content)
            about = zipfile.ZipInfo(name, FIRST_DAY.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, content)
    return found.getvalue()
