"""Kaplan-Meier curves of the groups that log-rank tests compared."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph, Picture, absent
from biomarkers.report.figures.kaplan_meier import MOST_GROUPS, kaplan_meier
from biomarkers.report.figures.style import Figure, finished, room_for, slug
from biomarkers.report.given import Endpoint, Tables
from biomarkers.report.numbers import count, p_phrase

MOST = 8
"""Figures of one kind on a page; the rest is in the tables, which is said."""
EVERYONE = "All patients"


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


def drawn(figures: list[Figure]) -> list[Block]:
    """The figures of one kind that the page has room for, and how many it has not."""
    more = len(figures[MOST:])
    text = f"{count(more, 'further comparison')} tested but not drawn; see the tables below."
    return [*(Picture(f) for f in figures[:MOST]), *([Paragraph(text)] if more else [])]


def by_group(given: Tables) -> list[Figure]:
    """Kaplan-Meier curves of every test that has a log-rank row and members."""
    ends = given.endpoints()
    results = given.by_marker()
    figures = []
    for row in wording.each(results[results["method"].eq("logrank")]):
        end = ends.get(row.endpoint)
        if end is None or not end.is_time_to_event:
            continue
        members = given.members(row.test)
        names = given.order(row, members)
        if 2 <= len(names) <= MOST_GROUPS:
            shown = dict(zip(names, wording.groups(row) or names, strict=True))
            figures.append(curves(given, end, members.map(shown), list(shown.values()), row))
    return [figure for figure in figures if figure is not None]


def curves(given: Tables, end: Endpoint, group: pd.Series, names: list[str], test: Any = None) -> Figure | None:
    """Kaplan-Meier curves of an endpoint; None where fewer groups than `names` asks for have a patient.

    group: which of `names` each patient of the cohort is in, missing for none. test: the log-rank row that compared
    them; None for all patients.
    """
    cohort = given.cohort
    time, event = cohort[end.time].astype("float64"), cohort[end.event].astype("float64")
    followed = time.notna() & event.notna()
    used = followed & group.notna()
    names = [name for name in names if group[used].eq(name).any()]
    if len(names) < (1 if test is None else 2):
        return None
    what = wording.label(end.name)
    # The groups of a pair of markers name both of them.
    legend = wording.short_label(test.marker) if test is not None and test.marker in cohort else ""
    chart = kaplan_meier(time[used], event[used], group[used], names, what=what, legend=legend)
    sizes = []
    for name in names:
        inside = used & group.eq(name)
        sizes.append(f"{name}: {int(inside.sum())} patients, {int(event[inside].sum())} events")
    by_group = "" if test is None else f" ({'; '.join(sizes)})"
    parts = [
        f"n = {int(used.sum())} with {count(int(event[used].sum()), 'event')}{by_group}.",
        left_out(len(cohort), int(used.sum()), int((followed & group.isna()).sum()), "group", "follow-up"),
        "Vertical ticks are patients censored at that time; bands are 95% log-log intervals.",
        "" if test is None else found(given, test, ["logrank"], ["cox", "firth_cox"]),
    ]
    alt = f"Kaplan-Meier curves of {wording.sentence_label(end.name)}. {'; '.join(sizes)}"
    head, name = f"{what}, all patients", f"{end.name}_all"
    if test is not None:
        compared = " vs ".join(names) if len(names) == 2 else ""
        head = ", ".join(filter(None, [f"{what} by {wording.label(test.marker)}", compared]))
        name = f"{end.name}_by_{test.marker}_{compared}"
    spec = finished(chart, alt, beside=max(85, room_for(f"{legend} {name}" for name in names)))
    return Figure(slug(name), head, " ".join(filter(None, parts)), alt, spec)


def found(given: Tables, test: Any, *methods: list[str]) -> str:
    """What the result table says of the groups of a test: `Log-rank: p = 0.0004, hazard ratio 0.20 (95% CI ...)`.

    test: a row of the table. methods: of each list, the first row on the same groups is told, with all its estimates;
    an unadjusted model stands before the adjusted ones.
    """
    results = given.tests()
    same = ["endpoint", "marker", "first", "second"]
    of_groups = (results[same] == [getattr(test, column) for column in same]).all(axis=1)
    rows = results[of_groups | results["test"].eq(test.test)]
    said = []
    for method in methods:
        of_method = rows[rows["method"].isin(method)].drop_duplicates("estimate_type")
        if len(of_method):
            facts = [p_phrase(of_method["p_value"].iloc[0]), *wording.estimates(of_method)]
            said.append(f"{wording.METHODS[of_method['method'].iloc[0]]}: {', '.join(filter(None, facts))}.")
    return " ".join(said)


def left_out(total: int, used: int, without_value: int, value: str, other: str) -> str:
    """Who of the cohort is not in a figure and why."""
    left = total - used
    if not left:
        return f"All {total} patients of the cohort are shown."
    reasons = [f"{without_value} without a {value}"] if without_value else []
    if left > without_value:
        reasons.append(f"{left - without_value} without {other}")
    return f"Left out: {', '.join(reasons)}."
