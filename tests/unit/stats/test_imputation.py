"""Multiple imputation: Rubin's rules by hand, and what statsmodels' chained equations give on the same table."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.imputation import mice

from biomarkers.stats import imputation


def test_rubins_rules_by_hand() -> None:
    """Within 0.25, between 0.07/3, total by 4/3 of it; degrees of freedom as in Barnard and Rubin (1999)."""
    found = imputation.rubin([1.0, 1.2, 0.9], [0.4, 0.5, 0.6], 40.0)
    within, between = (0.16 + 0.25 + 0.36) / 3, np.var([1.0, 1.2, 0.9], ddof=1)
    total = within + 4 / 3 * between
    share = 4 / 3 * between / total
    old, observed = 2 / share**2, 41 / 43 * 40 * (1 - share)
    freedom = old * observed / (old + observed)
    middle, half = 3.1 / 3, stats.t.ppf(0.975, freedom) * math.sqrt(total)
    assert found.estimate == pytest.approx((middle, middle - half, middle + half), rel=1e-12)
    assert found.test.p_value == pytest.approx(2 * stats.t.sf(middle / math.sqrt(total), freedom), rel=1e-12)


def test_tables_that_agree_have_no_variance_between_them() -> None:
    found = imputation.rubin([0.5] * 5, [0.2] * 5, 1e9)
    assert found.estimate[1:] == pytest.approx((0.5 - 1.959964 * 0.2, 0.5 + 1.959964 * 0.2), rel=1e-5)


def test_only_what_is_missing_is_imputed_and_the_seed_decides() -> None:
    rng = np.random.default_rng(3)
    columns = np.column_stack([rng.normal(size=60), rng.integers(0, 3, 60), rng.normal(size=60)])
    given = columns.copy()
    given[:10, 0], given[5:20, 1] = np.nan, np.nan
    kinds = [False, True, False]
    first, again = (list(imputation.imputed(given, kinds, tables=4, seed=8)) for _ in range(2))
    for table, other in zip(first, again, strict=True):
        assert np.array_equal(table, other) and not np.isnan(table).any()
        known = ~np.isnan(given)
        assert np.array_equal(table[known], given[known])
        assert set(table[:, 0]) <= set(given[~np.isnan(given[:, 0]), 0]) and set(table[:, 1]) <= {0.0, 1.0, 2.0}
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first[0], next(imputation.imputed(given, kinds, tables=1, seed=9)))


def test_two_levels_are_both_drawn_and_as_often_as_the_predictor_says() -> None:
    rng = np.random.default_rng(5)
    marker = rng.normal(size=400)
    level = (rng.random(400) < 1 / (1 + np.exp(-3 * marker))) * 1.0
    given = np.column_stack([marker, level])
    given[:200, 1] = np.nan
    drawn = np.concatenate([table[:200, 1] for table in imputation.imputed(given, [False, True], tables=5, seed=8)])
    below = np.tile(marker[:200] < 0, 5)
    assert set(drawn) == {0.0, 1.0}
    assert drawn[below].mean() == pytest.approx(level[marker < 0].mean(), abs=0.1)
    assert drawn[~below].mean() == pytest.approx(level[marker > 0].mean(), abs=0.1)


def test_the_unit_of_a_predictor_changes_no_level_that_is_drawn() -> None:
    """Models are penalised, so that each predictor must come with the same spread."""
    rng = np.random.default_rng(6)
    age, marker = rng.normal(60, 10, 80), rng.normal(size=80)
    level = (rng.random(80) < 1 / (1 + np.exp(-3 * marker))) * 1.0
    level[:40] = np.nan
    years, days = (
        next(imputation.imputed(np.column_stack([age * unit, marker, level]), [False, False, True], tables=1, seed=8))
        for unit in (1, 1024)
    )
    assert np.array_equal(years[:, 2], days[:, 2])


def test_missing_at_random_as_statsmodels() -> None:
    """A covariate is missing where the outcome is high: complete cases are wrong, both imputations find the slope."""
    rng, n = np.random.default_rng(12), 600
    x = rng.normal(size=n)
    z = 0.7 * x + rng.normal(size=n)
    y = 1.0 * x + 0.5 * z + rng.normal(size=n)
    gone = rng.random(n) < stats.norm.cdf(y - 1)
    frame = pd.DataFrame({"y": y, "x": np.where(gone, np.nan, x), "z": z})
    slopes, errors = [], []
    for table in imputation.imputed(frame.to_numpy(), [False] * 3, tables=30, seed=1):
        fit = sm.OLS(table[:, 0], sm.add_constant(table[:, 1:])).fit()
        slopes.append(float(fit.params[1]))
        errors.append(float(fit.bse[1]))
    own = imputation.rubin(slopes, errors, n - 3.0)
    np.random.seed(5)  # noqa: NPY002  statsmodels draws from the global generator
    other = mice.MICE("y ~ x + z", sm.OLS, mice.MICEData(frame, perturbation_method="boot", k_pmm=5)).fit(10, 30)
    error = (own.estimate.high - own.estimate.low) / 3.92
    assert abs(own.estimate.estimate - 1.0) < 2.5 * error
    assert abs(own.estimate.estimate - other.params[1]) < error
    assert error == pytest.approx(float(other.bse[1]), rel=0.35)
    complete = sm.OLS(y[~gone], sm.add_constant(np.column_stack([x, z])[~gone])).fit()
    assert abs(complete.params[1] - 1.0) > abs(own.estimate.estimate - 1.0)
