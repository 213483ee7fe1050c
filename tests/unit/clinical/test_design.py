"""The response rate against the design's null rate: R's binom.test, and Simon's stages by who started first."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.clinical.design import Responders, among_first, decided, design_tests
from biomarkers.settings import Endpoints
from biomarkers.stats import two_stage

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "two_stage.json").read_text())["binomial"]
SIMON = {"orr_null": 0.05, "simon_n1": 9, "simon_r1": 0, "simon_n": 17, "simon_r": 2}


def trial(responders: str) -> tuple[pd.DataFrame, pd.Series]:
    """Patients of whom 1 responds, 0 does not; each begins a day after the one before, in another order of rows."""
    flags = [int(flag) for flag in responders]
    best = ["PR" if flag else "SD" for flag in flags]
    frame = pd.DataFrame({"responder": flags, "best_response": best, "confirmed_best_response": best}).assign(treated=1)
    starts = pd.Series(pd.date_range("2024-01-01", periods=len(flags)))
    order = [*range(0, len(flags), 2), *range(1, len(flags), 2)]
    return frame.iloc[order].reset_index(drop=True), starts.iloc[order].reset_index(drop=True)


def rows(responders: str, **rules: float) -> pd.DataFrame:
    return design_tests(*trial(responders), Endpoints(**rules)).set_index("method")


@pytest.mark.parametrize("case", ORACLE, ids=lambda c: f"{c['responders']}/{c['n']} at {c['null']}")
def test_both_sides_as_r(case: dict[str, float]) -> None:
    n, responders = int(case["n"]), int(case["responders"])
    found = design_tests(*trial("1" * responders + "0" * (n - responders)), Endpoints(orr_null=case["null"]))
    for definition in ("all_treated", "evaluable"):
        chosen = found[found["definition"] == definition].set_index("alternative")
        assert chosen.loc["greater", "p_value"] == pytest.approx(case["greater"], rel=1e-9)
        assert chosen.loc["two-sided", "p_value"] == pytest.approx(case["two_sided"], rel=1e-9)
        assert chosen[["n", "responders"]].to_numpy().tolist() == [[n, responders]] * 2


def test_evaluable_leaves_out_ne_and_follows_the_confirmation() -> None:
    frame, starts = trial("1100")
    frame["confirmed_best_response"] = ["NE", "PR", "SD", "MISSING"]
    for confirmed, n in ((True, 2), (False, 4)):
        table = design_tests(frame, starts, Endpoints(orr_null=0.1, confirmed=confirmed))
        assert set(table.loc[table["definition"] == "evaluable", "n"]) == {n}


def test_without_a_null_rate_there_are_no_rows_and_without_patients_no_p() -> None:
    assert design_tests(*trial("01"), Endpoints()).empty
    frame, starts = trial("01")
    table = design_tests(frame.assign(treated=0), starts, Endpoints(orr_null=0.1))
    assert table["p_value"].isna().all() and set(table["note"]) == {"nobody is counted"}


def test_a_trial_that_stopped_early() -> None:
    found = rows("0" * 9, **SIMON)
    assert found.loc["simon_stage_1", "decision"] == "stop for futility"
    final = found.loc["simon_final"]
    assert final[["n", "responders", "limit", "decision", "p_value"]].tolist() == [9, 0, 0, "not rejected", 1.0]
    assert final[["estimate", "ci_low"]].tolist() == [0.0, 0.0]
    assert final["ci_high"] == pytest.approx(1 - 0.025 ** (1 / 9), rel=1e-9)


def test_who_was_treated_although_the_design_stopped_is_said() -> None:
    final = rows("000000000" + "11", **SIMON).loc["simon_final"]
    assert final["n"] == 9 and final["responders"] == 0
    assert "2 more were treated although the design stopped" in final["note"]


@pytest.mark.parametrize(
    ("responders", "verdict"), [("1" + "0" * 14 + "10", "not rejected"), ("1" + "0" * 13 + "110", "rejected")]
)
def test_a_trial_that_went_on(responders: str, verdict: str) -> None:
    found = rows(responders, **SIMON)
    assert found.loc["simon_stage_1", ["n", "responders", "limit", "decision"]].tolist() == [9, 1, 0, "continue"]
    final, total = found.loc["simon_final"], responders.count("1")
    design = two_stage.Design(9, 0, 17, 2)
    assert final[["n", "responders", "limit", "decision"]].tolist() == [17, total, 2, verdict]
    assert final["p_value"] == pytest.approx(two_stage.tail(design, total, 0.05, stopped=False), rel=1e-12)
    assert final[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(
        list(two_stage.estimate(design, total, stopped=False)), rel=1e-12
    )
    assert final["share"] == pytest.approx(total / 17, rel=1e-12)
    assert final["share_bias"] == pytest.approx(two_stage.bias_of_share(design, final["estimate"]), rel=1e-12)
    assert "type I error of the design 0.0466" in found.loc["simon_stage_1", "note"]
    assert (final["p_value"] <= 0.0466050) == (verdict == "rejected")


def test_patients_beyond_the_design_are_left_out_and_said() -> None:
    final = rows("1" + "0" * 15 + "1" + "111", **SIMON).loc["simon_final"]
    assert final[["n", "responders", "decision"]].tolist() == [17, 2, "not rejected"]
    assert "without the 3 treated after the 17 of the design" in final["note"]


def test_a_stage_that_is_not_complete_says_so_and_claims_nothing() -> None:
    first = rows("1" * 8, **SIMON)
    assert "simon_final" not in first.index
    assert first.loc["simon_stage_1", ["n", "responders"]].tolist() == [8, 8]
    assert pd.isna(first.loc["simon_stage_1", "decision"])
    assert "8 of 9 patients of the first stage" in first.loc["simon_stage_1", "note"]
    second = rows("1" * 16, **SIMON)
    assert "simon_final" not in second.index
    assert second.loc["simon_stage_2", "note"] == "16 of 17 patients of both stages"
    assert second.loc["simon_stage_2", ["estimate", "p_value"]].isna().all()


def test_several_on_the_day_of_the_last_patient_leave_open_what_depends_on_their_order() -> None:
    frame, starts = trial("0" * 8 + "10" + "0" * 7)
    day = starts.sort_values().iloc[8]
    together = starts.where(starts != day + pd.Timedelta(days=1), day)
    table = design_tests(frame, together, Endpoints(**SIMON)).set_index("method")
    assert pd.isna(table.loc["simon_stage_1", "decision"]) and pd.isna(table.loc["simon_stage_1", "responders"])
    assert "0 to 1 responders" in table.loc["simon_stage_1", "note"] and "simon_final" not in table.index


def test_who_was_last_of_the_design_is_open_and_who_came_after_is_said_too() -> None:
    """Two began on the day of the 17th, one of whom responded."""
    frame, starts = trial("1" + "0" * 15 + "10")
    day = starts.sort_values().iloc[16]
    final = design_tests(frame, starts.where(starts <= day, day), Endpoints(**SIMON)).set_index("method")
    row = final.loc["simon_final"]
    assert row["n"] == 17 and pd.isna(row["responders"]) and row["decision"] == "not rejected"
    assert "1 to 2 responders" in row["note"] and "without the 1 treated after the 17 of the design" in row["note"]


def test_without_a_day_of_start_nobody_is_first() -> None:
    frame, starts = trial("1" * 17)
    table = design_tests(frame, starts.mask(starts.index == 3), Endpoints(**SIMON)).set_index("method")
    assert table.loc["simon_stage_1", "note"].startswith("1 treated patient has no date of the start")
    assert "simon_final" not in table.index


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_fewest_and_most_responders_of_every_order(n: int) -> None:
    for days in itertools.product([1, 2], [1, 2], [1, 2, 3], [2, 3]):
        orders = [o for o in itertools.permutations(range(4)) if [days[i] for i in o] == sorted(days)]
        starts = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(list(days), unit="D"))
        for flags in itertools.product([0, 1], repeat=4):
            totals = {sum(flags[i] for i in order[:n]) for order in orders}
            assert among_first(pd.Series(flags), starts, n) == Responders(min(totals), max(totals))


def test_a_decision_that_depends_on_the_order_is_none() -> None:
    assert decided(Responders(1, 3), 3, "more", "not") == "not"
    assert decided(Responders(1, 3), 0, "more", "not") == "more"
    assert decided(Responders(1, 3), 1, "more", "not") is None
    assert decided(Responders(1, 3), 2, "more", "not") is None
