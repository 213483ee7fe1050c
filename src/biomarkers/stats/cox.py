"""Cox regression, uni- and multivariable and stratified: Efron's ties, Firth's penalty where there is no maximum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from biomarkers.stats.intervals import joined
from biomarkers.stats.partial_likelihood import maximum
from biomarkers.stats.regression import Fit, firth, no_fit, per_parameter, unusable, wald

Floats = npt.NDArray[np.float64]

LARGEST_CHECK = 2_000_000
"""Comparisons of an event with its risk set up to which separation of a model is checked by linear programme."""


def cox(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> Fit:
    """Hazard ratios by the partial likelihood with Efron's ties; Firth's where it has no maximum."""
    count, events = x.shape[1], int(event.sum())
    problem = unusable(x, events)
    if problem:
        return no_fit(count, "cox", problem)
    if count == 1 and all((own == others).all() for own, others in _risk_sets(x, time, event, stratum)):
        return no_fit(count, "cox", "not tested: no event while both groups were at risk")
    note = per_parameter(events, count, "events")
    if separated(x, time, event, stratum):
        if stratum is not None:
            note = joined("not estimated: events are separated, and a stratified Firth model is not available", note)
            return no_fit(count, "cox", note)
        return _firth(x, time, event, joined("Firth, because the likelihood has no maximum", note))
    scale = x.std(axis=0)
    fitted = maximum((x - x.mean(axis=0)) / scale, time, event, stratum)
    if not fitted.converged:
        return no_fit(count, "cox", joined("not estimated: the fit did not converge", note))
    smallest = min(1.0, float(fitted.schoenfeld.min()) * count)
    if smallest < 0.05:
        note = joined(note, f"proportional hazards doubtful: Schoenfeld p = {smallest:.2g}")
    return Fit(wald(fitted.coefficients / scale, np.sqrt(np.diag(fitted.covariance)) / scale), "cox", note)


def _firth(x: Floats, time: Floats, event: Floats, note: str) -> Fit:
    """Hazard ratios by Firth's penalised partial likelihood (Breslow's ties), profile interval, likelihood-ratio p."""
    from firthmodels import FirthCoxPH

    outcome = np.array([(bool(e), t) for e, t in zip(event, time, strict=True)], dtype=[("event", "?"), ("time", "f8")])
    return Fit(firth(FirthCoxPH, x, outcome), "firth_cox", note)


def separated(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> bool:
    """True when some combination of terms ranks every event first or last in its risk set: no finite maximum."""
    if int(event.sum()) * len(time) > LARGEST_CHECK:
        return any(len(np.unique(column[event == 1])) == 1 and len(np.unique(column)) == 2 for column in x.T)
    risk_sets = _risk_sets(x, time, event, stratum)
    if x.shape[1] == 1:
        return all((own >= others).all() for own, others in risk_sets) or all(
            (own <= others).all() for own, others in risk_sets
        )
    differences = np.unique(np.concatenate([own - others for own, others in risk_sets]), axis=0)
    return _one_sided(differences[np.any(differences != 0, axis=1)])


def _risk_sets(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> list[tuple[Floats, Floats]]:
    """For each event its covariates and those of everybody at risk then."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    return [(x[i], x[(time >= time[i]) & (codes == codes[i])]) for i in np.flatnonzero(event == 1)]


def _one_sided(differences: Floats) -> bool:
    """True when a direction other than 0 has no negative product with any row and a positive one with some."""
    from scipy.optimize import linprog

    scaled = differences / np.maximum(np.abs(differences).max(axis=0), 1e-300)
    solved = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1), method="highs")
    return bool(solved.status == 0 and -solved.fun > 1e-7)
