"""Landmark analyses, milestones and restricted means of the whole analysis against R (tests/oracles/landmark.R)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from biomarkers.association import landmark
from biomarkers.association.specification import Endpoint, Landmark
from biomarkers.association.values import Outcome
from biomarkers.errors import InputError

PLAN = """\
primary: {marker: group, endpoint: pfs}
endpoints:
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event, milestones: [3, 6, 12], rmst: [6, 12]}
markers:
  group: {kind: binary}
covariates: [group]
landmark: [{at: 2, marker: responder}, {at: 3, marker: responder}, {at: 4, marker: responder}]
"""


@pytest.fixture
def cohorts(project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((project / "tests/oracles/landmark.json").read_text())
    return found


@pytest.fixture
def oracle(cohorts: list[dict[str, Any]]) -> dict[str, Any]:
    return cohorts[0]


def written(case: dict[str, Any], path: Path) -> Path:
    names = {
        "pfs_months": "time",
        "pfs_event": "event",
        "responder": "responder",
        "ttr_months": "ttr",
        "group": "group",
    }
    frame = pd.DataFrame({column: case[name] for column, name in names.items()})
    frame.insert(0, "patient", [f"p{i}" for i in range(len(frame))])
    frame.to_csv(path, sep="\t", index=False)
    return path


@pytest.fixture
def cohort(oracle: dict[str, Any], tmp_path: Path) -> Path:
    return written(oracle, tmp_path / "cohort.tsv")


def of(row: pd.Series) -> list[float]:
    return [row["estimate"], row["ci_low"], row["ci_high"]]


def by_normal(row: pd.Series) -> float:
    """P of a difference over its standard error, which large groups have."""
    return math.erfc(abs(row["statistic"]) / math.sqrt(2))


def test_landmarks_as_r(study: Any, oracle: dict[str, Any], cohort: Path) -> None:
    """The marker of a landmark is no covariate of itself, where the plan names it as one."""
    made, itself = study(PLAN, cohort), study(PLAN.replace("[group]", "[group, responder]"), cohort)
    for right in oracle["landmarks"]:
        test = f"pfs/responder by {right['month']} months/landmark_"
        model, logrank = made.row(f"{test}cox"), made.row(f"{test}logrank")
        assert of(model) == pytest.approx(right["ratio"], rel=1e-7)
        assert model["p_value"] == pytest.approx(right["p"], rel=1e-6)
        of_chi_squared = math.erfc(math.sqrt(logrank["statistic"] / 2))
        assert (of_chi_squared, logrank["landmark_months"]) == pytest.approx(
            (right["logrank"], right["month"]), rel=1e-9
        )
        assert (model["n"], model["n_events"]) == (right["n"], right["events"])
        said = (
            f"{right['excluded_events']} with the event and {right['excluded_censored']} censored before are excluded"
        )
        assert said in model["note"] and f"{right['later']} with responder later count as without" in model["note"]
        assert "a response counts from its first day, confirmed later or not" in model["note"]
        assert "guarantee" not in model["note"] and model["family"] == "exploratory pfs landmark"
        adjusted = made.row(f"pfs/responder by {right['month']} months/adjusted_cox")
        assert of(adjusted) == pytest.approx(right["adjusted"], rel=1e-7)
        by_itself = itself.row(f"pfs/responder by {right['month']} months/adjusted_cox")
        assert of(by_itself) == of(adjusted) and "responder +" not in by_itself["note"]
        groups = made.done.groups
        groups = groups[groups["marker"] == f"responder by {right['month']} months"]
        assert groups["estimate"].tolist() == pytest.approx(right["medians"], rel=1e-9)
        assert groups["n"].tolist() == [right["with"], right["n"] - right["with"]]


def test_milestones_and_restricted_means_as_r(study: Any, oracle: dict[str, Any], cohort: Path) -> None:
    made = study(PLAN, cohort)
    for right in oracle["milestones"]:
        test = f"pfs/group/milestone_{right['month']}"
        row, other = made.row(test, "survival_difference"), made.row(test, "survival_difference_loglog")
        assert of(row) == pytest.approx([right["difference"], right["low"], right["high"]], rel=1e-9)
        assert of(other) == pytest.approx([right["difference"], right["mover_low"], right["mover_high"]], rel=1e-9)
        assert by_normal(row) == by_normal(other) == pytest.approx(right["p"], rel=1e-9)
        assert row["p_value"] == other["p_value"] and "permutations of the patients" in row["note"]
    for right in oracle["rmst"]:
        test = f"pfs/group/rmst_{right['month']}"
        row, ratio = made.row(test, "rmst_difference"), made.row(test, "rmst_ratio")
        assert of(row) == pytest.approx([right["difference"], right["low"], right["high"]], rel=1e-9)
        assert of(ratio) == pytest.approx([right["ratio"], right["ratio_low"], right["ratio_high"]], rel=1e-9)
        assert by_normal(row) == pytest.approx(right["p"], rel=1e-9)
    for month in (3, 4):  # the third month is not after these landmarks
        later = made.done.results.query(f"marker == 'responder by {month} months'")
        later = later[later["family"].str.endswith("milestones")]
        assert set(later["test"].str.rpartition("_")[2]) == {"6", "12"}
    frame = made.frame[made.frame["pfs_months"] >= 4]
    by_then = (frame["responder"] == 1) & (frame["ttr_months"] <= 4)
    month_6 = [
        KaplanMeierFitter().fit(part["pfs_months"] - 4, part["pfs_event"]).predict(2)
        for part in (frame[by_then], frame[~by_then])
    ]
    row = made.row("pfs/responder by 4 months/landmark_milestone_6", "survival_difference")
    assert row["estimate"] == pytest.approx(month_6[0] - month_6[1], rel=1e-9)
    family = made.done.results.query("family == 'exploratory pfs milestones'")
    assert family["test"].nunique() == 5 and len(family) == 10


def test_random_cohorts_as_r(study: Any, cohorts: list[dict[str, Any]], tmp_path: Path) -> None:
    """Fifteen of 30 to 120 patients; where R has no variance or extrapolates, there is no number here."""
    compared = 0
    for case in cohorts[1:]:
        made = study(PLAN, written(case, tmp_path / "cohort.tsv"))
        for right in case["landmarks"]:
            row = made.row(f"pfs/responder by {right['month']} months/landmark_cox")
            assert (row["n"], row["n_events"]) == (right["n"], right["events"])
            if row["method"] == "cox" and not np.isnan(row["estimate"]):
                assert of(row) == pytest.approx(right["ratio"], rel=1e-6)
                compared += 1
        for kind, first, test in (
            ("milestones", "survival_difference", "milestone"),
            ("rmst", "rmst_difference", "rmst"),
        ):
            for right in case[kind]:
                row = made.row(f"pfs/group/{test}_{right['month']}", first)
                if row["doubt"]:
                    assert np.isnan(row["p_value"])
                    continue
                assert of(row) == pytest.approx([right["difference"], right["low"], right["high"]], rel=1e-8)
                assert by_normal(row) == pytest.approx(right["p"], rel=1e-7)
                compared += 1
    assert compared > 80


def test_the_time_of_response_follows_from_its_duration(study: Any, oracle: dict[str, Any], cohort: Path) -> None:
    """Days are end - start + 1: a response on day 60 of 200 lasts 141 days."""
    frame = pd.read_csv(cohort, sep="\t")
    frame["dor_months"] = frame["pfs_months"] - frame["ttr_months"] + 1 / 30.4375
    frame.drop(columns="ttr_months").to_csv(cohort, sep="\t", index=False)
    row = study(PLAN, cohort).row("pfs/responder by 3 months/landmark_cox")
    assert of(row) == pytest.approx(oracle["landmarks"][1]["ratio"], rel=1e-7)


def test_by_confirmation_a_response_confirmed_later_is_none_yet(
    study: Any, oracle: dict[str, Any], cohort: Path
) -> None:
    """The months of R's coxph are those of confirmation, twice those of the response."""
    frame = pd.read_csv(cohort, sep="\t")
    frame["confirmation_months"], frame["ttr_months"] = frame["ttr_months"], frame["ttr_months"] / 2
    frame.to_csv(cohort, sep="\t", index=False)
    by_confirmation = PLAN.replace("marker: responder}", "marker: responder, since: confirmation_months}")
    row = study(by_confirmation, cohort).row("pfs/responder by 3 months/landmark_cox")
    assert of(row) == pytest.approx(oracle["landmarks"][1]["ratio"], rel=1e-7)
    assert "a response counts from the day of its confirmation" in row["note"]
    assert of(study(PLAN, cohort).row("pfs/responder by 3 months/landmark_cox")) != pytest.approx(of(row), rel=1e-3)


