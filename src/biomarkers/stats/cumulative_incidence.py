"""Cumulative incidence of an event beside which another may end the watch: Aalen and Johansen's estimate.

One minus Kaplan-Meier with the other event censored overstates it. Times in any unit, state 1 where the event came, 2
where the competing one did, 0 where censored, none missing. R's survfit of a multi-state endpoint is the oracle
(docs/methods.md, 5.7).

>>> import numpy as np
>>> curve = cumulative_incidence(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 2, 1, 0]))
>>> curve.incidence.tolist(), incidence_at(curve, 3.5).n_at_risk
([0.25, 0.25, 0.5, 0.5], 1)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Z
from biomarkers.stats.kaplan_meier import Rate
from biomarkers.stats.times import TOLERANCE, tied

ROUNDING = 1e-12
"""What a sum of shares may miss 1 by, above or below, where everybody has had the event."""


class Incidence(NamedTuple):
    """The curve at its distinct times, ascending: arrays of one length; limits are NaN where it is 0 or 1.

    surviving: the share without either event.
    """

    time: Floats
    n_at_risk: Floats
    incidence: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    surviving: Floats


def cumulative_incidence(time: Floats, state: npt.ArrayLike) -> Incidence:
    """The curve; standard error by the infinitesimal jackknife, 95 % log-log interval, both as R's survfit.

    Each patient's influence is the derivative of the estimate by the weight of that patient.
    """
    status = np.asarray(state)
    moments, position = np.unique(tied(time), return_inverse=True)
    leaving = np.bincount(position, minlength=len(moments))
    at_risk: Floats = leaving[::-1].cumsum()[::-1].astype(float)
    surviving, incidence = 1.0, 0.0
    of_surviving, of_incidence = np.zeros(len(status)), np.zeros(len(status))
    estimates, errors, without = np.zeros((3, len(moments)))
    for step, n in enumerate(at_risk):
        here = position == step
        own, anyone = here & (status == 1), here & (status > 0)
        by_own, by_any = own.sum() / n, anyone.sum() / n
        followed = position >= step
        of_hazard = (own - followed * by_own) / n
        of_any_hazard = (anyone - followed * by_any) / n
        of_incidence += of_surviving * by_own + surviving * of_hazard
        of_surviving = of_surviving * (1 - by_any) - surviving * of_any_hazard
        incidence += surviving * by_own
        surviving *= 1 - by_any
        estimates[step], errors[step], without[step] = incidence, np.sqrt((of_incidence**2).sum()), surviving
    estimates[estimates > 1 - ROUNDING] = 1
    inner = (estimates > 0) & (estimates < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = Z * errors / (estimates * np.log(estimates))
        low, high = estimates ** np.exp(-width), estimates ** np.exp(width)
    low, high = (np.where(inner, limit, np.nan) for limit in (low, high))
    return Incidence(moments, at_risk, estimates, errors, low, high, without)


def incidence_at(curve: Incidence, time: float) -> Rate:
    """The incidence with its interval at `time`; no estimate when nobody is at risk then but somebody was censored.

    Where everybody has had one of the events, it stays as it was.
    """
    at_risk = int(curve.n_at_risk[curve.time >= time * (1 - TOLERANCE)].max(initial=0))
    if at_risk == 0 and (not len(curve.time) or curve.surviving[-1] > TOLERANCE):
        return Rate(NO_ESTIMATE, 0)
    last = int((curve.time <= time * (1 + TOLERANCE)).sum()) - 1
    if last < 0:
        return Rate(Interval(0.0), at_risk)
    return Rate(Interval(float(curve.incidence[last]), float(curve.low[last]), float(curve.high[last])), at_risk)
