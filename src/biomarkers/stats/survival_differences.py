"""Two survival curves compared at a month, and by the time without event up to a month (docs/methods.md, 6.21).

The first curve against the second. Times in months (any unit serves), the curves as `kaplan_meier` gives them.

>>> import numpy as np
>>> from biomarkers.stats.kaplan_meier import kaplan_meier
>>> curve = kaplan_meier(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 1.0, 0.0, 1.0]))
>>> restricted_mean(curve, 4.0)
RestrictedMean(mean=2.75, variance=0.421875)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.stats.intervals import NAN, NO_ESTIMATE, Interval, Tested, Z, joined
from biomarkers.stats.kaplan_meier import Curve, Rate, survival_at
from biomarkers.stats.times import TOLERANCE


class Difference(NamedTuple):
    """Difference of two curves at a month: by Greenwood's variance, and with limits from the log-log ones."""

    plain: Interval
    loglog: Interval
    test: Tested


class RestrictedMean(NamedTuple):
    """Mean time without the event up to a month, and the variance of it."""

    mean: float
    variance: float


class MeanDifference(NamedTuple):
    """Two restricted means: their difference in months, with its test, and their ratio."""

    difference: Interval
    ratio: Interval
    test: Tested


def milestone(first: Curve, second: Curve, month: float) -> Difference:
    """Share without event at `month` of the first curve minus that of the second.

    The p is that of the difference by its standard error. Limits from the log-log ones of each curve by the method of
    variance estimates recovery (Zou and Donner 2008). Neither stands where a curve has no variance.
    """
    rates = [survival_at(curve, month) for curve in (first, second)]
    shown = _shown(rates)
    if min(rate.n_at_risk for rate in rates) == 0:
        return Difference(NO_ESTIMATE, NO_ESTIMATE, Tested(note=f"not tested: nobody at risk in a group; {shown}"))
    (a, a_low, a_high), (b, b_low, b_high) = (rate.interval for rate in rates)
    variance = sum(
        greenwood(curve, month) * rate.interval.estimate**2 for curve, rate in zip((first, second), rates, strict=True)
    )
    if min(a, b) == 0 or max(a, b) == 1 or not variance > 0:
        why = "no interval and not tested: a group without an event by then, or with none left, has no variance"
        return Difference(Interval(a - b), Interval(a - b), Tested(note=joined(why, shown)))
    error = math.sqrt(variance)
    z = (a - b) / error
    low, high = a - b - math.hypot(a - a_low, b_high - b), a - b + math.hypot(a_high - a, b - b_low)
    plain = Interval(a - b, a - b - Z * error, a - b + Z * error)
    return Difference(plain, Interval(a - b, low, high), Tested(z, float(2 * special.ndtr(-abs(z))), shown))


def greenwood(curve: Curve, month: float) -> float:
    """Greenwood's sum up to `month`: the variance of survival there is its square times this."""
    inside = curve.time <= month * (1 + TOLERANCE)
    at_risk, events = curve.n_at_risk[inside], curve.n_events[inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(events > 0, events / (at_risk * (at_risk - events)), 0.0).sum())


def restricted_mean(curve: Curve, month: float) -> RestrictedMean:
    """Area under the curve up to `month`, with the variance of Klein and Moeschberger (R's survfit, survRM2)."""
    inside = curve.time < month * (1 - TOLERANCE)
    moments = np.concatenate([[0.0], curve.time[inside], [month]])
    areas = np.diff(moments) * np.concatenate([[1.0], curve.survival[inside]])
    beyond = areas[::-1].cumsum()[::-1][1:]  # from each time of the curve on
    at_risk, events = curve.n_at_risk[inside], curve.n_events[inside]
    left = at_risk - events
    weight = np.where(left > 0, events / (at_risk * np.maximum(left, 1)), 0.0)
    return RestrictedMean(float(areas.sum()), float((beyond**2 * weight).sum()))


def longest(first: Curve, second: Curve) -> float:
    """The latest month up to which both curves are known: infinite for one that has reached 0."""
    return min(math.inf if curve.survival[-1] == 0 else float(curve.time[-1]) for curve in (first, second))


def restricted_means(first: Curve, second: Curve, month: float) -> MeanDifference:
    """Restricted means of the two curves up to `month`: their difference, and their ratio by the delta method."""
    latest = longest(first, second)
    if month > latest * (1 + TOLERANCE):
        note = f"not tested: a group is followed for {latest:.4g} months only"
        return MeanDifference(NO_ESTIMATE, NO_ESTIMATE, Tested(note=note))
    (a, a_variance), (b, b_variance) = (restricted_mean(curve, month) for curve in (first, second))
    note = f"means {a:.4g} and {b:.4g} months"
    difference, error = a - b, math.sqrt(a_variance + b_variance)
    if min(a_variance, b_variance) <= 0 or min(a, b) <= 0:
        # a group of one who is followed without event would be significant against any other
        note = joined("no interval and not tested: a group without an event by then has no variance", note)
        return MeanDifference(Interval(difference), Interval(a / b if b > 0 else NAN), Tested(note=note))
    log_ratio, log_error = math.log(a / b), math.sqrt(a_variance / a**2 + b_variance / b**2)
    ratio = Interval(*(math.exp(log_ratio + side * Z * log_error) for side in (0, -1, 1)))
    test = Tested(difference / error, float(2 * special.ndtr(-abs(difference / error))), note)
    return MeanDifference(Interval(difference, difference - Z * error, difference + Z * error), ratio, test)


def _shown(rates: list[Rate]) -> str:
    shares = " and ".join(_share(rate) for rate in rates)
    return f"without event {shares}"


def _share(rate: Rate) -> str:
    known = not math.isnan(rate.interval.estimate)
    return f"{rate.interval.estimate:.4g} ({rate.n_at_risk} at risk)" if known else "unknown (0 at risk)"
