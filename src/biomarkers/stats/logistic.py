"""Logistic regression, uni- and multivariable, with Firth's penalty where the plain fit does not exist or is unsafe."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.stats import firth
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.climbs import Likelihood, Points, penalised
from biomarkers.stats.intervals import joined
from biomarkers.stats.regression import (
    ONE_VALUE,
    Fit,
    left_out,
    no_fit,
    one_sided,
    per_parameter,
    profiled,
    too_few,
    wald,
    with_left_out,
)

STEPS, LARGEST = 50, 100.0
"""Newton steps, of which six are usual, and coefficients per standard deviation beyond which there is no maximum."""

FIRTH_BELOW = 5
"""Events (of the smaller class) per parameter below which a logistic model is penalised (docs/methods.md, 6)."""


def logistic(x: Floats, event: Floats, *, penalised: bool | None = None, with_limits: bool = True) -> Fit:
    """Odds ratios of `event` (1, 0).

    penalised: None decides by separation and events per parameter. with_limits: of a penalised model, too.
    """
    count, smaller = x.shape[1], int(min(event.sum(), (1 - event).sum()))
    if smaller == 0:
        return no_fit(count, "logistic", too_few(len(x), count, smaller))
    centred = np.where(x.max(axis=0) == x.min(axis=0), 0.0, x - x.mean(axis=0))
    reasons = left_out(centred, [ONE_VALUE] * count, "not estimated: determined by the other terms")
    kept = np.array([not why for why in reasons])
    problem = too_few(len(x), int(kept.sum()), smaller) if kept.any() else ONE_VALUE
    if problem:
        return no_fit(count, "logistic", problem)
    return with_left_out(_fit(x[:, kept], event, smaller, penalised, with_limits=with_limits), reasons)


def logistic_each(x: Floats, event: Floats) -> list[Fit]:
    """The odds ratio of each column of x (patients x models) in a model of its own, as `logistic` of that column.

    Models that are plain (neither separated nor with few events) are fitted side by side.
    """
    smaller = int(min(event.sum(), (1 - event).sum()))
    plain = np.zeros(x.shape[1], dtype=bool)
    if smaller >= FIRTH_BELOW and not too_few(len(x), 1, smaller):
        ones, zeros = x[event == 1], x[event == 0]
        apart = (ones.min(axis=0) >= zeros.max(axis=0)) | (ones.max(axis=0) <= zeros.min(axis=0))
        # values so near to one another that their squares are lost have no standard deviation either
        plain = ~apart & (x.max(axis=0) > x.min(axis=0)) & (x.std(axis=0) > 0)
    fits = iter(_plain(np.ascontiguousarray(x[:, plain].T)[:, None], event, smaller))
    return [next(fits) if fitted else logistic(x[:, [j]], event) for j, fitted in enumerate(plain)]


def _fit(x: Floats, event: Floats, smaller: int, penalised: bool | None, *, with_limits: bool) -> Fit:
    """The model of terms that can be estimated; smaller: patients of the smaller class."""
    count = x.shape[1]
    reason = ""
    if penalised is None:
        if _separated(x, event):
            reason = "Firth, because the outcome is separated"
        elif smaller / count < FIRTH_BELOW:
            reason = f"Firth, because of fewer than {FIRTH_BELOW} events per parameter"
    if penalised or reason:
        return _firth(x, event, joined(reason, _few(smaller, count)), with_limits=with_limits)
    return _plain(x.T[None], event, smaller)[0]


def _few(smaller: int, count: int) -> str:
    return per_parameter(smaller, count, "patient of the smaller class", "patients of the smaller class")


def _plain(x: Floats, event: Floats, smaller: int) -> list[Fit]:
    """Models at the maximum of their likelihood, Firth's where the search does not arrive.

    x: models x terms x patients.
    """
    count, scale = x.shape[1], x.std(axis=2)
    designs = np.ones((len(x), count + 1, x.shape[2]))
    designs[:, :count] = (x - x.mean(axis=2, keepdims=True)) / scale[:, :, None]
    found = _maximum(designs, event)
    coefficients, errors = found.coefficients[:, :count] / scale, found.errors[:, :count] / scale
    terms = wald(coefficients.ravel(), errors.ravel())
    note = _few(smaller, count)
    return [
        Fit(terms[i * count : (i + 1) * count], "logistic", note)
        if there
        else _firth(x[i].T, event, joined("Firth, because the plain fit did not converge", note))
        for i, there in enumerate(found.arrived)
    ]


class _Maxima(NamedTuple):
    """Coefficients and their standard errors (models x columns), and whether each search arrived."""

    coefficients: Floats
    errors: Floats
    arrived: Booleans


def _maximum(designs: Floats, event: Floats) -> _Maxima:
    """Each model at the maximum of its likelihood, by Newton steps from that of no term.

    designs: models x columns x patients, the columns centred, the last of ones.
    """
    models, columns, _ = designs.shape
    beta, errors = np.zeros((models, columns)), np.full((models, columns), np.nan)
    beta[:, -1] = special.logit(event.mean())
    arrived, moving = np.zeros(models, dtype=bool), np.arange(models)
    for _ in range(STEPS):
        design = designs if len(moving) == models else designs[moving]
        with np.errstate(over="ignore"):  # `special.expit` would need no such words, and four times as long
            probability = 1 / (1 + np.exp(-(beta[moving, None] @ design)[:, 0]))
        information = (design * (probability * (1 - probability))[:, None]) @ design.transpose(0, 2, 1)
        singular = ~(np.linalg.slogdet(information).logabsdet > -np.inf)
        inverse = np.linalg.inv(np.where(singular[:, None, None], np.eye(columns), information))
        gradient = (design @ (event - probability)[:, :, None])[:, :, 0]
        step = (inverse @ gradient[:, :, None])[:, :, 0]
        there = ~singular & ((step * gradient).sum(axis=1) < 1e-16)
        arrived[moving[there]] = True
        errors[moving[there]] = np.sqrt(np.diagonal(inverse[there], axis1=1, axis2=2))
        following = beta[moving] + step
        on = ~singular & (np.abs(following).max(axis=1) < LARGEST)
        beta[moving[on]] = following[on]
        moving = moving[on & ~there]
        if not len(moving):
            break
    return _Maxima(beta, errors, arrived)


def _separated(x: Floats, event: Floats) -> bool:
    """True when some combination of terms puts the classes on two sides, ties allowed: no finite maximum."""
    if x.shape[1] == 1:
        ones, zeros = x[event == 1], x[event == 0]
        return bool(ones.min() >= zeros.max() or ones.max() <= zeros.min())
    design = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))])
    return one_sided(np.where(event == 1, 1.0, -1.0)[:, None] * design)


def _firth(x: Floats, event: Floats, note: str, *, with_limits: bool = True) -> Fit:
    """Odds ratios by Firth's penalised likelihood: profile intervals, likelihood-ratio p-values."""
    scale = x.std(axis=0)
    design = np.column_stack([(x - x.mean(axis=0)) / scale, np.ones(len(x))])
    likelihood = penalised_likelihood(design, event)
    found = firth.profiles(likelihood, design.shape[1], x.shape[1], with_limits=with_limits)
    return Fit(profiled(found, scale), "firth_logistic", note)


def penalised_likelihood(design: Floats, event: Floats) -> Likelihood:
    """Firth's likelihood of a logistic model; design: patients x coefficients."""
    count = design.shape[1]
    products = (design[:, :, None] * design[:, None]).reshape(len(design), -1)
    sign = np.where(event == 1, -1.0, 1.0)

    def likelihood(beta: Floats) -> Points:
        score = beta @ design.T
        probability = special.expit(score)
        weight = probability * special.expit(-score)

        def drift(inverse: Floats) -> Floats:
            leverage = weight * (inverse.reshape(len(beta), -1) @ products.T)
            return np.asarray((leverage * (0.5 - probability)) @ design)

        value = -np.logaddexp(0, sign * score).sum(axis=1)
        information = (weight @ products).reshape(-1, count, count)
        return penalised(value, (event - probability) @ design, information, drift)

    return likelihood
