"""Logistic regression, uni- and multivariable, with Firth's penalty where the plain fit does not exist or is unsafe."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
from scipy import special

from biomarkers.stats import firth
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

Floats = npt.NDArray[np.float64]

STEPS, LARGEST = 50, 100.0
"""Newton steps, of which six are usual, and coefficients per standard deviation beyond which there is no maximum."""

FIRTH_BELOW = 5
"""Events (of the smaller class) per parameter below which a logistic model is penalised (docs/methods.md, 6)."""


def logistic(x: Floats, event: Floats, *, penalised: bool | None = None) -> Fit:
    """Odds ratios of `event` (1, 0). penalised: None decides by separation and events per parameter."""
    count, smaller = x.shape[1], int(min(event.sum(), (1 - event).sum()))
    if smaller == 0:
        return no_fit(count, "logistic", too_few(len(x), count, smaller))
    centred = np.where(x.max(axis=0) == x.min(axis=0), 0.0, x - x.mean(axis=0))
    reasons = left_out(centred, [ONE_VALUE] * count, "not estimated: determined by the other terms")
    kept = np.array([not why for why in reasons])
    problem = too_few(len(x), int(kept.sum()), smaller) if kept.any() else ONE_VALUE
    if problem:
        return no_fit(count, "logistic", problem)
    return with_left_out(_fit(x[:, kept], event, smaller, penalised), reasons)


def _fit(x: Floats, event: Floats, smaller: int, penalised: bool | None) -> Fit:
    """The model of terms that can be estimated; smaller: patients of the smaller class."""
    count = x.shape[1]
    note = per_parameter(smaller, count, "patients of the smaller class")
    reason = ""
    if penalised is None:
        if _separated(x, event):
            reason = "Firth, because the outcome is separated"
        elif smaller / count < FIRTH_BELOW:
            reason = f"Firth, because of fewer than {FIRTH_BELOW} events per parameter"
    if penalised or reason:
        return _firth(x, event, joined(reason, note))
    scale = x.std(axis=0)
    design = np.column_stack([(x - x.mean(axis=0)) / scale, np.ones(len(x))])
    fitted = _maximum(design, event)
    if fitted is None:
        return _firth(x, event, joined("Firth, because the plain fit did not converge", note))
    coefficients, errors = fitted
    return Fit(wald(coefficients[:count] / scale, errors[:count] / scale), "logistic", note)


def _maximum(design: Floats, event: Floats) -> tuple[Floats, Floats] | None:
    """Coefficients at the maximum of the likelihood with their standard errors, by Newton steps; None without."""
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        probability = special.expit(design @ beta)
        information = design.T @ (design * (probability * (1 - probability))[:, None])
        try:
            inverse = np.linalg.inv(information)
        except np.linalg.LinAlgError:
            return None
        gradient = design.T @ (event - probability)
        step = inverse @ gradient
        if float(step @ gradient) < 1e-16:
            return beta, np.sqrt(np.diag(inverse))
        beta = beta + step
        if not np.abs(beta).max() < LARGEST:
            return None
    return None


def _separated(x: Floats, event: Floats) -> bool:
    """True when some combination of terms puts the classes on two sides, ties allowed: no finite maximum."""
    if x.shape[1] == 1:
        ones, zeros = x[event == 1], x[event == 0]
        return bool(ones.min() >= zeros.max() or ones.max() <= zeros.min())
    design = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))])
    return one_sided(np.where(event == 1, 1.0, -1.0)[:, None] * design)


def _firth(x: Floats, event: Floats, note: str) -> Fit:
    """Odds ratios by Firth's penalised likelihood: profile intervals, likelihood-ratio p-values."""
    scale = x.std(axis=0)
    design = np.column_stack([(x - x.mean(axis=0)) / scale, np.ones(len(x))])
    found = firth.profiles(partial(penalised_likelihood, design, event), design.shape[1], x.shape[1])
    return Fit(profiled(found, scale), "firth_logistic", note)


def penalised_likelihood(design: Floats, event: Floats, beta: Floats) -> firth.Point:
    """Firth's likelihood of a logistic model; design: patients x coefficients."""
    score = design @ beta
    probability = special.expit(score)
    weight = probability * special.expit(-score)
    information = design.T @ (design * weight[:, None])
    residual = event - probability

    def drift(inverse: Floats) -> Floats:
        leverage = weight * ((design @ inverse) * design).sum(axis=1)
        return np.asarray(design.T @ (leverage * (0.5 - probability)))

    value = float(-np.logaddexp(0, np.where(event == 1, -score, score)).sum())
    return firth.penalised(value, design.T @ residual, information, drift)
