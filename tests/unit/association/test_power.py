"""Power by simulation against enumeration of every table, Schoenfeld's formula, and the level."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from biomarkers.association import power
from biomarkers.association.power import Assumed
from biomarkers.association.specification import Endpoint, Marker, Named, Plan

ASSUMED = Assumed(response_rate=0.4, median_months=6.0, follow_up_months=18.0, share=0.5)
ENDPOINTS = {
    "response": Endpoint("response", "binary", "responder"),
    "pfs": Endpoint("pfs", "time_to_event", time="t", event="e"),
}
MARKERS = {
    "m": Marker("m", "binary"),
    "x": Marker("x", "continuous"),
    "o": Marker("o", "ordinal", levels=("0", "1", "2")),
    "c": Marker("c", "categorical"),
}


def plan(*named: Named) -> Plan:
    return Plan("", 1, named[0], named[1:], ENDPOINTS, MARKERS)


def enumerated(n: int, ratio: float) -> float:
    """Power of Fisher's test over every split of n patients and every table, at the rate of ASSUMED."""
    total = 0.0
    for first in range(1, n):
        share = first / n

        def excess(logit: float, share: float = share) -> float:
            inside = [1 / (1 + math.exp(-value)) for value in (logit + math.log(ratio), logit)]
            return share * inside[0] + (1 - share) * inside[1] - ASSUMED.response_rate

        low = optimize.brentq(excess, -20, 20)
        p1, p0 = (1 / (1 + math.exp(-value)) for value in (low + math.log(ratio), low))
        for a in range(first + 1):
            for b in range(n - first + 1):
                if stats.fisher_exact([[a, first - a], [b, n - first - b]]).pvalue < 0.05:
                    chance = stats.binom.pmf(a, first, p1) * stats.binom.pmf(b, n - first, p0)
                    total += stats.binom.pmf(first, n, ASSUMED.share) * chance
    return total


def test_fisher_is_the_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "RATIOS", (1.0, 10.0))
    done = power.table(plan(Named("m", "response", "fisher")), None, ASSUMED, [24], 300)
    rows = done[done["quantity"].eq("power")]
    for ratio, found in zip(rows["effect"], rows["power"], strict=True):
        expected = enumerated(24, ratio)
        assert found == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 300) + 1e-9)


def test_log_rank_is_near_schoenfelds_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events from the exponential times of both groups; the formula is good to some hundredths for a ratio of 2."""
    monkeypatch.setattr(power, "RATIOS", (1.0, 2.0))
    done = power.table(plan(Named("m", "pfs", "logrank")), None, ASSUMED, [80], 300).set_index("effect")
    hazard = math.log(2) / 6 * np.array([2**0.5, 2**-0.5])
    events = 80 * (1 - np.exp(-hazard * 18)).mean()
    expected = stats.norm.cdf(math.sqrt(events / 4) * math.log(2) - stats.norm.isf(0.025))
    rows = done[done["quantity"].eq("power")]
    assert rows.loc[2.0, "power"] == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 300) + 0.03)
    assert rows.loc[1.0, "power"] == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 300))
    assert rows.loc[2.0, "ci_low"] < rows.loc[2.0, "power"] < rows.loc[2.0, "ci_high"]


def test_the_detectable_ratio_by_hand() -> None:
    """Power .7 at 3 and .9 at 4: half way on the logarithmic scale, the root of 12."""
    assert power.detectable([0.05, 0.2, 0.4, 0.7, 0.9, 0.95, 1.0]) == pytest.approx(math.sqrt(12))
    assert math.isnan(power.detectable([0.05] * 7))


def test_a_cohort_gives_markers_rate_and_follow_up(study: Any) -> None:
    made = study("""\
primary: {marker: tmb_per_mb, endpoint: response}
secondary: [{marker: tmb_per_mb, endpoint: pfs}, {marker: smoker, endpoint: response}]
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb_per_mb: {kind: continuous, transform: log2p1}
  smoker: {kind: categorical}
