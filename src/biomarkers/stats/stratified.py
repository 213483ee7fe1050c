"""Tables of two by two in strata: Cochran-Mantel-Haenszel and exact conditional tests, and whether the strata agree.

Tables: strata x 2 x 2 of counts, rows first and second group, columns with and without the event. R's mantelhaen.test
is the oracle (docs/methods.md, 6.25).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy
from scipy import special

from biomarkers.errors import count
from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.intervals import Interval, Tested, Z, untested

RELATIVE = 1 + 1e-7
"""Slack within which two tables count as equally probable, as in R."""


class Common(NamedTuple):
    """The odds ratio that all strata have in common, and the test that it is 1."""

    odds: Interval
    test: Tested


def tables(member: Floats, event: Floats, stratum: Floats) -> Integers:
    """Counts of members (1, else 0) with and without the event (1, 0) in each stratum (codes); none missing."""
    codes = np.unique(stratum, return_inverse=True)[1]
    counts = np.zeros((int(codes.max(initial=-1)) + 1, 2, 2), dtype=np.int64)
    np.add.at(counts, (codes, 1 - member.astype(int), 1 - event.astype(int)), 1)
    return counts


def telling(counts: Integers) -> Integers:
    """The strata in which both groups and both outcomes are present; no test hangs on the others."""
    kept: Integers = counts[(counts.sum(axis=1) > 0).all(axis=1) & (counts.sum(axis=2) > 0).all(axis=1)]
    return kept


def mantel_haenszel(counts: Integers) -> Common:
    """Mantel-Haenszel odds ratio (interval by Robins, Breslow and Greenland); test with continuity correction."""
    kept = telling(counts).astype(float)
    if not len(kept):
        return Common(Interval(), untested("no stratum has both groups and both outcomes"))
    a, b, c, d = kept[:, 0, 0], kept[:, 0, 1], kept[:, 1, 0], kept[:, 1, 1]
    n = kept.sum(axis=(1, 2))
    rows, columns = kept.sum(axis=2), kept.sum(axis=1)
    delta = float((a - rows[:, 0] * columns[:, 0] / n).sum())
    variance = float((rows.prod(axis=1) * columns.prod(axis=1) / (n**2 * (n - 1))).sum())
    correction = 0.5 if abs(delta) >= 0.5 else 0.0  # R takes none where it would be larger than the difference
    statistic = (abs(delta) - correction) ** 2 / variance
    test = Tested(
        statistic,
        math.erfc(math.sqrt(statistic / 2)),
        count(len(kept), "stratum", "strata") + (", continuity correction" if correction else ""),
    )
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    if r.sum() == 0 or s.sum() == 0:
        return Common(
            Interval(0.0 if r.sum() == 0 else math.inf),
            test._replace(note=f"{test.note}; a cell is empty in every stratum"),
        )
    error = math.sqrt(
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    middle = math.log(r.sum() / s.sum())
    return Common(Interval(*(math.exp(middle + side * Z * error) for side in (0, -1, 1))), test)


def exact(counts: Integers) -> Common:
    """Conditional odds ratio (maximum likelihood) with its exact interval, and the exact conditional test."""
    kept = telling(counts)
    if not len(kept):
        return Common(Interval(), untested("no stratum has both groups and both outcomes"))
    lowest, logarithm = _sum_of_hypergeometrics(kept)
    support = lowest + np.arange(len(logarithm))
    observed = int(kept[:, 0, 0].sum())
    density = _tilted(logarithm, support, 0.0)
    at = density[observed - lowest]
    note = f"{count(len(kept), 'stratum', 'strata')}, exact"
    test = Tested(p_value=min(1.0, float(density[density <= at * RELATIVE].sum())), note=note)

    def mean(log_odds: float) -> float:
        return float(_tilted(logarithm, support, log_odds) @ support) - observed

    def tail(log_odds: float, *, upper: bool) -> float:
        side = support >= observed if upper else support <= observed
        return float(_tilted(logarithm, support, log_odds)[side].sum()) - 0.025

    at_least, at_most = observed == support[0], observed == support[-1]
    estimate = 0.0 if at_least else math.inf if at_most else _solved(mean)
    low = 0.0 if at_least else _solved(lambda x: tail(x, upper=True))
    high = math.inf if at_most else _solved(lambda x: tail(x, upper=False))
    return Common(Interval(estimate, low, high), test)


def breslow_day(counts: Integers) -> Tested:
    """Breslow and Day's test, with Tarone's correction, that the odds ratio is the same in every stratum."""
    kept = telling(counts)
    common = mantel_haenszel(kept).odds.estimate
    if len(kept) < 2 or not 0 < common < math.inf:
        return untested("fewer than two strata with both groups and both outcomes, or no common odds ratio")
    statistic, excess, total = 0.0, 0.0, 0.0
    for (a, b), (c, d) in kept.astype(float):
        first, events, n = a + b, a + c, a + b + c + d
        expected = _expected(common, first, events, n)
        rest = np.array([expected, first - expected, events - expected, n - first - events + expected])
        variance = 1 / float((1 / rest).sum())
        statistic += (a - expected) ** 2 / variance
        excess, total = excess + a - expected, total + variance
    corrected = statistic - excess**2 / total
    return Tested(
        corrected, float(special.chdtrc(len(kept) - 1, corrected)), f"{len(kept)} strata, Tarone's correction"
    )


def woolf(counts: Integers) -> Tested:
    """Woolf's test that the odds ratio is the same in every stratum; 0.5 is added to every cell if one is empty."""
    kept = telling(counts).astype(float)
    if len(kept) < 2:
        return untested("fewer than two strata with both groups and both outcomes")
    added = (kept == 0).any()
    cells = kept + 0.5 if added else kept
    logarithm = np.log(cells[:, 0, 0] * cells[:, 1, 1] / (cells[:, 0, 1] * cells[:, 1, 0]))
    weight = 1 / (1 / cells).sum(axis=(1, 2))
    statistic = float((weight * (logarithm - (weight * logarithm).sum() / weight.sum()) ** 2).sum())
    note = f"{len(kept)} strata" + (", 0.5 added to every cell" if added else "")
    return Tested(statistic, float(special.chdtrc(len(kept) - 1, statistic)), note)


