"""Rank tests side by side: scipy and sums over all pairs are the oracles, and no marker hangs on its neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from biomarkers.stats import rank_each, ranks


def markers(random: np.random.Generator, n: int) -> np.ndarray:
    """Without ties, with few levels, mostly 0, separated by the first third, of one value."""
    apart = np.where(np.arange(n) < n // 3, 10.0, 0.0) + random.random(n)
    zeros = np.where(random.random(n) < 0.6, 0.0, random.exponential(size=n))
    return np.array([random.normal(size=n), random.integers(0, 4, n) * 1.0, zeros, apart, np.full(n, 2.5)])


@pytest.mark.parametrize("n", [7, 40, 301])
def test_tests_of_many_markers(n: int) -> None:
    random = np.random.default_rng(n)
    values, first = markers(random, n), np.arange(n) < n // 3
    found = rank_each.tests(values, first)
    for value, (test, shift, area) in zip(values, found, strict=True):
        one, other = value[first], value[~first]
        wins = (np.sign(np.subtract.outer(one, other)) + 1) / 2
        assert test.statistic == wins.sum()
        assert area.estimate == pytest.approx(wins.mean(), rel=1e-12)
        assert shift.estimate == pytest.approx(np.median(np.subtract.outer(one, other)), rel=1e-12, abs=1e-12)
        if value.min() == value.max():
            assert test[:3] == (wins.sum(), 1.0, "all values are equal")
            continue
        known = stats.mannwhitneyu(one, other, method="asymptotic").pvalue
        assert test.p_value == pytest.approx(known, rel=1e-9)
        spread = wins.mean(axis=1).var(ddof=1) / len(one) + wins.mean(axis=0).var(ddof=1) / len(other)
        if spread == 0:
            assert np.isnan(area.low) and np.isnan(area.high)
        else:
            half = 1.959963984540054 * np.sqrt(spread)
            known_limits = (max(0.0, wins.mean() - half), min(1.0, wins.mean() + half))
            assert (area.low, area.high) == pytest.approx(known_limits, rel=1e-9, abs=1e-12)


def test_a_marker_does_not_hang_on_its_neighbours() -> None:
    """Beside markers with ties the values without ties go another way through the code; the numbers stay."""
    random = np.random.default_rng(3)
    values, first = markers(random, 60), random.random(60) < 0.4
    for value, together in zip(values, rank_each.tests(values, first), strict=True):
        [alone] = ranks.tests(value[None], first, exact=False)
        assert [*together.test[:2], *together.shift, *together.area] == pytest.approx(
            [*alone.test[:2], *alone.shift, *alone.area], rel=1e-12, abs=1e-15, nan_ok=True
        )
        assert together.test.note == alone.test.note
