"""Every row of the result table: by role, with forest plots and the groups; those on genes apart, smallest p first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import reasons, wording
from biomarkers.report.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Paragraph,
    Table,
    absent,
    limits,
    numbers,
    table,
    texts,
)
from biomarkers.report.blocks import value_cell as value
from biomarkers.report.figures.forest import MOST_ROWS, forest
from biomarkers.report.figures.style import Figure, finished
from biomarkers.report.given import GENES, ROLES, Tables
from biomarkers.report.numbers import NOT_KNOWN, NOT_REACHED, estimate, missing, p_value, percent

EXPLANATION = (
    "Every question that was asked is a row, whatever the answer; further estimates and models are folded under it. "
    "Primary is the one hypothesis that the plan named before the data were seen; secondary ones are named in the plan "
    "and read with their q; all else is exploratory: hypotheses for the next trial, no conclusions. Ratios compare the "
    "first group with the second: above 1 means more events in the first. q is p after adjustment for the number of "
    "tests of its family. Rows of covariates are in the table of results only."
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
P = Column("p", lambda row: _p(row), True, source="p_value")
Q = Column("q", lambda row: _q(row), True, source="q_value")
NOT_TESTED = ["brier", "calibration_intercept", "calibration_slope"]
"""Estimates beside the one of a prediction that its p is of."""
FOUND = [
    Column("Estimate", lambda row: value(row.estimate, wording.short_estimate(row)), True, source="estimate"),
    limits(),
    P,
    Q,
    numbers("n", "n"),
    numbers("Events", "n_events"),
    numbers("Missing", "n_missing"),
    texts("Note", "note", room="much"),
]
"""The estimate with its kind, interval, p and q: always side by side."""
ASKED = ["endpoint", "marker", "cut_at", "cut_side", "subgroup", "landmark_months"]
"""What tells one question from another."""
MOST_QUESTIONS = 3000
"""Questions on the page; those left out are of genes, with the largest p."""
MOST_OF_GENES = 300
"""Tests of genes on the page: more would make it slow to open and nobody reads them there."""
GENE_PAIRS = "exploratory gene pairs"
"""Family of the tests of two genes, as the result table names it."""
COMPARISON = Column(
    "Comparison", lambda row: Cell(wording.comparison(row), hint=wording.exact(row)), room="some", source="contrast"
)


def associations(given: Tables) -> list[Block]:
    """Every question with its estimates, forest plots of the groups, and the groups that were compared."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    in_all = given.by_marker().loc[lambda rows: rows["subgroup"].isna()]
    drawn = forests(in_all)
    groups = absent("The table of groups", "--groups") if given.groups is None else _groups(given)
    blocks: list[Block] = [Paragraph(EXPLANATION), *all_tests(given), *_by_chance(given), groups]
    return [*blocks, *([Heading("Forest plots of the groups", folded=True)] if drawn else []), *drawn]


def all_tests(given: Tables) -> list[Block]:
    """One row a question: an endpoint by a marker or by groups of it; its other rows are folded under the first."""
    results = pd.concat([given.tests(), given.tests(of_genes=True).sort_values("p_value", kind="stable")])
    results = results[results["marker_class"].ne("covariate")]
    results = results.sort_values("role", key=lambda roles: roles.map(ROLES.index), kind="stable")
    keys = results[ASKED].astype("object").where(results[ASKED].notna(), "").itertuples(index=False, name=None)
    of_question: dict[tuple[Any, ...], list[Any]] = {}
    for key, row in zip(keys, wording.each(results), strict=True):
        of_question.setdefault(key, []).append(row)
    asked = [*of_question.values()]
    rows = [question[0] for question in asked[:MOST_QUESTIONS]]
    below = {question[0].Index: question[1:] for question in asked}
    columns = [
        Column("Endpoint", lambda row: wording.short_label(row.endpoint), source="endpoint", asked="choice"),
        Column("Marker", lambda row: wording.short_label(row.marker), source="marker"),
        COMPARISON._replace(show=_of_question),
        METHOD,
        Column("Estimate of", lambda row: wording.estimate_type(row.estimate_type), source="estimate_type"),
        Column(
            "Estimate",
            lambda row: value(row.estimate, estimate(row.estimate)),
            True,
            source="estimate",
            within="Estimate of",
        ),
        limits()._replace(within="Estimate of"),
        P._replace(asked="most"),
        Q._replace(asked="most"),
        *FOUND[-4:-1],
        Column("Role", lambda row: str(row.role), source="role", asked="choice"),
        Column("Family", lambda row: str(row.family), source="family", asked="choice", room="some"),
        FOUND[-1]._replace(hidden=True),
    ]
    more = len(asked) - len(rows)
    said = f"{count(more, 'further question')} of genes with larger p are in the table of results only."
    caption = "All tests: one row a question"
    shown = table(caption, rows, columns, of="results", below=lambda row: below[row.Index])
    return [shown, *([Paragraph(said)] if more else [])]


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
        alt = f"{name}s of {count(len(drawn), 'comparison')} with 95% intervals"
        caption = (
            f"{len(drawn)} of {count(len(rows), 'comparison')} of the result table. Squares are estimates, lines "
            "95% intervals, with an arrow where they go on beyond the axis; unadjusted for other markers and for the "
            "number of tests."
        )
        spec = finished(chart, alt, beside=24)
        found.append(Figure(kind, f"Forest plot of {name.lower()}s", caption, alt, spec))
    return found


