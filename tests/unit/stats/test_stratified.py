"""Tables in strata and tests of interaction against R (tests/oracles/stratified.R), and by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from biomarkers.stats import nested, stratified


@pytest.fixture
def oracle(project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((project / "tests/oracles/stratified.json").read_text())
    return found


def test_tables_in_strata_as_r(oracle: list[dict[str, Any]]) -> None:
    for case in oracle:
        g, e, s = (np.array(case[name], dtype=float) for name in ("group", "event", "stratum"))
        counts = stratified.tables(g, e, s)
        common, right = stratified.mantel_haenszel(counts), case["mh"]
        assert common.odds == pytest.approx((right["odds"], right["low"], right["high"]), rel=1e-9)
        assert common.test[:2] == pytest.approx((right["statistic"], right["p"]), rel=1e-9)
        common, right = stratified.exact(counts), case["exact"]
        assert common.odds == pytest.approx([float(right[k]) for k in ("odds", "low", "high")], rel=2e-4)
        assert common.test.p_value == pytest.approx(right["p"], rel=1e-9)
        assert stratified.breslow_day(counts)[:2] == pytest.approx(case["breslow"], rel=1e-7)
        assert stratified.woolf(counts)[:2] == pytest.approx(case["woolf"], rel=1e-9)


def test_interactions_as_r(oracle: list[dict[str, Any]]) -> None:
    for case in oracle:
        g, e, s, t, d = (np.array(case[name], dtype=float) for name in ("group", "event", "stratum", "time", "status"))
        dummies = np.column_stack([s == code for code in np.unique(s)[1:]]).astype(float)
        fewer, more = np.column_stack([g, dummies]), dummies * g[:, None]
        for found, right in (
            (nested.logistic_test(fewer, more, e), case["logistic"]),
            (nested.cox_test(fewer, more, t, d), case["cox"]),
        ):
            assert (found.statistic, found.p_value) == pytest.approx((right[0], right[2]), rel=1e-5, abs=1e-8)
            assert f"{right[1]} degree{'s' * (right[1] != 1)} of freedom" in found.note


def test_one_stratum_is_fisher() -> None:
    counts = np.array([[[7, 3], [2, 9]]])
    found = stratified.exact(counts)
    assert found.test.p_value == pytest.approx(stats.fisher_exact(counts[0]).pvalue, rel=1e-9)
    assert found.odds.estimate == pytest.approx(stats.contingency.odds_ratio(counts[0]).statistic, rel=1e-6)
    assert math.isnan(stratified.breslow_day(counts).p_value)
    assert found.test.note == "1 stratum, exact"
    assert stratified.mantel_haenszel(counts).test.note.startswith("1 stratum, continuity")


def test_strata_that_tell_nothing() -> None:
    """A stratum without an event changes no number; none left gives no number."""
    counts = np.array([[[7, 3], [2, 9]], [[4, 1], [3, 5]]])
    more = np.concatenate([counts, [[[0, 5], [0, 6]], [[0, 0], [4, 2]]]])
    for function in (stratified.mantel_haenszel, stratified.exact, stratified.breslow_day, stratified.woolf):
        assert function(more) == function(counts)
        assert "both groups and both outcomes" in str(function(more[2:]))
    assert stratified.breslow_day(more).note == "2 strata, Tarone's correction"
    at_the_edge = stratified.exact(np.array([[[3, 0], [0, 4]], [[2, 0], [1, 3]]]))
    assert at_the_edge.odds.estimate == at_the_edge.odds.high == math.inf and at_the_edge.odds.low > 1


def test_an_interaction_without_a_finite_estimate() -> None:
    """All members of the second stratum respond: the likelihood has a supremum, that of saturated binomials."""
    g = np.repeat([1.0, 0, 1, 0], 10)
    s = np.repeat([0.0, 0, 1, 1], 10)
    e = np.concatenate([np.repeat([1.0, 0], k) for k in ((5, 5), (4, 6), (10, 0), (3, 7))])
    saturated = sum(stats.binom.logpmf(k, 10, k / 10) for k in (5, 4, 10, 3))
    # the additive model, maximised here by brute force
    from scipy.optimize import minimize

    def loss(beta: Any) -> float:
        p = 1 / (1 + np.exp(-(beta[0] + beta[1] * np.array([1, 0, 1, 0]) + beta[2] * np.array([0, 0, 1, 1]))))
        return -float(stats.binom.logpmf([5, 4, 10, 3], 10, p).sum())

    additive = minimize(loss, np.zeros(3), tol=1e-12).fun
    found = nested.logistic_test(np.column_stack([g, s]), (g * s)[:, None], e)
    assert found.statistic == pytest.approx(2 * (saturated + additive), rel=1e-6)
