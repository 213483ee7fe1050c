"""Many Cox models of one column each, fitted side by side: the same rows as `cox` gives one by one.

A model that is not plain (separated, without anything to compare, slow to arrive) is left to `cox`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.stats.arrays import Booleans, Floats, Integers
from biomarkers.stats.cox import cox, doubt
from biomarkers.stats.intervals import joined
from biomarkers.stats.partial_likelihood import LEAST_INFORMATION, SHORT, WIDE, before
from biomarkers.stats.regression import Fit, Term, no_fit, per_parameter, too_few, wald
from biomarkers.stats.times import tied

STEPS = 30
"""Newton steps side by side; what has not arrived then is left to the fit with step halving."""

CHUNK = 64
"""Models fitted at once: arrays of patients x models that stay within the processor's cache."""


BLOCK = 32
"""Rows whose running sums are one product with a triangle of ones, which takes a third of the time of `cumsum`."""

TRIANGLE = np.tril(np.ones((BLOCK, BLOCK)))


class _RiskSets(NamedTuple):
    """Who is at risk at the events of one stratum.

    rows: patients of the stratum who ever are, latest first, then some once more so that blocks are full. own: the row
    of each event, latest first, filled up likewise. last: the last row at risk at each event. share: of those tied
    with it the part that no longer counts (l / d of Efron); begin, end: those tied, as events from begin to before end.
    """

    rows: Integers
    own: Integers
    last: Integers
    share: Floats
    begin: Integers
    end: Integers

    def at_risk(self, values: Floats) -> Floats:
        """Sum of the values (rows x columns) over the risk set of each event, less Efron's part of those tied."""
        total = _running(values)[self.last + 1]
        late = np.flatnonzero(self.share)
        if len(late):
            dying = _running(values[self.own])
            total[late] -= self.share[late, None] * (dying[self.end[late]] - dying[self.begin[late]])
        return total

    def of_events(self, values: Floats) -> Floats:
        """The rows of those with an event."""
        return values[self.own[: len(self.last)]]


def _running(values: Floats) -> Floats:
    """Sums of the rows before each place, from none to all of them; values: full blocks of rows x columns."""
    sums = np.zeros((len(values) + 1, values.shape[1]))
    blocks = sums[1:].reshape(-1, BLOCK, values.shape[1])
    np.matmul(TRIANGLE, values.reshape(blocks.shape), out=blocks)
    blocks[1:] += np.cumsum(blocks[:-1, -1], axis=0)[:, None]
    return sums


class _Stratum(NamedTuple):
    """The columns of some models in one stratum, rows as its risk sets have them, and the ends of each column."""

    x: Floats
    sets: _RiskSets
    low: Floats
    high: Floats

    def two_valued(self) -> _Groups:
        """The same patients, counted by the only two values of each model's column."""
        above = self.sets.at_risk((self.x == self.high).astype(float))
        whole = self.sets.at_risk(np.ones((len(self.x), 1)))
        return _Groups(self.sets.of_events(self.x), self.low, self.high, whole - above, above)


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
    months = tied(time)
    sets, when = _risk_sets(months, event, stratum)
    scale = before(months, event, when)
    two = ((x == x.min(axis=0)) | (x == x.max(axis=0))).all(axis=0)
    for columns in (np.flatnonzero(two), np.flatnonzero(~two)):
        for start in range(0, len(columns), CHUNK):
            part = columns[start : start + CHUNK]
            found = _chunk(x[:, part], sets, scale, two=bool(two[part[0]]))
            for j, fit in zip(part, found, strict=True):
                fits[j] = fit or cox(x[:, [j]], time, event, stratum)
    return fits


def _chunk(x: Floats, sets: list[_RiskSets], when: Floats, *, two: bool) -> list[Fit | None]:
    """The models of some columns, None where one is not plain.

    when: time of each event on the scale of the check of proportional hazards. two: whether all columns have two
    values only, so that counts tell the likelihood.
    """
    scale = x.std(axis=0)
    scale[scale == 0] = 1
    x = (x - x.mean(axis=0)) / scale
    ends = x.min(axis=0), x.max(axis=0)
    strata = [_Stratum(x[own.rows], own, *ends) for own in sets]
    plain = ~_separated(strata)
    beta = np.zeros(x.shape[1])
    parts = [part.two_valued() for part in strata] if two else strata
    now = without = earlier = _at(parts, beta)
    arrived, earlier_beta = np.zeros(len(beta), dtype=bool), beta
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            step = now.gradient / now.information
            arrived = (step * now.gradient < 1e-14) & (np.abs(step) < SHORT)
            moving = plain & ~arrived
            if not moving.any():
                break
            through = _root(earlier, earlier_beta, now, beta)
            near = np.abs(now.gradient) < np.abs(earlier.gradient) / 10
            earlier, earlier_beta = now, beta
            beta = np.where(moving, np.where(near, through, beta + step), beta)
            now = _at(parts, beta)
            plain &= ~moving | (now.value > earlier.value - 1e-9)
        # the last step is so short that it changes nothing but the coefficient's last digits
        beta = np.where(arrived, beta + step, beta)
        proportional = _proportional(strata, now, when).tolist()
        errors = np.sqrt(1 / now.information) / scale
    plain &= arrived & np.isfinite(errors) & (np.abs(beta) * (ends[1] - ends[0]) < WIDE)
    note = per_parameter(len(when), 1, "event")
    fitted = zip(
        wald(beta / scale, errors), proportional, (2 * (now.value - without.value)).tolist(), plain, strict=True
    )
    return [Fit([_with(term, doubt(p), ratio)], "cox", note) if there else None for term, p, ratio, there in fitted]


