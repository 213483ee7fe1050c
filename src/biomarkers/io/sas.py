"""Tables in files of SAS, as text: transport files (XPT, version 5 and 8) and SAS7BDAT, by pyreadstat."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem
from biomarkers.io.cells import Cells

KINDS = {"xpt": "SAS transport file (XPT)", "sas7bdat": "SAS7BDAT file"}
"""Endings of names, and what such a file is."""
ENCODINGS = (None, "WINDOWS-1252")
"""What the file says, or UTF-8; else that of Windows, in which many were written."""


def read(path: str | Path) -> Cells:
    """The cells of a SAS file: whole numbers without a point, days in ISO 8601, nothing where missing.

    The line of a row is its number and one, as in a table with a header. Raises InputError for what cannot be read.
    """
    import pyreadstat

    kind = Path(path).suffix.lower().lstrip(".")
    method = pyreadstat.read_xport if kind == "xpt" else pyreadstat.read_sas7bdat
    frame, error = None, None
    for encoding in ENCODINGS:
        try:
            frame, _ = method(str(path), encoding=encoding)
            break
        except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as failed:
            error = failed
    if frame is None:
        raise InputError(Problem.said(str(path), "file", f"cannot be read ({error})", f"a whole {KINDS[kind]}"))
    columns = [[text(value) for value in frame[name]] for name in frame.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Cells(str(path), [str(name) for name in frame.columns], rows, [*range(2, len(rows) + 2)])


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
