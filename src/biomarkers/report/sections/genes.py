"""Genes: who carries what, one row a gene in words, and every test of a gene, of a set and of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, absent, table, value_cell
from biomarkers.report.figures.oncoprint import KINDS, kind_of, oncoprint
from biomarkers.report.figures.style import Figure, finished, room_for
from biomarkers.report.given import Tables
from biomarkers.report.members import counted, members, without
from biomarkers.report.numbers import bounds, count, estimate, missing, p_value, percent
from biomarkers.report.sections.associations import every_test_of_genes

MOST = 25
"""Genes of the oncoprint, the most frequently mutated ones; members of the plan's own sets are drawn beside them."""
RESPONSE_ORDER = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")


def genes(given: Tables) -> list[Block]:
    """The oncoprint, one row a gene, and the tests."""
    if given.results is None:
        return [*picture(given), absent("The table of results", "--results")]
    return [*picture(given), *by_gene(given), *every_test_of_genes(given)]


def picture(given: Tables) -> list[Block]:
    """The most frequent genes by patient, ordered by response; a sentence where nobody is known to carry one."""
    rows = counted(given)
    if rows.empty:
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
    chart = oncoprint(cells, lacking, patients, list(labels.values()), title=title)
    alt = f"Oncoprint of {count(len(shown), 'gene')} in {n} sequenced patients; most frequent: {', '.join(shown[:5])}"
    caption = (
        f"n = {n} sequenced patients, by best response; {count(len(shown), 'gene')} of those tested, the most "
        f"frequently mutated{' and those of the sets of the plan' if asked else ''} (share of the patients who were "
        "looked at for the gene). Bars on top are the burden. Of several variants of a gene the gravest is drawn."
    )
    if len(lacking):
        caption += " Without a box: the patient's gene panel lacks the gene, so that it is not known."
    spec = finished(chart, alt, beside=room_for(labels.values()))
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


def by_gene(given: Tables) -> list[Block]:
    """One row a gene in words, with the ratio, p and q of each endpoint; nothing without tests of genes."""
    tests = given.tests(of_genes=True)
    tests = tests[tests["marker_class"].eq("gene") & tests["first"].notna()]
    if tests.empty or given.groups is None:
        return []
    groups: dict[tuple[str, str, str], Any] = {
        (str(row.endpoint), str(row.marker), str(row.group)): row for row in wording.each(given.groups)
    }
    ends = [name for name in given.endpoints() if tests["endpoint"].eq(name).any()]
    leading: dict[tuple[str, str], Any] = {}
    ratio: dict[tuple[str, str], Any] = {}
    for row in wording.each(tests.sort_values("method", key=lambda names: names.eq("logrank"), kind="stable")):
        key = (str(row.marker), str(row.endpoint))
        if not missing(row.q_value) or key not in leading:
            leading[key] = row
        ratio.setdefault(key, row)
    columns = [Column("Gene", str), Column("Mutated", lambda gene: _carriers(groups, ends, gene), True)]
    for end in ends:
        columns += _of_endpoint(end, groups, leading, ratio)
    order = tests.sort_values("p_value", kind="stable")["marker"].drop_duplicates()
    return [table("One row a gene: carriers against patients without", order.tolist(), columns, of="results")]


def _carriers(groups: dict[tuple[str, str, str], Any], ends: list[str], gene: str) -> Cell:
    found = [groups[end, gene, "mutated"].n for end in ends if (end, gene, "mutated") in groups]
    return value_cell(max(found)) if found else Cell("")


def _of_endpoint(end: str, groups: Any, leading: Any, ratio: Any) -> list[Column]:
    """What happened in carriers and in others, the ratio of both, p and q."""
    name = wording.short_label(end)

    def one(row: Any) -> str:
        if row is None:
            return "not known"
        if row.estimate_type == "rate":
            return f"{int(row.n_events)}/{int(row.n)} ({percent(row.estimate)})"
        return f"{estimate(row.estimate) or 'not reached'} months (n = {int(row.n)})"

    def in_words(gene: str) -> Cell:
        rows = [groups.get((end, gene, group)) for group in ("mutated", "wild type")]
        if not any(rows):
            return Cell("")
        sort = None if rows[0] is None or missing(rows[0].estimate) else float(rows[0].estimate)
        return Cell(f"mutated {one(rows[0])}, wild type {one(rows[1])}", sort)

    def ratio_of(gene: str) -> Cell:
        row = ratio.get((gene, end))
        if row is None or missing(row.estimate):
            return Cell("")
        limits = bounds(row.ci_low, row.ci_high)
        return value_cell(row.estimate, wording.short_estimate(row) + (f" ({limits})" if limits else ""))

    def p_of(column: str) -> Any:
        def shown(gene: str) -> Cell:
            row = leading.get((gene, end))
            return Cell("") if row is None else value_cell(getattr(row, column), p_value(getattr(row, column)))

        return shown

    return [
        Column(name, in_words, room="some"),
        Column(f"{name}: ratio (95% CI)", ratio_of, True, source="estimate"),
        Column(f"{name}: p", p_of("p_value"), True, source="p_value"),
        Column(f"{name}: q", p_of("q_value"), True, source="q_value"),
    ]
