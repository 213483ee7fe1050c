"""The cut of a continuous marker that separates best: a row of the result table, and every cut that was tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association import contrasts, interval_markers
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, new_row
from biomarkers.association.specification import Cut, Plan
from biomarkers.association.values import Measured, Outcome
from biomarkers.io import tables
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.maximally_selected import PERMUTATIONS, best_cutpoint, logrank_scores


class Searched(NamedTuple):
    """The row of a search, and the cuts that it tried as the table of profiles has them."""

    row: Row
    profile: list[dict[str, Any]]


def profile_frame(searches: Iterable[Searched]) -> pd.DataFrame:
    """The table of profiles."""
    return tables.of_rows([cells for one in searches for cells in one.profile], "cutpoint_profiles")


def search(plan: Plan, outcome: Outcome, measured: Measured) -> Searched:
    """The search for the cut of one marker at one endpoint (binary or time to event), `maximally_selected`."""
    used = outcome.known & ~np.isnan(measured.value)
    event = outcome.event[used]
    score = event if outcome.time is None else logrank_scores(outcome.time[used], event)
    found = best_cutpoint(measured.value[used], score, seed=plan.seed)
    name = measured.marker.name
    without = interval_markers.left_out_of(measured, outcome.known)
    row = new_row(outcome, name, used, "maximally_selected", Contrast(""), estimate_type="cutpoint")
    if found is None:
        return Searched(row.untested("no cut inside the middle 80 %, or all or none had the event", without), [])
    note = (
        f"searched over the middle 80 %; p by {PERMUTATIONS} permutations of the maximum, seed {plan.seed}; "
        f"interval of the cut by bootstrap; the search makes the statistic about {found.optimism:.2g} too large"
    )
    contrast = contrasts.at_cut(replace(measured, low=None, high=None), Cut(found.cut.estimate, ">"))
    tested = Tested(found.statistic, found.p_value, joined(note, "not stratified" if plan.strata else "", without))
    about: dict[str, Any] = {"endpoint": outcome.endpoint.name, "marker": name, "test": row.test, "cut_side": ">"}
    about |= {"band": found.band, "by_chance": found.by_chance}
    profile = []
    for tried in found.tried:
        cells = {**about, **tried._asdict(), "cut_at": tried.at, "more_above": int(tried.more_above)}
        profile.append({**cells, "chosen": int(tried.at == found.cut.estimate)})
    return Searched(replace(row, contrast=contrast, estimate=found.cut, tested=tested), profile)
