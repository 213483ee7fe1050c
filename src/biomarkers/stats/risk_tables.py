"""For each time of an event and each of many pairs of groups, who was at risk and who had the event.

Times any unit, event 1 or 0, none missing, all arrays of one length; member: patients x comparisons, 1 in the first
group and 0 in the second. From these counts come log-rank tests and their exact p (docs/methods.md, 6.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.times import tied

ALIKE, MOST_AT_ONCE = 1.3, 500
"""Of comparisons whose exact laws are worked out together: ratio of their events, and how many."""


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
    for columns in _alike(observed):
        at_most, at_least = _tails(tables.at_risk, tables.events, members[:, columns], observed[columns])
        p_values[columns] = np.minimum(1.0, 2 * np.minimum(at_most, at_least))
    return p_values


def _alike(counts: Integers) -> Iterator[Integers]:
    """Positions of counts that are about the same, so that one array holds the laws of all of them."""
    order, start = np.argsort(counts, kind="stable"), 0
    while start < len(order):
        stop = int(np.searchsorted(counts[order], counts[order[start]] * ALIKE, side="right"))
        yield order[start : min(stop, start + MOST_AT_ONCE)]
        start = min(stop, start + MOST_AT_ONCE)


def _tails(at_risk: Floats, events: Floats, members: Floats, counts: Integers) -> tuple[Floats, Floats]:
    """Probability of at most, and of at least, so many events of members; members: times x comparisons."""
    law = np.zeros((int(counts.max()) + 1, len(counts)))
    law[0] = 1
    reached, column = np.zeros(len(counts)), np.arange(len(counts))
    log_factorial = gammaln(np.arange(at_risk.max(initial=0) + 1) + 1)
    for n, d, k in zip(at_risk, events, members, strict=True):
        step = np.array([1 - k / n, k / n]) if d == 1 else _hypergeometric(int(n), int(d), k, log_factorial)
        or_more = np.cumsum(step[::-1], axis=0)[::-1]
        following = law * step[0]
        for x in range(1, min(int(d), len(law) - 1) + 1):
            # from fewer events than a comparison's count to that many or more
            reached += np.where(counts >= x, law[np.maximum(counts - x, 0), column], 0.0) * or_more[x]
            following[x:] += law[:-x] * step[x]
        law = following
    at_most = np.where(np.arange(len(law))[:, None] <= counts, law, 0.0).sum(axis=0)
    return at_most, np.where(counts > 0, reached, 1.0)


def _hypergeometric(n: int, d: int, k: Floats, log_factorial: Floats) -> Floats:
    """Chance of 0 to d events of members among d events, k of n at risk being members: events + 1 x comparisons."""
    x, members = np.arange(d + 1)[:, None], k.astype(np.int64)
    possible = (x <= members) & (d - x <= n - members)
    own, others = np.where(possible, members - x, 0), np.where(possible, n - members - d + x, 0)
    logarithm = log_factorial[members] - log_factorial[own] + log_factorial[n - members] - log_factorial[others]
    ways = log_factorial[x] + log_factorial[d - x] + log_factorial[n] - log_factorial[d] - log_factorial[n - d]
    return np.asarray(np.exp(np.where(possible, logarithm - ways, -np.inf)), dtype=np.float64)
