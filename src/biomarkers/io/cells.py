"""The cells of a table against its schema: typed values, or every problem with its line. Needs no pandas."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from biomarkers.errors import Problem, Problems, nearest
from biomarkers.io import schemas

log = logging.getLogger("biomarkers")

MISSING = ("", "NA")
INFINITE = ("inf", "-inf")
"""Unbounded estimates and limits; numbers only where the schema says `x-infinite: true`."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
IDENTIFYING = re.compile(
    r"(^|_)(first|last|sur|family|given|full|patient)_?name($|_)|^name$|birth|^dob$|(^|_)(mrn|ssn|nhs)($|_)|medical_?record"
    r"|record_?number|^(e_?mail|phone|telephone|address|street|zip|postcode)$",
    re.IGNORECASE,
)
"""Column names that suggest direct identifiers (names, birth dates, record numbers)."""


class Cells(NamedTuple):
    """A table as it stands in a file: stripped cells of each row, and the line that each row begins in (1-based)."""

    path: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]


def check_cells(
    cells: Cells, schema: str, *, text_columns: Collection[str] = (), problems: Problems | None = None
) -> dict[str, tuple[str, list[Any]]]:
    """Kind (number, integer, date, string) and typed values of each column, None where missing; needs no pandas.

    Raises InputError with every problem of the table, or adds them to `problems` where given.
    """
    shown, header, rows, lines = cells
    definition = schemas.load(schema)
    properties: dict[str, Any] = definition["properties"]
    required: list[str] = definition.get("required", [])
    stop, problems = problems is None, problems or Problems()
    for column in [*required, *definition.get("x-columns", [])]:
        if column not in header:
            others = [c for c in header if c not in properties]
            problems.add(Problem(shown, column, None, f"a column of that name{nearest(column, others)}", 1))
    extra = definition.get("additionalProperties", True)
    for column in header:
        if column not in properties and extra is False:
            known = ", ".join(properties)
            problems.add(Problem(shown, "column", column, f"one of {known}{nearest(column, properties)}", 1))
        if definition.get("x-patient-data") and IDENTIFYING.search(column):
            said = "%s:1: column '%s' looks like a direct identifier; remove it before sharing results"
            log.warning(said, shown, column)
    columns: dict[str, tuple[str, list[Any]]] = {}
    for position, column in enumerate(header):
        given = [row[position] for row in rows]
        other = extra if isinstance(extra, dict) else _inferred(given, column in text_columns)
        rule = properties.get(column, other)
        columns[column] = _typed_column(shown, column, given, lines, rule, column in required, problems)
    key = definition.get("x-key", [])
    if key and all(column in header for column in key):
        _check_unique(cells, key, problems)
    if stop:
        problems.stop_if_any()
    return columns


def _inferred(cells: list[str], is_text: bool) -> dict[str, Any]:
    """Rule for a column that the schema does not name: numbers when more than half of the cells are numbers."""
    filled = [cell for cell in cells if cell not in MISSING]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
    if is_text or not filled or numbers * 2 <= len(filled):
        return {"type": "string"}
    share = f"a number, as in {numbers} of the {len(filled)} filled cells of this column, or NA"
    return {"type": "number", "errorMessage": share}


def _typed_column(
    shown: str,
    column: str,
    cells: list[str],
    lines: list[int],
    rule: dict[str, Any],
    required: bool,
    problems: Problems,
) -> tuple[str, list[Any]]:
    """Kind and typed cells of a column; bad cells become missing and a problem. Each distinct cell is checked once."""
    kinds = rule.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(k for k in kinds if k != "null")
    check = schemas.validator(rule)
    known: dict[str, tuple[Any, bool]] = {cell: (None, not required) for cell in MISSING}
    values = []
    for line, cell in zip(lines, cells, strict=True):
        if cell not in known:
            value = float(cell) if rule.get("x-infinite") and cell in INFINITE else _typed(cell, kind)
            known[cell] = (value, True) if check.is_valid(value) else (None, False)
        value, good = known[cell]
        if not good:
            expected = schemas.expected(rule) + _hint(cell, rule.get("enum", []))
            problems.add(Problem(shown, column, cell, expected, line, None if cell else "is empty"))
        values.append(value)
    return ("date" if rule.get("format") == "date" else kind), values


def _typed(cell: str, kind: str) -> Any:
    if kind == "integer" and WHOLE.fullmatch(cell):
        return int(float(cell)) if "." in cell else int(cell)
    if kind == "number" and NUMBER.fullmatch(cell):
        return float(cell)
    return cell


def _check_unique(cells: Cells, key: list[str], problems: Problems) -> None:
    places, name = [cells.header.index(column) for column in key], "+".join(key)
    first: dict[tuple[str, ...], int] = {}
    for line, row in zip(cells.lines, cells.rows, strict=True):
        value = tuple(row[place] for place in places)
        if first.setdefault(value, line) != line:
            expected = f"each {name} once (first in line {first[value]})"
            problems.add(Problem(cells.path, name, " ".join(value), expected, line))


def _hint(cell: str, words: list[Any]) -> str:
    """Hint for a misspelt word of an enumeration, also when only its case is wrong."""
    known = [str(word) for word in words if word is not None]
    return nearest(cell, known) or nearest(cell.upper(), known) or nearest(cell.lower(), known)
