"""Cohorts and plans as the field writes them: what a number may be made of, and what must be said or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from biomarkers.cli.app import run
from biomarkers.io import tables


def associated(cohort: Path, plan: Path, out: Path) -> pd.DataFrame:
    """The result table of a cohort and a plan; the call must succeed."""
    results = out / "results.tsv"
    given = ["--cohort", str(cohort), "--plan", str(plan)]
    assert run(["associate", *given, "--results", str(results), "--groups", str(out / "groups.tsv")]) == 0
    return tables.read(results, "results")


@pytest.fixture
def cases(shared_data: Path) -> Path:
    """The folder of field cases of association."""
    return shared_data / "field_cases" / "association"


def test_histology_by_best_response_is_exact(cases: Path, tmp_path: Path) -> None:
    """A table of 3 x 5 among 60 patients; p of R's fisher.test (workspace 2e7)."""
    case = cases / "11_fisher_3x5_slow"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    row = rows[(rows["endpoint"] == "bor") & (rows["method"] == "fisher")].iloc[0]
    assert row["note"] == "exact"
    assert row["p_value"] == pytest.approx(0.4639904817818049, rel=1e-9)


def test_intervals_of_pdl1_are_ranked(cases: Path, tmp_path: Path) -> None:
    """True rates rise with PD-L1; without the intervals the AUC was .14. R: wilcox.test of midranks."""
    case = cases / "9_pdl1_intervals"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    row = rows[rows["role"] == "primary"].iloc[0]
    assert (row["method"], row["n"], row["n_missing"], row["estimate_type"]) == ("mann_whitney", 50, 0, "auc")
    assert row["estimate"] == pytest.approx(0.75297619047619, rel=1e-9)
    assert "40 patients known as an interval only are ranked by it" in row["note"]
    of_median = rows[rows["test"] == "response/pdl1/ge_median_fisher"].iloc[0]
    assert (of_median["n"], of_median["cut_at"]) == (50, 12.5)


