"""Curves of the figure against R's survfit (tests/oracles/report_kaplan_meier.R)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from biomarkers.report.figures.kaplan_meier import at_risk, kaplan_meier, steps
from biomarkers.report.figures.style import finished

ORACLE = Path(__file__).parents[2] / "oracles" / "report_kaplan_meier.json"


@pytest.fixture(params=["treated", "placebo"])
def arm(request: pytest.FixtureRequest) -> dict[str, Any]:
    arms: dict[str, dict[str, Any]] = json.loads(ORACLE.read_text())
    return arms[request.param]


def test_steps_are_those_of_r(arm: dict[str, Any]) -> None:
    found = steps(pd.Series(arm["time"]), pd.Series(arm["event"])).set_index("time").loc[arm["step"]]
    assert found["survival"].tolist() == pytest.approx(arm["survival"], rel=1e-9)
    assert found["at_risk"].tolist() == arm["at_risk"]
    assert found["censored"].tolist() == arm["censored"]
    for side in ("low", "high"):
        known = [i for i, value in enumerate(arm[side]) if value is not None]
        assert known
        assert [found[side].iloc[i] for i in known] == pytest.approx([arm[side][i] for i in known], rel=1e-6)


def test_numbers_at_risk_count_those_followed_until_the_tick(arm: dict[str, Any]) -> None:
    assert at_risk(pd.Series(arm["time"]), arm["ticks"]) == arm["at_risk_at_ticks"]


def test_curve_starts_at_one_and_its_band_is_never_empty() -> None:
    curve = steps(pd.Series([2.0, 3.0, 5.0]), pd.Series([1, 1, 1]))
    assert curve.iloc[0][["time", "survival"]].tolist() == [0, 1]
    assert curve.iloc[-1]["survival"] == 0
    assert curve.notna().all(axis=None)


def test_chart_draws_every_group_with_its_ticks_and_its_numbers_at_risk() -> None:
    time, event = pd.Series([1.0, 2.0, 3.0, 4.0, 9.0]), pd.Series([1, 0, 1, 1, 0])
    group = pd.Series(["> 5", "> 5", "<= 5", "<= 5", "<= 5"])
    chart = kaplan_meier(time, event, group, ["> 5", "<= 5"], what="Survival", since="the start", legend="TMB")
    spec = finished(chart, "words")
    datasets = list(spec["datasets"].values())
    ticks = next(d for d in datasets if d and "survival" in d[0] and all(row["censored"] for row in d))
    risk = next(d for d in datasets if d and "n" in d[0])
    assert {(row["group"], row["time"]) for row in ticks} == {("TMB > 5", 2.0), ("TMB <= 5", 9.0)}
    assert [row["n"] for row in risk if row["group"] == "TMB <= 5"] == [3, 3, 2, 1, 1]  # at 0, 2, 4, 6, 8
    assert spec["description"] == "words"
