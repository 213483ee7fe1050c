"""Aalen-Johansen's cumulative incidence and exact Poisson rates. Oracle: R (cumulative_incidence.R)."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from biomarkers.stats.cumulative_incidence import cumulative_incidence, incidence_at
from biomarkers.stats.kaplan_meier import kaplan_meier
from biomarkers.stats.poisson import rate

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "cumulative_incidence.json").read_text())


@pytest.mark.parametrize("case", ORACLE["incidence"])
def test_r_has_the_same_curve(case: dict[str, list[float]]) -> None:
    curve = cumulative_incidence(np.array(case["time"], float), np.array(case["state"]))
    assert curve.time == pytest.approx(case["at"], rel=1e-9)
    assert curve.n_at_risk.tolist() == case["n_at_risk"]
    assert curve.incidence == pytest.approx(case["estimate"], rel=1e-9, abs=1e-12)
    assert curve.standard_error == pytest.approx(case["error"], rel=1e-7, abs=1e-12)
    for found, expected in ((curve.low, case["low"]), (curve.high, case["high"])):
        inner = (curve.incidence > 0) & (curve.incidence < 1)
        wanted = np.array([math.nan if limit is None else limit for limit in expected])
        assert found[inner] == pytest.approx(wanted[inner], rel=1e-7)
        assert np.isnan(found[~inner]).all()
    for position, time in enumerate(curve.time):
        at = incidence_at(curve, float(time)).interval
        assert (at.low, at.high) == pytest.approx((curve.low[position], curve.high[position]), nan_ok=True)


def test_without_a_competing_event_it_is_one_minus_kaplan_meier() -> None:
    draw = np.random.default_rng(4)
    time, event = draw.integers(1, 20, 60).astype(float), draw.integers(0, 2, 60)
    found, survival = cumulative_incidence(time, event), kaplan_meier(time, event.astype(float)).survival
    assert found.incidence == pytest.approx(1 - survival, rel=1e-12, abs=1e-15)


def test_a_time_beyond_the_last_and_before_the_first() -> None:
    curve = cumulative_incidence(np.array([2.0, 4.0]), np.array([1, 0]))
    assert incidence_at(curve, 1.0).interval.estimate == 0 and incidence_at(curve, 1.0).n_at_risk == 2
    assert incidence_at(curve, 2.0).interval.estimate == 0.5 and incidence_at(curve, 2.0).n_at_risk == 2
    assert incidence_at(curve, 4.0).n_at_risk == 1
    assert math.isnan(incidence_at(curve, 4.1).interval.estimate) and incidence_at(curve, 4.1).n_at_risk == 0


def test_when_everybody_had_an_event_it_stays() -> None:
    curve = cumulative_incidence(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 2, 1, 1]))
    assert incidence_at(curve, 9.0).interval.estimate == pytest.approx(0.75, rel=1e-12)
    assert incidence_at(curve, 9.0).n_at_risk == 0


@pytest.mark.parametrize("case", ORACLE["rates"])
def test_r_has_the_same_rate(case: dict[str, float]) -> None:
    expected = [case["estimate"], case["low"], case["high"]]
    assert list(rate(int(case["count"]), case["time"])) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_there_is_no_rate_without_time() -> None:
    assert all(math.isnan(value) for value in rate(0, 0.0))


@pytest.mark.parametrize("patients", range(1, 120))
def test_an_incidence_of_all_is_1_without_limits(patients: int) -> None:
    """By hand; the sum of the steps was 1.0000000000000004 for some numbers of patients, which no table takes."""
    curve = cumulative_incidence(np.arange(1.0, patients + 1), np.ones(patients, dtype=int))
    assert curve.incidence.max() == curve.incidence[-1] == 1
    assert math.isnan(curve.low[-1]) and math.isnan(curve.high[-1])
