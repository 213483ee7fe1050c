"""The sections of tests: every row of the result table, by role, and the genes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.report import pictures, questions, wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, Picture, Table, absent, value_cell
from biomarkers.report.given import Tables

MOST_GENE_ROWS = 300
"""Gene tests on the page, smallest p first: more would make it slow to open and nobody reads them there."""
ROLES = {
    "primary": "Primary: the one question that the plan named before the data were seen",
    "secondary": "Secondary: named in the plan; read with the q-value",
    "exploratory": "Exploratory: everything else that was tested; ideas for the next study, no conclusions",
}
EXPLANATION = (
    "Every test that was done is here, whatever it showed. Ratios compare the first group with the second: "
    "above 1 means "
    "more events in the first. q is the p-value after adjustment for the number of tests of its family. OR "
    "is an odds "
    "ratio, HR a hazard ratio (one-step: the estimate beside the log-rank test), HL shift the Hodges-Lehmann "
    "estimate of "
    "the difference between groups, AUC the chance that a patient of the first group has the higher value."
)


def associations(given: Tables) -> list[Block]:
    """Ratios at a glance, then the tests of declared markers and features by role, then the groups they compared."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    is_gene = questions.is_gene_row(given.results)
    results = given.results[~is_gene]
    blocks: list[Block] = [Paragraph(EXPLANATION), *(Picture(f) for f in pictures.forests(results))]
    for role, caption in ROLES.items():
        rows = results[results["role"].eq(role)]
        if len(rows):
            blocks.append(_tests(caption, rows))
        else:
            blocks.append(Paragraph(f"No {role} test stands in the table of results.", "absent"))
    if given.groups is None:
        return [*blocks, absent("The table of groups", "--groups")]
    return [*blocks, _groups(given.groups[~given.groups["marker"].isin(given.results.loc[is_gene, "marker"])])]


def genes(given: Tables) -> list[Block]:
    """Carriers of each gene's variants against each endpoint, smallest p first."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    rows = given.results[questions.is_gene_row(given.results)].sort_values("p_value", kind="stable")
    if rows.empty:
        return [Paragraph("No genes were tested: the plan asks for none, or no mutation table was given.", "absent")]
    text = (
        f"{wording.count(rows['marker'].nunique(), 'gene')} with enough carriers in "
        f"{wording.count(len(rows), 'row')}: carriers "
        "of a counted variant against patients who were sequenced and carry none. Patients without a "
        "sequenced sample are "
        "missing, not wild type."
    )
    if len(rows) > MOST_GENE_ROWS:
        text += f" Shown are the {MOST_GENE_ROWS} rows with the smallest p; q counts all, the table of results has all."
    return [Paragraph(text), _genes(rows.head(MOST_GENE_ROWS), given.groups)]


def _tests(caption: str, rows: pd.DataFrame) -> Table:
    columns = [
        *(Column(t) for t in ("Endpoint", "Marker")),
        Column("Comparison", room="some"),
        Column("Method", room="little"),
        *(Column(t, True) for t in ("Estimate", "95% CI", "p", "q", "n", "Events", "Missing")),
        Column("Note", room="much"),
    ]
    cells = [
        [
            Cell(wording.short_label(row.endpoint)),
            Cell(wording.short_label(row.marker)),
            Cell("" if wording.missing(row.contrast) else str(row.contrast)),
            Cell(wording.METHODS.get(str(row.method), str(row.method))),
            *_result(row),
            value_cell(row.n),
            value_cell(row.n_events),
            value_cell(row.n_missing),
            Cell("" if wording.missing(row.note) else str(row.note)),
        ]
        for row in wording.each(rows)
    ]
    return Table(caption, columns, cells, searchable=len(rows) > 8)


def _result(row: Any) -> list[Cell]:
    """Estimate with its kind, interval, p and q: always side by side."""
    kind = wording.ABBREVIATIONS.get(str(row.estimate_type), wording.estimate_type(row.estimate_type))
    return [
        value_cell(row.estimate, f"{kind} {wording.effect(row.estimate)}"),
        Cell(wording.bounds(row.ci_low, row.ci_high)),
        value_cell(row.p_value, wording.p_value(row.p_value)),
        value_cell(row.q_value, wording.p_value(row.q_value)),
    ]


def _genes(rows: pd.DataFrame, groups: pd.DataFrame | None) -> Table:
    columns = [
        *(Column(t) for t in ("Gene", "Endpoint")),
        Column("Method", room="little"),
        *(Column(t, True) for t in ("Carriers", "Estimate", "95% CI", "p", "q", "n", "Events", "Missing")),
        Column("Note", room="much"),
    ]
    carriers = {}
    if groups is not None:
        mutated = groups[groups["group"].eq("mutated")]
        carriers = dict(zip(zip(mutated["marker"], mutated["endpoint"], strict=True), mutated["n"], strict=True))
    cells = [
        [
            Cell(str(row.marker)),
            Cell(wording.short_label(row.endpoint)),
            Cell(wording.METHODS.get(str(row.method), str(row.method))),
            value_cell(carriers.get((row.marker, row.endpoint))),
            *_result(row),
            value_cell(row.n),
            value_cell(row.n_events),
            value_cell(row.n_missing),
            Cell("" if wording.missing(row.note) else str(row.note)),
        ]
        for row in wording.each(rows)
    ]
    return Table("Carriers of a gene's variants against each endpoint", columns, cells, searchable=True)


def _groups(groups: pd.DataFrame) -> Table:
    kinds = {"median_months": "median (months)", "rate": "share with the outcome", "median": "median of the marker"}
    columns = [Column("Endpoint"), Column("Marker"), Column("Group"), Column("n", True), Column("Events", True)]
    columns += [Column("What"), Column("Estimate", True), Column("95% CI", True)]
    rows = []
    for row in wording.each(groups):
        is_share = row.estimate_type == "rate"
        shown = wording.percent(row.estimate) if is_share else wording.effect(row.estimate)
        within = wording.percent_bounds if is_share else wording.bounds
        rows.append(
            [
                Cell(wording.short_label(row.endpoint)),
                Cell(wording.short_label(row.marker)),
                Cell("" if wording.missing(row.group) else str(row.group)),
                value_cell(row.n),
                value_cell(row.n_events),
                Cell(kinds.get(str(row.estimate_type), wording.estimate_type(row.estimate_type))),
                value_cell(row.estimate, shown) if shown else Cell("not reached"),
                Cell(within(row.ci_low, row.ci_high)),
            ]
        )
    return Table("The groups that were compared", columns, rows, searchable=len(rows) > 8)
