"""Waterfall, spider and swimmer, against what was counted by hand of a few patients."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from biomarkers.report.blocks import single
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.page import page
from biomarkers.report.sections import courses
from biomarkers.report.sections.endpoints import endpoints

COHORT = pd.DataFrame(
    {
        "patient": ["A", "B", "C", "D"],
        "best_response": ["PR", "PD", "SD", "NE"],
        "confirmed_best_response": ["PR", "PD", "SD", None],
        "pfs_months": [10.0, 2.0, 5.0, 1.0],
        "pfs_event": [0, 1, 1, 1],
        "os_months": [10.0, 6.0, 5.0, None],
        "os_event": [0, 1, 1, None],
        "ttr_months": [2.0, None, None, None],
        "dor_months": [8.0, None, None, None],
        "dor_event": [0, None, None, None],
        "tmb_per_mb": [20.0, 1.0, None, 3.0],
    }
)
PATIENTS = pd.DataFrame(
    {
        "patient": ["A", "B", "C", "D"],
        "treatment_start": pd.to_datetime(["2023-01-01", "2023-01-01", None, "2023-01-01"]),
        "start_day": [None, None, 1.0, None],
        "last_dose": pd.to_datetime([None, "2023-03-01", None, "2023-01-01"]),
        "last_dose_day": [None, None, 30.0, None],
        "new_therapy_date": pd.to_datetime([None, "2023-03-02", None, None]),
    }
)
VISITS = pd.DataFrame(
    [
        ("A", 57, "SD", -20.0),
        ("A", 113, "PR", -45.0),
        ("A", 170, "PR", None),
        ("B", 57, "PD", 150.0),
        ("B", 113, "PD", -90.0),
        ("C", 60, "SD", 5.0),
        ("X", 60, "PR", -50.0),
    ],
    columns=["patient", "day", "response", "change_percent"],
)


def rows_of(figure: Figure, column: str) -> pd.DataFrame:
    sets = [pd.DataFrame(rows) for rows in figure.spec["datasets"].values()]
    return next(rows for rows in sets if {"patient", column} <= set(rows))


def figures(given: Tables) -> dict[str, Figure]:
    return {block.name: block for block in courses.courses(given) if isinstance(block, Figure)}


@pytest.fixture
def drawn() -> dict[str, Figure]:
    return figures(Tables(COHORT, patients=PATIENTS, visits=VISITS))


def test_the_best_change_is_up_to_progression(drawn: dict[str, Figure]) -> None:
    """By hand: A -45, B 150 (what shrank after the progression does not count), C 5; X is not of the cohort."""
    bars = rows_of(drawn["waterfall"], "change").set_index("patient")
    assert bars["change"].to_dict() == {"B": 150.0, "C": 5.0, "A": -45.0}
    assert bars["shown"]["B"] == 100 and bars["response"].to_dict() == {"A": "PR", "B": "PD", "C": "SD"}
    assert bars["tmb_per_mb"]["A"] == 20.0
    caption = drawn["waterfall"].caption
    assert caption.startswith("n = 3; 1 with a decrease of at least 30%, 1 with an increase of at least 20%")
    assert "Left out: 1 without a measured sum after baseline." in caption


def test_changes_of_exactly_30_and_20_percent_count_and_an_unconfirmed_response_is_shown() -> None:
    """RECIST 1.1: at least 30 % below, at least 20 % above. D has no confirmed response: the best one is told."""
    visits = pd.DataFrame([("A", 57, "PR", -30.0), ("D", 57, "SD", 20.0)], columns=VISITS.columns)
    found = figures(Tables(COHORT, visits=visits))["waterfall"]
    assert "1 with a decrease of at least 30%, 1 with an increase of at least 20%" in found.caption
    assert rows_of(found, "change").set_index("patient")["response"].to_dict() == {"A": "PR", "D": "NE"}


def test_who_went_over_to_another_therapy_is_not_on_treatment_when_last_seen() -> None:
    sheet = PATIENTS.assign(last_dose=pd.NaT, last_dose_day=[None, None, 30.0, None])
    sheet["new_therapy_date"] = pd.to_datetime(["2023-05-01", None, None, None])
    rows = rows_of(figures(Tables(COHORT, patients=sheet))["time_on_study"], "what")
    assert "A" not in set(rows.loc[rows["what"].eq("Treatment ongoing"), "patient"])
    sheet["new_therapy_date"] = pd.NaT
    rows = rows_of(figures(Tables(COHORT, patients=sheet))["time_on_study"], "what")
    assert "A" in set(rows.loc[rows["what"].eq("Treatment ongoing"), "patient"])


def test_only_visits_that_count_for_response_are_drawn() -> None:
    """What shrank under the next therapy had been the best change under this one, in the colour of stable disease."""
    counted = VISITS.assign(for_response=[int(change != -45) for change in VISITS["change_percent"]])
    drawn = figures(Tables(COHORT, patients=PATIENTS, visits=counted))
    bars = rows_of(drawn["waterfall"], "change").set_index("patient")
    assert bars["change"].to_dict() == {"B": 150.0, "C": 5.0, "A": -20.0}
    assert -45 not in rows_of(drawn["spider"], "months")["change"].tolist()


def test_a_patient_without_a_change_has_a_bar_that_can_be_clicked() -> None:
    visits = VISITS.assign(change_percent=VISITS["change_percent"].replace({5.0: 0.0}))
    bars = rows_of(figures(Tables(COHORT, patients=PATIENTS, visits=visits))["waterfall"], "change")
    drawn = bars.set_index("patient")[["change", "foot", "shown"]]
    assert drawn.loc["C"].tolist() == [0, -1, 1] and drawn.loc["A"].tolist() == [-45, 0, -45]


def test_each_line_begins_at_the_baseline(drawn: dict[str, Figure]) -> None:
    points = rows_of(drawn["spider"], "months")
    of_a = points[points["patient"].eq("A")]
    assert of_a["change"].tolist() == [0, -20, -45]
    assert of_a["months"].tolist() == pytest.approx([0, 57 / 30.4375, 113 / 30.4375])
    assert len(points) == 3 + 4


def test_what_happened_after_the_data_cutoff_is_not_marked() -> None:
    """B's last dose of 2023-03-01 and new therapy of the next day are not known at the cutoff."""
    settings = {"endpoints": {"data_cutoff": "2023-03-01"}}
    marks = rows_of(figures(Tables(COHORT, patients=PATIENTS, settings=settings))["time_on_study"], "what")
    assert "New therapy" not in set(marks["what"])
    settings["endpoints"]["data_cutoff"] = "2023-03-02"
    marks = rows_of(figures(Tables(COHORT, patients=PATIENTS, settings=settings))["time_on_study"], "what")
    assert marks.loc[marks["what"].eq("New therapy"), "patient"].tolist() == ["B"]