def test_who_is_at_the_landmark() -> None:
    """By hand: the event on the very month stays, one before goes, an unknown time of response is no group."""
    outcome = Outcome(
        Endpoint("os", "time_to_event"), np.array([1.0, 1, 0, 1, 0, np.nan]), np.array([2.9, 3.0, 2.0, 9.0, 8.0, 5.0])
    )
    ever, since = np.array([0.0, 1, 1, 1, 1, 1]), np.array([np.nan, 3.0, 1.0, 3.1, np.nan, 1.0])
    found = landmark.at_landmark(outcome, Landmark(3, "responder", "ttr_months", ("os",)), ever, since)
    assert found.outcome.time is not None
    assert found.outcome.time.tolist() == pytest.approx([np.nan, 0, np.nan, 6, 5, np.nan], nan_ok=True)
    assert found.status.tolist() == pytest.approx([0, 1, 1, 0, np.nan, 1], nan_ok=True)
    assert (
        "1 with the event and 1 censored before" in found.note and "1 with responder at an unknown time" in found.note
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{at: 3, marker: irae_any}", "landmark.since is missing; expected the column with the months"),
        ("{at: 0, marker: responder}", "landmark.at is '0'; expected a number above 0"),
        ("[{at: 3, marker: responder}, {at: 3, marker: responder}]", "landmark[1].at is '3'; expected each month of"),
        ("{at: 3, marker: responder, endpoints: [response]}", "expected a time-to-event endpoint of this plan"),
    ],
)
def test_a_landmark_that_cannot_be(study: Any, cohort: Path, block: str, message: str) -> None:
    with pytest.raises(InputError, match="landmark") as told:
        study(PLAN.split("landmark")[0] + f"landmark: {block}\n", cohort)
    assert message in str(told.value)


