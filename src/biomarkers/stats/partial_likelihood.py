"""The maximum of Cox's partial likelihood with Efron's ties, found so that it always arrives.

Our own because lifelines 0.30 does not: for one marker of two carriers (tests/unit/stats/test_partial_likelihood.py)
it stops at a hazard ratio of 4,878, with a warning only, where the likelihood has its maximum at 11.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.climbs import Likelihood, Points, penalised
from biomarkers.stats.kaplan_meier import kaplan_meier

STEPS = 200
"""Newton steps at most; six are usual, more mean that there is no maximum."""

NEAR = 1e-10
"""Decrement (twice the rise of the log likelihood that is left) below which a full step is taken."""

SHORT = 1e-7
"""Last step of a coefficient in standard deviations of its column; a longer one changes the standard error."""

WIDE = 30.0
"""Range of the logarithms of weights beyond which the smallest are lost beside the largest in a sum over all."""

LEAST_INFORMATION = 1e-10
"""Share of a product's own information that must not hang on the columns and other products; less is rounding."""


class Proportional(NamedTuple):
    """P that the coefficients of each term, and any of them (GLOBAL), change with time; NaN where nothing tells."""

    terms: Floats
    overall: float


class Maximum(NamedTuple):
    """Coefficients and their covariance (columns x columns); the check of proportional hazards; whether it arrived.

    likelihood_ratio: twice the rise of the log likelihood from coefficients of 0.
    """

    coefficients: Floats
    covariance: Floats
    proportional: Proportional
    converged: bool
    likelihood_ratio: float


class _Stratum(NamedTuple):
    """Patients of one stratum, latest first.

    last: index of the last patient at risk at each distinct time; times in descending order. slot: for each event the
    number of its time; share: of those tied with it, the part (l / d of Efron) that no longer counts.
    """

    x: Floats
    event: Floats
    last: Integers
    times: Floats
    slot: Integers
    share: Floats


class _Moments(NamedTuple):
    """Log likelihood, its gradient and information, and per stratum the mean and covariance of x at each event."""

    value: float
    gradient: Floats
    information: Floats
    expected: list[Floats]
    spread: list[Floats]


def maximum(
    x: Floats, time: Floats, event: Floats, stratum: Floats | None = None, term: Sequence[int] | None = None
) -> Maximum:
    """Maximise the partial likelihood; x: patients x columns, centred and scaled, events must not be separated.

    term: of which term each column is (levels of one marker are one term), codes 0, 1, ...; None: each its own.
    """
    strata = _strata(x, time, event, stratum)
    beta = np.zeros(x.shape[1])
    now = _moments(strata, beta)
    without = now.value
    converged = False
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(now.information, now.gradient)
        except np.linalg.LinAlgError:
            break
        decrement = float(step @ now.gradient)
        if converged := decrement < 1e-14:
            beta = beta + step
            now = now if np.abs(step).max() < SHORT else _moments(strata, beta)
            break
        following = _moments(strata, beta + step)
        # near the maximum the likelihood's rise is lost in its rounding, and Newton's step is right
        while decrement > NEAR and not following.value > now.value and np.abs(step).max() > 1e-12:
            step = step / 2
            following = _moments(strata, beta + step)
        beta, now = beta + step, following
    if not converged:
        nothing = Proportional(np.full(len(beta), np.nan), np.nan)
        return Maximum(beta, np.full(now.information.shape, np.nan), nothing, False, np.nan)
    covariance: Floats = np.asarray(np.linalg.inv(now.information), dtype=np.float64)
    of_term = np.arange(len(beta)) if term is None else np.asarray(term)
    proportional = _proportional(strata, now, covariance, of_term, time, event)
    return Maximum(beta, covariance, proportional, converged, 2 * (now.value - without))


def penalised_likelihood(x: Floats, time: Floats, event: Floats, stratum: Floats | None = None) -> Likelihood:
    """Firth's partial likelihood with Breslow's ties (Heinze and Schemper 2001); x: patients x terms, scaled."""
    strata = [part._replace(share=np.zeros(len(part.share))) for part in _strata(x, time, event, stratum)]

    def likelihood(beta: Floats) -> Points:
        found = [_moments(strata, one) for one in beta]

        def drift(inverse: Floats) -> Floats:
            drifts = [[_drift(part, *one) for part in strata] for one in zip(beta, inverse, strict=True)]
            return np.asarray(np.array(drifts).sum(axis=1) / 2)

        value, gradient, information = (np.array(part) for part in list(zip(*found, strict=True))[:3])
        return penalised(value, gradient, information, drift)

    return likelihood


