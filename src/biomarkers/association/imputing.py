"""Complete cases beside multiple imputation of the primary marker and covariates (docs/methods.md, 6.26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from biomarkers.association import contrasts, multivariable
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, new_row
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.errors import count
from biomarkers.stats import cuts, imputation
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import Interval, Z, joined
from biomarkers.stats.kaplan_meier import kaplan_meier

Chosen = tuple[str, list[Row], str]
NAMES = ("complete_case", "multiple_imputation")


def choices(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> Iterator[Chosen]:
    """The model of the primary contrast, adjusted for the covariates, of complete cases and of imputed tables."""
    marker = measured.marker
    if outcome.endpoint.kind not in ("binary", "time_to_event") or marker.kind not in ("continuous", "binary"):
        yield from (
            (name, [], "needs a continuous or binary marker against a binary endpoint or a time") for name in NAMES
        )
        return
    others = [cohort.covariates[name] for name in plan.covariates if name != marker.name]
    everybody = outcome.known if cohort.stratum is None else outcome.known & ~np.isnan(cohort.stratum)
    split = None if plan.primary.cut is None else contrasts.at_cut(measured, plan.primary.cut)
    complete = _row(cohort, plan, outcome, _in_groups(measured, split), others)
    yield "complete_case", [complete], "model of the primary contrast, complete cases"
    gaps = {m.marker.name: int((np.isnan(m.value) & everybody).sum()) for m in (measured, *others)}
    if not any(gaps.values()):
        yield "multiple_imputation", [], "neither the marker nor a covariate is missing in a patient with the outcome"
        return
    if any(np.isnan(m.value[everybody]).all() for m in (measured, *others)):
        yield "multiple_imputation", [], "a column has no value to impute from"
        return
    row, why = _pooled(cohort, plan, outcome, measured, others, split, everybody)
    missing = ", ".join(f"{name} {number}" for name, number in gaps.items() if number)
    yield "multiple_imputation", [] if row is None else [row], joined(why, f"missing: {missing}")


def _row(cohort: Cohort, plan: Plan, outcome: Outcome, shown: Measured, others: list[Measured]) -> Row:
    """The marker's row of the model of the primary contrast."""
    return multivariable.model_rows(cohort, plan, outcome, [shown, *others])[0]


def _in_groups(measured: Measured, split: Contrast | None) -> Measured:
    """The marker as the model has it: at the cut of the cohort, which is no other one in an imputed table."""
    if split is None:
        return measured
    imputed = cuts.sides(measured.value, measured.value, at=split.cut_at, side=split.cut_side)
    return Measured(measured.marker, np.where(np.isnan(split.codes), imputed, split.codes), split.groups)


def _pooled(
    cohort: Cohort,
    plan: Plan,
    outcome: Outcome,
    measured: Measured,
    others: list[Measured],
    split: Contrast | None,
    everybody: Booleans,
) -> tuple[Row | None, str]:
    """The estimate over imputed tables, or None and why not."""
    columns = [_on_scale(one)[everybody] for one in (measured, *others)]
    kinds = [one.marker.kind != "continuous" for one in (measured, *others)]
    columns.append(outcome.event[everybody])
    kinds.append(True)
    if outcome.time is not None:
        columns.append(_cumulative_hazard(outcome.time[everybody], outcome.event[everybody]))
        kinds.append(False)
    seed = plan.seed if plan.imputation_seed is None else plan.imputation_seed
    estimates, errors, rows = [], [], []
    for table in imputation.imputed(np.column_stack(columns), kinds, tables=plan.imputations, seed=seed):
        filled = [
            _with(one, table[:, position], everybody, kinds[position])
            for position, one in enumerate((measured, *others))
        ]
        row = _row(cohort, plan, outcome, _in_groups(filled[0], split), filled[1:])
        low, high = np.log(row.estimate.low), np.log(row.estimate.high)
        if not (np.isfinite(low) and np.isfinite(high)):
            return None, "an imputed table has no finite interval"
        estimates.append(float(np.log(row.estimate.estimate)))
        errors.append(float(high - low) / (2 * Z))
        rows.append(row)
    parameters = sum(len(multivariable.terms(one, everybody)) for one in filled) + (outcome.time is None)
    informative = everybody.sum() if outcome.time is None else np.nansum(outcome.event[everybody])
    # as R's mice: of a Cox model the events, and in no model fewer than 1
    pooled = imputation.rubin(estimates, errors, max(1.0, float(informative - parameters)))
    ratio = Interval(*(float(np.exp(value)) for value in pooled.estimate))
    penalised = sum(row.method.startswith("firth_") for row in rows)
    note = joined(
        pooled.test.note,
        f"seed {seed}",
        f"in {count(penalised, 'table')} by Firth's penalty, errors by the width of its profile interval"
        if penalised
        else "",
    )
    first = rows[0]
    shown = first.contrast if split is None else Contrast(first.contrast.text, first.contrast.first)
    made = new_row(outcome, measured.marker.name, everybody, first.method, shown, ratio, first.estimate_type)
    return replace(made, tested=pooled.test._replace(note=note)), "chained equations, Rubin's rules"


def _on_scale(measured: Measured) -> Floats:
    """A column as it is imputed: burdens on the scale of models."""
    return multivariable.transformed(measured.marker, measured.value)


def _with(measured: Measured, values: Floats, everybody: Booleans, is_group: bool) -> Measured:
    """The marker with its gaps filled; known values as they were, those known as an interval within it."""
    logarithmic = measured.marker.transform == "log2p1" and not is_group
    imputed = np.full(len(everybody), np.nan)
    imputed[everybody] = 2**values - 1 if logarithmic else values
    if measured.low is not None and measured.high is not None:
        imputed = np.fmax(np.fmin(imputed, measured.high), measured.low)
    filled = np.where(everybody & np.isnan(measured.value), imputed, measured.value)
    return replace(measured, value=filled, low=None, high=None)


def _cumulative_hazard(time: Floats, event: Floats) -> Floats:
    """Nelson-Aalen's cumulative hazard at each patient's time, which stands for the time (White and Royston 2009)."""
    curve = kaplan_meier(time, event)
    hazard = np.cumsum(curve.n_events / curve.n_at_risk)
    return np.asarray(hazard[np.searchsorted(curve.time, time, side="right") - 1], dtype=np.float64)
