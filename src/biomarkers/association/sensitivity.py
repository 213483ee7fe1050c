"""The primary result under other choices: endpoints, definitions, exclusions, missing values, single patients.

Every choice is a row, also one that the cohort table cannot make, with the reason (docs/methods.md, 6.26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association import comparisons, imputing
from biomarkers.association.rows import Row
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome, numbers
from biomarkers.errors import count
from biomarkers.genome.tmb_definitions import LOW_TUMOR_CONTENT
from biomarkers.io import tables
from biomarkers.stats.arrays import Booleans
from biomarkers.stats.intervals import joined

RESPONSES = {"unconfirmed": "best_response", "confirmed": "confirmed_best_response"}
PRESETS = ("fda", "ema_itt")
MOST_LEFT_OUT = 300
"""Patients up to which the primary test is repeated without each."""


class Choice(NamedTuple):
    """One choice: its name, what it gives, or why it gives nothing."""

    name: str
    rows: list[Row]
    why: str = ""


def table(cohort: Cohort, plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """Every choice as rows of the table `sensitivity`; frame: the cohort table, rows as the cohort has its patients."""
    outcome, measured = cohort.outcomes[plan.primary.endpoint], cohort.markers[plan.primary.marker]
    cells: list[dict[str, object]] = []
    for choice in _choices(cohort, plan, frame, outcome, measured):
        for row in choice.rows:
            cells.append({"analysis": choice.name} | row.noted(choice.why).cells())
        if not choice.rows:
            empty: dict[str, object] = {
                "endpoint": outcome.endpoint.name,
                "marker": measured.marker.name,
                "method": plan.primary.method,
            }
            cells.append({"analysis": choice.name} | empty | {"note": f"not done: {choice.why}"})
    return tables.of_rows(cells, "sensitivity")


def _choices(cohort: Cohort, plan: Plan, frame: pd.DataFrame, outcome: Outcome, measured: Measured) -> Iterator[Choice]:
    yield Choice("primary", of_primary(cohort, plan, outcome, measured))
    yield from _by_endpoint(cohort, plan, frame, outcome, measured)
    yield from _by_definition(cohort, plan, frame, outcome, measured)
    for name, out, why in _exclusions(frame):
        if out is None:
            yield Choice(name, [], why)
            continue
        kept = replace(outcome, event=np.where(out, np.nan, outcome.event))
        number = int((out & outcome.known).sum())
        yield Choice(name, of_primary(cohort, plan, kept, measured), f"{count(number, 'patient')} left out")
    for name, rows, why in imputing.choices(cohort, plan, outcome, measured):
        yield Choice(name, rows, why)
    yield from _leave_one_out(cohort, plan, outcome, measured)


def of_primary(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The estimates of the primary test with this outcome and marker in their places."""
    named = replace(plan.primary, marker=measured.marker.name)
    own = replace(plan, primary=named, secondary=())
    rows = [row for row in comparisons.primary_tests(cohort, own, outcome, measured) if row.named == named]
    return [row for row in rows if not row.estimate_type.endswith("_rescaled")]


def _by_endpoint(
    cohort: Cohort, plan: Plan, frame: pd.DataFrame, outcome: Outcome, measured: Measured
) -> Iterator[Choice]:
    """Response without and with confirmation; a time by each censoring preset."""
    endpoint = outcome.endpoint
    for name, column in RESPONSES.items():
        if endpoint.column != "responder":
            yield Choice(name, [], f"{endpoint.name} is no response")
        elif column not in frame or frame[column].isna().all():
            yield Choice(name, [], f"the cohort has no {column}")
        else:
            best = frame[column]
            event = np.where(best.isna() | outcome_missing(outcome), np.nan, best.isin(["CR", "PR"]).to_numpy(float))
            same = np.array_equal(event, outcome.event, equal_nan=True)
            own = of_primary(cohort, plan, replace(outcome, event=event), measured)
            yield Choice(name, own, f"by {column}" + (", as in the primary analysis" if same else ""))
    for preset in PRESETS:
        name, columns = f"censoring_{preset}", (f"{endpoint.time}_{preset}", f"{endpoint.event}_{preset}")
        if outcome.time is None:
            yield Choice(name, [], f"{endpoint.name} is no time to an event")
        elif set(columns) <= set(frame):
            time, event = (numbers(frame[column]) for column in columns)
            yield Choice(name, of_primary(cohort, plan, replace(outcome, event=event, time=time), measured), columns[0])
        elif any({f"{endpoint.time}_{other}", f"{endpoint.event}_{other}"} <= set(frame) for other in PRESETS):
            yield Choice(name, of_primary(cohort, plan, outcome, measured), "as in the primary analysis")
        else:
            why = f"the cohort has no {columns[0]}, which needs the visit interval (visit_interval_days)"
            yield Choice(name, [], why)


