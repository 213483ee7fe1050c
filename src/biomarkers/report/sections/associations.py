"""Every row of the result table: by role, with forest plots and the groups; those on genes apart, smallest p first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, Table, absent, limits, numbers, table, texts
from biomarkers.report.blocks import value_cell as value
from biomarkers.report.figures.forest import MOST_ROWS, forest
from biomarkers.report.figures.style import Figure, finished, room_for
from biomarkers.report.given import GENES, Tables
from biomarkers.report.numbers import NOT_REACHED, count, estimate, missing, p_value, percent

CAPTIONS = {
    "primary": "Primary: the one hypothesis that the plan named before the data were seen",
    "secondary": "Secondary: named in the plan; read with the q-value",
    "exploratory": "Exploratory: everything else that was tested; hypotheses for the next trial, no conclusions",
}
EXPLANATION = (
    "Every test that was done is here, whatever it showed. Ratios compare the first group with the second: above 1 "
    "means more events in the first. q is the p-value after adjustment for the number of tests of its family. OR is an "
    "odds ratio, HR a hazard ratio (Peto one-step: the estimate beside the log-rank test), HL shift the Hodges-Lehmann "
    "estimate of the difference between groups, AUC the probability that a patient of the first group has the higher "
    "value."
)
RATIOS = {
    "hazard_ratio": ("Hazard ratio", ["cox", "firth_cox"], "right of 1: more events in the first group"),
    "odds_ratio": ("Odds ratio", ["fisher"], "right of 1: the outcome is more frequent in the first group"),
}
"""Ratios that are drawn: name, methods, and how the axis is read."""
GROUP_ESTIMATES = {
    "median_months": "median (months)",
    "rate": "share with the outcome",
    "median": "median of the marker",
}
WHO = [
    Column("Endpoint", lambda row: wording.short_label(row.endpoint), source="endpoint"),
    Column("Marker", lambda row: wording.short_label(row.marker), source="marker"),
]
METHOD = Column(
    "Method", lambda row: wording.METHODS.get(str(row.method), str(row.method)), room="little", source="method"
)
FOUND = [
    Column("Estimate", lambda row: value(row.estimate, wording.short_estimate(row)), True, source="estimate"),
    limits(),
    Column("p", lambda row: value(row.p_value, p_value(row.p_value)), True, source="p_value"),
    Column("q", lambda row: value(row.q_value, p_value(row.q_value)), True, source="q_value"),
    numbers("n", "n"),
    numbers("Events", "n_events"),
    numbers("Missing", "n_missing"),
    texts("Note", "note", room="much"),
]
"""The estimate with its kind, interval, p and q: always side by side."""
MOST_OF_GENES = 300
"""Tests of genes on the page: more would make it slow to open and nobody reads them there."""
GENE_PAIRS = "exploratory gene pairs"
"""Family of the tests of two genes, as the result table names it."""
COMPARISON = Column(
    "Comparison", lambda row: Cell(wording.comparison(row), hint=wording.exact(row)), room="some", source="contrast"
)


def associations(given: Tables) -> list[Block]:
    """Forest plots, then the tests of declared markers and features by role, then the groups they compared."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    results = given.tests()
    in_all = given.by_marker().loc[lambda rows: rows["subgroup"].isna()]
    blocks: list[Block] = [Paragraph(EXPLANATION), *forests(in_all)]
    for role, caption in CAPTIONS.items():
        rows = results[results["role"].eq(role)]
        if len(rows):
            columns = [*WHO, COMPARISON, METHOD, *FOUND]
            blocks.append(table(caption, wording.each(rows), columns, of="results"))
        else:
            blocks.append(Paragraph(f"No {role} test stands in the table of results.", "absent"))
    shown = absent("The table of groups", "--groups") if given.groups is None else _groups(given.groups, given.results)
    return [*blocks, *_by_chance(given), shown]


def _by_chance(given: Tables) -> list[Block]:
    """Hits found beside those to expect where nothing is associated; nothing where the plan asks for none."""
    if given.null_hits is None or given.null_hits.empty:
        return []
    columns = [
        texts("Family", "family", room="some"),
        numbers("Tests", "n_tests"),
        numbers("p < 0.05", "p_hits"),
        numbers("by chance", "p_hits_expected"),
        numbers("q < 0.05", "q_hits"),
        numbers("by chance", "q_hits_expected"),
        numbers("Any q < 0.05 by chance", "family_wise"),
        numbers("Smallest p, corrected", "p_smallest"),
    ]
    return [table("Hits found, and hits to expect by chance", wording.each(given.null_hits), columns, of="null_hits")]


