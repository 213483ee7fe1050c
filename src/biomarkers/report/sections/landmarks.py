"""Landmark analyses: who had a response (or else) by a month, compared from that month on."""

from __future__ import annotations

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph, absent, table
from biomarkers.report.given import Tables
from biomarkers.report.sections.associations import COMPARISON, FOUND, METHOD, WHO
from biomarkers.report.sections.markers import by_group, drawn

EXPLANATION = (
    "Patients with a response have lived long enough to get it, so that they cannot be compared from the start. "
    "Here time counts from the landmark: who had the event or was lost before it is not compared, and a response that "
    "came later does not count."
)


def landmarks(given: Tables) -> list[Block]:
    """Curves from the landmark on, and every row of these tests."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    rows = given.tests()
    rows = rows[rows["landmark_months"].notna()]
    if rows.empty:
        return [Paragraph("The plan asks for no landmark analysis.", "absent")]
    figures = [] if given.memberships is None else by_group(given, landmarks=True)
    shown = table("Every test from a landmark on", wording.each(rows), [*WHO, COMPARISON, METHOD, *FOUND], of="results")
    return [Paragraph(EXPLANATION), *drawn(figures), shown]
