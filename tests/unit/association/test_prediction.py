"""Nested cross-validation: a strong marker is found, chance is not, and the null is of shuffled outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from biomarkers.association import prediction
from biomarkers.association.specification import Endpoint, Marker, Named, Plan, Prediction
from biomarkers.association.values import Cohort, Measured, Outcome

PERMUTATIONS = 9


def judged(
    value: np.ndarray,
    event: np.ndarray,
    *,
    permutations: int = PERMUTATIONS,
    time: np.ndarray | None = None,
    repeats: int = 1,
    most_fits: int = 10**9,
) -> prediction.Judged:
    """All of one marker; without a plan's least number of permutations, so that a test is quick."""
    n = len(event)
    measured = Measured(Marker("m", "continuous"), value)
    response = Endpoint("response", "binary", "responder")
    if time is not None:
        response = Endpoint("response", "time_to_event", time="months", event="event")
    patients = tuple(f"p{i}" for i in range(n))
    cohort = Cohort(
        patients, {"response": Outcome(response, event, time)}, {"m": measured}, {"m": measured}, None, np.ones(n, bool)
    )
    asked = Prediction(("m",), "response", repeats, permutations, most_fits)
    plan = Plan("", 1, Named("m", "response", "mann_whitney"), (), {"response": response}, {"m": measured.marker})
    return prediction.judge(cohort, plan, asked)


def test_a_strong_marker_beats_every_shuffled_outcome() -> None:
    """p = (1 + k) / (1 + n): never 0, and the least there is when no shuffle reaches the AUC."""
    event = np.tile([0.0, 1.0], 20)
    value = event * 3 + np.random.default_rng(2).normal(size=40)
    area, brier, shift, slope = judged(value, event).rows
    assert area.tested.p_value == 1 / (1 + PERMUTATIONS)
    assert area.estimate.estimate > 0.9 and area.estimate_type == "auc"
    assert brier.estimate.estimate < 0.25 and brier.tested.note.startswith("0.25 without a model")
    assert shift.estimate_type == "calibration_intercept" and abs(shift.estimate.estimate) < 0.5
    assert slope.estimate.low < slope.estimate.estimate < slope.estimate.high
    assert {row.test for row in (area, brier, shift, slope)} == {"response/m/nested_cv"}
    assert area.contrast.text == "responder vs non-responder" and area.corrected_with == "prediction"


def test_ten_patients_of_a_class_are_judged_and_ties_of_the_null_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A null that reaches the AUC of 1 each time leaves nothing to be found: p = 1."""
    monkeypatch.setattr(prediction, "_null", lambda *given: ([1.0] * 4, ""))
    for event in (np.repeat([0.0, 1.0], [10, 30]), np.repeat([0.0, 1.0], [30, 10])):
        area = judged(event * 100 + np.arange(40), event).rows[0]
        assert (area.estimate.estimate, area.tested.p_value) == (1.0, 1.0)
        assert "they reach 1 on average, which stands for no association in place of 0.5" in area.tested.note
        assert "with a standard deviation of 0, since models vary with the folds" in area.tested.note


def test_chance_is_not_found() -> None:
    event = np.tile([0.0, 1.0], 15)
    value = np.random.default_rng(11).normal(size=30)
    assert judged(value, event).rows[0].tested.p_value >= 0.2
    again, same = (judged(value, event, permutations=2).rows[0].tested for _ in range(2))
    assert again == same


@pytest.mark.parametrize(
    "event, value, why",
    [
        (np.array([1.0] * 9 + [0.0] * 30), np.arange(39.0), "9 patients in the smaller class, fewer than 10"),
        (np.array([1.0] * 9 + [np.nan] + [0.0] * 30), np.arange(40.0), "9 patients in the smaller class"),
        (np.array([1.0] * 30 + [0.0] * 9), np.arange(39.0), "9 patients in the smaller class"),
        (np.array([1.0] * 38 + [0.0]), np.arange(39.0), "1 patient in the smaller class"),
    ],
)
def test_too_few_patients_are_refused(event: np.ndarray, value: np.ndarray, why: str) -> None:
    (row,) = judged(value, event).rows
    assert why in row.tested.note and np.isnan(row.tested.p_value) and int(row.used.sum()) == 39


@pytest.mark.parametrize("time", [None, np.arange(1.0, 41.0)])
def test_a_feature_of_one_value_forecasts_nothing(time: np.ndarray | None) -> None:
    """Its forecasts were the shares of the folds, with an AUC of .47 and a calibration slope of -4."""
    done = judged(np.ones(40), np.tile([0.0, 1.0], 20), time=time)
    assert [row.tested.note for row in done.rows] == ["one value only"] and done.models.empty


def test_a_time_to_an_event_has_a_concordance() -> None:
    random = np.random.default_rng(6)
    value, event = random.normal(size=40), np.tile([1.0, 1.0, 0.0, 1.0], 10)
    done = judged(value, event, time=np.exp(-value) + random.exponential(size=40) / 10)
    ability, slope = done.rows
    assert ability.estimate_type == "concordance" and ability.estimate.estimate > 0.8
    assert ability.tested.p_value == 1 / (1 + PERMUTATIONS) and slope.estimate_type == "calibration_slope"
    assert done.curves.empty and done.models["term"].tolist() == ["m: per unit of x"]
    few = judged(value, np.where(np.arange(40) < 9, 1.0, 0.0), time=np.arange(1.0, 41.0)).rows[0]
    assert "9 events, fewer than 10" in few.tested.note


def test_the_null_does_all_that_the_estimate_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many cross-validations for each shuffled outcome as for the real one."""
    done: list[int] = []
    once = prediction.ridge.cross_validated

    def counted(*given: Any) -> Any:
        done.append(1)
        return once(*given)

    monkeypatch.setattr(prediction.ridge, "cross_validated", counted)
    judged(np.random.default_rng(1).normal(size=30), np.tile([0.0, 1.0], 15), repeats=3, permutations=4)
    assert len(done) == 3 * (1 + 4)


