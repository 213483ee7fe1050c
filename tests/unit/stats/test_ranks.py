"""Rank tests against R (exactRankTests, coin, stats, pROC), scipy, and their own symmetries."""

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

from biomarkers.stats import ranks

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "mann_whitney.json").read_text())
CASES = ("ties", "distinct", "skewed", "heavy", "many")

groups = st.lists(st.integers(0, 8), min_size=2, max_size=9).map(lambda values: np.array(values, dtype=float))


@pytest.mark.parametrize("case", CASES)
def test_mann_whitney_as_in_r(case: str) -> None:
    known = ORACLE[case]
    first, second = np.array(known["first"], float), np.array(known["second"], float)
    exact, asymptotic = (ranks.mann_whitney(first, second, exact=exact) for exact in (True, False))
    assert exact.p_value == pytest.approx(known["exact_p"], rel=1e-9)
    assert asymptotic.p_value == pytest.approx(known["asymptotic_p"], rel=1e-9)
    assert exact.statistic == asymptotic.statistic == known["u"]
    area = ranks.auc(first, second)
    assert area == pytest.approx((known["auc"], known["auc_low"], known["auc_high"]), rel=1e-7)


def test_hodges_lehmann_as_in_r() -> None:
    known = ORACLE["distinct"]
    first, second = np.array(known["first"]), np.array(known["second"])
    shift = ranks.hodges_lehmann(first, second, exact=True)
    assert shift == pytest.approx((known["hodges_lehmann"], known["hl_low"], known["hl_high"]), rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_hodges_lehmann_is_the_median_difference(case: str) -> None:
    known = ORACLE[case]
    shift = ranks.hodges_lehmann(np.array(known["first"], float), np.array(known["second"], float), exact=False)
    assert shift.estimate == pytest.approx(known["hodges_lehmann"], rel=1e-9)
    assert shift.low <= shift.estimate <= shift.high and shift.low < shift.high


def test_asymptotic_interval_is_near_the_exact_one() -> None:
    known = ORACLE["skewed"]
    first, second = np.array(known["first"], float), np.array(known["second"], float)
    exact, asymptotic = (ranks.hodges_lehmann(first, second, exact=exact) for exact in (True, False))
    assert asymptotic == pytest.approx(exact, rel=0.05)


def test_interval_is_unbounded_where_the_groups_are_too_small() -> None:
    shift = ranks.hodges_lehmann(np.array([3.0, 4.0]), np.array([1.0, 2.0]), exact=True)
    assert shift == (2.0, -math.inf, math.inf)


def test_exact_without_ties_is_scipys() -> None:
    random = np.random.default_rng(4)
    first, second = random.normal(0.3, 1, 11), random.normal(0, 1, 17)
    known = stats.mannwhitneyu(first, second, method="exact").pvalue
    assert ranks.mann_whitney(first, second, exact=True).p_value == pytest.approx(known, rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(groups, groups)
def test_exact_p_counts_every_choice_of_the_first_group(first: np.ndarray, second: np.ndarray) -> None:
    from itertools import combinations

    pooled = np.concatenate([first, second])
    if len(pooled) > 12 or len(set(pooled)) == 1:
        return
    scores = stats.rankdata(pooled)
    middle = scores.sum() * len(first) / len(pooled)
    sums = np.array([scores[list(chosen)].sum() for chosen in combinations(range(len(pooled)), len(first))])
    share = (np.abs(sums - middle) >= abs(scores[: len(first)].sum() - middle) - 1e-9).mean()
    assert ranks.mann_whitney(first, second, exact=True).p_value == pytest.approx(share, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(groups, groups, st.booleans())
def test_symmetries(first: np.ndarray, second: np.ndarray, exact: bool) -> None:
    """Order of patients, swapped groups, a shift and a monotone transform."""
    known = ranks.mann_whitney(first, second, exact=exact)
    for a, b in ((first[::-1], second), (second, first), (first + 7, second + 7), (np.exp(first), np.exp(second))):
        assert ranks.mann_whitney(a, b, exact=exact).p_value == pytest.approx(known.p_value, rel=1e-9)
    swapped = ranks.mann_whitney(second, first, exact=exact)
    assert known.statistic + swapped.statistic == len(first) * len(second)
    assert ranks.auc(second, first).estimate == pytest.approx(1 - ranks.auc(first, second).estimate, rel=1e-9)
    there, back = ranks.hodges_lehmann(first, second, exact=exact), ranks.hodges_lehmann(second, first, exact=exact)
    assert (-back.estimate, -back.high, -back.low) == pytest.approx(there)


def test_two_hundred_patients_stay_exact_and_close_to_normal() -> None:
    random = np.random.default_rng(2)
    first, second = random.integers(0, 50, 100).astype(float), random.integers(3, 53, 100).astype(float)
    exact, normal = (ranks.mann_whitney(first, second, exact=exact).p_value for exact in (True, False))
    assert exact == pytest.approx(normal, rel=0.02) and exact != normal


def test_equal_values_and_separation() -> None:
    ones = np.ones(4)
    assert ranks.mann_whitney(ones, ones, exact=True).p_value == 1.0
    apart = ranks.auc(ones + 1, ones)
    assert apart.estimate == 1.0 and math.isnan(apart.low) and math.isnan(apart.high)


def test_kruskal_wallis_and_spearman_as_in_r() -> None:
    known = ORACLE["kruskal"]
    test = ranks.kruskal_wallis([np.array(group, float) for group in known["groups"]])
    assert (test.statistic, test.p_value) == pytest.approx((known["statistic"], known["p"]), rel=1e-9)
    known = ORACLE["spearman"]
    found = ranks.spearman(np.array(known["x"], float), np.array(known["y"], float))
    assert found.rho.estimate == pytest.approx(known["rho"], rel=1e-9)
    assert found.rho.low < known["rho"] < found.rho.high
    assert ranks.kruskal_wallis([np.ones(3)]).note.startswith("fewer than two")


@pytest.mark.parametrize("seed", range(12))
def test_p_of_few_patients_correlation_is_that_of_all_orders(seed: int) -> None:
    """Ties in both; by the t test four patients whose ranks agree in full have p = 0, which 2 orders of 24 have."""
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 4, 7) * 1.0, random.integers(0, 9, 7) * 1.0
    a, b = stats.rankdata(x), stats.rankdata(y)
    sums = np.array([a @ b[list(order)] for order in itertools.permutations(range(7))])
    right = (np.abs(sums - sums.mean()) >= abs(a @ b - sums.mean()) - 1e-9).mean()
    assert ranks.spearman(x, y).test.p_value == pytest.approx(right, rel=1e-9)
    in_full = ranks.spearman(np.arange(4.0), np.array([9.0, 7, 3, 1]))
    assert in_full.test.p_value == pytest.approx(2 / 24, rel=1e-9) and in_full.rho.estimate == -1
    twelve = ranks.spearman(np.repeat(np.arange(4.0), (1, 2, 2, 1)), np.repeat(np.arange(4.0), (1, 2, 2, 1)))
    assert twelve.test.p_value == pytest.approx(2 * 4 / 720, rel=1e-9)


def test_kruskal_wallis_of_nobody() -> None:
    assert ranks.kruskal_wallis([]).note.startswith("fewer than two groups")
