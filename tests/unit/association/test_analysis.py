"""The whole analysis: which tests a plan gets, with one primary row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from biomarkers.association import analysis, genes

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: pfs, cut: {at: median, side: ">"}, method: logrank}
secondary: [{marker: smoker, endpoint: response}]
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb_per_mb: {kind: continuous}
  smoker: {kind: binary, levels: ["no", "yes"]}
data_driven_cutpoints: [tmb_per_mb]
genes: {min_carriers: 2}
"""


def test_every_test_that_the_plan_asks_for(study: Any) -> None:
    made = study(PLAN)
    carrier = np.zeros((1, 24), dtype=bool)
    carrier[0, :8] = True
    done = analysis.analyse(made.cohort, made.plan, genes.Carriers(("KRAS",), carrier))
    roles = done.results.drop_duplicates("test").set_index("test")["role"]
    assert roles.to_dict() == {
        "pfs/tmb_per_mb/gt_median_logrank": "primary",
        "response/smoker/fisher": "secondary",
        "response/tmb_per_mb/mann_whitney": "exploratory",
        "response/tmb_per_mb/logistic": "exploratory",
        "response/tmb_per_mb/maximally_selected": "exploratory",
        "response/KRAS/mutated_fisher": "exploratory",
        "pfs/tmb_per_mb/cox": "exploratory",
        "pfs/tmb_per_mb/gt_median_cox": "exploratory",
        "pfs/smoker/logrank": "exploratory",
        "pfs/smoker/cox": "exploratory",
        "pfs/tmb_per_mb/maximally_selected": "exploratory",
        "pfs/KRAS/mutated_logrank": "exploratory",
        "pfs/KRAS/mutated_cox": "exploratory",
    }
    assert (done.results["role"] == "primary").sum() == 1
    models = ["pfs/tmb_per_mb/gt_median_cox", "pfs/smoker/cox", "pfs/KRAS/mutated_cox"]
    alike = done.results["test"].isin(models)
    assert done.results["q_value"].notna().equals(done.results["p_value"].notna() & ~alike)


def test_without_genes_and_with_prediction(study: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = PLAN + "prediction: {features: [tmb_per_mb, age], endpoint: response}\n"
    monkeypatch.setattr("biomarkers.association.prediction.FEWEST", 12)
    done = study(plan).done.results
    row = done[done["method"] == "nested_cv"].iloc[0]
    assert row["marker"] == "tmb_per_mb + age" and "fewer than 12" in row["note"]
    assert not done["marker_class"].eq("gene").any()


def test_correction_of_the_plan(study: Any) -> None:
    plan = PLAN + "correction: {across_endpoints: true, gatekeeping: [{marker: smoker, endpoint: response}]}\n"
    done = study(plan).done.results
    gates = done[done["gate"].notna()].set_index("gate")
    assert gates["marker"].to_dict() == {1: "tmb_per_mb", 2: "smoker"} and gates["role"].tolist() == [
        "primary",
        "secondary",
    ]
    assert gates.loc[2, "gate_p"] == gates["p_value"].max()
    assert done["family"].str.contains("all endpoints").all()
    without = study(PLAN).done.results
    assert without["gate"].isna().all() and not without["family"].str.contains("all endpoints").any()
