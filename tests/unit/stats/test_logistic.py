"""Logistic models against R (glm) and Firth's against profiles worked out in R."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.logistic import logistic, logistic_each
from biomarkers.stats.regression import Fit

LOGISTIC: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "logistic.json").read_text())


def check(fit: Fit, known: dict[str, Any], rel: float = 1e-6) -> None:
    for j, term in enumerate(fit.terms):
        expected = [np.atleast_1d(known[key])[j] for key in ("ratio", "low", "high")]
        assert term.ratio == pytest.approx(expected, rel=rel)
        assert term.p_value == pytest.approx(np.atleast_1d(known["p"])[j], rel=rel)


def test_logistic_as_in_r() -> None:
    known = LOGISTIC["plain"]
    x = np.column_stack([known["x"], known["g"]])
    fit = logistic(x, np.array(known["y"], float))
    assert fit.method == "logistic" and fit.note == ""
    check(fit, known)


def test_separated_logistic_is_firths() -> None:
    known = LOGISTIC["separated"]
    fit = logistic(np.array(known["x"], float)[:, None], np.array(known["y"], float))
    assert fit.method == "firth_logistic" and "separated" in fit.note
    check(fit, known, rel=1e-3)


def test_few_events_are_firths_and_some_are_warned_of() -> None:
    x = np.random.default_rng(1).normal(size=(40, 1))
    few, some = (np.isin(np.arange(40), np.arange(0, 40, step)).astype(float) for step in (10, 5))
    fit = logistic(x, few)
    assert fit.method == "firth_logistic" and "fewer than 5 events" in fit.note
    fit = logistic(x, some)
    assert fit.method == "logistic" and "fewer than 10" in fit.note


@pytest.mark.parametrize(
    "x, event, why",
    [
        (np.ones((8, 1)), np.tile([0.0, 1], 4), "one value only"),
        (np.arange(8.0)[:, None], np.ones(8), "all or none"),
        (np.random.default_rng(1).normal(size=(4, 3)), np.array([0.0, 1, 0, 1]), "no more patients"),
    ],
)
def test_what_cannot_be_fitted_says_why(x: np.ndarray, event: np.ndarray, why: str) -> None:
    fit = logistic(x, event)
    assert why in fit.note and all(math.isnan(term.p_value) for term in fit.terms)


def test_a_term_that_others_determine_is_left_out() -> None:
    """As R's glm, whose coefficient of the later one is NA."""
    random = np.random.default_rng(5)
    a, b = random.normal(size=(2, 60))
    event = (random.random(60) < 0.5).astype(float)
    fit = logistic(np.column_stack([a, np.full(60, 0.1), b, a - b]), event)
    known = logistic(np.column_stack([a, b]), event)
    assert [term.left_out.split(":")[0] for term in fit.terms] == ["", "a term has one value only", "", "not estimated"]
    assert [fit.terms[i].p_value for i in (0, 2)] == pytest.approx([t.p_value for t in known.terms], rel=1e-9)


def test_models_side_by_side_are_those_of_one_at_a_time() -> None:
    """Numbers, groups, a constant, a separated and a nearly separated column; with few events all are penalised."""
    random = np.random.default_rng(14)
    for n, rate in ((90, 0.4), (40, 0.1), (30, 0.0)):
        event = (random.random(n) < rate).astype(float)
        group = (random.random(n) < 0.2).astype(float)
        x = np.column_stack(
            [random.normal(size=n), group, np.ones(n), event, event + (np.arange(n) == 0), 1e-8 * group]
        )
        together = logistic_each(x, event)
        for column, fit in zip(x.T, together, strict=True):
            alone = logistic(column[:, None], event)
            assert (fit.method, fit.note) == (alone.method, alone.note)
            ((term,), (known,)) = fit.terms, alone.terms
            assert [*term.ratio, term.p_value] == pytest.approx([*known.ratio, known.p_value], rel=1e-9, nan_ok=True)
            assert (term.left_out, term.note) == (known.left_out, known.note)


@pytest.mark.filterwarnings("error")
def test_values_whose_squares_are_lost_are_alone_and_together_one_value() -> None:
    event = np.tile([1.0, 0.0], 6)
    x = np.column_stack([np.arange(12.0) % 5, np.arange(12) * 1e-300])
    usual, tiny = logistic_each(x, event)
    assert usual.terms[0].ratio.estimate == pytest.approx(logistic(x[:, :1], event).terms[0].ratio.estimate)
    assert tiny.note == logistic(x[:, 1:], event).note == "a term has one value only"
