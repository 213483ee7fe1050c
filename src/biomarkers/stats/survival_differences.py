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

from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import NAN, NO_ESTIMATE, Interval, Tested, Z, joined, untested
from biomarkers.stats.kaplan_meier import Curve, Rate, survival_at
from biomarkers.stats.times import TOLERANCE, tied

SMALL = 50
"""Patients of a group below which p is by exchange of patients (docs/methods.md, 6.21)."""

AT_ONCE, MOST_DRAWS, ENOUGH = 1_000, 10_000, 200
"""Permutations done together and at most, and those as far out as the data after which p is known well enough."""

RELATIVE = 1e-9
"""Share by which statistics of the same allocation may differ by rounding."""


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
        return Difference(NO_ESTIMATE, NO_ESTIMATE, untested("nobody at risk in a group", shown))
    (a, a_low, a_high), (b, b_low, b_high) = (rate.interval for rate in rates)
    variance = sum(
        greenwood(curve, month) * rate.interval.estimate**2 for curve, rate in zip((first, second), rates, strict=True)
    )
    if min(a, b) == 0 or max(a, b) == 1 or not variance > 0:
        why = "a group without an event by then, or with none left, has no variance"
        return Difference(Interval(a - b), Interval(a - b), untested(why, shown))
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
        why = f"a group is followed for {latest:.4g} months only"
        return MeanDifference(NO_ESTIMATE, NO_ESTIMATE, untested(why))
    (a, a_variance), (b, b_variance) = (restricted_mean(curve, month) for curve in (first, second))
    note = f"means {a:.4g} and {b:.4g} months"
    difference, error = a - b, math.sqrt(a_variance + b_variance)
    if min(a_variance, b_variance) <= 0 or min(a, b) <= 0:
        # a group of one who is followed without event would be significant against any other
        test = untested("a group without an event by then has no variance", note)
        return MeanDifference(Interval(difference), Interval(a / b if b > 0 else NAN), test)
    log_ratio, log_error = math.log(a / b), math.sqrt(a_variance / a**2 + b_variance / b**2)
    ratio = Interval(*(math.exp(log_ratio + side * Z * log_error) for side in (0, -1, 1)))
    test = Tested(difference / error, float(2 * special.ndtr(-abs(difference / error))), note)
    return MeanDifference(Interval(difference, difference - Z * error, difference + Z * error), ratio, test)


def by_exchange(
    found: Tested, time: Floats, event: Floats, first: Booleans, month: float, *, mean: bool, seed: int
) -> Tested:
    """The test of two groups with p from the same statistic after exchange of patients, where a group is small.

    found: the test of `milestone` or, with `mean`, of `restricted_means`; first: who is in the first group. The
    difference is divided by its standard error in each allocation, too, so that the level is held in small groups, and
    in large ones also where they are followed unequally (Ditzhaus, Yu and Xu 2023). Allocations that could not be
    tested, for the reasons for which the data would not be, do not count.
    """
    if math.isnan(found.p_value) or min(first.sum(), (~first).sum()) >= SMALL:
        return found
    order = np.argsort(time, kind="stable")
    time, event, random = tied(time)[order], event[order], np.random.default_rng(seed)
    own = np.broadcast_to(first, (AT_ONCE, len(time)))
    draws = as_far = 0
    for _ in range(MOST_DRAWS // AT_ONCE):
        z = _allocated(time, event, random.permuted(own, axis=1), month, mean=mean)
        draws += int((~np.isnan(z)).sum())
        as_far += int((np.abs(z) >= abs(found.statistic) * (1 - RELATIVE)).sum())
        if as_far >= ENOUGH:
            break
    note = f"p by {draws} permutations of the patients, seed {seed}; the interval is too narrow in groups so small"
    return found._replace(p_value=(1 + as_far) / (1 + draws), note=joined(found.note, note))


def _allocated(time: Floats, event: Floats, first: Booleans, month: float, *, mean: bool) -> Floats:
    """The statistic of each allocation of patients (ascending times) to the first group, NaN where it has none."""
    moments, start = np.unique(time, return_index=True)
    inside = moments < month * (1 - TOLERANCE) if mean else moments <= month * (1 + TOLERANCE)
    widths = np.diff(np.append(moments[inside], month))
    there = time >= month * (1 - TOLERANCE)
    estimates, variances, known = [], [], []
    for member in (first, ~first):
        at_risk = member[:, ::-1].cumsum(axis=1)[:, ::-1][:, start[inside]]
        events = np.add.reduceat(member * event, start, axis=1)[:, inside]
        left = at_risk - events
        share = np.cumprod(np.where(events > 0, left / np.maximum(at_risk, 1), 1.0), axis=1)
        weight = np.where((events > 0) & (left > 0), events / np.maximum(at_risk * left, 1), 0.0)
        last, followed = share[:, -1], (member & there).any(axis=1)
        if mean:
            beyond = (share * widths)[:, ::-1].cumsum(axis=1)[:, ::-1]
            estimates.append(beyond[:, 0])
            variances.append((beyond**2 * weight).sum(axis=1))
            known.append((followed | (last == 0)) & (variances[-1] > 0))
        else:
            estimates.append(last)
            variances.append(last**2 * weight.sum(axis=1))
            known.append(followed & (last > 0) & (last < 1))
    z = (estimates[0] - estimates[1]) / np.sqrt(np.where(known[0] & known[1], variances[0] + variances[1], np.nan))
    return np.asarray(z, dtype=np.float64)


def _shown(rates: list[Rate]) -> str:
    shares = " and ".join(_share(rate) for rate in rates)
    return f"without event {shares}"


def _share(rate: Rate) -> str:
    known = not math.isnan(rate.interval.estimate)
    return f"{rate.interval.estimate:.4g} ({rate.n_at_risk} at risk)" if known else "unknown (0 at risk)"
