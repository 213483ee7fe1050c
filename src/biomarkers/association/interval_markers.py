"""Markers that some patients have as an interval only, such as PD-L1 of `<1` and `>=50` (docs/methods.md, 6.3).

Rank tests order the intervals; a model needs a number, and its row says how many patients it goes without.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from biomarkers.association import contrasts
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, new_row
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.errors import count
from biomarkers.stats import interval_ranks, ranks
from biomarkers.stats.arrays import Booleans
from biomarkers.stats.intervals import NAN, Interval, joined, untested
from biomarkers.stats.proportions import median_interval


def left_out(cohort: Cohort, outcome: Outcome, measures: Sequence[Measured]) -> str:
    """How many patients a test of numbers goes without since a marker is known as an interval; empty when none."""
    known = [m.value if m.low is None else m.low for m in measures]
    gone = cohort.usable(outcome, *known) & ~cohort.usable(outcome, *(m.value for m in measures))
    return _said(int(gone.sum()), ", ".join(m.marker.name for m in measures if m.only_interval.any()))


def left_out_of(measured: Measured, candidates: Booleans) -> str:
    """The same of one marker among the candidates for a test."""
    return _said(int((measured.only_interval & candidates).sum()), measured.marker.name)


def _said(number: int, names: str) -> str:
    if not number:
        return ""
    who = f"known as an interval only ({names})"
    return f"{count(number, f'patient {who} is', f'patients {who} are')} not in this test, which needs a number"


def rank_rows(cohort: Cohort, outcome: Outcome, measured: Measured, *, exact: bool) -> list[Row]:
    """The rank test of a continuous marker with intervals against any endpoint without a time."""
    if measured.low is None or measured.high is None:
        raise ValueError(f"{measured.marker.name} has no intervals")
    used = cohort.usable(outcome, measured.low)
    low, high, event = measured.low[used], measured.high[used], outcome.event[used]
    number, over = int(measured.only_interval[used].sum()), interval_ranks.overlapping(low, high)
    who = "known as an interval only"
    order = f"{count(number, f'patient {who} is', f'patients {who} are')} ranked by it"
    if over:
        order += f"; intervals of {over} patients overlap and count as ties where they do (Gehan)"
    comparison = interval_ranks.compared(low, high)
    name = measured.marker.name
    made = partial(new_row, outcome, name, used)
    if outcome.endpoint.kind == "continuous":
        rho, test = ranks.spearman(interval_ranks.scores(comparison), event)
        return [made("spearman", Contrast(f"{name} with {outcome.endpoint.column}"), rho, "rho", test).noted(order)]
    if outcome.endpoint.kind == "categorical":
        score = interval_ranks.scores(comparison)
        contrast = contrasts.levels(outcome.levels, outcome.event, used)
        test = ranks.kruskal_wallis([score[event == code] for code in np.unique(event)])
        return [made("kruskal_wallis", contrast, tested=test).noted(order)]
    contrast = contrasts.two_groups(*outcome.labels, outcome.event)
    first = event == 1
    if first.all() or not first.any():
        return [made("mann_whitney", contrast, estimate_type="auc", tested=untested("a group is empty"))]
    test = interval_ranks.mann_whitney(comparison, first, exact=exact)
    area = interval_ranks.auc(comparison, first)
    narrow = "" if area.low == area.low else ranks.NARROW
    return [
        made("mann_whitney", contrast, area, "auc", test._replace(note=joined(test.note, narrow, order), doubt=order))
    ]


def median(measured: Measured, inside: Booleans) -> Interval:
    """Median of the patients `inside`, with its interval: NaN where it lies within an interval of the marker.

    The limits are those of the lowest and the highest values that the patients may have.
    """
    if measured.low is None:
        return median_interval(measured.value[inside & ~np.isnan(measured.value)])
    low, high = (measured.value if ends is None else ends for ends in (measured.low, measured.high))
    lows, highs = (median_interval(ends[inside & ~np.isnan(ends)]) for ends in (low, high))
    estimate = lows.estimate if lows.estimate == highs.estimate else NAN
    return Interval(estimate, lows.low, highs.high)
