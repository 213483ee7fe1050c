"""Firth's partial likelihood over pairs is that of the sums in order of time, and its climbs are short."""

from __future__ import annotations

import numpy as np
import pytest

from biomarkers.stats import partial_likelihood, penalised_partial
from biomarkers.stats.climbs import Points, maximise


def cohort(n: int, strata: int, terms: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(n)
    x = random.normal(size=(n, terms))
    time = np.ceil(random.exponential(10, n) * 2) / 2
    return x, time, (random.random(n) < 0.6) * 1.0, random.integers(0, strata, n) * 1.0


@pytest.mark.parametrize("n, strata, terms", [(12, 1, 1), (30, 3, 2), (40, 25, 3), (120, 1, 4)])
def test_as_the_sums_in_order_of_time(n: int, strata: int, terms: int) -> None:
    given = cohort(n, strata, terms)
    pairs, sums = (module.penalised_likelihood(*given) for module in (penalised_partial, partial_likelihood))
    beta = np.random.default_rng(1).normal(size=(5, terms))
    for found, known in zip(pairs(beta), sums(beta), strict=True):
        assert found == pytest.approx(known, rel=1e-9, abs=1e-9)


def test_far_from_the_maximum_nothing_underflows() -> None:
    """Weights of the last at risk are e^-2000 of the first's: their risk set still has its moments."""
    x = np.array([[0.0], [1.0], [1000.0], [1001.0]])
    time, event = np.array([4.0, 3.0, 2.0, 1.0]), np.ones(4)
    value, gradient, information = penalised_partial.penalised_likelihood(x, time, event)(np.array([[2.0]]))
    small = 1 / (1 + np.exp(2.0))
    assert information[0, 0, 0] == pytest.approx(2 * small * (1 - small), rel=1e-3)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_large_cohorts_are_summed_in_order_of_time() -> None:
    given = cohort(400, 1, 1)
    likelihood = penalised_partial.penalised_likelihood(*given)
    known = partial_likelihood.penalised_likelihood(*given)
    assert likelihood(np.ones((1, 1))).value == known(np.ones((1, 1))).value


def test_a_climb_takes_few_steps() -> None:
    """A held coefficient far out, where steps by the information crawl and the last rises are below rounding."""
    x, time, event, _ = cohort(30, 1, 3)
    event[x[:, 0] > 0] = 0
    likelihood = penalised_partial.penalised_likelihood(x, time, event)
    asked = 0

    def counted(beta: np.ndarray) -> Points:
        nonlocal asked
        asked += len(beta)
        return likelihood(beta)

    starts = np.array([[held, 0.0, 0.0] for held in (-6.0, -4.0, -2.0, 0.0, 1.0)])
    assert all(end.arrived for end in maximise(counted, starts, np.array([[False, True, True]] * 5)))
    assert asked < 150
