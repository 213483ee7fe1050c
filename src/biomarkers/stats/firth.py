"""Firth's penalised likelihood: its maximum, profile intervals and likelihood-ratio tests, each checked on arrival.

Our own, since firthmodels 0.8 does not arrive where the outcome is separated, and says nothing: of 92 such fits 89
had no p, and a profile limit was 226.8 where the likelihood is lower by 1.92 at 663. The estimate is found by modified
Newton steps with step halving (Heinze and Schemper 2002), a limit by Brent's method on the profile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy
from scipy import special

from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import NAN

FEWEST, FISHER_STEPS, STEPS = 3, 40, 120
"""Steps by the expected information at least and at most, and steps in all; a dozen are usual."""

CRAWL = 0.05
"""A step that leaves more than this share of the decrement is followed by one by the observed curvature."""

LONGEST_STEP = 5.0
"""Longest step of a coefficient, in standard deviations of its term (logistf's `maxstep`)."""

ARRIVED = 1e-16
"""Newton decrement of the maximum: the coefficients are then within 1e-8 standard errors of it."""

NEAR = 1e-10
"""Decrement below which a rise of the likelihood may be less than its rounding."""

ASIDE = 3.0
"""Standard errors from a maximum at which further climbs begin beside that search, which may step over a top."""

MARCH, LONGER, MARCHES, DEEP = 1.0, 1.3, 25, 12.0
"""The search for other tops: its first step in standard errors, how much longer each next one is, how many there are,
and how far below the top it is given up."""

RESTARTS = 8
"""Searches that are begun again because a higher maximum was met."""

UNKNOWN = -1e6

DROP = float(special.chdtri(1, 0.05)) / 2
"""How much lower the profile is at a limit of the interval: 1.92."""

RISE = 1e-6
"""A smaller rise of the likelihood may be what a climb left."""

LARGEST_MISS = 1e-5
"""By how much the profile at a limit may miss that drop."""


class Point(NamedTuple):
    """Penalised log likelihood, its gradient, and the expected information, at some coefficients."""

    value: float
    gradient: Floats
    information: Floats


Likelihood = Callable[[Floats], Point]
"""Of the coefficients; value -inf where the information is singular."""


class Top(NamedTuple):
    """Where a climb ended."""

    beta: Floats
    point: Point
    arrived: bool


class Profiles(NamedTuple):
    """Of each term asked for: coefficient, lower and upper limit, likelihood ratio; NaN where it was not found."""

    coefficients: Floats
    limits: Floats
    ratios: Floats


def penalised(value: float, gradient: Floats, information: Floats, drift: Callable[[Floats], Floats]) -> Point:
    """A likelihood with Firth's penalty, half the log determinant of the information.

    drift: given the inverse of the information, the gradient of that penalty.
    """
    with np.errstate(invalid="ignore"):  # far out, where a weight is more than a number can be, the information is NaN
        sign, logarithm = np.linalg.slogdet(information)
    if not (sign > 0 and np.isfinite(logarithm) and np.isfinite(value)):
        return Point(-np.inf, gradient, information)
    inverse: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return Point(value + float(logarithm) / 2, gradient + drift(inverse), information)


def maximise(likelihood: Likelihood, start: Floats, free: Booleans) -> Top:
    """The maximum over the coefficients that are free; the others stay as in `start`."""
    beta, now = start.copy(), likelihood(start)
    if not np.isfinite(now.value):
        return Top(beta, now, False)
    if not free.any():
        return Top(beta, now, True)
    inside = np.ix_(free, free)
    curvature: Floats | None = None
    before = np.inf
    for turn in range(STEPS):
        slope = now.gradient[free]
        step, decrement = _newton(now.information[inside] if curvature is None else curvature, slope)
        if abs(decrement) < ARRIVED:
            return Top(beta, now, True)
        if turn >= FISHER_STEPS or (turn >= FEWEST and decrement > CRAWL * before):
            curvature = _curvature(likelihood, beta, free)
            step, decrement = _newton(now.information[inside] if curvature is None else curvature, slope)
        before = decrement
        near = abs(decrement) < NEAR
        step = step / max(1.0, np.abs(step).max() / LONGEST_STEP)
        for _ in range(4 if near else 40):
            there = beta.copy()
            there[free] += step
            following = likelihood(there)
            # the last rises are lost in the rounding of the value; the gradient still tells them
            if following.value > now.value or (near and _flatter(following, now, inside)):
                break
            step = step / 2
        else:
            # the likelihood cannot rise any more in double precision
            return Top(beta, now, near)
        beta, now = there, following
    return Top(beta, now, False)


def _flatter(following: Point, now: Point, inside: tuple[Booleans, ...]) -> bool:
    """True where the gradient is smaller, measured by the information."""
    free = inside[0].ravel()
    sizes = [_newton(now.information[inside], point.gradient[free])[1] for point in (following, now)]
    return bool(np.isfinite(following.value) and sizes[0] < sizes[1])


def _newton(matrix: Floats, slope: Floats) -> tuple[Floats, float]:
    """The step by the expected information or the curvature, and its decrement: how far the maximum is above."""
    try:
        step = np.asarray(np.linalg.solve(matrix, slope), dtype=np.float64)
    except np.linalg.LinAlgError:
        # so far out that the weights of all but a few patients are lost beside theirs
        return np.zeros(len(slope)), np.nan
    return step, float(slope @ step)


def _curvature(likelihood: Likelihood, beta: Floats, free: Booleans) -> Floats | None:
    """The curvature of what is maximised, by differences of its gradient; None where it is not that of a maximum."""
    columns = []
    for j in np.flatnonzero(free):
        shift = np.zeros(len(beta))
        shift[j] = 1e-5
        columns.append((likelihood(beta - shift).gradient - likelihood(beta + shift).gradient)[free] / 2e-5)
    curvature = np.array(columns)
    curvature = (curvature + curvature.T) / 2
    if np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature).min() > 0:
        return np.asarray(curvature, dtype=np.float64)
    return None


