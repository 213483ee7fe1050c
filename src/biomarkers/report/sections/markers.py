"""Each continuous marker's values in the groups of a binary endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph
from biomarkers.report.figures.marker_by_response import marker_by_response
from biomarkers.report.figures.style import Figure, finished, room_for, slug
from biomarkers.report.given import Endpoint, Tables
from biomarkers.report.numbers import count, number
from biomarkers.report.sections.survival import drawn, found, left_out

GROUP_NAMES = {"responder": "Responders", "non-responder": "Non-responders"}


def markers(given: Tables) -> list[Block]:
    """A chart for each Mann-Whitney test of a continuous marker, primary first; TMB and PD-L1 without tests too."""
    figures = by_response(given)
    if figures:
        return drawn(figures)
    text = "No continuous marker stands beside a response in the cohort table, so there is nothing to draw."
    return [Paragraph(text, "absent")]


def by_response(given: Tables) -> list[Figure]:
    """The figures; PD-L1 that no test compared, and TMB where nothing was tested, by response."""
    ends, results = given.endpoints(), given.tests()
    figures: dict[tuple[str, str], Figure | None] = {}
    for row in wording.each(results[results["method"].eq("mann_whitney")]):
        end = ends.get(row.endpoint)
        if end is not None and not end.is_time_to_event and (row.marker, row.endpoint) not in figures:
            names = wording.groups(row) or (str(end.column), f"non-{end.column}")
            figures[row.marker, row.endpoint] = _strip(given, end, row.marker, names, row)
    untested = ["tmb_per_mb", "pdl1"] if given.results is None else ["pdl1"]
    for marker in untested:
        if "response" in ends and marker not in {marker for marker, _ in figures}:
            figures[marker, "response"] = _strip(given, ends["response"], marker, list(GROUP_NAMES))
    return [figure for figure in figures.values() if figure is not None]


def _strip(given: Tables, end: Endpoint, marker: str, groups: Sequence[str], test: Any = None) -> Figure | None:
    """The marker's values by outcome; None where nobody has both or where the outcome is not 0 or 1.

    groups: names of those with the event and of those without it. test: the row that compared them.
    """
    cohort, span = given.cohort, given.values(marker)
    outcome = cohort[end.column].astype("float64")
    names = [GROUP_NAMES.get(name, wording.label(name)) for name in groups]
    has_value = span["low"].notna() & span["high"].notna()
    used = has_value & outcome.notna()
    if not used.any() or not outcome[used].isin([0, 1]).all():
        return None
    group = outcome.map({1.0: names[0], 0.0: names[1]})
    title, log = wording.label(marker), given.on_log_scale(marker)
    axis = f"{title} (log2 scale)" if log else title
    chart = marker_by_response(span[used], group[used], cohort.loc[used, "patient"], names, marker=axis, log=log)
    sizes = [f"{int(group[used].eq(name).sum())} {name.lower()}" for name in names]
    medians = [span.mean(axis=1)[used & group.eq(name)].median() for name in names]
    intervals = int((used & span["low"].ne(span["high"])).sum())
    parts = [
        f"n = {int(used.sum())} ({', '.join(sizes)}).",
        left_out(len(cohort), int(used.sum()), int((~has_value).sum()), "value", "outcome"),
        "One dot is one patient; the box spans the quartiles, its line is the median.",
        f"{count(intervals, 'patient')} known only as an interval: drawn as a line." if intervals else "",
        "" if test is None else found(given, test, ["mann_whitney"]),
    ]
    alt = f"{title} in {' and '.join(sizes)}"
    alt += "" if intervals else f"; medians {' and '.join(number(value) for value in medians)}"
    head = f"{title} and {wording.sentence_label(end.name)}"
    spec = finished(chart, alt, beside=room_for(names))
    return Figure(slug(f"{marker}_by_{end.name}"), head, " ".join(filter(None, parts)), alt, spec)