def test_the_work_is_bounded_and_said() -> None:
    value, event = np.random.default_rng(1).normal(size=30), np.tile([0.0, 1.0], 15)
    note = judged(value, event, permutations=99, most_fits=1000).rows[0].tested.note
    assert "one-sided p by 20 permutations" in note and "of 99 permutations asked, as most_fits allows" in note


def test_forecasts_models_and_curves_agree_with_the_rows() -> None:
    random = np.random.default_rng(5)
    event = np.tile([0.0, 1.0], 20)
    done = judged(event + random.normal(size=40), event, repeats=2, permutations=2)
    assert len(done.predictions) == 80 and done.predictions.groupby("patient").size().eq(2).all()
    mean = done.predictions.groupby("patient", sort=False)["forecast"].mean().to_numpy()
    assert done.rows[0].estimate.estimate == pytest.approx(
        np.mean(np.sign(mean[event == 1][:, None] - mean[event == 0]) / 2 + 0.5)
    )
    assert done.rows[1].estimate.estimate == pytest.approx(((mean - event) ** 2).mean())
    intercept, term = (row for _, row in done.models.iterrows())
    assert intercept["term"] == "intercept" and term["n_models"] == 10 and term["same_sign"] == 1
    assert term["fold_lowest"] <= term["fold_median"] <= term["fold_highest"]
    assert done.curves["curve"].value_counts().to_dict() == {"net_benefit": 19, "calibration": 4}


def test_coefficients_are_of_a_standard_deviation_whatever_the_unit() -> None:
    """The model of all patients is scikit-learn's with the penalty that the table names."""
    event, random = np.tile([0.0, 1.0], 20), np.random.default_rng(5)
    value = 0.3 * event + random.normal(size=40)
    one, thousand = (judged(value * unit, event, repeats=2, permutations=1).models for unit in (1.0, 1000.0))
    columns = ["coefficient", "fold_lowest", "fold_median", "fold_highest", "penalty", "same_sign"]
    assert thousand[columns].to_numpy() == pytest.approx(one[columns].to_numpy(), rel=1e-6)
    assert one["penalty"][0] != 1
    fitted = LogisticRegression(C=1 / one["penalty"][0], tol=1e-12, max_iter=10_000)
    fitted.fit(((value - value.mean()) / value.std())[:, None], event)
    assert one["coefficient"].tolist() == pytest.approx([fitted.intercept_[0], fitted.coef_[0, 0]], rel=1e-5)
