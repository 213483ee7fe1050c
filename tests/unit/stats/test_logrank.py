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
    assert together[3].test.doubt and math.isnan(together[3].test.p_value)


SEVERAL = json.loads((Path(__file__).parents[2] / "oracles" / "small_groups.json").read_text())["several"]


@pytest.mark.parametrize("cohort", SEVERAL)
def test_small_groups_by_every_allocation_in_r(cohort: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Against survdiff of every allocation of the patients of each stratum to the groups: four standard errors."""
    time, event, group, stratum = (np.array(cohort[key], float) for key in ("time", "event", "group", "stratum"))
    strata = None if len(np.unique(stratum)) == 1 else stratum
    monkeypatch.setattr(survival, "ENOUGH", math.inf)
    plain, _, done = survival.logrank(time, event, group, strata, seed=3)
    assert plain.statistic == done.statistic and plain.note == ""
    assert done.statistic == pytest.approx(cohort["statistic"], rel=1e-9)
    error = math.sqrt(cohort["p"] * (1 - cohort["p"]) / survival.MOST_DRAWS)
    assert done.p_value == pytest.approx(cohort["p"], abs=4 * error)
    where = " in their strata" if strata is not None else ""
    assert f"p by 10000 permutations of the patients{where}, seed 3" in done.note
    relabelled = survival.logrank(time, event, 9 - group, strata, seed=3).permuted
    assert relabelled.p_value == pytest.approx(done.p_value, abs=6 * error)


def test_when_several_groups_are_permuted() -> None:
    """A group that expects fewer than 5 events, or of many markers a small p; many draws only where p is small."""
    random = np.random.default_rng(6)
    time, event, group = random.exponential(9, 90), np.ones(90), np.arange(90) % 3 * 1.0
    assert math.isnan(survival.logrank(time, event, group).permuted.p_value)
    assert math.isnan(survival.logrank(time, event, group, many=True).permuted.p_value)
    ordered = np.argsort(np.argsort(time)) // 30 * 1.0
    assert math.isnan(survival.logrank(time, event, ordered).permuted.p_value)
    found = survival.logrank(time, event, ordered, many=True).permuted
    assert found.p_value == 1 / 10_001 and "10000 permutations" in found.note
    group[:3] = 5
    assert "p by 1000 permutations of the patients, seed 1" in survival.logrank(time, event, group).permuted.note


def test_groups_that_are_never_compared_are_not_exchanged() -> None:
    """One group leaves before the first event: all is as without it."""
    random = np.random.default_rng(8)
    time, event, group = random.exponential(9, 24) + 1, (random.random(24) < 0.6) * 1.0, np.arange(24) % 3 * 1.0
    done = survival.logrank(np.append(time, np.full(5, 0.5)), np.append(event, np.zeros(5)), np.append(group, [7] * 5))
    rest = survival.logrank(time, event, group)
    said = "1 of 4 groups not compared: not at risk with others at any event"
    assert (done.test.note, done.permuted.note) == (said, f"{rest.permuted.note}; {said}")
    assert done.test[:2] == pytest.approx(rest.test[:2], rel=1e-12)
    assert done.permuted[:2] == pytest.approx(rest.permuted[:2], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("followed", [(24, 24), (48, 12), (12, 48)])
def test_several_small_groups_hold_their_level(followed: tuple[int, int]) -> None:
    """22, 5 and 3 without an effect, the last followed alike, longer, shorter; chi-squared's p is not."""
    random, group = np.random.default_rng(12), np.repeat([0.0, 1.0, 2.0], [22, 5, 3])
    below, plain, runs = np.zeros(2), 0, 600
    for _ in range(runs):
        event_at, until = random.exponential(8, 30), random.uniform(1, np.where(group == 2, *followed))
        done = survival.logrank(np.minimum(event_at, until), (event_at <= until) * 1.0, group).permuted
        below += done.p_value <= np.array([0.05, 0.01])
        plain += done.statistic > 9.21
    # what a share of .05 and .01 gives in 99 % of runs
    assert below[0] <= 44 and below[1] <= 13 and plain > 13
