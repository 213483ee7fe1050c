"""Markers against one endpoint: the rows of every test that their kinds call for, unadjusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from biomarkers.association import contrasts, guarantee_time, interval_markers, meaning, milestones, multivariable
from biomarkers.association import groups as grouping
from biomarkers.association.contrasts import Contrast
from biomarkers.association.results import Compared, Group
from biomarkers.association.rows import Row, new_row, new_rows
from biomarkers.association.specification import METHODS, Cut, Marker, Plan, comparison_class
from biomarkers.association.values import Cohort, Measured, Outcome
from biomarkers.stats import proportions, ranks
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import joined, untested
from biomarkers.stats.logrank import logrank

FEATURES: dict[str, Any] = {"marker_class": "feature", "corrected_with": "features"}
"""Classes of the rows of features."""

AT_ONCE = 64
"""Features worked out together: their arrays stay within the processor's cache."""

AT_ONCE_IN_TIME = 512
"""The same against a time, of which `cox_each` makes parts that share their risk sets."""


def batches(cohort: Cohort, plan: Plan, outcome: Outcome) -> Iterator[list[Measured]]:
    """The markers: features that are alike and known of the same patients together, which is quicker; others alone."""
    endpoint, features = outcome.endpoint, [name for name, one in cohort.markers.items() if one.marker.feature]
    alone = {test.marker for test in (plan.primary, *plan.secondary)}
    alone.update(guarantee_time.known_later(plan, outcome, features))
    found: dict[object, list[Measured]] = {}
    for name, measured in cohort.markers.items():
        marker, used = measured.marker, cohort.usable(outcome, measured.value)
        alike = marker.feature and marker.kind in ("continuous", "binary") and measured.low is None and used.any()
        if alike and name not in alone and not meaning.is_own(endpoint, name):
            scale = marker.kind, marker.transform, marker.per, marker.cutpoints
            found.setdefault((scale, measured.levels, used.tobytes()), []).append(measured)
        else:
            found[name] = [measured]
    at_once = AT_ONCE if outcome.time is None else AT_ONCE_IN_TIME
    for measures in found.values():
        yield from (measures[start : start + at_once] for start in range(0, len(measures), at_once))


def compare(cohort: Cohort, plan: Plan, outcome: Outcome, measures: Sequence[Measured]) -> Compared:
    """Every unadjusted test of a marker against one endpoint; one that cannot be done has a row that says why.

    measures: the marker, or several that are alike (`batches`), whose rows are those of one at a time
    (docs/methods.md, 6.3, 6.6 and 6.7).
    """
    marker, kind = measures[0].marker, outcome.endpoint.kind
    if meaning.is_own(outcome.endpoint, marker.name):
        method = METHODS[comparison_class(marker.kind, False), kind][0]
        made = new_row(outcome, marker.name, np.zeros(len(cohort.patients), dtype=bool), method, Contrast(""))
        return Compared([made.untested(f"{marker.name} is the endpoint itself")], [])
    rows: list[Row] = []
    groups: list[Group] = []
    splits: list[list[Contrast]] = []
    if marker.kind == "continuous":
        cuts = cuts_of(plan, outcome, measures[0])
        splits = [[contrasts.at_cut(measured, cut) for measured in measures] for cut in cuts]
        if kind in ("binary", "categorical"):
            groups += grouping.describe_markers(outcome, measures)
    elif marker.kind == "binary":
        splits = [[*map(contrasts.two_levels, measures)]]
    elif kind in ("binary", "time_to_event"):
        [measured] = measures
        members = [(name, measured.value == code) for code, name in enumerate(measured.levels)]
        groups += grouping.describe(outcome, marker.name, members, marker_class=marker.marker_class)
    if marker.kind != "binary":
        rows += _unsplit(cohort, plan, outcome, measures)
    for split in splits:
        rows += _tests(cohort, plan, outcome, *_grouped(measures, split))
        for measured, own in zip(measures, split, strict=True):
            rows += milestones.rows(outcome, measured.marker.name, own, seed=plan.seed)
            if kind in ("binary", "time_to_event"):
                groups += grouping.describe(
                    outcome, measured.marker.name, own.members(), marker_class=marker.marker_class
                )
    guarantee = guarantee_time.note(plan, outcome, [marker.name])
    unstratified = "not stratified" if plan.strata and kind != "time_to_event" else ""
    rows = [row.noted(guarantee, unstratified) for row in rows]
    if marker.feature:
        rows = [row if row.corrected_with == "features" else row.changed(**FEATURES) for row in rows]
    return Compared(rows, groups)


