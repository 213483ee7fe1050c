"""Tables in files of SAS, as text: transport files (XPT, version 5 and 8) and SAS7BDAT, by pyreadstat."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem
from biomarkers.io import encodings
from biomarkers.io.cells import Cells

KINDS = {"xpt": "SAS transport file (XPT)", "sas7bdat": "SAS7BDAT file"}
"""Endings of names, and what such a file is."""
BYTES = "ISO-8859-1"
"""The encoding in which each byte is a letter."""


def read(path: str | Path) -> Cells:
    """The cells of a SAS file: whole numbers without a point, days in ISO 8601, nothing where missing.

    The line of a row is its number and one, as in a table with a header. Raises InputError for what cannot be read.
    """
    import pyreadstat

    kind = Path(path).suffix.lower().lstrip(".")
    method = pyreadstat.read_xport if kind == "xpt" else pyreadstat.read_sas7bdat

    def in_encoding(encoding: str | None) -> list[list[str]]:
        frame, _ = method(str(path), encoding=encoding)
        names[:] = map(str, frame.columns)
        return [[text(value) for value in frame[name]] for name in frame.columns]

    names: list[str] = []
    failures = (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError)
    try:
        columns = in_encoding(None)  # What the file says, or UTF-8.
    except failures:
        try:
            columns = in_encoding(encodings.of(_bytes(in_encoding(BYTES)), str(path)))
        except failures as error:
            found = f"cannot be read ({error})"
            raise InputError(Problem.said(str(path), "file", found, f"a whole {KINDS[kind]}")) from None
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Cells(str(path), names, rows, [*range(2, len(rows) + 2)])


def _bytes(columns: list[list[str]]) -> bytes:
    """The cells as they stand in the file, by which their encoding is told."""
    return "\n".join(cell for cells in columns for cell in cells).encode(BYTES, "replace")


def text(value: Any) -> str:
    """A typed value as a cell.

    >>> text(12.0), text(float("nan")), text(datetime.date(2014, 1, 2)), text(" Y ")
    ('12', '', '2014-01-02', 'Y')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).strip()
