"""Genes: who carries what, one row a gene in words, and every test of a gene, of a set and of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import (
    Beside,
    Block,
    Cell,
    Choice,
    Column,
    Heading,
    Paragraph,
    Tool,
    absent,
    table,
    value_cell,
)
from biomarkers.report.drawing import PIXELS
from biomarkers.report.figures.oncoprint import KINDS, NARROW, kind_of, oncoprint
from biomarkers.report.figures.style import FULL, Figure, finished, room_for, slug
from biomarkers.report.figures.volcano import volcano
from biomarkers.report.given import Tables
from biomarkers.report.members import MUTATED, counted, members, without
from biomarkers.report.members import chosen as held
from biomarkers.report.numbers import NOT_REACHED, bounds, missing, months, p_value, percent
from biomarkers.report.sections.associations import every_test_of_genes

MOST = 25
"""Genes of the oncoprint, the most frequently mutated ones; members of the plan's own sets are drawn beside them."""
MOST_POINTS = 3000
"""Genes that a volcano draws: of more, those with larger p are thinned out."""
LABELLED = 8
RESPONSE_ORDER = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")


def genes(given: Tables) -> list[Block]:
    """The oncoprint, a volcano of each endpoint, one gene at choice, one row a gene, and the tests."""
    if given.results is None:
        return [*picture(given), absent("The table of results", "--results")]
    found = compared(given)
    return [
        *_drawn(picture(given), volcanoes(found)),
        *chosen(given),
        *by_gene(found),
        *every_test_of_genes(given),
    ]


def _drawn(who: list[Block], of_ends: list[tuple[str, Figure]]) -> list[Block]:
    """Who carries what, beside the volcanoes, of which the reader chooses one."""
    choice: list[Block] = [Choice("Endpoint of the volcano", [(end, [one]) for end, one in of_ends])] if of_ends else []
    return [Beside([who, choice], "first")] if choice else who


def chosen(given: Tables) -> list[Block]:
    """The place of the gene that the reader chooses; none without a gene of which it is known who carries it."""
    known = sum(marker_class == "gene" for marker_class, _ in members(given))
    if not known:
        return []
    text = "Choosing a gene needs scripts; every test stands in the table of results."
    more = known - len(held(given)["gene"])
    said = (
        f"{count(known - more, 'gene')} can be chosen: those of the plan's sets, the most frequently mutated, and "
        f"those with the smallest p. Of {more:,} more the tests are in the table below; who carries them is in "
        "association/memberships.tsv.gz, and every row of theirs in association/results.tsv."
    )
    return [Heading("One gene"), *([Paragraph(said, "note")] if more else []), Tool("gene", text)]


def picture(given: Tables) -> list[Block]:
    """The most frequent genes by patient, ordered by response; a sentence where nobody is known to carry one."""
    rows = counted(given)
    if rows.empty:
        if given.plan and not given.plan.get("genes"):
            return [Paragraph("No genes are drawn: the plan asks for none (its block `genes`).", "absent")]
        text = (
            "No genes are drawn: that needs variants (option --mutations) and who was looked at for which gene, which "
            "`biomarkers associate` writes where the plan asks for genes (option --memberships)."
        )
        return [Paragraph(text, "absent")]
    rows = rows.assign(kind=[kind_of(str(word)) for word in rows["consequence"]])
    sets = (given.plan.get("genes") or {}).get("sets")
    asked = dict.fromkeys(str(gene) for own in sets.values() for gene in own) if isinstance(sets, Mapping) else {}
    frequency = rows.groupby("gene")["patient"].nunique().sort_values(ascending=False, kind="stable")
    shown = [*frequency.index[:MOST], *(name for name in asked if name in frequency.index[MOST:])]
    rank = {kind: place for place, kind in enumerate(KINDS)}
    rows = rows[rows["gene"].isin(shown)].sort_values("kind", key=lambda kinds: kinds.map(rank), kind="stable")
    changes = rows["hgvsp"] if "hgvsp" in rows else pd.Series("", index=rows.index)
    cells = rows.assign(change=changes.fillna("")).drop_duplicates(["patient", "gene"])
    unseen = _unseen(given, shown)
    patients = _ordered(given, cells, unseen)
    n = len(patients)
    labels = {gene: f"{gene} {percent(frequency[gene] / (n - len(unseen[gene])))}" for gene in shown}
    cells = cells.assign(label=cells["gene"].map(labels))[["patient", "gene", "label", "kind", "change"]]
    lacking = pd.DataFrame(
        [(patient, gene, labels[gene]) for gene in shown for patient in unseen[gene]],
        columns=["patient", "gene", "label"],
    )
    title = "Confirmed response" if "confirmed_best_response" in given.cohort else "Best response"
    chart = oncoprint(cells, lacking, patients, labels, title=title)
    people, of = count(n, "sequenced patient"), count(len(shown), "gene")
    alt = f"Oncoprint of {of} in {people}; most frequent: {', '.join(shown[:5])}"
    caption = (
        f"n = {people}, by best response; {of} of those tested, the most "
        f"frequently mutated{' and those of the sets of the plan' if asked else ''} (share of the patients who were "
        "looked at for the gene). Bars on top are the burden. Of several variants of a gene the gravest is drawn."
    )
    if len(lacking):
        caption += " Without a box: not known, since the patient's gene panel lacks the gene or the consequence of a "
        caption += "variant in it is not understood."
    # Of more than a pixel of the PNG for each patient none is lost.
    spec = finished(chart, alt, beside=room_for(labels.values()), edged=NARROW < n <= PIXELS * FULL)
    return [Figure("oncoprint", "Mutated genes of each patient", caption, alt, spec)]


