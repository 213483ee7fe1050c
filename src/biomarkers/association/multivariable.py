"""Models of an endpoint on one or several markers and covariates: one row per term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from biomarkers.association import contrasts, guarantee_time, interval_markers, meaning
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Row, identifier, path_of
from biomarkers.association.specification import Marker, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import regression
from biomarkers.stats.cox import cox, ever_at_risk
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.logistic import logistic

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ESTIMATE = {"logistic": "odds_ratio", "cox": "hazard_ratio"}


class Column(NamedTuple):
    """One term of a model: the marker that it belongs to, what one unit means, and its values.

    level: which of a marker's several columns it is; empty for the only one. per: the contrast of a second unit, and
    how many units that is.
    """

    marker: str
    contrast: Contrast
    values: Floats
    level: str = ""
    per: tuple[Contrast, float] | None = None


def terms(
    measured: Measured, used: Booleans, telling: Booleans | None = None, spread: float | None = None
) -> list[Column]:
    """A marker as columns of a model for the patients `used`: numbers, 0 and 1, level codes, or a column per level.

    Levels of a categorical marker that none of these patients has are left out. The reference is the first level of
    those who tell something (`telling`, of the patients used; all, if None): nothing can be compared with another one.
    spread: standard deviation on the scale of models, where it is known already.
    """
    marker, values, names = measured.marker, measured.value[used], measured.levels
    if names and marker.kind in ("continuous", "binary"):
        return [Column(marker.name, contrasts.two_groups(names[1], names[0], measured.value), values)]
    if marker.kind == "continuous":
        on_scale = transformed(marker, values)
        contrast = _in_words(f"per unit of {scale_name(marker)}")
        return [Column(marker.name, contrast, on_scale, per=_second_unit(marker, on_scale, spread))]
    if marker.kind == "ordinal":
        return [Column(marker.name, Contrast("per level", groups=names, codes=measured.value), values)]
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


_in_words = cache(Contrast)
"""One contrast for all markers of which the same is said."""


def design(columns: Sequence[Column]) -> Floats:
    """The columns side by side: patients x columns."""
    return np.column_stack([column.values for column in columns])


def spreads(on_scale: Floats) -> Floats:
    """Standard deviation of each row of values; 0 of a single one."""
    single = on_scale.shape[1] < 2
    return np.zeros(len(on_scale)) if single else np.asarray(on_scale.std(axis=1, ddof=1))


def _second_unit(marker: Marker, on_scale: Floats, spread: float | None) -> tuple[Contrast, float] | None:
    """What else the ratio is told per, and how many units that is; None for nothing (docs/methods.md, 6.18)."""
    if isinstance(marker.per, str):
        units = float(spreads(on_scale[None])[0]) if spread is None else spread
        text = f"per SD ({units:.4g}) of {scale_name(marker)}"
    else:
        units, text = float(marker.per), f"per {marker.per:g} of {scale_name(marker)}"
    return None if units in (0.0, 1.0) else (Contrast(text), units)


def transformed(marker: Marker, values: Floats) -> Floats:
    """Values on the scale that models use."""
    return np.log2(values + 1) if marker.transform == "log2p1" else values


def scale_name(marker: Marker) -> str:
    """What one unit of the marker is in a model."""
    return "log2(x + 1)" if marker.transform == "log2p1" else "x"


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
    whole = contrast is None or measures[0].marker.kind == "binary"
    ready = cohort.alone(outcome, measures[0]) if len(measures) == 1 and whole else None
    per_measure = [terms(measured, used, telling, ready.spread if ready else None) for measured in measures]
    columns = [column for part in per_measure for column in part]
    method = method_of(outcome)
    if ready is not None:
        fitted = ready.fit
    elif per_measure[0]:
        of_term = [index for index, part in enumerate(per_measure) for _ in part]
        fitted = fit(cohort, outcome, used, design(columns), of_term)
    else:
        absent = "one level only" if used.any() else "no patients"
        columns = [Column(measures[0].marker.name, Contrast(""), outcome.event[used])]
        fitted = regression.no_fit(1, method, f"not tested: {absent}")
    adjusted = len(measures) > 1
    model = ""
    if adjusted:
        right = " + ".join(in_model(m.marker) for m in measures)
        strata = f" (strata {', '.join(plan.strata)})" if plan.strata and method == "cox" else ""
        model = f"{fitted.method}: {outcome.endpoint.name} ~ {right}{strata}"
    gone = _left_out(measures, per_measure, columns, fitted)
    leading = measures[0].marker
    rows = []
    for position, (column, term) in enumerate(zip(columns, fitted.terms, strict=True)):
        of_marker = position < max(len(per_measure[0]), 1)
        shown = contrast or column.contrast
        test = identifier(outcome, leading.name, shown.name, "adjusted" if adjusted else "", method)
        # In an adjusted model a level may be named like a covariate, so that its marker stands before it.
        if column.level or not of_marker:
            test += "/" + path_of(column.marker if adjusted else "", column.level)
        own = term.left_out or (f"left out of the model: {gone}" if gone else "")
        feature, alone = ("feature", "features") if leading.feature else ("declared", "declared")
        row = Row(
            test,
            outcome,
            column.marker,
            fitted.method,
            shown,
            used,
            term.ratio,
            ESTIMATE[method],
            Tested(term.statistic, term.p_value, joined(model, own, term.note, fitted.note, shown.note)),
            marker_class=feature if of_marker else "covariate",
            corrected_with=alone if not adjusted else "adjusted" if of_marker else "covariates",
        )
        rows.append(row)
        if leading.feature and not adjusted and not shown.first and not math.isnan(term.likelihood_ratio):
            rows.append(_by_likelihood(row, term.likelihood_ratio))
        if column.per and of_marker and not math.isnan(term.ratio.estimate):
            other, units = column.per
            kind = f"{ESTIMATE[method]}_rescaled"
            rows.append(row.changed(contrast=other, estimate=term.per(units), estimate_type=kind))
    return rows


def _by_likelihood(row: Row, statistic: float) -> Row:
    """The likelihood-ratio test of a model of one term, beside the row of the model (docs/methods.md, 6.33)."""
    method = "cox_likelihood_ratio"
    test = identifier(row.outcome, row.marker, row.contrast.name, method)
    tested = Tested(statistic, float(special.chdtrc(1, statistic)), row.tested.note)
    return row.changed(test=test, method=method, tested=tested)


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
        return regression.no_fit(x.shape[1], method_of(outcome), "not tested: no patients")
    if outcome.time is None:
        return logistic(x, outcome.event[used])
    return cox(x, *cohort.survival(outcome, used), of_term)


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
