"""Every change between two runs as a row: of what they were made from, of patients, and of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from biomarkers.run.comparison import sources, tables
from biomarkers.run.comparison.reasons import Reasons
from biomarkers.run.comparison.sources import Row, Side
from biomarkers.run.comparison.tables import TESTS, Cell, Kind, Rows
from biomarkers.stats.intervals import LEVEL

NEUTRAL = {
    **dict.fromkeys(("odds_ratio", "hazard_ratio", "hazard_ratio_mh"), 1.0),
    **dict.fromkeys(("odds_ratio_rescaled", "hazard_ratio_rescaled", "rmst_ratio"), 1.0),
    **dict.fromkeys(("hodges_lehmann", "rho", "survival_difference", "rmst_difference"), 0.0),
    "auc": 0.5,
}
"""Value of an estimate on whose sides the directions of an effect lie."""


class Change(NamedTuple):
    """A row of the table `changes`.

    what: source, table_missing, column_added, column_removed, patient_added, patient_removed, row_added, row_removed or
    value. item: which row of a
    table that is not one of patients. note: what is remarkable about the change of a test.
    """

    what: str
    table: str
    patient: str | None
    column: str | None
    old: str | None
    new: str | None
    why: str | None
    item: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Comparison:
    """Two runs and what changed. compared: tables that both have. roles: of each test, by its item."""

    old: Side
    new: Side
    changes: list[Change]
    compared: list[str]
    roles: dict[str, str]


def compare(old: Path, new: Path) -> Comparison:
    """Everything that differs between the runs in two folders. Raises InputError where one is not a run's."""
    sources.check_runs(old, new)
    sides = sources.side(old), sources.side(new)
    read = {kind: (tables.read(old, kind), tables.read(new, kind)) for kind in tables.KINDS}
    derived = [rows.columns for kind, both in read.items() if kind.name == "endpoints" for rows in both if rows]
    reasons = Reasons(*sides, [column for columns in derived for column in columns])
    found = list(_of_sources(reasons))
    compared: list[str] = []
    roles: dict[str, str] = {}
    cohort: list[Cell] = []
    for kind, (before, after) in read.items():
        if before is None or after is None:
            found += _missing(kind, before, after)
            continue
        compared.append(kind.name)
        for column, is_new in tables.columns_of_one(before, after):
            what = "column_added" if is_new else "column_removed"
            found.append(Change(what, kind.name, None, column, None, None, reasons.of_column(column)))
        cells = list(tables.changes(kind, before, after))
        if kind.name == tables.KINDS[0].name:
            cohort = cells
        if kind.of_patients:
            found += _of_patients(kind, cells, before, after, reasons)
        else:
            found += _of_results(kind, cells, cohort, before, after, reasons)
        if kind.name == TESTS:
            every = {**before.by_key, **after.by_key}
            roles = {item(kind, key): row.get("role", "") for key, row in every.items()}
    return Comparison(*sides, found, compared, roles)


def item(kind: Kind, key: tuple[str, ...]) -> str:
    """Words for a row of a table that is not of patients; a test by its identifier and what was estimated."""
    parts = key[1:] if kind.of_patients else key
    if kind.name == TESTS and key[2]:
        parts = key[2:]
    return " ".join(part for part in parts if part)


def note(row: Row, cell: Cell) -> str | None:
    """What is remarkable: a p-value or q-value that crossed 0.05, an effect in the other direction.

    >>> from biomarkers.run.comparison.tables import Cell
    >>> note({"estimate_type": "odds_ratio"}, Cell((), "estimate", "0.8", "1.3"))
    'the other direction'
    >>> note({}, Cell((), "p_value", "0.04", "0.06"))
    'no longer below 0.05'
    """
    a, b = (_number(text) for text in (cell.old, cell.new))
    if cell.column in ("p_value", "q_value"):
        if a is None or b is None:
            return "no value any more" if b is None else "had no value"
        if (a < LEVEL) != (b < LEVEL):
            return f"now below {LEVEL}" if b < LEVEL else f"no longer below {LEVEL}"
    neutral = NEUTRAL.get(row.get("estimate_type", ""))
    if cell.column == "estimate" and None not in (a, b, neutral) and (a - neutral) * (b - neutral) < 0:  # type: ignore[operator]
        return "the other direction"
    if cell.column == "role":
        return f"was {cell.old}, is {cell.new}"
    return None


def _of_sources(reasons: Reasons) -> Iterator[Change]:
    old, new = reasons.old, reasons.new
    if reasons.version:
        yield Change("source", "version", None, None, old.version, new.version, None)
    for table, listed in (("settings", reasons.settings), ("plan", reasons.plan), ("files", reasons.files)):
        for one in listed:
            yield Change("source", table, None, one.name, one.old, one.new, None)
    for path, count in reasons.sheets().items():
        yield Change("source", "sheets", None, path, None, None, f"rows of {count} patient{'s' * (count > 1)} differ")


def _missing(kind: Kind, before: Rows | None, after: Rows | None) -> Iterator[Change]:
    """A table that one of the runs lacks; none where both do."""
    if before is not None or after is not None:
        old, new = (None if rows is None else "there" for rows in (before, after))
        yield Change("table_missing", kind.name, None, None, old, new, f"no {kind.place} in one of the runs")


def _of_patients(kind: Kind, cells: list[Cell], old: Rows, new: Rows, reasons: Reasons) -> Iterator[Change]:
    before_of = {key[0] for key in old.by_key}, {key[0] for key in new.by_key}
    for cell in cells:
        patient, of_row = cell.key[0], item(kind, cell.key) or None
        if cell.column:
            why = reasons.of_value(kind, cell, old.by_key[cell.key], new.by_key[cell.key])
            yield Change("value", kind.name, patient, cell.column, cell.old, cell.new, why, of_row)
            continue
        added = cell.old is None
        word = "patient" if patient not in before_of[0] & before_of[1] else "row"
        if word == "patient":
            why = reasons.of_patient(patient, added=added)
        else:
            row = (new if added else old).by_key[cell.key]
            why = reasons.of_value(kind, cell, {} if added else row, row if added else {})
        yield Change(f"{word}_{'added' if added else 'removed'}", kind.name, patient, None, None, None, why, of_row)


def _of_results(
    kind: Kind, cells: list[Cell], cohort: list[Cell], old: Rows, new: Rows, reasons: Reasons
) -> Iterator[Change]:
    for cell in cells:
        before, after = old.by_key.get(cell.key, {}), new.by_key.get(cell.key, {})
        is_test = kind.name == TESTS
        why = reasons.of_test(cohort, before, after) if is_test else reasons.of_summary(cohort, kind.name)
        of_row = item(kind, cell.key)
        if cell.column:
            remark = note(after, cell) if is_test else None
            yield Change("value", kind.name, None, cell.column, cell.old, cell.new, why, of_row, remark)
        else:
            what = "row_added" if cell.old is None else "row_removed"
            p = (after or before).get("p_value", "") if is_test else ""
            remark = f"p {float(p):.3g}" if is_test and _number(p) is not None else None
            yield Change(what, kind.name, None, None, None, None, why, of_row, remark)


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
