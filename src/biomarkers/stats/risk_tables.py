"""For each time of an event and each of many pairs of groups, who was at risk and who had the event.

Times any unit, event 1 or 0, none missing, all arrays of one length; member: patients x comparisons, 1 in the first
group and 0 in the second. From these counts come log-rank tests and their exact p (docs/methods.md, 6.7).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from biomarkers.stats.times import tied

Floats = npt.NDArray[np.float64]


class RiskTables(NamedTuple):
    """One row per time of events of a stratum; at risk and events of all (times) and members (times x comparisons)."""

    at_risk: Floats
    events: Floats
    members: Floats
    member_events: Floats


class Moments(NamedTuple):
    """Observed and expected events of the members, and the variance of their difference; one value per comparison."""

    observed: Floats
    expected: Floats
    variance: Floats


def risk_tables(time: Floats, event: Floats, member: Floats, stratum: Floats | None = None) -> RiskTables:
    """The tables of all strata, one after the other."""
    time, codes = tied(time), np.zeros(len(time)) if stratum is None else stratum
    parts = [
        _of_stratum(time[codes == code], event[codes == code], member[codes == code])
        for code in np.unique(codes[event == 1])
    ]
    nothing = [np.zeros(0), np.zeros(0), np.zeros((0, member.shape[1])), np.zeros((0, member.shape[1]))]
    return RiskTables(
        *(np.concatenate(part) for part in (zip(*parts, strict=True) if parts else ([n] for n in nothing)))
    )


def _of_stratum(time: Floats, event: Floats, member: Floats) -> RiskTables:
    order = np.argsort(-time, kind="stable")
    time, event, member = time[order], event[order], member[order]
    last = np.append(np.flatnonzero(np.diff(time)), len(time) - 1)
    events = np.diff(np.cumsum(event)[last], prepend=0)
    # the members with an event at each time: rows of events only, added up by time
    slot = np.searchsorted(last, np.flatnonzero(event == 1))
    own = np.zeros((len(last), member.shape[1]))
    np.add.at(own, slot, member[event == 1])
    told = events > 0
    members = np.cumsum(member, axis=0, dtype=np.float64)[last[told]]
    return RiskTables((last[told] + 1).astype(float), events[told], members, own[told])


def moments(tables: RiskTables) -> Moments:
    """What the log-rank test compares, with the hypergeometric variance."""
    n, d = tables.at_risk, tables.events
    share = tables.members / n[:, None]
    weight = d * (n - d) / np.maximum(n - 1, 1)
    return Moments(tables.member_events.sum(axis=0), d @ share, weight @ (share * (1 - share)))


def exact(tables: RiskTables) -> Floats:
    """P of each log-rank test from the exact law of the observed events given the risk sets: twice the smaller tail.

    At each time the events fall on those at risk at random (hypergeometric); the law of their sum over times and strata
    is worked out, every term positive, so that small p have all their digits.
    """
    observed, total = tables.member_events.sum(axis=0), float(tables.events.sum())
    # the same test, seen from the group with fewer events
    other = observed > total / 2
    members = np.where(other, tables.at_risk[:, None] - tables.members, tables.members)
    observed = np.where(other, total - observed, observed).astype(int)
    p_values = np.ones(len(observed))
    for count in np.unique(observed):
        columns = np.flatnonzero(observed == count)
        at_most, at_least = _tails(tables.at_risk, tables.events, members[:, columns], int(count))
        p_values[columns] = np.minimum(1.0, 2 * np.minimum(at_most, at_least))
    return p_values


def _tails(at_risk: Floats, events: Floats, members: Floats, count: int) -> tuple[Floats, Floats]:
    """Probability of at most, and of at least, so many events of members; members: times x comparisons."""
    law = np.zeros((count + 1, members.shape[1]))
    law[0] = 1
    reached = np.zeros(members.shape[1])
    for n, d, k in zip(at_risk, events, members, strict=True):
        step = np.array([1 - k / n, k / n]) if d == 1 else _hypergeometric(n, int(d), k)
        or_more = np.cumsum(step[::-1], axis=0)[::-1]
        following = law * step[0]
        for x in range(1, min(int(d), count) + 1):
            # from fewer than `count` events to that many or more
            reached += law[count - x] * or_more[x]
            following[x:] += law[: count + 1 - x] * step[x]
        law = following
    return law.sum(axis=0), reached if count else np.ones_like(reached)


def _hypergeometric(n: float, d: int, k: Floats) -> Floats:
    """Chance of 0 to d events of members among d events, k of n at risk being members: events + 1 x comparisons."""
    x = np.arange(d + 1.0)[:, None]
    possible = (x <= k) & (d - x <= n - k)
    with np.errstate(invalid="ignore"):
        logarithm = _log_choose(k, x) + _log_choose(n - k, d - x) - _log_choose(np.array(n), np.array(float(d)))
    return np.where(possible, np.exp(np.where(possible, logarithm, 0.0)), 0.0)


def _log_choose(n: Floats, k: Floats) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), dtype=np.float64)