def _sum_of_hypergeometrics(kept: Integers) -> tuple[int, Floats]:
    """Lowest sum of the first cells given the margins, and the log probability of each sum from there on."""
    lowest, density = 0, np.ones(1)
    for table in kept:
        (first, second), events = table.sum(axis=1), int(table[:, 0].sum())
        low, high = max(0, events - second), min(first, events)
        density = np.convolve(
            density, scipy.stats.hypergeom(first + second, first, events).pmf(np.arange(low, high + 1))
        )
        lowest += int(low)
    with np.errstate(divide="ignore"):
        return lowest, np.log(density)


def _tilted(logarithm: Floats, support: Integers, log_odds: float) -> Floats:
    """Probability of each sum where the odds ratio is exp(log_odds)."""
    weight = logarithm + log_odds * support
    return np.asarray(np.exp(weight - special.logsumexp(weight)), dtype=np.float64)


def _solved(function: Callable[[float], float]) -> float:
    """The odds ratio at which a monotone function of its logarithm is 0."""
    edge = 1.0
    while function(-edge) * function(edge) > 0 and edge < 600:
        edge *= 2
    return math.exp(scipy.optimize.brentq(function, -edge, edge, xtol=1e-13, rtol=1e-14))


def _expected(odds: float, first: float, events: float, n: float) -> float:
    """The first cell of a table with these margins whose odds ratio is `odds`."""
    low, high = max(0.0, first + events - n), min(first, events)
    if abs(odds - 1) < 1e-12:
        return first * events / n
    a, b, c = odds - 1, -((first + events) * (odds - 1) + n), odds * first * events
    root = math.sqrt(b * b - 4 * a * c)
    return next(x for x in ((-b - root) / (2 * a), (-b + root) / (2 * a)) if low - 1e-9 <= x <= high + 1e-9)
