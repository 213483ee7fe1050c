"""Models of an endpoint on one or several markers and covariates: one row per term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from scipy import special

from biomarkers.association import contrasts, guarantee_time, interval_markers, meaning
from biomarkers.association.contrasts import Contrast, Unit
from biomarkers.association.rows import Cells, Row, identifier, path_of, row_of
from biomarkers.association.specification import Marker, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import regression
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.cox import cox, ever_at_risk
from biomarkers.stats.cox_each import cox_each
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.logistic import logistic, logistic_each

ESTIMATE = {"logistic": "odds_ratio", "cox": "hazard_ratio"}


class Column(NamedTuple):
    """One term of a model: the marker that it belongs to, what one unit means, and its values.

    level: which of a marker's several columns it is; empty for the only one. second_unit: what else its ratio is told
    per.
    """

    marker: str
    contrast: Contrast
    values: Floats
    level: str = ""
    second_unit: Unit | None = None


def terms(measured: Measured, used: Booleans, telling: Booleans | None = None) -> list[Column]:
    """A marker as columns of a model for the patients `used`: numbers, 0 and 1, level codes, or a column per level.

    Levels of a categorical marker that none of these patients has are left out. The reference is the first level of
    those who tell something (`telling`, of the patients used; all, if None): nothing can be compared with another one.
    """
    marker, values, names = measured.marker, measured.value[used], measured.levels
    if names and marker.kind in ("continuous", "binary"):
        return [Column(marker.name, contrasts.two_groups(names[1], names[0], measured.value), values)]
    if marker.kind == "continuous":
        on_scale = transformed(marker, values)
        unit = _per_unit(contrasts.unit_of(marker))
        return [Column(marker.name, unit, on_scale, second_unit=_second_unit(marker, on_scale))]
    if marker.kind == "ordinal":
        return [Column(marker.name, contrasts.per(contrasts.PER_LEVEL, names, measured.value), values)]
    present = [code for code in range(len(names)) if (values == code).any()] or [0]
    compared = values if telling is None else values[telling]
    first = next((code for code in present if (compared == code).any()), present[0])
    others = [code for code in present if code != first]
    done = []
    for code in others:
        text = f"{names[code]} vs {names[first]}"
        contrast = Contrast(text, names[code], names[first], groups=names, codes=measured.value)
        level = names[code] if len(others) > 1 else ""
        done.append(Column(marker.name, contrast, (values == code).astype(float), level))
    return done


_per_unit = cache(contrasts.per)
"""One contrast for all markers of which the same is said."""


def design(columns: Sequence[Column]) -> Floats:
    """The columns side by side: patients x columns."""
    return np.column_stack([column.values for column in columns])


def _second_unit(marker: Marker, on_scale: Floats) -> Unit | None:
    """What else the ratio is told per; None for nothing (docs/methods.md, 6.18)."""
    if isinstance(marker.per, str):
        centred = on_scale - on_scale.sum() / max(len(on_scale), 1)
        deviation = math.sqrt(centred @ centred / max(len(on_scale) - 1, 1))
        unit = contrasts.unit_of(marker, deviation, "sd")
    else:
        unit = contrasts.unit_of(marker, float(marker.per))
    return None if unit.per in (0.0, 1.0) else unit


def transformed(marker: Marker, values: Floats) -> Floats:
    """Values on the scale that models use."""
    return np.log2(values + 1) if marker.transform == "log2p1" else values


def model_rows(
    cohort: Cohort, plan: Plan, outcome: Outcome, measures: Sequence[Measured], contrast: Contrast | None = None
) -> list[Row]:
    """One row per term of `endpoint ~ measures`, fitted on the patients who have them all.

    contrast: of a marker given as groups. The first measure is the marker in question, the others adjust it; then the
    note holds the model.
    """
    used = cohort.usable(outcome, *(m.value for m in measures))
    grouped = any(m.levels and m.marker.kind not in ("continuous", "binary") for m in measures)
    telling = ever_at_risk(*cohort.survival(outcome, used)) if grouped and outcome.time is not None else None
    per_measure = [terms(measured, used, telling) for measured in measures]
    columns = [column for part in per_measure for column in part]
    if per_measure[0]:
        of_term = [index for index, part in enumerate(per_measure) for _ in part]
        fitted = fit(cohort, outcome, used, design(columns), of_term)
    else:
        absent = "one level only" if used.any() else "no patients"
        columns = [Column(measures[0].marker.name, Contrast(""), outcome.event[used])]
        fitted = regression.no_fit(1, method_of(outcome), absent)
    model = ""
    if len(measures) > 1:
        right = " + ".join(in_model(m.marker) for m in measures)
        strata = f" (strata {', '.join(plan.strata)})" if plan.strata and outcome.time is not None else ""
        model = f"{fitted.method}: {outcome.endpoint.name} ~ {right}{strata}"
    gone = _left_out(measures, per_measure, columns, fitted)
    leading, rows = measures[0].marker, []
    for position, (column, term) in enumerate(zip(columns, fitted.terms, strict=True)):
        of_marker = position < max(len(per_measure[0]), 1)
        own = term.left_out or (f"left out of the model: {gone}" if gone else "")
        said = joined(model, own, term.note, fitted.note)
        given = [(column, term, fitted.method, Tested(note=said, doubt=regression.doubt(term, fitted)))]
        beside = [m.marker.name for m in measures if m.marker.name != column.marker]
        rows += _term_rows(outcome, used, leading, given, contrast, beside=beside, of_marker=of_marker)
    return rows


def rows_alone(
    cohort: Cohort, plan: Plan, outcome: Outcome, measures: Sequence[Measured], contrast: Contrast | None = None
) -> list[Row]:
    """The rows of `model_rows` of each marker alone; several are numbers, or the same two groups, of the same patients.

    contrast: of markers given as groups.
    """
    if len(measures) == 1:
        return model_rows(cohort, plan, outcome, measures, contrast)
    used = cohort.usable(outcome, measures[0].value)
    columns = [column for measured in measures for column in terms(measured, used)]
    x = np.array([column.values for column in columns]).T
    each = (
        logistic_each(x, outcome.event[used]) if outcome.time is None else cox_each(x, *cohort.survival(outcome, used))
    )
    given = [
        (column, fitted.terms[0], fitted.method, Tested(note=said, doubt=said))
        for column, fitted in zip(columns, each, strict=True)
        for said in [regression.doubt(fitted.terms[0], fitted)]
    ]
    return _term_rows(outcome, used, measures[0].marker, given, contrast)


def _term_rows(
    outcome: Outcome,
    used: Booleans,
    leading: Marker,
    given: Sequence[tuple[Column, regression.Term, str, Tested]],
    contrast: Contrast | None,
    *,
    beside: Sequence[str] = (),
    of_marker: bool = True,
) -> list[Row]:
    """The rows of one term of a model, or of the same term of several markers.

    leading: the marker that is in question. given: the term, its method and what must be said. beside: what else
    the model has.
    """
    first, method, adjusted = given[0][0], method_of(outcome), bool(beside)
    shown = contrast or first.contrast
    alone = "features" if leading.feature else "declared"
    made = partial(
        row_of,
        outcome=outcome,
        contrast=shown,
        used=used,
        marker_class=leading.marker_class if of_marker else "covariate",
        corrected_with=alone if not adjusted else "adjusted" if of_marker else "covariates",
        adjusted_for=", ".join(beside),
        of_marker="" if of_marker else leading.name,
    )
    rows_of, by_likelihood, rescaled = [], [], []
    for column, term, fitted_by, said in given:
        marker = leading.name if adjusted else column.marker
        test = identifier(outcome, marker, shown.name, "adjusted" if adjusted else "", method)
        # In an adjusted model a level may be named like a covariate, so that its marker stands before it.
        if column.level or not of_marker:
            test += "/" + path_of(column.marker if adjusted else "", column.level)
        tested = Tested(term.statistic, term.p_value, joined(said.note, shown.note), said.doubt)
        rows_of.append(Cells(column.marker, test, fitted_by, term.ratio, tested))
        if leading.feature and not adjusted and not shown.first and not math.isnan(term.likelihood_ratio):
            by_likelihood.append(_by_likelihood(outcome, rows_of[-1], term.likelihood_ratio))
        unit = column.second_unit
        if unit is not None and of_marker and not math.isnan(term.ratio.estimate):
            rescaled.append(rows_of[-1]._replace(unit=unit, estimate=term.per(unit.per)))
    kind = ESTIMATE[method]
    parts = [(rows_of, kind), (by_likelihood, kind), (rescaled, f"{kind}_rescaled")]
    return [made(cells, estimate_type=kind) for cells, kind in parts if cells]


def _by_likelihood(outcome: Outcome, wald: Cells, statistic: float) -> Cells:
    """The likelihood-ratio test of a model of one term, beside the row of the model (docs/methods.md, 6.33)."""
    method = "cox_likelihood_ratio"
    tested = Tested(statistic, float(special.chdtrc(1, statistic)), *wald.tested[2:])
    return wald._replace(test=identifier(outcome, wald.marker, method), method=method, tested=tested)


def _left_out(
    measures: Sequence[Measured], per_measure: list[list[Column]], columns: list[Column], fitted: regression.Fit
) -> str:
    """Names of the terms that the model was asked for and cannot have."""
    single = [m.marker.name for m, part in zip(measures[1:], per_measure[1:], strict=True) if not part]
    pairs = zip(columns, fitted.terms, strict=True)
    gone = [f"{c.marker} ({c.contrast.text})" for c, term in pairs if term.left_out]
    return ", ".join([*(f"{name} (one level only)" for name in single), *gone])


def method_of(outcome: Outcome) -> str:
    """The model that the endpoint calls for, as its test is identified."""
    return "logistic" if outcome.time is None else "cox"


def fit(
    cohort: Cohort, outcome: Outcome, used: Booleans, x: Floats, of_term: Sequence[int] | None = None
) -> regression.Fit:
    """Logistic or, in their strata, Cox regression of the patients `used` on x: patients x columns.

    of_term: of which term each column is; levels of one marker are one term.
    """
    if not used.any():
        return regression.no_fit(x.shape[1], method_of(outcome), "no patients")
    if outcome.time is None:
        return logistic(x, outcome.event[used], with_limits=not cohort.is_exchanged)
    return cox(x, *cohort.survival(outcome, used), of_term, with_limits=not cohort.is_exchanged)


def adjusted_rows(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The marker adjusted for the plan's covariates; none when there are none or the endpoint has no such model."""
    others = [cohort.covariates[name] for name in plan.covariates if name != measured.marker.name]
    if meaning.is_own(outcome.endpoint, measured.marker.name):
        return []
    if not others or outcome.endpoint.kind not in ("binary", "time_to_event"):
        return []
    without = interval_markers.left_out(cohort, outcome, [measured, *others])
    guarantee = guarantee_time.note(plan, outcome, [measured.marker.name, *plan.covariates])
    return [row.noted(without, guarantee) for row in model_rows(cohort, plan, outcome, [measured, *others])]


def in_model(marker: Marker) -> str:
    """The marker as the formula of a model shows it."""
    return f"log2({marker.name} + 1)" if marker.transform == "log2p1" else marker.name
