"""Models of an endpoint on one or several markers and covariates: one row per term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from biomarkers.association.results import Row
from biomarkers.association.specification import Cut, Marker, Named, Plan
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import models
from biomarkers.stats.intervals import joined

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ESTIMATE = {"logistic": "odds_ratio", "cox": "hazard_ratio"}


class Column(NamedTuple):
    """One term of a model: the marker that it belongs to, what one unit means, and its values."""

    marker: str
    contrast: str
    values: Floats


def terms(measured: Measured, used: npt.NDArray[np.bool_]) -> list[Column]:
    """A marker as columns of a model for the patients `used`: numbers, 0 and 1, level codes, or a column per level.

    Levels of a categorical marker that none of these patients has are left out; the first of the rest is the reference.
    """
    marker, values = measured.marker, measured.value[used]
    if measured.levels and marker.kind in ("continuous", "binary"):
        return [Column(marker.name, f"{measured.levels[1]} vs {measured.levels[0]}", values)]
    if marker.kind == "continuous":
        return [Column(marker.name, f"per unit of {scale_name(marker)}", transformed(marker, values))]
    if marker.kind == "ordinal":
        return [Column(marker.name, "per level", values)]
    present = [code for code in range(len(measured.levels)) if (values == code).any()]
    reference = measured.levels[present[0]] if present else ""
    return [
        Column(marker.name, f"{measured.levels[code]} vs {reference}", (values == code).astype(float))
        for code in present[1:]
    ]


def transformed(marker: Marker, values: Floats) -> Floats:
    """Values on the scale that models use."""
    return np.log2(values + 1) if marker.transform == "log2p1" else values


def scale_name(marker: Marker) -> str:
    """What one unit of the marker is in a model."""
    return "log2(x + 1)" if marker.transform == "log2p1" else "x"


def model_rows(
    cohort: Cohort,
    plan: Plan,
    outcome: Outcome,
    measures: Sequence[Measured],
    *,
    method: str,
    named: bool = False,
    cut: Cut | None = None,
    contrast: str = "",
    note: str = "",
) -> list[Row]:
    """One row per term of `endpoint ~ measures`, fitted on the patients who have them all.

    method: logistic or cox. named: whether the plan may name this as a test. cut, contrast: of a marker given as
    groups. The first measure is the marker in question, the others adjust it; then the note holds the model.
    """
    used = outcome.known & ~np.any([np.isnan(m.value) for m in measures], axis=0)
    stratum = cohort.stratum if method == "cox" else None
    if stratum is not None:
        used &= ~np.isnan(stratum)
    per_measure = [terms(measured, used) for measured in measures]
    columns = [column for part in per_measure for column in part]
    event = outcome.event[used]
    if columns and len(event):
        x = np.column_stack([column.values for column in columns])
        if outcome.time is None:
            fit = models.logistic(x, event)
        else:
            fit = models.cox(x, outcome.time[used], event, None if stratum is None else stratum[used])
    else:
        absent = "no patients" if not len(event) else "one level only"
        columns = columns or [Column(measures[0].marker.name, contrast, event)]
        fit = models.Fit([models.Term(models.Interval())] * len(columns), method, f"not tested: {absent}")
    adjusted = len(measures) > 1
    model = ""
    if adjusted:
        right = " + ".join(in_model(m.marker) for m in measures)
        strata = f" (strata {', '.join(plan.strata)})" if stratum is not None else ""
        model = f"{fit.method}: {outcome.endpoint.name} ~ {right}{strata}"
    lead = len(per_measure[0]) or 1
    rows = []
    for position, (column, term) in enumerate(zip(columns, fit.terms, strict=True)):
        rows.append(
            Row(
                endpoint=outcome.endpoint.name,
                marker=column.marker,
                method=fit.method,
                contrast=contrast or column.contrast,
                n=len(event),
                n_events=int(event.sum()),
                n_missing=len(used) - len(event),
                estimate=term.ratio.estimate,
                estimate_type=ESTIMATE[method],
                ci_low=term.ratio.low,
                ci_high=term.ratio.high,
                statistic=term.statistic,
                p_value=term.p_value,
                note=joined(model, fit.note, note),
                marker_class="declared" if not adjusted else "adjusted" if position < lead else "covariates",
                named=Named(column.marker, outcome.endpoint.name, method, cut) if named else None,
            )
        )
    return rows


def adjusted_rows(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The marker adjusted for the plan's covariates; none when there are none or the endpoint has no such model."""
    others = [cohort.covariates[name] for name in plan.covariates if name != measured.marker.name]
    method = {"binary": "logistic", "time_to_event": "cox"}.get(outcome.endpoint.kind)
    if not others or method is None:
        return []
    return model_rows(cohort, plan, outcome, [measured, *others], method=method)


def in_model(marker: Marker) -> str:
    """The marker as the formula of a model shows it."""
    return f"log2({marker.name} + 1)" if marker.transform == "log2p1" else marker.name
