"""The log-rank test of two or more groups, and the one-step hazard ratio beside it.

Times in months (any unit serves), event 1 happened and 0 censored, no value missing, all arrays of one length.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from biomarkers.stats.intervals import Interval, Tested, Z
from biomarkers.stats.risk_tables import RiskTables, exact, moments, risk_tables
from biomarkers.stats.times import tied

Floats = npt.NDArray[np.float64]


SMALLEST_SHARE = 1e-9
"""Eigenvalue of the correlations of excesses below which it is rounding; that of groups compared is far above."""


EXACT_BELOW = 5
"""Expected events of a group below which p is exact; of 3 of 60, chi-squared's is below 0.001 15 times too often
(docs/methods.md, 6.24)."""

EXACT = "p exact given the risk sets, twice the smaller tail"

EXACT_TAIL = 0.05
"""P of chi-squared below which that of one of many markers is exact whatever the groups (docs/methods.md, 6.24)."""


class LogRank(NamedTuple):
    """Log-rank test; for two groups also exp((O - E) / V) of the first group with its interval."""

    test: Tested
    ratio: Interval


def logrank(
    time: Floats, event: Floats, group: Floats, stratum: Floats | None = None, *, many: bool = False
) -> LogRank:
    """Log-rank test that the hazards of all groups are equal, stratified when strata are given.

    group: codes 0, 1, ...; with two groups the ratio is of the higher code against the lower: exp((O - E) / V),
    interval exp((O - E) / V -+ 1.96 / sqrt(V)) (called Mantel-Haenszel by Prism; a one-step estimate, biased toward 1).
    Of two groups p is exact where one is small. many: as in `logrank_each`.
    """
    codes = np.unique(group)
    if len(codes) < 2:
        return LogRank(Tested(note="not tested: fewer than two groups"), Interval())
    if len(codes) == 2:
        return logrank_each(time, event, (group == codes[1]).astype(float)[:, None], stratum, many=many)[0]
    time, member = tied(time), (group[:, None] == codes[None, :]).astype(float)
    excess, variance = np.zeros(len(codes)), np.zeros(len(codes))
    covariance = np.zeros((len(codes),) * 2)
    for inside in _strata(time, stratum):
        more, share, weight = _excess(time[inside], event[inside], member[inside])
        excess += more
        variance += weight @ (share * (1 - share))
        covariance += np.diag(weight @ share) - (share * weight[:, None]).T @ share
    usable = variance > 0
    if not usable.any():
        return LogRank(Tested(note=_why_not(event, "two")), Interval())
    return LogRank(_of_several(excess[usable], covariance[np.ix_(usable, usable)], len(codes)), Interval())


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
    p_values = np.asarray(stats.chi2.sf(statistic, 1))
    small = np.minimum(expected, tables.events.sum() - expected) < EXACT_BELOW
    chosen = usable & (small | (many & (p_values < EXACT_TAIL)))
    members, own = tables.members[:, chosen], tables.member_events[:, chosen]
    p_values[chosen] = exact(tables._replace(members=members, member_events=own))
    limits = np.exp([middle, middle - Z / np.sqrt(v), middle + Z / np.sqrt(v)]).T
    why = _why_not(event, "both")
    return [
        LogRank(Tested(*test, EXACT if by_law else ""), Interval(*ratio))
        if compared
        else LogRank(Tested(note=why), Interval())
        for test, ratio, by_law, compared in zip(
            zip(statistic.tolist(), p_values.tolist(), strict=True), limits.tolist(), chosen, usable, strict=True
        )
    ]


def _why_not(event: Floats, groups: str) -> str:
    return f"not tested: no event while {groups} groups were at risk" if event.any() else "not tested: no events"


def _of_several(excess: Floats, covariance: Floats, groups: int) -> Tested:
    """The test of those of `groups` that were at risk with others at an event.

    The covariance has one dimension less than groups that can be compared, in strata fewer still where no chain of risk
    sets connects them; its rank is the number of degrees of freedom (docs/methods.md, 6.7).
    """
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = values > SMALLEST_SHARE
    statistic = float(((vectors[:, kept].T @ (excess / scale)) ** 2 / values[kept]).sum())
    absent = groups - len(excess)
    note = f"{absent} of {groups} groups not compared: not at risk with others at any event" if absent else ""
    return Tested(statistic, float(stats.chi2.sf(statistic, int(kept.sum()))), note)


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
