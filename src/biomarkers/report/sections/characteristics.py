"""Table 1: characteristics of the patients at baseline by response, with the plan's tests (docs/methods.md, 11.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import count
from biomarkers.io import schemas
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, table
from biomarkers.report.given import Endpoint, Tables, is_burden
from biomarkers.report.numbers import estimate, missing, number, p_value, percent
from biomarkers.report.trunk import not_evaluable

TESTS = ("mann_whitney", "kruskal_wallis", "fisher", "cochran_armitage")
"""Tests of a whole characteristic against a binary endpoint; a cutoff or a model asks another question."""
MARKS = "abcdefgh"
SET_IN = "\u2003"
"""Space before a level."""
MOST_LEVELS = 12
"""A column of text with more words than these is no category but a note or an identifier."""
FEW_VALUES, HIGHEST_GRADE, OF_EACH = 6, 10, 3
"""A column of so few whole numbers is a grade, such as ECOG, unless the plan says otherwise: where they go no further
than that, or where each stands for so many patients on average, as doses do (docs/methods.md, 11.8)."""
BASELINE = ("tmb_per_mb", "pdl1")
OF_PRESET = re.compile("_(fda|ema_itt)$")
"""What stands behind a column of the endpoints by the censoring preset that is not the trial's own."""
STATUS = {"tmb_per_mb": "tmb_status", "pdl1": "pdl1_status"}
"""Columns that tell why a marker has no value."""
WITHOUT = {
    "failed": "not evaluable: sample failed",
    "not_evaluable": "not evaluable",
    "not_tested": "not tested",
    "scored": "known as an interval only",
}


class Group(NamedTuple):
    """A column of the table: its heading and which patients it holds."""

    title: str
    members: pd.Series
    hidden: bool = False


class Row(NamedTuple):
    """A line: what it counts (further lines of a characteristic set in), a cell a group, p, letter of the test."""

    name: str
    cells: list[Cell]
    p: Cell
    mark: str


def table_one(given: Tables) -> list[Block]:
    """Table 1 with its footnote; nothing where the cohort holds no characteristic."""
    end = binary_endpoint(given)
    groups = groups_of(given, end)
    names, left = characteristics(given)
    tests = {name: test_of(given, end, name) for name in names}
    done = [row for row in tests.values() if row is not None and not missing(row.p_value)]
    kinds = list(dict.fromkeys(str(row.method) for row in done))
    marks = dict(zip(kinds, MARKS, strict=False))
    rows = [line for name in names for line in lines(given, name, groups, tests[name], marks)]
    if not rows:
        return []
    columns = [
        Column("Characteristic", lambda row: row.name, room="some"),
        *(_column(place, group) for place, group in enumerate(groups)),
    ]
    if end is not None:
        columns += [
            Column("p", lambda row: row.p, True, help="From the table of tests; the page tests nothing itself."),
            Column("Test", lambda row: row.mark, help="Letter of the footnote."),
        ]
    by = "" if end is None else f" by {wording.sentence_label(end.name)}"
    caption = f"Table 1. Characteristics of the {count(len(given.cohort), 'patient')} of the cohort{by}"
    one = replace(table(caption, rows, columns, ordered=True), name="table_1")
    return [one, Paragraph(_footnote(given, marks, tests, end, left), "note")]


def _column(place: int, group: Group) -> Column:
    return Column(group.title, lambda row: row.cells[place], True, hidden=group.hidden)


def binary_endpoint(given: Tables) -> Endpoint | None:
    """The endpoint by which the table is split: response, else the first binary one; None without any."""
    binary = [end for end in given.endpoints().values() if end.column is not None]
    return next((end for end in binary if end.column == "responder"), binary[0] if binary else None)


def groups_of(given: Tables, end: Endpoint | None) -> list[Group]:
    """All patients, those with and without the outcome, those of whom it is not known; not evaluable ones on demand.

    With and without the outcome are the groups of the tests. They and the unknown ones add up to all patients.
    """
    everyone = pd.Series(True, index=given.cohort.index)
    found = [Group(_sized("All patients", everyone), everyone)]
    if end is None:
        return found
    outcome = given.cohort[end.column]
    is_response = end.column == "responder"
    one, other = ("Responders", "Non-responders") if is_response else (f"{wording.label(end.name)}: yes", "No")
    found += [Group(_sized(one, outcome.eq(1)), outcome.eq(1)), Group(_sized(other, outcome.eq(0)), outcome.eq(0))]
    if outcome.isna().any():
        found.append(Group(_sized("Not known", outcome.isna()), outcome.isna()))
    if is_response and (unclear := not_evaluable(given)).any():
        found.append(Group(_sized("Not evaluable", unclear), unclear, hidden=True))
    return found


