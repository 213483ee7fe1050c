"""Who is in which group of a gene, a set of genes or a feature, as the table of memberships says it (rule 6.34)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice, zip_longest
from typing import NamedTuple

import pandas as pd

from biomarkers.genome.tmb_definitions import make_carriers
from biomarkers.report.given import GENES, Tables

CLASSES = (*GENES, "feature")
MUTATED = "mutated"
MOST_CHOSEN = 500
"""Genes, and features, of which a page lets the reader choose one: twenty thousand would make it 70 MB."""


class Members(NamedTuple):
    """Patients who are listed, by group; the group of all others; the number of who was looked at (see `without`)."""

    listed: dict[str, list[str]]
    others: str
    assayed: int | None


def rows_of(given: Tables) -> pd.DataFrame:
    """Rows of the table of memberships that are of a gene, a set or a feature, of patients of the cohort."""
    rows = given.memberships
    if rows is None or "marker_class" not in rows or rows["marker_class"].isna().all():
        return pd.DataFrame(columns=["patient", "group", "marker_class", "marker", "others", "assayed"])
    rows = rows[rows["marker_class"].isin(CLASSES)]
    return rows[rows["patient"].isin(given.cohort["patient"])]


def members(given: Tables) -> dict[tuple[str, str], list[Members]]:
    """By class and marker who is in which group of a gene or set, or of a feature by each of its cuts.

    Of twenty thousand genes they are millions of rows, so that a page works them out once.
    """
    return given.kept("members", _members)


def _members(given: Tables) -> dict[tuple[str, str], list[Members]]:
    rows = rows_of(given)
    rows = rows[rows["marker"].notna()]
    found: dict[tuple[str, str], dict[str, Members]] = {}
    columns = (rows[name].tolist() for name in ("marker_class", "marker", "others", "assayed", "group", "patient"))
    for marker_class, marker, others, assayed, group, patient in zip(*columns, strict=True):
        of_marker = found.setdefault((marker_class, marker), {})
        if others not in of_marker:
            of_marker[others] = Members({}, others, None if pd.isna(assayed) else int(assayed))
        of_marker[others].listed.setdefault(group, []).append(patient)
    return {marker: [*of_marker.values()] for marker, of_marker in found.items()}


def chosen(given: Tables) -> dict[str, set[str]]:
    """By class the genes and the features that the page holds one by one: all, or of many the `MOST_CHOSEN` to look at.

    Those are the ones that the plan asks for in its sets, then by turns the most frequently mutated and those with the
    smallest p at any endpoint.
    """
    sets = (given.plan.get("genes") or {}).get("sets")
    asked = [str(gene) for own in sets.values() for gene in own] if isinstance(sets, Mapping) else []
    carriers: dict[str, Counter[str]] = {"gene": Counter(), "feature": Counter()}
    for (marker_class, marker), comparisons in members(given).items():
        if marker_class in carriers:
            carriers[marker_class][marker] = max(len(one.listed.get(MUTATED, ())) for one in comparisons)
    found = {}
    for marker_class, frequency in carriers.items():
        by_frequency = [marker for marker, _ in frequency.most_common()]
        by_p = [marker for marker in _by_p(given, marker_class) if marker in frequency]
        turns = (marker for pair in zip_longest(by_p, by_frequency) for marker in pair if marker is not None)
        ordered = dict.fromkeys([*(gene for gene in asked if gene in frequency), *turns])
        found[marker_class] = set(islice(ordered, MOST_CHOSEN))
    return found


def _by_p(given: Tables, marker_class: str) -> list[str]:
    """The markers of a class, smallest p first."""
    if given.results is None:
        return []
    rows = given.results[given.results["marker_class"].eq(marker_class)]
    return [str(marker) for marker in rows.groupby("marker")["p_value"].min().sort_values(kind="stable").index]


def without(given: Tables) -> dict[int, list[str]]:
    """By the number in `assayed`: the patients who were not looked at."""
    rows = rows_of(given)
    rows = rows[rows["marker"].isna() & rows["assayed"].notna()]
    found: dict[int, list[str]] = {}
    for number, patient in zip(rows["assayed"].tolist(), rows["patient"].tolist(), strict=True):
        found.setdefault(int(number), []).append(patient)
    return found


def counted(given: Tables) -> pd.DataFrame:
    """Variants that make somebody a carrier: of a consequence that the plan counts, in who is listed as mutated."""
    if given.mutations is None:
        return pd.DataFrame(columns=["patient", "gene", "consequence"])
    rows = given.mutations[given.mutations["gene"].notna()]
    if {"sample", "patient"} <= set(rows) and "tumor_sample" in given.cohort:
        chosen = rows["patient"].map(given.cohort.set_index("patient")["tumor_sample"])
        rows = rows[rows["sample"].isna() | chosen.isna() | rows["sample"].eq(chosen)]
    mutated = rows_of(given)
    mutated = mutated[mutated["marker_class"].eq("gene") & mutated["group"].eq(MUTATED)]
    carriers = pd.MultiIndex.from_frame(mutated[["patient", "marker"]])
    rows = rows[pd.MultiIndex.from_frame(rows[["patient", "gene"]]).isin(carriers)]
    asked = (given.plan.get("genes") or {}).get("consequences", "nonsynonymous")
    if asked == "all":
        return rows
    makes = make_carriers(rows["consequence"].dropna().unique(), asked)
    return rows[rows["consequence"].map(makes).eq(True)]
