"""What each group of patients is like: median time, rate, or median of the marker."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from biomarkers.association.interval_markers import median
from biomarkers.association.results import Group
from biomarkers.association.values import Measured, Outcome
from biomarkers.stats import kaplan_meier
from biomarkers.stats.proportions import clopper_pearson


def describe(outcome: Outcome, marker: str, groups: Iterable[tuple[str, npt.NDArray[np.bool_]]]) -> list[Group]:
    """Rate or median time in each group; members without a known outcome are not counted.

    groups: name and membership per patient.
    """
    rows = []
    for name, members in groups:
        inside = members & outcome.known
        event = outcome.event[inside]
        n, events = len(event), int(event.sum())
        if outcome.time is None:
            interval, kind = clopper_pearson(events, n), "rate"
        else:
            interval, kind = (
                kaplan_meier.median(kaplan_meier.kaplan_meier(outcome.time[inside], event)),
                "median_months",
            )
        rows.append(Group(outcome.endpoint.name, marker, name, n, events, interval.estimate, kind, *interval[1:]))
    return rows


def describe_marker(outcome: Outcome, measured: Measured) -> list[Group]:
    """Median of a continuous marker in each group of a binary or categorical outcome."""
    names = outcome.levels or tuple(reversed(outcome.labels))
    rows = []
    for code in sorted(range(len(names)), reverse=not outcome.levels):
        known = ~np.isnan(measured.value if measured.low is None else measured.low)
        inside = (outcome.event == code) & known
        n = int(inside.sum())
        events = None if outcome.levels else n * code
        interval = median(measured, inside)
        name, marker = outcome.endpoint.name, measured.marker.name
        rows.append(Group(name, marker, names[code], n, events, interval.estimate, "median", *interval[1:]))
    return rows