def _grouped(measures: Sequence[Measured], splits: list[Contrast]) -> tuple[list[Measured], list[Contrast]]:
    """Markers as the groups of their contrasts."""
    pairs = zip(measures, splits, strict=True)
    return [Measured(measured.marker, split.codes, split.groups) for measured, split in pairs], splits


def primary_tests(cohort: Cohort, plan: Plan, outcome: Outcome, measured: Measured) -> list[Row]:
    """The tests of the contrast that the plan's primary test names, and of no other; one of them is that test."""
    marker, split = measured.marker, None
    if plan.primary.cut is not None:
        split = contrasts.at_cut(measured, plan.primary.cut)
    elif marker.kind == "binary":
        split = contrasts.two_levels(measured)
    if split is None:
        return _unsplit(cohort, plan, outcome, [measured])
    return _tests(cohort, plan, outcome, *_grouped([measured], [split]))


def _mann_whitney(
    made: Callable[..., Row], plan: Plan, marker: Marker, values: Floats, first: Booleans, contrast: Contrast
) -> list[Row]:
    """Shifts and AUCs of the tests of some markers; values: markers x patients; first: who is in the first group."""
    if first.all() or not first.any():
        empty = [untested("a group is empty")] * len(values)
        return [made("mann_whitney", contrast, estimate_type="hodges_lehmann", tested=empty)]
    tests, shifts, areas = zip(*ranks.tests(values, first, exact=_exactly(plan, marker, len(first))), strict=True)
    of_areas = [
        test if area.low == area.low else test._replace(note=joined(test.note, ranks.NARROW))
        for test, area in zip(tests, areas, strict=True)
    ]
    return [
        made("mann_whitney", contrast, shifts, "hodges_lehmann", tests),
        made("mann_whitney", contrast, areas, "auc", of_areas),
    ]


def _exactly(plan: Plan, marker: Marker, n: int) -> bool:
    """Whether the rank test of n patients works out the exact distribution."""
    if plan.mann_whitney == "auto":
        return n <= ranks.EXACT_UP_TO and not marker.feature
    return plan.mann_whitney == "exact" and n <= ranks.EXACT_AT_MOST


def _unsplit(cohort: Cohort, plan: Plan, outcome: Outcome, measures: Sequence[Measured]) -> list[Row]:
    """The tests of markers as they are; of one known as an interval, ranks first, and models of the numbers."""
    measured = measures[0]
    if measured.low is None or not (measured.only_interval & outcome.known).any():
        return _tests(cohort, plan, outcome, measures)
    without = interval_markers.left_out(cohort, outcome, measures)
    if outcome.time is not None:
        return [row.noted(without) for row in _tests(cohort, plan, outcome, measures)]
    exact = _exactly(plan, measured.marker, int(cohort.usable(outcome, measured.low).sum()))
    rows = interval_markers.rank_rows(cohort, outcome, measured, exact=exact)
    if outcome.endpoint.kind == "binary":
        rows += [row.noted(without) for row in multivariable.model_rows(cohort, plan, outcome, measures)]
    return rows


