"""Many Cox models of one column each, fitted side by side: the same rows as `cox` gives one by one.

A model that is not plain (separated, without anything to compare, slow to arrive) is left to `cox`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from biomarkers.stats.cox import cox, doubt
from biomarkers.stats.intervals import joined
from biomarkers.stats.partial_likelihood import LEAST_INFORMATION, before
from biomarkers.stats.regression import Fit, Term, no_fit, per_parameter, too_few, wald
from biomarkers.stats.times import tied

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

STEPS = 30
"""Newton steps side by side; what has not arrived then is left to the fit with step halving."""

CHUNK = 32
"""Models fitted at once: arrays of patients x models that stay within the processor's cache."""


class _Stratum(NamedTuple):
    """Patients of one stratum, latest first.

    last, slot: as in `partial_likelihood`, of the times of events alone. share: as there.
    """

    x: Floats
    event: Booleans
    last: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]
    share: Floats

    def at_risk(self, values: Floats) -> Floats:
        """Sum of the values (patients x models) over the risk set of each event, less Efron's part of those tied."""
        newcomers = np.add.reduceat(values[: self.last[-1] + 1], np.append(0, self.last[:-1] + 1), axis=0)
        total = np.cumsum(newcomers, axis=0)[self.slot]
        if self.share.any():
            dying = np.add.reduceat(values[self.event], np.flatnonzero(self.share == 0), axis=0)
            total -= self.share[:, None] * dying[self.slot]
        return total

    def two_valued(self, low: Floats, high: Floats) -> _Groups:
        """The same patients, counted by the only two values of each model's column."""
        above = self.at_risk((self.x == high).astype(float))
        whole = self.at_risk(np.ones((len(self.x), 1)))
        return _Groups(self.x[self.event], low, high, whole - above, above)


class _Groups(NamedTuple):
    """Values of those with an event; two values of each model's column, and how many at risk have them at each event.

    below, above: events x models, less Efron's part of those tied.
    """

    own: Floats
    low: Floats
    high: Floats
    below: Floats
    above: Floats


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
    fits: list[Fit] = [no_fit(1, "cox", "")] * x.shape[1]
    two = ((x == x.min(axis=0)) | (x == x.max(axis=0))).all(axis=0)
    for columns in (np.flatnonzero(two), np.flatnonzero(~two)):
        for start in range(0, len(columns), CHUNK):
            part = columns[start : start + CHUNK]
            for j, fit in zip(part, _chunk(x[:, part], time, event, stratum, two=bool(two[part[0]])), strict=True):
                fits[j] = fit
    return fits


def _chunk(x: Floats, time: Floats, event: Floats, stratum: Floats | None, *, two: bool) -> list[Fit]:
    """The models of some columns; two: whether all of them have two values only, so that counts tell the likelihood."""
    months, scale = tied(time), x.std(axis=0)
    scale[scale == 0] = 1
    strata, when = _strata((x - x.mean(axis=0)) / scale, months, event, stratum)
    plain = ~_separated(strata)
    beta = np.zeros(x.shape[1])
    ends = [limits(np.concatenate([part.x for part in strata]), axis=0) for limits in (np.min, np.max)]
    parts = [part.two_valued(*ends) for part in strata] if two else strata
    now = _at(parts, beta)
    without = now.value
    arrived = np.zeros(len(beta), dtype=bool)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            step = now.gradient / now.information
            arrived = step * now.gradient < 1e-14
            moving = plain & ~arrived
            if not moving.any():
                break
            beta = np.where(moving, beta + step, beta)
            following = _at(parts, beta)
            plain &= ~moving | (following.value > now.value - 1e-9)
            now = following
        proportional = _proportional(strata, now, before(months, event, when))
        errors = np.sqrt(1 / now.information) / scale
    plain &= arrived & np.isfinite(errors)
    note = per_parameter(int(event.sum()), 1, "events")
    terms = wald(beta / scale, errors)
    ratios = (2 * (now.value - without)).tolist()
    return [
        Fit([_with(terms[j], doubt(proportional[j]), ratios[j])], "cox", note)
        if plain[j]
        else cox(x[:, [j]], time, event, stratum)
        for j in range(x.shape[1])
    ]


def _with(term: Term, note: str, likelihood_ratio: float) -> Term:
    return term._replace(note=joined(term.note, note), likelihood_ratio=likelihood_ratio)


def _strata(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> tuple[list[_Stratum], Floats]:
    """The strata with events, and the times of their events one after the other."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    parts, when = [], []
    for code in np.unique(codes[event == 1]):
        own = np.flatnonzero(codes == code)
        own = own[np.argsort(-time[own], kind="stable")]
        happened = event[own] == 1
        last = np.append(np.flatnonzero(np.diff(time[own])), len(own) - 1)
        last = last[np.unique(np.searchsorted(last, np.flatnonzero(happened)))]
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


def _at(strata: Sequence[_Stratum | _Groups], beta: Floats) -> _Point:
    parts = [_of_groups(part, beta) if isinstance(part, _Groups) else _of_stratum(part, beta) for part in strata]
    value, gradient, information = (sum(part[i] for part in parts) for i in range(3))
    mean, variance = (np.concatenate([part[i] for part in parts]) for i in (3, 4))
    return _Point(np.asarray(value), np.asarray(gradient), np.asarray(information), mean, variance)


def _of_stratum(part: _Stratum, beta: Floats) -> _Point:
    """Efron's likelihood of one stratum; sums over a risk set are sums over all from the latest on."""
    score = part.x * beta
    top = score.max(axis=0)
    weight = np.exp(score - top)
    first = weight * part.x
    total, weighted, squared = (part.at_risk(power) for power in (weight, first, first * part.x))
    mean = weighted / total
    return _point(part.x[part.event], beta, top + np.log(total), mean, squared / total - mean**2)


def _of_groups(part: _Groups, beta: Floats) -> _Point:
    """The same of columns with two values, from the numbers at risk."""
    scores = part.low * beta, part.high * beta
    top = np.maximum(*scores)
    above = part.above * np.exp(scores[1] - top)
    total = part.below * np.exp(scores[0] - top) + above
    share, width = above / total, part.high - part.low
    return _point(part.own, beta, top + np.log(total), part.low + width * share, width**2 * share * (1 - share))


def _point(own: Floats, beta: Floats, log_total: Floats, mean: Floats, variance: Floats) -> _Point:
    value = own.sum(axis=0) * beta - log_total.sum(axis=0)
    return _Point(value, (own - mean).sum(axis=0), variance.sum(axis=0), mean, variance)


def _proportional(strata: list[_Stratum], now: _Point, scale: Floats) -> Floats:
    """P that the coefficient changes with time, as in `partial_likelihood`; NaN where nothing tells."""
    scale = scale - scale.mean()
    own = np.concatenate([part.x[part.event] for part in strata])
    score, whole = scale @ (own - now.mean), scale**2 @ now.variance
    information = whole - (scale @ now.variance) ** 2 / now.information
    p_value = special.chdtrc(1, score**2 / information)
    return np.where(information > LEAST_INFORMATION * whole, p_value, np.nan)
