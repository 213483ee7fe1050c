"""Ridge models against scikit-learn and R's survival (tests/oracles/prediction.R); nothing leaks into a fold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from biomarkers.stats import ridge

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "prediction.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES)
def test_cox_is_that_of_r(case: dict[str, Any]) -> None:
    x, time, event = (np.array(case[name], dtype=float) for name in ("x", "time", "event"))
    found = ridge.cox(x, time, event, 1 / case["theta"])
    assert found == pytest.approx(np.array(case["coefficients"]), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_logistic_is_that_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=(40, 3))
    event = (random.random(40) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(float)
    penalties = np.array([0.01, 1.0, 100.0])
    # a set of fewer patients beside it, which are not in the others' way
    design = np.column_stack([np.ones(40), x]).T
    designs = np.stack([design, design * (np.arange(40) < 30)])
    whole, part = ridge.logistic(designs, np.stack([event, event]), np.stack([penalties] * 2))
    alone = ridge.logistic(design[None, :, :30], event[None, :30], penalties[None])[0]
    assert part == pytest.approx(alone, rel=1e-10)
    for found, c in zip(whole, penalties, strict=True):
        expected = LogisticRegression(C=c, tol=1e-12, max_iter=10_000).fit(x, event)
        assert found == pytest.approx(np.append(expected.intercept_, expected.coef_[0]), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("timed", [False, True])
def test_a_patient_does_not_enter_the_forecast_of_the_own_fold(timed: bool) -> None:
    """Other values of a patient change the forecasts of all folds but those of its own fold's other patients."""
    random = np.random.default_rng(4)
    x, event = random.normal(size=(40, 2)), np.tile([0.0, 1.0], 20)
    time = random.exponential(size=40) if timed else None
    first = ridge.cross_validated(x, event, time, np.random.default_rng(1))
    changed = x.copy()
    changed[7] = (30.0, -30.0)
    second = ridge.cross_validated(changed, event, time, np.random.default_rng(1))
    assert first.fold.tolist() == second.fold.tolist() and set(first.fold) == {1, 2, 3, 4, 5}
    own = first.fold == first.fold[7]
    own[7] = False
    assert first.predictor[own] == pytest.approx(second.predictor[own], rel=1e-12)
    other = first.fold != first.fold[7]
    assert (np.abs(first.predictor[other] - second.predictor[other]) > 1e-6).all()


def test_folds_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(2)
    for seed in range(40):
        event = np.append(random.permutation([0.0, 1.0]), random.random(int(random.integers(12, 60))) < 0.4) * 1.0
        number = 5 if min(event.sum(), (1 - event).sum()) >= 5 else 2
        known = StratifiedKFold(number, shuffle=True, random_state=seed).split(event, event.astype(int))
        found = [np.flatnonzero(mask).tolist() for mask in ridge._folds(event, number, seed)]
        assert found == [train.tolist() for train, _ in known]


def test_a_repeat_counts_its_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    fitted = ridge.fitted

    def counting(*given: Any) -> ridge.Scaled:
        done = fitted(*given)
        made.extend(done.penalty)
        return done

    monkeypatch.setattr(ridge, "fitted", counting)
    x = np.random.default_rng(0).normal(size=(30, 1))
    ridge.cross_validated(x, np.tile([0.0, 1.0], 15), None, np.random.default_rng(1))
    assert len(made) == ridge.fits_of_a_repeat()


def test_no_event_and_one_value_are_no_failure() -> None:
    assert ridge.cox(np.ones((5, 1)), np.arange(5.0), np.zeros(5), 1.0).tolist() == [0.0]
    everybody = np.ones((1, 20), dtype=bool)
    model = ridge.fitted(np.ones((20, 1)), np.tile([0.0, 1.0], 10), None, everybody, np.ones((1, 1)))
    assert model.scale.tolist() == [[1.0]] and model.coefficients.tolist() == [[0.0]]


@pytest.mark.parametrize("timed", [False, True])
def test_one_value_in_training_tells_nothing_of_another_value(timed: bool) -> None:
    """Also where the mean differs from it in its last digit, which is no standard deviation."""
    x, event, train = np.full((40, 1), 0.7), np.tile([0.0, 1.0], 20), np.arange(40)[None] < 39
    x[39] = 5.0
    assert x[:39].sum() / 39 != 0.7
    model = ridge.fitted(x, event, np.arange(1.0, 41.0) if timed else None, train, np.ones((1, 1)))
    assert model.scale.tolist() == [[1.0]] and model.coefficients.tolist() == [[0.0]]
    assert model.predictor(x).ravel() == pytest.approx(np.full(40, model.intercept[0]))


def test_a_strong_effect_chooses_the_weakest_penalty_and_chance_the_strongest() -> None:
    random = np.random.default_rng(8)
    x, everybody = random.normal(size=(60, 1)), np.ones((1, 60), dtype=bool)
    event = (x[:, 0] > 0).astype(float)
    assert ridge.tuned(x, event, None, everybody, 1).penalty == 1.0
    assert ridge.tuned(x, event, np.exp(-3 * x[:, 0]), everybody, 1).penalty == 1.0
    assert ridge.tuned(random.normal(size=(60, 8)), event, None, everybody, 1).penalty == 0.01
