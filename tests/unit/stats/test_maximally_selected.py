"""The searched cut: its p against every permutation there is, its scores against lifelines."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from lifelines import NelsonAalenFitter

from biomarkers.stats import maximally_selected
from biomarkers.stats.maximally_selected import PERMUTATIONS, best_cutpoint, logrank_scores

VALUE = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
SCORE = np.array([0.0, 0, 1, 0, 0, 1, 1, 0, 1, 1])


def largest(score: np.ndarray) -> tuple[float, float]:
    """Largest standardised difference over the cuts that leave a tenth of the patients on each side, and its cut."""
    n, found = len(score), []
    for below in range(1, n):
        if 0.1 * n <= below <= 0.9 * n:
            difference = score[:below].mean() - score[below:].mean()
            spread = score.var(ddof=1) * (1 / below + 1 / (n - below))
            found.append((abs(difference) / math.sqrt(spread), VALUE[below - 1]))
    return max(found)


def test_p_pays_for_the_search() -> None:
    """(1 + k) / (1 + n) over random permutations is near the share over all 252 ways to place five events."""
    statistic, cut = largest(SCORE)
    ways = [np.isin(np.arange(10), chosen).astype(float) for chosen in itertools.combinations(range(10), 5)]
    share = np.mean([largest(way)[0] >= statistic * (1 - 1e-9) for way in ways])
    found = best_cutpoint(VALUE, SCORE, seed=1)
    assert found is not None and 0.1 < share < 0.5
    assert (found.statistic, found.cut.estimate) == pytest.approx((statistic, cut), rel=1e-12)
    assert found.p_value == pytest.approx(share, rel=0.15)
    counted = found.p_value * (1 + PERMUTATIONS)
    assert counted == pytest.approx(round(counted), rel=1e-12) and round(counted) >= 1


def test_every_cut_that_was_tried_has_its_statistic_and_a_p_that_pays_for_the_search() -> None:
    """Statistics by the formula; the band against the law of the maximum over all 252 ways to place five events."""
    ways = [np.isin(np.arange(10), chosen).astype(float) for chosen in itertools.combinations(range(10), 5)]
    maxima = np.array([largest(way)[0] for way in ways])
    found = best_cutpoint(VALUE, SCORE, seed=1)
    assert found is not None and [one.at for one in found.tried] == VALUE[:9].tolist()
    for place, one in enumerate(found.tried, start=1):
        below, above = SCORE[:place], SCORE[place:]
        spread = SCORE.var(ddof=1) * (1 / place + 1 / (10 - place))
        assert one.statistic == pytest.approx(abs(above.mean() - below.mean()) / math.sqrt(spread), rel=1e-12)
        assert (one.n_below, one.n_above, one.more_above) == (place, 10 - place, above.mean() > below.mean())
        assert one.p_value == pytest.approx(np.mean(maxima >= one.statistic * (1 - 1e-9)), abs=0.04)
        assert (one.p_value <= 0.05) == (one.statistic > found.band * (1 + 1e-9))
    assert max(one.statistic for one in found.tried) == found.statistic
    assert found.band == pytest.approx(np.quantile(maxima, 0.95), rel=1e-9)
    assert found.by_chance == pytest.approx(np.median(maxima), rel=1e-9)


def test_p_is_never_zero() -> None:
    value = np.arange(60.0)
    found = best_cutpoint(value, (value > 29).astype(float), seed=1)
    assert found is not None and found.p_value == 1 / (1 + PERMUTATIONS)
    assert found.cut.estimate == 29 and found.cut.low <= 29 <= found.cut.high


def test_the_same_seed_gives_the_same_and_the_order_of_patients_does_not_matter() -> None:
    order = np.random.default_rng(3).permutation(10)
    assert best_cutpoint(VALUE, SCORE, seed=4) == best_cutpoint(VALUE[order], SCORE[order], seed=4)
    other = best_cutpoint(VALUE, SCORE, seed=5)
    assert other is not None and other.cut.estimate == 5 and other.optimism > 0


def test_nothing_to_search() -> None:
    assert best_cutpoint(np.ones(10), SCORE, seed=1) is None
    assert best_cutpoint(VALUE, np.ones(10), seed=1) is None
    assert best_cutpoint(np.array([0.0] * 19 + [1.0]), np.arange(20.0), seed=1) is None


def test_log_rank_scores_as_lifelines() -> None:
    time, event = np.array([2.0, 1, 2, 5, 3, 5]), np.array([1.0, 1, 0, 1, 1, 0])
    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(time, event).cumulative_hazard_.iloc[:, 0]
    scores = logrank_scores(time, event)
    assert scores == pytest.approx(event - hazard.loc[time].to_numpy(), rel=1e-12)
    assert scores.sum() == pytest.approx(0, abs=1e-12)


def test_bootstrap_samples_of_one_value_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maximally_selected, "BOOTSTRAPS", 0)
    found = best_cutpoint(VALUE, SCORE, seed=1)
    assert found is not None and math.isnan(found.cut.low) and math.isnan(found.optimism)