def test_the_page_draws_from_the_landmark(study: Any, cohort: Path, tmp_path: Path) -> None:
    """Curves of the landmark stand in their own section, and count who is still there at month 3."""
    from biomarkers.io import tables
    from biomarkers.report import reading
    from biomarkers.report.figures.style import Figure
    from biomarkers.report.sections import landmarks, markers

    done = study(PLAN, cohort).done
    paths = {name: tmp_path / f"{name}.tsv" for name in ("results", "groups", "memberships")}
    tables.write_all(done._asdict(), paths)
    read = reading.read(tmp_path / "plan.yaml", cohort=cohort, **paths)
    figures = [block for block in landmarks.landmarks(read) if isinstance(block, Figure)]
    assert [figure.title.split(" by ")[0] for figure in figures] == [
        f"Progression-free survival from {month} months on" for month in (2, 3, 4)
    ]
    assert f"n = {done.results.query('landmark_months == 3')['n'].iloc[0]} with" in figures[1].caption
    assert all("from" not in draw().title for draw in markers.by_group(read))


def test_a_marker_that_nobody_has_by_the_landmark_is_left_out_and_the_covariates_stay(study: Any, cohort: Path) -> None:
    pd.read_csv(cohort, sep="\t").assign(responder=0).to_csv(cohort, sep="\t", index=False)
    made = study(PLAN, cohort)
    alone, covariate = (made.row(f"pfs/responder by 3 months/{end}") for end in ("landmark_cox", "adjusted_cox/group"))
    assert alone["contrast"] == "responder vs non-responder" and "a term has one value only" in alone["note"]
    assert covariate["estimate"] > 0
    assert "left out of the model: responder by 3 months (responder vs non-responder)" in covariate["note"]
