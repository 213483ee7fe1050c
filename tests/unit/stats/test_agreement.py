"""Cohen's kappa against scikit-learn and published tables; what does not exist is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from biomarkers.stats.proportions import kappa

MARRIED = np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
"""Hout, Duncan and Sobel 1987, as in Agresti's book and R's vcd::SexualFun."""


def test_published_kappas_and_standard_errors() -> None:
    """vcd::Kappa(SexualFun): .1293 (ASE .0686) unweighted, .2374 (ASE .0783) with equal spacing."""
    for linear, value, error in ((False, 0.1293, 0.0686), (True, 0.2374, 0.0783)):
        found = kappa(MARRIED, linear=linear)
        assert found.estimate == pytest.approx(value, abs=5e-5)
        assert (found.high - found.low) / 2 / 1.959963984540054 == pytest.approx(error, abs=5e-5)
        assert (found.high + found.low) / 2 == pytest.approx(found.estimate, rel=1e-12)


def test_the_2_x_2_table_by_hand() -> None:
    """Agreement .7, by chance .5: kappa .4, and Fleiss' variance of a 2 x 2 table written out."""
    table = np.array([[20, 5], [10, 15]])
    found = kappa(table)
    p, chance, k = table / 50, 0.5, 0.4
    row, column = p.sum(1), p.sum(0)
    a = sum(p[i, i] * (1 - (row[i] + column[i]) * (1 - k)) ** 2 for i in range(2))
    b = (1 - k) ** 2 * sum(p[i, j] * (column[i] + row[j]) ** 2 for i in range(2) for j in range(2) if i != j)
    error = math.sqrt((a + b - (k - chance * (1 - k)) ** 2) / (50 * (1 - chance) ** 2))
    assert found == pytest.approx((k, k - 1.959963984540054 * error, k + 1.959963984540054 * error), rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("linear", [False, True])
def test_random_readings_as_scikit_learn(seed: int, linear: bool) -> None:
    random = np.random.default_rng(seed)
    size, n = int(random.integers(2, 7)), int(random.integers(5, 80))
    first = random.integers(0, size, n)
    second = np.where(random.random(n) < 0.5, first, random.integers(0, size, n))
    table = np.zeros((7, 7), dtype=np.int64)
    np.add.at(table, (first, second), 1)
    expected = cohen_kappa_score(first, second, labels=range(7), weights="linear" if linear else None)
    assert kappa(table, linear=linear).estimate == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_no_estimate_without_two_categories_and_no_limits_without_a_difference() -> None:
    assert all(map(math.isnan, kappa(np.zeros((3, 3), dtype=np.int64))))
    assert all(map(math.isnan, kappa(np.diag([5, 0, 0]))))
    always = kappa(np.diag([5, 3, 0]))
    assert always.estimate == 1 and math.isnan(always.low) and math.isnan(always.high)


def test_limits_stay_within_one() -> None:
    assert kappa(np.array([[0, 3], [4, 0]])).low == -1.0
    assert kappa(np.array([[9, 1], [0, 2]])).high == 1.0
