"""For each time of an event and each of many pairs of groups, who was at risk and who had the event.

Times any unit, event 1 or 0, none missing, all arrays of one length; member: patients x comparisons, 1 in the first
group and 0 in the second. From these counts come log-rank tests and their exact p (docs/methods.md, 6.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        steps = _at_random(tables.at_risk, tables.events, members[:, columns])
        p_values[columns] = _twice_the_smaller_tail(steps, observed[columns])
    return p_values


class Beside(NamedTuple):
    """Tests beside covariates: p from the exact law, and the events that it expects of the group that has fewer."""

    p_value: Floats
    expected: Floats


def exact_beside(time: Floats, event: Floats, member: Floats, weight: Floats, stratum: Floats | None = None) -> Beside:
    """As `exact`, where who is at risk has the event not at random but by weight: the hazard ratio of the covariates.

    Of d events at one time each set of d patients is as likely as the product of their weights, which is the exact
    partial likelihood of a Cox model; equal weights give `exact`. member: patients x comparisons.
    """
    time, codes = tied(time), np.zeros(len(time)) if stratum is None else stratum
    steps = []
    for code, at in np.unique(np.array([codes, time])[:, event == 1], axis=1).T:
        inside = (codes == code) & (time >= at)
        number = int(event[inside & (time == at)].sum())
        own = (weight[inside] / weight[inside].mean())[:, None]
        ways = _products(own * member[inside], number) * _products(own * (1 - member[inside]), number)[::-1]
        steps.append(ways / ways.sum(axis=0))
    expected = np.zeros(member.shape[1])
    for step in steps:
        expected += np.arange(len(step)) @ step
    fewer = np.minimum(expected, event.sum() - expected)
    return Beside(_twice_the_smaller_tail(steps, (event @ member).astype(int)), fewer)


def _products(weights: Floats, most: int) -> Floats:
    """Sum over all sets of 0 to `most` patients of the product of their weights (patients x comparisons).

    Each comparison's sums are in proportion only: those of a thousand events among 2,000 patients exceed any float.
    """
    sums = np.zeros((most + 1, weights.shape[1]))
    sums[0] = 1
    if most == 1:
        sums[1] = weights.sum(axis=0)
        return sums
    for own in weights:
        sums[1:] = sums[1:] + own * sums[:-1]
        sums /= sums.max(axis=0)
    return sums


def _alike(counts: Integers) -> Iterator[Integers]:
    """Positions of counts that are about the same, so that one array holds the laws of all of them."""
    order, start = np.argsort(counts, kind="stable"), 0
    while start < len(order):
        stop = int(np.searchsorted(counts[order], counts[order[start]] * ALIKE, side="right"))
        yield order[start : min(stop, start + MOST_AT_ONCE)]
        start = min(stop, start + MOST_AT_ONCE)


def _at_random(at_risk: Floats, events: Floats, members: Floats) -> Iterator[Floats]:
    """Of each time the chance of 0, 1, ... events of members (times x comparisons), all at risk alike."""
    log_factorial = gammaln(np.arange(at_risk.max(initial=0) + 1) + 1)
    for n, d, k in zip(at_risk, events, members, strict=True):
        yield np.array([1 - k / n, k / n]) if d == 1 else _hypergeometric(int(n), int(d), k, log_factorial)


def _twice_the_smaller_tail(steps: Iterable[Floats], counts: Integers) -> Floats:
    """Twice the probability of at most, or of at least, so many events of members, if that is less.

    steps: of each time the chance of 0, 1, ... of them (events + 1 x comparisons).
    """
    law = np.zeros((int(counts.max()) + 1, len(counts)))
    law[0] = 1
    reached, column = np.zeros(len(counts)), np.arange(len(counts))
    for step in steps:
        or_more = np.cumsum(step[::-1], axis=0)[::-1]
        following = law * step[0]
        for x in range(1, min(len(step), len(law))):
            # from fewer events than a comparison's count to that many or more
            reached += np.where(counts >= x, law[np.maximum(counts - x, 0), column], 0.0) * or_more[x]
            following[x:] += law[:-x] * step[x]
        law = following
    at_most = np.where(np.arange(len(law))[:, None] <= counts, law, 0.0).sum(axis=0)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_most, np.where(counts > 0, reached, 1.0))))


def _hypergeometric(n: int, d: int, k: Floats, log_factorial: Floats) -> Floats:
    """Chance of 0 to d events of members among d events, k of n at risk being members: events + 1 x comparisons."""
    x, members = np.arange(d + 1)[:, None], k.astype(np.int64)
    possible = (x <= members) & (d - x <= n - members)
    own, others = np.where(possible, members - x, 0), np.where(possible, n - members - d + x, 0)
    logarithm = log_factorial[members] - log_factorial[own] + log_factorial[n - members] - log_factorial[others]
    ways = log_factorial[x] + log_factorial[d - x] + log_factorial[n] - log_factorial[d] - log_factorial[n - d]
    return np.asarray(np.exp(np.where(possible, logarithm - ways, -np.inf)), dtype=np.float64)
