"""Inference after a two-stage design that may stop for futility (Simon 1989): p, unbiased estimate and interval.

A trial stops after n1 patients with r1 responders or fewer, else goes on to n; beyond r responders the null hypothesis
is rejected. Outcomes are ordered by stage, then by responders (docs/methods.md, 3.9): every trial that went on stands
above every one that stopped. Sources: Koyama and Chen 2008 (p and interval), Jung and Kim 2004 (estimate).

>>> design = Design(n1=9, r1=0, n=17, r=2)
>>> round(design.probability_of_rejection(0.05), 4), round(design.expected_n(0.05), 1)
(0.0466, 12.0)
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats.intervals import CONFIDENCE, Interval


class Design(NamedTuple):
    """Patients and most responders without success: n1 and r1 of the first stage, n and r of the whole trial."""

    n1: int
    r1: int
    n: int
    r: int

    def problem(self) -> str | None:
        """What is wrong with the numbers, None when nothing is."""
        if not 0 < self.n1 < self.n:
            return "n1 of at least 1 and below n"
        if not 0 <= self.r1 < self.n1:
            return "r1 of at least 0 and below n1"
        return None if self.r1 <= self.r < self.n else "r of at least r1 and below n"

    def at_least(self, responders: int, rate: float) -> float:
        """Probability that a trial goes on and has at least so many responders of n, at this response rate."""
        first = np.arange(self.r1 + 1, self.n1 + 1)
        later = scipy.stats.binom.sf(responders - first - 1, self.n - self.n1, rate)
        return float((scipy.stats.binom.pmf(first, self.n1, rate) * later).sum())

    def probability_of_rejection(self, rate: float) -> float:
        """Type I error at the null rate, power at another."""
        return self.at_least(self.r + 1, rate)

    def expected_n(self, rate: float) -> float:
        """Expected number of patients."""
        return self.n1 + (self.n - self.n1) * float(scipy.stats.binom.sf(self.r1, self.n1, rate))


def tail(design: Design, responders: int, rate: float, *, stopped: bool) -> float:
    """Probability of an outcome as high as this one or higher: the one-sided p at the null rate.

    stopped: whether the trial stopped after its first stage, with so many responders of n1.
    """
    if stopped:
        return float(scipy.stats.binom.sf(responders - 1, design.n1, rate))
    return design.at_least(responders, rate)


def unbiased(design: Design, responders: int, *, stopped: bool) -> float:
    """Uniformly minimum-variance unbiased estimate of the response rate (Jung and Kim 2004)."""
    if stopped:
        return responders / design.n1
    n2 = design.n - design.n1
    first = range(max(design.r1 + 1, responders - n2), min(responders, design.n1) + 1)
    ways = [math.comb(n2, responders - x) for x in first]
    with_responder = sum(math.comb(design.n1 - 1, x - 1) * way for x, way in zip(first, ways, strict=True))
    return with_responder / sum(math.comb(design.n1, x) * way for x, way in zip(first, ways, strict=True))


def estimate(design: Design, responders: int, *, stopped: bool) -> Interval:
    """The unbiased estimate with its exact 95 % interval by the order of stages."""
    alpha = (1 - CONFIDENCE) / 2

    def lower(rate: float) -> float:
        return tail(design, responders, rate, stopped=stopped) - alpha

    def upper(rate: float) -> float:
        return tail(design, responders + 1, rate, stopped=stopped) - (1 - alpha)

    low = 0.0 if lower(0.0) >= 0 else float(scipy.optimize.brentq(lower, 0.0, 1.0, xtol=1e-14))
    high = 1.0 if upper(1.0) <= 0 else float(scipy.optimize.brentq(upper, 0.0, 1.0, xtol=1e-14))
    return Interval(unbiased(design, responders, stopped=stopped), low, high)


def bias_of_share(design: Design, rate: float) -> float:
    """Expected error of the plain share of responders (of n1 in a trial that stopped) at this response rate."""
    first, later = np.arange(design.n1 + 1), np.arange(design.n - design.n1 + 1)
    chance = scipy.stats.binom.pmf(first, design.n1, rate)
    goes_on = first > design.r1
    share = (first[:, None] + later[None, :]) / design.n
    weights = chance[:, None] * scipy.stats.binom.pmf(later, design.n - design.n1, rate)[None, :]
    mean = (chance * first / design.n1)[~goes_on].sum() + (weights * share)[goes_on].sum()
    return float(mean - rate)
