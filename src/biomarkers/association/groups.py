"""Patients in groups: cuts of a marker, called only where they are certain, and what each group is like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association.results import Group
from biomarkers.association.specification import Cut
from biomarkers.association.values import Measured, Outcome
from biomarkers.stats.intervals import NAN
from biomarkers.stats.logrank import median_time
from biomarkers.stats.proportions import clopper_pearson, median_interval

Floats = npt.NDArray[np.float64]

SCALE_END = 100.0
"""Upper end of the percent scale: an interval up to here includes it, any other excludes its end (methods.md, 2)."""


class Split(NamedTuple):
    """Two groups. member: 1 first, 0 second, NaN neither. indeterminate: patients whose interval holds the cut."""

    first: str
    second: str
    member: Floats
    indeterminate: int = 0

    @property
    def contrast(self) -> str:
        """First against second, as in `> 158 vs <= 158`."""
        return f"{self.first} vs {self.second}"

    @property
    def note(self) -> str:
        """How many could not be called; empty when all could."""
        left_out = self.indeterminate
        return f"{left_out} indeterminate at this cut left out" if left_out else ""


def split(measured: Measured, cut: Cut) -> Split:
    """The marker in two groups at a cut, the high one first; an interval is called when it lies on one side.

    A cut at `median` is at the median of all patients who have the marker's value.
    """
    at = cut_value(measured, cut)
    high = cut.side
    low = "<=" if high == ">" else "<"
    value = measured.value
    if measured.low is None or measured.high is None:
        above = value >= at if high == ">=" else value > at
        member = np.where(np.isnan(value) | np.isnan(at), NAN, above)
        return Split(f"{high} {at:.10g}", f"{low} {at:.10g}", member)
    start, end = measured.low, measured.high
    open_end = (start < end) & (end < SCALE_END)
    if high == ">=":
        above, below = start >= at, (end < at) | (open_end & (end == at))
    else:
        above, below = start > at, end <= at
    member = np.where(above, 1.0, np.where(below, 0.0, NAN))
    indeterminate = int((np.isnan(member) & ~np.isnan(start)).sum())
    return Split(f"{high} {at:.10g}", f"{low} {at:.10g}", member, indeterminate)


def cut_value(measured: Measured, cut: Cut) -> float:
    """The threshold as a number; NaN for the median of no values."""
    if not isinstance(cut.at, str):
        return float(cut.at)
    known = measured.value[~np.isnan(measured.value)]
    return float(np.median(known)) if len(known) else NAN


def two_levels(measured: Measured) -> Split:
    """A binary marker as groups, the second level of the plan (or 1) first."""
    return Split(measured.levels[1], measured.levels[0], measured.value)


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
            interval, kind = median_time(outcome.time[inside], event), "median_months"
        rows.append(Group(outcome.endpoint.name, marker, name, n, events, interval.estimate, kind, *interval[1:]))
    return rows


def describe_marker(outcome: Outcome, measured: Measured) -> list[Group]:
    """Median of a continuous marker in each group of a binary or categorical outcome."""
    names = outcome.levels or tuple(reversed(outcome.labels))
    rows = []
    for code in sorted(range(len(names)), reverse=not outcome.levels):
        values = measured.value[(outcome.event == code) & ~np.isnan(measured.value)]
        events = None if outcome.levels else len(values) * code
        interval = median_interval(values)
        name, marker = outcome.endpoint.name, measured.marker.name
        rows.append(Group(name, marker, names[code], len(values), events, interval.estimate, "median", *interval[1:]))
    return rows
