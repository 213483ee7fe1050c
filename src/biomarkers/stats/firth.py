"""Firth's penalised likelihood: profile intervals and likelihood-ratio tests about its maximum, checked on arrival.

Our own, since firthmodels 0.8 does not arrive where the outcome is separated, and says nothing: of 92 such fits 89
had no p, and a profile limit was 226.8 where the likelihood is lower by 1.92 at 663. Limits and ratios of all terms are
searched at once: each search is a generator that asks for climbs, and `climbs.py` makes those of all side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import special

from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.climbs import Likelihood, Top, maximise
from biomarkers.stats.intervals import NAN

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

FARTHEST, CROSSINGS, EXACT = 80, 100, 1e-9
"""Steps until a limit lies behind, steps to it at most, and the step, in standard deviations, that ends these."""


class Profiles(NamedTuple):
    """Of each term asked for: coefficient, lower and upper limit, likelihood ratio; NaN where it was not found."""

    coefficients: Floats
    limits: Floats
    ratios: Floats


class _Climb(NamedTuple):
    """Where a climb begins, and which coefficients are free."""

    start: Floats
    free: Booleans


Found = TypeVar("Found")
Search = Generator[list[_Climb], list[Top], Found]
"""It yields the climbs that it asks for, is sent where they ended, and returns what it found."""


class _HigherError(Exception):
    """A profile is above what was taken for the maximum: it was a lesser one."""

    def __init__(self, beta: Floats) -> None:
        super().__init__()
        self.beta = beta


def profiles(likelihood: Likelihood, size: int, asked: int, *, with_limits: bool = True) -> Profiles:
    """Estimates of the first `asked` of `size` coefficients, in units of their standard deviation.

    with_limits: without, the limits are not searched, which takes longer than all else, and are NaN.
    """
    start, unknown = np.zeros(size), np.full((asked, 2), NAN)
    for _ in range(RESTARTS):
        (top,) = maximise(likelihood, start[None], np.ones((1, size), dtype=bool))
        if not top.arrived:
            break
        errors = np.sqrt(np.diag(np.linalg.inv(top.information)))
        ratios = [_ratio(top, j) for j in range(asked)]
        limits = [_limit(top, j, side * float(errors[j])) for j in range(asked) for side in (-1, 1)]
        try:
            found = np.array(_together(likelihood, [*ratios, *(limits if with_limits else ())]))
        except _HigherError as higher:
            start = higher.beta
        else:
            between = found[asked:].reshape(asked, 2) if with_limits else unknown
            return Profiles(top.beta[:asked], between, found[:asked])
    nothing = np.full(asked, NAN)
    return Profiles(nothing, unknown, nothing)


def _together(likelihood: Likelihood, searches: list[Search[float]]) -> list[float]:
    """What each search finds; the climbs that they ask for are made side by side."""
    found = [NAN] * len(searches)
    ends: dict[int, list[Top] | None] = dict.fromkeys(range(len(searches)))
    while ends:
        asked: dict[int, list[_Climb]] = {}
        for number, own in ends.items():
            search = searches[number]
            try:
                asked[number] = next(search) if own is None else search.send(own)
            except StopIteration as finished:
                found[number] = finished.value
        ends = {}
        if asked:
            starts, free = (np.array(part) for part in zip(*(c for own in asked.values() for c in own), strict=True))
            tops = iter(maximise(likelihood, starts, free))
            ends = {number: list(islice(tops, len(climbs))) for number, climbs in asked.items()}
    return found


def _held(top: Top, index: int, value: float, begins: list[Floats]) -> Search[Top | None]:
    """The highest maximum with one coefficient held, of those that climbs from `begins` reach; None if none arrives."""
    free = np.arange(len(top.beta)) != index
    ends = yield [_Climb(np.where(free, begin, value), free) for begin in begins]
    best = max((end for end in ends if end.arrived), key=lambda end: end.value, default=None)
    if best and best.value > top.value + 1e-7:
        raise _HigherError(best.beta)
    return best


def _beyond_valleys(top: Top, index: int) -> Search[list[Floats]]:
    """Where further climbs begin with coefficient `index` held: a skewed term's likelihood may have several tops.

    From a top each other coefficient goes to both sides, the rest at their best, until the likelihood rises again.
    """
    free = np.arange(len(top.beta)) != index
    errors = np.zeros(len(free))
    errors[free] = np.sqrt(np.abs(np.diag(np.linalg.pinv(top.information[np.ix_(free, free)]))))
    ways = [side * np.eye(len(free))[j] for j in np.flatnonzero(free) for side in (-1, 1)]
    found: dict[int, Floats] = {}
    marching, step = dict.fromkeys(range(len(ways)), top), MARCH
    for _ in range(MARCHES):
        if not marching:
            break
        ends = yield [_Climb(at.beta + step * errors * ways[k], free & (ways[k] == 0)) for k, at in marching.items()]
        before, marching = marching, {}
        for k, end in zip(before, ends, strict=True):
            if end.value > before[k].value + RISE:
                found[k] = end.beta
            elif end.value > top.value - DEEP:
                marching[k] = end
        step *= LONGER
    aside = [top.beta + ASIDE * errors * way for way in ways] if free.sum() > 1 else []
    return [*aside, *(found[k] for k in sorted(found))]


def _ratio(top: Top, index: int) -> Search[float]:
    """Twice the fall of the penalised likelihood when one coefficient is 0; NaN where that maximum is not found."""
    without = yield from _held(top, index, 0.0, [top.beta, np.zeros(len(top.beta))])
    if without:
        begins = [without.beta, *(yield from _beyond_valleys(without, index))]
        without = yield from _held(top, index, 0.0, begins)
    return max(2 * (top.value - without.value), 0.0) if without else NAN


def _limit(top: Top, index: int, step: float) -> Search[float]:
    """Where the profile of one coefficient is lower by 1.92, on the side of `step`; NaN where it is not found.

    With one coefficient held the penalised likelihood may have several maxima in the others. The profile is the highest
    of them: other tops are looked for at the limit, and it is searched again from all when one puts it elsewhere.
    """
    begins = [top.beta]
    tops: dict[float, Top | None] = {}

    def above(value: float) -> Search[_Height]:
        if value not in tops:
            tops[value] = yield from _held(top, index, value, begins)
            if best := tops[value]:
                # the latest, and those far from it
                far = [b for b in begins[1:] if np.abs(b - best.beta).max() > 1]
                begins[1:] = [*far[-3:], best.beta]
        if best := tops[value]:
            return _Height(best.value - top.value + DROP, float(best.gradient[index]))
        return _Height(UNKNOWN, NAN)

    inner = float(top.beta[index])
    for _ in range(RESTARTS):
        inside, outer = yield from _beyond(above, inner, step)
        if np.isnan(outer):
            return NAN
        found = yield from _crossing(above, inside, outer)
        if there := tops.get(found):
            begins += yield from _beyond_valleys(there, index)
        tops.clear()
        miss = (yield from above(found)).above
        if abs(miss) < LARGEST_MISS:
            return found
        if miss > 0:
            inner = found
        step /= 4
    return NAN


class _Height(NamedTuple):
    """How far the profile is above the limit at a value, UNKNOWN where no maximum was found, and how it rises there."""

    above: float
    slope: float


Profile = Callable[[float], Search[_Height]]


def _beyond(profile: Profile, inner: float, step: float) -> Search[tuple[float, float]]:
    """A value above the limit and one beyond it, at which a maximum was found; NaN without."""
    height = (yield from profile(inner)).above
    for _ in range(FARTHEST if height > 0 else 0):
        height = (yield from profile(inner + step)).above
        if UNKNOWN < height <= 0:
            return inner, inner + step
        if height == UNKNOWN:
            step /= 2
        else:
            inner, step = inner + step, step * 1.5
    return NAN, NAN


def _crossing(profile: Profile, inner: float, outer: float) -> Search[float]:
    """Where the profile meets the limit between `inner`, above it, and `outer`, below it.

    By Newton's steps from `outer`, as the slope of a profile is that of the likelihood in the coefficient that is held;
    the bracket is halved where a step leads out of it or is not much shorter than the one before.
    """
    value, before = outer, np.inf
    for _ in range(CROSSINGS):
        height = yield from profile(value)
        if height.above > 0:
            inner = value
        else:
            outer = value
        step = -height.above / height.slope if height.slope else NAN
        inside = min(inner, outer) < value + step < max(inner, outer)
        if not (abs(step) < EXACT or (inside and abs(step) < before / 2)):
            step = (inner + outer) / 2 - value
        if abs(step) < EXACT:
            break
        value, before = value + step, abs(step)
    return value
