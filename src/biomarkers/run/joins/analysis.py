"""Every test of a cohort that its plan asks for, with the tables beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from biomarkers.association import analysis, inputs, null_hits, results, sensitivity
from biomarkers.clinical.inputs import say_of_cohort
from biomarkers.errors import log
from biomarkers.run.joins import sequenced as listing

TABLES = (*results.Association._fields, "null_hits", "sensitivity")
"""Of which the last two take long."""


def analyse(
    cohort: Path,
    plan: Path,
    asked: Mapping[str, Path | None],
    *,
    mutations: Path | None,
    sequenced: Path | None,
    gene_sets: Path | None,
    gene_panels: Collection[Path],
    missing: Collection[str],
) -> dict[str, pd.DataFrame]:
    """The tables of `biomarkers associate` by schema, of whose options the others are the values.

    asked: where each stands; the permutations and the sensitivity are worked out only for a table that has a place.
    missing: words for missing. Raises InputError with every problem of every file.
    """
    listed = None if sequenced is None else listing.patients(sequenced, missing)
    given = inputs.read(cohort, plan, mutations, missing, listed, gene_sets, gene_panels)
    say_of_cohort(cohort, given.everybody)
    if given.untested:
        log.warning("genes are not tested: %s", given.untested)
    done = analysis.analyse(given.cohort, given.plan, given.carriers, given.sets)
    made = done._asdict()
    if asked["null_hits"] is not None:
        hits = null_hits.table(given.cohort, given.plan, done.results, given.carriers, given.sets)
        made["null_hits"] = analysis.with_subset(given.plan, hits)
    elif given.plan.permutations:
        log.warning("the plan's permutations are not done: their table is written where --null-hits asks for it")
    if asked["sensitivity"] is not None:
        repeated = sensitivity.table(given.cohort, given.plan, given.frame)
        made["sensitivity"] = analysis.with_subset(given.plan, repeated)
    return made
