"""Likelihood-ratio tests at suprema that no finite coefficient reaches."""

from __future__ import annotations

import numpy as np
import pytest

from biomarkers.stats import nested


@pytest.mark.parametrize("unit", [1.0, 1e4])
def test_a_separated_outcome_is_climbed_to_its_supremum(unit: float) -> None:
    """The added term, hardly other than the first, leaves no deviance: it must go to thousands for that."""
    random = np.random.default_rng(7)
    number = random.normal(size=14)
    more = number + 1e-3 * random.normal(size=14)
    event = (more > number) * 1.0
    none = nested.logistic_test(np.zeros((14, 0)), number[:, None], event).statistic
    both = nested.logistic_test(number[:, None], unit * more[:, None], event).statistic
    share = event.mean()
    without = -2 * 14 * (share * np.log(share) + (1 - share) * np.log(1 - share))
    assert both == pytest.approx(without - none, rel=1e-9)


def test_a_time_too() -> None:
    """Who differs most has the event first: the partial likelihood rises to 1, whose logarithm is 0."""
    random = np.random.default_rng(8)
    number = random.normal(size=12)
    more = number + 1e-3 * random.normal(size=12)
    time = 1.0 + np.argsort(np.argsort(number - more))
    none = nested.cox_test(np.zeros((12, 0)), number[:, None], time, np.ones(12)).statistic
    both = nested.cox_test(number[:, None], more[:, None], time, np.ones(12)).statistic
    assert both == pytest.approx(2 * np.log(np.arange(1, 13)).sum() - none, rel=1e-9)
