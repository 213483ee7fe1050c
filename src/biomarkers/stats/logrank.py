"""The log-rank test of two or more groups, and the one-step hazard ratio beside it.

Times in months (any unit serves), event 1 happened and 0 censored, no value missing, all arrays of one length.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.intervals import Interval, Tested, Z

Floats = npt.NDArray[np.float64]


class LogRank(NamedTuple):
    """Log-rank test; for two groups also exp((O - E) / V) of the first group with its interval."""

    test: Tested
    ratio: Interval


def logrank(time: Floats, event: Floats, group: Floats, stratum: Floats | None = None) -> LogRank:
    """Log-rank test that the hazards of all groups are equal, stratified when strata are given.

    group: codes 0, 1, ...; with two groups the ratio is of the higher code against the lower: exp((O - E) / V),
    interval exp((O - E) / V -+ 1.96 / sqrt(V)) (called Mantel-Haenszel by Prism; a one-step estimate, biased toward 1).
    """
    codes = np.unique(group)
    if len(codes) < 2:
        return LogRank(Tested(note="not tested: fewer than two groups"), Interval())
    member = (group[:, None] == codes[None, 1:]).astype(float)
    excess, variance = np.zeros(len(codes) - 1), np.zeros(len(codes) - 1)
    covariance = np.zeros((len(codes) - 1,) * 2)
    for inside in _strata(time, stratum):
        more, share, weight = _excess(time[inside], event[inside], member[inside])
        excess += more
        variance += weight @ (share * (1 - share))
        covariance += np.diag(weight @ share) - (share * weight[:, None]).T @ share
    usable = variance > 0
    if not usable.any():
        what = "no event while both groups were at risk" if event.any() else "no events"
        return LogRank(Tested(note=f"not tested: {what}"), Interval())
    if len(codes) > 2:
        statistic = float(excess[usable] @ np.linalg.pinv(covariance[np.ix_(usable, usable)]) @ excess[usable])
        return LogRank(Tested(statistic, float(stats.chi2.sf(statistic, int(usable.sum())))), Interval())
    difference, v = float(excess[0]), float(variance[0])
    statistic, middle, half = difference**2 / v, difference / v, Z / math.sqrt(v)
    test = Tested(statistic, math.erfc(math.sqrt(statistic / 2)))
    return LogRank(test, Interval(*(math.exp(x) for x in (middle, middle - half, middle + half))))


def _strata(time: Floats, stratum: Floats | None) -> list[npt.NDArray[np.bool_]]:
    """Membership of each stratum; one of all patients without strata."""
    if stratum is None:
        return [np.ones(len(time), dtype=bool)]
    return [stratum == code for code in np.unique(stratum)]


def _excess(time: Floats, event: Floats, member: Floats) -> tuple[Floats, Floats, Floats]:
    """Observed minus expected events per column of `member`, and what their variance is made of.

    That is the share of each column among those at risk (times x columns), and the hypergeometric weight of each time.
    """
    order = np.argsort(-time, kind="stable")
    time, event, member = time[order], event[order], member[order]
    last = np.append(np.flatnonzero(np.diff(time)), len(time) - 1)
    at_risk = (last + 1).astype(float)
    share = np.cumsum(member, axis=0)[last] / at_risk[:, None]
    deaths = np.diff(np.cumsum(event)[last], prepend=0)
    excess = event @ member - deaths @ share
    return excess, share, deaths * (at_risk - deaths) / np.maximum(at_risk - 1, 1)
