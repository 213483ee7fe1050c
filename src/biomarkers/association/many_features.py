"""Tests of features alone, of which there may be thousands: those with the same patients are done side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np

from biomarkers.association.multivariable import spreads, transformed
from biomarkers.association.values import Alone, Cohort, Measured, Outcome
from biomarkers.io.progress import Progress
from biomarkers.stats import rank_each
from biomarkers.stats.cox_each import cox_each
from biomarkers.stats.logistic import logistic_each
from biomarkers.stats.proportions import medians

AT_ONCE = 32
"""Features worked out together: their arrays stay within the processor's cache."""

AT_ONCE_IN_TIME = 512
"""The same against a time, of which `cox_each` makes parts that share their risk sets."""


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
        at_once = AT_ONCE if outcome.time is None else AT_ONCE_IN_TIME
        progress = Progress(f"features against {name}", sum(map(len, waiting.values())))
        for features in waiting.values():
            for start in range(0, len(features), at_once):
                part = features[start : start + at_once]
                done = _alone(cohort, outcome, part)
                found |= {(name, one.marker.name): own for one, own in zip(part, done, strict=True)}
                progress.add(len(part))
    return replace(cohort, fitted=found)


def _alone(cohort: Cohort, outcome: Outcome, features: Sequence[Measured]) -> list[Alone]:
    """What is known of features that the same patients have."""
    used = cohort.usable(outcome, features[0].value)
    values = np.array([one.value[used] for one in features])
    on_scale = np.array([v if m.levels else transformed(m.marker, v) for m, v in zip(features, values, strict=True)])
    spread = spreads(on_scale).tolist()
    if outcome.time is not None:
        return [*map(Alone, cox_each(on_scale.T, *cohort.survival(outcome, used)), spread)]
    event = outcome.event[used]
    alone = [*map(Alone, logistic_each(on_scale.T, event), spread)]
    ranked = [i for i, one in enumerate(features) if not one.levels]
    if ranked and 0 < event.sum() < len(event):
        placed = rank_each.placed(values[ranked], event == 1)
        both = (zip(repeat(part.shape[1]), medians(part)) for part in (placed.first, placed.second))
        for i, tests, *of_groups in zip(ranked, rank_each.tests_of(placed), *both, strict=True):
            alone[i] = alone[i]._replace(ranks=tests, medians=tuple(of_groups))
    return alone
