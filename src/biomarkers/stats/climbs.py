"""Maxima of Firth's penalised likelihood, many climbs side by side, each checked on arrival.

Modified Newton steps with step halving (Heinze and Schemper 2002). A climb is of few and small sums, so that one after
the other nearly all of their time would go into calls; those that have arrived leave the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from biomarkers.stats.arrays import Booleans, Floats, Integers

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

HALVINGS, HALVINGS_NEAR = 40, 4
"""How short a step may become until the likelihood rises, and how short near the maximum."""


class Points(NamedTuple):
    """Penalised log likelihood, its gradient, and the expected information, at some coefficients each."""

    value: Floats
    gradient: Floats
    information: Floats


Likelihood = Callable[[Floats], Points]
"""Of coefficients (points x coefficients); value -inf where the information is singular."""


class Top(NamedTuple):
    """Where a climb ended."""

    beta: Floats
    value: float
    gradient: Floats
    information: Floats
    arrived: bool


def penalised(value: Floats, gradient: Floats, information: Floats, drift: Callable[[Floats], Floats]) -> Points:
    """Likelihoods with Firth's penalty, half the log determinant of the information.

    drift: given the inverses of the informations, the gradients of that penalty.
    """
    with np.errstate(invalid="ignore"):  # far out, where a weight is more than a number can be, the information is NaN
        sign, logarithm = np.linalg.slogdet(information)
        sound = (sign > 0) & np.isfinite(logarithm) & np.isfinite(value)
        inverse = np.linalg.inv(np.where(sound[:, None, None], information, np.eye(gradient.shape[1])))
        gradient = gradient + drift(np.asarray(inverse, dtype=np.float64))
        return Points(np.where(sound, value + logarithm / 2, -np.inf), gradient, information)


def maximise(likelihood: Likelihood, starts: Floats, free: Booleans) -> list[Top]:
    """The maximum that each climb reaches over its coefficients that are free; the others stay as in `starts`.

    starts, free: climbs x coefficients.
    """
    beta, now = starts.copy(), likelihood(starts)
    arrived = np.zeros(len(beta), dtype=bool)
    curvature = np.full(now.information.shape, np.nan)
    before = np.full(len(beta), np.inf)
    moving = np.flatnonzero(np.isfinite(now.value))
    for turn in range(STEPS):
        if not len(moving):
            break
        step, decrement = _newton(now, curvature, free, moving)
        arrived[moving] = np.abs(decrement) < ARRIVED
        slow = (turn >= FISHER_STEPS) | ((turn >= FEWEST) & (decrement > CRAWL * before[moving]))
        if (slow := slow & ~arrived[moving]).any():
            crawling = moving[slow]
            curvature[crawling] = _curvature(likelihood, beta[crawling], free[crawling])
            step[slow], decrement[slow] = _newton(now, curvature, free, crawling)
        before[moving] = decrement
        on = ~arrived[moving] & np.isfinite(decrement)
        moving, step, near = moving[on], step[on], np.abs(decrement[on]) < NEAR
        rose = _rise(likelihood, beta, now, free, moving, step, near)
        # the likelihood of the others cannot rise any more in double precision
        arrived[moving[~rose]] = near[~rose]
        moving = moving[rose]
    return [Top(*one[:4], bool(one[4])) for one in zip(beta, now.value.tolist(), *now[1:], arrived, strict=True)]


def _rise(
    likelihood: Likelihood, beta: Floats, now: Points, free: Booleans, moving: Integers, step: Floats, near: Booleans
) -> Booleans:
    """Take the step of each moving climb, halved until the likelihood rises; which of them did rise."""
    step = step / np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True, initial=0) / LONGEST_STEP)
    rose = np.zeros(len(moving), dtype=bool)
    for halvings in range(HALVINGS):
        left = np.flatnonzero(~rose & (halvings < np.where(near, HALVINGS_NEAR, HALVINGS)))
        if not len(left):
            break
        own = moving[left]
        there = beta[own] + step[left]
        following = likelihood(there)
        better = following.value > now.value[own]
        # the last rises are lost in the rounding of the value; the gradient still tells them
        if (doubtful := np.flatnonzero(~better & near[left] & np.isfinite(following.value))).size:
            information, inside = now.information[own[doubtful]], free[own[doubtful]]
            gradients = (following.gradient[doubtful], now.gradient[own[doubtful]])
            sizes = [_solved(information, gradient, inside)[1] for gradient in gradients]
            better[doubtful] = sizes[0] < sizes[1]
        beta[own[better]] = there[better]
        for part, new in zip(now, following, strict=True):
            part[own[better]] = new[better]
        rose[left[better]] = True
        step[left[~better]] /= 2
    return rose


def _newton(now: Points, curvature: Floats, free: Booleans, moving: Integers) -> tuple[Floats, Floats]:
    """Steps by the curvature where that is known, else by the expected information, and their decrements."""
    bent = curvature[moving]
    matrix = np.where(np.isnan(bent), now.information[moving], bent)
    return _solved(matrix, now.gradient[moving], free[moving])


def _solved(matrix: Floats, gradient: Floats, free: Booleans) -> tuple[Floats, Floats]:
    """Newton steps of the free coefficients, and their decrements: how far the maximum is above.

    A matrix is singular so far out that the weights of all but a few patients are lost beside theirs: NaN.
    """
    matrix, slope = _inside(matrix, free), np.where(free, gradient, 0.0)
    singular = ~(np.linalg.slogdet(matrix).logabsdet > -np.inf)
    slope[singular] = np.nan
    matrix[singular] = np.eye(free.shape[1])
    step = np.asarray(np.linalg.solve(matrix, slope[:, :, None])[:, :, 0], dtype=np.float64)
    return step, np.asarray((slope * step).sum(axis=1))


def _inside(matrix: Floats, free: Booleans) -> Floats:
    """Matrices with the rows and columns of held coefficients as of the identity, which keeps them where they are."""
    return np.where(free[:, :, None] & free[:, None, :], matrix, np.eye(free.shape[1]))


def _curvature(likelihood: Likelihood, beta: Floats, free: Booleans) -> Floats:
    """Curvatures of what is maximised, by differences of its gradient; NaN where it is not that of a maximum."""
    shifts = np.array([-1e-5, 1e-5])[:, None] * np.eye(beta.shape[1])[:, None]
    shifted = beta[:, None, None] + shifts
    gradient = likelihood(shifted.reshape(-1, beta.shape[1])).gradient.reshape(shifted.shape)
    curvature = (gradient[:, :, 0] - gradient[:, :, 1]) / 2e-5
    curvature = _inside((curvature + curvature.transpose(0, 2, 1)) / 2, free)
    finite = np.isfinite(curvature).all(axis=(1, 2))
    curvature[~finite] = 0.0
    curvature[~(np.linalg.eigvalsh(curvature).min(axis=1) > 0)] = np.nan
    return curvature