def _tests(
    cohort: Cohort, plan: Plan, outcome: Outcome, measures: Sequence[Measured], splits: Sequence[Contrast] = ()
) -> list[Row]:
    """The tests of markers as numbers or levels or, with `splits`, as the two groups 1 and 0 of those contrasts."""
    marker, kind = measures[0].marker, outcome.endpoint.kind
    as_class = comparison_class(marker.kind, bool(splits))
    timed, rows = kind == "time_to_event", []
    used = cohort.usable(outcome, measures[0].value)
    of = partial(new_rows, outcome, used=used, **(FEATURES if marker.feature else {}))
    if METHODS[as_class, kind][0] == "mann_whitney" and not splits:
        event, values = outcome.event[used] == 1, np.array([measured.value[used] for measured in measures])
        by_event = contrasts.two_groups(*outcome.labels, outcome.event)
        made = partial(of, [measured.marker.name for measured in measures])
        rows = _mann_whitney(made, plan, marker, values, event, by_event)
    elif not (timed and as_class == "continuous"):
        for measured, split in zip(measures, splits or repeat(None), strict=False):
            rows += _of_one(partial(of, [measured.marker.name]), cohort, plan, outcome, measured, used, split)
    if timed or (kind == "binary" and not splits):
        # at a cut each marker has a contrast of its own
        at_cut = bool(splits) and marker.kind == "continuous"
        parts = [[measured] for measured in measures] if at_cut else [measures]
        for part, split in zip(parts, splits or repeat(None), strict=False):
            rows += multivariable.rows_alone(cohort, plan, outcome, part, split)
    return rows


def _of_one(
    made: Callable[..., Row],
    cohort: Cohort,
    plan: Plan,
    outcome: Outcome,
    measured: Measured,
    used: Booleans,
    split: Contrast | None,
) -> list[Row]:
    """The tests of one marker, beside its models."""
    marker, kind = measured.marker, outcome.endpoint.kind
    value, event = measured.value[used], outcome.event[used]
    contrast = split or contrasts.levels(
        measured.levels, measured.value, used, last_first=kind in ("binary", "time_to_event")
    )
    if kind == "time_to_event":
        return _logrank(made, cohort, plan, outcome, used, contrast, many=marker.feature)
    method = METHODS[comparison_class(marker.kind, split is not None), kind][0]
    if method == "spearman":
        rho, test = ranks.spearman(value, event)
        return [made(method, Contrast(f"{marker.name} with {outcome.endpoint.column}"), [rho], "rho", [test])]
    if method == "mann_whitney":
        return _mann_whitney(made, plan, marker, event[None], value == 1, contrast)
    if method == "kruskal_wallis":
        if kind == "categorical":
            value, event = event, value
            contrast = contrasts.levels(outcome.levels, outcome.event, used)
        parts = [event[value == code] for code in np.unique(value)]
        return [made(method, contrast, tested=[ranks.kruskal_wallis(parts)])]
    if kind == "binary" and (split or (contrast.first and method == "fisher")):
        member = value if split else (value == measured.levels.index(contrast.first)).astype(float)
        odds, test = proportions.fisher_of(member, event)
        return [made(method, contrast, [odds], "odds_ratio", [test])]
    counts = proportions.cross_table(value, event, (len(measured.levels), len(outcome.levels) or 2))
    if method == "cochran_armitage":
        contrast = contrasts.per(contrasts.PER_LEVEL, measured.levels, measured.value)
        return [made(method, contrast, tested=[proportions.cochran_armitage(counts[:, 1], counts.sum(axis=1))])]
    return [made(method, contrast, tested=[proportions.fisher_table(counts, seed=plan.seed)])]


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
    rows = [made("logrank", contrast, [done.ratio], kind, [done.test])]
    if not np.isnan(done.permuted.p_value):
        rows.append(made("logrank_permutation", contrast, tested=[done.permuted]))
    return rows


def cuts_of(plan: Plan, outcome: Outcome, measured: Measured) -> list[Cut]:
    """Cuts of the marker and those that a named test of this endpoint adds."""
    tests = [plan.primary, *plan.secondary]
    name, endpoint = measured.marker.name, outcome.endpoint.name
    added = [test.cut for test in tests if test.cut and (test.marker, test.endpoint) == (name, endpoint)]
    return list(dict.fromkeys([*measured.marker.cutpoints, *added]))