def test_an_arrow_is_for_treatment_that_goes_on(drawn: dict[str, Figure]) -> None:
    """B and C died, D has a last dose: only A, without one, is on treatment when last seen."""
    lanes = rows_of(drawn["time_on_study"], "bar").set_index("patient")
    assert lanes["bar"]["A"] == 10.0
    assert lanes["bar"]["B"] == pytest.approx(60 / 30.4375) and lanes["bar"]["C"] == pytest.approx(30 / 30.4375)
    marks = rows_of(drawn["time_on_study"], "what")
    found = {(row.patient, row.what): row.time for row in marks.itertuples()}
    assert found == pytest.approx(
        {
            ("A", "First response"): 2.0,
            ("A", "Treatment ongoing"): 10.0,
            ("B", "Progression"): 2.0,
            ("B", "New therapy"): 61 / 30.4375,
            ("B", "Death"): 6.0,
            ("C", "Death"): 5.0,
            ("D", "Progression"): 1.0,
        }
    )


def test_a_response_that_no_table_has_is_not_called_missing() -> None:
    """MISSING says that it was looked for and not found."""
    told = COHORT.drop(columns="confirmed_best_response").assign(best_response=["PR", "PD", "MISSING", None])
    swimmer = figures(Tables(told))["time_on_study"]
    shown = rows_of(swimmer, "bar").set_index("patient")["response"].to_dict()
    assert shown == {"A": "PR", "B": "PD", "C": "MISSING", "D": "not known"}


def test_without_last_doses_the_bar_is_the_pfs_and_has_no_arrow() -> None:
    swimmer = figures(Tables(COHORT))["time_on_study"]
    assert "time without progression" in swimmer.title and "Arrow" not in swimmer.caption
    assert rows_of(swimmer, "bar").set_index("patient")["bar"].to_dict() == {"A": 10.0, "B": 2.0, "C": 5.0, "D": 1.0}


def test_a_time_to_progression_says_who_progressed() -> None:
    """C died on the day of a progression, which PFS alone cannot tell; D's PFS event was none."""
    cohort = COHORT.assign(ttp_months=[10.0, 2.0, 5.0, 1.0], ttp_event=[0, 1, 1, 0])
    marks = rows_of(figures(Tables(cohort))["time_on_study"], "what")
    assert marks.loc[marks["what"].eq("Progression"), "patient"].tolist() == ["B", "C"]


@pytest.mark.parametrize(("n", "shown"), [(160, 160), (161, 81), (1000, 143)])
def test_many_patients_are_thinned_and_that_is_said(n: int, shown: int) -> None:
    many = pd.concat([COHORT.head(1)] * n, ignore_index=True).assign(patient=[f"P{i:04d}" for i in range(n)])
    swimmer = figures(Tables(many))["time_on_study"]
    assert len(rows_of(swimmer, "bar")) == shown
    assert (f"{shown} of the {n} patients are drawn" in swimmer.caption) == (n > shown)


def test_durations_of_response_count_from_the_response() -> None:
    found: Any = next(b for b in single(endpoints(Tables(COHORT))) if isinstance(b, Figure) and b.name == "dor_all")
    assert "Months from the first response" in str(found.spec)
    assert found.caption.startswith("n = 1 with 0 events. Left out: 3 without a response with a duration.")


def test_without_lesions_there_is_no_waterfall() -> None:
    made = page(Tables(COHORT, patients=PATIENTS), title="A trial")
    assert {figure.name for figure in made.figures} & {"waterfall", "spider"} == set()
