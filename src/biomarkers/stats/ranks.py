"""Rank tests: Mann-Whitney (exact under ties), Hodges-Lehmann, AUC, Kruskal-Wallis, Spearman.

>>> import numpy as np
>>> round(mann_whitney(np.array([4.0, 5, 6]), np.array([1.0, 2, 3]), exact=True).p_value, 12)
0.1
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats import rank_each, shifts
from biomarkers.stats.arrays import Booleans, Floats, Integers
from biomarkers.stats.intervals import Interval, Tested, Z, untested

EXACT_UP_TO = 200
"""Patients up to which the automatic choice is the exact distribution (docs/methods.md, 6)."""

EXACT_AT_MOST = 500
"""Patients beyond which the exact distribution is not worked out even when asked; the two then hardly differ."""

ENUMERATED_UP_TO = 9
"""Patients up to which the law of a rank correlation is worked out, as R's cor.test does (docs/methods.md, 6.5)."""

NARROW = "no DeLong interval: complete separation, one value only or a group of one"
"""What to say of an AUC whose variance is 0 or not known."""


class Correlation(NamedTuple):
    """A rank correlation with its interval and test."""

    rho: Interval
    test: Tested


def tests(values: Floats, first: Booleans, *, exact: bool) -> list[rank_each.RankTests]:
    """Mann-Whitney test, shift and AUC of each marker; values: markers x patients; first: who is in the first group.

    exact: as of `mann_whitney`.
    """
    if not exact:
        return rank_each.tests(values, first)
    return [
        rank_each.RankTests(mann_whitney(*two, exact=True), hodges_lehmann(*two, exact=True), auc(*two))
        for two in zip(values[:, first], values[:, ~first], strict=True)
    ]


def mann_whitney(first: Floats, second: Floats, *, exact: bool) -> Tested:
    """Two-sided test that neither group tends to larger values.

    first, second: values of the two groups, none missing, any unit, each non-empty. exact: the distribution of the
    rank sum over all ways to choose the first group given the ties; the p-value is the share at least as far from
    the expectation as the observed sum. Otherwise the normal approximation with tie and continuity correction.
    The statistic is U of the first group (pairs in which it is larger, ties count a half).
    """
    found = rank_each.placed(*_as_row(first, second))
    test = rank_each.mann_whitney(found)[0]
    if not exact or test.note == rank_each.ALL_EQUAL:
        return test
    m, n = found.sizes
    doubled = np.rint(2 * scipy.stats.rankdata(np.concatenate([first, second]))).astype(np.int64)
    observed, size = (doubled[:m].sum(), m) if m <= n else (doubled[m:].sum(), n)
    return test._replace(p_value=sum_p(doubled, size, int(observed)), note="exact, conditional on ties")


def sum_p(scores: Integers, size: int, observed: int) -> float:
    """Share of all ways to choose `size` of the scores (positive integers) whose sum is as far from its expectation."""
    probability = rank_sum_distribution(scores, size)
    expected = size * int(scores.sum())
    distance = np.abs(np.arange(len(probability)) * len(scores) - expected)
    return min(1.0, float(probability[distance >= abs(observed * len(scores) - expected)].sum()))


def rank_sum_distribution(ranks: Integers, size: int) -> Floats:
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
        depth = shifts.asymptotic_depth(m, n)
    return shifts.hodges_lehmann(np.sort(first)[None], np.sort(second)[None], depth)[0]


def auc(first: Floats, second: Floats) -> Interval:
    """Chance that a value of the first group exceeds one of the second (ties a half), as `rank_each.auc`."""
    return rank_each.auc(rank_each.placed(*_as_row(first, second)))[0]


def _as_row(first: Floats, second: Floats) -> tuple[Floats, Booleans]:
    """One marker of two groups, as a table of one row."""
    return np.concatenate([first, second])[None], np.arange(len(first) + len(second)) < len(first)


def kruskal_wallis(groups: list[Floats]) -> Tested:
    """Test that no group tends to larger values than another; chi-squared approximation with tie correction."""
    if len(groups) < 2 or len(np.unique(np.concatenate(groups))) == 1:
        return untested("fewer than two groups, or all values are equal")
    statistic, p = scipy.stats.kruskal(*groups)
    return Tested(float(statistic), float(p), "chi-squared approximation, corrected for ties")


def spearman(x: Floats, y: Floats) -> Correlation:
    """Rank correlation with its test, and Fisher's interval (variance 1.06 / (n - 3), Fieller, Hartley, Pearson 1957).

    P is exact up to `ENUMERATED_UP_TO` patients, and where the ranks agree in full, of which a t test says 0; else that
    of a t test.
    """
    if len(x) < 4 or x.min() == x.max() or y.min() == y.max():
        return Correlation(Interval(), untested("fewer than four patients, or all values are equal"))
    of_x, of_y = (scipy.stats.rankdata(values) for values in (x, y))
    rho, p = (float(value) for value in scipy.stats.pearsonr(of_x, of_y))
    if abs(rho) > 1 - 1e-12:
        rho = math.copysign(1.0, rho)
        ties = np.unique(of_x, return_counts=True)[1]
        alike = scipy.special.gammaln(ties + 1.0).sum() - scipy.special.gammaln(len(x) + 1.0)
        # the other way round they agree in full, too, where the ties are the same from either end
        p = math.exp(alike) * (2 if (ties == ties[::-1]).all() else 1)
        return Correlation(Interval(rho), Tested(rho, p, "the ranks agree in full, p exact"))
    exact = len(x) <= ENUMERATED_UP_TO
    test = Tested(rho, _exchanged(of_x, of_y) if exact else p, "exact, conditional on ties" if exact else "")
    half = Z * math.sqrt(1.06 / (len(x) - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-half, half]))
    return Correlation(Interval(rho, float(low), float(high)), test)


def _exchanged(x: Floats, y: Floats) -> float:
    """Share of all orders of y whose sum of products with x is as far from its expectation as the observed one."""
    n, a, b = len(x), np.rint(2 * x).astype(int), np.rint(2 * y).astype(int)
    # row: whom of y the first patients of x have, a bit each; column: the sum of products
    ways = np.zeros((1 << n, int(np.sort(a) @ np.sort(b)) + 1))
    ways[0, 0] = 1
    for chosen in range(1, 1 << n):
        own = a[chosen.bit_count() - 1]
        for j in range(n):
            if chosen >> j & 1:
                ways[chosen, own * b[j] :] += ways[chosen ^ 1 << j, : ways.shape[1] - own * b[j]]
    law, expected = ways[-1] / ways[-1].sum(), int(a.sum() * b.sum())
    distance = np.abs(np.arange(len(law)) * n - expected)
    return min(1.0, float(law[distance >= abs(int(a @ b) * n - expected)].sum()))
