"""What the regressions share, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from biomarkers.stats.firth import Profiles
from biomarkers.stats.regression import no_fit, per_parameter, profiled, wald


def test_wald() -> None:
    (term,) = wald(np.array([0.7]), np.array([0.2]))
    z = 1.959963984540054
    assert term.ratio == pytest.approx([math.exp(v) for v in (0.7, 0.7 - 0.2 * z, 0.7 + 0.2 * z)], rel=1e-12)
    assert (term.statistic, term.p_value) == pytest.approx((3.5, 2 * stats.norm.sf(3.5)), rel=1e-12)
    assert wald(np.array([1.0]), np.array([1000.0]))[0].ratio.high == math.inf


def test_profiles_are_per_unit_of_the_covariate() -> None:
    found = Profiles(np.array([1.0]), np.array([[0.5, 2.0]]), np.array([stats.chi2.isf(0.04, 1)]))
    (term,) = profiled(found, np.array([2.0]))
    assert term.ratio == pytest.approx([math.exp(v) for v in (0.5, 0.25, 1.0)], rel=1e-12)
    assert (term.statistic, term.p_value) == pytest.approx((stats.chi2.isf(0.04, 1), 0.04), rel=1e-12)


def test_what_a_profile_did_not_find_is_named() -> None:
    nan = math.nan
    found = Profiles(
        np.array([1.0, nan, 3.0]), np.array([[0.5, nan], [nan, nan], [2.0, 4.0]]), np.array([nan, nan, 9.0])
    )
    some, none, beyond = profiled(found, np.array([1.0, 1.0, 0.001]))
    assert "upper limit and p not found" in some.note and some.ratio.low == pytest.approx(math.exp(0.5))
    assert math.isnan(none.ratio.estimate) and "did not converge" in none.note
    assert beyond.ratio.estimate == math.inf and "a unit is far more" in beyond.note and beyond.p_value < 0.01


def test_warning_of_few_events() -> None:
    assert per_parameter(18, 2, "event") == "9 events per parameter, fewer than 10: unstable"
    assert per_parameter(3, 3, "event") == "1 event per parameter, fewer than 10: unstable"
    assert per_parameter(3, 2, "event") == "1.5 events per parameter, fewer than 10: unstable"
    assert per_parameter(20, 2, "event") == ""


def test_no_fit() -> None:
    fit = no_fit(2, "cox", "why")
    assert len(fit.terms) == 2 and math.isnan(fit.terms[1].p_value) and (fit.method, fit.note) == ("cox", "why")


def test_a_ratio_per_unit_beyond_all_numbers_is_said() -> None:
    """A marker in millionths: the ratio per unit would be e^-400000, and 0 from 0 to 0 means nothing."""
    (term,) = wald(np.array([-4e5]), np.array([1e5]))
    assert term.ratio.estimate == 0 and "beyond all numbers" in term.note
    assert term.per(1e-6).estimate == pytest.approx(math.exp(-0.4))
    assert wald(np.array([-0.4]), np.array([0.1]))[0].note == ""
