"""Models of features alone, of which there may be thousands: those with the same patients are fitted side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biomarkers.association.multivariable import transformed
from biomarkers.association.values import Cohort, Floats, Outcome
from biomarkers.stats.cox_each import cox_each
from biomarkers.stats.regression import Fit

AT_ONCE = 500
"""Features fitted together, so that memory does not grow with their number."""


def fitted(cohort: Cohort) -> Cohort:
    """The cohort with the Cox model of each continuous or binary feature alone against each time to an event.

    The results are those of one model at a time (docs/methods.md, 6.7); what is left out here is fitted there.
    """
    models = dict(cohort.fitted)
    for name, outcome in cohort.outcomes.items():
        if outcome.time is None:
            continue
        waiting: dict[bytes, list[str]] = {}
        for feature, measured in cohort.markers.items():
            used = cohort.usable(outcome, measured.value)
            if used.any() and measured.marker.feature and measured.marker.kind in ("continuous", "binary"):
                waiting.setdefault(used.tobytes(), []).append(feature)
        for features in waiting.values():
            for start in range(0, len(features), AT_ONCE):
                part = features[start : start + AT_ONCE]
                models |= {(name, one): fit for one, fit in zip(part, _fits(cohort, outcome, part), strict=True)}
    return replace(cohort, fitted=models)


def _fits(cohort: Cohort, outcome: Outcome, features: list[str]) -> list[Fit]:
    measures = [cohort.markers[one] for one in features]
    used = cohort.usable(outcome, measures[0].value)
    columns: list[Floats] = [m.value[used] if m.levels else transformed(m.marker, m.value[used]) for m in measures]
    return cox_each(np.column_stack(columns), *cohort.survival(outcome, used))