def forests(results: pd.DataFrame) -> list[Figure]:
    """Hazard ratios and odds ratios of groups of declared markers, unadjusted, one figure each.

    results: in drawing order; of several models of one comparison the first, which is the unadjusted, is drawn.
    """
    found = []
    for kind, (name, methods, reading) in RATIOS.items():
        rows = results[results["estimate_type"].eq(kind) & results["method"].isin(methods)]
        rows = rows[rows["first"].notna() & rows["marker_class"].ne("covariate")]
        rows = rows.drop_duplicates(["endpoint", "marker", "first", "second"])
        drawn = rows[rows["estimate"].gt(0) & rows["ci_low"].notna() & rows["ci_high"].notna()].head(MOST_ROWS)
        if len(drawn) < 2:
            continue
        label = [
            f"{wording.short_label(row.marker)} {wording.comparison(row)}, {wording.short_label(row.endpoint)}"
            for row in wording.each(drawn)
        ]
        chart = forest(drawn.assign(label=label), title=f"{name} ({reading})")
        alt = f"{name}s of {len(drawn)} comparisons with 95% intervals"
        caption = (
            f"{len(drawn)} of {len(rows)} comparisons of the result table. Squares are estimates, lines 95% intervals, "
            "cut at the edge of the axis; unadjusted for other markers and for the number of tests."
        )
        spec = finished(chart, alt, beside=room_for(label))
        found.append(Figure(kind, f"Forest plot of {name.lower()}s", caption, alt, spec))
    return found


def _groups(groups: pd.DataFrame, results: pd.DataFrame) -> Table:
    """The groups that the tests compared, but those of genes. A group without a median has not reached it."""
    genes = results.loc[results["marker_class"].isin(GENES), "marker"]
    names: dict[tuple[str, str], str] = {}
    for row in wording.each(results[results["cut_at"].notna()]):
        shown = wording.groups(row) or ()
        names |= {(row.marker, raw): name for raw, name in zip((row.first, row.second), shown, strict=False)}
    columns = [
        *WHO,
        Column("Group", lambda row: names.get((row.marker, row.group), str(row.group)), source="group"),
        numbers("n", "n"),
        numbers("Events", "n_events"),
        Column("What", lambda row: GROUP_ESTIMATES.get(str(row.estimate_type), ""), source="estimate_type"),
        Column("Estimate", _group_estimate, True, source="estimate"),
        limits(by=_unit),
    ]
    rows = groups[~groups["marker"].isin(genes)]
    return table("The groups that were compared", wording.each(rows), columns, of="groups")


def genes(given: Tables) -> list[Block]:
    """Carriers of each gene's variants against each endpoint: the rows of class gene and gene_set."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    rows = given.tests(of_genes=True).sort_values("p_value", kind="stable")
    if rows.empty:
        return [Paragraph("No genes were tested: the plan asks for none, or no mutation table was given.", "absent")]
    in_pairs, in_sets = rows["family"].eq(GENE_PAIRS), rows["marker_class"].eq("gene_set")
    blocks = _carriers(given, rows[in_sets], "set of genes", "A set's carriers against each endpoint")
    blocks += _carriers(
        given, rows[~in_pairs & ~in_sets], "gene", "Carriers of a gene's variants against each endpoint"
    )
    pairs = rows[in_pairs].head(MOST_OF_GENES)
    if len(pairs):
        genes_of_pair = [Column("Gene", lambda row: str(row.marker)), Column("With", lambda row: str(row.endpoint))]
        caption = "Genes in pairs: an odds ratio above 1 means mutated together, below 1 instead of one another"
        blocks.append(table(caption, wording.each(pairs), [*genes_of_pair, METHOD, *FOUND], of="results"))
    return blocks


def _carriers(given: Tables, rows: pd.DataFrame, what: str, caption: str) -> list[Block]:
    """What was tested of genes or of sets, smallest p first; nothing where there is none."""
    if rows.empty:
        return []
    text = (
        f"{count(rows['marker'].nunique(), what, 'genes' if what == 'gene' else 'sets of genes')} "
        f"in {count(len(rows), 'row')}: carriers of a counted variant against patients who were sequenced and carry "
        "none. Patients without a sequenced sample are missing, not wild type."
    )
    if len(rows) > MOST_OF_GENES:
        text += f" Shown are the {MOST_OF_GENES} rows with the smallest p; q counts all, the table of results has all."
    keys = ["marker", "endpoint", "group"]
    carriers: Any = {} if given.groups is None else given.groups.set_index(keys)["n"].to_dict()
    nobody = None if given.groups is None else 0  # a group of nobody has no row
    columns = [
        Column(what.capitalize(), lambda row: str(row.marker)),
        WHO[0],
        METHOD,
        Column(
            "Carriers",
            lambda row: value(carriers.get((row.marker, row.endpoint, row.first), nobody)),
            True,
        ),
        *FOUND,
    ]
    return [Paragraph(text), table(caption, wording.each(rows.head(MOST_OF_GENES)), columns, of="results")]


def _group_estimate(row: Any) -> Cell:
    return Cell(NOT_REACHED) if missing(row.estimate) else value(row.estimate, _unit(row)(row.estimate))


def _unit(row: Any) -> Callable[[Any], str]:
    return percent if row.estimate_type == "rate" else estimate