def _root(earlier: _Point, earlier_beta: Floats, now: _Point, beta: Floats) -> Floats:
    """Where the cubic through the coefficients of two points, as a function of the gradient, has the gradient 0.

    Near the maximum it leads there in one step where Newton's takes two.
    """
    rise = now.gradient - earlier.gradient
    t = -earlier.gradient / rise
    of_values = (1 + 2 * t) * (1 - t) ** 2 * earlier_beta + t**2 * (3 - 2 * t) * beta
    return of_values - rise * (t * (1 - t) ** 2 / earlier.information + t**2 * (t - 1) / now.information)


def _with(term: Term, note: str, likelihood_ratio: float) -> Term:
    return term._replace(note=joined(term.note, note), likelihood_ratio=likelihood_ratio)


def _risk_sets(time: Floats, event: Floats, stratum: Floats | None) -> tuple[list[_RiskSets], Floats]:
    """The risk sets of the strata with events, and the times of their events one after the other."""
    codes = np.zeros(len(time)) if stratum is None else stratum
    sets, when = [], []
    for code in np.unique(codes[event == 1]):
        own = np.flatnonzero(codes == code)
        own = own[np.argsort(-time[own], kind="stable")]
        dying = np.flatnonzero(event[own] == 1)
        last = np.searchsorted(-time[own], -time[own[dying]], side="right") - 1
        begin, end = np.searchsorted(last, last), np.searchsorted(last, last, side="right")
        share = (np.arange(len(last)) - begin) / (end - begin)
        sets.append(_RiskSets(_filled(own[: last[-1] + 1]), _filled(dying), last, share, begin, end))
        when.append(time[own[dying]])
    return sets, np.concatenate(when)


def _filled(places: Integers) -> Integers:
    """Places in full blocks; what fills the last one comes after all that is summed."""
    return np.pad(places, (0, -len(places) % BLOCK), mode="edge")


def _separated(strata: list[_Stratum]) -> Booleans:
    """True for a column that ranks every event first, or every one last, in its risk set: no finite maximum."""
    return _ranked_first(strata, 1.0) | _ranked_first(strata, -1.0)


def _ranked_first(strata: list[_Stratum], sign: float) -> Booleans:
    """True for a column whose value times `sign` is the largest of its risk set at every event."""
    first = np.ones(strata[0].x.shape[1], dtype=bool)
    for own in (True, False):
        # the earliest event alone leaves few columns in question
        for part in strata:
            asked = np.flatnonzero(first)
            values, events = sign * part.x[:, asked], slice(-1, None) if own else slice(None)
            largest = values.max(axis=0) if own else np.maximum.accumulate(values, axis=0)[part.sets.last]
            first[asked] = (part.sets.of_events(values)[events] >= largest).all(axis=0)
    return first


def _at(strata: Sequence[_Stratum | _Groups], beta: Floats) -> _Point:
    parts = [_of_groups(part, beta) if isinstance(part, _Groups) else _of_stratum(part, beta) for part in strata]
    value, gradient, information = (sum(part[i] for part in parts) for i in range(3))
    mean, variance = (np.concatenate([part[i] for part in parts]) for i in (3, 4))
    return _Point(np.asarray(value), np.asarray(gradient), np.asarray(information), mean, variance)


def _of_stratum(part: _Stratum, beta: Floats) -> _Point:
    """Efron's likelihood of one stratum; sums over a risk set are sums over all from the latest on."""
    top = np.maximum(part.low * beta, part.high * beta)
    weight = np.exp(part.x * beta - top)
    first = weight * part.x
    # one after the other they stay within the cache; at the start all weigh the same in every model
    total, weighted, squared = map(part.sets.at_risk, (weight if beta.any() else weight[:, :1], first, first * part.x))
    mean = weighted / total
    own = part.sets.of_events(part.x)
    return _point(own, beta, top + np.log(total), mean, squared / total - mean**2)


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
    own = np.concatenate([part.sets.of_events(part.x) for part in strata])
    score, whole = scale @ (own - now.mean), scale**2 @ now.variance
    information = whole - (scale @ now.variance) ** 2 / now.information
    p_value = special.chdtrc(1, score**2 / information)
    return np.where(information > LEAST_INFORMATION * whole, p_value, np.nan)
