"""Two-stage designs against R (tests/oracles/two_stage.R), Simon's published table and enumeration of every outcome."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from biomarkers.stats.two_stage import Design, bias_of_share, estimate, tail, unbiased

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "two_stage.json").read_text())["two_stage"]
DESIGNS = [Design(9, 0, 17, 2), Design(10, 1, 29, 5), Design(5, 2, 12, 6), Design(3, 0, 5, 0), Design(4, 2, 9, 5)]
RATES = (0.03, 0.1, 0.25, 0.5, 0.8, 0.97)


def outcomes(design: Design) -> list[tuple[int, int, bool]]:
    """Every pair of responders of the two stages (0 of the second where it stopped), and whether it stopped."""
    n2 = design.n - design.n1
    stopped = [(x1, 0, True) for x1 in range(design.r1 + 1)]
    return stopped + [(*pair, False) for pair in itertools.product(range(design.r1 + 1, design.n1 + 1), range(n2 + 1))]


def chance(design: Design, rate: float, x1: int, x2: int, *, stopped: bool) -> float:
    first = stats.binom.pmf(x1, design.n1, rate)
    return float(first if stopped else first * stats.binom.pmf(x2, design.n - design.n1, rate))


@pytest.mark.parametrize("case", ORACLE, ids=lambda c: f"{c['r1']}/{c['n1']}-{c['r']}/{c['n']}: {c['responders']}")
def test_p_estimate_and_interval_as_r(case: dict[str, Any]) -> None:
    design = Design(case["n1"], case["r1"], case["n"], case["r"])
    assert tail(design, case["responders"], case["null"], stopped=case["stopped"]) == pytest.approx(case["p"], rel=1e-9)
    found = estimate(design, case["responders"], stopped=case["stopped"])
    assert found == pytest.approx((case["estimate"], case["low"], case["high"]), rel=1e-8)


@pytest.mark.parametrize(
    ("null", "other", "alpha", "beta", "design", "expected_n"),
    [
        (0.05, 0.25, 0.10, 0.10, Design(9, 0, 24, 2), 14.5),
        (0.05, 0.25, 0.05, 0.20, Design(9, 0, 17, 2), 12.0),
        (0.05, 0.25, 0.05, 0.10, Design(9, 0, 30, 3), 16.8),
        (0.10, 0.30, 0.10, 0.10, Design(12, 1, 35, 5), 19.8),
        (0.10, 0.30, 0.05, 0.20, Design(10, 1, 29, 5), 15.0),
        (0.10, 0.30, 0.05, 0.10, Design(18, 2, 35, 6), 22.5),
    ],
)
def test_optimal_designs_as_simon_published_them(
    null: float, other: float, alpha: float, beta: float, design: Design, expected_n: float
) -> None:
    """Simon 1989, table 1: its errors are met, its expected sizes are printed so."""
    assert design.problem() is None
    assert design.probability_of_rejection(null) <= alpha
    assert design.probability_of_rejection(other) >= 1 - beta
    assert round(design.expected_n(null), 1) == expected_n


@pytest.mark.parametrize("design", DESIGNS, ids=str)
@pytest.mark.parametrize("rate", RATES)
def test_every_outcome_enumerated(design: Design, rate: float) -> None:
    """p by adding up what ranks as high, the mean of the estimate, and how often the interval holds the rate."""
    every = outcomes(design)
    weights = {outcome: chance(design, rate, *outcome[:2], stopped=outcome[2]) for outcome in every}
    rank = {outcome: (not outcome[2], outcome[0] + outcome[1]) for outcome in every}
    mean = mean_share = covered = 0.0
    for x1, x2, stopped in every:
        outcome = (x1, x2, stopped)
        as_high = sum(weights[other] for other in every if rank[other] >= rank[outcome])
        assert tail(design, x1 + x2, rate, stopped=stopped) == pytest.approx(as_high, rel=1e-9, abs=1e-15)
        found = estimate(design, x1 + x2, stopped=stopped)
        assert found.low <= found.estimate <= found.high
        mean += weights[outcome] * unbiased(design, x1 + x2, stopped=stopped)
        mean_share += weights[outcome] * (x1 + x2) / (design.n1 if stopped else design.n)
        covered += weights[outcome] * (found.low <= rate <= found.high)
    assert mean == pytest.approx(rate, rel=1e-9)
    assert bias_of_share(design, rate) == pytest.approx(mean_share - rate, rel=1e-6, abs=1e-12)
    assert covered >= 0.95
    rejects = sum(weights[(x1, x2, stopped)] for x1, x2, stopped in every if not stopped and x1 + x2 > design.r)
    assert design.probability_of_rejection(rate) == pytest.approx(rejects, rel=1e-9, abs=1e-15)
    sizes = sum(weight * (design.n1 if outcome[2] else design.n) for outcome, weight in weights.items())
    assert design.expected_n(rate) == pytest.approx(sizes, rel=1e-9)


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design(17, 0, 17, 2), "n1 of at least 1 and below n"),
        (Design(0, 0, 17, 2), "n1 of at least 1 and below n"),
        (Design(9, 9, 17, 9), "r1 of at least 0 and below n1"),
        (Design(9, 3, 17, 2), "r of at least r1 and below n"),
        (Design(9, 0, 17, 17), "r of at least r1 and below n"),
        (Design(1, 0, 2, 0), None),
    ],
)
def test_designs_that_cannot_be(design: Design, said: str | None) -> None:
    assert design.problem() == said