def test_what_is_known_only_after_the_start_is_warned_of(
    cases: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Long stable disease and irAE as markers of survival, response as covariate: each row that has one says it."""
    case = cases / "12_guarantee_time_unwarned"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    for name in ("sd_gt_4_months", "irae", "responder"):
        assert f"{name} by os: guarantee-time bias: {name} becomes known only during follow-up" in caplog.text
    assert "tmb_per_mb by os" not in caplog.text
    said = rows["note"].str.contains("guarantee-time bias", na=False)
    adjusted = rows["test"].str.contains("adjusted")
    assert said[rows["marker"].isin(["sd_gt_4_months", "irae"]) | adjusted].all()
    assert not said[(rows["marker"] == "tmb_per_mb") & ~adjusted].any()


PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  os: {kind: time_to_event, time: os_months, event: os_event}
markers:
  tmb_per_mb: {kind: continuous, cutpoints: [{at: 10, side: ">"}]}
"""


@pytest.fixture
def small(tmp_path: Path) -> pd.DataFrame:
    """Forty patients without any association."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"patient": [f"P{i}" for i in range(40)], "record": [f"R{i}" for i in range(40)]})
    frame["responder"], frame["os_event"] = random.integers(0, 2, 40), random.integers(0, 2, 40)
    frame["tmb_per_mb"] = random.gamma(2, 3, 40).round(2)
    frame["os_months"] = random.exponential(9, 40).round(2) + 0.1
    frame["sex"] = random.choice(["female", "male"], 40)
    frame["mrn"] = np.arange(40) + 1000
    return frame


def refused(frame: pd.DataFrame, plan: str, out: Path, capfd: pytest.CaptureFixture[str]) -> str:
    """What is said of a cohort and plan that are refused with nothing written."""
    cohort, text = out / "cohort.tsv", out / "plan.yaml"
    frame.to_csv(cohort, sep="\t", index=False)
    text.write_text(plan)
    results = out / "results.tsv"
    given = ["--cohort", str(cohort), "--plan", str(text)]
    assert run(["associate", *given, "--results", str(results), "--groups", str(out / "groups.tsv")]) == 2
    assert not results.exists()
    return capfd.readouterr().err


PREDICTED = "prediction: {features: [responder], endpoint: response}\n"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN.replace("at: 10", "at: .nan"), "markers.tmb_per_mb.cutpoints[0].at is 'nan'"),
        (PLAN.replace("at: 10", "at: -.inf"), "markers.tmb_per_mb.cutpoints[0].at is '-inf'"),
        (PLAN + "covariates: [responder]\n", "responder is the endpoint response itself"),
        (PLAN + "covariates: [os_event]\n", "os_event is the endpoint os itself"),
        (PLAN + PREDICTED, "prediction.features[0] is 'responder'"),
        (
            PLAN.replace("primary: {marker: tmb_per_mb", "primary: {marker: responder")
            + "  responder: {kind: binary}\n",
            "another marker: responder is the endpoint response itself",
        ),
        (PLAN + "covariates: [record]\n", "not one that tells patients apart (40 values)"),
        (PLAN + "covariates: [patient]\n", "covariates[0] is 'patient'"),
        (PLAN + "covariates: [mrn]\n", "covariates[0] is 'mrn'"),
        (PLAN + "  record: {kind: categorical}\n", "markers.record"),
    ],
)
def test_what_means_nothing_is_refused(
    small: pd.DataFrame, tmp_path: Path, capfd: pytest.CaptureFixture[str], plan: str, said: str
) -> None:
    assert said in refused(small, plan, tmp_path, capfd)


def test_a_cohort_of_nobody_and_a_burden_of_no_genome_are_refused(
    small: pd.DataFrame, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "has no patients" in refused(small.iloc[:0], PLAN, tmp_path, capfd)
    for impossible in ("1e300", "2000000"):
        large = small.astype({"tmb_per_mb": object})
        large.loc[3, "tmb_per_mb"] = impossible
        assert "cohort.tsv:5: tmb_per_mb is" in refused(large, PLAN, tmp_path, capfd)


def test_an_outcome_is_no_marker_of_itself_and_one_of_others(small: pd.DataFrame, tmp_path: Path) -> None:
    small.to_csv(tmp_path / "cohort.tsv", sep="\t", index=False)
    (tmp_path / "plan.yaml").write_text(PLAN + "  responder: {kind: binary}\n")
    rows = associated(tmp_path / "cohort.tsv", tmp_path / "plan.yaml", tmp_path)
    own = rows[(rows["marker"] == "responder") & (rows["endpoint"] == "response")]
    assert own["note"].tolist() == ["responder is the endpoint itself"] and own["p_value"].isna().all()
    assert rows[(rows["marker"] == "responder") & (rows["endpoint"] == "os")]["p_value"].notna().any()


def test_two_levels_have_an_odds_ratio_in_the_direction_of_their_model(small: pd.DataFrame, tmp_path: Path) -> None:
    """The second level against the first, as scipy has it."""
    small.to_csv(tmp_path / "cohort.tsv", sep="\t", index=False)
    (tmp_path / "plan.yaml").write_text(PLAN + "  sex: {kind: categorical}\n")
    rows = associated(tmp_path / "cohort.tsv", tmp_path / "plan.yaml", tmp_path).set_index("test")
    exact, model = rows.loc["response/sex/fisher"], rows.loc["response/sex/logistic"]
    assert (exact["first"], exact["second"], exact["contrast"]) == ("male", "female", model["contrast"])
    table = pd.crosstab(small["sex"] == "male", small["responder"]).to_numpy()
    assert exact["estimate"] == pytest.approx(odds_ratio(table, kind="conditional").statistic, rel=1e-6)
    assert exact["p_value"] == pytest.approx(fisher_exact(table).pvalue, rel=1e-9)
    assert (exact["estimate"] > 1) == (model["estimate"] > 1)


def test_an_estimate_without_a_p_has_no_q(small: pd.DataFrame, tmp_path: Path) -> None:
    small.to_csv(tmp_path / "cohort.tsv", sep="\t", index=False)
    features = "prediction: {features: [tmb_per_mb, sex], endpoint: response, repeats: 1, permutations: 99}\n"
    (tmp_path / "plan.yaml").write_text(PLAN + features)
    rows = associated(tmp_path / "cohort.tsv", tmp_path / "plan.yaml", tmp_path)
    assert {"brier", "calibration_slope"} <= set(rows["estimate_type"])
    assert rows.loc[rows["p_value"].isna(), "q_value"].isna().all()
