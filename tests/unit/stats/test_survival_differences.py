"""Differences of survival curves where a group has no variance."""

from __future__ import annotations

import math

import numpy as np

from biomarkers.stats.kaplan_meier import kaplan_meier
from biomarkers.stats.survival_differences import milestone, restricted_means


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
