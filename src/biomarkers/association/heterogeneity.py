"""Whether the primary association differs between groups of patients, and tests in strata (docs/methods.md, 6.25).

Per group the primary test and its ratio by a model, beside them the test of interaction. A difference between two
p-values is no interaction; that test is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biomarkers.association import comparisons, contrasts, guarantee_time, meaning, multivariable
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, identifier, new_row
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import nested, stratified
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import joined


def subgroup_rows(cohort: Cohort, plan: Plan) -> list[Row]:
    """For each subgroup column of the plan: the primary test within its levels, and the test of interaction."""
    named = plan.primary
    outcome, measured = cohort.outcomes[named.endpoint], cohort.markers[named.marker]
    rows: list[Row] = []
    if outcome.endpoint.kind not in ("binary", "time_to_event"):
        return rows
    for name in plan.subgroups:
        column = cohort.subgroups[name]
        for code, level in enumerate(column.levels):
            rows += _within(cohort, plan, outcome, measured, name, level, column.value == code)
        split = None if named.cut is None else contrasts.at_cut(measured, named.cut)
        rows.append(_interaction(cohort, outcome, measured, split, column))
        groups = split or (contrasts.two_levels(measured) if measured.marker.kind == "binary" else None)
        if groups is not None and outcome.time is None:
            found = stratified_rows(cohort, outcome, measured.marker.name, groups, name, column.value)
            rows += [replace(row, corrected_with="subgroups stratified") for row in found]
    guarantee = guarantee_time.note(plan, outcome, [named.marker, *plan.subgroups])
    return [row.noted(guarantee) for row in rows]


def _within(
    cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured, name: str, level: str, inside: Booleans
) -> list[Row]:
    """The primary test and the model of the same contrast, of the patients `inside` alone."""
    part = replace(
        outcome,
        event=np.where(inside, outcome.event, np.nan),
        time=None if outcome.time is None else np.where(inside, outcome.time, np.nan),
    )
    model = multivariable.method_of(outcome)
    compared = comparisons.compare(cohort, plan, part, [measured]).rows
    rows = []
    for row in compared:
        is_model = row.method.removeprefix("firth_") == model and row.contrast.cut == plan.primary.cut
        if row.corrected_with not in ("declared", "features") or not (row.named == plan.primary or is_model):
            continue
        if row.estimate_type.endswith("_rescaled"):  # a standard deviation of this group says nothing beside another's
            continue
        text = f"{row.contrast.text} in {name} {level}"
        shown = replace(row.contrast, text=text, groups=(), codes=np.array([]))
        known = replace(outcome, event=outcome.event[inside])
        # counted among the patients of this level, not of the cohort
        rows.append(
            replace(
                row,
                test=f"{row.test}/{identifier_part(name)}/{identifier_part(level)}",
                contrast=shown,
                outcome=known,
                used=row.used[inside],
                corrected_with="subgroups",
                subgroup=f"{name}: {level}",
            )
        )
    return rows


def _interaction(cohort: Cohort, outcome: Outcome, measured: Measured, split: Contrast | None, column: Measured) -> Row:
    """Likelihood-ratio test of marker x subgroup beside marker + subgroup."""
    name = column.marker.name
    shown = measured if split is None else Measured(measured.marker, split.codes, split.groups)
    used = cohort.usable(outcome, shown.value, column.value)
    own = [term.values for term in multivariable.terms(shown, used)]
    groups = [term.values for term in multivariable.terms(column, used)]
    contrast = Contrast(f"interaction with {name}", name="_".join(filter(None, (split.name if split else "", name))))
    row = new_row(outcome, measured.marker.name, used, "likelihood_ratio", contrast, corrected_with="interactions")
    row = replace(row, test=identifier(outcome, measured.marker.name, contrast.name, "interaction"))
    if not own or not groups or len(np.unique(outcome.event[used])) < 2:
        return row.untested("one level only, or all or none had the event")
    fewer = np.column_stack([*own, *groups])
    more = np.column_stack([a * b for a in own for b in groups])
    if outcome.time is None:
        tested = nested.logistic_test(fewer, more, outcome.event[used])
    else:
        tested = nested.cox_test(fewer, more, *cohort.survival(outcome, used))
    right = f"{multivariable.in_model(measured.marker)}{f' {split.first}' if split else ''} * {name}"
    model = f"{multivariable.method_of(outcome)}: {outcome.endpoint.name} ~ {right}"
    return replace(row, tested=tested._replace(note=joined(model, tested.note)))


def stratified_rows(
    cohort: Cohort, outcome: Outcome, marker: str, contrast: Contrast, name: str, stratum: Floats
) -> list[Row]:
    """Two groups against a binary outcome in strata: common odds ratios, and whether the strata agree."""
    used = cohort.usable(outcome, contrast.codes, stratum)
    counts = stratified.tables(contrast.codes[used], outcome.event[used], stratum[used])
    common, exact = stratified.mantel_haenszel(counts), stratified.exact(counts)
    tests = [
        ("mantel_haenszel", common.odds, "odds_ratio_mh", common.test),
        ("mantel_haenszel_exact", exact.odds, "odds_ratio", exact.test),
        ("breslow_day", None, "", stratified.breslow_day(counts)),
        ("woolf", None, "", stratified.woolf(counts)),
    ]
    rows = []
    for method, odds, kind, tested in tests:
        row = new_row(outcome, marker, used, method, contrast, tested=tested, corrected_with="stratified")
        named = replace(row, test=identifier(outcome, marker, contrast.name, name, method)).noted(f"strata: {name}")
        rows.append(named if odds is None else replace(named, estimate=odds, estimate_type=kind))
    return [replace(row, contrast=replace(row.contrast, groups=(), codes=np.array([]))) for row in rows]


def in_strata(cohort: Cohort, plan: Plan) -> list[Row]:
    """The tests in the plan's strata of every declared marker's two groups against every binary endpoint."""
    rows: list[Row] = []
    if cohort.stratum is None:
        return rows
    binary = [outcome for outcome in cohort.outcomes.values() if outcome.endpoint.kind == "binary"]
    for outcome in binary:
        for measured in cohort.markers.values():
            marker = measured.marker
            if meaning.is_own(outcome.endpoint, marker.name) or marker.feature:
                continue
            splits = [contrasts.at_cut(measured, cut) for cut in comparisons.cuts_of(plan, outcome, measured)]
            splits += [contrasts.two_levels(measured)] if marker.kind == "binary" else []
            for split in splits:
                found = stratified_rows(cohort, outcome, marker.name, split, ", ".join(plan.strata), cohort.stratum)
                rows += [row.noted(guarantee_time.note(plan, outcome, [marker.name])) for row in found]
    return rows


def identifier_part(text: str) -> str:
    """A name as part of an identifier."""
    return text.replace("%", "%25").replace("/", "%2F")
