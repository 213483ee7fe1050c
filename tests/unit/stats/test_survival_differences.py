"""Differences of survival curves where a group has no variance."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from biomarkers.stats.kaplan_meier import kaplan_meier
from biomarkers.stats.survival_differences import SMALL, _allocated, by_exchange, milestone, restricted_means


def test_a_group_without_an_event_has_no_variance() -> None:
    """One patient followed to month 9 against 30: the others' variance alone would give p = 4e-5."""
    one = kaplan_meier(np.array([9.0]), np.array([0.0]))
    time = np.linspace(1, 10, 30)
    others = kaplan_meier(time, np.ones(30))
    means = restricted_means(one, others, 6.0)
    assert math.isnan(means.test.p_value) and "no variance" in means.test.note
    assert means.difference.estimate > 0 and math.isnan(means.difference.low)
    assert means.ratio.estimate > 1 and math.isnan(means.ratio.high)
    rates = milestone(one, others, 6.0).test
    assert (
        math.isnan(rates.p_value) and "no variance" in rates.note and "without event 1 (1 at risk) and " in rates.note
    )


def test_a_share_that_is_not_known_is_called_unknown() -> None:
    curves = [kaplan_meier(np.array([3.0, 9.0]), np.array([1.0, 0.0]))] * 2
    note = milestone(curves[0], curves[1], 99.0).test.note
    assert "unknown (0 at risk)" in note and "nan" not in note


@pytest.mark.parametrize("mean", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_p_of_small_groups_is_that_of_all_allocations(mean: bool, seed: int) -> None:
    """Of nine patients every group of three or four is tried, those left out that cannot be tested."""
    random = np.random.default_rng(seed)
    time, event = np.round(random.exponential(6, 9), seed % 3) + 0.1, (random.random(9) < 0.7) * 1.0
    first, compare = np.arange(9) < 3 + seed % 2, restricted_means if mean else milestone

    def tested(member: np.ndarray) -> float:
        two = [kaplan_meier(time[part], event[part]) for part in (member, ~member)]
        return compare(two[0], two[1], 4.0).test.statistic

    chosen = [np.isin(np.arange(9), group) for group in itertools.combinations(range(9), int(first.sum()))]
    z = np.abs([tested(member) for member in chosen])
    two = [kaplan_meier(time[part], event[part]) for part in (first, ~first)]
    found = by_exchange(compare(two[0], two[1], 4.0).test, time, event, first, 4.0, mean=mean, seed=1)
    if math.isnan(found.statistic):
        assert math.isnan(found.p_value)
        return
    right = float((z[~np.isnan(z)] >= abs(found.statistic) * (1 - 1e-9)).mean())
    assert found.p_value == pytest.approx(right, abs=4 * math.sqrt(right / 200 * right) + 0.002)
    assert "permutations of the patients" in found.note


@pytest.mark.parametrize(("mean", "compare"), [(True, restricted_means), (False, milestone)])
def test_the_statistics_of_many_allocations_are_those_of_one_at_a_time(mean: bool, compare) -> None:  # type: ignore[no-untyped-def]
    random = np.random.default_rng(12)
    for n in (7, 30, 60):
        time, event = np.sort(np.round(random.exponential(6, n), 1) + 0.1), (random.random(n) < 0.6) * 1.0
        members = random.permuted(np.broadcast_to(np.arange(n) < n // 4 + 2, (200, n)), axis=1)
        for month in (2.0, 6.0, float(time[-3])):
            curves = [[kaplan_meier(time[part], event[part]) for part in (member, ~member)] for member in members]
            right = [compare(first, second, month).test.statistic for first, second in curves]
            assert _allocated(time, event, members, month, mean=mean) == pytest.approx(right, rel=1e-9, nan_ok=True)


def test_restricted_means_of_a_small_group_keep_their_level() -> None:
    """Of 60 patients without any association 6 against the others: the normal approximation has 6 % below 0.01."""
    random = np.random.default_rng(4)
    first, below = np.arange(60) < 6, [0, 0]
    for _ in range(300):
        time, until = random.exponential(8, 60), random.uniform(1, 24, 60)
        seen, event = np.minimum(time, until), (time <= until) * 1.0
        two = [kaplan_meier(seen[part], event[part]) for part in (first, ~first)]
        plain = restricted_means(two[0], two[1], 6.0).test
        exchanged = by_exchange(plain, seen, event, first, 6.0, mean=True, seed=1)
        below = [below[0] + (plain.p_value <= 0.01), below[1] + (exchanged.p_value <= 0.01)]
    assert below[0] > 10 and below[1] <= 9


def test_large_groups_keep_the_p_of_their_standard_error() -> None:
    time = np.linspace(1, 10, 2 * SMALL)
    first = np.arange(2 * SMALL) % 2 == 0
    two = [kaplan_meier(time[part], np.ones(SMALL)) for part in (first, ~first)]
    plain = restricted_means(two[0], two[1], 6.0).test
    assert by_exchange(plain, time, np.ones(2 * SMALL), first, 6.0, mean=True, seed=1) == plain
