"""Markers drawn: values by response, and Kaplan-Meier curves of the groups that log-rank tests compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import reasons, wording
from biomarkers.report.blocks import Block, Paragraph, absent
from biomarkers.report.figures.kaplan_meier import MOST_GROUPS, kaplan_meier
from biomarkers.report.figures.marker_by_response import marker_by_response
from biomarkers.report.figures.style import Figure, finished, room_for, slug
from biomarkers.report.given import Endpoint, Tables
from biomarkers.report.numbers import missing, number, p_phrase

MOST = 8
"""Figures of one kind on a page; the rest is in the tables, which is said."""
EVERYONE = "All patients"
DURATION = "dor_months"
"""Column, whatever the preset, of the one time that counts from the first response."""
GROUP_NAMES = {"responder": "Responders", "non-responder": "Non-responders"}


Later = Callable[[], Figure]
"""A figure that is drawn when it is called: that takes long, and a page has room for a few of many."""


def markers(given: Tables) -> list[Block]:
    """A chart for each Mann-Whitney test of a continuous marker, primary first; TMB and PD-L1 without tests too."""
    figures = by_response(given)
    if figures:
        return drawn(figures)
    text = "No continuous marker stands beside a response in the cohort table, so there is nothing to draw."
    return [Paragraph(text, "absent")]


def by_response(given: Tables) -> list[Later]:
    """A figure a test; PD-L1 that no test compared, and TMB where nothing was tested, by response."""
    results = given.tests()
    figures: dict[tuple[str, str], Later | None] = {}
    for row in wording.each(results[results["method"].eq("mann_whitney")]):
        if (row.marker, row.endpoint) not in figures:
            figures[row.marker, row.endpoint] = strip_of(given, row)
    untested = ["tmb_per_mb", "pdl1"] if given.results is None else ["pdl1"]
    response = given.response()
    for marker in untested:
        if response is not None and marker not in {marker for marker, _ in figures}:
            figures[marker, response.name] = _strip(given, response, marker, list(GROUP_NAMES))
    return [figure for figure in figures.values() if figure is not None]


def strip_of(given: Tables, test: Any) -> Later | None:
    """The figure of a Mann-Whitney test; None where it has no binary endpoint or nobody to draw."""
    end = given.endpoints().get(test.endpoint)
    if end is None or end.time is not None:
        return None
    names = wording.groups(test) or (str(end.column), f"non-{end.column}")
    return _strip(given, end, test.marker, names, test)


def _strip(given: Tables, end: Endpoint, marker: str, groups: Sequence[str], test: Any = None) -> Later | None:
    """The marker's values by outcome; None where nobody has both or where the outcome is not 0 or 1.

    groups: names of those with the event and of those without it. test: the row that compared them.
    """
    span, outcome = given.values(marker), given.cohort[end.column].astype("float64")
    names = [GROUP_NAMES.get(name, wording.label(name)) for name in groups]
    used = span["low"].notna() & span["high"].notna() & outcome.notna()
    if test is not None and (members := given.members(test.test)).notna().any():
        used &= members.notna()  # those whom the test compared: the caption's n is the test's
    if not used.any() or not outcome[used].isin([0, 1]).all():
        return None
    return partial(_by_outcome, given, end, marker, names, used, test)


def _by_outcome(given: Tables, end: Endpoint, marker: str, names: list[str], used: pd.Series, test: Any) -> Figure:
    """The marker's values of those of `used` by outcome, which is 1 in the first of `names`."""
    cohort, span = given.cohort, given.values(marker)
    has_value = span["low"].notna() & span["high"].notna()
    group = cohort[end.column].astype("float64").map({1.0: names[0], 0.0: names[1]})
    title, log = wording.label(marker), given.on_log_scale(marker)
    axis = f"{title} (log2 scale)" if log else title
    chart = marker_by_response(span[used], group[used], cohort.loc[used, "patient"], names, marker=axis, log=log)
    counted = [int(group[used].eq(name).sum()) for name in names]
    one = {many: single for single, many in GROUP_NAMES.items()}
    sizes = [count(n, one.get(name, name.lower()), name.lower()) for n, name in zip(counted, names, strict=True)]
    medians = [number(span.mean(axis=1)[used & group.eq(name)].median()) or "of nobody" for name in names]
    intervals = int((used & span["low"].ne(span["high"])).sum())
    parts = [
        f"n = {int(used.sum())} ({', '.join(sizes)}).",
        left_out(len(cohort), int(used.sum()), int((~has_value).sum()), "value", "outcome"),
        *_marks(int(used.sum()) - intervals, intervals),
        "" if test is None else found(given, test, ["mann_whitney"]),
    ]
    alt = f"{title} in {' and '.join(sizes)}"
    alt += "" if intervals else f"; medians {' and '.join(medians)}"
    head = f"{title} and {wording.sentence_label(end.name)}"
    spec = finished(chart, alt, beside=room_for(names))
    caption = " ".join(filter(None, parts))
    return Figure(slug(f"{marker}_by_{end.name}"), head, caption, alt, spec, file=f"{end.name}_{marker}")


