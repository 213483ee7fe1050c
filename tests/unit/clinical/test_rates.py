"""Rows of the rates table; their estimates are tested against R in tests/unit/stats."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.clinical.rates import rates
from biomarkers.settings import Endpoints


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
        "ttp_months": [8, 4, 2, 0.1, 1, None],
        "ttp_event": [1, 0, 0, 0, 1, None],
        "ttr_months": [2, None, None, None, None, None],
        "treated": [1, 1, 1, 1, 1, 0],
    }
    frame = pd.DataFrame(columns)
    whole = [
        "responder",
        "disease_control",
        "sd_gt_4_months",
        "pfs_event",
        "os_event",
        "dor_event",
        "ttp_event",
        "treated",
    ]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def by_name(table: pd.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["endpoint"], row["definition"]): row for row in table.to_dict("records")}


def test_rows_and_denominators() -> None:
    table = rates(endpoints_table(), Endpoints(confirmed=True))
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
        assert by_name(rates(frame, Endpoints(confirmed=confirmed)))["orr", "evaluable"]["n"] == n


def test_no_treated_patient_gives_rows_without_estimates() -> None:
    table = rates(endpoints_table().iloc[5:], Endpoints(confirmed=True))
    assert len(table) == 18
    assert (table["n"] == 0).all() and table["estimate"].isna().all()


def test_a_time_without_its_event_is_unknown() -> None:
    frame = endpoints_table()
    frame.loc[0, "os_event"] = pd.NA
    row = by_name(rates(frame, Endpoints(confirmed=True)))["os_median", "all_treated"]
    assert (row["n"], row["events"], row["n_unknown"]) == (4, 2, 1)


def test_rows_of_shares_say_which_responses_they_count() -> None:
    for confirmed, said in ((True, "confirmed"), (False, "unconfirmed")):
        row = by_name(rates(endpoints_table(), Endpoints(confirmed=confirmed)))
        assert row["orr", "all_treated"]["note"] == row["dcr", "evaluable"]["note"] == said
        assert row["sd_gt_4_months", "evaluable"]["note"] == "best response SD, without confirmation"


def test_duration_of_response_at_a_milestone_is_of_the_responders() -> None:
    row = by_name(rates(endpoints_table(), Endpoints(dor_milestones=[3])))["dor_rate", "responders"]
    assert (row["n"], row["n_unknown"], row["n_at_risk"], row["estimate"]) == (1, 0, 1, 1)


def test_time_to_response_by_hand() -> None:
    """Eight responders, one of whom states the response: median, range, limits by order (of 7: first and last)."""
    frame = pd.concat([endpoints_table().iloc[:1]] * 8, ignore_index=True)
    frame["ttr_months"] = [2.0, 5.0, 1.5, 3.0, 9.0, 4.0, None, 2.5]
    frame["endpoints_stated"] = [None] * 6 + ["response", None]
    row = by_name(rates(frame, Endpoints()))
    found = {name: row[f"ttr_{name}", "responders"] for name in ("median", "minimum", "maximum")}
    assert [one["estimate"] for one in found.values()] == [3.0, 1.5, 9.0]
    assert (found["median"]["ci_low"], found["median"]["ci_high"]) == (1.5, 9.0)
    assert all((one["n"], one["n_unknown"]) == (7, 1) for one in found.values())
    assert found["median"]["note"] == "confirmed; as stated: 1 of 8"


def test_the_other_preset_has_its_own_times() -> None:
    frame = endpoints_table()
    for name in ("pfs", "dor", "ttp"):
        frame[f"{name}_months_fda"] = frame[f"{name}_months"] / 2
        frame[f"{name}_event_fda"] = frame[f"{name}_event"] * 0
        frame[f"{name}_reason_fda"] = frame[f"{name}_reason"] = "x"
    frame["pfs_event_fda"] = frame["pfs_event"]
    table = rates(frame, Endpoints(visit_interval_days=60))
    row = by_name(table)
    assert row["pfs_median_fda", "all_treated"]["estimate"] == row["pfs_median", "all_treated"]["estimate"] / 2
    assert row["ttp_median_fda", "all_treated"]["events"] == 0 and row["pfs_median_fda", "all_treated"]["note"] == "fda"
    # At 3 months of 4, 2, 1, .05 and .5 months: the events at .5 and 2 are before, one patient is at risk.
    three = table[(table["endpoint"] == "pfs_rate_fda") & (table["time_months"] == 3)].iloc[0]
    assert (three["n_at_risk"], three["events"]) == (1, 2)
    assert not table["endpoint"].str.startswith("os_median_").any()
    assert len(rates(frame, Endpoints())) == 18