def _sized(title: str, members: pd.Series) -> str:
    return f"{title}, n = {int(members.sum()):,}"


def characteristics(given: Tables) -> tuple[list[str], list[str]]:
    """Columns of the cohort for the table, in order, and those that are left out because they are no characteristic.

    Covariates and strata of the plan, columns of the patients sheet, then the declared markers, the burden and PD-L1.
    """
    cohort, plan = given.cohort, given.plan
    markers = [*(plan.get("markers") or {}), *BASELINE]
    ends = {column for end in given.endpoints().values() for column in (end.column, end.time, end.event)}
    own = [name for name in _own_columns(given) if name not in ends]
    asked = [*(plan.get("covariates") or []), *(plan.get("strata") or [])]
    first = [name for name in [*asked, *own] if name not in markers]
    found: list[str] = []
    left: list[str] = []
    for name in dict.fromkeys([*first, *markers]):
        if name in ends or (name not in cohort and given.values(name)["low"].isna().all()):
            continue
        (found if _is_characteristic(given, name) else left).append(name)
    return found, left


def _own_columns(given: Tables) -> list[str]:
    """Columns of the patients sheet in the cohort; where it was not given, those that no stage made."""
    found = own_columns(given.cohort, given.results)
    return found if given.patients is None else [name for name in found if name in given.patients]


def own_columns(cohort: pd.DataFrame, results: pd.DataFrame | None) -> list[str]:
    """Columns of the cohort that no stage made: covariates and markers, but none of many features."""
    known = set() if results is None else set(results.query("marker_class == 'feature'")["marker"])
    return [str(name) for name in cohort if name not in known and not _of_a_stage(str(name))]


def _of_a_stage(name: str) -> bool:
    """Whether a column is an endpoint's or a burden's, by any preset or definition, or holds another one once more."""
    declared = {*schemas.load("cohort")["properties"], *schemas.load("endpoints")["properties"]}
    once_more = {column for column in schemas.load("hepatobiliary")["properties"] if column.startswith("serum_")}
    return is_burden(name) or OF_PRESET.sub("", name) in declared or name in once_more


def _is_characteristic(given: Tables, name: str) -> bool:
    """Whether a column is numbers or a category; dates, notes, identifiers and empty columns are neither."""
    if name not in given.cohort:
        return True
    values = given.cohort[name].dropna()
    if name in (given.plan.get("markers") or {}) or (len(values) and pd.api.types.is_numeric_dtype(values)):
        return True
    return not pd.api.types.is_datetime64_any_dtype(values) and 0 < values.nunique() <= MOST_LEVELS


def is_continuous(given: Tables, name: str) -> bool:
    """Whether a characteristic is shown by its median: as the plan says, else numbers that are no grades."""
    rule = (given.plan.get("markers") or {}).get(name)
    if rule is not None:
        return bool(rule["kind"] == "continuous")
    if name not in given.cohort:
        return True
    values = given.cohort[name].dropna()
    if not pd.api.types.is_numeric_dtype(values):
        return False
    is_small = values.abs().max() <= HIGHEST_GRADE or len(values) >= OF_EACH * values.nunique()
    return not (values.mod(1).eq(0).all() and values.nunique() <= FEW_VALUES and is_small)


def lines(given: Tables, name: str, groups: list[Group], test: Any, marks: dict[str, str]) -> Iterator[Row]:
    """The lines of a characteristic: its median or its levels, then who has no value, a line for each reason."""
    title = wording.label(name)
    p, mark = _tested(test, marks)
    values = given.cohort[name] if name in given.cohort else pd.Series(float("nan"), index=given.cohort.index)
    if is_continuous(given, name):
        yield Row(f"{title}, median (IQR)", [_median(values[group.members]) for group in groups], p, mark)
    else:
        yield Row(f"{title}, n (%)", [Cell("")] * len(groups), p, mark)
        for level, holds in _levels(given, name, values):
            yield Row(SET_IN + level, _shares(values, holds, groups), Cell(""), "")
    for reason, who in without(given, name, values):
        yield Row(SET_IN + reason, [_counted(who, group) for group in groups], Cell(""), "")


def _median(values: pd.Series) -> Cell:
    known = values.dropna()
    if known.empty:
        return Cell("no value")
    low, middle, high = known.quantile([0.25, 0.5, 0.75])
    show = number if all(float(value).is_integer() for value in (low, middle, high)) else estimate
    return Cell(f"{show(middle)} ({show(low)} to {show(high)})", float(middle))


