"""Shares and curves against R: binom.test and survival::survfit(conf.type = "log-log"), JSON in tests/oracles."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.stats.kaplan_meier import is_midpoint, kaplan_meier, median, survival_at
from biomarkers.stats.proportions import clopper_pearson

ORACLES = Path(__file__).parents[2] / "oracles"
CURVES = json.loads((ORACLES / "kaplan_meier.json").read_text())["cases"]
BINOMIAL = json.loads((ORACLES / "clopper_pearson.json").read_text())


def number(value: float | None) -> float:
    return math.nan if value is None else value


@pytest.mark.parametrize("case", BINOMIAL, ids=lambda c: f"{c['events']}/{c['n']}")
def test_clopper_pearson_as_r(case: dict[str, float]) -> None:
    found = clopper_pearson(int(case["events"]), int(case["n"]))
    expected = (case["events"] / case["n"], case["low"], case["high"])
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(0, 10, 0, 0.3085), (3, 20, 0.0321, 0.3789), (10, 10, 0.6915, 1), (30, 102, 0.208, 0.393)],
)
def test_clopper_pearson_values_of_the_methods(events: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(events, n)[1:] == pytest.approx((low, high), abs=5e-4 if n == 102 else 5e-5)


def test_nobody_gives_no_rate() -> None:
    assert all(math.isnan(value) for value in clopper_pearson(0, 0))


@pytest.mark.parametrize("name", CURVES)
def test_median_as_r(name: str) -> None:
    case = CURVES[name]
    curve = kaplan_meier(np.atleast_1d(case["time"]).astype(float), np.atleast_1d(case["event"]).astype(float))
    expected = [number(case[key]) for key in ("median", "low", "high")]
    assert list(median(curve)) == pytest.approx(expected, rel=1e-9, nan_ok=True)
    assert is_midpoint(curve) == (name == "exactly_half")


@pytest.mark.parametrize("name", CURVES)
def test_landmarks_as_r(name: str) -> None:
    case = CURVES[name]
    curve = kaplan_meier(np.atleast_1d(case["time"]).astype(float), np.atleast_1d(case["event"]).astype(float))
    for landmark in case["landmarks"]:
        found, at_risk = survival_at(curve, landmark["at"])
        assert at_risk == landmark["n_at_risk"]
        assert found.estimate == pytest.approx(number(landmark.get("estimate")), rel=1e-9, nan_ok=True)
        if landmark.get("estimate") != 1:  # R gives 1 to 1 before the first time and NA after it: always missing here
            assert found.low == pytest.approx(number(landmark.get("low")), rel=1e-9, nan_ok=True)
            assert found.high == pytest.approx(number(landmark.get("high")), rel=1e-9, nan_ok=True)
        else:
            assert math.isnan(found.low) and math.isnan(found.high)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 1)), min_size=1, max_size=25), st.randoms())
def test_order_of_patients_does_not_matter(patients: list[tuple[int, int]], random: object) -> None:
    shuffled = list(patients)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    curves = [kaplan_meier(*(np.array(column, float) for column in zip(*p, strict=True))) for p in (patients, shuffled)]
    np.testing.assert_array_equal(curves[0].survival, curves[1].survival)
    assert (np.diff(curves[0].survival) <= 0).all()