def log_partial_likelihood(
    x: Floats, time: Floats, event: Floats, stratum: Floats | None = None
) -> Callable[[Floats], tuple[float, Floats, Floats]]:
    """Log likelihood with Efron's ties, its gradient and information, of coefficients; x: patients x terms."""
    strata = _strata(x, time, event, stratum)

    def likelihood(beta: Floats) -> tuple[float, Floats, Floats]:
        found = _moments(strata, beta)
        return found.value, found.gradient, found.information

    return likelihood


def _strata(x: Floats, time: Floats, event: Floats, stratum: Floats | None) -> list[_Stratum]:
    codes = np.zeros(len(time)) if stratum is None else stratum
    return [_stratum(x[codes == c], time[codes == c], event[codes == c]) for c in np.unique(codes[event == 1])]


def _drift(part: _Stratum, beta: Floats, inverse: Floats) -> Floats:
    """Sum over events of E[(x - m)' V (x - m) (x - m)] in the risk set; V: inverse information, m: mean."""
    log_weight = part.x @ beta
    if np.ptp(log_weight) > WIDE:
        drift = np.zeros(len(beta))
        for share, _ in _risk_sets(part, log_weight):
            apart = part.x[: len(share)] - share @ part.x[: len(share)]
            drift += (share * ((apart @ inverse) * apart).sum(axis=1)) @ apart
        return drift
    weight = np.exp(log_weight - log_weight.max())
    turned = part.x @ inverse
    square = (turned * part.x).sum(axis=1)

    def mean(values: Floats) -> Floats:
        at_risk = np.cumsum(values * weight.reshape(-1, *[1] * (values.ndim - 1)), axis=0)
        total = np.cumsum(weight)[part.last][part.slot]
        return np.asarray(at_risk[part.last][part.slot] / total.reshape(-1, *[1] * (values.ndim - 1)))

    middle, of_square, of_product = mean(part.x), mean(square), mean(square[:, None] * part.x)
    turned_middle = middle @ inverse
    outer = mean(turned[:, :, None] * part.x[:, None, :])
    # cross: E[x x'] V m of each event
    cross = np.einsum("ekj,ek->ej", outer, middle)
    length = (turned_middle * middle).sum(axis=1)
    return np.asarray((of_product - middle * of_square[:, None] - 2 * cross + 2 * middle * length[:, None]).sum(axis=0))


def _stratum(x: Floats, time: Floats, event: Floats) -> _Stratum:
    order = np.argsort(-time, kind="stable")
    x, time, event = x[order], time[order], event[order]
    last = np.append(np.flatnonzero(np.diff(time)), len(time) - 1)
    position = np.searchsorted(last, np.flatnonzero(event == 1))
    tied = np.bincount(position, minlength=len(last))[position]
    first = np.searchsorted(position, position)
    return _Stratum(x, event, last, time[last], position, (np.arange(len(position)) - first) / tied)


def _moments(strata: list[_Stratum], beta: Floats) -> _Moments:
    value, gradient, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta),) * 2)
    expected, spread = [], []
    for part in strata:
        log_weight = part.x @ beta
        found = _apart(part, log_weight) if np.ptp(log_weight) > WIDE else _summed(part, log_weight)
        inside = part.event == 1
        value += float((log_weight[inside] - found.log_total).sum())
        gradient += (part.x[inside] - found.mean).sum(axis=0)
        information += found.covariance.sum(axis=0)
        expected.append(found.mean)
        spread.append(found.covariance)
    return _Moments(value, gradient, information, expected, spread)


class _AtEvents(NamedTuple):
    """Of each event: logarithm of the sum of weights in its risk set, mean and covariance of x."""

    log_total: Floats
    mean: Floats
    covariance: Floats