def _levels(given: Tables, name: str, values: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    """Each level with who has it: in the plan's order, else sorted; 1 and 0 are yes and no where that is declared."""
    rule = (given.plan.get("markers") or {}).get(name) or {}
    present = sorted(values.dropna().unique(), key=_natural)
    declared = [level for level in rule.get("levels") or [] if level in present]
    if _is_flag(name, rule) and set(present) <= {0, 1}:
        as_number = values.astype("float64")
        yield from (("yes", as_number.eq(1)), ("no", as_number.eq(0)))
        return
    for level in dict.fromkeys([*declared, *present]):
        yield number(level) if _is_number(level) else str(level), values.eq(level)


def _is_flag(name: str, rule: Mapping[str, Any]) -> bool:
    """Whether 1 and 0 are yes and no: of a binary marker of the plan, and of what the program counts as a flag.

    What 1 and 0 of any other column are is not known: they may be grades, such as ECOG.
    """
    of_cohort = schemas.load("cohort")["properties"].get(name, {})
    return (rule.get("kind") == "binary" and "levels" not in rule) or of_cohort.get("enum") == [0, 1]


def _is_number(value: Any) -> bool:
    return not isinstance(value, str)


def _natural(value: Any) -> list[Any]:
    """A key that sorts numbers within words as numbers, as in `T2`, `T10`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", str(value))]


def _shares(values: pd.Series, holds: pd.Series, groups: list[Group]) -> list[Cell]:
    """How many of each group have a level, and their share of those whose level is known."""
    found = []
    for group in groups:
        n, known = int((holds & group.members).sum()), int((values.notna() & group.members).sum())
        found.append(Cell(f"{n} ({percent(n / known)})" if known else "no value", float(n)))
    return found


def _counted(who: pd.Series, group: Group) -> Cell:
    n = int((who & group.members).sum())
    return Cell(str(n), float(n))


def without(given: Tables, name: str, values: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    """Who has no value, by reason: not tested, not evaluable and missing are not the same."""
    status = STATUS.get("tmb_per_mb" if is_burden(name) else name, "")
    absent = values.isna()
    told = given.cohort[status] if status in given.cohort else pd.Series(None, index=values.index, dtype="object")
    only_interval = absent & given.values(name)["low"].notna()
    for word in ("scored", "not_evaluable", "failed", "not_tested"):
        who = only_interval if word == "scored" else absent & told.eq(word)
        absent = absent & ~who
        if who.any():
            yield WITHOUT[word], who
    if absent.any():
        yield "missing", absent


def test_of(given: Tables, end: Endpoint | None, name: str) -> Any:
    """The row of the table of results on a characteristic and the endpoint; None where the plan asks for none."""
    rows = given.tests()
    if end is None or rows.empty:
        return None
    of_all = rows["subgroup"].isna() & rows["landmark_months"].isna() & rows["cut_at"].isna()
    rows = rows[of_all & rows["marker"].eq(name) & rows["endpoint"].eq(end.name) & rows["method"].isin(TESTS)]
    return next(wording.each(rows), None)


def _tested(row: Any, marks: dict[str, str]) -> tuple[Cell, str]:
    """The p of the plan's test with how many patients it had, and its letter; without a test a dash.

    A test that gave no p says so, with the reason.
    """
    if row is None:
        return Cell("—", None, "not tested by the plan"), ""
    of = f"{wording.METHODS[str(row.method)]}, n = {number(row.n)}"
    note = "" if missing(row.note) else f"; {row.note}"
    if missing(row.p_value):
        return Cell("no result", None, f"{of}{note}"), ""
    return Cell(p_value(row.p_value), float(row.p_value), f"{of}{note}"), marks.get(str(row.method), "")


def _footnote(
    given: Tables, marks: dict[str, str], tests: dict[str, Any], end: Endpoint | None, left: list[str]
) -> str:
    """How to read the table, which tests its p come from, who counts as a non-responder, what it does not show."""
    said = ["Numbers are medians (first to third quartile), or patients (share of those whose level is known)."]
    if end is not None:
        named = "; ".join(f"{mark}: {wording.METHODS[kind]}" for kind, mark in marks.items())
        said += [f"p is that of the table of tests, two-sided and of one test each ({named})."] if named else []
        said.append("A dash: the plan does not test this characteristic against the outcome.")
        if any(row is not None and missing(row.p_value) for row in tests.values()):
            said.append("No result: the plan's test could not be done; the cell's help says why.")
        unclear = not_evaluable(given) & given.cohort[end.column].eq(0)
        if end.column == "responder" and unclear.any():
            n = int(unclear.sum())
            said.append(f"Of the non-responders {n} could not be evaluated; Columns shows those not evaluable apart.")
    empty = [name for name in left if given.cohort[name].isna().all()]
    for names, why in (
        ([name for name in left if name not in empty], "Neither numbers nor categories"),
        (empty, "Empty"),
    ):
        if names:
            said.append(f"{why}, so not shown: {', '.join(map(wording.label, names))}.")
    return " ".join(said)