def _groups(given: Tables) -> Table:
    """The groups that the tests compared, but those of genes. A group without a median time has not reached it."""
    groups, results = given.groups, given.results
    assert groups is not None and results is not None
    names: dict[tuple[str, str], str] = {}
    for row in wording.each(results[results["cut_at"].notna() | results["marker_kind"].eq("binary")]):
        shown = wording.groups(row) or ()
        names |= {(row.marker, raw): name for raw, name in zip((row.first, row.second), shown, strict=False)}
    columns = [
        *WHO,
        Column(
            "Group",
            lambda row: names.get((row.marker, row.group)) or reasons.group(row.group, row),
            source="group",
        ),
        numbers("n", "n"),
        numbers("Events", "n_events"),
        Column("What", lambda row: GROUP_ESTIMATES.get(str(row.estimate_type), ""), source="estimate_type"),
        Column("Estimate", _group_estimate, True, source="estimate"),
        limits(by=_unit),
    ]
    rows = groups[~groups["marker_class"].isin(GENES)]
    return table("The groups that were compared", wording.each(rows), columns, of="groups", aside=True)


def every_test_of_genes(given: Tables) -> list[Block]:
    """Carriers of each gene's variants against each endpoint: the rows of class gene and gene_set."""
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
        "none. Patients without a sequenced sample, or with a variant there that is not understood, are missing, not "
        "wild type."
    )
    if len(rows) > MOST_OF_GENES:
        text += f" Shown are the {MOST_OF_GENES} rows with the smallest p; q counts all, the table of results has all."
    keys = ["marker_class", "marker", "endpoint", "group"]
    carriers: Any = {} if given.groups is None else given.groups.set_index(keys)["n"].to_dict()
    nobody = None if given.groups is None else 0  # a group of nobody has no row
    columns = [
        Column(what.capitalize(), lambda row: str(row.marker)),
        WHO[0],
        METHOD,
        Column(
            "Carriers",
            lambda row: value(carriers.get((row.marker_class, row.marker, row.endpoint, row.first), nobody)),
            True,
        ),
        *FOUND,
    ]
    shown = wording.each(rows.head(MOST_OF_GENES))
    return [Paragraph(text), table(caption, shown, columns, of="results", aside=what == "gene")]


def _of_question(row: Any) -> Cell:
    """What was compared and, in rows of a subgroup, in whom."""
    compared = COMPARISON.show(row)
    assert isinstance(compared, Cell)
    return compared if missing(row.subgroup) else compared._replace(text=f"{compared.text} in {row.subgroup}")


def _p(row: Any) -> Cell:
    """The p, or that there is none, with the reason; empty beside an estimate that it is not of."""
    if row.estimate_type in NOT_TESTED:
        return Cell("")
    if missing(row.p_value):
        return Cell("none", hint="no p: the note gives no reason" if missing(row.note) else str(row.note))
    return value(row.p_value, p_value(row.p_value))


def _q(row: Any) -> Cell:
    return Cell("") if row.estimate_type in NOT_TESTED else value(row.q_value, p_value(row.q_value))


def _group_estimate(row: Any) -> Cell:
    if not missing(row.estimate):
        return value(row.estimate, _unit(row)(row.estimate))
    if row.estimate_type == "median":
        return Cell(NOT_KNOWN, hint="so many of the values are known as a range only that the median is open")
    return Cell(NOT_REACHED)


def _unit(row: Any) -> Callable[[Any], str]:
    return percent if row.estimate_type == "rate" else estimate
