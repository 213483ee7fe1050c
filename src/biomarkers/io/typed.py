"""The cells of one column as its rule types them, and what is said of those that keep it not. Needs no pandas."""

from __future__ import annotations

import math
import re
from typing import Any

from biomarkers.errors import Problem, Problems, nearest
from biomarkers.io import below, partial_dates, schemas, spellings, words
from biomarkers.io.spellings import NUMBER

INFINITE = ("inf", "-inf")
"""Unbounded estimates and limits; numbers only where the schema says `x-infinite: true`."""
EXACT = 2.0**53
"""From here on not every whole number is a double, and soon none fits a column of integers."""
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
OTHER_DAYS = " (days in another form: biomarkers import reads them, by the date_format of its mapping)"


def typed_column(
    shown: str,
    column: str,
    cells: list[str],
    lines: list[int],
    rule: dict[str, Any],
    absent: dict[str, tuple[None, bool]],
    problems: Problems,
) -> tuple[str, list[Any]]:
    """Kind and typed cells of a column; bad cells become missing and a problem. Each distinct cell is checked once.

    absent: the cells that are missing, each with whether it may be.
    """
    kinds = rule.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(k for k in kinds if k != "null")
    keeps = schemas.checker(rule)
    known: dict[str, tuple[Any, bool]] = {**absent}
    for cell in set(cells).difference(known):
        value = float(cell) if rule.get("x-infinite") and cell in INFINITE else _typed(cell, kind)
        if "x-words" in rule and not keeps(value):
            value = _typed(words.read(rule["x-words"], cell, rule["enum"]) or "", kind)
        known[cell] = (value, True) if keeps(value) and not below.is_found(rule, cell) else (None, False)
    bad = {cell for cell, (_, good) in known.items() if not good}
    for line, cell in zip(lines, cells, strict=True) if bad else ():
        if cell in bad:
            expected = _expected(cell, rule, kind, is_absent=bool(cell) and cell in absent)
            problems.add(Problem(shown, column, cell, expected, line, None if cell else "is empty"))
    return ("date" if rule.get("format") == "date" else kind), [known[cell][0] for cell in cells]


def _expected(cell: str, rule: dict[str, Any], kind: str, *, is_absent: bool) -> str:
    """What a cell should have been; is_absent: it is a word for missing where nothing may be."""
    if below.is_found(rule, cell):
        named = below.what(cell).replace("or note", "or a note")
        return f"{rule['x-no-totals']}: a {named} is none, so take it out of the file"
    if is_absent:
        other = "another name" if rule.get("pattern") == schemas.NAME else "a value"
        return f"{other}: {cell} means that it is missing"
    expected = schemas.expected(rule) + _hint(cell, rule)
    if rule.get("format") == "date" and partial_dates.span(cell):
        expected += "; a part of a date is not enough here"
    elif rule.get("format") == "date" and re.fullmatch(r"(?!19|20|21)\d{4}-\d\d-\d\d", cell):
        expected += ", in the years 1900 to 2199"
    elif "x-day" in rule and spellings.DAY_ELSEWHERE.fullmatch(cell):
        expected += OTHER_DAYS
    if kind in ("number", "integer") and spellings.DECIMAL_COMMA.fullmatch(cell):
        expected += "; write it with a point: its comma may stand for thousands or decimals"
    elif kind in ("number", "integer") and spellings.MARKED.fullmatch(cell):
        expected += "; write it without marks between thousands (or import it: thousands in a mapping)"
    elif kind in ("number", "integer") and spellings.INEXACT.fullmatch(cell):
        expected += f"; {spellings.NO_NUMBER}: write one that is known, or leave the cell empty"
    return expected


def _typed(cell: str, kind: str) -> Any:
    """The cell as a number of its kind; unchanged, so that the schema refuses it, where it is none or too large."""
    if kind not in ("integer", "number") or not (WHOLE if kind == "integer" else NUMBER).fullmatch(cell):
        return cell
    number = float(cell)
    if not math.isfinite(number) or (kind == "integer" and abs(number) >= EXACT):
        return cell
    return int(number) if kind == "integer" else number


def _hint(cell: str, rule: dict[str, Any]) -> str:
    """Hint for a misspelt word of an enumeration, also when only its case is wrong."""
    known = [str(word) for word in rule.get("enum", []) if word is not None]
    if "x-words" in rule:
        return words.hint(rule["x-words"], cell, known)
    return nearest(cell, known) or nearest(cell.upper(), known) or nearest(cell.lower(), known)
