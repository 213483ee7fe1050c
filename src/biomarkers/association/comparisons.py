"""One marker against one endpoint: the rows of every test that their kinds call for, unadjusted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from biomarkers.association import contrasts, guarantee_time, interval_markers, meaning, milestones, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Compared, Group, Row, new_row
from biomarkers.association.specification import METHODS, Cut, Marker, Plan, comparison_class
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import proportions, ranks
from biomarkers.stats.intervals import Tested, joined
from biomarkers.stats.logrank import logrank
from biomarkers.stats.rank_each import RankTests

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def compare(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> Compared:
    """Every unadjusted test of one marker against one endpoint; one that cannot be done has a row that says why."""
    marker, kind = measured.marker, outcome.endpoint.kind
    if meaning.is_own(outcome.endpoint, marker.name):
        method = METHODS[comparison_class(marker.kind, False), kind][0]
        made = new_row(outcome, marker.name, np.zeros(len(cohort.patients), dtype=bool), method, Contrast(""))
        return Compared([made.noted(f"not tested: {marker.name} is the endpoint itself")], [])
    rows: list[Row] = []
    groups: list[Group] = []
    splits: list[Contrast] = []
    if marker.kind == "continuous":
        splits = [contrasts.at_cut(measured, cut) for cut in cuts_of(plan, outcome, measured)]
        if kind in ("binary", "categorical"):
            alone = cohort.alone(outcome, measured)
            if alone and alone.medians:
                groups += grouping.median_rows(outcome, marker.name, alone.medians)
            else:
                groups += grouping.describe_marker(outcome, measured)
    elif marker.kind == "binary":
        splits = [contrasts.two_levels(measured)]
    elif kind in ("binary", "time_to_event"):
        members = [(name, measured.value == code) for code, name in enumerate(measured.levels)]
        groups += grouping.describe(outcome, marker.name, members)
    if marker.kind != "binary":
        rows += _unsplit(cohort, plan, outcome, measured)
    for split in splits:
        rows += _tests(cohort, plan, outcome, Measured(marker, split.codes, split.groups), split)
        rows += milestones.rows(outcome, marker.name, split)
        if kind in ("binary", "time_to_event"):
            groups += grouping.describe(outcome, marker.name, split.members())
    guarantee = guarantee_time.note(plan, outcome, [marker.name])
    unstratified = "not stratified" if plan.strata and kind != "time_to_event" else ""
    rows = [row.noted(guarantee, unstratified) for row in rows]
    if marker.feature:
        own = {"marker_class": "feature", "corrected_with": "features"}
        rows = [row if row.corrected_with == "features" else row.changed(**own) for row in rows]
    return Compared(rows, groups)


def primary_tests(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The tests of the contrast that the plan's primary test names, and of no other; one of them is that test."""
    marker, split = measured.marker, None
    if plan.primary.cut is not None:
        split = contrasts.at_cut(measured, plan.primary.cut)
    elif marker.kind == "binary":
        split = contrasts.two_levels(measured)
    if split is None:
        rows = _unsplit(cohort, plan, outcome, measured)
    else:
        rows = _tests(cohort, plan, outcome, Measured(marker, split.codes, split.groups), split)
    return rows


def _mann_whitney(
    made: Callable[..., Row], plan: Plan, marker: Marker, first: Floats, second: Floats, contrast: Contrast
) -> list[Row]:
    """Shift and AUC of one test."""
    if not len(first) or not len(second):
        test = Tested(note="not tested: a group is empty")
        return [made("mann_whitney", contrast, estimate_type="hodges_lehmann", tested=test)]
    exact = _exactly(plan, marker, len(first) + len(second))
    return _of_ranks(made, contrast, ranks.tests(first, second, exact=exact))


def _of_ranks(made: Callable[..., Row], contrast: Contrast, found: RankTests) -> list[Row]:
    """The rows of a rank test's shift and AUC."""
    test, shift, area = found
    narrow = "" if area.low == area.low else "no DeLong interval: complete separation or a group of one"
    return [
        made("mann_whitney", contrast, shift, "hodges_lehmann", test),
        made("mann_whitney", contrast, area, "auc", test._replace(note=joined(test.note, narrow))),
    ]


def _exactly(plan: Plan, marker: Marker, n: int) -> bool:
    """Whether the rank test of n patients works out the exact distribution."""
    if plan.mann_whitney == "auto":
        return n <= ranks.EXACT_UP_TO and not marker.feature
    return plan.mann_whitney == "exact" and n <= ranks.EXACT_AT_MOST


