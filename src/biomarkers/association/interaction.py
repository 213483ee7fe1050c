"""Two markers together: four groups at their first cuts, and the interaction term of a model."""

from __future__ import annotations

import numpy as np

from biomarkers.association import groups as grouping
from biomarkers.association import multivariable
from biomarkers.association.results import Compared, Group, Row
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import logrank as survival
from biomarkers.stats import models, proportions
from biomarkers.stats.intervals import Interval, Tested, joined


def compare_pair(cohort: Cohort, plan: Plan, outcome: Outcome, first: Measured, second: Measured) -> Compared:
    """Rows for a pair of continuous or binary markers against a binary or time-to-event endpoint."""
    rows = [_interaction(cohort, plan, outcome, first, second)]
    groups: list[Group] = []
    halves = [_split(first), _split(second)]
    if halves[0] is not None and halves[1] is not None:
        a, b = halves[0], halves[1]
        name = f"{first.marker.name} x {second.marker.name}"
        code = np.where(np.isnan(a.member) | np.isnan(b.member), np.nan, 3 - 2 * a.member - b.member)
        labels = [
            f"{first.marker.name} {one} and {second.marker.name} {two}"
            for one in (a.first, a.second)
            for two in (b.first, b.second)
        ]
        rows.insert(0, _four_groups(cohort, plan, outcome, name, code, labels))
        groups = grouping.describe(outcome, name, [(label, code == i) for i, label in enumerate(labels)])
    return Compared(rows, groups)


def _split(measured: Measured) -> grouping.Split | None:
    """The marker's groups at its first cut; None for a continuous marker without one."""
    if measured.marker.kind == "binary":
        return grouping.two_levels(measured)
    cuts = measured.marker.cutpoints
    return grouping.split(measured, cuts[0]) if cuts else None


def _four_groups(
    cohort: Cohort, plan: Plan, outcome: Outcome, name: str, code: multivariable.Floats, labels: list[str]
) -> Row:
    used = outcome.known & ~np.isnan(code)
    if outcome.time is None:
        table = np.zeros((4, 2), dtype=np.int64)
        np.add.at(table, (code[used].astype(int), outcome.event[used].astype(int)), 1)
        method, test = "fisher", proportions.fisher_table(table, seed=plan.seed)
    else:
        stratum = cohort.stratum
        if stratum is not None:
            used &= ~np.isnan(stratum)
        inside = None if stratum is None else stratum[used]
        method = "logrank"
        test = survival.logrank(outcome.time[used], outcome.event[used], code[used], inside).test
    return _row(outcome, name, method, " vs ".join(labels), used, Interval(), "", test)


def _interaction(cohort: Cohort, plan: Plan, outcome: Outcome, first: Measured, second: Measured) -> Row:
    used = outcome.known & ~np.isnan(first.value) & ~np.isnan(second.value)
    stratum = None if outcome.time is None else cohort.stratum
    if stratum is not None:
        used &= ~np.isnan(stratum)
    x, y = (multivariable.transformed(m.marker, m.value[used]) for m in (first, second))
    # centring changes neither the interaction nor its p, and keeps the terms apart
    design = np.column_stack([x, y, (x - x.mean()) * (y - y.mean())]) if len(x) else np.zeros((0, 3))
    event = outcome.event[used]
    method = "logistic" if outcome.time is None else "cox"
    if not len(event):
        fit = models.Fit([models.Term(Interval())] * 3, method, "not tested: no patients")
    elif outcome.time is None:
        fit = models.logistic(design, event)
    else:
        fit = models.cox(design, outcome.time[used], event, None if stratum is None else stratum[used])
    term = fit.terms[2]
    names = [multivariable.in_model(m.marker) for m in (first, second)]
    model = f"{fit.method}: {outcome.endpoint.name} ~ {names[0]} * {names[1]}"
    test = Tested(term.statistic, term.p_value, joined(model, fit.note))
    name = f"{first.marker.name} x {second.marker.name}"
    return _row(outcome, name, fit.method, "interaction", used, term.ratio, multivariable.ESTIMATE[method], test)


def _row(
    outcome: Outcome,
    name: str,
    method: str,
    contrast: str,
    used: multivariable.Booleans,
    interval: Interval,
    estimate_type: str,
    test: Tested,
) -> Row:
    return Row(
        endpoint=outcome.endpoint.name,
        marker=name,
        method=method,
        contrast=contrast,
        n=int(used.sum()),
        n_events=int(outcome.event[used].sum()),
        n_missing=int((~used).sum()),
        estimate=interval.estimate,
        estimate_type=estimate_type,
        ci_low=interval.low,
        ci_high=interval.high,
        statistic=test.statistic,
        p_value=test.p_value,
        note=test.note,
        marker_class="pairs",
    )
