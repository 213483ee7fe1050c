"""Counts in groups: Fisher's exact test (2 x 2, r x c), odds ratio, Cochran-Armitage trend, exact rates, kappa."""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats import contingency, ranks
from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Tested, Z, untested
from biomarkers.stats.odds_ratio import conditional

MONTE_CARLO_TABLES = 100_000
"""Random tables beyond that; the Monte Carlo error of p = .05 is then .0007."""

EXACT_BELOW = 10
"""Patients of the smaller class below which the p of a trend is exact (docs/methods.md, 6.4)."""

RELATIVE = 1 + 1e-7
"""Slack within which two tables count as equally probable, as in R's fisher.test."""


class OddsRatio(NamedTuple):
    """Conditional odds ratio with its exact interval, and Fisher's test."""

    odds: Interval
    test: Tested


@lru_cache(maxsize=200_000)
def clopper_pearson(events: int, n: int) -> Interval:
    """Share events / n with its exact interval; NaN when n = 0."""
    if n == 0:
        return Interval()
    low = 0.0 if events == 0 else float(scipy.special.betaincinv(events, n - events + 1, 0.025))
    high = 1.0 if events == n else float(scipy.special.betaincinv(events + 1, n - events, 0.975))
    return Interval(events / n, low, high)


@lru_cache(maxsize=200_000)
def fisher(a: int, b: int, c: int, d: int) -> OddsRatio:
    """Fisher's exact test of ((a, b), (c, d)): rows first and second group, columns with and without the event.

    The odds ratio is the conditional maximum-likelihood estimate of the first row against the second with its exact
    interval, as R's fisher.test gives; 0 or inf where a cell is empty. Nothing is estimated when a margin is empty.
    """
    if 0 in (a + b, c + d, a + c, b + d):
        what = "a group is empty" if 0 in (a + b, c + d) else "all or none had the event"
        return OddsRatio(Interval(), untested(what))
    odds, p_value = conditional(a, b, c, d)
    return OddsRatio(odds, Tested(p_value=p_value))


def cross_table(rows: Floats, columns: Floats, shape: tuple[int, int]) -> Integers:
    """How many have each pair of codes 0, 1, ...; one code of each kind per patient, none missing."""
    table = np.zeros(shape, dtype=np.int64)
    np.add.at(table, (rows.astype(int), columns.astype(int)), 1)
    return table


def fisher_of(member: Floats, event: Floats) -> OddsRatio:
    """Fisher's exact test of members (1, else 0) against the others, with and without the event (1, 0)."""
    return fisher_each(member[:, None], event)[0]


def fisher_each(members: Floats, event: Floats) -> list[OddsRatio]:
    """The test of each column of members (patients x groups)."""
    size, with_event = members.sum(axis=0), event @ members
    cells = (with_event, size - with_event, event.sum() - with_event, (1 - event).sum() - size + with_event)
    return [fisher(*counts) for counts in np.array(cells).astype(int).T.tolist()]


def fisher_table(table: Integers, *, seed: int) -> Tested:
    """Fisher's (Freeman-Halton) test of an r x c table of counts, exact where it can be, else seeded Monte Carlo."""
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    if min(table.shape) < 2:
        return untested("fewer than two groups or two outcomes are present")
    try:
        return Tested(p_value=contingency.exact_p(table), note="exact")
    except contingency.TooManyStepsError:
        rows, columns = table.sum(1), table.sum(0)
    random = scipy.stats.random_table(rows, columns)
    sampled = random.rvs(MONTE_CARLO_TABLES, random_state=np.random.default_rng(seed))
    factorial = scipy.special.gammaln(np.arange(table.sum() + 1) + 1.0)
    as_rare = int((factorial[sampled].sum(axis=(1, 2)) >= factorial[table].sum() - math.log(RELATIVE)).sum())
    p = (1 + as_rare) / (1 + MONTE_CARLO_TABLES)
    return Tested(p_value=p, note=f"Monte Carlo, {MONTE_CARLO_TABLES} random tables, seed {seed}")


def cochran_armitage(events: Integers, totals: Integers) -> Tested:
    """Trend of the share with the event over ordered levels (scores 0, 1, 2, ...).

    events, totals: counts per level. The statistic is z, positive when the share rises with the level. P is that of z,
    and exact given both margins where the smaller class has few patients.
    """
    scores = np.arange(len(totals))
    n, share = totals.sum(), events.sum() / max(totals.sum(), 1)
    spread = (totals * scores**2).sum() - (totals * scores).sum() ** 2 / max(n, 1)
    variance = share * (1 - share) * spread
    if variance <= 0:
        return untested("one level only, or all or none had the event")
    z = float((scores * (events - totals * share)).sum() / math.sqrt(variance))
    said = f"scores {', '.join(map(str, scores))}"
    fewer = events if 2 * events.sum() <= n else totals - events
    if fewer.sum() >= EXACT_BELOW:
        return Tested(z, float(2 * scipy.special.ndtr(-abs(z))), said)
    p_value = ranks.sum_p(np.repeat(scores + 1, totals), int(fewer.sum()), int(fewer @ (scores + 1)))
    return Tested(z, p_value, f"exact, {said}")


def median_interval(values: Floats) -> Interval:
    """Median with its order-statistic interval (binomial, at least 95 %); limits NaN below 6 values."""
    return medians(np.sort(values)[None])[0]


def medians(ordered: Floats) -> list[Interval]:
    """The same of each row of values in order."""
    rows, n = ordered.shape
    if n == 0:
        return [Interval()] * rows
    middle, depth = ((ordered[:, (n - 1) // 2] + ordered[:, n // 2]) / 2).tolist(), _depth(n)
    if depth < 1:
        return [*map(Interval, middle)]
    return [*map(Interval, middle, ordered[:, depth - 1].tolist(), ordered[:, n - depth].tolist())]


@lru_cache(maxsize=10_000)
def _depth(n: int) -> int:
    """Which of n values in order, from either end, is a limit of their median's interval."""
    return int(np.argmax(scipy.special.bdtr(np.arange(n + 1), n, 0.5) >= 0.025))


def kappa(table: Integers, *, linear: bool = False) -> Interval:
    """Cohen's kappa of a square table of counts, the first reader's categories in rows, the second's in columns.

    linear: weights that fall by the distance of ordered categories. No estimate where chance alone agrees always (one
    category in use); no limits where the readers agree always, as the variance of the sample is then zero. The interval
    is that of large samples (Fleiss, Cohen, Everitt 1969).

    >>> [round(value, 3) for value in kappa(np.array([[20, 5], [10, 15]]))]
    [0.4, 0.151, 0.649]
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    if table.sum() == 0 or len(table) < 2 or (np.minimum(table.sum(0), table.sum(1)) == table.sum()).any():
        return NO_ESTIMATE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # Its tests against zero divide by the variance under chance.
        found = cohens_kappa(table, wt="linear" if linear else None)
    estimate, error = float(found.kappa), float(found.std_kappa)
    if not error > 0:
        return Interval(estimate)
    return Interval(estimate, max(-1.0, estimate - Z * error), min(1.0, estimate + Z * error))
