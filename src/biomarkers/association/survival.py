"""Time to event in groups: Kaplan-Meier medians, log-rank, the one-step hazard ratio.

Times in months (any unit serves), event 1 happened and 0 censored, no value missing, all arrays of one length.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.association.intervals import Interval, Tested, Z

Floats = npt.NDArray[np.float64]


class LogRank(NamedTuple):
    """Log-rank test; for two groups also exp((O - E) / V) of the first group with its interval."""

    test: Tested
    ratio: Interval


def logrank(time: Floats, event: Floats, group: Floats, stratum: Floats | None = None) -> LogRank:
    """Log-rank test that the hazards of all groups are equal, stratified when strata are given.

    group: codes 0, 1, ...; with two groups the ratio is of group 1 against group 0: exp((O - E) / V), interval
    exp((O - E) / V -+ 1.96 / sqrt(V)) (called Mantel-Haenszel by Prism; a one-step estimate, biased toward 1).
    """
    codes = np.unique(group)
    if len(codes) < 2 or not event.any():
        what = "fewer than two groups" if len(codes) < 2 else "no events"
        return LogRank(Tested(note=f"not tested: {what}"), Interval())
    member = (group[:, None] == codes[None, 1:]).astype(float)
    excess = np.zeros(len(codes) - 1)
    covariance = np.zeros((len(codes) - 1,) * 2)
    for code in [0.0] if stratum is None else np.unique(stratum):
        inside = slice(None) if stratum is None else stratum == code
        more = _excess(time[inside], event[inside], member[inside])
        excess, covariance = excess + more[0], covariance + more[1]
    usable = np.diag(covariance) > 0
    if not usable.any():
        return LogRank(Tested(note="not tested: no event while both groups were at risk"), Interval())
    statistic = float(excess[usable] @ np.linalg.pinv(covariance[np.ix_(usable, usable)]) @ excess[usable])
    test = Tested(statistic, float(stats.chi2.sf(statistic, int(usable.sum()))))
    if len(codes) > 2:
        return LogRank(test, Interval())
    middle, half = excess[0] / covariance[0, 0], Z / math.sqrt(covariance[0, 0])
    return LogRank(test, Interval(math.exp(middle), math.exp(middle - half), math.exp(middle + half)))


def _excess(time: Floats, event: Floats, member: Floats) -> tuple[Floats, Floats]:
    """Observed minus expected events per group (reference left out) and their hypergeometric covariance."""
    order = np.argsort(-time, kind="stable")
    time, event, member = time[order], event[order], member[order]
    last = np.append(np.flatnonzero(np.diff(time)), len(time) - 1)
    at_risk = (last + 1).astype(float)
    at_risk_in = np.cumsum(member, axis=0)[last]
    deaths = np.diff(np.cumsum(event)[last], prepend=0)
    deaths_in = np.diff(np.cumsum(member * event[:, None], axis=0)[last], axis=0, prepend=0)
    share = at_risk_in / at_risk[:, None]
    excess = (deaths_in - deaths[:, None] * share).sum(axis=0)
    weight = deaths * (at_risk - deaths) / np.maximum(at_risk - 1, 1)
    covariance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return excess, covariance


def median_time(time: Floats, event: Floats) -> Interval:
    """Kaplan-Meier median with its log-log interval; NaN where the curve does not come down to one half.

    Where the curve is exactly one half over a step, the mid-point of the step (as R's survfit).
    """
    moments = np.unique(time)
    at_risk = len(time) - np.searchsorted(np.sort(time), moments, side="left")
    deaths = np.bincount(np.searchsorted(moments, time), weights=event, minlength=len(moments))
    surviving = np.cumprod(1 - deaths / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        spread = Z * np.sqrt(greenwood) / np.abs(np.log(surviving))
        low, high = surviving ** np.exp(spread), surviving ** np.exp(-spread)
    # before the first event the curve is 1; once nobody is left the limits are unknown
    low[surviving == 1] = high[surviving == 1] = 1.0
    low[surviving == 0] = high[surviving == 0] = np.nan
    return Interval(_crossing(moments, surviving), _crossing(moments, low), _crossing(moments, high))


def _crossing(moments: Floats, curve: npt.NDArray[np.floating]) -> float:
    """First time at which a falling step curve is at most one half; the mid-point of a step at exactly one half."""
    slack = 1e-9  # a product of fractions that should be one half may miss it in the last digit
    reached = np.flatnonzero(curve <= 0.5 + slack)
    if not len(reached):
        return math.nan
    first = reached[0]
    later = np.flatnonzero(curve < 0.5 - slack)
    if abs(curve[first] - 0.5) <= slack and len(later):
        return float((moments[first] + moments[later[0]]) / 2)
    return float(moments[first])
