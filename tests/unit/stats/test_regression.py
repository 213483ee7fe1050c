"""What the regressions share, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from biomarkers.stats.regression import no_fit, per_parameter, profile, wald


def test_wald() -> None:
    (term,) = wald(np.array([0.7]), np.array([0.2]))
    z = 1.959963984540054
    assert term.ratio == pytest.approx([math.exp(v) for v in (0.7, 0.7 - 0.2 * z, 0.7 + 0.2 * z)], rel=1e-12)
    assert (term.statistic, term.p_value) == pytest.approx((3.5, 2 * stats.norm.sf(3.5)), rel=1e-12)
    assert wald(np.array([1.0]), np.array([1000.0]))[0].ratio.high == math.inf


def test_profile_is_per_unit_of_the_covariate() -> None:
    (term,) = profile(np.array([1.0]), np.array([[0.5, 2.0]]), np.array([0.04]), np.array([2.0]))
    assert term.ratio == pytest.approx([math.exp(v) for v in (0.5, 0.25, 1.0)], rel=1e-12)
    assert (term.statistic, term.p_value) == pytest.approx((stats.chi2.isf(0.04, 1), 0.04), rel=1e-12)


def test_warning_of_few_events() -> None:
    assert per_parameter(18, 2, "events") == "9 events per parameter, fewer than 10: unstable"
    assert per_parameter(20, 2, "events") == ""


def test_no_fit() -> None:
    fit = no_fit(2, "cox", "why")
    assert len(fit.terms) == 2 and math.isnan(fit.terms[1].p_value) and (fit.method, fit.note) == ("cox", "why")
