"""One marker against one endpoint: the rows of every test that their kinds call for, unadjusted."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association import contrasts, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Compared, Group, Row, identifier
from biomarkers.association.specification import Cut, Named, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import proportions, ranks
from biomarkers.stats.intervals import NO_ESTIMATE, UNTESTED, Interval, Tested, joined
from biomarkers.stats.logrank import logrank

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

RESPONSE_COLUMNS = {"responder", "disease_control", "best_response", "confirmed_best_response", "durable_benefit"}
"""Columns known only after follow-up; as markers of survival they carry guarantee-time bias (docs/methods.md, 4)."""

GUARANTEE_TIME = "guarantee-time bias: the marker becomes known only during follow-up, a landmark analysis is needed"


def compare(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> Compared:
    """Every unadjusted test of one marker against one endpoint; one that cannot be done has a row that says why."""
    marker, kind = measured.marker, outcome.endpoint.kind
    rows: list[Row] = []
    groups: list[Group] = []
    splits: list[tuple[Contrast, Cut | None]] = []
    if marker.kind == "continuous":
        splits = [(contrasts.at_cut(measured, cut), cut) for cut in _cuts(plan, outcome, measured)]
        rows += _continuous(cohort, plan, outcome, measured)
        if kind in ("binary", "categorical"):
            groups += grouping.describe_marker(outcome, measured)
    elif marker.kind == "binary":
        splits = [(contrasts.two_levels(measured), None)]
    else:
        rows += _levels(cohort, plan, outcome, measured)
        if kind in ("binary", "time_to_event"):
            members = [(name, measured.value == code) for code, name in enumerate(measured.levels)]
            groups += grouping.describe(outcome, marker.name, members)
    for two, cut in splits:
        rows += _two_groups(cohort, plan, outcome, measured, two, cut)
        if kind in ("binary", "time_to_event"):
            groups += grouping.describe(outcome, marker.name, two.members())
    return Compared([_with_class(row, measured) for row in _warned(rows, plan, outcome, measured)], groups)


def guarantee_time(plan: Plan, outcome: Outcome, marker: str) -> bool:
    """True for a marker that is itself an outcome of follow-up, against a time to event."""
    outcomes = RESPONSE_COLUMNS | {e.column for e in plan.endpoints.values() if e.kind in ("binary", "categorical")}
    return outcome.endpoint.kind == "time_to_event" and marker in outcomes


def _continuous(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    kind = outcome.endpoint.kind
    used = outcome.known & ~np.isnan(measured.value)
    values, event = measured.value[used], outcome.event[used]
    base = _Base(outcome, measured, used)
    if kind == "time_to_event":
        return multivariable.model_rows(cohort, plan, outcome, [measured], method="cox", named=True)
    if kind == "continuous":
        rho, test = ranks.spearman(values, event)
        contrast = Contrast(f"{measured.marker.name} with {outcome.endpoint.column}")
        return [base.row("spearman", contrast, rho, "rho", test)]
    if kind == "categorical":
        parts = [values[event == code] for code in range(len(outcome.levels))]
        test = ranks.kruskal_wallis([part for part in parts if len(part)])
        by_outcome = contrasts.levels(outcome.levels, outcome.event, used)
        return [base.row("kruskal_wallis", by_outcome, tested=test)]
    by_event = contrasts.two_groups(*outcome.labels, outcome.event)
    rows = _mann_whitney(base, plan, values[event == 1], values[event == 0], by_event)
    return rows + multivariable.model_rows(cohort, plan, outcome, [measured], method="logistic", named=True)


def _mann_whitney(base: _Base, plan: Plan, first: Floats, second: Floats, contrast: Contrast) -> list[Row]:
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
    base = _Base(outcome, measured, used)
    if kind == "time_to_event":
        by_level = contrasts.levels(measured.levels, measured.value, used, last_first=True)
        rows = [_logrank(base, cohort, by_level)]
        return rows + multivariable.model_rows(
            cohort, plan, outcome, [measured], method="cox", named=marker.kind == "ordinal"
        )
    by_level = contrasts.levels(measured.levels, measured.value, used)
    if kind == "continuous" and marker.kind == "ordinal":
        rho, test = ranks.spearman(value, event)
        return [base.row("spearman", Contrast(f"{marker.name} with {outcome.endpoint.column}"), rho, "rho", test)]
    if kind == "continuous":
        parts = [event[value == code] for code in np.unique(value)]
        return [base.row("kruskal_wallis", by_level, tested=ranks.kruskal_wallis(parts))]
    if kind == "categorical" and marker.kind == "ordinal":
        parts = [value[event == code] for code in np.unique(event)]
        by_outcome = contrasts.levels(outcome.levels, outcome.event, used)
        return [base.row("kruskal_wallis", by_outcome, tested=ranks.kruskal_wallis(parts))]
    outcomes = len(outcome.levels) or 2
    table = np.zeros((len(measured.levels), outcomes), dtype=np.int64)
    np.add.at(table, (value.astype(int), event.astype(int)), 1)
    if marker.kind == "ordinal":
        trend = Contrast("per level", groups=measured.levels, codes=measured.value)
        rows = [
            base.row("cochran_armitage", trend, tested=proportions.cochran_armitage(table[:, 1], table.sum(axis=1)))
        ]
    else:
        rows = [base.row("fisher", by_level, tested=proportions.fisher_table(table, seed=plan.seed))]
    if kind == "binary":
        rows += multivariable.model_rows(cohort, plan, outcome, [measured], method="logistic")
    return rows


def _two_groups(
    cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured, two: Contrast, cut: Cut | None
) -> list[Row]:
    kind, codes = outcome.endpoint.kind, two.codes
    used = outcome.known & ~np.isnan(codes)
    member, event = codes[used], outcome.event[used]
    base = _Base(outcome, measured, used, cut, two.note)
    if kind == "time_to_event":
        cells = Measured(measured.marker, codes, (two.second, two.first))
        rows = [_logrank(base, cohort, two)]
        return rows + multivariable.model_rows(
            cohort, plan, outcome, [cells], method="cox", named=True, cut=cut, contrast=two
        )
    if kind == "continuous":
        return _mann_whitney(base, plan, event[member == 1], event[member == 0], two)
    if kind == "categorical":
        table = np.zeros((2, len(outcome.levels)), dtype=np.int64)
        np.add.at(table, (member.astype(int), event.astype(int)), 1)
        return [base.row("fisher", two, tested=proportions.fisher_table(table, seed=plan.seed))]
    counts = [int(((member == g) & (event == e)).sum()) for g in (1, 0) for e in (1, 0)]
    odds, test = proportions.fisher(*counts)
    return [base.row("fisher", two, odds, "odds_ratio", test)]


def _logrank(base: _Base, cohort: Cohort, contrast: Contrast) -> Row:
    time, used = base.outcome.time, cohort.in_strata(base.used)
    if time is None:
        raise ValueError("log-rank needs a time")
    codes = contrast.codes[used]
    done = logrank(time[used], base.outcome.event[used], codes, cohort.stratum_of(used))
    kind = "hazard_ratio_mh" if len(np.unique(codes)) <= 2 else ""
    return base._replace(used=used).row("logrank", contrast, done.ratio, kind, done.test)


class _Base(NamedTuple):
    """What the rows of one comparison share."""

    outcome: Outcome
    measured: Measured
    used: Booleans
    cut: Cut | None = None
    note: str = ""

    def row(
        self,
        method: str,
        contrast: Contrast,
        estimate: Interval = NO_ESTIMATE,
        estimate_type: str = "",
        tested: Tested = UNTESTED,
    ) -> Row:
        name = self.measured.marker.name
        return Row(
            identifier(self.outcome, name, contrast.name, method),
            self.outcome,
            name,
            method,
            contrast,
            self.used,
            estimate,
            estimate_type,
            tested,
            named=Named(name, self.outcome.endpoint.name, method, self.cut),
        ).noted(self.note)


def _cuts(plan: Plan, outcome: Outcome, measured: Measured) -> list[Cut]:
    """Cuts of the marker and those that a named test of this endpoint adds."""
    tests = [plan.primary, *plan.secondary]
    name, endpoint = measured.marker.name, outcome.endpoint.name
    added = [test.cut for test in tests if test.cut and (test.marker, test.endpoint) == (name, endpoint)]
    return list(dict.fromkeys([*measured.marker.cutpoints, *added]))


def _warned(rows: list[Row], plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    notes = []
    if guarantee_time(plan, outcome, measured.marker.name):
        notes.append(GUARANTEE_TIME)
    if plan.strata and outcome.endpoint.kind != "time_to_event":
        notes.append("not stratified")
    return [row.noted(*notes) for row in rows]


def _with_class(row: Row, measured: Measured) -> Row:
    if not measured.marker.feature:
        return row
    return replace(row, marker_class="feature", corrected_with="features")