def _marks(dots: int, lines: int) -> list[str]:
    """What the marks of a strip chart mean, of those that are there."""
    of_dots = "One dot is one patient; the box spans the quartiles, its line is the median."
    of_lines = "One line is one patient" if not dots else f"{count(lines, 'patient')} known only as an interval"
    said = f"{of_lines}: drawn over what the reported value allows." if lines else ""
    return [*([of_dots] if dots else []), said]


def survival(given: Tables) -> list[Block]:
    """A figure for each log-rank test of declared markers, the primary marker's first."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    if given.memberships is None:
        return [absent("The table of memberships, which says who was in which group,", "--memberships")]
    figures = by_group(given)
    if not figures:
        return [Paragraph("No groups of patients were compared in time, so there are no curves to draw.", "absent")]
    return drawn(figures)


def drawn(figures: list[Later]) -> list[Block]:
    """The figures of one kind that the page has room for, and how many it has not."""
    more = len(figures[MOST:])
    text = f"{count(more, 'further comparison')} tested but not drawn; see the tables below."
    return [*(draw() for draw in figures[:MOST]), *([Paragraph(text)] if more else [])]


def by_group(given: Tables, *, landmarks: bool = False) -> list[Later]:
    """Kaplan-Meier curves of every test that has a log-rank row and members: from the start, or of landmarks only."""
    results = given.by_marker()
    results = results[results["landmark_months"].notna() == landmarks]
    figures = [curves_of(given, row) for row in wording.each(results[results["method"].eq("logrank")])]
    return [figure for figure in figures if figure is not None]


def curves_of(given: Tables, test: Any) -> Later | None:
    """The figure of a log-rank test; None where nothing says who was in which of its groups, or there are too many."""
    end = given.endpoints().get(test.endpoint)
    members = given.members(test.test)
    names = given.order(test, members)
    if end is None or end.time is None or not 2 <= len(names) <= MOST_GROUPS:
        return None
    said = dict(zip((test.first, test.second), wording.groups(test) or (), strict=False))
    shown = {name: said.get(name) or reasons.group(name, test) for name in names}
    return curves(given, end, members.map(shown), list(shown.values()), test)


def curves(given: Tables, end: Endpoint, group: pd.Series, names: list[str], test: Any = None) -> Later | None:
    """Kaplan-Meier curves of an endpoint; None where fewer groups than `names` asks for have a patient.

    group: which of `names` each patient of the cohort is in, missing for none. test: the log-rank row that compared
    them, which takes two; None for all patients.
    """
    used = given.cohort[end.time].notna() & given.cohort[end.event].notna() & group.notna()
    present = set(group[used])
    names = [name for name in names if name in present]
    if len(names) < (1 if test is None else 2):
        return None
    return partial(_in_time, given, end, group, names, test)


def _in_time(given: Tables, end: Endpoint, group: pd.Series, names: list[str], test: Any) -> Figure:
    """The curves of `names`, each of which has a patient; otherwise as in `curves`."""
    cohort = given.cohort
    time, event = cohort[end.time].astype("float64"), cohort[end.event].astype("float64")
    landmark = None if test is None or missing(test.landmark_months) else float(test.landmark_months)
    if landmark is not None:
        time = (time - landmark).clip(lower=0.0)
    followed = time.notna() & event.notna()
    used = followed & group.notna()
    what = wording.label(end.name)
    what += "" if landmark is None else f" from {landmark:g} months on"
    # The groups of a pair of markers name both of them.
    legend = wording.short_label(test.marker) if test is not None and test.marker in cohort else ""
    of_response = str(end.time).startswith(DURATION)
    usual = "the first response" if of_response else "the start of treatment"
    start = usual if landmark is None else "the landmark"
    of_outcome = set(group.dropna()) <= {"responder", "non-responder"}
    chart = kaplan_meier(
        time[used], event[used], group[used], names, what=what, since=start, legend=legend, outcome=of_outcome
    )
    sizes = []
    for name in names:
        inside = used & group.eq(name)
        sizes.append(f"{name}: {count(int(inside.sum()), 'patient')}, {count(int(event[inside].sum()), 'event')}")
    by_group = "" if test is None else f" ({'; '.join(sizes)})"
    parts = [
        f"n = {int(used.sum())} with {count(int(event[used].sum()), 'event')}{by_group}.",
        left_out(
            len(cohort),
            int(used.sum()),
            int((followed & group.isna()).sum()),
            "group",
            "a response with a duration" if of_response else "follow-up",
        ),
        "Vertical ticks are patients censored at that time; bands are 95% log-log intervals.",
        "" if test is None else _compared(given, test),
    ]
    alt = f"Kaplan-Meier curves of {wording.sentence_label(end.name)}. {'; '.join(sizes)}"
    head, name, file = f"{what}, all patients", f"{end.name}_all", ""
    if test is not None:
        compared = " vs ".join(names) if len(names) == 2 else ""
        head = ", ".join(filter(None, [f"{what} by {wording.label(test.marker)}", compared]))
        name = f"{end.name}_by_{test.marker}_{compared}"
        # `pfs_tmb_10` at or above 10, `pfs_tmb_gt_10` above it.
        cut = "" if missing(test.cut_at) else f"_{'> ' if test.cut_side == '>' else ''}{number(test.cut_at)}"
        file = f"{end.name}_{test.marker}{cut}{'' if landmark is None else f'_from_{landmark:g}'}"
    named = [f"{legend} {name}" for name in names] if len(names) > 1 else []
    spec = finished(chart, alt, beside=max(85, room_for(named)))
    return Figure(slug(name), head, " ".join(filter(None, parts)), alt, spec, file=file)


def _compared(given: Tables, test: Any) -> str:
    """P of the log-rank test with one hazard ratio: that of Cox, else the one-step estimate beside the test."""
    model = found(given, test, ["cox", "firth_cox"])
    without = ("hazard_ratio_mh",) if model else ()
    return " ".join(filter(None, [found(given, test, ["logrank"], ["logrank_permutation"], without=without), model]))


def found(given: Tables, test: Any, *methods: list[str], without: tuple[str, ...] = ()) -> str:
    """What the result table says of the groups of a test: `Log-rank: p = 0.0004. Cox model: hazard ratio 0.20 (...)`.

    without: types of estimates that are not told: two hazard ratios of one comparison read as a contradiction.

    test: a row of the table. methods: of each list, the first row on the same groups is told, with all its estimates;
    an unadjusted model stands before the adjusted ones.
    """
    rows = of_same_groups(given, test)
    said = []
    for method in methods:
        of_method = rows[rows["method"].isin(method)].drop_duplicates("estimate_type")
        if len(of_method):
            told = of_method[~of_method["estimate_type"].isin(without)]
            facts = [p_phrase(of_method["p_value"].iloc[0]), *wording.estimates(told)]
            if not any(facts):
                why = of_method["doubt"].iloc[0]
                facts = ["no p" if missing(why) else f"no p ({why})"]
            said.append(f"{wording.METHODS[of_method['method'].iloc[0]]}: {', '.join(filter(None, facts))}.")
    return " ".join(said)


def of_same_groups(given: Tables, test: Any) -> pd.DataFrame:
    """The rows of the result table that compare the groups of a test in all patients, and its own."""
    results = given.tests()
    same = ["endpoint", "marker", "first", "second"]
    of_groups = (results[same] == [getattr(test, column) for column in same]).all(axis=1)
    of_all = of_groups & results["subgroup"].isna()
    return results[of_all | results["test"].isin([test.test, f"{test.test}_permutation"])]


def left_out(total: int, used: int, without_value: int, value: str, other: str) -> str:
    """Who of the cohort is not in a figure and why.

    >>> left_out(1, 1, 0, "value", "response"), left_out(9, 7, 1, "value", "response")
    ('The one patient of the cohort is shown.', 'Left out: 1 without a value, 1 without response.')
    """
    left = total - used
    if not left:
        return (
            f"All {total} patients of the cohort are shown." if total > 1 else "The one patient of the cohort is shown."
        )
    reasons = [f"{without_value} without a {value}"] if without_value else []
    if left > without_value:
        reasons.append(f"{left - without_value} without {other}")
    return f"Left out: {', '.join(reasons)}."
