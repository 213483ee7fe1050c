"""Regression: logistic and Cox, uni- and multivariable, with Firth's penalty where the plain fit does not exist.

Covariates X: patients x terms, any unit, none missing. A fit gives one `Term` per column of X, in its order.
"""

from __future__ import annotations

import math
import warnings
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.cox import fit_cox
from biomarkers.stats.intervals import NAN, Interval, Z, joined

Floats = npt.NDArray[np.float64]

FIRTH_BELOW = 5
"""Events (of the smaller class) per parameter below which a logistic model is penalised (methods.md, 6)."""

WARN_BELOW = 10
"""Events per parameter below which a model's row carries a warning (Peduzzi 1996)."""

LARGEST_CHECK = 2_000_000
"""Comparisons of an event with its risk set up to which separation of a Cox model is checked by linear programme."""


NO_MAXIMUM = "Firth, because the likelihood has no maximum"


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


def logistic(x: Floats, event: Floats, *, penalised: bool | None = None) -> Fit:
    """Odds ratios of `event` (1, 0). penalised: None decides by separation and events per parameter."""
    count, smaller = x.shape[1], int(min(event.sum(), (1 - event).sum()))
    problem = _unusable(x, smaller)
    if problem:
        return Fit([Term(Interval())] * count, "logistic", problem)
    note = per_parameter(smaller, count, "patients of the smaller class")
    reason = ""
    if penalised is None:
        if _logistic_separated(x, event):
            reason = "Firth, because the outcome is separated"
        elif smaller / count < FIRTH_BELOW:
            reason = f"Firth, because of fewer than {FIRTH_BELOW} events per parameter"
    if penalised or reason:
        return _firth_logistic(x, event, joined(reason, note))
    from statsmodels.discrete.discrete_model import Logit

    scale = x.std(axis=0)
    centred = np.column_stack([(x - x.mean(axis=0)) / scale, np.ones(len(x))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = Logit(event, centred).fit(disp=False, method="newton", maxiter=100, tol=1e-12)
    if not fitted.mle_retvals["converged"]:
        return _firth_logistic(x, event, joined("Firth, because the plain fit did not converge", note))
    return Fit(wald(fitted.params[:count] / scale, fitted.bse[:count] / scale), "logistic", note)


def cox(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> Fit:
    """Hazard ratios by the partial likelihood with Efron's ties; Firth's where it has no maximum."""
    count, events = x.shape[1], int(event.sum())
    problem = _unusable(x, events)
    if problem:
        return Fit([Term(Interval())] * count, "cox", problem)
    note = per_parameter(events, count, "events")
    if cox_separated(x, time, event, stratum):
        if stratum is not None:
            note = joined("not estimated: events are separated, and a stratified Firth model is not available", note)
            return Fit([Term(Interval())] * count, "cox", note)
        return firth_cox(x, time, event, joined(NO_MAXIMUM, note))
    scale = x.std(axis=0)
    fitted = fit_cox((x - x.mean(axis=0)) / scale, time, event, stratum)
    if not fitted.converged:
        return Fit([Term(Interval())] * count, "cox", joined("not estimated: the fit did not converge", note))
    smallest = min(1.0, float(fitted.schoenfeld.min()) * count)
    if smallest < 0.05:
        note = joined(note, f"proportional hazards doubtful: Schoenfeld p = {smallest:.2g}")
    return Fit(wald(fitted.coefficients / scale, np.sqrt(np.diag(fitted.covariance)) / scale), "cox", note)


def firth_cox(x: Floats, time: Floats, event: Floats, note: str = "") -> Fit:
    """Hazard ratios by Firth's penalised partial likelihood (Breslow's ties), profile interval, likelihood-ratio p."""
    from firthmodels import FirthCoxPH

    scale = x.std(axis=0)
    outcome = np.array([(bool(e), t) for e, t in zip(event, time, strict=True)], dtype=[("event", "?"), ("time", "f8")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = FirthCoxPH(backend="numpy", max_iter=500, gtol=1e-8, xtol=1e-8).fit(
            (x - x.mean(axis=0)) / scale, outcome
        )
        model.lrt()
        limits = model.conf_int(method="pl", max_iter=200, tol=1e-6)
    return Fit(_profile(model.coef_, limits, model.lrt_pvalues_, scale), "firth_cox", note)


def cox_separated(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> bool:
    """True when some combination of terms ranks every event first or last in its risk set: no finite maximum."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    if int(event.sum()) * len(time) > LARGEST_CHECK:
        return any(len(np.unique(column[event == 1])) == 1 and len(np.unique(column)) == 2 for column in x.T)
    risk_sets = [(x[i], x[(time >= time[i]) & (codes == codes[i])]) for i in np.flatnonzero(event == 1)]
    if x.shape[1] == 1:
        return all(own >= others.max() for own, others in risk_sets) or all(
            own <= others.min() for own, others in risk_sets
        )
    differences = np.unique(np.concatenate([own - others for own, others in risk_sets]), axis=0)
    return _one_sided(differences[np.any(differences != 0, axis=1)])


def _one_sided(differences: Floats) -> bool:
    """True when a direction other than 0 has no negative product with any row and a positive one with some."""
    from scipy.optimize import linprog

    scaled = differences / np.maximum(np.abs(differences).max(axis=0), 1e-300)
    solved = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1), method="highs")
    return bool(solved.status == 0 and -solved.fun > 1e-7)


def _logistic_separated(x: Floats, event: Floats) -> bool:
    from firthmodels import detect_separation

    return bool(detect_separation((x - x.mean(axis=0)) / x.std(axis=0), event.astype(int)).separation)


def _firth_logistic(x: Floats, event: Floats, note: str) -> Fit:
    from firthmodels import FirthLogisticRegression

    scale = x.std(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = FirthLogisticRegression(backend="numpy", max_iter=500, gtol=1e-8, xtol=1e-8)
        model.fit((x - x.mean(axis=0)) / scale, event.astype(int))
        model.lrt()
        limits = model.conf_int(method="pl", max_iter=200, tol=1e-6)
    return Fit(_profile(model.coef_, limits, model.lrt_pvalues_, scale), "firth_logistic", note)


def _profile(coefficients: Floats, limits: Floats, p_values: Floats, scale: Floats) -> list[Term]:
    terms = []
    for j, coefficient in enumerate(coefficients):
        interval = Interval(*(math.exp(v / scale[j]) for v in (coefficient, limits[j, 0], limits[j, 1])))
        p = float(p_values[j])
        terms.append(Term(interval, float(stats.chi2.isf(p, 1)), p))
    return terms


def wald(coefficients: Floats, errors: Floats) -> list[Term]:
    """Ratios with Wald intervals and p-values from coefficients and their standard errors."""
    terms = []
    for b, error in zip(coefficients, errors, strict=True):
        interval = Interval(*(math.exp(v) if v < 700 else math.inf for v in (b, b - Z * error, b + Z * error)))
        z = float(b / error)
        terms.append(Term(interval, z, float(2 * stats.norm.sf(abs(z)))))
    return terms


def _unusable(x: Floats, events: int) -> str:
    """Why no model can be fitted; empty when one can."""
    if events == 0:
        return "not tested: all or none had the event"
    if len(x) <= x.shape[1] + 1:
        return "not tested: no more patients than parameters"
    if (x.max(axis=0) == x.min(axis=0)).any():
        return "not tested: a term has one value only"
    if np.linalg.matrix_rank(np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0)])) < x.shape[1]:
        return "not tested: the terms determine one another"
    return ""


def per_parameter(events: int, parameters: int, what: str) -> str:
    """Warning that a model has few events for its size; empty when it has enough."""
    per = events / parameters
    return f"{per:.3g} {what} per parameter, fewer than {WARN_BELOW}: unstable" if per < WARN_BELOW else ""
