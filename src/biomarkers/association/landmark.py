"""Landmark analyses: who had something by a month, compared from that month on (docs/methods.md, 6.20).

What becomes known only during follow-up cannot be compared from the start: who has it has lived long enough to get it.
At the landmark it is known; what comes later does not count, and who had the event or left before is not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from biomarkers.association import contrasts, guarantee_time, milestones, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.results import Compared
from biomarkers.association.rows import Row, new_row
from biomarkers.association.specification import TIME_OF_CONFIRMATION, TIME_OF_RESPONSE, Landmark, Marker, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats.arrays import Floats
from biomarkers.stats.logrank import logrank
from biomarkers.stats.times import TOLERANCE


class AtLandmark(NamedTuple):
    """An outcome counted from the landmark, and who had the marker by then; note: who is not compared, and why."""

    outcome: Outcome
    status: Floats
    note: str


def at_landmark(outcome: Outcome, landmark: Landmark, ever: Floats, since: Floats | None) -> AtLandmark:
    """The outcome from the landmark on and the status (1, 0, NaN) by then.

    ever: 1 for patients who ever have the marker. since: months from the start at which it became known, NaN where
    nothing says it; None for a marker that is known at the start.
    """
    if outcome.time is None:
        raise ValueError(f"{outcome.endpoint.name} has no time")
    before = outcome.known & (outcome.time < landmark.at * (1 - TOLERANCE))
    there = outcome.known & ~before
    status, later, unknown = ever.copy(), np.zeros(len(ever), dtype=bool), np.zeros(len(ever), dtype=bool)
    if since is not None:
        later = (ever == 1) & (since > landmark.at * (1 + TOLERANCE))
        unknown = (ever == 1) & np.isnan(since)
        status = np.where(later, 0.0, np.where(unknown, np.nan, ever))
    events = int((before & (outcome.event == 1)).sum())
    censored = int(before.sum()) - events
    said = [f"from {landmark.at:g} months on: {events} with the event and {censored} censored before are excluded"]
    if since is not None:
        said.append(f"{int((later & there).sum())} with {landmark.marker} later count as without")
    if landmark.since == TIME_OF_RESPONSE:
        said.append("a response counts from its first day, confirmed later or not")
    if landmark.since == TIME_OF_CONFIRMATION:
        said.append("a response counts from the day of its confirmation")
    if (unknown & there).any():
        said.append(f"{int((unknown & there).sum())} with {landmark.marker} at an unknown time are left out")
    time = np.where(there, np.maximum(outcome.time - landmark.at, 0.0), np.nan)
    return AtLandmark(replace(outcome, time=time), status, ", ".join(said))


def compare(cohort: Cohort, plan: Plan) -> Compared:
    """Log-rank, Cox, adjusted Cox and milestones of every landmark and endpoint; curves count from the landmark."""
    rows: list[Row] = []
    groups = []
    for landmark in plan.landmarks:
        ever, since = cohort.landmarks[landmark.marker, landmark.since]
        for name in landmark.endpoints:
            found = at_landmark(cohort.outcomes[name], landmark, ever, since)
            split = contrasts.two_groups(*_names(landmark.marker), found.status, name="landmark")
            rows += [row.noted(found.note) for row in _tests(cohort, plan, landmark, found, split)]
            groups += grouping.describe(found.outcome, landmark.name, split.members())
    return Compared(rows, groups)


def _tests(
    cohort: Cohort, plan: Plan, landmark: Landmark, found: AtLandmark, split: contrasts.Contrast
) -> Sequence[Row]:
    outcome = found.outcome
    used = cohort.usable(outcome, found.status)
    time, event, stratum = cohort.survival(outcome, used)
    tested = logrank(time, event, found.status[used], stratum)
    measured = Measured(Marker(landmark.name, "binary"), found.status, split.groups)
    rows = [
        new_row(outcome, landmark.name, used, "logrank", split, tested.ratio, "hazard_ratio_mh", tested.test),
        *multivariable.model_rows(cohort, plan, outcome, [measured], split),
    ]
    others = [cohort.covariates[name] for name in plan.covariates if name != landmark.marker]
    if others:
        rows += multivariable.model_rows(cohort, plan, outcome, [measured, *others])
    rows += milestones.rows(outcome, landmark.name, split, seed=plan.seed, start=landmark.at)
    guarantee = guarantee_time.note(plan, outcome, plan.covariates)
    family = {"declared": "landmark", "milestones": "landmark milestones"}
    return [
        replace(
            row,
            landmark=landmark.at,
            of_marker=landmark.marker,
            corrected_with=family.get(row.corrected_with, f"landmark {row.corrected_with}"),
        ).noted(guarantee)
        for row in rows
    ]


def _names(marker: str) -> tuple[str, str]:
    """Names of the groups with and without it."""
    return (marker, f"non-{marker}") if marker.endswith("er") else (marker, f"no {marker}")
