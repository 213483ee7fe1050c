"""Tests of features alone, of which there may be thousands: those with the same patients are done side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from biomarkers.association.multivariable import transformed
from biomarkers.association.values import Alone, Cohort, Measured, Outcome
from biomarkers.io.progress import Progress
from biomarkers.stats import rank_each
from biomarkers.stats.cox_each import cox_each
from biomarkers.stats.logistic import logistic_each

AT_ONCE = 32
"""Features worked out together: their arrays stay within the processor's cache."""


def fitted(cohort: Cohort) -> Cohort:
    """The cohort with the models and rank tests of each continuous or binary feature alone.

    The results are those of one feature at a time (docs/methods.md, 6.3, 6.6 and 6.7); what is left out here is worked
    out there.
    """
    found = dict(cohort.fitted)
    for name, outcome in cohort.outcomes.items():
        if outcome.endpoint.kind not in ("binary", "time_to_event"):
            continue
        waiting: dict[bytes, list[Measured]] = {}
        for measured in cohort.markers.values():
            if measured.marker.feature and measured.marker.kind in ("continuous", "binary"):
                used = cohort.usable(outcome, measured.value)
                if used.any():
                    waiting.setdefault(used.tobytes(), []).append(measured)
        progress = Progress(f"features against {name}", sum(map(len, waiting.values())))
        for features in waiting.values():
            for start in range(0, len(features), AT_ONCE):
                part = features[start : start + AT_ONCE]
                done = _alone(cohort, outcome, part)
                found |= {(name, one.marker.name): own for one, own in zip(part, done, strict=True)}
                progress.add(len(part))
    return replace(cohort, fitted=found)


def _alone(cohort: Cohort, outcome: Outcome, features: Sequence[Measured]) -> list[Alone]:
    """What is known of features that the same patients have."""
    used = cohort.usable(outcome, features[0].value)
    values = np.array([one.value[used] for one in features])
    on_scale = [v if one.levels else transformed(one.marker, v) for one, v in zip(features, values, strict=True)]
    if outcome.time is not None:
        return [*map(Alone, cox_each(np.column_stack(on_scale), *cohort.survival(outcome, used)))]
    event = outcome.event[used]
    fits = logistic_each(np.column_stack(on_scale), event)
    if not 0 < event.sum() < len(event):
        return [*map(Alone, fits)]
    ranked = [not one.levels for one in features]
    tests = iter(rank_each.tests(values[ranked], event == 1) if any(ranked) else ())
    return [Alone(fit, next(tests) if by_rank else None) for fit, by_rank in zip(fits, ranked, strict=True)]
