"""One marker against one endpoint: the rows of every test that their kinds call for, unadjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association import groups as grouping
from biomarkers.association import multivariable
from biomarkers.association.results import Compared, Group, Row
from biomarkers.association.specification import Cut, Named, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import logrank as survival
from biomarkers.stats import proportions, ranks
from biomarkers.stats.intervals import Interval, Tested, joined

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

RESPONSE_COLUMNS = {"responder", "disease_control", "best_response", "confirmed_best_response", "durable_benefit"}
"""Columns known only after follow-up; as markers of survival they carry guarantee-time bias (methods.md, 4)."""

GUARANTEE_TIME = "guarantee-time bias: the marker becomes known only during follow-up, a landmark analysis is needed"


def compare(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> Compared:
    """Every unadjusted test of one marker against one endpoint; one that cannot be done has a row that says why."""
    marker, kind = measured.marker, outcome.endpoint.kind
    rows: list[Row] = []
    groups: list[Group] = []
    splits: list[tuple[grouping.Split, Cut | None]] = []
    if marker.kind == "continuous":
        splits = [(grouping.split(measured, cut), cut) for cut in _cuts(plan, outcome, measured)]
        rows += _continuous(cohort, plan, outcome, measured)
        if kind in ("binary", "categorical"):
            groups += grouping.describe_marker(outcome, measured)
    elif marker.kind == "binary":
        splits = [(grouping.two_levels(measured), None)]
    else:
        rows += _levels(cohort, plan, outcome, measured)
        if kind in ("binary", "time_to_event"):
            members = [(name, measured.value == code) for code, name in enumerate(measured.levels)]
            groups += grouping.describe(outcome, marker.name, members)
    for two, cut in splits:
        rows += _two_groups(cohort, plan, outcome, measured, two, cut)
        if kind in ("binary", "time_to_event"):
            named = [(two.first, two.member == 1), (two.second, two.member == 0)]
            groups += grouping.describe(outcome, marker.name, named)
    return Compared([_with_class(row, measured) for row in _warned(rows, plan, outcome, measured)], groups)


def guarantee_time(plan: Plan, outcome: Outcome, marker: str) -> bool:
    """True for a marker that is itself an outcome of follow-up, against a time to event."""
    outcomes = RESPONSE_COLUMNS | {e.column for e in plan.endpoints.values() if e.kind in ("binary", "categorical")}
    return outcome.endpoint.kind == "time_to_event" and marker in outcomes


def _continuous(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    kind = outcome.endpoint.kind
    used = outcome.known & ~np.isnan(measured.value)
    values, event = measured.value[used], outcome.event[used]
    base = _Base(cohort, outcome, measured, used)
    if kind == "time_to_event":
        return multivariable.model_rows(cohort, plan, outcome, [measured], method="cox", named=True)
    if kind == "continuous":
        rho, test = ranks.spearman(values, event)
        contrast = f"{measured.marker.name} with {outcome.endpoint.column}"
        return [base.row("spearman", contrast, rho, "rho", test)]
    if kind == "categorical":
        parts = [values[event == code] for code in range(len(outcome.levels))]
        test = ranks.kruskal_wallis([part for part in parts if len(part)])
        return [base.row("kruskal_wallis", _present(outcome.levels, event), Interval(), "", test)]
    rows = _mann_whitney(base, plan, values[event == 1], values[event == 0], " vs ".join(outcome.labels))
    return rows + multivariable.model_rows(cohort, plan, outcome, [measured], method="logistic", named=True)


def _mann_whitney(base: _Base, plan: Plan, first: Floats, second: Floats, contrast: str) -> list[Row]:
    if not len(first) or not len(second):
        test = Tested(note="not tested: a group is empty")
        return [base.row("mann_whitney", contrast, Interval(), "hodges_lehmann", test)]
    exact = _exact(plan, base.measured, len(first) + len(second))
    test = ranks.mann_whitney(first, second, exact=exact)
    shift = ranks.hodges_lehmann(first, second, exact=exact)
    area = ranks.auc(first, second)
    narrow = "" if area.low == area.low else "no DeLong interval: complete separation or a group of one"
    return [
        base.row("mann_whitney", contrast, shift, "hodges_lehmann", test),
        base.row("mann_whitney", contrast, area, "auc", test._replace(note=joined(test.note, narrow))),
    ]


def _exact(plan: Plan, measured: Measured, n: int) -> bool:
    if plan.mann_whitney == "auto":
        return n <= ranks.EXACT_UP_TO and not measured.marker.feature
    return plan.mann_whitney == "exact" and n <= ranks.EXACT_AT_MOST


def _levels(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """Categorical and ordinal markers."""
    marker, kind = measured.marker, outcome.endpoint.kind
    used = outcome.known & ~np.isnan(measured.value)
    value, event = measured.value[used], outcome.event[used]
    base = _Base(cohort, outcome, measured, used)
    names = _present(measured.levels, value)
    if kind == "time_to_event":
        present = names.split(" vs ")
        contrast = " vs ".join(reversed(present)) if len(present) == 2 else names
        rows = [_logrank(base, cohort, measured.value, contrast)]
        return rows + multivariable.model_rows(
            cohort, plan, outcome, [measured], method="cox", named=marker.kind == "ordinal"
        )
    if kind == "continuous" and marker.kind == "ordinal":
        rho, test = ranks.spearman(value, event)
        return [base.row("spearman", f"{marker.name} with {outcome.endpoint.column}", rho, "rho", test)]
    if kind == "continuous":
        parts = [event[value == code] for code in np.unique(value)]
        return [base.row("kruskal_wallis", names, Interval(), "", ranks.kruskal_wallis(parts))]
    if kind == "categorical" and marker.kind == "ordinal":
        parts = [value[event == code] for code in np.unique(event)]
        return [
            base.row("kruskal_wallis", _present(outcome.levels, event), Interval(), "", ranks.kruskal_wallis(parts))
        ]
    outcomes = len(outcome.levels) or 2
    table = np.zeros((len(measured.levels), outcomes), dtype=np.int64)
    np.add.at(table, (value.astype(int), event.astype(int)), 1)
    if marker.kind == "ordinal":
        test = proportions.cochran_armitage(table[:, 1], table.sum(axis=1))
        rows = [base.row("cochran_armitage", "per level", Interval(), "", test)]
    else:
        rows = [base.row("fisher", names, Interval(), "", proportions.fisher_table(table, seed=plan.seed))]
    if kind == "binary":
        rows += multivariable.model_rows(cohort, plan, outcome, [measured], method="logistic")
    return rows


def _two_groups(
    cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured, two: grouping.Split, cut: Cut | None
) -> list[Row]:
    kind = outcome.endpoint.kind
    used = outcome.known & ~np.isnan(two.member)
    member, event = two.member[used], outcome.event[used]
    base = _Base(cohort, outcome, measured, used, cut, two.note)
    if kind == "time_to_event":
        cells = Measured(measured.marker, two.member, (two.second, two.first))
        rows = [_logrank(base, cohort, two.member, two.contrast)]
        fitted = multivariable.model_rows(
            cohort, plan, outcome, [cells], method="cox", named=True, cut=cut, contrast=two.contrast, note=two.note
        )
        return rows + fitted
    if kind == "continuous":
        return _mann_whitney(base, plan, event[member == 1], event[member == 0], two.contrast)
    if kind == "categorical":
        table = np.zeros((2, len(outcome.levels)), dtype=np.int64)
        np.add.at(table, (member.astype(int), event.astype(int)), 1)
        test = proportions.fisher_table(table, seed=plan.seed)
        return [base.row("fisher", two.contrast, Interval(), "", test)]
    counts = [int(((member == g) & (event == e)).sum()) for g in (1, 0) for e in (1, 0)]
    odds, test = proportions.fisher(*counts)
    return [base.row("fisher", two.contrast, odds, "odds_ratio", test)]


def _logrank(base: _Base, cohort: Cohort, codes: Floats, contrast: str) -> Row:
    used, stratum = base.used, cohort.stratum
    if stratum is not None:
        used = used & ~np.isnan(stratum)
        base = base._replace(used=used)
    time = base.outcome.time
    if time is None:
        raise ValueError("log-rank needs a time")
    done = survival.logrank(
        time[used], base.outcome.event[used], codes[used], None if stratum is None else stratum[used]
    )
    kind = "hazard_ratio_mh" if len(np.unique(codes[used])) <= 2 else ""
    return base.row("logrank", contrast, done.ratio, kind, done.test)


class _Base(NamedTuple):
    """What the rows of one comparison share."""

    cohort: Cohort
    outcome: Outcome
    measured: Measured
    used: Booleans
    cut: Cut | None = None
    note: str = ""

    def row(self, method: str, contrast: str, interval: Interval, estimate_type: str, test: Tested) -> Row:
        n = int(self.used.sum())
        counted = self.outcome.endpoint.kind in ("binary", "time_to_event")
        name, endpoint = self.measured.marker.name, self.outcome.endpoint.name
        return Row(
            endpoint=endpoint,
            marker=name,
            method=method,
            contrast=contrast,
            n=n,
            n_events=int(self.outcome.event[self.used].sum()) if counted else None,
            n_missing=len(self.used) - n,
            estimate=interval.estimate,
            estimate_type=estimate_type,
            ci_low=interval.low,
            ci_high=interval.high,
            statistic=test.statistic,
            p_value=test.p_value,
            note=joined(test.note, self.note),
            named=Named(name, endpoint, method, self.cut),
        )


def _cuts(plan: Plan, outcome: Outcome, measured: Measured) -> list[Cut]:
    """Cuts of the marker and those that a named test of this endpoint adds."""
    tests = [plan.primary, *plan.secondary]
    name, endpoint = measured.marker.name, outcome.endpoint.name
    added = [test.cut for test in tests if test.cut and (test.marker, test.endpoint) == (name, endpoint)]
    return list(dict.fromkeys([*measured.marker.cutpoints, *added]))


def _present(levels: Sequence[str], codes: Floats) -> str:
    return " vs ".join(level for code, level in enumerate(levels) if (codes == code).any())


def _warned(rows: list[Row], plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    notes = []
    if guarantee_time(plan, outcome, measured.marker.name):
        notes.append(GUARANTEE_TIME)
    if plan.strata and outcome.endpoint.kind != "time_to_event":
        notes.append("not stratified")
    return [replace(row, note=joined(row.note, *notes)) for row in rows]


def _with_class(row: Row, measured: Measured) -> Row:
    return replace(row, marker_class="features") if measured.marker.feature else row
