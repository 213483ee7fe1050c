"""Follow-up and rates at any month of random cohorts against R survival (tests/oracles/trial_endpoints.R)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from biomarkers.clinical.rates import rates
from biomarkers.settings import Endpoints

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "trial_endpoints.json").read_text())
TIMES = ("pfs", "os", "dor", "ttp")


def number(value: float | None) -> float:
    return math.nan if value is None else value


def cohort(case: dict[str, Any], name: str) -> pd.DataFrame:
    """Treated patients whose endpoint `name` is that of the case; all respond, nothing else is known of them."""
    frame = pd.DataFrame({"treated": 1, "responder": 1, "best_response": "PR"}, index=range(len(case["time"])))
    for one in TIMES:
        frame = frame.assign(**{f"{one}_months": math.nan, f"{one}_event": math.nan})
    unknown = dict.fromkeys(["confirmed_best_response", "disease_control", "sd_gt_4_months", "ttr_months"])
    return frame.assign(**unknown, **{f"{name}_months": case["time"], f"{name}_event": case["event"]})


@pytest.mark.parametrize("case", ORACLE["cases"], ids=lambda case: f"n{len(case['time'])}")
@pytest.mark.parametrize("name", TIMES)
def test_rates_at_any_month_as_r(case: dict[str, Any], name: str) -> None:
    rules = Endpoints(**{f"{name}_milestones": case["months"]})
    table = rates(cohort(case, name), rules)
    found = table[table["endpoint"] == f"{name}_rate"]
    assert found["time_months"].tolist() == case["months"]
    assert found["n_at_risk"].tolist() == [rate["n_at_risk"] for rate in case["rates"]]
    for column, key in (("estimate", "estimate"), ("ci_low", "low"), ("ci_high", "high")):
        expected = [number(rate.get(key)) for rate in case["rates"]]
        if column != "estimate":  # R prints limits of 1 where there was no event yet; here they do not exist.
            ones = [rate.get("estimate") in (0, 1) for rate in case["rates"]]
            expected = [math.nan if one else value for one, value in zip(ones, expected, strict=True)]
        assert found[column].tolist() == pytest.approx(expected, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("case", ORACLE["cases"], ids=lambda case: f"n{len(case['time'])}")
def test_median_follow_up_as_r(case: dict[str, Any]) -> None:
    table = rates(cohort(case, "os"), Endpoints()).set_index("endpoint")
    for row, expected in (("follow_up_median", case["reverse"]), ("os_median", case["forward"])):
        found = table.loc[row]
        assert (found["n"], found["events"]) == (expected["n"], expected["events"])
        limits = [number(expected[key]) for key in ("median", "low", "high")]
        assert found[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(limits, rel=1e-9, nan_ok=True)
