"""Adjusted models against statsmodels and lifelines with the same covariates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from biomarkers.stats.logistic import logistic

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
  depth: {kind: continuous}
markers:
  tmb_per_mb: {kind: continuous, transform: log2p1}
  smoker: {kind: binary, levels: ["no", "yes"]}
covariates: [age, histology]
"""


def columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The terms of the adjusted model, made here."""
    return pd.DataFrame(
        {
            "tmb": np.log2(frame["tmb_per_mb"] + 1),
            "age": frame["age"].astype(float),
            "other": (frame["histology"] == "other") * 1.0,
            "squamous": (frame["histology"] == "squamous") * 1.0,
        }
    )


def test_adjusted_cox_as_lifelines(study: Any) -> None:
    made = study(PLAN)
    known = made.frame.dropna(subset=["pfs_months"])
    cells = columns(known).assign(t=known["pfs_months"], e=known["pfs_event"].astype(float))
    fitted = CoxPHFitter().fit(cells, "t", "e", fit_options={"precision": 1e-12, "r_precision": 1e-14})
    rows = made.done.results
    tests = ["", "/age", "/histology/other", "/histology/squamous"]
    for ending, term in zip(tests, ("tmb", "age", "other", "squamous"), strict=True):
        row = made.row(f"pfs/tmb_per_mb/adjusted_cox{ending}")
        assert row["estimate"] == pytest.approx(fitted.hazard_ratios_[term], rel=1e-5)
        assert row["p_value"] == pytest.approx(fitted.summary["p"][term], rel=1e-4)
        assert row["note"].startswith("cox: pfs ~ log2(tmb_per_mb + 1) + age + histology")
        assert row["marker_class"] == ("covariate" if ending else "declared")
        assert row["family"].endswith("covariates" if ending else "adjusted")
    alone = made.row("pfs/tmb_per_mb/cox")
    assert abs(np.log(alone["estimate"] / fitted.hazard_ratios_["tmb"])) > 0.01
    assert not rows["test"].str.startswith("depth/").eq(True).mul(rows["test"].str.contains("adjusted")).any()


def test_adjusted_logistic_has_every_term(study: Any) -> None:
    """Few events for four terms, so Firth's; the same penalised fit of columns made here."""
    made = study(PLAN)
    known = made.frame.dropna(subset=["responder"])
    fit = logistic(columns(known).to_numpy(), known["responder"].to_numpy(float))
    assert fit.method == "firth_logistic"
    row = made.row("response/tmb_per_mb/adjusted_logistic")
    assert row["method"] == "firth_logistic" and row["n"] == 23
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == pytest.approx(fit.terms[0].ratio, rel=1e-9)


def test_a_row_names_what_else_its_model_has(study: Any) -> None:
    """Of the marker the covariates, of a covariate the marker and the other covariates; nothing of a model alone."""
    made = study(PLAN)
    others = made.done.results.drop_duplicates("test").set_index("test")["adjusted_for"]
    beside = made.plan.covariates
    assert others["response/tmb_per_mb/adjusted_logistic"] == ", ".join(beside)
    of_first = [test for test in others.index if test.startswith(f"response/tmb_per_mb/adjusted_logistic/{beside[0]}")]
    assert of_first and {others[test] for test in of_first} == {", ".join(["tmb_per_mb", *beside[1:]])}
    assert not others[[test for test in others.index if "adjusted_" not in test]].any()


def test_complete_cases_and_strata(study: Any) -> None:
    """A stratified Cox model leaves out who has no stratum, and says which strata."""
    made = study(PLAN + "strata: [centre]\n")
    known = made.frame.dropna(subset=["pfs_months", "centre"])
    cells = columns(known)[["tmb"]].assign(t=known["pfs_months"], e=known["pfs_event"].astype(float))
    cells["centre"] = known["centre"].astype(str)
    fitted = CoxPHFitter().fit(
        cells, "t", "e", strata=["centre"], fit_options={"precision": 1e-12, "r_precision": 1e-14}
    )
    row = made.row("pfs/tmb_per_mb/cox")
    assert (row["n"], row["n_missing"]) == (len(known), 3)
    assert row["estimate"] == pytest.approx(fitted.hazard_ratios_["tmb"], rel=1e-5)
    assert "(strata centre)" in made.row("pfs/tmb_per_mb/adjusted_cox")["note"]
    assert "not stratified" in made.row("response/tmb_per_mb/logistic")["note"]


