"""Times that rounding alone sets apart, against R's survival with its default timefix (tests/oracles/near_ties.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.cox import cox
from biomarkers.stats.kaplan_meier import kaplan_meier, median, survival_at
from biomarkers.stats.logrank import logrank
from biomarkers.stats.maximally_selected import logrank_scores
from biomarkers.stats.times import tied

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "near_ties.json").read_text())


@pytest.fixture(params=CASES, ids=range(len(CASES)))
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    numbers = ("time", "event", "group", "age", "arm", "centre")
    return {key: np.array(value, float) if key in numbers else value for key, value in request.param.items()}


def test_models_as_r(case: dict[str, Any]) -> None:
    fit = cox(np.column_stack([case["group"], case["age"]]), case["time"], case["event"])
    assert [term.ratio.estimate for term in fit.terms] == pytest.approx(case["ratio"], rel=1e-7)
    assert [term.p_value for term in fit.terms] == pytest.approx(case["p"], rel=1e-6)
    inside = cox(case["group"][:, None], case["time"], case["event"], case["centre"])
    assert inside.terms[0].ratio.estimate == pytest.approx(case["stratified"], rel=1e-7)


def test_tests_as_r(case: dict[str, Any]) -> None:
    for name, group in (("logrank", "group"), ("three", "arm")):
        assert logrank(case["time"], case["event"], case[group]).test.statistic == pytest.approx(case[name], rel=1e-8)


def test_curves_as_r(case: dict[str, Any]) -> None:
    curve = kaplan_meier(case["time"], case["event"])
    assert len(curve.time) == case["distinct"] <= len(np.unique(case["time"]))
    expected = [float("nan") if value == "NA" else value for value in case["median"]]
    assert list(median(curve)) == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_scores_of_one_day_are_one(case: dict[str, Any]) -> None:
    whole = tied(case["time"])
    assert logrank_scores(case["time"], case["event"]).tolist() == logrank_scores(whole, case["event"]).tolist()
    assert len(np.unique(whole)) == case["distinct"]


@pytest.mark.parametrize("near", [6.0, 6 - 1e-12, 6 + 1e-12])
def test_a_landmark_is_its_own_time_however_it_is_rounded(near: float) -> None:
    curve = kaplan_meier(np.array([3.0, near, 9.0, 12.0]), np.array([1.0, 1.0, 1.0, 0.0]))
    found = survival_at(curve, 6.0)
    assert found.interval.estimate == pytest.approx(0.5) and found.n_at_risk == 3


def test_other_times_stay_as_they_are() -> None:
    for time in ([], [0.0], [1.0, 1.0 + 2e-8], [1e9, 1e9 + 40.0], [0.0, 0.001]):
        given = np.array(time)
        assert tied(given) is given
    assert tied(np.array([1e9, 1e9 + 10.0])).tolist() == [1e9, 1e9]
