"""Who is in which group of a gene, a set of genes or a feature, as the table of memberships says it (rule 6.34)."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from biomarkers.genome.tmb_definitions import make_carriers
from biomarkers.report.given import GENES, Tables

CLASSES = (*GENES, "feature")
MUTATED = "mutated"


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
    """By class and marker who is in which group of a gene or set, or of a feature by each of its cuts."""
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
