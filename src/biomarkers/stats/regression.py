"""What the regressions share: the form of a fit, what can be fitted at all, and Wald or profile intervals.

Covariates x: patients x terms, any unit, none missing. A fit gives one `Term` per column of x, in its order.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.intervals import NAN, NO_ESTIMATE, Interval, Z

Floats = npt.NDArray[np.float64]

WARN_BELOW = 10
"""Events per parameter below which a model's row carries a warning (Peduzzi 1996; docs/methods.md, 6)."""


class Term(NamedTuple):
    """Ratio per unit of one term with its interval, the statistic (z, or the penalised likelihood ratio) and p."""

    ratio: Interval
    statistic: float = NAN
    p_value: float = NAN


class Fit(NamedTuple):
    """A fitted model: terms in the order of the columns, method as the result table names it, note."""

    terms: list[Term]
    method: str
    note: str = ""


def no_fit(terms: int, method: str, why: str) -> Fit:
    """A model that was not fitted, and why."""
    return Fit([Term(NO_ESTIMATE)] * terms, method, why)


def wald(coefficients: Floats, errors: Floats) -> list[Term]:
    """Ratios with Wald intervals and p-values from coefficients and their standard errors."""
    terms = []
    for b, error in zip(coefficients, errors, strict=True):
        interval = Interval(*(math.exp(v) if v < 700 else math.inf for v in (b, b - Z * error, b + Z * error)))
        z = float(b / error)
        terms.append(Term(interval, z, float(2 * stats.norm.sf(abs(z)))))
    return terms


def profile(coefficients: Floats, limits: Floats, p_values: Floats, scale: Floats) -> list[Term]:
    """Ratios with profile intervals and likelihood-ratio p-values of covariates that were divided by `scale`.

    limits: terms x 2.
    """
    terms = []
    for j, coefficient in enumerate(coefficients):
        interval = Interval(*(math.exp(v / scale[j]) for v in (coefficient, limits[j, 0], limits[j, 1])))
        p = float(p_values[j])
        terms.append(Term(interval, float(stats.chi2.isf(p, 1)), p))
    return terms


def firth(model: Any, x: Floats, outcome: npt.NDArray[Any]) -> list[Term]:
    """Ratios by a class of firthmodels: penalised likelihood, profile intervals, likelihood-ratio p-values."""
    scale = x.std(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model(backend="numpy", max_iter=500, gtol=1e-8, xtol=1e-8).fit((x - x.mean(axis=0)) / scale, outcome)
        fitted.lrt()
        limits = fitted.conf_int(method="pl", max_iter=200, tol=1e-6)
    return profile(fitted.coef_, limits, fitted.lrt_pvalues_, scale)


def unusable(x: Floats, events: int) -> str:
    """Why no model can be fitted; empty when one can."""
    if events == 0:
        return "not tested: all or none had the event"
    if len(x) <= x.shape[1] + 1:
        return "not tested: no more patients than parameters"
    if (x.max(axis=0) == x.min(axis=0)).any():
        return "not tested: a term has one value only"
    if np.linalg.matrix_rank((x - x.mean(axis=0)) / x.std(axis=0)) < x.shape[1]:
        return "not tested: the terms determine one another"
    return ""


def per_parameter(events: int, parameters: int, what: str) -> str:
    """Warning that a model has few events for its size; empty when it has enough."""
    per = events / parameters
    return f"{per:.3g} {what} per parameter, fewer than {WARN_BELOW}: unstable" if per < WARN_BELOW else ""
