"""Who was in which group: the members are those whom the tests counted. Oracles: the tables of results and groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import cohorts
from biomarkers.association import analysis, genes, memberships
from biomarkers.association.memberships import NOT_EVALUABLE
from biomarkers.io import schemas
from biomarkers.io.patient_lists import split

PLAN = cohorts.plan(
    'tmb_per_mb: {kind: continuous, class: feature, cutpoints: [{at: 10, side: ">="}, {at: median, side: ">"}]}',
    'smoker: {kind: binary, levels: ["no", "yes"], class: feature}',
    "histology: {kind: categorical, class: feature}",
    genes="{min_carriers: 1}",
)


def read_back(frame: pd.DataFrame, patients: list[str], marker: str, cut: tuple[str, str] | None = None) -> pd.Series:
    """The group of each patient, as the schema says how to read the table."""
    own = frame[frame["marker"].eq(marker) & frame["test"].isna()]
    own = own if cut is None else own[own["others"].isin(cut)]
    group = pd.Series(own["others"].iloc[0], index=patients)
    without = frame[frame["marker"].isna() & frame["assayed"].isin(own["assayed"].dropna())]
    for row in pd.concat([without, own]).itertuples():
        group[split(row.patients)] = row.group
    return group


def carriers(made: Any, looked: bool = True) -> genes.Carriers:
    """Three genes of 24 patients; MDC1 was not looked at in the first 8, of whom one carries it."""
    carrier = np.random.default_rng(4).random((3, 24)) < 0.4
    carrier[1, 3] = True
    seen = np.ones((3, 24), dtype=bool)
    seen[1, :8] = False
    return genes.Carriers(("TP53", "MDC1", "KRAS"), carrier & made.cohort.sequenced, looked=seen if looked else None)


def test_groups_read_back_are_those_that_the_tests_counted(study: Any) -> None:
    made = study(PLAN)
    done = analysis.analyse(made.cohort, made.plan, carriers(made), genes.Carriers(("S",), carriers(made).carrier[:1]))
    patients, frame = list(made.cohort.patients), done.memberships
    cohort = made.frame.set_index("patient")
    compared = done.results[done.results["method"].isin(["fisher", "logrank"]) & done.results["first"].notna()]
    compared = compared[compared["first"].ne("")]
    assert set(compared["marker"]) >= {"TP53", "MDC1", "KRAS", "S", "tmb_per_mb", "smoker"}
    for row in compared.itertuples():
        of = read_back(frame, patients, row.marker, (row.first, row.second))
        known = cohort["responder" if row.endpoint == "response" else "pfs_months"].notna()
        assert (of[known].isin([row.first, row.second])).sum() == row.n, row.test
        groups = done.groups.query("endpoint == @row.endpoint and marker == @row.marker").set_index("group")["n"]
        for name in (row.first, row.second):
            assert of[known].eq(name).sum() == groups.get(name, 0), (row.test, name)
    assert frame["test"].isna().all()  # a feature's groups stand once, not once a test
    sizes = cohort["smoker"].value_counts()
    assert frame.loc[frame["marker"].eq("smoker"), "others"].unique().tolist() == [f"{sizes.index[0]}"]
    assert read_back(frame, patients, "MDC1")[:8].eq(NOT_EVALUABLE).all()
    assert read_back(frame, patients, "TP53")[["p21", "p22"]].eq(NOT_EVALUABLE).all()
    levels = read_back(frame, patients, "histology").replace(NOT_EVALUABLE, None)
    pd.testing.assert_series_equal(levels.dropna(), cohort["histology"].dropna(), check_names=False, check_dtype=False)


def test_a_gene_is_one_row_and_who_was_not_looked_at_one_for_all_genes_of_the_same_panels(study: Any) -> None:
    """Nobody who is wild type is listed, and nothing is written for each endpoint again."""
    made = study(PLAN)
    frame = memberships.table([], made.cohort, {"gene": carriers(made), "gene_set": None})
    assert list(frame) == schemas.columns("memberships") and frame["test"].isna().all()
    assert frame["marker"].tolist()[:3] == ["TP53", "MDC1", "KRAS"] and frame["assayed"].tolist() == [1, 2, 1, 1, 2]
    assert frame["group"].tolist() == ["mutated"] * 3 + [NOT_EVALUABLE] * 2
    assert frame["patients"].iloc[3] == "p21,p22" and "p1,p2,p3" in frame["patients"].iloc[4]


def test_of_declared_markers_there_is_a_row_for_each_patient_who_was_compared(study: Any) -> None:
    made = study(PLAN.replace(", class: feature", ""))
    done = made.done
    counted = done.memberships["test"].value_counts()
    n = done.results.drop_duplicates("test").set_index("test")["n"]
    assert len(counted) > 8 and counted.eq(n[counted.index]).all()
    assert done.memberships["test"].notna().all()
    assert memberships.table([], made.cohort, {}).columns.tolist() == schemas.columns("memberships")
