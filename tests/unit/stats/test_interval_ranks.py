"""Rank tests of intervals: as those of numbers on midranks; where they overlap by listing all groups and pairs."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.stats import interval_ranks, ranks

LOW = np.array([0.0, 0.0, 1.0, 10.0, 50.0, 50.0, 30.0])
HIGH = np.array([1.0, 1.0, 1.0, 10.0, 100.0, 100.0, 30.0])


def test_intervals_that_are_apart_are_ranked_in_their_order() -> None:
    assert interval_ranks.scores(interval_ranks.compared(LOW, HIGH)).tolist() == [1.5, 1.5, 3, 4, 6.5, 6.5, 5]
    assert interval_ranks.overlapping(LOW, HIGH) == 0


def test_an_end_belongs_to_numbers_and_to_the_top_of_the_scale_only() -> None:
    """50 is above [1, 50), undecided against [50, 100], and so is 100."""
    low, high = np.array([1.0, 50.0, 50.0, 100.0]), np.array([50.0, 50.0, 100.0, 100.0])
    assert interval_ranks.compared(low, high).tolist() == [[0, -1, -1, -1], [1, 0, 0, -1], [1, 0, 0, 0], [1, 1, 0, 0]]
    assert interval_ranks.overlapping(low, high) == 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=4, max_size=14))
def test_numbers_are_tested_as_numbers(drawn: list[tuple[int, bool]]) -> None:
    value = np.array([float(number) for number, _ in drawn])
    first = np.array([member for _, member in drawn])
    if first.all() or not first.any():
        return
    comparison = interval_ranks.compared(value, value)
    for exact in (True, False):
        test = interval_ranks.mann_whitney(comparison, first, exact=exact)
        known = ranks.mann_whitney(value[first], value[~first], exact=exact)
        assert test[:2] == pytest.approx(known[:2], rel=1e-9) and test.note == known.note
    area = interval_ranks.auc(comparison, first)
    assert area == pytest.approx(ranks.auc(value[first], value[~first]), rel=1e-9, abs=1e-12, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5)), min_size=5, max_size=7), st.integers(2, 3))
def test_overlapping_intervals_by_listing_all_groups(drawn: list[tuple[int, int]], m: int) -> None:
    """Gehan's sum over pairs of patients of different groups, and its share over all choices of the first group."""
    low = np.array([float(start) for start, _ in drawn])
    high = low + np.array([length for _, length in drawn])

    def larger(i: int, j: int) -> float:
        """Whether i is above j, as the definition of `[low, high)` says it."""
        if low[i] > high[j] or (low[i] == high[j] and low[j] < high[j]):
            return 1.0
        return 0.0

    n = len(low)
    pair = [[(1 + larger(i, j) - larger(j, i)) / 2 for j in range(n)] for i in range(n)]
    sums = {
        group: sum(pair[i][j] for i in group for j in range(n) if j not in group)
        for group in itertools.combinations(range(n), m)
    }
    expected = m * (n - m) / 2
    observed = sums[tuple(range(m))]
    p = np.mean([abs(total - expected) >= abs(observed - expected) - 1e-9 for total in sums.values()])
    first = np.arange(n) < m
    comparison = interval_ranks.compared(low, high)
    test = interval_ranks.mann_whitney(comparison, first, exact=True)
    assert (test.statistic, test.p_value) == pytest.approx((observed, p), rel=1e-9)
    assert interval_ranks.auc(comparison, first).estimate == pytest.approx(observed / (m * (n - m)), rel=1e-9)


def test_a_median_is_known_where_all_possible_values_agree() -> None:
    assert interval_ranks.median(LOW, HIGH) == 10
    assert math.isnan(interval_ranks.median(LOW[:3], HIGH[:3]))
    assert math.isnan(interval_ranks.median(LOW[:0], HIGH[:0]))