def test_a_marker_of_one_level_is_not_tested(study: Any, tmp_path: Any) -> None:
    table = tmp_path / "cohort.tsv"
    source = pd.read_csv(__file__.replace("test_multivariable.py", "small_trial.tsv"), sep="\t", dtype=str)
    source.assign(histology="adeno", age="60").to_csv(table, sep="\t", index=False)
    made = study(PLAN.replace("covariates: [age, histology]\n", "  histology: {kind: categorical}\n"), table)
    row = made.row("pfs/histology/cox")
    assert "one level only" in row["note"] and np.isnan(row["estimate"])
    adjusted, alone = (study(PLAN, table).row(f"pfs/tmb_per_mb/{model}cox") for model in ("adjusted_", ""))
    assert "left out of the model: histology (one level only), age (per unit of x)" in adjusted["note"]
    assert adjusted["p_value"] == pytest.approx(alone["p_value"], rel=1e-9)


def test_covariates_are_not_adjusted_for_themselves(study: Any) -> None:
    made = study(PLAN.replace("covariates: [age, histology]", "covariates: [smoker]"))
    rows = made.done.results
    assert (rows["test"] == "pfs/tmb_per_mb/adjusted_cox/smoker").sum() == 1
    assert not rows["test"].str.startswith("pfs/smoker/adjusted").any()


def test_a_level_named_like_a_covariate_is_a_test_of_its_own(study: Any, tmp_path: Any) -> None:
    table = tmp_path / "cohort.tsv"
    source = pd.read_csv(__file__.replace("test_multivariable.py", "small_trial.tsv"), sep="\t", dtype=str)
    regions = ["age", "north", "south"] * len(source)
    source.assign(region=regions[: len(source)]).to_csv(table, sep="\t", index=False)
    plan = PLAN.replace("covariates: [age, histology]", "  region: {kind: categorical}\ncovariates: [age]")
    made = study(plan, table).done.results
    terms = made[made["test"].str.startswith("response/region/adjusted_logistic")]
    assert len(terms) == 3 and terms["test"].is_unique


def test_per_standard_deviation_and_per_named_units(study: Any) -> None:
    """The marker divided by what a unit shall be, fitted again by lifelines; p and test are those per unit."""
    made = study(PLAN.replace("transform: log2p1}", "transform: log2p1}\n  age: {kind: continuous, per: 10}"))
    known = made.frame.dropna(subset=["pfs_months", "tmb_per_mb"])
    for name, marker, text in (("tmb_per_mb", np.log2(known["tmb_per_mb"] + 1), "SD"), ("age", known["age"], "10")):
        unit = marker.std() if text == "SD" else 10
        cells = pd.DataFrame({"x": marker / unit, "t": known["pfs_months"], "e": known["pfs_event"].astype(float)})
        fitted = CoxPHFitter().fit(cells.dropna(), "t", "e", fit_options={"precision": 1e-12, "r_precision": 1e-14})
        row, alone = made.row(f"pfs/{name}/cox", "hazard_ratio_rescaled"), made.row(f"pfs/{name}/cox")
        limits = np.exp(fitted.confidence_intervals_.loc["x"]).tolist()
        assert [row["estimate"], row["ci_low"], row["ci_high"]] == pytest.approx(
            [fitted.hazard_ratios_["x"], *limits], rel=1e-5
        )
        assert row["contrast"].startswith(f"per {text}") and alone["contrast"].startswith("per unit")
        assert row["per"] == pytest.approx(unit) and alone["per"] == 1
        assert (row["per_named"], alone["per_named"]) == ("sd" if text == "SD" else "", "")
        assert row["transform"] == alone["transform"] == ("log2p1" if name == "tmb_per_mb" else "")
        assert (row["p_value"], row["q_value"], row["family"]) == (alone["p_value"], alone["q_value"], alone["family"])
    assert made.row("response/tmb_per_mb/logistic", "odds_ratio_rescaled")["estimate"] > 0


def test_a_ratio_beyond_all_numbers_has_one_per_its_own_unit(study: Any) -> None:
    """Values of millionths: the ratio per unit is infinite, that per standard deviation is not."""
    made = study(PLAN.replace("transform: log2p1", "transform: none"))
    tiny = made.cohort.markers["tmb_per_mb"]
    tiny.value[:] = tiny.value / 1e9
    row = made.row("response/tmb_per_mb/logistic", "odds_ratio_rescaled")
    assert np.isfinite(row["estimate"]) and np.isinf(made.row("response/tmb_per_mb/logistic")["estimate"])


def test_an_adjusted_model_is_not_the_test_that_a_plan_names(study: Any) -> None:
    """The secondary test is the model alone; beside covariates it explores."""
    made = study(PLAN + "secondary: [{marker: tmb_per_mb, endpoint: pfs, method: cox}]\n")
    roles = made.done.results.groupby("test")["role"].agg(set)
    assert roles["pfs/tmb_per_mb/cox"] == {"secondary"} and roles["pfs/tmb_per_mb/adjusted_cox"] == {"exploratory"}
