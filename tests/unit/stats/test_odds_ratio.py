"""The conditional odds ratio against scipy on random tables; R's fisher.test is the oracle in test_proportions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import fisher_exact
from scipy.stats.contingency import odds_ratio

from biomarkers.stats.odds_ratio import conditional


@pytest.mark.parametrize("largest", [3, 12, 60, 400])
def test_as_scipy(largest: int) -> None:
    random = np.random.default_rng(largest)
    tables = random.integers(0, largest, (200 if largest < 60 else 25, 4))
    for a, b, c, d in tables.tolist():
        table = np.array([[a, b], [c, d]])
        if 0 in (*table.sum(0), *table.sum(1)):
            continue
        found, p = conditional(a, b, c, d)
        known = odds_ratio(table, kind="conditional")
        assert p == pytest.approx(fisher_exact(table).pvalue, rel=1e-9)
        limits = known.confidence_interval(0.95)
        # scipy's search for a limit ends within about 1e-6
        assert found.estimate == pytest.approx(known.statistic, rel=1e-8)
        assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=1e-5)


def test_limits_are_where_a_tail_is_a_fortieth() -> None:
    """Each limit of 3 of 9 against 14 of 40, by the law written anew."""
    found, _ = conditional(3, 6, 14, 26)
    for value, wanted in ((found.low, range(3, 10)), (found.high, range(4))):
        terms = [math.comb(9, x) * math.comb(40, 17 - x) * value**x for x in range(10)]
        assert sum(terms[x] for x in wanted) / sum(terms) == pytest.approx(0.025, rel=1e-9)


def test_exchanged_groups_turn_the_ratio_over() -> None:
    there, back = conditional(30, 400, 7, 563), conditional(7, 563, 30, 400)
    assert back[1] == pytest.approx(there[1], rel=1e-9)
    turned = (1 / there[0].estimate, 1 / there[0].high, 1 / there[0].low)
    assert back[0] == pytest.approx(turned, rel=1e-9)


def test_corners() -> None:
    assert conditional(0, 5, 5, 5)[0][:2] == (0.0, 0.0)
    assert conditional(5, 0, 0, 7)[0].estimate == math.inf and conditional(5, 0, 0, 7)[0].high == math.inf
    assert conditional(0, 1, 1, 0)[1] == 1.0
