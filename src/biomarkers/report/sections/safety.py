"""Patients with adverse events, by kind and by term."""

from __future__ import annotations

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Column, Paragraph, absent, numbers, table, texts, value_cell
from biomarkers.report.given import Tables
from biomarkers.report.numbers import number, percent

SEVERE = ["grade_3", "grade_4", "grade_5"]
COUNTS = [
    numbers("Patients", "patients"),
    Column("Share", lambda row: value_cell(row.share, percent(row.share)), True),
]


def safety(given: Tables) -> list[Block]:
    """Events of each kind, then each term with the most frequent first."""
    events = given.adverse_events
    if events is None:
        return [absent("The table of adverse events", "--adverse-events")]
    overall = events[events["level"].eq("all")]
    terms = events[events["level"].eq("term") & events["category"].eq("any")]
    terms = terms.assign(severe=terms[SEVERE].sum(axis=1)).sort_values("patients", ascending=False, kind="stable")
    text = f"Treatment-emergent events; each of the {number(events['n'].max())} treated patients counts once in a row."
    kinds = [Column("Kind", lambda row: wording.label(row.category)), *COUNTS, numbers("Events", "events")]
    named = [texts("Term", "term"), texts("Class", "soc"), *COUNTS, numbers("Grade 3 or higher", "severe")]
    return [
        Paragraph(text),
        table("Patients with an adverse event", wording.each(overall), kinds),
        table("By term", wording.each(terms), named, searchable=len(terms) > 8),
    ]
