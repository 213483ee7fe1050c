"""Adverse events: how many patients had which, at which grade, how often for the time at risk, and how soon.

Every count stands in the table that `biomarkers endpoints` writes; here they are set beside one another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import (
    Block,
    Cell,
    Choice,
    Column,
    Paragraph,
    Table,
    absent,
    limits,
    numbers,
    table,
    texts,
    value_cell,
)
from biomarkers.report.given import Tables
from biomarkers.report.numbers import bounds, estimate, missing, number, percent
from biomarkers.report.sections.event_classes import event_classes
from biomarkers.report.summary import whose

GRADES = (1, 2, 3, 4, 5)
BY_TERM = ("any", "related", "immune_related", "serious", "discontinuation")
"""Kinds of events of which a reader may see the terms and classes."""
SEVERE = "Grade ≥ 3"
UNKNOWN = {
    "related": "Relation not known",
    "immune_related": "Immune relation not known",
    "serious": "Seriousness not known",
    "discontinuation": "Action not known",
}
"""Heading of the patients of whom it is not known whether they had such an event."""
INCIDENCE = "aalen_johansen_log_log"


def safety(given: Tables) -> list[Block]:
    """Events of each kind with their rates, how soon they came, and each class and term by grade."""
    events = given.adverse_events
    if events is None:
        return [absent("The table of adverse events", "--adverse-events", "clinical.adverse_events")]
    text = (
        f"Treatment-emergent events; each of the {number(events['n'].max())} treated patients counts once in a row,"
        " at the highest grade (CTCAE)."
    )
    if events["incidence"].notna().any():
        text += (
            " Rates are per 100 patient-years with exact 95% intervals: patients with an event for the time until the"
            " first one, and events for all the time, from the first dose to the end of the window after the last,"
            " death or last contact."
        )
    if other := whose(events, given.subset):
        text += f" {other}"
    blocks: list[Block] = [Paragraph(text), _kinds(events[events["level"].eq("all")])]
    return [*blocks, *_grid(events), *event_classes(events), *_times(given)]


def _grid(events: pd.DataFrame) -> list[Block]:
    """Terms and classes by highest grade, of all events or those of one kind, as the reader chooses."""
    levels = {level: events[events["level"].eq(level)] for level in ("term", "class")}
    options: list[tuple[str, list[Block]]] = []
    for kind in BY_TERM:
        of_kind = "" if kind == "any" else f", {wording.sentence_label(kind)} only"
        tables: list[Block] = [
            _by_grade(
                rows[rows["category"].eq(kind)], kind, level, f"By {level} and highest grade{of_kind}", level == "class"
            )
            for level, rows in levels.items()
            if rows["category"].eq(kind).any()
        ]
        options += [("All events" if kind == "any" else wording.label(kind), tables)] if tables else []
    asked = {"related": "related", "immune_related": "immune-related"}
    untold = [words for kind, words in asked.items() if not events["category"].eq(kind).any()]
    blocks: list[Block] = [Choice("Which adverse events", options, only=SEVERE)] if options else []
    if untold:
        said = f"The sheet of events does not say which are {' or '.join(untold)}."
        blocks.insert(0, Paragraph(said, "absent"))
    return blocks


def _kinds(overall: pd.DataFrame) -> Table:
    columns = [
        Column("Kind", lambda row: wording.label(row.category)),
        Column("Patients", _of_all("patients"), True),
        numbers("Events", "events"),
        *_rates(overall),
    ]
    if overall["unknown"].gt(0).any():
        columns.append(numbers("Events of which it is not known", "unknown"))
    return table("Patients with an adverse event", wording.each(overall), columns, of="adverse_events_summary")


def _rates(rows: pd.DataFrame) -> list[Column]:
    if rows["incidence"].isna().all():
        return []
    return [
        Column("Patients per 100 patient-years (95% CI)", _rate("incidence"), True),
        Column("Events per 100 patient-years (95% CI)", _rate("event_rate"), True),
    ]


def _by_grade(rows: pd.DataFrame, kind: str, level: str, caption: str, aside: bool) -> Table:
    rows = rows.sort_values("patients", ascending=False, kind="stable")
    columns = [
        texts(*(("Term", "term") if level == "term" else ("Class", "soc"))),
        _patients("Any grade", "patients"),
        Column(SEVERE, _severe, True, source="grade_3_or_higher", kind="shade"),
        *(_patients(f"Grade {grade}", f"grade_{grade}") for grade in GRADES),
    ]
    doubts = {"Grade not known": "grade_unknown", "May be higher": "grade_may_be_higher"}
    doubts |= {UNKNOWN[kind]: "patients_unknown"} if kind in UNKNOWN else {}
    columns += [_patients(title, column) for title, column in doubts.items() if rows[column].gt(0).any()]
    columns += [texts("Class", "soc")] if level == "term" else []
    if rows["incidence"].notna().any():
        columns.append(
            Column("Patients per 100 patient-years (95% CI)", _rate("incidence"), True, source="incidence", hidden=True)
        )
    return table(caption, wording.each(rows), columns, of="adverse_events_summary", aside=aside)


def _patients(title: str, column: str) -> Column:
    return Column(title, _of_all(column), True, source=column, kind="shade")


def _times(given: Tables) -> list[Block]:
    """Cumulative incidence of the first event, and the share of all treated within one year."""
    soon = given.adverse_event_times
    if soon is None or soon.empty:
        return []
    columns = [
        Column("Kind", lambda row: wording.label(row.category)),
        Column("By month", lambda row: value_cell(row.time_months), True),
        Column("Estimate", lambda row: _estimate(row), True),
        limits(percent),
        numbers("With an event", "n_events"),
        numbers("Died without one", "n_competing"),
        numbers("At risk", "n_at_risk"),
        numbers("Time not known", "n_unknown"),
    ]
    curve = soon["method"].eq(INCIDENCE)
    first = "Time to the first event: cumulative incidence, death without one competing (Aalen-Johansen)"
    share = "Treated patients with an event within one year (Clopper-Pearson)"
    of_year = [column for column in columns if column.title not in ("At risk", "By month")]
    tables: list[tuple[str, list[Block]]] = [
        ("Over time", [table(first, wording.each(soon[curve]), columns, of="adverse_event_times")]),
        ("Within one year", [table(share, wording.each(soon[~curve]), of_year, of="adverse_event_times")]),
    ]
    other = whose(soon, given.subset)
    return [*([Paragraph(other)] if other else []), Choice("How soon events came", tables)]


def _estimate(row: Any) -> Cell:
    return Cell("nobody watched") if missing(row.estimate) else value_cell(row.estimate, percent(row.estimate))


def _of_all(column: str) -> Callable[[Any], Cell]:
    """`12 (24.0%)`: patients, and their share of all treated."""

    def shown(row: Any) -> Cell:
        count = getattr(row, column)
        if missing(count) or missing(row.n) or not row.n:
            return value_cell(count)
        return value_cell(count, f"{number(count)} ({percent(count / row.n)})" if count else "0")

    return shown


def _severe(row: Any) -> Cell:
    """Grade 3 or higher, summed where a table of an older version does not have it."""
    n = row.grade_3_or_higher
    if missing(n):
        row = row._replace(grade_3_or_higher=row.grade_3 + row.grade_4 + row.grade_5)
    return _of_all("grade_3_or_higher")(row)


def _rate(column: str) -> Callable[[Any], Cell]:
    """`12.3 (4.5 to 26.8)`."""

    def shown(row: Any) -> Cell:
        value = getattr(row, column)
        if missing(value):
            return Cell("")
        limits = bounds(getattr(row, f"{column}_low"), getattr(row, f"{column}_high"), estimate)
        return value_cell(value, f"{estimate(value)} ({limits})")

    return shown
