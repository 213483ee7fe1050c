"""The exact law of events given the risk sets, against R (dhyper) and every assignment of a small cohort."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from biomarkers.stats.logrank import logrank
from biomarkers.stats.risk_tables import exact, exact_beside, moments, risk_tables

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "small_groups.json").read_text())


@pytest.mark.parametrize("cohort", ORACLE["cohorts"])
@pytest.mark.parametrize("swapped", [False, True])
def test_as_hypergeometric_laws_of_r(cohort: dict[str, Any], swapped: bool) -> None:
    time, event, group, stratum = (np.array(cohort[key], float) for key in ("time", "event", "group", "stratum"))
    member = (1 - group if swapped else group)[:, None]
    assert exact(risk_tables(time, event, member))[0] == pytest.approx(cohort["p"], rel=1e-9)
    assert exact(risk_tables(time, event, member, stratum))[0] == pytest.approx(cohort["stratified"], rel=1e-9)


def test_moments_are_those_of_the_log_rank_test() -> None:
    for cohort in ORACLE["cohorts"]:
        time, event, group, stratum = (np.array(cohort[key], float) for key in ("time", "event", "group", "stratum"))
        found = moments(risk_tables(time, event, group[:, None], stratum))
        known = logrank(time, event, group, stratum).test.statistic
        assert (found.observed - found.expected) ** 2 / found.variance == pytest.approx([known], rel=1e-9)


def test_comparisons_at_once_are_each_alone() -> None:
    random = np.random.default_rng(3)
    time, event = np.ceil(random.exponential(8, 70)), (random.random(70) < 0.6).astype(float)
    member = (random.random((70, 40)) < random.uniform(0.02, 0.9, 40)).astype(float)
    alone = [exact(risk_tables(time, event, member[:, [j]]))[0] for j in range(40)]
    assert exact(risk_tables(time, event, member)) == pytest.approx(alone, rel=1e-12)


def test_first_three_to_die() -> None:
    """Three carriers die first of 60: the chance is one in all choices of three, in either direction."""
    time, event = np.arange(1.0, 61), np.ones(60)
    first = (time <= 3).astype(float)[:, None]
    assert exact(risk_tables(time, event, first))[0] == pytest.approx(2 * 6 / (60 * 59 * 58), rel=1e-12)
    event[57:] = 0
    last = (time > 57).astype(float)[:, None]
    assert exact(risk_tables(time, event, last))[0] == pytest.approx(2 * 6 / (60 * 59 * 58), rel=1e-12)


def test_small_p_have_their_digits() -> None:
    """Half of 200 die before the other half: chances below 1e-16 are neither 0 nor lost to rounding."""
    time, event = np.arange(1.0, 201), np.ones(200)
    p = exact(risk_tables(time, event, (time <= 100).astype(float)[:, None]))[0]
    known = 2 * np.prod([(100 - i) / (200 - i) for i in range(100)])
    assert p == pytest.approx(known, rel=1e-9) and 0 < p < 1e-50


def test_nobody_at_risk() -> None:
    time, event = np.array([1.0, 2, 3, 4]), np.array([0.0, 0, 1, 1])
    assert exact(risk_tables(time, event, np.array([[1.0], [1], [0], [0]]))).tolist() == [1.0]
    assert exact(risk_tables(time, np.zeros(4), np.ones((4, 2)))).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("followed", ["alike", "longer", "shorter"])
def test_holds_its_level_in_null_cohorts(followed: str) -> None:
    """3 carriers of 60, no effect, alike or unequally followed: p is below .05, .01 in no more than that share.

    The chi-squared test is below .01 four times as often.
    """
    random = np.random.default_rng(11)
    carrier = np.arange(60) < 3
    below, plain = np.zeros(2), 0.0
    runs = 800
    limit = {"alike": (30.0, 30.0), "longer": (40.0, 12.0), "shorter": (12.0, 40.0)}[followed]
    for _ in range(runs):
        event_at = random.exponential(10, 60)
        until = random.uniform(0, np.where(carrier, *limit))
        time, event = np.minimum(event_at, until), (event_at <= until).astype(float)
        tables = risk_tables(time, event, carrier[:, None].astype(float))
        p, found = exact(tables)[0], moments(tables)
        below += p <= np.array([0.05, 0.01])
        plain += float((found.observed - found.expected)[0] ** 2 > 6.635 * found.variance[0])
    assert below[0] / runs < 0.05 and below[1] / runs < 0.01 and plain / runs > 0.025


def test_beside_covariates_as_every_set_of_those_who_have_the_event() -> None:
    """Tied events: each set of two by the product of its weights. Equal weights are the law without covariates."""
    random = np.random.default_rng(8)
    time, event = np.array([1.0, 1, 1, 2, 3, 3, 4, 5]), np.array([1.0, 1, 0, 1, 1, 1, 0, 1])
    member, weight = (random.random((8, 6)) < 0.4).astype(float), random.exponential(1, 8)
    found = exact_beside(time, event, member, weight)
    for j in range(6):
        law = np.ones(1)
        for at in (1, 2, 3, 5):
            number, step = int(event[time == at].sum()), np.zeros(3)
            for chosen in itertools.combinations(np.flatnonzero(time >= at), number):
                step[int(member[list(chosen), j].sum())] += weight[list(chosen)].prod()
            law = np.convolve(law, step / step.sum())
        own, mean = int(event @ member[:, j]), np.arange(len(law)) @ law
        assert found.p_value[j] == pytest.approx(min(1, 2 * min(law[: own + 1].sum(), law[own:].sum())), rel=1e-12)
        assert found.expected[j] == pytest.approx(min(mean, 6 - mean), rel=1e-12)
    stratum = np.array([0.0, 1] * 4)
    alike = exact_beside(time, event, member, np.full(8, 3.0), stratum)
    assert alike.p_value == pytest.approx(exact(risk_tables(time, event, member, stratum)), rel=1e-12)


def test_a_thousand_tied_events_beside_covariates() -> None:
    """The number of their sets, 2e600, is more than a float holds."""
    time, event = np.repeat([1.0, 2.0], 1000), np.repeat([1.0, 0.0], 1000)
    member = (np.random.default_rng(3).random((2000, 4)) < [0.001, 0.01, 0.3, 0.5]).astype(float)
    found = exact_beside(time, event, member, np.ones(2000))
    assert found.p_value == pytest.approx(exact(risk_tables(time, event, member)), rel=1e-9)
