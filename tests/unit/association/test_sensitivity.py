"""The primary result under other choices: each choice made here on the table, tested by scipy or lifelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from scipy import stats

import cohorts
from biomarkers.association import sensitivity
from biomarkers.stats import imputation

RUBIN = imputation.rubin

PLAN = cohorts.plan(
    "tmb_per_mb: {kind: continuous, transform: log2p1}",
    primary='marker: tmb_per_mb, endpoint: ENDPOINT, cut: {at: 10, side: ">="}',
    covariates="[age]",
    sensitivity="{imputations: 5, seed: 3}",
)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    frame = cohorts.drawn(
        80,
        51,
        tmb_per_mb_all_coding=lambda random, frame: (frame["tmb_per_mb"] * 1.3 + random.normal(0, 1, 80)).round(1),
        best_response=cohorts.chosen("CR", "PR", "SD", "PD"),
        confirmed_best_response=lambda random, frame: np.where(random.random(80) < 0.2, "SD", frame["best_response"]),
        responder=lambda _, frame: frame["confirmed_best_response"].isin(["CR", "PR"]).astype(int),
        pfs_months_fda=lambda random, frame: (frame["pfs_months"] * random.choice([1, 0.7], 80)).round(2),
        pfs_event_fda=lambda _, frame: frame["pfs_event"] * (frame["pfs_months"] == frame["pfs_months_fda"]),
        tumor_only=cohorts.chosen(0, 1),
        tmb_status=cohorts.chosen("ok", "warn"),
        denominator_source=cohorts.chosen("callable", "assumed"),
        tumor_content=lambda random, _: random.uniform(0.1, 0.9, 80).round(2),
    )
    frame.loc[:11, "age"] = np.nan
    return cohorts.written(tmp_path, frame)


def made(study: Any, cohort: Path, endpoint: str, plan: str = PLAN) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of choices by name, and the cohort."""
    done = study(plan.replace("ENDPOINT", endpoint), cohort)
    return sensitivity.table(done.cohort, done.plan, done.frame).set_index("analysis"), done.frame


def fisher(frame: pd.DataFrame, outcome: str = "responder", burden: str = "tmb_per_mb") -> float:
    return float(stats.fisher_exact(pd.crosstab(frame[burden] >= 10, frame[outcome]).to_numpy()).pvalue)


def test_every_choice_of_a_response(study: Any, cohort: Path) -> None:
    found, frame = made(study, cohort, "response")
    frame["unconfirmed"] = frame["best_response"].isin(["CR", "PR"]).astype(int)
    right = {
        "primary": fisher(frame),
        "confirmed": fisher(frame),
        "unconfirmed": fisher(frame, "unconfirmed"),
        "definition_all_coding": fisher(frame, burden="tmb_per_mb_all_coding"),
        "without_tumor_only": fisher(frame[frame["tumor_only"] == 0]),
        "without_assumed_denominators": fisher(frame[frame["denominator_source"] == "callable"]),
        "without_low_tumor_content": fisher(frame[frame["tumor_content"] >= 0.3]),
        "without_warned_samples": fisher(frame[frame["tmb_status"] == "ok"]),
    }
    for name, p in right.items():
        assert found.loc[name, "p_value"] == pytest.approx(p, rel=1e-9), name
    assert "as in the primary analysis" in found.loc["confirmed", "note"]
    assert f"{(frame['tumor_only'] == 1).sum()} patients left out" in found.loc["without_tumor_only", "note"]
    assert "not done: response is no time" in found.loc["censoring_fda", "note"]
    assert found.loc["complete_case", "n"] == 68 and found.loc["multiple_imputation", "n"] == 80
    assert (
        "5 imputed tables" in found.loc["multiple_imputation", "note"]
        and "seed 3" in found.loc["multiple_imputation", "note"]
    )
    assert "missing: age 12" in found.loc["multiple_imputation", "note"]


def test_leaving_out_each_patient(study: Any, cohort: Path) -> None:
    found, frame = made(study, cohort, "response")
    p = [fisher(frame.drop(index=line)) for line in frame.index]
    row = found.loc["leave_one_out_lowest"]
    without = row["note"].split("without ")[1].split(";")[0]
    assert row["p_value"] == pytest.approx(fisher(frame[frame["patient"] != without]), rel=1e-9)
    assert f"p from {min(p):.3g} to {max(p):.3g} over 80 patients" in row["note"]
    assert row["estimate"] <= found.loc["primary", "estimate"] <= found.loc["leave_one_out_highest", "estimate"]


def test_choices_of_a_time(study: Any, cohort: Path) -> None:
    found, frame = made(study, cohort, "pfs")
    for name, ending in (("primary", ""), ("censoring_fda", "_fda")):
        cells = pd.DataFrame({"x": (frame["tmb_per_mb"] >= 10).astype(float), "t": frame[f"pfs_months{ending}"]})
        cells["e"] = frame[f"pfs_event{ending}"]
        fitted = CoxPHFitter().fit(cells, "t", "e", fit_options={"precision": 1e-12, "r_precision": 1e-14})
        assert found.loc[name, "estimate"] == pytest.approx(fitted.hazard_ratios_["x"], rel=1e-6)
    assert "as in the primary analysis" in found.loc["censoring_ema_itt", "note"]
    assert "not done: pfs is no response" in found.loc["confirmed", "note"]
    pooled, complete = found.loc["multiple_imputation"], found.loc["complete_case"]
    assert pooled["method"] == "cox" and abs(np.log(pooled["estimate"] / complete["estimate"])) < 0.7


