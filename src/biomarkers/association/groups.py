"""What each group of patients is like: median time, rate, or median of the marker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association.interval_markers import median
from biomarkers.association.results import Group
from biomarkers.association.values import Measured, Outcome
from biomarkers.stats import kaplan_meier
from biomarkers.stats.intervals import Interval
from biomarkers.stats.proportions import clopper_pearson, medians
from biomarkers.stats.risk_tables import risk_tables
from biomarkers.stats.times import tied


class Summary(NamedTuple):
    """How many patients of a group have a known outcome and the event, and its rate or median time in months."""

    n: int
    events: int
    interval: Interval


def describe(
    outcome: Outcome,
    marker: str,
    groups: Iterable[tuple[str, npt.NDArray[np.bool_]]],
    *,
    marker_class: str = "declared",
) -> list[Group]:
    """Rate or median time in each group; members without a known outcome are not counted.

    groups: name and membership per patient.
    """
    named = [*groups]
    found = summaries(outcome, np.array([members for _, members in named]).T) if named else []
    summed = zip(named, found, strict=True)
    return [group_row(outcome, marker, name, summary, marker_class=marker_class) for (name, _), summary in summed]


def group_row(outcome: Outcome, marker: str, name: str, found: Summary, *, marker_class: str) -> Group:
    """The row of the table of one group."""
    kind = "rate" if outcome.time is None else "median_months"
    estimate, low, high = found.interval
    return Group(outcome.endpoint.name, marker, name, found.n, found.events, estimate, kind, low, high, marker_class)


def summaries(outcome: Outcome, members: npt.NDArray[np.bool_]) -> list[Summary]:
    """The summary of each group; members: patients of the cohort x groups."""
    event, inside = outcome.event[outcome.known], members[outcome.known].astype(float)
    n, events = (counts.astype(int).tolist() for counts in (inside.sum(axis=0), event @ inside))
    if outcome.time is None:
        intervals = [*map(clopper_pearson, events, n)]
    else:
        time = outcome.time[outcome.known]
        at = risk_tables(time, event, inside)
        moments = np.unique(tied(time)[event == 1])
        intervals = kaplan_meier.medians(moments, at.member_events[::-1], at.members[::-1])
    return [*map(Summary, n, events, intervals)]


def describe_markers(outcome: Outcome, measures: Sequence[Measured]) -> list[Group]:
    """Median of continuous markers in each group of a binary or categorical outcome; several have the same patients."""
    codes = range(len(outcome.levels)) if outcome.levels else (1, 0)
    labels = outcome.levels or outcome.labels
    described = []
    for code in codes:
        inside = outcome.event == code
        if len(measures) > 1:
            inside &= ~np.isnan(measures[0].value)
            found = medians(np.sort(np.array([measured.value[inside] for measured in measures])))
        else:
            inside &= ~np.isnan(measures[0].value if measures[0].low is None else measures[0].low)
            found = [median(measures[0], inside)]
        described.append((int(inside.sum()), found))
    # of two groups that with the event comes first
    events = [None] * len(codes) if outcome.levels else [described[0][0], 0]
    rows = []
    for i, measured in enumerate(measures):
        name, end, own = measured.marker.name, outcome.endpoint.name, measured.marker.marker_class
        for label, count, (n, found) in zip(labels, events, described, strict=True):
            estimate, low, high = found[i]
            rows.append(Group(end, name, label, n, count, estimate, "median", low, high, own))
    return rows
