"""Tables of counts against R's fisher.test, prop.trend.test, binom.test."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from biomarkers.stats import contingency, proportions

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "fisher.json").read_text())


@pytest.mark.parametrize("known", ORACLE["two"], ids=lambda known: str(known["table"]))
def test_fisher_as_in_r(known: dict[str, Any]) -> None:
    """R solves for the limits with a coarse tolerance; the next test checks them by their definition."""
    odds, test = proportions.fisher(*known["table"])
    assert test.p_value == pytest.approx(known["p"], rel=1e-9)
    expected = [float(known[key]) for key in ("odds", "low", "high")]
    assert odds == pytest.approx(expected, rel=1.5e-2)


@pytest.mark.parametrize("a, b, c, d", [(10, 2, 3, 15), (30, 12, 25, 60), (1, 9, 11, 3)])
def test_limits_leave_a_fortieth_on_each_side(a: int, b: int, c: int, d: int) -> None:
    odds = proportions.fisher(a, b, c, d)[0]
    margins = (a + b + c + d, a + b, a + c)
    above = stats.nchypergeom_fisher(*margins, odds.low).sf(a - 1)
    below = stats.nchypergeom_fisher(*margins, odds.high).cdf(a)
    assert (above, below) == pytest.approx((0.025, 0.025), rel=1e-6)
    assert stats.nchypergeom_fisher(*margins, odds.estimate).mean() == pytest.approx(a, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.integers(1, 12)] * 4))
def test_swapped_groups_invert_the_ratio(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    odds, test = proportions.fisher(a, b, c, d)
    other, swapped = proportions.fisher(c, d, a, b)
    assert swapped.p_value == pytest.approx(test.p_value, rel=1e-9)
    assert (1 / other.estimate, 1 / other.high, 1 / other.low) == pytest.approx(tuple(odds), rel=1e-5)
    assert proportions.fisher(a, c, b, d)[0].estimate == pytest.approx(odds.estimate, rel=1e-5)


@pytest.mark.parametrize("table, why", [((0, 0, 3, 4), "group is empty"), ((5, 0, 4, 0), "all or none")])
def test_an_empty_margin_is_not_tested(table: tuple[int, int, int, int], why: str) -> None:
    odds, test = proportions.fisher(*table)
    assert math.isnan(odds.estimate) and math.isnan(test.p_value) and why in test.note


@pytest.mark.parametrize("known", ORACLE["many"], ids=lambda known: str(np.shape(known["table"])))
def test_larger_tables_as_in_r(known: dict[str, Any]) -> None:
    table = np.array(known["table"])
    for one in (table, table.T, table[::-1]):
        test = proportions.fisher_table(one, seed=1)
        assert test.note == "exact" and test.p_value == pytest.approx(known["p"], rel=1e-6)


def test_two_by_two_is_the_same_either_way() -> None:
    table = np.array([[10, 2], [3, 15]])
    known = proportions.fisher(10, 2, 3, 15)[1].p_value
    assert proportions.fisher_table(table, seed=1).p_value == pytest.approx(known, rel=1e-9)


def test_monte_carlo_is_seeded_labelled_and_near(monkeypatch: pytest.MonkeyPatch) -> None:
    known = ORACLE["many"][0]

    def refuses(table: object) -> float:
        raise contingency.TooManyStepsError

    monkeypatch.setattr(contingency, "exact_p", refuses)
    first, second = (proportions.fisher_table(np.array(known["table"]), seed=5) for _ in range(2))
    assert first == second and "Monte Carlo" in first.note and "seed 5" in first.note
    assert first.p_value == pytest.approx(known["p"], rel=0.05)
    impossible = np.diag([30, 30, 30])
    assert proportions.fisher_table(impossible, seed=1).p_value == 1 / (1 + proportions.MONTE_CARLO_TABLES)


@pytest.mark.parametrize("seed", range(8))
def test_p_of_a_trend_is_that_of_all_tables(seed: int) -> None:
    """Every table with the same margins, by its probability given them; the normal p of few events is too small."""
    random = np.random.default_rng(seed)
    totals = random.integers(2, 9, 4)
    events = np.minimum(totals, random.integers(0, 3, 4))
    events[3] = 1
    events = totals - events if seed % 2 else events
    middle = events.sum() * (np.arange(4) @ totals) / totals.sum()
    right = ways = 0
    for table in itertools.product(*(range(size + 1) for size in totals)):
        if sum(table) == events.sum():
            own = math.prod(math.comb(size, x) for size, x in zip(totals.tolist(), table, strict=True))
            ways += own
            as_far = abs(np.arange(4) @ table - middle) >= abs(np.arange(4) @ events - middle) - 1e-9
            right += own * bool(as_far)
    assert proportions.cochran_armitage(events, totals).p_value == pytest.approx(right / ways, rel=1e-9)


def test_trend_as_in_r() -> None:
    known = ORACLE["trend"]
    test = proportions.cochran_armitage(np.array([3, 5, 9, 12]), np.array([20, 18, 17, 16]))
    assert (test.statistic**2, test.p_value) == pytest.approx((known["statistic"], known["p"]), rel=1e-9)
    assert test.statistic > 0 and "exact" not in test.note
    assert proportions.cochran_armitage(np.array([0, 0]), np.array([4, 4])).doubt


@pytest.mark.parametrize("known", ORACLE["rates"], ids=lambda known: f"{known['x']} of {known['n']}")
def test_exact_rates_as_in_r(known: dict[str, Any]) -> None:
    rate = proportions.clopper_pearson(known["x"], known["n"])
    assert rate == pytest.approx((known["x"] / known["n"], known["low"], known["high"]), rel=1e-9)


def test_median_interval() -> None:
    """Ten values: the second and ninth, 97.9 % (Conover, Practical Nonparametric Statistics, 3.2)."""
    assert proportions.median_interval(np.arange(10, 0, -1.0)) == (5.5, 2.0, 9.0)
    few = proportions.median_interval(np.array([4.0, 2.0]))
    assert few.estimate == 3.0 and math.isnan(few.low)
