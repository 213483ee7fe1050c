"""One tumor sample per patient. Oracle: methods.md, section 1 (before treatment, QC, nearest to start)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.clinical.selection import BY_NAME, select

START = pd.Series({"P1": pd.Timestamp("2024-03-01")})
GOOD = {
    "patient": "P1",
    "sample": "T5",
    "status": "ok",
    "tumor_only": 0,
    "callable_bp": 30_000_000,
    "date": "2024-02-01",
}


def chosen(*rows: dict[str, Any], starts: pd.Series | None = START) -> pd.DataFrame:
    frame = pd.DataFrame([{**GOOD, **row} for row in rows])
    dates = pd.to_datetime(frame.set_index("sample")["date"])
    frame = frame.drop(columns="date").astype({"tumor_only": "Int64", "callable_bp": "Int64"})
    return select(frame, collected=dates, starts=starts)


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ({"status": "failed", "date": "2024-03-01"}, "its quality control did not fail"),
        ({"date": "2024-03-02", "callable_bp": 40_000_000}, "it was collected on or before treatment start"),
        ({"date": None}, "it was collected on or before treatment start, which is not known of the other"),
        ({"date": "2024-01-31", "callable_bp": 40_000_000}, "it was collected nearer to treatment start"),
        ({"status": "warn", "callable_bp": 40_000_000}, "its status is ok, not warn"),
        ({"tumor_only": 1, "callable_bp": 40_000_000}, "it has a matched normal"),
        ({"callable_bp": 29_999_999}, "it has more callable bases"),
        ({"callable_bp": None}, "it has more callable bases"),
        ({"sample": "T6"}, "its name is first"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_each_rule_decides_when_those_before_it_are_even(worse: dict[str, Any], reason: str, turned: bool) -> None:
    rows = [GOOD, {"sample": "A1", **worse}]
    table = chosen(*(rows[::-1] if turned else rows))
    assert table["chosen"].tolist() == [1, 0] and table.loc[0, "sample"] == "T5"
    other = table.loc[1, "sample"]
    assert table["reason"].tolist() == ["preferred to 1 other", f"P1: sample {other} not used; T5 is: {reason}"]
    assert (table.loc[1, "rule"] == BY_NAME) == (reason == "its name is first") and pd.isna(table.loc[0, "rule"])


def test_the_rules_in_their_order() -> None:
    """Each next row is worse by an earlier rule and better by every later one."""
    table = chosen(
        {"sample": "S1", "date": "2024-02-01", "status": "warn", "tumor_only": 1, "callable_bp": 1},
        {"sample": "S2", "date": "2024-01-01", "status": "ok", "tumor_only": 0, "callable_bp": 9},
        {"sample": "S3", "date": None, "callable_bp": 10},
        {"sample": "S4", "date": "2024-03-02", "callable_bp": 11},
        {"sample": "S5", "date": "2024-03-03", "callable_bp": 12},
        {"sample": "S6", "date": "2024-03-01", "status": "failed", "callable_bp": 13},
    )
    assert table["sample"].tolist() == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert table["days_from_start"].tolist() == [-29, -60, pd.NA, 1, 2, 0]
    assert table["reason"].iloc[0] == "preferred to 5 others"


def test_the_day_of_treatment_is_before_it() -> None:
    assert chosen({"sample": "A", "date": "2024-03-02"}, {"sample": "B", "date": "2024-03-01"})["sample"][0] == "B"


def test_a_date_after_start_gives_way_to_an_unknown_one() -> None:
    table = chosen({"sample": "A", "date": "2024-03-02"}, {"sample": "B", "date": None})
    assert table["sample"].tolist() == ["B", "A"]
    assert table["reason"][1] == "P1: sample A not used; B is: the other was collected after treatment start"


@pytest.mark.parametrize("starts", [None, pd.Series({"P2": pd.Timestamp("2024-03-01")})])
def test_without_a_start_the_dates_decide_nothing(starts: pd.Series | None) -> None:
    table = chosen({"sample": "B", "date": "2024-02-29"}, {"sample": "A", "date": "2020-01-01"}, starts=starts)
    assert table["sample"].tolist() == ["A", "B"] and table["days_from_start"].isna().all()
    assert table["collected"].notna().all()


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["ok", "warn", "failed"]), st.integers(-5, 5)), min_size=1)
)
def test_nothing_is_lost_and_each_patient_has_one(drawn: list[tuple[int, str, int]]) -> None:
    rows = [
        {
            "patient": f"P{p}",
            "sample": f"S{i}",
            "status": status,
            "date": pd.Timestamp("2024-03-01") + pd.Timedelta(days=d),
        }
        for i, (p, status, d) in enumerate(drawn)
    ]
    table = chosen(*rows, starts=pd.Series({f"P{p}": pd.Timestamp("2024-03-01") for p in (1, 2, 3)}))
    assert sorted(table["sample"]) == sorted(row["sample"] for row in rows)
    assert (table.groupby("patient")["chosen"].sum() == 1).all() and table["reason"].ne("").all()
