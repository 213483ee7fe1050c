"""Whose times depend on the censoring preset."""

from __future__ import annotations

import pandas as pd

from biomarkers.clinical.endpoints import derive_both
from biomarkers.clinical.trial_tables import differences
from biomarkers.settings import Endpoints

START = pd.Timestamp("2024-01-01")


def day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


PATIENTS = pd.DataFrame(
    {
        "patient": ["same", "switched", "missed", "never", "later", "reason"],
        "treatment_start": [START, START, START, pd.NaT, START, START],
        "death_date": [day(100), pd.NaT, day(300), pd.NaT, pd.NaT, pd.NaT],
        "last_alive_date": [pd.NaT, day(400), pd.NaT, day(400), day(400), day(400)],
        "new_therapy_date": [pd.NaT, day(70), pd.NaT, pd.NaT, day(200), day(70)],
    }
)
VISITS = pd.DataFrame(
    [
        ("same", 60, "SD"),
        ("switched", 60, "PR"),
        ("switched", 120, "PD"),
        ("missed", 60, "SD"),
        ("later", 100, "PD"),
        ("reason", 60, "SD"),
    ],
    columns=["patient", "day", "response"],
)
VISITS = VISITS.assign(date=START + pd.to_timedelta(VISITS["day"], unit="D"))


def test_who_differs_with_both_times_and_reasons_whichever_preset_is_chosen() -> None:
    """Who has the same time and event for another reason does not."""
    for censoring in ("ema_itt", "fda"):
        rules = Endpoints(censoring=censoring, visit_interval_days=60, confirmed=False)
        found = differences(derive_both(PATIENTS, VISITS, rules), rules)
        assert found[["patient", "endpoint", "ema_itt_event", "fda_event"]].to_numpy().tolist() == [
            ["switched", "pfs", 1, 0],
            ["missed", "pfs", 1, 0],
            ["switched", "dor", 1, 0],
            ["switched", "ttp", 1, 0],
        ]
        row = found.set_index(["patient", "endpoint"]).loc[("missed", "pfs")]
        assert (row["ema_itt_months"] * 30.4375, row["fda_months"] * 30.4375) == (301, 61)
        assert row["ema_itt_reason"] == "death (patients)"
        assert row["fda_reason"] == "censored: last evaluable assessment before two or more missed visits (assessments)"


def test_without_the_interval_there_is_nothing_to_compare() -> None:
    rules = Endpoints()
    assert differences(derive_both(PATIENTS, VISITS, rules), rules).empty
