"""The log-rank test of two or more groups, and the one-step hazard ratio beside it.

Times in months (any unit serves), event 1 happened and 0 censored, no value missing, all arrays of one length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.intervals import UNTESTED, Interval, Tested, Z, joined, untested
from biomarkers.stats.risk_tables import RiskTables, exact, moments, risk_tables
from biomarkers.stats.times import tied

SMALLEST_SHARE = 1e-9
"""Eigenvalue of the correlations of excesses below which it is rounding; that of groups compared is far above."""


EXACT_BELOW = 5
"""Expected events of a group below which p is exact; of 3 of 60, chi-squared's is below 0.001 15 times too often
(docs/methods.md, 6.24)."""

EXACT = "p exact given the risk sets, twice the smaller tail"

EXACT_TAIL = 0.05
"""P of chi-squared below which that of one of many markers is exact whatever the groups (docs/methods.md, 6.24)."""

RELATIVE = 1e-9
"""Share by which statistics of the same allocation may differ by rounding."""

AT_ONCE, MOST_DRAWS, ENOUGH = 1_000, 10_000, 200
"""Permutations done together and at most, and those as far out as the data after which p is known well enough
(to 14 %; Besag and Clifford 1991)."""


class LogRank(NamedTuple):
    """Log-rank test; for two groups also exp((O - E) / V) of the first group with its interval.

    permuted: of more than two groups the same test by exchange of patients, where a group is small.
    """

    test: Tested
    ratio: Interval
    permuted: Tested = UNTESTED


def logrank(
    time: Floats, event: Floats, group: Floats, stratum: Floats | None = None, *, many: bool = False, seed: int = 1
) -> LogRank:
    """Log-rank test that the hazards of all groups are equal, stratified when strata are given.

    group: codes 0, 1, ...; with two groups the ratio is of the higher code against the lower: exp((O - E) / V),
    interval exp((O - E) / V -+ 1.96 / sqrt(V)) (called Mantel-Haenszel by Prism; a one-step estimate, biased toward 1).
    Where a group is small p is exact given the risk sets; of more than two groups it stays chi-squared's, and a p by
    permutations drawn with `seed` stands beside it. many: as in `logrank_each`.
    """
    codes = np.unique(group)
    if len(codes) < 2:
        return LogRank(untested("fewer than two groups"), Interval())
    if len(codes) == 2:
        return logrank_each(time, event, (group == codes[1]).astype(float)[:, None], stratum, many=many)[0]
    members = (group[:, None] == codes[None, :]).astype(float)
    tables = risk_tables(time, event, members, stratum)
    compared = moments(tables).variance > 0
    if not compared.any():
        return LogRank(untested(_why_not(event, "two")), Interval())
    absent = int((~compared).sum())
    note = f"{absent} of {len(codes)} groups not compared: not at risk with others at any event" if absent else ""
    inside = np.isin(group, codes[compared])
    own = None if stratum is None else stratum[inside]
    test, permuted = _of_several(members[inside][:, compared], time[inside], event[inside], own, many=many, seed=seed)
    return LogRank(test._replace(note=note), Interval(), permuted._replace(note=joined(permuted.note, note)))


def logrank_each(
    time: Floats, event: Floats, member: Floats, stratum: Floats | None = None, *, many: bool
) -> list[LogRank]:
    """The log-rank test of each column of `member` (patients x comparisons): those with 1 against those with 0.

    P is that of chi-squared; exact, given the risk sets, where a group expects fewer than 5 events and, of one of many
    markers, where chi-squared's is below 0.05, so that every hit is by an exact p (docs/methods.md, 6.24).
    """
    return logrank_of(risk_tables(time, event, member, stratum), event, many=many)


def logrank_of(tables: RiskTables, event: Floats, *, many: bool) -> list[LogRank]:
    """The tests of `logrank_each` from their tables; event: of all patients."""
    observed, expected, variance = moments(tables)
    usable = variance > 0
    v = np.where(usable, variance, 1.0)
    statistic, middle = (observed - expected) ** 2 / v, (observed - expected) / v
    p_values = np.asarray(special.chdtrc(1, statistic))
    small = np.minimum(expected, tables.events.sum() - expected) < EXACT_BELOW
    chosen = usable & (small | (many & (p_values < EXACT_TAIL)))
    members, own = tables.members[:, chosen], tables.member_events[:, chosen]
    p_values[chosen] = exact(tables._replace(members=members, member_events=own))
    limits = np.exp([middle, middle - Z / np.sqrt(v), middle + Z / np.sqrt(v)]).T
    why = _why_not(event, "both")
    return [
        LogRank(Tested(*test, EXACT if by_law else ""), Interval(*ratio))
        if compared
        else LogRank(untested(why), Interval())
        for test, ratio, by_law, compared in zip(
            zip(statistic.tolist(), p_values.tolist(), strict=True), limits.tolist(), chosen, usable, strict=True
        )
    ]


def _why_not(event: Floats, groups: str) -> str:
    return f"no event while {groups} groups were at risk" if event.any() else "no events"


def _of_several(
    members: Floats, time: Floats, event: Floats, stratum: Floats | None, *, many: bool, seed: int
) -> tuple[Tested, Tested]:
    """The test of groups that were all at risk with others at an event, and that by exchange of patients.

    members: patients x groups. The second is done where a group is small (docs/methods.md, 6.24).
    """
    tables = risk_tables(time, event, members, stratum)
    (statistic,), (rank,) = _chi_squared(tables, tables.members[None], tables.member_events.sum(axis=0)[None])
    plain = Tested(float(statistic), float(special.chdtrc(rank, statistic)))
    if moments(tables).expected.min() >= EXACT_BELOW and not (many and plain.p_value < EXACT_TAIL):
        return plain, UNTESTED
    random = np.random.default_rng(seed)
    draws = as_far = 0
    while draws < MOST_DRAWS and as_far < ENOUGH:
        found, _ = _chi_squared(tables, *_exchanged(members, time, event, stratum, random))
        draws, as_far = draws + len(found), as_far + int((found >= statistic * (1 - RELATIVE)).sum())
    where = "" if stratum is None else " in their strata"
    note = f"p by {draws} permutations of the patients{where}, seed {seed}"
    return plain, plain._replace(p_value=(1 + as_far) / (1 + draws), note=note)


def _chi_squared(tables: RiskTables, members: Floats, observed: Floats) -> tuple[Floats, Integers]:
    """Statistic and degrees of freedom of several allocations of patients to groups.

    members: at risk (allocations x times x groups); observed: events (allocations x groups). The covariance has one
    dimension less than groups that can be compared, in strata fewer still where no chain of risk sets connects them;
    its rank is the number of degrees of freedom (docs/methods.md, 6.7).
    """
    n, d = tables.at_risk, tables.events
    share, weight = members / n[:, None], d * (n - d) / np.maximum(n - 1, 1)
    excess = observed - np.einsum("t,atg->ag", d, share)
    variance = np.einsum("t,atg->ag", weight, share * (1 - share))
    scale = np.where(variance > 0, np.sqrt(variance), 1.0)
    covariance = -np.swapaxes(share * weight[:, None], 1, 2) @ share
    groups = np.arange(members.shape[2])
    covariance[:, groups, groups] = variance
    values, vectors = np.linalg.eigh(covariance / (scale[:, :, None] * scale[:, None, :]))
    kept = values > SMALLEST_SHARE
    turned = np.einsum("agv,ag->av", vectors, excess / scale)
    return np.where(kept, turned**2 / np.where(kept, values, 1.0), 0.0).sum(axis=1), kept.sum(axis=1)


def _exchanged(
    members: Floats, time: Floats, event: Floats, stratum: Floats | None, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Members at risk and events of allocations in which patients, in their strata, have changed places at random.

    Times are in the order of `risk_tables`.
    """
    time, codes = tied(time), np.zeros(len(time)) if stratum is None else stratum
    at_risk, observed = [], np.zeros((AT_ONCE, members.shape[1]))
    for code in np.unique(codes[event == 1]):
        inside = np.flatnonzero(codes == code)
        inside = inside[np.argsort(-time[inside], kind="stable")]
        last = np.append(np.flatnonzero(np.diff(time[inside])), len(inside) - 1)
        happened = event[inside] == 1
        told = np.diff(np.cumsum(happened)[last], prepend=0) > 0
        places = random.permuted(np.broadcast_to(inside, (AT_ONCE, len(inside))), axis=1)
        exchanged = members[places]
        at_risk.append(np.cumsum(exchanged, axis=1)[:, last[told]])
        observed += exchanged[:, happened].sum(axis=1)
    return np.concatenate(at_risk, axis=1), observed
