"""How many hits the whole analysis would have if no marker were associated with any outcome (docs/methods.md, 6.30).

The outcomes of whole patients are exchanged, and everything that the plan asks for is done again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association import analysis
from biomarkers.association.genes import Carriers
from biomarkers.association.specification import Plan
from biomarkers.association.values import Cohort, Outcome
from biomarkers.errors import log
from biomarkers.io import tables
from biomarkers.io.progress import Progress
from biomarkers.stats.intervals import LEVEL
from biomarkers.stats.proportions import clopper_pearson

ALL = "all"
"""Row of all families together."""


def table(
    cohort: Cohort, plan: Plan, results: pd.DataFrame, carriers: Carriers | None = None, sets: Carriers | None = None
) -> pd.DataFrame:
    """Hits of each family and of all, as found (`results`) and over the plan's permutations; no rows where it has none.

    The prediction is left out: its p is itself one of permuted outcomes.
    """
    if not plan.permutations:
        return tables.of_rows([], "null_hits")
    without = replace(plan, prediction=None)
    random = np.random.default_rng(plan.seed)
    found = _hits(results[results["method"].ne("nested_cv")], plan)
    null = []
    log.info("the plan asks for permutations: all tests are now done %d times more", plan.permutations)
    progress = Progress("permutations of the outcomes", plan.permutations)
    for _ in range(plan.permutations):
        with _silent():
            again = analysis.analyse(_exchanged(cohort, random), without, carriers, sets).results
        null.append(_hits(again, plan).reindex(found.index))
        progress.add()
    p_hits, q_hits, smallest = (
        np.array([one[name].to_numpy(float) for one in null]) for name in ("p_hits", "q_hits", "smallest_p")
    )
    rows = []
    for position, (family, own) in enumerate(found.iterrows()):
        reached = smallest[:, position] <= own["smallest_p"] * (1 + 1e-9)
        share = clopper_pearson(int((q_hits[:, position] > 0).sum()), len(null))
        rows.append(
            {
                "family": family,
                **{str(name): value for name, value in own.items()},
                "p_hits_expected": float(np.nan_to_num(p_hits[:, position]).mean()),
                "q_hits_expected": float(np.nan_to_num(q_hits[:, position]).mean()),
                "family_wise": share.estimate,
                "ci_low": share.low,
                "ci_high": share.high,
                "p_smallest": (1 + int(reached.sum())) / (1 + len(null)),
                "n_permutations": len(null),
            }
        )
    return tables.of_rows(rows, "null_hits")


def _hits(results: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Per family and of all: tests that count, how many have p and q below the level, and the smallest p.

    Tests of one marker against another have no outcome that is exchanged, and do not count; nor do landmarks of what
    becomes known during follow-up, since it is exchanged with the outcome. Covariates of adjusted models do, in
    families of their own.
    """
    later = {landmark.name for landmark in plan.landmarks if landmark.since}
    of_outcomes = results["endpoint"].isin(plan.endpoints) & ~results["marker"].isin(later)
    counted = results[of_outcomes & results["q_value"].notna()].drop_duplicates(["family", "test"])
    parts = {ALL: counted, **{str(name): part for name, part in counted.groupby("family", sort=False)}}
    return pd.DataFrame(
        {
            name: {
                "n_tests": len(part),
                "p_hits": int((part["p_value"] < LEVEL).sum()),
                "q_hits": int((part["q_value"] < LEVEL).sum()),
                "smallest_p": part["p_value"].min(),
            }
            for name, part in parts.items()
        }
    ).T


def _exchanged(cohort: Cohort, random: np.random.Generator) -> Cohort:
    """The cohort with the outcomes of other patients, all of one patient together; strata keep their own.

    What becomes known during follow-up goes with the outcomes; what is known at the start stays.
    """
    order = np.arange(len(cohort.patients))
    codes = np.zeros(len(order)) if cohort.stratum is None else np.nan_to_num(cohort.stratum, nan=-1.0)
    for code in np.unique(codes):
        inside = np.flatnonzero(codes == code)
        order[inside] = random.permutation(inside)
    outcomes = {name: _ordered(outcome, order) for name, outcome in cohort.outcomes.items()}
    landmarks = dict(cohort.landmarks)
    for key, (ever, since) in cohort.landmarks.items():
        if since is not None:
            landmarks[key] = ever[order], since[order]
    return replace(cohort, outcomes=outcomes, landmarks=landmarks, is_exchanged=True)


def _ordered(outcome: Outcome, order: npt.NDArray[np.int64]) -> Outcome:
    return replace(outcome, event=outcome.event[order], time=None if outcome.time is None else outcome.time[order])


@contextmanager
def _silent() -> Iterator[None]:
    """No warnings of an analysis whose outcomes are exchanged."""
    parent = logging.getLogger("biomarkers")
    level = parent.level
    parent.setLevel(logging.ERROR)
    try:
        yield
    finally:
        parent.setLevel(level)