def _unseen(given: Tables, genes_shown: list[str]) -> dict[str, set[str]]:
    """Of each gene the patients who were looked at for another gene, but not for this one."""
    known, lacking = members(given), without(given)
    numbers = {gene: known["gene", gene][0].assayed for gene in genes_shown}
    of = {gene: set(lacking.get(number or 0, [])) for gene, number in numbers.items()}
    nowhere = set.intersection(*of.values())
    return {gene: own - nowhere for gene, own in of.items()}


def _ordered(given: Tables, cells: pd.DataFrame, unseen: dict[str, set[str]]) -> pd.DataFrame:
    """`patient tmb response` of who was looked at for a gene, by response, within it by the genes that they carry."""
    numbers = without(given)
    nowhere = set.intersection(*(set(own) for own in numbers.values())) if numbers else set()
    cohort = given.cohort[~given.cohort["patient"].isin(nowhere)]
    empty = pd.Series(None, index=cohort.index, dtype="object")
    response = cohort.get("confirmed_best_response", cohort.get("best_response", empty))
    found = pd.DataFrame(
        {"patient": cohort["patient"], "tmb": cohort.get("tmb_per_mb", empty).astype("float64"), "response": response}
    )
    of = cells.groupby("gene")["patient"].agg(set)
    place = {name: order for order, name in enumerate(RESPONSE_ORDER)}
    keys = found["response"].map(place).fillna(len(place))
    pattern = ["".join("0" if p in of.get(gene, set()) else "1" for gene in unseen) for p in found["patient"]]
    return found.assign(key=keys, pattern=pattern).sort_values(["key", "pattern", "patient"])[list(found)]


class Tested(NamedTuple):
    """What was tested of genes, unadjusted: genes by p, endpoints, groups, and the rows that hold p and ratio.

    groups: by endpoint, gene and group; p, ratio: by gene and endpoint.
    """

    genes: list[str]
    ends: list[str]
    groups: dict[tuple[str, str, str], Any]
    p: dict[tuple[str, str], Any]
    ratio: dict[tuple[str, str], Any]


def compared(given: Tables) -> Tested:
    """The tests of single genes at the endpoints; empty without any."""
    tests = given.tests(of_genes=True)
    if tests.empty or given.groups is None:
        return Tested([], [], {}, {}, {})
    tests = tests[tests["marker_class"].eq("gene") & tests["first"].notna() & tests["adjusted_for"].isna()]
    of_genes = given.groups[given.groups["marker_class"].eq("gene")]
    groups = {(str(row.endpoint), str(row.marker), str(row.group)): row for row in wording.each(of_genes)}
    ends = [name for name in given.endpoints() if tests["endpoint"].eq(name).any()]
    leading: dict[tuple[str, str], Any] = {}
    ratio: dict[tuple[str, str], Any] = {}
    for row in wording.each(tests.sort_values("method", key=lambda names: names.eq("logrank"), kind="stable")):
        key = (str(row.marker), str(row.endpoint))
        if not missing(row.q_value) or key not in leading:
            leading[key] = row
        ratio.setdefault(key, row)
    of_ends = tests[tests["endpoint"].isin(ends)].sort_values("p_value", kind="stable")
    return Tested(of_ends["marker"].drop_duplicates().tolist(), ends, groups, leading, ratio)


def volcanoes(found: Tested) -> list[tuple[str, Figure]]:
    """Of each endpoint, in words, all genes by ratio and p; none where fewer than two genes have both."""
    made = []
    for end in found.ends:
        rows = []
        for gene in found.genes:
            p, ratio = found.p.get((gene, end)), found.ratio.get((gene, end))
            if p is not None and ratio is not None and not missing(p.p_value) and not missing(ratio.estimate):
                text = wording.short_estimate(ratio) + _limits(ratio)
                words, q_text = in_words(found, end, gene), p_value(p.q_value)
                kind = str(ratio.estimate_type)
                rows.append((gene, ratio.estimate, p.p_value, p.q_value, words, text, p_value(p.p_value), q_text, kind))
        if len(rows) > 1:
            names = ["gene", "ratio", "p", "q", "words", "ratio_text", "p_text", "q_text", "kind"]
            figure = _volcano(end, pd.DataFrame(rows, columns=names), len(found.genes))
            made.append((wording.short_label(end), figure))
    return made


