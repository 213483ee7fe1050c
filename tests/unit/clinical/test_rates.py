"""Rates against R: binom.test and survival::survfit(conf.type = "log-log"), JSON in tests/oracles."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.clinical.rates import clopper_pearson, is_midpoint, kaplan_meier, median, rates, survival_at

ORACLES = Path(__file__).parents[2] / "oracles"
CURVES = json.loads((ORACLES / "kaplan_meier.json").read_text())["cases"]
BINOMIAL = json.loads((ORACLES / "clopper_pearson.json").read_text())


def number(value: float | None) -> float:
    return math.nan if value is None else value


@pytest.mark.parametrize("case", BINOMIAL, ids=lambda c: f"{c['events']}/{c['n']}")
def test_clopper_pearson_as_r(case: dict[str, float]) -> None:
    found = clopper_pearson(int(case["events"]), int(case["n"]))
    expected = (case["events"] / case["n"], case["low"], case["high"])
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(0, 10, 0, 0.3085), (3, 20, 0.0321, 0.3789), (10, 10, 0.6915, 1), (30, 102, 0.208, 0.393)],
)
def test_clopper_pearson_values_of_the_methods(events: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(events, n)[1:] == pytest.approx((low, high), abs=5e-4 if n == 102 else 5e-5)


def test_nobody_gives_no_rate() -> None:
    assert all(math.isnan(value) for value in clopper_pearson(0, 0))


@pytest.mark.parametrize("name", CURVES)
def test_median_as_r(name: str) -> None:
    case = CURVES[name]
    curve = kaplan_meier(np.atleast_1d(case["time"]).astype(float), np.atleast_1d(case["event"]).astype(float))
    expected = [number(case[key]) for key in ("median", "low", "high")]
    assert list(median(curve)) == pytest.approx(expected, rel=1e-9, nan_ok=True)
    assert is_midpoint(curve) == (name == "exactly_half")


@pytest.mark.parametrize("name", CURVES)
def test_landmarks_as_r(name: str) -> None:
    case = CURVES[name]
    curve = kaplan_meier(np.atleast_1d(case["time"]).astype(float), np.atleast_1d(case["event"]).astype(float))
    for landmark in case["landmarks"]:
        found, at_risk = survival_at(curve, landmark["at"])
        assert at_risk == landmark["n_at_risk"]
        assert found.estimate == pytest.approx(number(landmark.get("estimate")), rel=1e-9, nan_ok=True)
        if landmark.get("estimate") != 1:  # R gives 1 to 1 before the first time and NA after it: always missing here
            assert found.low == pytest.approx(number(landmark.get("low")), rel=1e-9, nan_ok=True)
            assert found.high == pytest.approx(number(landmark.get("high")), rel=1e-9, nan_ok=True)
        else:
            assert math.isnan(found.low) and math.isnan(found.high)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 1)), min_size=1, max_size=25), st.randoms())
def test_order_of_patients_does_not_matter(patients: list[tuple[int, int]], random: object) -> None:
    shuffled = list(patients)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    curves = [kaplan_meier(*(np.array(column, float) for column in zip(*p, strict=True))) for p in (patients, shuffled)]
    np.testing.assert_array_equal(curves[0].survival, curves[1].survival)
    assert (np.diff(curves[0].survival) <= 0).all()


def endpoints_table() -> pd.DataFrame:
    """Six patients: confirmed PR, unconfirmed PR, SD censored early, MISSING, NE, never treated."""
    columns = {
        "best_response": ["PR", "PR", "SD", "MISSING", "NE", None],
        "confirmed_best_response": ["PR", "SD", "SD", "MISSING", "NE", None],
        "responder": [1, 0, 0, 0, 0, None],
        "disease_control": [1, 1, 1, 0, 0, None],
        "sd_gt_4_months": [0, 0, None, 0, 0, None],
        "pfs_months": [8, 4, 2, 0.1, 1, None],
        "pfs_event": [1, 1, 0, 0, 1, None],
        "os_months": [14, 13, 5, 3, 2, None],
        "os_event": [0, 1, 0, 0, 1, None],
        "dor_months": [5, None, None, None, None, None],
        "dor_event": [1, None, None, None, None, None],
        "treated": [1, 1, 1, 1, 1, 0],
    }
    frame = pd.DataFrame(columns)
    whole = ["responder", "disease_control", "sd_gt_4_months", "pfs_event", "os_event", "dor_event", "treated"]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def by_name(table: pd.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["endpoint"], row["definition"]): row for row in table.to_dict("records")}


def test_rows_and_denominators() -> None:
    table = rates(endpoints_table(), confirmed=True, censoring="ema_itt")
    row = by_name(table)
    expected = {
        ("orr", "all_treated"): (5, 1, 0),
        ("orr", "evaluable"): (3, 1, 0),
        ("dcr", "all_treated"): (5, 3, 0),
        ("dcr", "evaluable"): (3, 3, 0),
        ("sd_gt_4_months", "all_treated"): (5, 0, 1),
        ("sd_gt_4_months", "evaluable"): (3, 0, 1),
        ("pfs_median", "all_treated"): (5, 3, 0),
        ("dor_median", "responders"): (1, 1, 0),
    }
    assert {key: tuple(row[key][c] for c in ("n", "events", "n_unknown")) for key in expected} == expected
    assert row["dor_median", "responders"]["estimate"] == 5
    landmarks = table[table["endpoint"].isin(["pfs_rate", "os_rate"])]
    assert landmarks["time_months"].tolist() == [3, 6, 6, 12]
    assert landmarks["events"].tolist() == [1, 2, 1, 1]
    assert landmarks["n_at_risk"].tolist() == [2, 1, 2, 2]
    # By hand: PFS 3 months 1 - 1/4 (0.1 censored before), 6 months x (1 - 1/2); OS 1 - 1/5.
    assert landmarks["estimate"].tolist() == pytest.approx([0.75, 0.375, 0.8, 0.8], rel=1e-12)


def test_evaluable_follows_the_unconfirmed_response_when_asked() -> None:
    frame = endpoints_table().assign(confirmed_best_response=["NE", "NE", "SD", "MISSING", "NE", None])
    for confirmed, n in ((True, 1), (False, 3)):
        assert by_name(rates(frame, confirmed=confirmed, censoring="ema_itt"))["orr", "evaluable"]["n"] == n


def test_no_treated_patient_gives_rows_without_estimates() -> None:
    table = rates(endpoints_table().iloc[5:], confirmed=True, censoring="ema_itt")
    assert len(table) == 13
    assert (table["n"] == 0).all() and table["estimate"].isna().all()
