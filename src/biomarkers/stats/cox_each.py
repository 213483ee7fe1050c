"""Many Cox models of one column each, fitted side by side: the same rows as `cox` gives one by one.

A model that is not plain (separated, without anything to compare, slow to arrive) is left to `cox`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.cox import cox, doubt
from biomarkers.stats.intervals import joined
from biomarkers.stats.partial_likelihood import LEAST_INFORMATION, before
from biomarkers.stats.regression import Fit, per_parameter, too_few, wald
from biomarkers.stats.times import tied

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

STEPS = 30
"""Newton steps side by side; what has not arrived then is left to the fit with step halving."""

CHUNK = 500
"""Models fitted at once: a handful of arrays of patients x models stay within the processor's cache and some MB."""


class _Stratum(NamedTuple):
    """Patients of one stratum, latest first; last, slot, share as in `partial_likelihood`."""

    x: Floats
    event: Booleans
    last: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]
    share: Floats


class _Point(NamedTuple):
    """Log likelihood, gradient and information of each model; mean and variance of its column at each event."""

    value: Floats
    gradient: Floats
    information: Floats
    mean: Floats
    variance: Floats


def cox_each(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> list[Fit]:
    """Hazard ratio per unit of each column of x (patients x models), each in a model of its own."""
    if too_few(len(time), 1, int(event.sum())):
        return [cox(x[:, [j]], time, event, stratum) for j in range(x.shape[1])]
    fits: list[Fit] = []
    for start in range(0, x.shape[1], CHUNK):
        fits += _chunk(x[:, start : start + CHUNK], time, event, stratum)
    return fits


def _chunk(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> list[Fit]:
    months, scale = tied(time), x.std(axis=0)
    scale[scale == 0] = 1
    strata, when = _strata((x - x.mean(axis=0)) / scale, months, event, stratum)
    plain = ~_separated(strata)
    beta = np.zeros(x.shape[1])
    now = _at(strata, beta)
    arrived = np.zeros(len(beta), dtype=bool)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            step = now.gradient / now.information
            arrived = step * now.gradient < 1e-14
            moving = plain & ~arrived
            if not moving.any():
                break
            beta = np.where(moving, beta + step, beta)
            following = _at(strata, beta)
            plain &= ~moving | (following.value > now.value - 1e-9)
            now = following
        proportional = _proportional(strata, now, before(months, event, when))
        errors = np.sqrt(1 / now.information) / scale
    plain &= arrived & np.isfinite(errors)
    note = per_parameter(int(event.sum()), 1, "events")
    terms = wald(beta / scale, errors)
    return [
        Fit([terms[j]._replace(note=joined(terms[j].note, doubt(proportional[j])))], "cox", note)
        if plain[j]
        else cox(x[:, [j]], time, event, stratum)
        for j in range(x.shape[1])
    ]


def _strata(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> tuple[list[_Stratum], Floats]:
    """The strata with events, and the times of their events one after the other."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    parts, when = [], []
    for code in np.unique(codes[event == 1]):
        own = np.flatnonzero(codes == code)
        own = own[np.argsort(-time[own], kind="stable")]
        happened = event[own] == 1
        last = np.append(np.flatnonzero(np.diff(time[own])), len(own) - 1)
        slot = np.searchsorted(last, np.flatnonzero(happened))
        together = np.bincount(slot, minlength=len(last))[slot]
        share = (np.arange(len(slot)) - np.searchsorted(slot, slot)) / together
        parts.append(_Stratum(x[own], happened, last, slot, share))
        when.append(time[own][last][slot])
    return parts, np.concatenate(when)


def _separated(strata: list[_Stratum]) -> Booleans:
    """True for a column that ranks every event first, or every one last, in its risk set: no finite maximum."""
    highest = lowest = np.ones(strata[0].x.shape[1], dtype=bool)
    for part in strata:
        own, at = part.x[part.event], part.last[part.slot]
        highest = highest & (own >= np.maximum.accumulate(part.x, axis=0)[at]).all(axis=0)
        lowest = lowest & (own <= np.minimum.accumulate(part.x, axis=0)[at]).all(axis=0)
    return highest | lowest


def _at(strata: list[_Stratum], beta: Floats) -> _Point:
    parts = [_of_stratum(part, beta) for part in strata]
    value, gradient, information = (sum(part[i] for part in parts) for i in range(3))
    mean, variance = (np.concatenate([part[i] for part in parts]) for i in (3, 4))
    return _Point(np.asarray(value), np.asarray(gradient), np.asarray(information), mean, variance)


def _of_stratum(part: _Stratum, beta: Floats) -> _Point:
    """Efron's likelihood of one stratum; sums over a risk set are sums over all from the latest on."""
    score = part.x * beta
    top = score.max(axis=0)
    weight = np.exp(score - top)
    sums = []
    ties = part.share.any()
    for power in (weight, weight * part.x, weight * part.x**2):
        total = np.cumsum(power, axis=0)[part.last][part.slot]
        if ties:
            dying = np.diff(np.cumsum(np.where(part.event[:, None], power, 0.0), axis=0)[part.last], axis=0, prepend=0)
            total -= part.share[:, None] * dying[part.slot]
        sums.append(total)
    own = part.x[part.event]
    mean = sums[1] / sums[0]
    variance = sums[2] / sums[0] - mean**2
    value = (score[part.event] - top - np.log(sums[0])).sum(axis=0)
    return _Point(value, (own - mean).sum(axis=0), variance.sum(axis=0), mean, variance)


def _proportional(strata: list[_Stratum], now: _Point, scale: Floats) -> Floats:
    """P that the coefficient changes with time, as in `partial_likelihood`; NaN where nothing tells."""
    scale = scale - scale.mean()
    own = np.concatenate([part.x[part.event] for part in strata])
    score, whole = scale @ (own - now.mean), scale**2 @ now.variance
    information = whole - (scale @ now.variance) ** 2 / now.information
    p_value = stats.chi2.sf(score**2 / information, 1)
    return np.where(information > LEAST_INFORMATION * whole, p_value, np.nan)
