"""OS, PFS and duration of response of one patient: every event and every reason for censoring."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from biomarkers.clinical.response import Visit
from biomarkers.clinical.time_to_event import SOURCES, Endpoint, TimeToEvent, endpoints, time_to_event
from biomarkers.clinical.timeline import Timeline
from biomarkers.settings import Endpoints


def visits_of(text: str) -> list[Visit]:
    words = [entry.split() for entry in text.split(",") if entry.strip()]
    return [Visit(int(day), response) for day, response in words]


def timeline(visits: list[Visit], **known: Any) -> Timeline:
    """A patient of whom only this is known, in days after the start."""
    dates = dict.fromkeys(("death", "last_alive", "new_therapy", "cutoff")) | known
    return Timeline(start=pd.Timestamp("2024-01-01"), visits=visits, **dates)


def progression_or_death(
    visits: list[Visit], *, origin: int = 0, censoring: str = "ema_itt", **known: Any
) -> TimeToEvent:
    name = "dor" if origin else "pfs"
    return time_to_event(endpoints()[name], timeline(visits, **known), censoring=censoring, origin=origin)


def overall_survival(*, last_visit: int | None, **known: Any) -> TimeToEvent:
    visits = [] if last_visit is None else [Visit(0, "PD"), Visit(last_visit, "NE")]
    return time_to_event(endpoints()["os"], timeline(visits, **known), censoring="ema_itt")


LAST = "censored: last evaluable assessment (assessments)"


@pytest.mark.parametrize(
    ("text", "death", "expected"),
    [
        ("21 SD, 42 PD", None, TimeToEvent(43, 1, "PD (assessments)")),
        ("21 SD, 42 PD", 60, TimeToEvent(43, 1, "PD (assessments)")),
        ("21 SD, 42 PD", 42, TimeToEvent(43, 1, "PD (assessments)")),
        ("21 SD", 60, TimeToEvent(61, 1, "death (patients)")),
        ("", 60, TimeToEvent(61, 1, "death (patients)")),
        ("21 SD, 42 NE", None, TimeToEvent(22, 0, LAST)),
        ("21 SD, 42 NON-CR/NON-PD", None, TimeToEvent(43, 0, LAST)),
        ("42 NE", None, TimeToEvent(1, 0, "censored: day 1, no evaluable assessment (assessments)")),
        ("", None, TimeToEvent(1, 0, "censored: day 1, no evaluable assessment (assessments)")),
    ],
)
def test_progression_free_survival(text: str, death: int | None, expected: TimeToEvent) -> None:
    assert progression_or_death(visits_of(text), death=death) == expected


def test_duration_of_response_counts_from_the_first_response() -> None:
    visits = visits_of("21 SD, 42 PR, 63 PR, 84 PD")
    assert progression_or_death(visits, death=None, origin=42) == TimeToEvent(43, 1, "PD (assessments)")
    assert progression_or_death(visits[:3], death=None, origin=42) == TimeToEvent(22, 0, LAST)


def test_ema_itt_counts_events_after_a_new_therapy() -> None:
    visits = visits_of("21 SD, 42 PD")
    assert progression_or_death(visits, death=None, new_therapy=30, source="lesions").reason == "PD (lesions)"


@pytest.mark.parametrize(
    ("text", "death", "new_therapy", "days", "event", "reason"),
    [
        ("30 SD, 60 PD", None, None, 61, 1, "PD (assessments)"),
        ("30 SD, 60 PD", None, 60, 61, 1, "PD (assessments)"),
        ("30 SD, 60 PD", None, 59, 31, 0, "censored: last evaluable assessment before new therapy"),
        ("30 SD, 50 SD, 80 PD", None, 50, 31, 0, "censored: last evaluable assessment before new therapy"),
        ("30 SD, 50 SD", None, 40, 31, 0, "censored: last evaluable assessment before new therapy"),
        ("30 SD", 80, 20, 1, 0, "censored: day 1, no evaluable assessment before new therapy"),
        ("30 SD, 120 PD", None, 20, 1, 0, "censored: day 1, no evaluable assessment before new therapy"),
        ("30 SD, 90 PD", None, None, 91, 1, "PD (assessments)"),
        ("30 SD, 91 PD", None, None, 31, 0, "censored: last evaluable assessment before two or more missed"),
        ("30 SD, 60 NE, 91 PD", None, None, 31, 0, "censored: last evaluable assessment before two or more missed"),
        ("30 SD", 91, None, 31, 0, "censored: last evaluable assessment before two or more missed"),
        ("30 SD, 120 SD", 120, None, 121, 1, "death (patients)"),
        ("60 PD", None, None, 61, 1, "PD (assessments)"),
        ("61 PD", None, None, 1, 0, "censored: day 1, no evaluable assessment before two or more missed"),
        ("30 SD, 150 SD", None, None, 151, 0, "censored: last evaluable assessment (assessments)"),
    ],
)
def test_fda_preset(text: str, death: int | None, new_therapy: int | None, days: int, event: int, reason: str) -> None:
    found = progression_or_death(
        visits_of(text), death=death, new_therapy=new_therapy, censoring="fda", visit_interval_days=30
    )
    assert (found.days, found.event) == (days, event)
    assert found.reason.startswith(reason)


def test_a_visit_dated_after_death_hides_no_missed_visits() -> None:
    visits = visits_of("30 SD, 200 SD")
    found = progression_or_death(visits, death=95, censoring="fda", visit_interval_days=30)
    assert (found.days, found.event) == (31, 0)


def test_fda_without_an_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="visit_interval_days"):
        progression_or_death([], death=3, censoring="fda")


@pytest.mark.parametrize(
    ("death", "last_alive", "last_visit", "cutoff", "days", "event", "reason"),
    [
        (100, None, None, None, 101, 1, "death (patients)"),
        (100, 90, 120, None, 101, 1, "death (patients)"),
        (100, None, None, 100, 101, 1, "death (patients)"),
        (100, 50, None, 99, 100, 0, "censored: alive at the data cutoff (patients)"),
        (None, 200, None, 99, 100, 0, "censored: alive at the data cutoff (patients)"),
        (None, 99, 150, None, 100, 0, "censored: last known alive (patients)"),
        (None, 99, None, 99, 100, 0, "censored: last known alive (patients)"),
        (None, 0, None, None, 1, 0, "censored: last known alive (patients)"),
        (None, -5, 40, None, 1, 0, "censored: day 1, last known alive before treatment start (patients)"),
        (None, None, 40, None, 41, 0, "censored: last assessment, no last-alive date (assessments)"),
        (None, None, None, None, 1, 0, "censored: day 1, nothing known after treatment start (patients)"),
    ],
)
def test_overall_survival(
    death: int | None,
    last_alive: int | None,
    last_visit: int | None,
    cutoff: int | None,
    days: int,
    event: int,
    reason: str,
) -> None:
    found = overall_survival(death=death, last_alive=last_alive, last_visit=last_visit, cutoff=cutoff)
    assert found == TimeToEvent(days, event, reason)
    assert found.months == pytest.approx(days / 30.4375, rel=1e-12)


def test_every_source_is_used_and_every_endpoint_ends_somewhere() -> None:
    nobody = timeline([])
    used = []
    for endpoint in endpoints().values():
        used += [
            *endpoint.events,
            *endpoint.censored,
            *(s for ones in endpoint.censored_before_event.values() for s in ones),
        ]
        assert time_to_event(endpoint, nobody, censoring="ema_itt")[:2] == (1, 0)
    assert {source.reason for source in used} == {source.reason for source in SOURCES.values()}


@pytest.mark.parametrize(
    ("text", "death", "expected"),
    [
        ("21 SD, 42 PD", 60, TimeToEvent(43, 1, "PD (assessments)")),
        ("21 SD", 60, TimeToEvent(61, 0, "censored: death (patients)")),
        ("21 SD", None, TimeToEvent(22, 0, LAST)),
    ],
)
def test_a_further_endpoint_is_a_record(text: str, death: int | None, expected: TimeToEvent) -> None:
    """Time to progression: death is no event but censors."""
    events, censored = (SOURCES["progression"],), (SOURCES["death"], SOURCES["last_evaluable"])
    record = Endpoint("ttp", "assessments", "treatment_start", events, censored, {}, ())
    assert time_to_event(record, timeline(visits_of(text), death=death), censoring="fda") == expected


def test_visits_up_to_death_and_cutoff_are_known_and_the_others_are_noted() -> None:
    def day(number: int) -> pd.Timestamp:
        return pd.Timestamp("2024-01-01") + pd.Timedelta(days=number)

    visits = pd.DataFrame({"date": [day(-1), day(0), day(60), day(61), day(62)], "response": ["SD"] * 4 + ["PD"]})
    for last, rules in (("death", Endpoints()), ("cutoff", Endpoints(data_cutoff="2024-03-01"))):
        given = (
            {"death_date": day(60), "new_therapy_date": day(60)} if last == "death" else {"new_therapy_date": day(61)}
        )
        notes: list[str] = []
        found = Timeline.build(day(0), given, visits, rules, notes)
        assert [visit.day for visit in found.visits] == [0, 60]
        after = "after death" if last == "death" else "after the data cutoff"
        said = ["1 assessment before treatment start, not used", f"2 assessments {after}, not used"]
        said += ["new therapy after the data cutoff, not used"] if last == "cutoff" else []
        assert notes == said
        assert found.new_therapy == (60 if last == "death" else None)
