"""Concordance against R (tests/oracles/prediction.R), calibration and net benefit by statsmodels and by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from biomarkers.stats import forecasts
from biomarkers.stats.intervals import Z

CASES = json.loads((Path(__file__).parents[2] / "oracles" / "prediction.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES)
def test_concordance_is_that_of_r(case: dict[str, Any]) -> None:
    risk, time, event = (np.array(case[name], dtype=float) for name in ("risk", "time", "event"))
    found = forecasts.concordance(risk, time, event)
    half = Z * math.sqrt(case["variance"])
    assert found.estimate == pytest.approx(case["concordance"], rel=1e-10)
    assert found.low == pytest.approx(case["concordance"] - half, rel=1e-8)
    assert found.high == pytest.approx(min(1.0, case["concordance"] + half), rel=1e-8)


def test_concordance_without_pairs() -> None:
    assert math.isnan(forecasts.concordance(np.arange(3.0), np.arange(3.0), np.zeros(3)).estimate)


def test_intercept_is_that_of_a_model_with_the_logit_as_offset() -> None:
    random = np.random.default_rng(3)
    logit, event = random.normal(size=50) - 1, np.tile([0.0, 1.0], 25)
    fit = sm.GLM(event, np.ones((50, 1)), family=sm.families.Binomial(), offset=logit).fit(tol=1e-14)
    found = forecasts.calibration_intercept(logit, event)
    assert list(found) == pytest.approx([fit.params[0], *fit.conf_int()[0]], rel=1e-6)


def test_calibration_curve_by_hand() -> None:
    """Twenty patients make two groups; equal forecasts stay together."""
    forecast = np.array([0.1] * 10 + [0.7] * 10)
    event = np.array([1.0] + [0.0] * 9 + [1.0] * 6 + [0.0] * 4)
    low, high = forecasts.calibration_curve(forecast, event)
    assert (low.x, low.n, low.observed.estimate) == (pytest.approx(0.1), 10, 0.1)
    assert (high.x, high.n, high.observed.estimate) == (pytest.approx(0.7), 10, 0.6)
    assert low.observed.high == pytest.approx(0.445016, rel=1e-5)
    assert [point.n for point in forecasts.calibration_curve(np.full(50, 0.3), np.tile([0.0, 1.0], 25))] == [50]


def test_net_benefit_by_hand() -> None:
    """At 0.25 a false positive costs a third of what a true one gains."""
    forecast = np.array([0.9, 0.25, 0.3, 0.1])
    event = np.array([1.0, 1.0, 0.0, 0.0])
    point = forecasts.decision_curve(forecast, event)[4]
    assert (point.x, point.n) == (0.25, 3)
    assert point.observed.estimate == pytest.approx(2 / 4 - 1 / 4 / 3)
    assert point.treat_all == pytest.approx(1 / 2 - 1 / 2 / 3)
