"""Rank tests of values of which some are known as an interval only (generalised Wilcoxon test, Gehan 1965).

Of two values one is larger when all of its interval lies above the other's; intervals that are equal or overlap count
as ties. Where all intervals are apart or equal these are the tests of `ranks` on midranks (docs/methods.md, 6.3).
Intervals are `[low, high)` as in `cuts`; low = high is a number.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from biomarkers.stats import cuts
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import Interval, Tested, Z
from biomarkers.stats.ranks import sum_p


def compared(low: Floats, high: Floats) -> Floats:
    """Patients x patients: 1 where the row's value is the larger one, -1 the smaller one, 0 where it is not known."""
    above = cuts.is_below(low[None, :], high[None, :], at=low[:, None], side=">=").astype(float)
    return np.asarray(above - above.T)


def overlapping(low: Floats, high: Floats) -> int:
    """Patients whose interval overlaps another's that is not the same."""
    same = (low[:, None] == low[None, :]) & (high[:, None] == high[None, :])
    return int(((compared(low, high) == 0) & ~same).any(axis=1).sum())


def scores(comparison: Floats) -> Floats:
    """Midrank of each patient: half of (n + 1 + how many are smaller - how many are larger)."""
    return np.asarray((comparison.sum(axis=1) + len(comparison) + 1) / 2)


def mann_whitney(comparison: Floats, first: Booleans, *, exact: bool) -> Tested:
    """Two-sided test that neither the patients `first` nor the others tend to larger values, as `ranks.mann_whitney`.

    Both groups are non-empty. exact: the distribution of the sum of scores over all ways to choose the first group.
    """
    doubled = np.rint(2 * scores(comparison)).astype(np.int64)
    m, n = int(first.sum()), int((~first).sum())
    u = float(doubled[first].sum() - m * (m + 1)) / 2
    if doubled.min() == doubled.max():
        return Tested(u, 1.0, "all values are equal")
    if exact:
        fewer = doubled[first if m <= n else ~first]
        return Tested(u, sum_p(doubled, len(fewer), int(fewer.sum())), "exact, conditional on ties")
    spread = math.sqrt(m * n / (m + n) * (doubled / 2).var(ddof=1))
    z = max(0.0, abs(u - m * n / 2) - 0.5) / spread
    return Tested(u, float(2 * special.ndtr(-z)), "normal approximation, corrected for ties and continuity")


def auc(comparison: Floats, first: Booleans) -> Interval:
    """Chance that a value of the patients `first` exceeds one of the others (unknown: a half), as `ranks.auc`."""
    wins = (comparison[first][:, ~first] + 1) / 2
    m, n = wins.shape
    area = float(wins.mean())
    if min(m, n) < 2:
        return Interval(area)
    error = math.sqrt(wins.mean(axis=1).var(ddof=1) / m + wins.mean(axis=0).var(ddof=1) / n)
    if error == 0:
        return Interval(area)
    return Interval(area, max(0.0, area - Z * error), min(1.0, area + Z * error))


def median(low: Floats, high: Floats) -> float:
    """Median of the values, NaN where it lies within an interval and so is not known."""
    if not len(low):
        return math.nan
    ends = float(np.median(low)), float(np.median(high))
    return ends[0] if ends[0] == ends[1] else math.nan