@pytest.mark.parametrize(("endpoint", "complete"), [("response", 80 - 5), ("pfs", 63 - 4)])
def test_degrees_of_freedom_are_those_of_the_model(
    study: Any, cohort: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str, complete: float
) -> None:
    """As R's mice: patients less constant, cut, age and two of three sites; of a Cox model the events."""
    frame = pd.read_csv(cohort, sep="\t")
    frame["site"] = ["ABC"[i % 3] for i in range(len(frame))]
    frame["pfs_event"] = [1] * 63 + [0] * 17
    frame.to_csv(cohort, sep="\t", index=False)
    asked = []
    monkeypatch.setattr(imputation, "rubin", lambda *given: asked.append(given[2]) or RUBIN(*given))
    made(study, cohort, endpoint, PLAN.replace("[age]", "[age, site]"))
    assert asked == [complete]


def test_imputing_in_a_cohort_with_as_few_patients_as_columns(study: Any, cohort: Path) -> None:
    """It divided by no degrees of freedom."""
    frame = pd.read_csv(cohort, sep="\t").iloc[10:14]
    frame = frame.assign(tmb_per_mb=[3.0, 12, 5, 20], pfs_event=[1, 0, 1, 1])
    frame.to_csv(cohort, sep="\t", index=False)
    found, _ = made(study, cohort, "pfs")
    assert "degrees of freedom" in found.loc["multiple_imputation", "note"]


def test_a_cohort_that_cannot_make_a_choice_says_why(study: Any, cohort: Path) -> None:
    kept = ["patient", "tmb_per_mb", "responder", "pfs_months", "pfs_event", "age"]
    pd.read_csv(cohort, sep="\t")[kept].assign(age=60.0).to_csv(cohort, sep="\t", index=False)
    found, _ = made(study, cohort, "response")
    undone = found[found["p_value"].isna()]
    assert set(undone.index) >= {"unconfirmed", "definitions", "without_tumor_only", "multiple_imputation"}
    assert undone["note"].str.startswith("not done").sum() == len(undone) and undone["estimate"].isna().all()


def test_a_rank_test_has_all_its_estimates(study: Any, cohort: Path) -> None:
    plan = PLAN.replace(', cut: {at: 10, side: ">="}', "")
    found, frame = made(study, cohort, "response", plan)
    assert found.loc["primary", "estimate_type"].tolist() == ["hodges_lehmann", "auc"]
    part = frame[frame["tumor_only"] == 0]
    a, b = (part.loc[part["responder"] == r, "tmb_per_mb"] for r in (1, 0))
    area = stats.mannwhitneyu(a, b).statistic / len(a) / len(b)
    rows = found.loc["without_tumor_only"].set_index("estimate_type")
    assert rows.loc["auc", "estimate"] == pytest.approx(area, rel=1e-9)


def test_what_is_not_known_leaves_nobody_out(study: Any, cohort: Path) -> None:
    """Who is outside the primary test stays so in each choice and is no patient left out; no status is no warning."""
    frame = pd.read_csv(cohort, sep="\t")
    frame.loc[20:25, "responder"] = None
    frame.loc[30:33, "tmb_status"] = None
    frame.loc[40, "tumor_content"] = 0.3
    frame.to_csv(cohort, sep="\t", index=False)
    found, _ = made(study, cohort, "response")
    known = frame[frame["responder"].notna()].assign(
        unconfirmed=lambda rows: rows["best_response"].isin(["CR", "PR"]).astype(int)
    )
    assert found.loc["unconfirmed", "n"] == found.loc["primary", "n"] == 74
    assert found.loc["unconfirmed", "p_value"] == pytest.approx(fisher(known, "unconfirmed"), rel=1e-9)
    for name, kept in (
        ("without_tumor_only", known["tumor_only"] == 0),
        ("without_warned_samples", known["tmb_status"] != "warn"),
        ("without_low_tumor_content", known["tumor_content"] >= 0.3),
    ):
        assert found.loc[name, "n"] == kept.sum() and f"{(~kept).sum()} patients left out" in found.loc[name, "note"]
        assert found.loc[name, "p_value"] == pytest.approx(fisher(known[kept]), rel=1e-9)


def test_of_three_patients_each_is_left_out_and_of_two_none(study: Any, cohort: Path) -> None:
    """Two responders against one other: the shift is the median of both differences, and without one the other."""
    frame = pd.read_csv(cohort, sep="\t").iloc[:3].assign(responder=[1, 1, 0], tmb_per_mb=[9.0, 5.0, 2.0])
    frame.to_csv(cohort, sep="\t", index=False)
    plan = PLAN.replace(', cut: {at: 10, side: ">="}', "").replace("covariates: [age]\n", "")
    found, _ = made(study, cohort, "response", plan)
    assert found.loc["primary", "estimate"].tolist()[0] == 5.0
    assert found.loc[["leave_one_out_lowest", "leave_one_out_highest"], "estimate"].tolist() == [3.0, 7.0]
    frame.iloc[1:].to_csv(cohort, sep="\t", index=False)
    found, _ = made(study, cohort, "response", plan)
    assert "the primary test has 2 patients; done for 3 to" in found.loc["leave_one_out_lowest", "note"]
