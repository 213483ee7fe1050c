"""Firth on random cohorts against scipy's Nelder-Mead on likelihoods written anew (docs/methods.md, 6.6, 6.7)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, special

from biomarkers.stats.cox import cox
from biomarkers.stats.logistic import logistic
from biomarkers.stats.regression import Fit

COHORTS, SEED = 30, 1402


def of_logistic(x: np.ndarray, event: np.ndarray, beta: np.ndarray) -> float:
    """Log likelihood plus half the log determinant of the information; the last coefficient is the intercept."""
    design = np.column_stack([x, np.ones(len(x))])
    score = design @ beta
    weight = special.expit(score) * special.expit(-score)
    sign, size = np.linalg.slogdet(design.T @ (design * weight[:, None]))
    return float((event * score - np.logaddexp(0, score)).sum() + size / 2) if sign > 0 else -1e9


def of_cox(x: np.ndarray, time: np.ndarray, event: np.ndarray, stratum: np.ndarray, beta: np.ndarray) -> float:
    """The same of a partial likelihood with Breslow's ties, risk set by risk set."""
    value, information = 0.0, np.zeros((len(beta),) * 2)
    for i in np.flatnonzero(event):
        inside = x[(time >= time[i]) & (stratum == stratum[i])]
        share = np.exp(inside @ beta - (inside @ beta).max())
        value += float(x[i] @ beta - (inside @ beta).max()) - math.log(share.sum())
        share /= share.sum()
        apart = inside - share @ inside
        information += apart.T @ (apart * share[:, None])
    sign, size = np.linalg.slogdet(information)
    return value + size / 2 if sign > 0 else -1e9


def highest(function, beta: np.ndarray, free: np.ndarray) -> float:
    """The maximum over the free coefficients, from two starts."""

    def minus(values: np.ndarray) -> float:
        whole = beta.copy()
        whole[free] = values
        return -function(whole)

    if not free.any():
        return function(beta)
    exact = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 3000}
    ends = [optimize.minimize(minus, s, method="Nelder-Mead", options=exact) for s in (beta[free], 0.0 * beta[free])]
    return -min(float(end.fun) for end in ends)


def check(fit: Fit, function, size: int) -> int:
    """P, limits and estimate of each term; what was not found is named. The number found."""
    done = 0
    for j, term in enumerate(fit.terms):
        if math.isnan(term.ratio.estimate):
            assert term.note or term.left_out
            continue
        assert 0 < term.p_value <= 1
        start = np.zeros(size)
        start[: len(fit.terms)] = [
            0.0 if math.isnan(t.ratio.estimate) else math.log(t.ratio.estimate) for t in fit.terms
        ]
        top = highest(function, start, np.ones(size, dtype=bool))
        free = np.arange(size) != j
        wanted = [(term.ratio.estimate, 0.0), (1.0, term.statistic / 2)]
        wanted += [(limit, 1.9207294) for limit in term.ratio[1:] if 0 < limit < math.inf]
        for value, fall in wanted:
            held = start.copy()
            held[j] = math.log(value)
            assert top - highest(function, held, free) == pytest.approx(fall, abs=1e-3)
        done += 1
    return done


def given(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """One or two terms (rare carriers, numbers), of which carriers have no event or the numbers order them."""
    n = int(random.integers(20, 50))
    kinds = [
        (random.random(n) < random.uniform(0.08, 0.4)) * 1.0,
        random.normal(size=n),
        random.integers(0, 2, n) * 1.0,
    ]
    x = np.column_stack([kinds[i] for i in random.choice(3, int(random.integers(1, 3)), replace=False)])
    time = np.ceil(random.exponential(9, n) * 2) / 2
    event = (random.random(n) < 0.5).astype(float)
    if random.random() < 0.7:
        event[x[:, 0] > np.median(x[:, 0])] = 0
    return x, time, event, random.integers(0, 2, n) * (random.random() < 0.4) * 1.0


@pytest.mark.slow
def test_random_cohorts() -> None:
    random = np.random.default_rng(SEED)
    done = {"firth_logistic": 0, "firth_cox": 0}
    for _ in range(COHORTS):
        x, time, event, stratum = given(random)
        if event.sum() in (0, len(event)) or (x.std(axis=0) == 0).any():
            continue
        fit = logistic(x, event, penalised=True)
        if fit.method == "firth_logistic" and not any(term.left_out for term in fit.terms):
            done[fit.method] += check(fit, lambda b, x=x, e=event: of_logistic(x, e, b), x.shape[1] + 1)
        fit = cox(x, time, event, stratum)
        if fit.method == "firth_cox" and not any(term.left_out for term in fit.terms):
            done[fit.method] += check(fit, lambda b, a=(x, time, event, stratum): of_cox(*a, b), x.shape[1])
    assert done["firth_logistic"] > COHORTS // 2 and done["firth_cox"] > COHORTS // 6
