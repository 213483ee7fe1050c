"""Two tables row by row: which rows came and went, and which cells changed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.io import schemas, tables
from biomarkers.run.written import PLACE

TOLERANCE = 1e-9
"""Relative difference up to which two numbers are the same (docs/methods.md, 12.4)."""
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|-?inf")
"""A cell that is compared as a number where no schema says what its column holds; `007` is a name."""

Key = tuple[str, ...]


class Kind(NamedTuple):
    """A table of a run. name: its schema's; place: below the run's folder.

    key: columns that name a row. further: columns that tell rows apart where the key does not.
    """

    name: str
    place: str
    key: tuple[str, ...]
    further: tuple[str, ...] = ()

    @property
    def of_patients(self) -> bool:
        """Whether each row is one patient's."""
        return self.key[0] == "patient"


TESTS, RATES, FLOW = "results", "rates", "flow"
KINDS = (
    Kind("cohort", PLACE["cohort"], ("patient",)),
    Kind("endpoints", PLACE["endpoints"], ("patient",)),
    Kind("tmb", PLACE["tmb"], ("patient", "sample", "definition")),
    Kind("pdl1_selected", PLACE["pdl1_selected"], ("patient",)),
    Kind(
        TESTS,
        PLACE[TESTS],
        ("endpoint", "marker", "test", "estimate_type"),
        ("contrast", "landmark_months"),
    ),
    Kind(RATES, PLACE[RATES], ("endpoint", "definition", "time_months"), ("method",)),
    Kind("adverse_events_summary", PLACE["adverse_events_summary"], ("category", "level", "soc", "term")),
    Kind(FLOW, PLACE[FLOW], ("step", "sheet"), ("reason",)),
)


class Rows(NamedTuple):
    """Rows of a table by their key, each by column; missing is an empty text."""

    columns: list[str]
    by_key: dict[Key, dict[str, str]]


class Cell(NamedTuple):
    """A changed cell, or a row that only one table has (column empty, and old or new None)."""

    key: Key
    column: str
    old: str | None
    new: str | None


def read(folder: Path, kind: Kind) -> Rows | None:
    """The table of a run; None where there is none. Raises InputError for what is no table, or no table of its kind."""
    path = folder / kind.place
    if not path.is_file():
        return None
    cells = tables.read_cells(path)
    if (first := kind.key[0]) not in cells.header:
        raise InputError([Problem(str(path), first, None, f"a column of that name{nearest(first, cells.header)}", 1)])
    return rows(kind, cells.header, cells.rows)


def rows(kind: Kind, header: Sequence[str], body: Sequence[Sequence[str]]) -> Rows:
    """Rows by key. Where a key stands twice the further columns tell them apart, and after those their order."""
    found = [dict(zip(header, ("" if cell == "NA" else cell for cell in line), strict=True)) for line in body]
    keys: list[Key] = [tuple(row.get(column, "") for column in kind.key) for row in found]
    seen = Counter(keys)
    keys = [
        (*key, *(row.get(column, "") for column in kind.further)) if seen[key] > 1 else key
        for key, row in zip(keys, found, strict=True)
    ]
    by_key: dict[Key, dict[str, str]] = {}
    for key, row in zip(keys, found, strict=True):
        number, unique = 1, key
        while unique in by_key:
            number += 1
            unique = (*key, f"row {number}")
        by_key[unique] = row
    return Rows(list(header), by_key)


def changes(kind: Kind, old: Rows, new: Rows) -> Iterator[Cell]:
    """Every difference in the columns that both have: in the order of the older table, then what only the newer has."""
    numeric = numbers(kind.name)
    columns = [column for column in old.columns if column in new.columns and column not in kind.key]
    for key, before in old.by_key.items():
        after = new.by_key.get(key)
        if after is None:
            yield Cell(key, "", "", None)
            continue
        for column in columns:
            a, b = before.get(column, ""), after.get(column, "")
            if not same(a, b, numeric.get(column)):
                yield Cell(key, column, a, b)
    for key in new.by_key:
        if key not in old.by_key:
            yield Cell(key, "", None, "")


def columns_of_one(old: Rows, new: Rows) -> Iterator[tuple[str, bool]]:
    """Each column that only one of the tables has, and whether it is the newer one."""
    yield from ((column, False) for column in old.columns if column not in new.columns)
    yield from ((column, True) for column in new.columns if column not in old.columns)


def numbers(schema: str) -> dict[str, bool]:
    """Whether each column of a schema holds numbers."""
    rules = schemas.load(schema)["properties"]
    return {column: rule.get("type") in ("number", "integer") for column, rule in rules.items()}


def same(old: str, new: str, is_number: bool | None = None) -> bool:
    """Whether two cells say the same: numbers to a relative 1e-9, texts letter by letter.

    is_number: of the column; None where nobody says: then cells that look like numbers are.

    >>> same("0.1", "0.10000000000001"), same("0.1", "0.1001"), same("007", "7"), same("1", "1.0"), same("", "0")
    (True, False, False, True, False)
    """
    if old == new:
        return True
    if is_number is False or not (NUMBER.fullmatch(old) and NUMBER.fullmatch(new)):
        return False
    return math.isclose(float(old), float(new), rel_tol=TOLERANCE, abs_tol=0)
