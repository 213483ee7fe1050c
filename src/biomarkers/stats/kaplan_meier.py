"""The Kaplan-Meier curve with its log-log interval, its median and its value at a time.

Times in months (any unit serves), event 1 happened and 0 censored, none missing. Our own and not lifelines', which
takes no mid-point where the curve is one half over a step, and goes on level where nobody is at risk; R's survfit is
the oracle (docs/methods.md, 4).

>>> import numpy as np
>>> curve = kaplan_meier(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 1.0, 0.0, 1.0]))
>>> curve.survival.tolist(), median(curve).estimate, survival_at(curve, 2.5).n_at_risk
([0.75, 0.5, 0.5, 0.0], 3.0, 2)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Z
from biomarkers.stats.times import TOLERANCE, tied

AT_ONCE = 100
"""Curves worked out at once, so that they stay within the processor's cache."""


class Curve(NamedTuple):
    """The curve at its distinct times, ascending: arrays of one length; limits are NaN where survival is 0 or 1."""

    time: Floats
    n_events: Floats
    n_censored: Floats
    n_at_risk: Floats
    survival: Floats
    low: Floats
    high: Floats


class Rate(NamedTuple):
    """Survival at a time, and how many are still followed then."""

    interval: Interval
    n_at_risk: int


def kaplan_meier(time: Floats, event: Floats) -> Curve:
    """The curve of times (at least 0) and events; 95 % log-log interval by Greenwood's variance."""
    moments, position = np.unique(tied(time), return_inverse=True)
    leaving: Floats = np.bincount(position, minlength=len(moments)).astype(float)
    n_events: Floats = np.bincount(position, weights=event, minlength=len(moments)).astype(float)
    n_at_risk: Floats = leaving[::-1].cumsum()[::-1]
    return Curve(moments, n_events, leaving - n_events, n_at_risk, *_estimated(n_events, n_at_risk))


def _estimated(n_events: Floats, n_at_risk: Floats) -> tuple[Floats, Floats, Floats]:
    """Survival and its limits by Greenwood's variance; times ascending along the first axis, NaN limits at 0 and 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        left = n_at_risk - n_events
        # where nobody is at risk, and so nobody has the event, nothing changes
        survival = np.cumprod(np.where(n_events > 0, left / n_at_risk, 1.0), axis=0)
        greenwood = np.cumsum(np.where(n_events > 0, n_events / (n_at_risk * left), 0.0), axis=0)
        logarithm = np.log(survival)
        factor = np.exp(-Z * np.sqrt(greenwood) / logarithm)
        inside = (survival > 0) & (survival < 1)
        low, high = (np.where(inside, np.exp(logarithm * power), np.nan) for power in (factor, 1 / factor))
    return np.asarray(survival, dtype=np.float64), low, high


def medians(time: Floats, n_events: Floats, n_at_risk: Floats) -> list[Interval]:
    """As `median` of many curves; time: of events, ascending, counts: times x curves."""
    found: list[Interval] = []
    for start in range(0, n_events.shape[1], AT_ONCE):
        part = slice(start, start + AT_ONCE)
        limits = (_half(time, values) for values in _estimated(n_events[:, part], n_at_risk[:, part]))
        found += map(Interval, *(values.tolist() for values in limits))
    return found


def median(curve: Curve) -> Interval:
    """Median time; NaN where the curve or a limit stays above one half.

    Where a curve is exactly one half from one event to the next, the mid-point of that step, as R's survfit.
    """
    columns = (values[:, None] for values in (curve.survival, curve.low, curve.high))
    return Interval(*(float(_half(curve.time, values)[0]) for values in columns))


def is_midpoint(curve: Curve) -> bool:
    """Whether the median is the mid-point of a step at which survival is exactly one half."""
    below = curve.survival < 0.5 - TOLERANCE  # As near to one half counts as one half in R's survfit.
    return bool((abs(curve.survival - 0.5) < TOLERANCE).any() and below.any())


def survival_at(curve: Curve, time: float) -> Rate:
    """Survival with its interval at `time`; no estimate when nobody is at risk then."""
    at_risk = int(curve.n_at_risk[curve.time >= time * (1 - TOLERANCE)].max(initial=0))
    if at_risk == 0:
        return Rate(NO_ESTIMATE, 0)
    last = int((curve.time <= time * (1 + TOLERANCE)).sum()) - 1
    if last < 0:
        return Rate(Interval(1.0), at_risk)
    return Rate(Interval(float(curve.survival[last]), float(curve.low[last]), float(curve.high[last])), at_risk)


def _half(time: Floats, values: Floats) -> Floats:
    """First time at which each column (falling, NaN ignored) is at most one half; the mid-point of a step there."""
    if not len(time):
        return np.full(values.shape[1], math.nan)
    at_most = values < 0.5 + TOLERANCE
    first, column = at_most.argmax(axis=0), np.arange(values.shape[1])
    there = at_most[first, column]
    found = np.where(there, time[first], math.nan)
    for j in np.flatnonzero(there & (np.abs(values[first, column] - 0.5) < TOLERANCE)):
        lower = at_most[:, j] & (values[:, j] < values[first[j], j])
        if lower.any():
            found[j] = (time[first[j]] + time[lower.argmax()]) / 2
    return np.asarray(found, dtype=np.float64)
