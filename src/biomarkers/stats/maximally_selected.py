"""The cut of a number that separates a score best, with a p-value that pays for the search.

The naive p at the chosen cut is never given: in data without any association it is below .05 in a third of trials.
Our own because no Python library has it (R: maxstat).
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.intervals import LEVEL, NAN, Interval
from biomarkers.stats.times import tied

INNER = 0.8
"""Share of the patients, in the middle of the marker, between whom a cut is looked for (docs/methods.md, 6)."""

PERMUTATIONS = 1999
BOOTSTRAPS = 500


class Tried(NamedTuple):
    """A cut `> at` that was tried: patients on both sides, its standardised statistic, and p corrected for the search.

    more_above: whether the scores are higher above the cut.
    """

    at: float
    n_above: int
    n_below: int
    statistic: float
    more_above: bool
    p_value: float


class Cutpoint(NamedTuple):
    """Best cut with its bootstrap interval; maximal standardised statistic, permutation p, optimism.

    tried: every cut, from low to high. band: what the maximum must exceed for a p of at most `LEVEL`. by_chance: the
    median of the maximum over the permutations.
    """

    cut: Interval
    statistic: float
    p_value: float
    optimism: float
    tried: tuple[Tried, ...] = ()
    band: float = NAN
    by_chance: float = NAN


def best_cutpoint(value: Floats, score: Floats, *, seed: int) -> Cutpoint | None:
    """Maximally selected standardised statistic of `score` over cuts `> x`; None when no cut can be tried.

    value: the marker, raw. score: per patient 1 or 0 for a binary endpoint, log-rank scores for a time. p = (1 + k) /
    (1 + n) over permutations of the score. optimism: how far the maximum in bootstrap samples exceeds the statistic
    that their cut has in the whole data.
    """
    order = np.argsort(value, kind="stable")
    value, score = value[order], score[order]
    below, spread = _candidates(value)
    if not len(below) or score.std() == 0:
        return None
    random = np.random.default_rng(seed)
    observed = _statistics(score, below, spread)
    best = int(np.argmax(observed))
    permuted = np.array([_statistics(random.permutation(score), below, spread).max() for _ in range(PERMUTATIONS)])
    ordered = np.sort(permuted)
    p_values = _corrected(observed, ordered)
    cuts, excess = [], []
    for _ in range(BOOTSTRAPS):
        drawn = np.sort(random.integers(0, len(value), len(value)))
        counts, width = _candidates(value[drawn])
        if not len(counts) or score[drawn].std() == 0:
            continue
        again = _statistics(score[drawn], counts, width)
        cut = value[drawn][counts[np.argmax(again)] - 1]
        cuts.append(cut)
        share = np.array([np.searchsorted(value, cut, side="right")])
        excess.append(again.max() - _statistics(score, share, share * (len(value) - share))[0])
    low, high = np.quantile(cuts, [0.025, 0.975]) if cuts else (NAN, NAN)
    return Cutpoint(
        Interval(float(value[below[best] - 1]), float(low), float(high)),
        float(observed[best]),
        float(p_values[best]),
        float(np.mean(excess)) if excess else NAN,
        _tried(value, score, below, observed, p_values),
        float(ordered[len(ordered) - int(LEVEL * (1 + len(ordered)))]),
        float(np.median(ordered)),
    )


def logrank_scores(time: Floats, event: Floats) -> Floats:
    """Log-rank score per patient: event minus Nelson-Aalen cumulative hazard at the own time; they add up to 0."""
    time = tied(time)
    moments, position = np.unique(time, return_inverse=True)
    deaths = np.bincount(position, weights=event)
    at_risk = len(time) - np.searchsorted(np.sort(time), moments, side="left")
    return event - np.cumsum(deaths / at_risk)[position]


def _corrected(observed: Floats, maxima: Floats) -> Floats:
    """(1 + k) / (1 + n) of each statistic: k of the n permuted maxima (ascending) are as large."""
    as_large = len(maxima) - np.searchsorted(maxima, observed * (1 - 1e-12), side="left")
    return np.asarray((1 + as_large) / (1 + len(maxima)))


def _tried(value: Floats, score: Floats, below: Integers, observed: Floats, p_values: Floats) -> tuple[Tried, ...]:
    """The cuts with what was found at each; below: patients at or below each."""
    more_above = np.cumsum(score - score.mean())[below - 1] < 0
    n = len(value)
    columns = (value[below - 1], n - below, below, observed, more_above, p_values)
    return tuple(itertools.starmap(Tried, zip(*(column.tolist() for column in columns), strict=True)))


def _candidates(value: Floats) -> tuple[Integers, Floats]:
    """Numbers of patients at or below each cut that is tried, and the width n_below x n_above of each."""
    n = len(value)
    below = np.flatnonzero(np.diff(value)) + 1
    edge = n * (1 - INNER) / 2
    below = below[(below >= edge) & (below <= n - edge)]
    return below, (below * (n - below)).astype(float)


def _statistics(score: Floats, below: Integers, spread: Floats) -> Floats:
    """Absolute standardised difference of the scores below each cut (scores in the order of the marker)."""
    n = len(score)
    centred = np.cumsum(score - score.mean())
    return np.asarray(np.abs(centred[below - 1]) / np.sqrt(score.var(ddof=1) * spread / n))
