"""Counts at each step and identifiers that do not match. Oracle: the contract's steps, counted by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.clinical.flow import Primary, exclusions, flow

PATIENTS = pd.DataFrame(
    {
        "patient": ["P1", "P2", "P3", "P4"],
        "treatment_start": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-01", None]),
    }
)
COHORT = pd.DataFrame(
    {
        "patient": ["P1", "P2", "P3", "P4"],
        "best_response": ["PR", "SD", "NE", None],
        "responder": pd.array([1, 0, 0, None], dtype="Int64"),
        "pfs_months": [3.0, None, 4.0, None],
        "pfs_event": pd.array([1, 1, None, None], dtype="Int64"),
        "tmb_per_mb": [0.0, None, None, 5.0],
        "tmb_status": ["ok", "failed", None, "warn"],
        "sequenced": pd.array([1, 0, 0, 1], dtype="Int64"),
        "pdl1": [None, 60.0, None, None],
        "pdl1_low": [1.0, 60.0, None, None],
        "pdl1_high": [50.0, 60.0, None, None],
        "pdl1_status": ["scored", "scored", "not_evaluable", "not_tested"],
    }
)


def steps(cohort: pd.DataFrame = COHORT, patients: pd.DataFrame = PATIENTS, **options: Any) -> pd.DataFrame:
    table = flow(cohort, patients, **{"sheets": {}, **options})
    return table.set_index("step")


def test_every_step_is_counted_among_all_enrolled_patients() -> None:
    table = steps()
    assert list(table.index) == [
        *("enrolled", "treated", "evaluable", "sequenced", "with_tmb", "with_pdl1", "in_primary_analysis")
    ]
    assert table["n"].tolist() == [4, 3, 2, 2, 2, 2, 1]
    assert (table["n"] + table["excluded"]).tolist() == [4] * 7
    assert table["patients"].tolist() == [None, "P4", "P3,P4", "P2,P3", "P2,P3", "P3,P4", "P2,P3,P4"]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("treated", "no treatment_start: 1"),
        ("evaluable", "no best response: 1; not evaluable or no assessment: 1"),
        ("sequenced", "failed QC: 1; no sample: 1"),
        ("with_tmb", "failed QC: 1; no sample: 1"),
        ("with_pdl1", "not evaluable: 1; not tested: 1"),
        ("in_primary_analysis", "no responder: 1; no tmb_per_mb: 2"),
    ],
)
def test_reasons_tell_failed_from_absent_and_not_evaluable_from_untested(step: str, reason: str) -> None:
    assert steps().loc[step, "reason"] == reason


def test_the_column_that_a_reason_names_stands_beside_it() -> None:
    out = exclusions(COHORT, PATIENTS).set_index("step")
    assert out.loc["in_primary_analysis", "column"].tolist() == ["tmb_per_mb", "tmb_per_mb", "responder"]
    assert (
        out.loc[["treated"], "column"].tolist() == ["treatment_start"] and out.loc["evaluable", "column"].isna().all()
    )


def test_what_the_tables_cannot_tell_is_empty_and_not_zero() -> None:
    table = steps(COHORT[["patient"]], PATIENTS[["patient"]])
    assert table["n"].tolist() == [4, 4, pd.NA, pd.NA, pd.NA, pd.NA, pd.NA]
    assert table.loc["with_tmb", "reason"] == "no table gives a burden"
    assert table.loc["in_primary_analysis", "reason"] == "the cohort has no column tmb_per_mb, responder"


def test_evaluable_are_those_with_a_stated_responder_where_no_best_response_is_told() -> None:
    table = steps(COHORT.drop(columns="best_response"))
    assert table.loc["evaluable", ["n", "patients", "reason"]].tolist() == [3, "P4", "no response: 1"]


def test_the_endpoints_know_best_who_was_treated() -> None:
    cohort = COHORT.assign(treated=pd.array([1, 0, 1, 1], dtype="Int64"))
    assert steps(cohort).loc["treated", ["n", "patients"]].tolist() == [3, "P2"]


def test_a_sample_without_a_burden_is_named() -> None:
    cohort = COHORT.assign(tmb_status="ok", sequenced=1)
    assert steps(cohort).loc["with_tmb", "reason"] == "no burden: 2"


def test_who_has_a_burden_was_sequenced_where_no_column_says_it() -> None:
    cohort = COHORT.drop(columns=["sequenced", "tmb_status"]).assign(n_variants=[0, None, 3, None])
    assert steps(cohort).loc["sequenced", ["n", "patients", "reason"]].tolist() == [3, "P2", "no burden: 1"]


@pytest.mark.parametrize(("responder", "n"), [([0, 0, 0, None], 1), ([1, 0, 0, None], 2)])
def test_evaluable_follows_the_best_response_that_makes_responders(responder: list[int | None], n: int) -> None:
    confirmed = ["NE", "SD", "NE", None]
    cohort = COHORT.assign(
        confirmed_best_response=confirmed,
        responder=pd.array(responder, dtype="Int64"),
        best_response=["PR", "SD", "NE", None],
    )
    assert steps(cohort).loc["evaluable", "n"] == n


@pytest.mark.parametrize(
    ("primary", "held"),
    [
        (Primary("tmb_per_mb", ("responder",)), ["P1"]),
        (Primary("tmb_per_mb", ("pfs_months", "pfs_event")), ["P1"]),
        (Primary("pdl1_low", ("pfs_months", "pfs_event")), ["P1"]),
        (Primary("pdl1", ("responder",)), ["P2"]),
        (Primary("pdl1", ("responder",), by_rank=True), ["P1", "P2"]),
        (Primary("pdl1", ("responder",), at=1), ["P1", "P2"]),
        (Primary("pdl1", ("responder",), at=10), ["P2"]),
        (Primary("pdl1", ("responder",), at=1, side=">"), ["P2"]),
        (Primary("pdl1", ("responder",), at=50, side=">"), ["P1", "P2"]),
    ],
)
def test_the_primary_analysis_holds_those_with_marker_and_endpoint(primary: Primary, held: list[str]) -> None:
    row = steps(primary=primary).loc["in_primary_analysis"]
    out = [p for p in COHORT["patient"] if p not in held]
    assert (row["n"], row["patients"]) == (len(held), ",".join(out))


def test_an_interval_across_the_cut_is_told_from_no_score() -> None:
    row = steps(primary=Primary("pdl1", ("responder",), at=10)).loc["in_primary_analysis"]
    assert row["reason"] == "no pdl1: 2; pdl1 indeterminate at the cutoff: 1"


def test_intervals_serve_a_cut_when_the_cohort_has_no_points() -> None:
    row = steps(COHORT.drop(columns="pdl1"), primary=Primary("pdl1", ("responder",), at=1)).loc["in_primary_analysis"]
    assert row["n"] == 2


def test_identifiers_are_compared_both_ways_with_hints() -> None:
    table = steps(sheets={"tmb": ["P1", "p-02", "P3", "X9"]}).loc["unmatched"]
    assert table["n"].tolist() == [2, 2]
    assert table["patients"].tolist() == ["X9,p-02", "P2,P4"]
    assert table["reason"].tolist() == ["in tmb, not in patients; p-02 is nearly P2", "in patients, not in tmb"]
    assert table["sheet"].tolist() == ["tmb", "tmb"]


def test_a_sheet_that_matches_says_zero() -> None:
    table = steps(sheets={"pdl1": ["P4", "P3", "P2", "P1"]}).loc["unmatched"]
    assert table["n"].tolist() == [0, 0]
    assert table["patients"].isna().all()


@pytest.mark.parametrize(
    ("name", "near"),
    [("p1", True), ("P01", True), ("P-1", True), ("P_0001", True), ("P10", False), ("P11", False), ("Q1", False)],
)
def test_near_misses_differ_in_case_punctuation_or_leading_zeros(name: str, near: bool) -> None:
    reason = steps(sheets={"s": [name]}).loc["unmatched", "reason"].iloc[0]
    assert ("is nearly P1" in reason) is near


def test_samples_not_chosen_are_listed() -> None:
    others = pd.DataFrame({"patient": ["P1"], "sample": ["T2"], "reason": ["P1: sample T2 not used"]})
    row = steps(others=others).loc["other_sample"]
    assert row[["n", "excluded", "reason", "patients"]].tolist() == [1, 0, "P1: sample T2 not used", "P1"]


@settings(max_examples=24, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_patients_changes_no_count(order: list[int]) -> None:
    one = steps(sheets={"s": ["P1", "X"]})
    other = steps(COHORT.iloc[order], PATIENTS.iloc[order], sheets={"s": ["P1", "X"]})
    assert one[["n", "reason"]].fillna("").to_numpy().tolist() == other[["n", "reason"]].fillna("").to_numpy().tolist()
    for first, second in zip(one["patients"].fillna(""), other["patients"].fillna(""), strict=True):
        assert sorted(first.split(",")) == sorted(second.split(","))


def test_a_sample_of_which_nothing_was_judged_did_not_fail_quality_control() -> None:
    """Quality control leaves the count of variants, a table without a judged record has none."""
    cohort = COHORT.assign(n_variants=pd.array([0, None, None, 5], dtype="Int64"))
    assert steps(cohort).loc["sequenced", "reason"] == "no sample: 1; variants not counted: 1"
    cohort["n_variants"] = pd.array([0, 3, None, 5], dtype="Int64")
    assert steps(cohort).loc["sequenced", "reason"] == "failed QC: 1; no sample: 1"


def test_a_sample_without_a_callable_base_did_not_fail_quality_control() -> None:
    cohort = COHORT.assign(callable_mb=[30.0, 0.0, None, 30.0])
    assert steps(cohort).loc["sequenced", "reason"] == "no callable base: 1; no sample: 1"


def test_screen_failures_of_a_cdisc_study_are_told_apart_from_who_was_never_treated() -> None:
    patients = pd.DataFrame(
        {"patient": ["P1", "P2", "P3", "P4"], "treatment_start": pd.to_datetime(["2024-01-01"] + [None] * 3)}
    )
    cohort = patients[["patient"]].assign(arm=["Drug", "Screen Failure", None, "SCRNFAIL"], treated=[1, 0, 0, 0])
    row = flow(cohort, patients, sheets={}).set_index("step").loc["treated"]
    assert (row["n"], row["excluded"], row["reason"]) == (1, 3, "never treated: 1; screen failure: 2")
    dated = flow(cohort.drop(columns="treated"), patients, sheets={}).set_index("step").loc["treated"]
    assert dated["reason"] == "no treatment_start: 1; screen failure: 2"