""")
    first, again = (power.table(made.plan, made.cohort, ASSUMED, [24], 12) for _ in range(2))
    assert first.equals(again)
    notes = first.drop_duplicates(["endpoint", "marker"])["note"].tolist()
    assert notes == [
        *["ratio per SD of log2(tmb_per_mb + 1)"] * 2,
        "ratio of the most frequent group against all others",
    ]
    own = replace(made.plan, secondary=())
    random = np.random.default_rng(0)
    marker, outcome, stratum = power._simulated(own, made.cohort, ASSUMED, 4000, 1.0, random)
    assert stratum is None
    assert set(marker.value) <= set(made.cohort.markers["tmb_per_mb"].value)
    known = made.cohort.usable(made.cohort.outcomes["response"], made.cohort.markers["tmb_per_mb"].value)
    assert outcome.event.mean() == pytest.approx(made.cohort.outcomes["response"].event[known].mean(), abs=0.04)


def test_a_cutoff_with_nobody_on_one_side_has_no_power_to_tell(study: Any) -> None:
    """Its power had been 0 at every ratio, as if a larger effect were needed."""
    made = study("""\
primary: {marker: tmb_per_mb, endpoint: response, cut: {at: 1000, side: ">="}}
endpoints: {response: {kind: binary, column: responder}}
markers: {tmb_per_mb: {kind: continuous}}
""")
    [row] = power.table(made.plan, made.cohort, ASSUMED, [24], 12).to_dict("records")
    assert row["note"].startswith("not done: the cohort has 0 patients >= 1000 and ")


def test_trend_is_near_the_formula_of_its_score_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Phi(log ratio x sqrt(n var(level) p (1 - p)) - 1.96), good to some hundredths; levels equally frequent."""
    monkeypatch.setattr(power, "RATIOS", (1.0, 2.0))
    done = power.table(plan(Named("o", "response", "cochran_armitage")), None, ASSUMED, [80], 400)
    rows = done[done["quantity"].eq("power")]
    expected = stats.norm.cdf(math.log(2) * math.sqrt(80 * 2 / 3 * 0.4 * 0.6) - 1.96)
    assert rows["power"].iloc[0] < 0.1 and rows["power"].iloc[1] == pytest.approx(expected, abs=0.09)
    assert set(rows["note"]) == {"ratio per level"}


def test_groups_of_a_categorical_marker_need_a_cohort(study: Any) -> None:
    done = power.table(plan(Named("c", "response", "fisher")), None, ASSUMED, [20], 10)
    assert done["note"].tolist() == ["not done: c is categorical, and no cohort says its groups"]
    made = study("""\
primary: {marker: smoker, endpoint: response}
endpoints: {response: {kind: binary, column: responder}}
markers: {smoker: {kind: categorical}}
""")
    marker, outcome, _ = power._simulated(made.plan, made.cohort, ASSUMED, 2000, 50.0, np.random.default_rng(3))
    codes, counts = np.unique(marker.value, return_counts=True)
    frequent = marker.value == codes[counts.argmax()]
    assert outcome.event[frequent].mean() > outcome.event[~frequent].mean() + 0.3


def test_a_trial_has_the_strata_of_its_patients(study: Any) -> None:
    """Where every patient is a stratum nobody is compared, at any ratio; drawn twice, a patient is alike."""
    made = study("""\
primary: {marker: tmb_per_mb, endpoint: pfs, cut: {at: 10, side: ">="}, method: logrank}
endpoints: {pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}}
markers: {tmb_per_mb: {kind: continuous}}
""")
    alone = replace(made.cohort, stratum=np.arange(len(made.cohort.patients), dtype=float))
    stratified = replace(made.plan, strata=("centre",))
    found = power.table(stratified, alone, ASSUMED, [60], 10)
    assert found.loc[found["quantity"].eq("power"), "power"].max() == 0
    found = power.table(made.plan, made.cohort, ASSUMED, [60], 10)
    assert found.loc[found["quantity"].eq("power"), "power"].max() > 0.5
