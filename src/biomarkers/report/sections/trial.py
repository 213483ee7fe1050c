"""The trial's endpoints beside the rates: best responses, the design's null rate, readers, censoring presets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import (
    Block,
    Cell,
    Column,
    Table,
    limits,
    numbers,
    patient_names,
    table,
    texts,
    value_cell,
)
from biomarkers.report.given import Tables
from biomarkers.report.numbers import estimate, interval, missing, months, p_value, percent

METHODS = {
    "exact_binomial": "Exact binomial test",
    "simon_stage_1": "Simon's design, first stage",
    "simon_stage_2": "Simon's design, second stage not complete",
    "simon_final": "Simon's design, at its end",
}
SUBJECTS = {
    "best_response": "Best response, without confirmation",
    "confirmed_best_response": "Best response, confirmed",
    "visit": "Response at a visit",
}
STATISTICS = {"agreement": "Share read the same", "kappa": "Kappa", "weighted_kappa": "Weighted kappa"}
SIDES = {"greater": "one-sided (greater)", "two-sided": "two-sided"}


def trial(given: Tables) -> list[Block]:
    """The tables that were given and have rows."""
    blocks: list[Block | None] = [
        best_responses(given.responses),
        design(given.design),
        *presets(given.presets, len(given.cohort)),
        readers(given.readers),
        discordant(given.discordant),
    ]
    return [block for block in blocks if block is not None]


NOT_RESPONSES = {"NE": "NE: not evaluable", "MISSING": "MISSING: never assessed"}
"""Words of the table of best responses that say that there is no response."""


def best_responses(responses: pd.DataFrame | None) -> Table | None:
    """A row a response; a column of counts, shares and intervals for each denominator and way of confirmation."""
    if responses is None or responses.empty:
        return None
    keys = ["confirmation", "definition"]
    groups = dict(list(responses.groupby(keys, sort=False)))
    cells = {key: rows.set_index("response") for key, rows in groups.items()}
    columns = [Column("Best response", lambda row: NOT_RESPONSES.get(row, str(row)))]
    for (confirmation, definition), rows in cells.items():
        title = f"{wording.label(confirmation)}, {wording.sentence_label(definition)} (n = {rows['n'].iloc[0]})"
        columns.append(Column(title, lambda response, rows=rows: _counted(rows, response), True))  # type: ignore[misc]
    listed = list(dict.fromkeys(responses["response"]))
    return table("Best responses: patients, share and exact 95% interval", listed, columns)


def _counted(rows: pd.DataFrame, response: str) -> Cell:
    if response not in rows.index:
        return Cell("not counted")
    row: Any = rows.loc[response]
    if missing(row.estimate):
        return Cell(str(row.patients), float(row.patients))
    shown = interval(row.estimate, row.ci_low, row.ci_high, percent)
    return Cell(f"{row.patients}: {shown}", float(row.patients))


def design(rows: pd.DataFrame | None) -> Table | None:
    """The response rate against the null rate of the design."""
    if rows is None or rows.empty:
        return None
    null = percent(rows["null_rate"].iloc[0])
    columns = [
        Column("Test", lambda row: METHODS.get(row.method, row.method)),
        Column("Patients", lambda row: wording.label(row.definition)),
        numbers("n", "n"),
        numbers("Responders", "responders"),
        Column("Limit", lambda row: "" if missing(row.limit) else f"more than {int(row.limit)}"),
        texts("Decision", "decision"),
        Column("Response rate", lambda row: value_cell(row.estimate, percent(row.estimate)), True),
        limits(percent),
        Column("p", lambda row: value_cell(row.p_value, p_value(row.p_value)), True),
        Column("Side", lambda row: "" if missing(row.p_value) else SIDES.get(row.alternative, "")),
        texts("Note", "note", room="some"),
    ]
    return table(
        f"Response rate against {null}, the null hypothesis of the design", wording.each(rows), columns, of="design"
    )


def readers(rows: pd.DataFrame | None) -> Table | None:
    """Agreement of the readers."""
    if rows is None or rows.empty:
        return None
    columns = [
        Column("Readers", lambda row: f"{row.reader} and {row.other}"),
        Column("What was read", lambda row: SUBJECTS.get(row.subject, row.subject)),
        Column("Statistic", lambda row: STATISTICS.get(row.statistic, row.statistic)),
        Column("Estimate", _agreement, True),
        limits(by=_show),
        numbers("n", "n"),
        numbers("Read the same", "agreeing"),
        texts("Note", "note", room="some"),
    ]
    return table(
        "Agreement of readers; the assessments of the first one are used", wording.each(rows), columns, of="readers"
    )


def _show(row: Any) -> Any:
    return percent if row.statistic == "agreement" else estimate


def _agreement(row: Any) -> Cell:
    return Cell("not known") if missing(row.estimate) else value_cell(row.estimate, _show(row)(row.estimate))


def discordant(rows: pd.DataFrame | None) -> Table | None:
    """Who was read differently."""
    if rows is None or rows.empty:
        return None
    columns = [
        patient_names(),
        Column("What was read", lambda row: SUBJECTS.get(row.subject, row.subject)),
        Column("Date", lambda row: "" if missing(row.date) else f"{row.date:%Y-%m-%d}"),
        numbers("Study day", "day"),
        texts("Reader", "reader"),
        texts("Reading", "reading"),
        texts("Other reader", "other"),
        texts("Other reading", "other_reading"),
    ]
    return table("Patients and visits read differently", wording.each(rows), columns, of="discordant")


def presets(rows: pd.DataFrame | None, patients: int) -> list[Table]:
    """Whose time or event depends on the censoring preset."""
    if rows is None:
        return []
    columns = [
        patient_names(),
        Column("Endpoint", lambda row: wording.label(row.endpoint)),
    ]
    for preset, name in (("ema_itt", "EMA"), ("fda", "FDA")):
        columns += [
            Column(f"{name}: time", lambda row, column=f"{preset}_months": _months(row, column), True),  # type: ignore[misc]
            texts(f"{name}: why it ended", f"{preset}_reason", room="some"),
        ]
    differ = rows["patient"].nunique()
    caption = f"Censoring by EMA and by FDA: {differ} of {count(patients, 'patient')} with another time or event"
    return [table(caption, wording.each(rows), columns, of="presets", aside=True)]


def _months(row: Any, name: str) -> Cell:
    value = getattr(row, name)
    return value_cell(value, months(value))
