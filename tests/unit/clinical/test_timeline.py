"""A patient's dates as days after the start, and what is said of those that are not used."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from biomarkers.clinical.response import Visit
from biomarkers.clinical.timeline import Timeline, counted_for_response
from biomarkers.settings import Endpoints

START = pd.Timestamp("2024-01-01")


def date(day: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=day)


def built(
    visits: dict[int, str] | None, *, cutoff: int | None = None, source: str | None = None, **dates: int
) -> tuple[Timeline, list[str]]:
    """The timeline of a patient with these visits by day, and its notes."""
    own = None
    if visits is not None:
        own = pd.DataFrame({"date": [date(day) for day in visits], "response": list(visits.values())})
        own = own if source is None else own.assign(source=source)
    rules = Endpoints(data_cutoff=None if cutoff is None else str(date(cutoff).date()), visit_interval_days=60)
    given: dict[str, Any] = {name if name == "last_dose" else f"{name}_date": date(day) for name, day in dates.items()}
    notes: list[str] = []
    return Timeline.build(START, given, own, rules, notes), notes


VISITS = {-3: "SD", 0: "SD", 40: "PR", 80: "PR", 81: "PD"}


def test_dates_that_contradict_the_death_are_said_and_a_new_therapy_after_it_is_not_used() -> None:
    """docs/methods.md, 4.17."""
    found, said = built(None, death=40, last_alive=41, new_therapy=42, last_dose=43)
    assert said == ["last alive after death", "last dose after death", "new therapy after death, not used"]
    assert found.new_therapy is None
    found, said = built(None, death=40, last_alive=40, new_therapy=40, last_dose=40)
    assert (said, found.new_therapy) == ([], 40)


@pytest.mark.parametrize(("days", "said"), [(7300, []), (7301, ["more than 20 years of follow-up"])])
@pytest.mark.parametrize("what", ["death", "last_alive", "visit"])
def test_a_follow_up_of_decades_is_said(what: str, days: int, said: list[str]) -> None:
    assert (built({days: "SD"}) if what == "visit" else built(None, **{what: days}))[1] == said


@pytest.mark.parametrize(
    ("told", "days", "notes"),
    [
        ({}, [0, 40, 80, 81], ["1 assessment before treatment start, not used"]),
        (
            {"cutoff": 80},
            [0, 40, 80],
            ["1 assessment before treatment start, not used", "1 assessment after the data cutoff, not used"],
        ),
        (
            {"death": 40},
            [0, 40],
            ["1 assessment before treatment start, not used", "2 assessments after death, not used"],
        ),
        (
            {"last_alive": 40},
            [0, 40, 80, 81],
            ["1 assessment before treatment start, not used", "2 assessments after the last-alive date"],
        ),
        ({"last_alive": 40, "death": 90}, [0, 40, 80, 81], ["1 assessment before treatment start, not used"]),
        (
            {"last_alive": -9},
            [0, 40, 80, 81],
            [
                "1 assessment before treatment start, not used",
                "4 assessments after the last-alive date",
                "last known alive before treatment start",
            ],
        ),
    ],
    ids=["no other date", "cutoff", "death", "last alive", "death decides", "alive before the start"],
)
def test_visits_that_are_used_and_what_is_said_of_others(
    told: dict[str, int], days: list[int], notes: list[str]
) -> None:
    found, said = built(VISITS, **told)
    assert [visit.day for visit in found.visits] == days
    assert said == notes


def test_dates_are_days_and_those_behind_the_cutoff_unknown() -> None:
    found, _ = built({40: "PR"}, cutoff=90, death=120, last_alive=100, new_therapy=91)
    assert (found.death, found.last_alive, found.cutoff, found.new_therapy) == (120, 100, 90, None)
    assert found.known_death is None and found.visit_interval_days == 60
    assert built({40: "PR"}, cutoff=90, death=90, new_therapy=90)[0].new_therapy == 90
    assert built({40: "PR"}, cutoff=90, death=90)[0].known_death == 90


def test_visits_say_which_sheet_they_are_from() -> None:
    assert built({40: "PR"}, source="lesions")[0].source == "lesions"
    assert built({40: "PR"})[0].source == "assessments"
    assert built(None)[0].visits == [] and built(None)[0].source == "assessments"


def test_the_last_evaluable_visit_has_limits_that_are_included_or_not() -> None:
    found, _ = built({40: "PR", 80: "SD", 90: "NE", 99: "PD", 120: "SD"})
    assert found.last_evaluable() == 80 and found.progression == 99
    assert found.last_evaluable(up_to=80) == 80 and found.last_evaluable(before=80) == 40
    assert found.last_evaluable(up_to=39) is None


def test_visits_for_response_end_with_a_new_therapy_and_with_the_window() -> None:
    found, _ = built({40: "PR", 80: "SD", 99: "PD", 120: "SD"}, new_therapy=99)
    assert found.for_response(None) == [Visit(40, "PR"), Visit(80, "SD")]
    assert found.for_response(40) == [Visit(40, "PR")]
    assert [visit.day for visit in built({40: "PR", 80: "SD"}, new_therapy=81)[0].for_response(None)] == [40, 80]


def test_a_visit_counts_for_response_before_progression_new_therapy_death_and_cutoff() -> None:
    """docs/methods.md, 3.2: what shrinks under the next therapy, or after the cutoff, is no change under this one."""
    days = [30, 60, 90]
    ends = {"A": {}, "B": {"new_therapy_date": 60}, "C": {"death_date": 70}, "D": {}, "E": {"treatment_start": None}}
    patients = pd.DataFrame(
        [
            {"patient": name, "treatment_start": START} | {key: day and date(day) for key, day in own.items()}
            for name, own in ends.items()
        ]
    )
    visits = pd.DataFrame(
        [
            {"patient": name, "date": date(day), "day": day + 1, "response": "PD" if (name, day) == ("D", 60) else "SD"}
            for name in ends
            for day in days
        ]
    )
    rules = Endpoints(data_cutoff=str(date(80).date()))
    assert counted_for_response(visits, patients, rules) == [1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0]
