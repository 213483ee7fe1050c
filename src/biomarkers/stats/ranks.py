"""Rank tests: Mann-Whitney (exact under ties), Hodges-Lehmann, AUC, Kruskal-Wallis, Spearman.

>>> import numpy as np
>>> round(mann_whitney(np.array([4.0, 5, 6]), np.array([1.0, 2, 3]), exact=True).p_value, 12)
0.1
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.intervals import Interval, Tested, Z

Floats = npt.NDArray[np.float64]

EXACT_UP_TO = 200
"""Patients up to which the automatic choice is the exact distribution (docs/methods.md, 6)."""

EXACT_AT_MOST = 500
"""Patients beyond which the exact distribution is not worked out even when asked; the two then hardly differ."""

FEW, SEARCHES = 4, 40
"""Differences per patient that are put in order at once, and steps of the search for them (`difference`)."""

GRID_ERROR = 0.02
"""By how much of all differences a grid of quantiles may miss a place; else the search is longer."""


class Correlation(NamedTuple):
    """A rank correlation with its interval and test."""

    rho: Interval
    test: Tested


def mann_whitney(first: Floats, second: Floats, *, exact: bool) -> Tested:
    """Two-sided test that neither group tends to larger values.

    first, second: values of the two groups, none missing, any unit, each non-empty. exact: the distribution of the
    rank sum over all ways to choose the first group given the ties; the p-value is the share at least as far from
    the expectation as the observed sum. Otherwise the normal approximation with tie and continuity correction.
    The statistic is U of the first group (pairs in which it is larger, ties count a half).
    """
    pooled = np.concatenate([first, second])
    doubled = np.rint(2 * stats.rankdata(pooled)).astype(np.int64)
    m, n = len(first), len(second)
    u = (doubled[:m].sum() - m * (m + 1)) / 2
    if doubled.min() == doubled.max():
        return Tested(u, 1.0, "all values are equal")
    if not exact:
        ties = np.unique(pooled, return_counts=True)[1].astype(float)
        total = float(m + n)
        variance = m * n / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
        z = (max(u, m * n - u) - m * n / 2 - 0.5) / math.sqrt(variance)
        p = min(1.0, math.erfc(z / math.sqrt(2)))
        return Tested(u, p, "normal approximation, corrected for ties and continuity")
    observed, size = (doubled[:m].sum(), m) if m <= n else (doubled[m:].sum(), n)
    probability = rank_sum_distribution(doubled, size)
    distance = np.abs(np.arange(len(probability)) - size * (m + n + 1))
    p = probability[distance >= abs(observed - size * (m + n + 1))].sum()
    return Tested(u, min(1.0, float(p)), "exact, conditional on ties")


def rank_sum_distribution(ranks: npt.NDArray[np.int64], size: int) -> Floats:
    """Probability of every sum of `size` of the `ranks` (positive integers), chosen at random; index = sum.

    Counts subsets one rank at a time (the shift algorithm of Streitberg and Roehmel), scaled as it goes so that
    large counts stay in range.
    """
    largest = int(np.sort(ranks)[-size:].sum())
    ways = np.zeros((size + 1, largest + 1))
    ways[0, 0] = 1.0
    total = 0
    for seen, rank in enumerate(np.sort(ranks), start=1):
        total = min(total + int(rank), largest)
        top = min(seen, size)
        chosen = ways[:top, : total + 1 - rank].copy()
        # the share of subsets of size k among `seen` ranks that hold the last one is k / seen
        k = np.arange(top + 1)[:, None]
        ways[: top + 1, : total + 1] *= (seen - k) / seen
        ways[1 : top + 1, rank : total + 1] += chosen * (k[1:] / seen)
    probability: Floats = ways[size]
    return probability


def hodges_lehmann(first: Floats, second: Floats, *, exact: bool) -> Interval:
    """Median of all differences first - second with its distribution-free interval, in the marker's own unit.

    exact: interval limits are the order statistics that the exact tie-free rank-sum distribution gives (conservative
    under ties); otherwise those of its normal approximation. Unbounded (inf) where the groups are too small for 95 %.
    """
    m, n = len(first), len(second)
    if exact:
        size = min(m, n)
        below = np.cumsum(rank_sum_distribution(np.arange(1, m + n + 1), size))[size * (size + 1) // 2 :]
        depth = int(np.searchsorted(below, 0.025, side="right"))
    else:
        depth = math.floor(m * n / 2 - Z * math.sqrt(m * n * (m + n + 1) / 12))
    first, second = np.sort(first), np.sort(second)
    centre = (difference(first, second, place) for place in {(m * n - 1) // 2, m * n // 2})
    middle = float(np.mean([*centre]))
    if depth < 1:
        return Interval(middle, -math.inf, math.inf)
    return Interval(middle, difference(first, second, depth - 1), difference(first, second, m * n - depth))


def difference(first: Floats, second: Floats, place: int) -> float:
    """The difference first - second that stands at `place` (from 0) when all are in order; both are sorted.

    The m x n differences are not formed. Those at most d are counted along the sorted values, and by the counts two
    bounds close in on the place: first about where it stands in a grid of quantiles, then where it would stand if the
    counts rose evenly between the bounds, at last by halves. What is left between the bounds is formed and put in
    order; ties that no bound divides stay among it.
    """
    n, size = len(second), len(first) * len(second)
    low, high = first[0] - second[-1], first[-1] - second[0]
    # of each value of `first`: its differences at most a bound are those with the values from there on
    from_low, from_high = np.full(len(first), n), np.zeros(len(first), dtype=np.int64)
    below, upto, enough = 0, size, FEW * (len(first) + n)
    for step in range(SEARCHES if size > enough else 0):
        side = 1 if step % 2 else -1
        if step < 2:
            middle = _grid(first, second, place / size + side * GRID_ERROR)
        elif step < SEARCHES / 2:
            share = (place + side * enough / 3 - below) / (upto - below)
            middle = low + min(max(share, 0.01), 0.99) * (high - low)
        else:
            middle = (low + high) / 2
        if not low < middle < high:
            continue
        at = np.searchsorted(second, first - middle)
        count = size - int(at.sum())
        if count > place:
            high, from_high, upto = middle, at, count
        else:
            low, from_low, below = middle, at, count
        if upto - below <= enough:
            break
    width = from_low - from_high
    row = np.repeat(np.arange(len(first)), width)
    start = np.cumsum(width) - width
    column = np.arange(len(row)) - np.repeat(start - from_high, width)
    found = first[row] - second[column]
    return float(np.partition(found, place - below)[place - below])


def _grid(first: Floats, second: Floats, share: float) -> float:
    """About where a share of the differences of sorted values lies, by some thirty quantiles of each."""
    few, others = first[:: len(first) // 32 + 1], second[:: len(second) // 32 + 1]
    differences = np.subtract.outer(few, others).ravel()
    at = int(min(max(share, 0.0), 1.0) * (len(differences) - 1))
    return float(np.partition(differences, at)[at])


def auc(first: Floats, second: Floats) -> Interval:
    """Chance that a value of the first group exceeds one of the second (ties a half), with DeLong's interval.

    The interval is cut at 0 and 1, and NaN where it has no width (complete separation, or a group of one).
    """
    m, n = len(first), len(second)
    joint = stats.rankdata(np.concatenate([first, second]))
    placed_first = (joint[:m] - stats.rankdata(first)) / n
    placed_second = 1 - (joint[m:] - stats.rankdata(second)) / m
    area = float(placed_first.mean())
    if min(m, n) < 2:
        return Interval(area)
    error = math.sqrt(placed_first.var(ddof=1) / m + placed_second.var(ddof=1) / n)
    if error == 0:
        return Interval(area)
    return Interval(area, max(0.0, area - Z * error), min(1.0, area + Z * error))


def kruskal_wallis(groups: list[Floats]) -> Tested:
    """Test that no group tends to larger values than another; chi-squared approximation with tie correction."""
    if len(groups) < 2 or len(np.unique(np.concatenate(groups))) == 1:
        return Tested(note="fewer than two groups, or all values are equal")
    statistic, p = stats.kruskal(*groups)
    return Tested(float(statistic), float(p), "chi-squared approximation, corrected for ties")


def spearman(x: Floats, y: Floats) -> Correlation:
    """Rank correlation, t test, and Fisher's interval (variance 1.06 / (n - 3), Fieller, Hartley and Pearson 1957)."""
    if len(x) < 4 or x.min() == x.max() or y.min() == y.max():
        return Correlation(Interval(), Tested(note="fewer than four patients, or all values are equal"))
    rho, p = stats.spearmanr(x, y)
    if abs(rho) == 1:
        return Correlation(Interval(float(rho)), Tested(float(rho), float(p), "the ranks agree in full"))
    half = Z * math.sqrt(1.06 / (len(x) - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    return Correlation(Interval(float(rho), float(low), float(high)), Tested(float(rho), float(p)))
