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
import numpy.typing as npt

from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Z
from biomarkers.stats.times import TOLERANCE, tied

Floats = npt.NDArray[np.float64]


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
    with np.errstate(divide="ignore", invalid="ignore"):
        survival: Floats = np.cumprod(1 - n_events / n_at_risk).astype(float)
        greenwood = np.cumsum(n_events / (n_at_risk * (n_at_risk - n_events)))
        width = Z * np.sqrt(greenwood) / np.log(survival)
        low, high = survival ** np.exp(-width), survival ** np.exp(width)
    limits: Floats = np.where((survival > 0) & (survival < 1), (low, high), np.nan)
    return Curve(moments, n_events, leaving - n_events, n_at_risk, survival, *limits)


def median(curve: Curve) -> Interval:
    """Median time; NaN where the curve or a limit stays above one half.

    Where a curve is exactly one half from one event to the next, the mid-point of that step, as R's survfit.
    """
    return Interval(*(_half(curve.time, values) for values in (curve.survival, curve.low, curve.high)))


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


def _half(time: Floats, values: Floats) -> float:
    """First time at which `values` (falling, NaN ignored) are at most one half; the mid-point of a step there."""
    at_most = values < 0.5 + TOLERANCE
    if not at_most.any():
        return math.nan
    time, values = time[at_most], values[at_most]
    lower = values < values[0]
    if abs(values[0] - 0.5) < TOLERANCE and lower.any():
        return float(time[0] + time[lower][0]) / 2
    return float(time[0])
