"""Who carries a counted variant of which gene, checked against the table of groups that the tests left."""

from __future__ import annotations

import pandas as pd

from biomarkers.genome.tmb_definitions import make_carriers
from biomarkers.report.given import Tables

MUTATED = "mutated"


def counted(given: Tables) -> pd.DataFrame:
    """Mutations that enter the gene tests: of patients of the cohort, by the plan's `genes: {consequences}`."""
    if given.mutations is None:
        return pd.DataFrame(columns=["patient", "gene", "consequence"])
    rows = given.mutations[given.mutations["patient"].isin(given.cohort["patient"]) & given.mutations["gene"].notna()]
    asked = (given.plan.get("genes") or {}).get("consequences", "nonsynonymous")
    if asked == "all":
        return rows
    makes = make_carriers(rows["consequence"].dropna().unique(), asked)
    return rows[rows["consequence"].map(makes).eq(True)]


def carriers(given: Tables) -> dict[str, str]:
    """By tested gene, a mark for each patient of the cohort: 1 mutated, 0 wild type, - not known.

    Only genes of which as many carriers are found as the table of groups counts: a curve shows whom the test compared.
    """
    if given.results is None or given.groups is None:
        return {}
    rows = counted(given)
    genes = given.results.loc[given.results["marker_class"].eq("gene"), "marker"].unique()
    patients = given.cohort["patient"]
    known = given.cohort["sequenced"].eq(1) if "sequenced" in given.cohort else pd.Series(True, index=patients.index)
    of_group = given.groups[given.groups["group"].eq(MUTATED)]
    most = of_group.groupby("marker")["n"].max()
    who = rows.groupby("gene")["patient"].agg(set)
    found = {}
    for gene in genes:
        mutated = patients.isin(who.get(gene, set()))
        if gene in most and int((mutated & known).sum()) >= int(most[gene]) and mutated.any():
            found[str(gene)] = "".join("-" if not k else "1" if m else "0" for m, k in zip(mutated, known, strict=True))
    return found