class _HigherError(Exception):
    """A profile is above what was taken for the maximum: it was a lesser one."""

    def __init__(self, beta: Floats) -> None:
        super().__init__()
        self.beta = beta


def profiles(likelihood: Likelihood, size: int, asked: int) -> Profiles:
    """Estimates of the first `asked` of `size` coefficients, in units of their standard deviation."""
    start = np.zeros(size)
    for _ in range(RESTARTS):
        top = maximise(likelihood, start, np.ones(size, dtype=bool))
        if not top.arrived:
            break
        errors = np.sqrt(np.diag(np.linalg.inv(top.point.information)))
        try:
            ratios = [_ratio(likelihood, top, j) for j in range(asked)]
            limits = [[_limit(likelihood, top, j, errors, side) for side in (-1, 1)] for j in range(asked)]
        except _HigherError as found:
            start = found.beta
        else:
            return Profiles(top.beta[:asked], np.array(limits), np.array(ratios))
    nothing = np.full(asked, NAN)
    return Profiles(nothing, np.full((asked, 2), NAN), nothing)


def _held(likelihood: Likelihood, top: Top, index: int, value: float, begins: list[Floats]) -> Top | None:
    """The highest maximum with one coefficient held, of those that climbs from `begins` reach; None if none arrives."""
    free = np.arange(len(top.beta)) != index
    ends = [maximise(likelihood, np.where(free, begin, value), free) for begin in begins]
    best = max((end for end in ends if end.arrived), key=lambda end: end.point.value, default=None)
    if best and best.point.value > top.point.value + 1e-7:
        raise _HigherError(best.beta)
    return best


def _beyond_valleys(likelihood: Likelihood, top: Top, index: int) -> list[Floats]:
    """Where further climbs begin with coefficient `index` held: a skewed term's likelihood may have several tops.

    From a top each other coefficient goes to both sides, the rest at their best, until the likelihood rises again.
    """
    free = np.arange(len(top.beta)) != index
    errors = np.zeros(len(free))
    errors[free] = np.sqrt(np.abs(np.diag(np.linalg.pinv(top.point.information[np.ix_(free, free)]))))
    moves = ASIDE * np.diag(errors)[free] if free.sum() > 1 else []
    found = [top.beta + side * move for move in moves for side in (-1, 1)]
    for j in np.flatnonzero(free):
        rest = free & (np.arange(len(free)) != j)
        for side in (-1, 1):
            before, step = top, side * MARCH * errors[j]
            for _ in range(MARCHES):
                start = before.beta.copy()
                start[j] += step
                there = maximise(likelihood, start, rest)
                if there.point.value > before.point.value + RISE:
                    found.append(there.beta)
                    break
                if not there.point.value > top.point.value - DEEP:
                    break
                before, step = there, step * LONGER
    return found


def _ratio(likelihood: Likelihood, top: Top, index: int) -> float:
    """Twice the fall of the penalised likelihood when one coefficient is 0; NaN where that maximum is not found."""
    without = _held(likelihood, top, index, 0.0, [top.beta, np.zeros(len(top.beta))])
    if without:
        begins = [without.beta, *_beyond_valleys(likelihood, without, index)]
        without = _held(likelihood, top, index, 0.0, begins)
    return max(2 * (top.point.value - without.point.value), 0.0) if without else NAN


def _limit(likelihood: Likelihood, top: Top, index: int, errors: Floats, side: int) -> float:
    """Where the profile of one coefficient is lower by 1.92, below (side -1) or above it; NaN where it is not found.

    With one coefficient held the penalised likelihood may have several maxima in the others. The profile is the highest
    of them: other tops are looked for at the limit, and it is searched again from all when one puts it elsewhere.
    """
    begins, step = [top.beta], side * float(errors[index])
    tops: dict[float, Top | None] = {}

    def above(value: float) -> float:
        """How far the profile is above the limit; far below where no maximum was found."""
        if value not in tops:
            tops[value] = _held(likelihood, top, index, value, begins)
            if best := tops[value]:
                # the latest, and those far from it
                far = [b for b in begins[1:] if np.abs(b - best.beta).max() > 1]
                begins[1:] = [*far[-3:], best.beta]
        return best.point.value - top.point.value + DROP if (best := tops[value]) else UNKNOWN

    inner = float(top.beta[index])
    for _ in range(RESTARTS):
        outer = _beyond(above, inner, step)
        if np.isnan(outer):
            return NAN
        found = float(scipy.optimize.brentq(above, inner, outer, xtol=1e-9, rtol=1e-12))
        if there := tops.get(found):
            begins += _beyond_valleys(likelihood, there, index)
        tops.clear()
        if abs(above(found)) < LARGEST_MISS:
            return found
        if above(found) > 0:
            inner = found
        step /= 4
    return NAN


def _beyond(above: Callable[[float], float], inner: float, step: float) -> float:
    """A value beyond the limit, at which a maximum was found; NaN without."""
    if above(inner) <= 0:
        return NAN
    for _ in range(80):
        height = above(inner + step)
        if UNKNOWN < height < 0:
            return inner + step
        if height == UNKNOWN:
            step /= 2
        else:
            inner, step = inner + step, step * 1.5
    return NAN
