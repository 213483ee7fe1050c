"""Two markers together: four groups at their first cuts, and the interaction term of a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biomarkers.association import contrasts, interval_markers, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Compared, Group
from biomarkers.association.rows import Row, new_row
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import proportions, regression
from biomarkers.stats.arrays import Floats
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.logrank import logrank


def compare_pair(cohort: Cohort, plan: Plan, outcome: Outcome, first: Measured, second: Measured) -> Compared:
    """Rows for a pair of continuous or binary markers against a binary or time-to-event endpoint."""
    without = interval_markers.left_out(cohort, outcome, [first, second])
    rows = [_interaction(cohort, outcome, first, second).noted(without)]
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
        rows = [*_four_groups(cohort, plan, outcome, name, code, labels), *rows]
        groups = grouping.describe(outcome, name, [(label, code == i) for i, label in enumerate(labels)])
    one, other = first.marker.name, second.marker.name
    return Compared(
        [replace(row, of_marker=one, with_marker=other) for row in rows],
        [group._replace(of_marker=one, with_marker=other) for group in groups],
    )


def _split(measured: Measured) -> Contrast | None:
    """The marker's groups at its first cut; None for a continuous marker without one."""
    if measured.marker.kind == "binary":
        return contrasts.two_levels(measured)
    cuts = measured.marker.cutpoints
    return contrasts.at_cut(measured, cuts[0]) if cuts else None


def _four_groups(cohort: Cohort, plan: Plan, outcome: Outcome, name: str, code: Floats, labels: list[str]) -> list[Row]:
    used = cohort.usable(outcome, code)
    if outcome.time is None:
        counts = proportions.cross_table(code[used], outcome.event[used], (4, 2))
        tests = {"fisher": proportions.fisher_table(counts, seed=plan.seed)}
    else:
        time, event, stratum = cohort.survival(outcome, used)
        done = logrank(time, event, code[used], stratum, seed=plan.seed)
        tests = {"logrank": done.test, "logrank_permutation": done.permuted}
    present = [label for i, label in enumerate(labels) if (code[used] == i).any()]
    contrast = Contrast(" vs ".join(present), name="four_groups", groups=tuple(labels), codes=code)
    return [
        new_row(outcome, name, used, method, contrast, tested=test, corrected_with="pairs")
        for method, test in tests.items()
        if method != "logrank_permutation" or not np.isnan(test.p_value)
    ]


def _interaction(cohort: Cohort, outcome: Outcome, first: Measured, second: Measured) -> Row:
    used = cohort.usable(outcome, first.value, second.value)
    x, y = (multivariable.transformed(m.marker, m.value[used]) for m in (first, second))
    # centring changes neither the interaction nor its p, and keeps the terms apart
    design = np.column_stack([x, y, (x - x.mean()) * (y - y.mean())]) if len(x) else np.zeros((0, 3))
    fit = multivariable.fit(cohort, outcome, used, design)
    term = fit.terms[2]
    doubt = regression.doubt(term, fit)
    names = [multivariable.in_model(m.marker) for m in (first, second)]
    model = f"{fit.method}: {outcome.endpoint.name} ~ {names[0]} * {names[1]}"
    return new_row(
        outcome,
        f"{first.marker.name} x {second.marker.name}",
        used,
        fit.method,
        Contrast("interaction", name="interaction"),
        term.ratio,
        multivariable.ESTIMATE[multivariable.method_of(outcome)],
        Tested(term.statistic, term.p_value, joined(model, doubt), doubt),
        corrected_with="pairs",
    )