def outcome_missing(outcome: Outcome) -> Booleans:
    """True where the primary outcome is not known."""
    return np.isnan(outcome.event)


def _by_definition(
    cohort: Cohort, plan: Plan, frame: pd.DataFrame, outcome: Outcome, measured: Measured
) -> Iterator[Choice]:
    """The burden under each further definition."""
    marker = measured.marker
    others = [str(c) for c in frame if str(c).startswith("tmb_per_mb_") and pd.api.types.is_numeric_dtype(frame[c])]
    if not marker.name.startswith("tmb_per_mb"):
        yield Choice("definitions", [], f"{marker.name} is no burden of this program")
        return
    columns = [c for c in ["tmb_per_mb", *others] if c in frame and c != marker.name]
    if not columns:
        yield Choice("definitions", [], "the cohort has one definition of the burden only")
    for column in columns:
        other = Measured(replace(marker, name=column), numbers(frame[column]))
        name = column.removeprefix("tmb_per_mb").removeprefix("_") or "first"
        yield Choice(f"definition_{name}", of_primary(cohort, plan, outcome, other), column)


def _exclusions(frame: pd.DataFrame) -> Iterator[tuple[str, Booleans | None, str]]:
    """Name, who is left out (None where the cohort does not say it), and why nothing can be done."""
    rules: dict[str, tuple[str, Callable[[pd.Series], Any]]] = {
        "without_tumor_only": ("tumor_only", lambda column: numbers(column) == 1),
        "without_assumed_denominators": ("denominator_source", lambda column: column.eq("assumed").to_numpy()),
        "without_low_tumor_content": ("tumor_content", lambda column: numbers(column) < LOW_TUMOR_CONTENT),
        "without_warned_samples": ("tmb_status", lambda column: column.eq("warn").to_numpy()),
    }
    for name, (column, rule) in rules.items():
        if column not in frame or frame[column].isna().all():
            yield name, None, f"the cohort has no {column}"
            continue
        out: Booleans = np.array(rule(frame[column]), dtype=np.bool_)
        yield name, out if out.any() else None, "" if out.any() else f"no patient is left out by {column}"


def _leave_one_out(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> Iterator[Choice]:
    """The lowest and the highest estimate without one patient, and the range of p."""
    full = of_primary(cohort, plan, outcome, measured)
    members = np.flatnonzero(full[0].used) if full else np.array([], dtype=int)
    names = ("leave_one_out_lowest", "leave_one_out_highest")
    if not 2 < len(members) <= MOST_LEFT_OUT or np.isnan(full[0].estimate.estimate):
        why = f"the primary test has {count(len(members), 'patient')}" if full else "there is no primary estimate"
        yield from (Choice(name, [], f"{why}; done for 3 to {MOST_LEFT_OUT} with an estimate") for name in names)
        return
    found = []
    for patient in members:
        event = outcome.event.copy()
        event[patient] = np.nan
        row = of_primary(cohort, plan, replace(outcome, event=event), measured)[0]
        if not np.isnan(row.estimate.estimate):
            found.append((row.estimate.estimate, patient, row))
    if not found:
        yield from (Choice(name, [], "no estimate without one patient") for name in names)
        return
    p_values = [row.tested.p_value for _, _, row in found]
    spread = f"p from {min(p_values):.3g} to {max(p_values):.3g} over {len(found)} patients left out one at a time"
    for name, (_, patient, row) in zip(names, (min(found, key=_size), max(found, key=_size)), strict=True):
        yield Choice(name, [row], joined(f"without {cohort.patients[patient]}", spread))


def _size(found: tuple[float, int, Row]) -> float:
    return found[0]
