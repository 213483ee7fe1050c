"""The whole analysis: every test that a plan asks for, with roles, families and q-values."""

from __future__ import annotations

import logging

from biomarkers.association import comparisons, genes, multivariable, results
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort

log = logging.getLogger("biomarkers")


def analyse(cohort: Cohort, plan: Plan, carriers: genes.Carriers | None = None) -> results.Association:
    """Both tables. carriers: who carries which gene (see `genes.carriers`); None when there is no mutation table."""
    rows: list[results.Row] = []
    groups: list[results.Group] = []
    for outcome in cohort.outcomes.values():
        for measured in cohort.markers.values():
            compared = comparisons.compare(cohort, plan, outcome, measured)
            rows += compared.rows + multivariable.adjusted_rows(cohort, plan, outcome, measured)
            groups += compared.groups
            if comparisons.guarantee_time(plan, outcome, measured.marker.name):
                log.warning("%s by %s: %s", measured.marker.name, outcome.endpoint.name, comparisons.GUARANTEE_TIME)
        if carriers is not None:
            of_genes = genes.compare_genes(cohort, plan, outcome, carriers)
            rows += of_genes.rows
            groups += of_genes.groups
    rows = results.with_q_values(results.with_roles(rows, plan.primary, plan.secondary))
    return results.Association(results.as_frame(rows), results.group_frame(groups))
