"""Nested cross-validation: a strong marker is found, chance is not, and the null is of shuffled outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from biomarkers.association.prediction import prediction_rows
from biomarkers.association.specification import Endpoint, Marker, Named, Plan, Prediction
from biomarkers.association.values import Cohort, Measured, Outcome

PERMUTATIONS = 9


def judged(value: np.ndarray, event: np.ndarray, *, permutations: int = PERMUTATIONS) -> list[Any]:
    """Rows for one marker; without a plan's least number of permutations, so that a test is quick."""
    n = len(event)
    measured = Measured(Marker("m", "continuous"), value)
    response = Endpoint("response", "binary", "responder")
    patients = tuple(f"p{i}" for i in range(n))
    cohort = Cohort(
        patients, {"response": Outcome(response, event)}, {"m": measured}, {"m": measured}, None, np.ones(n, bool)
    )
    asked = Prediction(("m",), "response", 1, permutations)
    plan = Plan("", 1, Named("m", "response", "mann_whitney"), (), {"response": response}, {"m": measured.marker})
    return prediction_rows(cohort, plan, asked)


def test_a_strong_marker_beats_every_shuffled_outcome() -> None:
    """p = (1 + k) / (1 + n): never 0, and the least there is when no shuffle reaches the AUC."""
    event = np.tile([0.0, 1.0], 20)
    value = event * 3 + np.random.default_rng(2).normal(size=40)
    area, brier, slope = judged(value, event)
    assert area.tested.p_value == 1 / (1 + PERMUTATIONS)
    assert area.estimate.estimate > 0.9 and area.estimate_type == "auc"
    assert brier.estimate.estimate < 0.25 and brier.tested.note.startswith("0.25 without a model")
    assert slope.estimate.low < slope.estimate.estimate < slope.estimate.high
    assert {row.test for row in (area, brier, slope)} == {"response/m/nested_cv"}
    assert area.contrast.text == "responder vs non-responder" and area.corrected_with == "prediction"


def test_chance_is_not_found() -> None:
    event = np.tile([0.0, 1.0], 15)
    value = np.random.default_rng(11).normal(size=30)
    assert judged(value, event)[0].tested.p_value >= 0.2
    again, same = (judged(value, event, permutations=2)[0].tested for _ in range(2))
    assert again == same


@pytest.mark.parametrize(
    "event, value, why",
    [
        (np.array([1.0] * 9 + [0.0] * 30), np.arange(39.0), "9 patients in the smaller class, fewer than 10"),
        (np.array([1.0] * 9 + [np.nan] + [0.0] * 30), np.arange(40.0), "9 patients in the smaller class"),
    ],
)
def test_too_few_patients_are_refused(event: np.ndarray, value: np.ndarray, why: str) -> None:
    (row,) = judged(value, event)
    assert why in row.tested.note and np.isnan(row.tested.p_value) and int(row.used.sum()) == 39
