"""CDISC's Dataset-JSON as a table of text: version 1.1, also as NDJSON, and files of version 1.0 of one dataset."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem
from biomarkers.io import jsons
from biomarkers.io.cells import Cells
from biomarkers.io.lines import whole_text
from biomarkers.io.sas import text

KINDS = ("json", "ndjson")
"""Endings of names."""
DAYS_FROM = datetime.date(1960, 1, 1)
"""Day 0 of SAS, from which numbers count that are shown by a format of dates."""
DATE_FORMAT = re.compile(r"(DATE|YYMMDD|DDMMYY|MMDDYY|E8601DA|IS8601DA)", re.IGNORECASE)


def read(path: str | Path) -> Cells:
    """The cells of a Dataset-JSON file; the line of a row is its number and one, as in a table with a header.

    Raises InputError for what is no such file.
    """
    content = whole_text(path)
    try:
        if str(path).lower().endswith(".ndjson"):
            head, *lines = (jsons.parsed(line) for line in content.split("\n") if line.strip())
            head["rows"] = lines
        else:
            head = jsons.parsed(content)
        columns, rows = _table(head)
        names = [str(column["name"]) for column in columns]
        are_dates = [bool(DATE_FORMAT.match(str(column.get("displayFormat", "")))) for column in columns]
        body = [[_cell(*pair) for pair in zip(row, are_dates, strict=True)] for row in rows]
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        found = "has no columns and rows of one dataset"
        raise InputError(Problem.said(str(path), "file", found, "Dataset-JSON, version 1.1")) from error
    return Cells(str(path), names, body, [*range(2, len(body) + 2)])


def _cell(value: Any, is_date: bool) -> str:
    """A value as text; a number that is shown as a date as that date."""
    if is_date and isinstance(value, (int, float)) and value == value:
        return (DAYS_FROM + datetime.timedelta(days=int(value))).isoformat()
    return text(value)


def _table(data: dict[str, Any]) -> tuple[Sequence[dict[str, Any]], Sequence[Sequence[Any]]]:
    """The columns, and the rows."""
    if "columns" in data:
        return data["columns"], data["rows"]
    kinds = [data.get(kind, {}).get("itemGroupData", {}) for kind in ("clinicalData", "referenceData")]
    (group,) = [group for kind in kinds for group in kind.values()]
    return group["items"], group["itemData"]
