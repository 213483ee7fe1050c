"""Logistic and Cox models against R (glm, coxph) and Firth's against profiles worked out in R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats import models
from biomarkers.stats.cox_each import cox_each

ORACLES = Path(__file__).parents[2] / "oracles"
SURVIVAL: dict[str, Any] = json.loads((ORACLES / "survival.json").read_text())
LOGISTIC: dict[str, Any] = json.loads((ORACLES / "logistic.json").read_text())
TIME, EVENT, GROUP, AGE, CENTRE = (np.array(SURVIVAL[k], float) for k in ("time", "event", "group", "age", "centre"))


def check(fit: models.Fit, known: dict[str, Any], rel: float = 1e-6) -> None:
    for j, term in enumerate(fit.terms):
        expected = [np.atleast_1d(known[key])[j] for key in ("ratio", "low", "high")]
        assert term.ratio == pytest.approx(expected, rel=rel)
        assert term.p_value == pytest.approx(np.atleast_1d(known["p"])[j], rel=rel)


def test_cox_as_in_r() -> None:
    check(models.cox(GROUP[:, None], TIME, EVENT), SURVIVAL["cox"])
    check(models.cox(np.column_stack([GROUP, AGE]), TIME, EVENT), SURVIVAL["cox_two"])
    check(models.cox(GROUP[:, None], TIME, EVENT, CENTRE), SURVIVAL["cox_strata"])


def test_cox_of_many_markers_is_that_of_one() -> None:
    check(cox_each(GROUP[:, None], TIME, EVENT)[0], SURVIVAL["cox"])
    check(cox_each(GROUP[:, None], TIME, EVENT, CENTRE)[0], SURVIVAL["cox_strata"])
    member = (np.random.default_rng(5).random((len(TIME), 30)) < 0.04).astype(float)
    member = member[:, member.any(axis=0)]
    kinds = set()
    for j, fit in enumerate(cox_each(member, TIME, EVENT)):
        alone = models.cox(member[:, [j]], TIME, EVENT)
        kinds.add(alone.method)
        assert fit.method == alone.method
        assert fit.terms[0].ratio == pytest.approx(alone.terms[0].ratio, rel=1e-5, nan_ok=True)
    assert kinds == {"cox", "firth_cox"}


def test_swapped_groups_invert_the_hazard_ratio() -> None:
    there, back = (models.cox(x[:, None], TIME, EVENT).terms[0] for x in (GROUP, 1 - GROUP))
    assert back.p_value == pytest.approx(there.p_value, rel=1e-9)
    assert 1 / back.ratio.estimate == pytest.approx(there.ratio.estimate, rel=1e-9)


def test_a_group_without_events_is_firths() -> None:
    known = SURVIVAL["firth"]
    time, event, group = (np.array(known[key], float) for key in ("time", "event", "group"))
    for fit in (models.cox(group[:, None], time, event), cox_each(group[:, None], time, event)[0]):
        assert fit.method == "firth_cox" and "no maximum" in fit.note
        check(fit, known, rel=1e-4)


def test_separation_by_two_terms_together() -> None:
    """Neither term alone orders the events, their sum does."""
    x = np.array([[3, 0], [0, 3], [2, 0], [0, 2], [1, 0], [0, 1], [0, 0], [0, 0.0]])
    time, event = np.array([1, 1, 2, 2, 3, 3, 4, 4.0]), np.array([1, 1, 1, 1, 1, 1, 0, 0.0])
    assert models.cox_separated(x, time, event)
    assert not models.cox_separated(x[:, [0]], time, event)
    assert not models.cox_separated(np.column_stack([GROUP, AGE]), TIME, EVENT)


def test_separated_strata_are_refused_in_words() -> None:
    time, event, group = (np.array(SURVIVAL["firth"][key], float) for key in ("time", "event", "group"))
    fit = models.cox(group[:, None], time, event, np.tile([0.0, 1.0], 6))
    assert math.isnan(fit.terms[0].ratio.estimate) and "stratified Firth" in fit.note


def test_logistic_as_in_r() -> None:
    known = LOGISTIC["plain"]
    x = np.column_stack([known["x"], known["g"]])
    fit = models.logistic(x, np.array(known["y"], float))
    assert fit.method == "logistic" and fit.note == ""
    check(fit, known)


def test_separated_logistic_is_firths() -> None:
    known = LOGISTIC["separated"]
    fit = models.logistic(np.array(known["x"], float)[:, None], np.array(known["y"], float))
    assert fit.method == "firth_logistic" and "separated" in fit.note
    check(fit, known, rel=1e-3)


def test_few_events_are_firths_and_some_are_warned_of() -> None:
    x = np.random.default_rng(1).normal(size=(40, 1))
    few, some = (np.isin(np.arange(40), np.arange(0, 40, step)).astype(float) for step in (10, 5))
    fit = models.logistic(x, few)
    assert fit.method == "firth_logistic" and "fewer than 5 events" in fit.note
    fit = models.logistic(x, some)
    assert fit.method == "logistic" and "fewer than 10" in fit.note


@pytest.mark.parametrize(
    "x, event, why",
    [
        (np.ones((8, 1)), np.tile([0.0, 1], 4), "one value only"),
        (np.arange(8.0)[:, None], np.ones(8), "all or none"),
        (np.column_stack([np.arange(8.0), np.arange(8.0) * 2]), np.tile([0.0, 1], 4), "determine one another"),
        (np.random.default_rng(1).normal(size=(4, 3)), np.array([0.0, 1, 0, 1]), "no more patients"),
    ],
)
def test_what_cannot_be_fitted_says_why(x: np.ndarray, event: np.ndarray, why: str) -> None:
    fit = models.logistic(x, event)
    assert why in fit.note and all(math.isnan(term.p_value) for term in fit.terms)


def test_crossing_hazards_are_noted() -> None:
    random = np.random.default_rng(2)
    group = np.repeat([0.0, 1.0], 150)
    time = np.where(group == 1, random.weibull(4, 300), random.weibull(0.6, 300)) + 0.01
    assert "Schoenfeld" in models.cox(group[:, None], time, np.ones(300)).note
