"""The conditional law of a 2 x 2 table: Fisher's p, the maximum-likelihood odds ratio and its exact interval.

Our own because scipy's search for the interval takes 10 ms a table, which thousands of genes have to wait for; scipy
and R's fisher.test are the oracles.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy

from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import CONFIDENCE, Interval

Slope = tuple[float, float]
"""Value and slope of an increasing function."""

EQUALLY_RARE = 1 + 1e-7
"""Slack within which two tables count as equally probable, as in R's fisher.test."""

STEPS = 200
WIDEST = 700.0
"""Largest logarithm of an odds ratio that is looked for."""


def conditional(a: int, b: int, c: int, d: int) -> tuple[Interval, float]:
    """Odds ratio with its interval, and Fisher's two-sided p, of ((a, b), (c, d)); no margin may be empty.

    Given the margins the count `a` has a law (noncentral hypergeometric) that hangs on the odds ratio alone.
    """
    first, second, column = a + b, c + d, a + c
    x = np.arange(max(0, column - second), min(first, column) + 1.0)
    cells = (x, first - x, column - x, second - column + x)
    weight = -sum(scipy.special.gammaln(cell + 1) for cell in cells)
    chance = _law(weight, x, 0.0)
    p_value = min(1.0, float(chance[chance <= chance[a - int(x[0])] * EQUALLY_RARE].sum()))
    at, tail, start = a - int(x[0]), math.log((1 - CONFIDENCE) / 2), _start(a, b, c, d)
    lowest, highest = at == 0, at == len(x) - 1

    def mean(logarithm: float) -> Slope:
        law = _law(weight, x, logarithm)
        middle = float(law @ x)
        return middle - a, float(law @ (x - middle) ** 2)

    estimate = 0.0 if lowest else math.inf if highest else math.exp(_root(mean, start))
    low = 0.0 if lowest else math.exp(_root(_tail(weight, x, at, tail), start))
    # the upper limit is the lower one of the table with its columns exchanged
    turned = _tail(weight[::-1], -x[::-1], len(x) - 1 - at, tail)
    high = math.inf if highest else math.exp(-_root(turned, -start))
    return Interval(estimate, low, high), p_value


def _start(a: int, b: int, c: int, d: int) -> float:
    return math.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))


def _law(weight: Floats, x: Floats, logarithm: float) -> Floats:
    """Chance of each count x when the odds ratio has that logarithm."""
    score = weight + x * logarithm
    law = np.exp(score - score.max())
    return np.asarray(law / law.sum(), dtype=np.float64)


def _tail(weight: Floats, x: Floats, at: int, tail: float) -> Callable[[float], Slope]:
    """How far the logarithm of the chance of x[at] and more is above `tail`; concave in the odds ratio's logarithm."""

    def above(logarithm: float) -> Slope:
        law = _law(weight, x, logarithm)
        beyond = float(law[at:].sum())
        if beyond <= 0:
            return -math.inf, math.nan
        return math.log(beyond) - tail, float(law[at:] @ x[at:]) / beyond - float(law @ x)

    return above


def _root(function: Callable[[float], Slope], start: float) -> float:
    """Where an increasing function is 0: Newton steps within a bracket, which is halved where they leave it."""
    low, high, at = -WIDEST, WIDEST, start
    for _ in range(STEPS):
        value, slope = function(at)
        low, high = (at, high) if value < 0 else (low, at)
        step = value / slope if slope > 0 else math.nan
        following = at - step
        if not low <= following <= high:
            following = (low + high) / 2
        if abs(following - at) <= 1e-13 * max(1.0, abs(at)):
            return following
        at = following
    return at
