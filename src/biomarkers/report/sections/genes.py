"""Carriers of each gene's variants against each endpoint, smallest p first."""

from __future__ import annotations

from typing import Any

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, absent, table, value_cell
from biomarkers.report.given import Tables
from biomarkers.report.numbers import count
from biomarkers.report.sections.associations import FOUND, METHOD

MOST_ROWS = 300
"""Tests on the page, smallest p first: more would make it slow to open and nobody reads them there."""


def genes(given: Tables) -> list[Block]:
    """The table of genes; its rows are those of class gene and gene_set."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    rows = given.tests(of_genes=True).sort_values("p_value", kind="stable")
    if rows.empty:
        return [Paragraph("No genes were tested: the plan asks for none, or no mutation table was given.", "absent")]
    text = (
        f"{count(rows['marker'].nunique(), 'gene')} with enough carriers in {count(len(rows), 'row')}: carriers of a "
        "counted variant against patients who were sequenced and carry none. Patients without a sequenced sample are "
        "missing, not wild type."
    )
    if len(rows) > MOST_ROWS:
        text += f" Shown are the {MOST_ROWS} rows with the smallest p; q counts all, the table of results has all."
    carriers: dict[tuple[str, str, str], int] = {}
    if given.groups is not None:
        keys = zip(given.groups["marker"], given.groups["endpoint"], given.groups["group"], strict=True)
        carriers = dict(zip(keys, given.groups["n"], strict=True))

    def of_first(row: Any) -> Cell:
        return value_cell(carriers.get((row.marker, row.endpoint, row.first)))

    columns = [
        Column("Gene", lambda row: str(row.marker)),
        Column("Endpoint", lambda row: wording.short_label(row.endpoint)),
        METHOD,
        Column("Carriers", of_first, True),
        *FOUND,
    ]
    caption = "Carriers of a gene's variants against each endpoint"
    return [Paragraph(text), table(caption, wording.each(rows.head(MOST_ROWS)), columns, searchable=True)]