def _volcano(end: str, rows: pd.DataFrame, tested_genes: int) -> Figure:
    """The figure of one endpoint; of many genes those with large p are thinned out."""
    rows = rows.sort_values("p", kind="stable").reset_index(drop=True)
    kind = rows.pop("kind").iloc[0]
    labelled = rows["gene"].head(LABELLED).tolist()
    step = max(1, -(-int((rows.index >= MOST_POINTS // 2).sum()) // (MOST_POINTS // 2)))
    drawn = rows[(rows.index < MOST_POINTS // 2) | (rows.index % step == 0)]
    title = wording.label(end)
    reading = "right: more responses in carriers" if kind == "odds_ratio" else "right: more events in carriers"
    titles = {"odds_ratio": "Odds ratio", "hazard_ratio": "Hazard ratio"}
    chart = volcano(drawn, labelled, title=titles.get(kind, "Ratio"))
    low = int((rows["q"] < 0.05).sum())
    found = f"{count(low, 'gene has', 'genes have') if low else 'no gene has'} a q below 0.05"
    of_end = wording.sentence_label(end)
    alt = f"Volcano of {count(len(rows), 'gene')} for {of_end}: {found}"
    without = tested_genes - len(rows)
    parts = [
        f"{len(rows)} of {count(tested_genes, 'tested gene')}: ratio of carriers against patients without ({reading}), "
        f"and p on a logarithmic scale. {found[0].upper()}{found[1:]}. The {len(labelled)} smallest p are "
        "labelled where there is room. Triangles at the edge: the ratio lies beyond it or has no bound.",
        f"Left out: {count(without, 'gene')} without a p or a ratio." if without else "",
        f"Drawn are {len(drawn):,}: of those with larger p every {step}th." if len(drawn) < len(rows) else "",
        "A click shows the gene below.",
    ]
    spec = finished(chart, alt, crowded=True)
    return Figure(slug(f"volcano_{end}"), f"{title}: every gene", " ".join(filter(None, parts)), alt, spec)


def by_gene(found: Tested) -> list[Block]:
    """One row a gene in words, with the ratio, p and q of each endpoint; nothing without tests of genes."""
    if not found.genes:
        return []
    columns = [
        Column("Gene", str, kind="gene"),
        Column("Mutated", lambda gene: _carriers(found.groups, found.ends, gene), True),
    ]
    for end in found.ends:
        columns += _of_endpoint(end, found)
    return [table("One row a gene: carriers against patients without", found.genes, columns, of="results")]


def _carriers(groups: dict[tuple[str, str, str], Any], ends: list[str], gene: str) -> Cell:
    found = [groups[end, gene, "mutated"].n for end in ends if (end, gene, "mutated") in groups]
    return value_cell(max(found)) if found else Cell("")


def in_words(found: Tested, end: str, gene: str) -> str:
    """What happened in carriers and in others; empty where nothing is known."""

    def one(row: Any) -> str:
        if row is None:
            return "not known"
        if row.estimate_type == "rate":
            return f"{int(row.n_events)}/{int(row.n)} ({percent(row.estimate)})"
        return f"{months(row.estimate) or NOT_REACHED} (n = {int(row.n)})"

    rows = [found.groups.get((end, gene, group)) for group in (MUTATED, "wild type")]
    return f"mutated {one(rows[0])}, wild type {one(rows[1])}" if any(rows) else ""


def _limits(row: Any) -> str:
    limits = bounds(row.ci_low, row.ci_high)
    return f" ({limits})" if limits else ""


def _of_endpoint(end: str, found: Tested) -> list[Column]:
    """What happened in carriers and in others, the ratio of both, p and q."""
    name = wording.short_label(end)

    def happened(gene: str) -> Cell:
        row = found.groups.get((end, gene, MUTATED))
        return Cell(in_words(found, end, gene), None if row is None or missing(row.estimate) else float(row.estimate))

    def ratio_of(gene: str) -> Cell:
        row = found.ratio.get((gene, end))
        if row is None or missing(row.estimate):
            return Cell("")
        return value_cell(row.estimate, wording.short_estimate(row) + _limits(row))

    def p_of(column: str) -> Any:
        def shown(gene: str) -> Cell:
            row = found.p.get((gene, end))
            return Cell("") if row is None else value_cell(getattr(row, column), p_value(getattr(row, column)))

        return shown

    return [
        Column(name, happened, room="some"),
        Column(f"{name}: ratio (95% CI)", ratio_of, True, source="estimate"),
        Column(f"{name}: p", p_of("p_value"), True, source="p_value"),
        Column(f"{name}: q", p_of("q_value"), True, source="q_value"),
    ]
