"""The log-rank test against R survival."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats import logrank as survival
from biomarkers.stats.risk_tables import exact, risk_tables

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "survival.json").read_text())
TIME, EVENT, GROUP, CENTRE, ARM = (np.array(ORACLE[k], float) for k in ("time", "event", "group", "centre", "arm"))


@pytest.mark.parametrize("key, stratum", [("logrank", None), ("stratified", CENTRE)])
def test_two_groups_as_in_r(key: str, stratum: np.ndarray | None) -> None:
    known = ORACLE[key]
    done = survival.logrank(TIME, EVENT, GROUP, stratum)
    assert done.test.statistic == pytest.approx(known["statistic"], rel=1e-9)
    excess, variance = known["observed"] - known["expected"], known["variance"]
    half = 1.959963984540054 / math.sqrt(variance)
    ratio = [math.exp(excess / variance + side * half) for side in (0, -1, 1)]
    assert done.ratio == pytest.approx(ratio, rel=1e-9)
    assert key != "logrank" or done.test.p_value == pytest.approx(known["p"], rel=1e-9)


def test_three_groups_as_in_r() -> None:
    done = survival.logrank(TIME, EVENT, ARM)
    assert done.test.statistic == pytest.approx(ORACLE["three"]["statistic"], rel=1e-9)
    assert math.isnan(done.ratio.estimate)


def test_order_of_patients_and_of_groups() -> None:
    known = survival.logrank(TIME, EVENT, GROUP)
    order = np.random.default_rng(1).permutation(len(TIME))
    assert survival.logrank(TIME[order], EVENT[order], GROUP[order]).ratio == pytest.approx(known.ratio, rel=1e-12)
    swapped = survival.logrank(TIME, EVENT, 1 - GROUP)
    assert swapped.test.p_value == pytest.approx(known.test.p_value, rel=1e-9)
    inverse = (1 / known.ratio.estimate, 1 / known.ratio.high, 1 / known.ratio.low)
    assert swapped.ratio == pytest.approx(inverse, rel=1e-9)


@pytest.mark.parametrize(
    "time, event, group, why",
    [
        ([1, 2, 3], [1, 1, 0], [1, 1, 1], "fewer than two groups"),
        ([1, 2, 3], [0, 0, 0], [1, 0, 1], "no events"),
        ([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 0, 0], "while both groups were at risk"),
    ],
)
def test_what_cannot_be_tested_says_why(time: list[float], event: list[float], group: list[float], why: str) -> None:
    done = survival.logrank(*(np.array(part, float) for part in (time, event, group)))
    assert why in done.test.note and math.isnan(done.test.p_value) and math.isnan(done.ratio.estimate)


def test_p_is_exact_where_either_group_expects_few_events() -> None:
    """4 of 60 in a group: exact, seen from either side. 30 of 60: chi-squared's, but of many markers below .05."""
    random = np.random.default_rng(6)
    time, event = random.exponential(9, 60), (random.random(60) < 0.7).astype(float)
    order = np.argsort(np.argsort(time))
    few, half = np.isin(order, (5, 20, 35, 50)) * 1.0, np.where(order < 30, order % 5 > 0, order % 5 == 0) * 1.0
    chance = (np.arange(60) % 2) * 1.0
    for group, many, by_law in [(few, False, True), (1 - few, False, True), (half, False, False), (half, True, True)]:
        done = survival.logrank(time, event, group, many=many).test
        known = exact(risk_tables(time, event, group[:, None]))[0]
        assert done.p_value == pytest.approx(known if by_law else math.erfc(math.sqrt(done.statistic / 2)), rel=1e-9)
        assert ("p exact" in done.note) == by_law
    done = survival.logrank(time, event, chance, many=True).test
    assert done.p_value > 0.05 and done.note == ""
    together = survival.logrank_each(time, event, np.column_stack([few, half, chance, 0 * few]), many=True)
    assert together[0].ratio == pytest.approx(survival.logrank(time, event, few).ratio, rel=1e-12)
    assert [one.test.note != "" for one in together] == [True, True, False, True]
    assert "not tested" in together[3].test.note and math.isnan(together[3].test.p_value)
