"""Likelihood-ratio test of a model against one with fewer terms, logistic or Cox (docs/methods.md, 6.25).

The likelihood is climbed to its supremum, so that the test stands where a coefficient has no finite estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import special

from biomarkers.errors import count
from biomarkers.stats.arrays import Floats
from biomarkers.stats.cox import ever_at_risk
from biomarkers.stats.intervals import Tested, untested
from biomarkers.stats.partial_likelihood import log_partial_likelihood
from biomarkers.stats.times import tied

Likelihood = Callable[[Floats], tuple[float, Floats, Floats]]
"""Value, gradient and information at some coefficients."""

STEPS = 100
"""Newton steps at most; each gains a factor e where a coefficient runs away, so that 30 suffice."""

SMALLEST = 1e-12
"""Share of the largest information below which a direction is taken for one that tells nothing."""


def logistic_test(fewer: Floats, more: Floats, event: Floats) -> Tested:
    """Test of the terms of `more` beside those of `fewer` (patients x terms, without the constant) on an outcome."""
    one = np.ones((len(event), 1))
    full = np.column_stack([fewer, more])
    rank = _rank(full - full.mean(axis=0)) - _rank(fewer - fewer.mean(axis=0))
    designs = [np.column_stack([one, _standardised(x)]) for x in (fewer, full)]
    tops = [_top(partial(_logistic, design, event), design.shape[1]) for design in designs]
    return _tested(tops[0], tops[1], rank)


def cox_test(fewer: Floats, more: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> Tested:
    """The same on a time to an event, by the partial likelihood with Efron's ties."""
    time = tied(time)
    inside = ever_at_risk(time, event, stratum)
    full = np.column_stack([fewer, more])
    own = [x[inside] - x[inside].mean(axis=0) for x in (fewer, full)]
    scaled = [_standardised(x) for x in (fewer, full)]
    tops = [_top(log_partial_likelihood(x, time, event, stratum), x.shape[1]) for x in scaled]
    return _tested(tops[0], tops[1], _rank(own[1]) - _rank(own[0]))


def _tested(fewer: float, more: float, rank: int) -> Tested:
    if rank < 1:
        return untested("nothing tells the interaction, the added terms are determined by the others")
    statistic = max(0.0, 2 * (more - fewer))
    return Tested(
        statistic, float(special.chdtrc(rank, statistic)), f"likelihood ratio, {count(rank, 'degree')} of freedom"
    )


def _rank(x: Floats) -> int:
    size = np.sqrt((x**2).sum(axis=0))
    kept = x[:, size > 0] / size[size > 0]
    return int(np.linalg.matrix_rank(kept, tol=1e-6)) if kept.size else 0


def _standardised(x: Floats) -> Floats:
    """Columns minus their mean in standard deviations, so that no step is lost beside another's unit."""
    spread = x.std(axis=0)
    return np.asarray((x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _top(likelihood: Likelihood, terms: int) -> float:
    """Supremum of a concave log likelihood by Newton steps with halving.

    Steps have no longest one: coefficients of terms that nearly agree may have far to go.
    """
    beta = np.zeros(terms)
    value, gradient, information = likelihood(beta)
    for _ in range(STEPS):
        step = np.asarray(np.linalg.lstsq(information, gradient, rcond=SMALLEST)[0])
        following = likelihood(beta + step)
        while following[0] < value and np.abs(step).max() > 1e-12:
            step = step / 2
            following = likelihood(beta + step)
        gain = following[0] - value
        if gain <= 0:
            break
        beta, (value, gradient, information) = beta + step, following
        if gain < 1e-12:
            break
    return value


def _logistic(design: Floats, event: Floats, beta: Floats) -> tuple[float, Floats, Floats]:
    score = design @ beta
    weight = special.expit(score) * special.expit(-score)
    value = -float(np.logaddexp(0, np.where(event == 1, -score, score)).sum())
    return value, design.T @ (event - special.expit(score)), design.T @ (design * weight[:, None])
