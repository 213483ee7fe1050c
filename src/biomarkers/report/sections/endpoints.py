"""Response rates and survival of all patients."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.report import reasons, wording
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
    side_by_side,
    table,
    value_cell,
)
from biomarkers.report.given import Endpoint, Tables
from biomarkers.report.numbers import NOT_REACHED, estimate, missing, months, number, percent
from biomarkers.report.sections.markers import EVERYONE, curves
from biomarkers.report.sections.trial import trial
from biomarkers.report.summary import whose

SHARE = "clopper_pearson"
"""Method of a response rate; all else in the table of rates is of times."""
OBSERVED = ("order_statistics", "observed")
"""Methods of observed times: what is missing there is not known, rather than not reached."""

CAPTIONS = (
    "Response: rates with exact (Clopper-Pearson) 95% intervals",
    "Times: Kaplan-Meier estimates with 95% intervals; time to response as observed in responders",
)


def endpoints(given: Tables) -> list[Block]:
    """The table of rates in two parts, the trial's tables, and Kaplan-Meier curves of all patients."""
    if given.rates is None:
        blocks: list[Block] = [absent("The table of rates", "--rates")]
    else:
        is_share = given.rates["method"].eq(SHARE)
        parts = {"Response rates": given.rates[is_share], "Times": given.rates[~is_share]}
        found = zip(CAPTIONS, parts.items(), strict=True)
        tables: list[tuple[str, list[Block]]] = [
            (name, [_rates(caption, rows)]) for caption, (name, rows) in found if len(rows)
        ]
        blocks = [Choice("Rates or times", tables)] if tables else []
    blocks[:0] = [Paragraph(other)] if (other := whose(given.rates, given.subset)) else []
    everyone = pd.Series(EVERYONE, index=given.cohort.index)
    timed = [end for end in given.endpoints().values() if end.time is not None]
    if "dor" not in given.endpoints() and {"dor_months", "dor_event"} <= set(given.cohort):
        timed.append(Endpoint("dor", time="dor_months", event="dor_event"))
    figures = [curves(given, end, everyone, [EVERYONE]) for end in timed]
    drawn = side_by_side([draw() for draw in figures if draw is not None], "three")
    return [*blocks, *drawn, *trial(given)]


def _rates(caption: str, rates: pd.DataFrame) -> Table:
    columns = [
        Column("Endpoint", _name, source="endpoint"),
        Column(
            "Definition",
            lambda row: "" if missing(row.definition) else wording.label(row.definition),
            source="definition",
        ),
        Column("Estimate", _estimate, True, source="estimate"),
        limits(by=lambda row: estimate if _is_median(row) else percent),
        numbers("n", "n"),
        numbers("Events", "events"),
        *([numbers("At risk then", "n_at_risk")] if rates["n_at_risk"].notna().any() else []),
        *(
            [Column("Note", _said, room="some", source="note")]
            if "note" in rates and rates["note"].notna().any()
            else []
        ),
    ]
    return table(caption, wording.each(rates), columns, of="rates")


def _said(row: Any) -> str:
    return "" if missing(row.note) else reasons.note(row.note)


def _name(row: Any) -> str:
    """`6-month overall survival rate`: a landmark before the name of its rate."""
    if missing(row.time_months):
        return wording.label(row.endpoint)
    return f"{number(row.time_months)}-month {wording.sentence_label(row.endpoint)}"


def _is_median(row: Any) -> bool:
    """A Kaplan-Meier estimate without a landmark is a median, in months."""
    return row.method != SHARE and missing(row.time_months)


def _estimate(row: Any) -> Cell:
    if missing(row.estimate):
        return Cell(NOT_REACHED if _is_median(row) and row.method not in OBSERVED and row.n > 0 else "not known")
    return value_cell(row.estimate, months(row.estimate) if _is_median(row) else percent(row.estimate))