def _summed(part: _Stratum, log_weight: Floats) -> _AtEvents:
    """By sums over all from the latest on."""
    # only ratios of weights matter, so the largest is set to 1
    top = log_weight.max()
    weight = np.exp(log_weight - top)[:, None]
    powers = [weight, weight * part.x, weight[:, :, None] * part.x[:, :, None] * part.x[:, None, :]]
    at_risk, dying = [], []
    for power in powers:
        flat = power.reshape(len(weight), -1)
        at_risk.append(np.cumsum(flat, axis=0)[part.last][part.slot])
        of_events = np.cumsum(flat * part.event[:, None], axis=0)[part.last]
        dying.append(np.diff(of_events, axis=0, prepend=0)[part.slot])
    s0, s1, s2 = (r - part.share[:, None] * d for r, d in zip(at_risk, dying, strict=True))
    mean, size = s1 / s0, part.x.shape[1]
    covariance = (s2 / s0).reshape(len(mean), size, size) - mean[:, :, None] * mean[:, None, :]
    return _AtEvents(top + np.log(s0[:, 0]), mean, covariance)


def _apart(part: _Stratum, log_weight: Floats) -> _AtEvents:
    """The same by one risk set after the other, in which nothing underflows or cancels."""
    sets = [*_risk_sets(part, log_weight)]
    apart = [part.x[: len(weight)] - weight @ part.x[: len(weight)] for weight, _ in sets]
    mean = np.array([weight @ part.x[: len(weight)] for weight, _ in sets])
    covariance = [(weight[:, None] * own).T @ own for (weight, _), own in zip(sets, apart, strict=True)]
    return _AtEvents(np.array([log_total for _, log_total in sets]), mean, np.array(covariance))


def _risk_sets(part: _Stratum, log_weight: Floats) -> Iterator[tuple[Floats, float]]:
    """Of each event the share of each patient at risk in the sum of weights, less Efron's part, and its logarithm."""
    for slot, share in zip(part.slot, part.share, strict=True):
        end = part.last[slot] + 1
        begin = part.last[slot - 1] + 1 if slot else 0
        own = log_weight[:end].copy()
        own[begin:] += np.log1p(-share * part.event[begin:end])
        top = own.max()
        weight = np.exp(own - top)
        total = weight.sum()
        yield weight / total, float(top + np.log(total))


def _proportional(
    strata: list[_Stratum],
    moments: _Moments,
    covariance: Floats,
    term: Integers,
    time: Floats,
    event: Floats,
) -> Proportional:
    """Score test that no coefficient changes with time on the Kaplan-Meier scale (docs/methods.md, 6.14).

    As cox.zph of R's survival 3.1 and later: the score of a product of each column with time, and the information of
    coefficients and products together, where Grambsch and Therneau (1994) took its average over time.
    """
    when = np.concatenate([part.times[part.slot] for part in strata])
    scale = before(time, event, when)
    scale = scale - scale.mean()
    residuals = np.concatenate(
        [part.x[part.event == 1] - mean for part, mean in zip(strata, moments.expected, strict=True)]
    )
    spread = np.concatenate(moments.spread)
    score = scale @ residuals
    size = np.sqrt(np.einsum("e,ejj->j", scale**2, spread))
    mixed = np.einsum("e,eij->ij", scale, spread)
    information = np.einsum("e,eij->ij", scale**2, spread) - mixed @ covariance @ mixed
    with np.errstate(divide="ignore", invalid="ignore"):
        score, information = score / size, information / np.outer(size, size)
    terms = [_score_test(score, information, np.flatnonzero(term == one)) for one in range(int(term.max()) + 1)]
    return Proportional(np.array(terms), _score_test(score, information, np.arange(len(score))))


def before(time: Floats, event: Floats, when: Floats) -> Floats:
    """Share of all patients with the event just before each time, by Kaplan-Meier without strata."""
    curve = kaplan_meier(time, event)
    return np.asarray(1 - np.append(1.0, curve.survival)[np.searchsorted(curve.time, when)], dtype=np.float64)


def _score_test(score: Floats, information: Floats, columns: Integers) -> float:
    """P of the score test of some columns; NaN where their information is none, as with one time only."""
    inside = information[np.ix_(columns, columns)]
    if not len(columns) or not np.isfinite(inside).all() or np.linalg.eigvalsh(inside).min() <= LEAST_INFORMATION:
        return float("nan")
    statistic = float(score[columns] @ np.linalg.solve(inside, score[columns]))
    return float(special.chdtrc(len(columns), statistic))