def _unsplit(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The tests of a marker as it is; of one known as an interval, ranks first, and models of the numbers."""
    if measured.low is None or not (measured.only_interval & outcome.known).any():
        return _tests(cohort, plan, outcome, measured)
    without = interval_markers.left_out(cohort, outcome, [measured])
    if outcome.time is not None:
        return [row.noted(without) for row in _tests(cohort, plan, outcome, measured)]
    exact = _exactly(plan, measured.marker, int(cohort.usable(outcome, measured.low).sum()))
    rows = interval_markers.rank_rows(cohort, outcome, measured, exact=exact)
    if outcome.endpoint.kind == "binary":
        rows += [row.noted(without) for row in multivariable.model_rows(cohort, plan, outcome, [measured])]
    return rows


def _tests(
    cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured, split: Contrast | None = None
) -> list[Row]:
    """The tests of a marker as numbers or levels or, with `split`, as the two groups 1 and 0 of that contrast."""
    marker, kind = measured.marker, outcome.endpoint.kind
    as_class = comparison_class(marker.kind, split is not None)
    timed = kind == "time_to_event"
    if timed and as_class == "continuous":
        return multivariable.model_rows(cohort, plan, outcome, [measured], split)
    used = cohort.usable(outcome, measured.value)
    value, event = measured.value[used], outcome.event[used]
    contrast = split or contrasts.levels(
        measured.levels, measured.value, used, last_first=kind in ("binary", "time_to_event")
    )
    made = partial(new_row, outcome, marker.name, used)
    if marker.feature:
        made = partial(made, marker_class="feature", corrected_with="features")
    if timed:
        models = multivariable.model_rows(cohort, plan, outcome, [measured], split)
        return [*_logrank(made, cohort, plan, outcome, used, contrast, many=marker.feature), *models]
    method = METHODS[as_class, kind][0]
    if method == "spearman":
        rho, test = ranks.spearman(value, event)
        return [made(method, Contrast(f"{marker.name} with {outcome.endpoint.column}"), rho, "rho", test)]
    if method == "mann_whitney" and split:
        return _mann_whitney(made, plan, marker, event[value == 1], event[value == 0], split)
    if method == "kruskal_wallis":
        if kind == "categorical":
            value, event = event, value
            contrast = contrasts.levels(outcome.levels, outcome.event, used)
        parts = [event[value == code] for code in np.unique(value)]
        return [made(method, contrast, tested=ranks.kruskal_wallis(parts))]
    if split and kind == "binary":
        odds, test = proportions.fisher_of(value, event)
        return [made(method, split, odds, "odds_ratio", test)]
    if method == "mann_whitney":
        by_event = contrasts.two_groups(*outcome.labels, outcome.event)
        alone = cohort.alone(outcome, measured)
        if alone and alone.ranks and not _exactly(plan, marker, len(value)):
            rows = _of_ranks(made, by_event, alone.ranks)
        else:
            rows = _mann_whitney(made, plan, marker, value[event == 1], value[event == 0], by_event)
    else:
        counts = proportions.cross_table(value, event, (len(measured.levels), len(outcome.levels) or 2))
        if method == "cochran_armitage":
            contrast = Contrast("per level", groups=measured.levels, codes=measured.value)
            test = proportions.cochran_armitage(counts[:, 1], counts.sum(axis=1))
        elif kind == "binary" and contrast.first:
            odds, test = proportions.fisher_of((value == measured.levels.index(contrast.first)).astype(float), event)
            return [
                made(method, contrast, odds, "odds_ratio", test),
                *multivariable.model_rows(cohort, plan, outcome, [measured]),
            ]
        else:
            test = proportions.fisher_table(counts, seed=plan.seed)
        rows = [made(method, contrast, tested=test)]
    return rows if kind == "categorical" else rows + multivariable.model_rows(cohort, plan, outcome, [measured])


def _logrank(
    made: Callable[..., Row],
    cohort: Cohort,
    plan: Plan,
    outcome: Outcome,
    used: Booleans,
    contrast: Contrast,
    *,
    many: bool,
) -> list[Row]:
    """The log-rank test and, of several groups of which one is small, the same by permutation."""
    time, event, stratum = cohort.survival(outcome, used)
    done = logrank(time, event, contrast.codes[used], stratum, many=many, seed=plan.seed)
    kind = "hazard_ratio_mh" if len(np.unique(contrast.codes[used])) <= 2 else ""
    rows = [made("logrank", contrast, done.ratio, kind, done.test)]
    if not np.isnan(done.permuted.p_value):
        rows.append(made("logrank_permutation", contrast, tested=done.permuted))
    return rows


def cuts_of(plan: Plan, outcome: Outcome, measured: Measured) -> list[Cut]:
    """Cuts of the marker and those that a named test of this endpoint adds."""
    tests = [plan.primary, *plan.secondary]
    name, endpoint = measured.marker.name, outcome.endpoint.name
    added = [test.cut for test in tests if test.cut and (test.marker, test.endpoint) == (name, endpoint)]
    return list(dict.fromkeys([*measured.marker.cutpoints, *added]))
