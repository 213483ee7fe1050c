"""Two markers together: four groups at their first cuts, and the interaction term of a model."""

from __future__ import annotations

import numpy as np

from biomarkers.association import contrasts, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Compared, Group, Row, identifier
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import logrank as survival
from biomarkers.stats import proportions, regression
from biomarkers.stats.cox import cox
from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Tested, joined
from biomarkers.stats.logistic import logistic


def compare_pair(cohort: Cohort, plan: Plan, outcome: Outcome, first: Measured, second: Measured) -> Compared:
    """Rows for a pair of continuous or binary markers against a binary or time-to-event endpoint."""
    rows = [_interaction(cohort, outcome, first, second)]
    groups: list[Group] = []
    a, b = _split(first), _split(second)
    if a is not None and b is not None:
        name = f"{first.marker.name} x {second.marker.name}"
        code = 3 - 2 * a.codes - b.codes
        labels = [
            f"{first.marker.name} {one} and {second.marker.name} {two}"
            for one in (a.first, a.second)
            for two in (b.first, b.second)
        ]
        rows.insert(0, _four_groups(cohort, plan, outcome, name, code, labels))
        groups = grouping.describe(outcome, name, [(label, code == i) for i, label in enumerate(labels)])
    return Compared(rows, groups)


def _split(measured: Measured) -> Contrast | None:
    """The marker's groups at its first cut; None for a continuous marker without one."""
    if measured.marker.kind == "binary":
        return contrasts.two_levels(measured)
    cuts = measured.marker.cutpoints
    return contrasts.at_cut(measured, cuts[0]) if cuts else None


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
    contrast = Contrast(" vs ".join(labels), groups=tuple(labels), codes=code)
    return _row(identifier(outcome, name, "four_groups", method), outcome, name, method, contrast, used, test)


def _interaction(cohort: Cohort, outcome: Outcome, first: Measured, second: Measured) -> Row:
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
        fit = regression.no_fit(3, method, "not tested: no patients")
    elif outcome.time is None:
        fit = logistic(design, event)
    else:
        fit = cox(design, outcome.time[used], event, None if stratum is None else stratum[used])
    term = fit.terms[2]
    names = [multivariable.in_model(m.marker) for m in (first, second)]
    model = f"{fit.method}: {outcome.endpoint.name} ~ {names[0]} * {names[1]}"
    test = Tested(term.statistic, term.p_value, joined(model, fit.note))
    name = f"{first.marker.name} x {second.marker.name}"
    identity = identifier(outcome, name, "interaction", method)
    contrast, kind = Contrast("interaction"), multivariable.ESTIMATE[method]
    return _row(identity, outcome, name, fit.method, contrast, used, test, term.ratio, kind)


def _row(
    test: str,
    outcome: Outcome,
    name: str,
    method: str,
    contrast: Contrast,
    used: multivariable.Booleans,
    tested: Tested,
    estimate: Interval = NO_ESTIMATE,
    estimate_type: str = "",
) -> Row:
    return Row(
        test,
        outcome,
        name,
        method,
        contrast,
        used,
        estimate,
        estimate_type,
        tested,
        corrected_with="pairs",
    )
