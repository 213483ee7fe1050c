"""CDISC's Dataset-JSON as a table of text: version 1.1, and files of version 1.0 that hold one dataset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem
from biomarkers.io.cells import Cells
from biomarkers.io.lines import whole_text
from biomarkers.io.sas import text


def read(path: str | Path) -> Cells:
    """The cells of a Dataset-JSON file; the line of a row is its number and one, as in a table with a header.

    Raises InputError for what is no such file.
    """
    try:
        names, rows = _table(json.loads(whole_text(path)))
        body = [[text(value) for value in row] for row in rows]
        if any(len(row) != len(names) for row in body):
            raise ValueError
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = "has no columns and rows of one dataset"
        raise InputError(Problem.said(str(path), "file", found, "Dataset-JSON, version 1.1")) from error
    return Cells(str(path), names, body, [*range(2, len(body) + 2)])


def _table(data: dict[str, Any]) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """Names of the columns, and the rows."""
    if "columns" in data:
        return [str(column["name"]) for column in data["columns"]], data["rows"]
    (group,) = [
        group
        for kind in ("clinicalData", "referenceData")
        for group in data.get(kind, {}).get("itemGroupData", {}).values()
    ]
    return [str(item["name"]) for item in group["items"]], group["itemData"]
