"""Cox regression, uni- and multivariable and stratified: Efron's ties, Firth's penalty where there is no maximum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from biomarkers.stats import firth
from biomarkers.stats.arrays import Booleans, Floats, Integers
from biomarkers.stats.intervals import NAN, joined
from biomarkers.stats.partial_likelihood import maximum
from biomarkers.stats.penalised_partial import penalised_likelihood
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
from biomarkers.stats.times import tied

DOUBTFUL = 0.05
"""P of the check of proportional hazards below which a row says so (docs/methods.md, 6.14)."""


def cox(
    x: Floats,
    time: Floats,
    event: Floats,
    stratum: Floats | None = None,
    term: Sequence[int] | None = None,
    *,
    with_limits: bool = True,
) -> Fit:
    """Hazard ratios by the partial likelihood with Efron's ties; Firth's where it has no maximum.

    term: code of the term that each column is of (levels of one marker are checked together); None: each its own.
    with_limits: of a penalised model, too.

    A term is judged among the patients at risk at some event of their stratum: one that is equal for all of them, or
    that earlier terms determine there, is left out of the model as R does, and says so (docs/methods.md, 6.15).
    """
    count, events = x.shape[1], int(event.sum())
    if events == 0:
        return no_fit(count, "cox", too_few(len(x), count, events))
    time = tied(time)
    inside = ever_at_risk(time, event, stratum)
    centred = np.zeros(x.shape)
    centred[inside] = _within_strata(x[inside], None if stratum is None else stratum[inside])
    reasons = left_out(centred[inside], _never_apart(x), "not estimated: determined by the other terms at every event")
    kept = np.array([not why for why in reasons])
    if not kept.any():
        return no_fit(count, "cox", "; ".join(dict.fromkeys(reasons)))
    if problem := too_few(len(x), int(kept.sum()), events):
        return no_fit(count, "cox", problem)
    scale = np.sqrt((centred[inside][:, kept] ** 2).mean(axis=0))
    of_term = np.arange(count) if term is None else np.asarray(term)
    codes = np.unique(of_term[kept], return_inverse=True)[1]
    fitted = _fit(centred[:, kept] / scale, scale, time, event, stratum, codes, with_limits=with_limits)
    return with_left_out(fitted, reasons)


def _never_apart(x: Floats) -> list[str]:
    """What to say of each term if it is equal for all who are at risk together at any event."""
    words = {1: ONE_VALUE, 2: "no event while both groups were at risk"}
    other = "no event while patients at risk differed in it"
    return [words.get(len(np.unique(column)), other) for column in x.T]


def ever_at_risk(time: Floats, event: Floats, stratum: Floats | None = None) -> Booleans:
    """True for patients at risk at some event of their stratum; the partial likelihood hangs on nobody else."""
    time, codes = tied(time), np.zeros(len(time)) if stratum is None else stratum
    inside = np.zeros(len(time), dtype=bool)
    for code in np.unique(codes[event == 1]):
        own = codes == code
        inside |= own & (time >= time[own & (event == 1)].min())
    return inside


def _within_strata(x: Floats, stratum: Floats | None) -> Floats:
    """Covariates minus the mean of their stratum.

    Risk sets of a stratum are nested. So a combination of terms tells nothing at any event exactly when it is the same
    for all of the stratum who are at risk at its first one.
    """
    centred = np.zeros(x.shape)
    codes = np.zeros(len(x)) if stratum is None else stratum
    for code in np.unique(codes):
        own = x[codes == code]
        same = own.max(axis=0) == own.min(axis=0)
        # the mean of equal numbers may differ from them by rounding
        centred[codes == code] = np.where(same, 0.0, own - own.mean(axis=0))
    return centred


def _fit(
    x: Floats,
    scale: Floats,
    time: Floats,
    event: Floats,
    stratum: Floats | None,
    term: Integers,
    *,
    with_limits: bool,
) -> Fit:
    """The model of terms that can be estimated, x in units of `scale`."""
    count, events = x.shape[1], int(event.sum())
    note = per_parameter(events, count, "event")
    if separated(x, time, event, stratum):
        likelihood = penalised_likelihood(x, time, event, stratum)
        found = firth.profiles(likelihood, count, count, with_limits=with_limits)
        return Fit(profiled(found, scale), "firth_cox", joined("Firth, because the likelihood has no maximum", note))
    fitted = maximum(x, time, event, stratum, term.tolist())
    if not fitted.converged:
        return no_fit(count, "cox", joined("not estimated: the fit did not converge", note))
    overall = fitted.proportional.overall
    if term.max() and overall < DOUBTFUL:
        note = joined(note, f"proportional hazards doubtful in the model: Schoenfeld GLOBAL p = {overall:.2g}")
    terms = wald(fitted.coefficients / scale, np.sqrt(np.diag(fitted.covariance)) / scale)
    doubts = [doubt(fitted.proportional.terms[code]) for code in term]
    alone = fitted.likelihood_ratio if count == 1 else NAN
    noted = [
        one._replace(note=joined(one.note, why), likelihood_ratio=alone) for one, why in zip(terms, doubts, strict=True)
    ]
    return Fit(noted, "cox", note)


def doubt(p_value: float) -> str:
    """What a row must say of its own term's proportional hazards; empty when nothing (or not known)."""
    return f"proportional hazards doubtful: Schoenfeld p = {p_value:.2g}" if p_value < DOUBTFUL else ""


def separated(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> bool:
    """True when some combination of terms ranks every event first or last in its risk set: no finite maximum."""
    differences = _above_others(x, time, event, stratum)
    differences = differences[np.any(differences != 0, axis=1)]
    if x.shape[1] == 1:
        return bool((differences >= 0).all() or (differences <= 0).all())
    return len(differences) > 0 and one_sided(differences)


def _above_others(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> Floats:
    """Differences of which none is negative exactly when each event has the largest value of its risk set.

    Risk sets of a stratum are nested: who is first of the later one stands for all of it, so that each event is
    compared with the next later one and with those who leave in between.
    """
    codes, rows = np.zeros(len(time)) if stratum is None else stratum, []
    for code in np.unique(codes[event == 1]):
        own = np.flatnonzero(codes == code)
        own = own[np.argsort(-time[own], kind="stable")]
        dying = np.flatnonzero(event[own] == 1)
        last = np.searchsorted(-time[own], -time[own[dying]], side="right")
        # everybody, compared with the latest event at which he is at risk
        new = np.arange(last[-1])
        rows.append(x[own[dying[np.searchsorted(last, new, side="right")]]] - x[own[new]])
        rows.append(x[own[dying[1:]]] - x[own[dying[:-1]]])
    return np.concatenate(rows)
