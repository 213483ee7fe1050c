"""`xlsx` (import): a workbook with sheets and headings named as in this program.

Sheets and columns are known by their names whatever their case and the marks between words (`Adverse Events`); other
columns of a sheet are kept. A workbook with names of its own is read by a mapping (`sheet` in its blocks).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import grammar
from biomarkers.clinical.imports.mapping import SHEETS
from biomarkers.clinical.imports.registry import Prepared
from biomarkers.errors import Problem, Problems, log
from biomarkers.io import schemas, workbooks, yamls


def prepare(source: Path, problems: Problems) -> Prepared | None:
    """The mapping of a workbook onto itself."""
    names = problems.catch(workbooks.sheets, source)
    if names is None:
        return None
    known = workbooks.named_like(names, SHEETS)
    if not known:
        found = f"has the sheets {', '.join(names)}"
        expected = f"one of {', '.join(SHEETS)}; sheets of other names need a mapping (biomarkers import --suggest)"
        problems.add(Problem.said(str(source), "workbook", found, expected))
        return None
    if left := [name for name in names if name not in known.values()]:
        log.warning("%s: sheets of other names are not read: %s", source, ", ".join(left))
    data: dict[str, Any] = {}
    for name, title in known.items():
        cells = problems.catch(workbooks.read, source, title)
        if cells is not None:
            columns = workbooks.named_like(cells.header, schemas.load(name)["properties"])
            data[name] = {"file": source.name, "sheet": title, "columns": columns, "keep": "all"}
    if problems.found:
        return None
    return Prepared(grammar.read(source, yamls.Settings(data, {})), source.parent)
