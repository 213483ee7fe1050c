"""The cut of a number that separates a score best, with a p-value that pays for the search.

The naive p at the chosen cut is never given: in data without any association it is below .05 in a third of trials.
Our own because no Python library has it (R: maxstat).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.stats.intervals import NAN, Interval
from biomarkers.stats.times import tied

Floats = npt.NDArray[np.float64]

INNER = 0.8
"""Share of the patients, in the middle of the marker, between whom a cut is looked for (docs/methods.md, 6)."""

PERMUTATIONS = 1999
BOOTSTRAPS = 500


class Cutpoint(NamedTuple):
    """Best cut with its bootstrap interval; maximal standardised statistic, permutation p, optimism."""

    cut: Interval
    statistic: float
    p_value: float
    optimism: float


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
    as_large = int((permuted >= observed[best] * (1 - 1e-12)).sum())
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
        (1 + as_large) / (1 + PERMUTATIONS),
        float(np.mean(excess)) if excess else NAN,
    )


def logrank_scores(time: Floats, event: Floats) -> Floats:
    """Log-rank score per patient: event minus Nelson-Aalen cumulative hazard at the own time; they add up to 0."""
    time = tied(time)
    moments, position = np.unique(time, return_inverse=True)
    deaths = np.bincount(position, weights=event)
    at_risk = len(time) - np.searchsorted(np.sort(time), moments, side="left")
    return event - np.cumsum(deaths / at_risk)[position]


def _candidates(value: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Numbers of patients at or below each cut that is tried, and the width n_below x n_above of each."""
    n = len(value)
    below = np.flatnonzero(np.diff(value)) + 1
    edge = n * (1 - INNER) / 2
    below = below[(below >= edge) & (below <= n - edge)]
    return below, (below * (n - below)).astype(float)


def _statistics(score: Floats, below: npt.NDArray[np.int64], spread: Floats) -> Floats:
    """Absolute standardised difference of the scores below each cut (scores in the order of the marker)."""
    n = len(score)
    centred = np.cumsum(score - score.mean())
    return np.asarray(np.abs(centred[below - 1]) / np.sqrt(score.var(ddof=1) * spread / n))
