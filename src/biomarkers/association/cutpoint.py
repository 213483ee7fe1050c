"""The cut of a continuous marker that separates best, as a row of the result table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from biomarkers.association import contrasts, interval_markers
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Row, new_row
from biomarkers.association.specification import Cut, Plan
from biomarkers.association.values import Measured, Outcome
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.maximally_selected import PERMUTATIONS, best_cutpoint, logrank_scores


def cutpoint_row(plan: Plan, outcome: Outcome, measured: Measured) -> Row:
    """The row `maximally_selected` of one marker and endpoint (binary or time to event)."""
    used = outcome.known & ~np.isnan(measured.value)
    event = outcome.event[used]
    score = event if outcome.time is None else logrank_scores(outcome.time[used], event)
    found = best_cutpoint(measured.value[used], score, seed=plan.seed)
    name = measured.marker.name
    without = interval_markers.left_out_of(measured, outcome.known)
    row = new_row(outcome, name, used, "maximally_selected", Contrast(""), estimate_type="cutpoint")
    if found is None:
        return row.noted("not tested: no cut inside the middle 80 %, or all or none had the event", without)
    note = (
        f"searched over the middle 80 %; p by {PERMUTATIONS} permutations of the maximum, seed {plan.seed}; "
        f"interval of the cut by bootstrap; the search makes the statistic about {found.optimism:.2g} too large"
    )
    contrast = contrasts.at_cut(replace(measured, low=None, high=None), Cut(found.cut.estimate, ">"))
    tested = Tested(found.statistic, found.p_value, joined(note, "not stratified" if plan.strata else "", without))
    return replace(row, contrast=contrast, estimate=found.cut, tested=tested)
