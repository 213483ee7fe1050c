"""Kaplan-Meier curves against R survival and lifelines; landmark rates by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from biomarkers.stats.kaplan_meier import is_midpoint, kaplan_meier, median, medians, survival_at
from biomarkers.stats.risk_tables import risk_tables

ORACLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "oracles" / "survival.json").read_text())
TIME, EVENT, GROUP = (np.array(ORACLE[k], float) for k in ("time", "event", "group"))


def test_medians_as_in_r() -> None:
    for code, known in enumerate(ORACLE["medians"]):
        found = median(kaplan_meier(TIME[code == GROUP], EVENT[code == GROUP]))
        assert found == pytest.approx((known["median"], known["low"], known["high"]), rel=1e-9)


@pytest.mark.parametrize("known", ORACLE["steps"], ids=lambda known: str(known["time"]))
def test_steps_at_exactly_one_half(known: dict[str, Any]) -> None:
    found = median(kaplan_meier(np.array(known["time"], float), np.array(known["event"], float)))
    expected = [math.nan if known[key] == "NA" else known[key] for key in ("median", "low", "high")]
    assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_curve_as_lifelines() -> None:
    curve = kaplan_meier(TIME, EVENT)
    known = KaplanMeierFitter(label="s").fit(TIME, EVENT)
    assert curve.survival == pytest.approx(known.survival_function_["s"].to_numpy()[1:], rel=1e-9)
    limits = known.confidence_interval_survival_function_.to_numpy()[1:]
    drawn = ~np.isnan(curve.low)
    assert drawn.sum() > 10
    assert np.column_stack([curve.low, curve.high])[drawn] == pytest.approx(limits[drawn], rel=1e-9)
    assert curve.n_at_risk.tolist() == known.event_table["at_risk"].tolist()[1:]
    assert curve.n_censored.tolist() == known.event_table["censored"].tolist()[1:]
    assert curve.n_events.tolist() == known.event_table["observed"].tolist()[1:]


def test_rate_at_a_time() -> None:
    """Four patients, by hand; the interval of three quarters is 0.75 to the power of exp(-+1.96 sqrt(1/12) / log)."""
    curve = kaplan_meier(np.array([1.0, 2, 3, 4]), np.array([1.0, 1, 0, 1]))
    before, first, later, last, after = (survival_at(curve, t) for t in (0.5, 1, 3.5, 4, 4.1))
    assert before.interval.estimate == 1 and math.isnan(before.interval.low) and before.n_at_risk == 4
    half = 1.959963984540054 * math.sqrt(1 / 12) / math.log(0.75)
    assert first.interval == pytest.approx((0.75, 0.75 ** math.exp(-half), 0.75 ** math.exp(half)), rel=1e-12)
    assert first.n_at_risk == 4 and (later.interval.estimate, later.n_at_risk) == (0.5, 1)
    assert last.interval.estimate == 0 and last.n_at_risk == 1
    assert math.isnan(after.interval.estimate) and after.n_at_risk == 0


def test_midpoint_is_told() -> None:
    event = np.ones(4)
    assert is_midpoint(kaplan_meier(np.arange(1.0, 5), event))
    assert not is_midpoint(kaplan_meier(np.arange(1.0, 4), event[:3]))
    assert not is_midpoint(kaplan_meier(np.arange(1.0, 5), np.array([1.0, 1, 0, 0])))
    assert math.isnan(median(kaplan_meier(np.array([]), np.array([]))).estimate)


@pytest.mark.parametrize("seed", range(20))
def test_medians_of_many_groups_are_those_of_their_curves(seed: int) -> None:
    """Groups of all sizes, an empty one, ties, steps at exactly one half; R's survfit is the oracle of one curve."""
    random = np.random.default_rng(seed)
    n = 5 + 8 * seed
    time, event = np.ceil(random.exponential(6, n)), (random.random(n) < 0.7).astype(float)
    groups = (random.random((n, 30)) < random.random(30)).astype(float)
    groups[:, 0], groups[:, 1] = 0, np.arange(n) < 4
    at = risk_tables(time, event, groups)
    found = medians(np.unique(time[event == 1]), at.member_events[::-1], at.members[::-1])
    for member, interval in zip(groups.T == 1, found, strict=True):
        known = median(kaplan_meier(time[member], event[member]))
        assert list(interval) == pytest.approx(list(known), rel=1e-12, nan_ok=True)
