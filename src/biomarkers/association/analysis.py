"""The whole analysis: every test that a plan asks for, with roles, families and q-values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np
import pandas as pd

from biomarkers.association import (
    comparisons,
    cutpoint,
    gene_models,
    gene_panels,
    genes,
    guarantee_time,
    heterogeneity,
    interaction,
    interval_markers,
    landmark,
    memberships,
    multivariable,
    prediction,
    results,
)
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Columns, Row, columns_of, new_row
from biomarkers.association.specification import Endpoint, Plan
from biomarkers.association.values import Cohort, Outcome
from biomarkers.errors import log
from biomarkers.io import subset
from biomarkers.io.progress import Progress
from biomarkers.stats import ranks


def analyse(
    cohort: Cohort, plan: Plan, carriers: genes.Carriers | None = None, sets: genes.Carriers | None = None
) -> results.Association:
    """All tables. carriers, sets: who carries which gene or set of genes; None when there is no mutation table."""
    sections: list[list[Row]] = []
    groups: list[results.Group] = []
    searches: list[cutpoint.Searched] = []
    places = {name: place for place, name in enumerate(cohort.markers)}
    for outcome in cohort.outcomes.values():
        named = [*plan.markers, *plan.covariates, *plan.strata, *(one.column for one in plan.subset)]
        for name in guarantee_time.known_later(plan, outcome, named):
            log.warning("%s by %s: %s", name, outcome.endpoint.name, guarantee_time.note(plan, outcome, [name]))
        of_markers = _of_markers(cohort, plan, outcome, places)
        rows: list[Row] = []
        sections += [of_markers.rows, rows]
        groups += of_markers.groups
        if outcome.endpoint.kind in ("binary", "time_to_event"):
            for name in plan.data_driven_cutpoints:
                searches.append(cutpoint.search(plan, outcome, cohort.markers[name]))
                rows.append(searches[-1].row.noted(guarantee_time.note(plan, outcome, [name])))
            for first, second in plan.interactions:
                pair = interaction.compare_pair(cohort, plan, outcome, cohort.markers[first], cohort.markers[second])
                guarantee = guarantee_time.note(plan, outcome, [first, second])
                rows += [row.noted(guarantee) for row in pair.rows]
                groups += pair.groups
        for found, marker_class in ((carriers, "gene"), (sets, "gene_set")):
            if found is not None and found.genes:
                of_genes = _of_genes(cohort, plan, outcome, found, marker_class)
                sections.append(of_genes.rows)
                groups += of_genes.groups
    rows = []
    if plan.genes is not None and carriers is not None:
        rows += gene_models.pairs(cohort, plan.genes, carriers)
    rows += heterogeneity.subgroup_rows(cohort, plan)
    rows += heterogeneity.in_strata(cohort, plan)
    from_landmarks = landmark.compare(cohort, plan)
    rows += from_landmarks.rows
    groups += from_landmarks.groups
    rows += _between_markers(cohort, plan)
    of_prediction = prediction.empty()
    if plan.prediction is not None:
        judged = prediction.judge(cohort, plan, plan.prediction)
        rows += judged.rows
        of_prediction = (judged.models, judged.predictions, judged.curves)
    sections.append(rows)
    members = memberships.table([*chain(*sections)], cohort, {"gene": carriers, "gene_set": sets})
    tested = _with_kinds(plan, results.as_frame(_corrected(columns_of(sections), plan)))
    tested, described = with_subset(plan, tested), with_subset(plan, results.group_frame(groups))
    models, predictions, curves = (with_subset(plan, table) for table in of_prediction)
    profiles = with_subset(plan, cutpoint.profile_frame(searches))
    return results.Association(tested, described, members, models, predictions, curves, profiles)


def _of_markers(cohort: Cohort, plan: Plan, outcome: Outcome, places: Mapping[str, int]) -> results.Compared:
    """Every test of the plan's markers against one endpoint, alone and adjusted, in the places of the markers."""
    rows: list[Row] = []
    groups: list[results.Group] = []
    progress = Progress(f"markers against {outcome.endpoint.name}", len(places))
    for measures in comparisons.batches(cohort, plan, outcome):
        compared = comparisons.compare(cohort, plan, outcome, measures)
        rows += [row.placed(places) for row in compared.rows]
        groups += compared.groups
        for measured in measures:
            place = places[measured.marker.name]
            adjusted = multivariable.adjusted_rows(cohort, plan, outcome, measured)
            rows += [row.changed(place=place) for row in adjusted]
        progress.add(len(measures))
    return results.Compared(rows, sorted(groups, key=lambda group: places[group.marker]))


def _corrected(columns: Columns, plan: Plan) -> Columns:
    """Rows with roles, families, q and the plan's fixed sequence."""
    asked = plan.correction
    roles = results.with_roles(columns, plan.primary, plan.secondary, across_endpoints=asked.across_endpoints)
    return results.with_gates(results.with_q_values(roles), asked.gatekeeping)


def _with_kinds(plan: Plan, tested: pd.DataFrame) -> pd.DataFrame:
    """The results with the kind of each row's marker, where that is one marker of the plan and no other name."""
    of_plan = tested["marker_class"].isin(["declared", "feature", "covariate"]) & tested["with_marker"].eq("")
    own = of_plan & tested["landmark_months"].isna()
    kinds = tested["marker"].map({name: marker.kind for name, marker in plan.markers.items()})
    return tested.assign(marker_kind=kinds.where(own, ""))


def with_subset(plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """A table of the analysis with the plan's subset in each row, where it has one (docs/methods.md, 6.19)."""
    return table.assign(subset=subset.as_text(plan.subset)) if plan.subset else table


def _of_genes(
    cohort: Cohort, plan: Plan, outcome: Outcome, found: genes.Carriers, marker_class: str
) -> results.Compared:
    """Every test of genes, or of sets of genes, against one endpoint."""
    rows: list[Row] = []
    groups: list[results.Group] = []
    parts = list(gene_panels.alike(found, cohort))
    places = {gene: place for place, gene in enumerate(gene for part, _ in parts for gene in part.genes)}
    for part, looked_at in parts:
        compared = genes.compare_genes(looked_at, plan, outcome, part, marker_class=marker_class)
        rows += [row.placed(places) for row in compared.rows]
        groups += compared.groups
    for part, looked_at in parts:
        adjusted = gene_models.adjusted(looked_at, plan, outcome, part, marker_class)
        rows += [row.changed(place=len(places)) for row in adjusted]
    guarantee = guarantee_time.note(plan, outcome, plan.genes.adjust_for if plan.genes else ())
    return results.Compared([row.noted(guarantee) for row in rows], groups)


def _between_markers(cohort: Cohort, plan: Plan) -> list[Row]:
    """Rank correlation of the continuous markers of each pair that is tested together; the endpoint is the second."""
    rows = []
    for pair in plan.interactions:
        first, second = (cohort.markers[name] for name in pair)
        if {first.marker.kind, second.marker.kind} != {"continuous"}:
            continue
        used = ~np.isnan(first.value) & ~np.isnan(second.value)
        without = "; ".join(
            filter(None, (interval_markers.left_out_of(one, np.ones_like(used)) for one in (first, second)))
        )
        rho, test = ranks.spearman(first.value[used], second.value[used])
        other = Outcome(Endpoint(pair[1], "continuous", pair[1]), second.value)
        contrast = Contrast(f"{pair[0]} with {pair[1]}", name="pair")
        row = new_row(other, pair[0], used, "spearman", contrast, rho, "rho", test, corrected_with="pairs")
        rows.append(row.changed(of_marker=pair[0], with_marker=pair[1]).noted(without))
    return rows
