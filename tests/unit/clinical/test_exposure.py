"""Time at risk, exposure-adjusted rates and times to the first event. Oracle: plain Python on the same days, by hand."""

# ruff: noqa: E501 (rows stand on one line)
from __future__ import annotations

import datetime
import math
import random
from collections import defaultdict

import pandas as pd
import pytest

from biomarkers.clinical.adverse_events import after_death, emergent, fatal_without_death, summary
from biomarkers.clinical.exposure import times, watch
from biomarkers.stats.poisson import rate
from biomarkers.stats.proportions import clopper_pearson

DAY0 = datetime.date(2023, 1, 1)


def on(day: int | None) -> datetime.date | None:
    return None if day is None else DAY0 + datetime.timedelta(days=day)


def frame(rows: list[dict[str, object]], *dates: str) -> pd.DataFrame:
    made = pd.DataFrame(rows)
    for column in dates:
        made[column] = pd.to_datetime(made[column])
    return made


@pytest.mark.parametrize(
    ("last_dose", "death", "contact", "cutoff", "days", "died"),
    [
        (100, None, None, None, 131, False),  # 100 days after day 1 is day 101, and 30 more
        (100, 110, None, None, 111, True),
        (100, 110, 105, None, 111, True),  # the last contact of the dead ends nothing
        (100, 140, None, None, 131, False),
        (100, None, 120, None, 121, False),
        (100, None, 90, None, 101, False),  # a last contact before the last dose ends nothing before it
        (100, None, 120, 110, 111, False),
        (100, 110, None, 105, 106, False),
        (None, None, 50, None, 51, False),
        (None, 60, None, None, 61, True),
        (None, None, None, 70, None, False),  # a cutoff does not tell that anybody watched
        (None, None, None, None, None, False),
        (0, 0, None, None, 1, True),
    ],
)
def test_the_watch(
    last_dose: int | None, death: int | None, contact: int | None, cutoff: int | None, days: int | None, died: bool
) -> None:
    row = {"patient": "a", "treatment_start": on(0), "last_dose": on(last_dose), "death_date": on(death), "last_alive_date": on(contact)}  # fmt: skip
    people = frame([row], "treatment_start", "last_dose", "death_date", "last_alive_date")
    nothing = frame([{"patient": "b", "onset": on(200)}], "onset")
    seen = watch(
        people, nothing, days_after_last_dose=30, cutoff=None if cutoff is None else pd.Timestamp(str(on(cutoff)))
    )
    assert [None if math.isnan(day) else day for day in seen.days] == [days]
    assert seen.died.tolist() == [died]


@pytest.mark.parametrize("cutoff", [None, datetime.date(2025, 6, 1)])
def test_where_nobody_was_treated_nobody_is_watched(cutoff: datetime.date | None) -> None:
    patients = pd.DataFrame({"patient": ["P1"], "treatment_start": [None]})
    events = pd.DataFrame({"patient": [], "onset": []})
    assert watch(patients, events, days_after_last_dose=30, cutoff=cutoff).days.empty


def test_an_event_after_the_last_contact_prolongs_the_watch() -> None:
    """Its day is not moved, and the time up to it counts; after death it is on the day of death, and said."""
    row = {"treatment_start": on(0), "last_dose": on(190)}
    people = frame([row | {"patient": "a", "death_date": None, "last_alive_date": on(29)}, row | {"patient": "b", "death_date": on(195), "last_alive_date": None}], "treatment_start", "last_dose", "death_date", "last_alive_date")  # fmt: skip
    events = frame([{"patient": p, "term": "Rash", "grade": "3", "onset": on(199)} for p in "ab"], "onset")
    found = emergent(events, people)
    assert found.seen.days.tolist() == [200, 196] and found.seen.died.tolist() == [False, True]
    soon = times(found.chosen, found.seen)
    assert soon.loc[soon["category"].eq("any"), "n_events"].tolist() == [0, 0, 0, 2, 2]
    assert after_death(events, people) == [
        "begins after death, so a day is wrong; counted, and in rates as on the day of death: 1 patient (b)"
    ]


def test_rates_by_hand() -> None:
    people = frame(
        [
            {"patient": "a", "treatment_start": on(0), "last_dose": on(69)},  # 100 days
            {"patient": "b", "treatment_start": on(0), "last_dose": on(169)},  # 200 days
            {"patient": "c", "treatment_start": on(0), "last_dose": on(269)},  # 300 days
            {"patient": "d", "treatment_start": on(0), "last_dose": None},  # not known
            {"patient": "e", "treatment_start": None, "last_dose": None},
        ],
        "treatment_start", "last_dose",
    )  # fmt: skip
    events = frame(
        [
            {"patient": "a", "term": "Rash", "grade": "2", "onset": on(20)},  # day 21
            {"patient": "a", "term": "Rash", "grade": "3", "onset": on(9)},  # day 10
            {"patient": "b", "term": "Rash", "grade": "1", "onset": None},
            {"patient": "b", "term": "Itch", "grade": "1", "onset": on(49)},  # day 50
            {"patient": "d", "term": "Rash", "grade": "1", "onset": on(5)},
        ],
        "onset",
    )
    made = summary(emergent(events, people))
    rash = made[(made["category"] == "any") & (made["term"] == "Rash")].iloc[0]
    assert rash[["n", "patients", "events", "grade_3_or_higher", "n_at_risk"]].tolist() == [4, 3, 4, 1, 2]
    assert rash["years_at_risk"] == pytest.approx((10 + 300) / 365.25, rel=1e-12)
    expected = [100 * value for value in rate(1, 310 / 365.25)]
    assert rash[["incidence", "incidence_low", "incidence_high"]].tolist() == pytest.approx(expected, rel=1e-12)
    assert rash["exposure_years"] == pytest.approx(600 / 365.25, rel=1e-12)
    expected = [100 * value for value in rate(3, 600 / 365.25)]
    assert rash[["event_rate", "event_rate_low", "event_rate_high"]].tolist() == pytest.approx(expected, rel=1e-12)
    itch = made[(made["category"] == "any") & (made["term"] == "Itch")].iloc[0]
    assert itch["years_at_risk"] == pytest.approx((100 + 50 + 300) / 365.25, rel=1e-12)
    fatal = made[made["category"] == "fatal"].iloc[0]
    assert (fatal["patients"], fatal["incidence"], fatal["incidence_low"]) == (0, 0, 0)
    assert fatal["incidence_high"] == pytest.approx(100 * 3.688879454113936 / (600 / 365.25), rel=1e-9)


def trial(seed: int) -> tuple[list[dict[str, int | None]], list[dict[str, object]]]:
    """Random days (0 is that of the first dose) of patients and of their events."""
    draw = random.Random(seed)
    people, events = [], []
    for number in range(draw.randint(8, 40)):
        last = draw.choice([None, draw.randint(0, 500)])
        death = draw.choice([None, None, (last or 0) + draw.randint(0, 90)])
        contact = draw.choice([None, draw.randint(0, 600)]) if death is None else None
        treated = draw.random() < 0.9
        people.append({"patient": f"P{number}", "start": 0 if treated else None, "last": last if treated else None, "death": death, "contact": contact})  # fmt: skip
        for _ in range(draw.randint(0, 5)):
            event = {"patient": f"P{number}", "term": draw.choice(["Rash", "Itch"]), "grade": draw.choice([1, 2, 3, 4, 5, None])}  # fmt: skip
            events.append(event | {"onset": draw.choice([None, draw.randint(-20, 560), draw.randint(0, 200)])})
    return people, events


@pytest.mark.parametrize("seed", range(25))
def test_random_trials_by_plain_loops(seed: int) -> None:
    people, rows = trial(seed)
    names = {"start": "treatment_start", "last": "last_dose", "death": "death_date", "contact": "last_alive_date"}
    sheet = frame(
        [{"patient": p["patient"], **{names[key]: on(p[key]) for key in names}} for p in people], *names.values()
    )
    events = frame([row | {"onset": on(row["onset"])} for row in rows], "onset")
    found = emergent(events.assign(grade=events["grade"].astype("Int64")), sheet)
    made, soon = summary(found), times(found.chosen, found.seen)

    treated = {p["patient"]: p for p in people if p["start"] is not None}
    exposure: dict[str, int | None] = {}
    for name, p in treated.items():
        ends = [] if p["last"] is None else [p["last"] + 30]
        ends += [] if p["death"] is None else [p["death"]]
        if p["death"] is None and p["contact"] is not None:
            shown = [r["onset"] for r in rows if r["patient"] == name and r["onset"] is not None and (p["last"] is None or r["onset"] <= p["last"] + 30)]  # fmt: skip
            ends.append(max(p["contact"], *shown, p["last"] if p["last"] is not None else p["contact"]))
        exposure[name] = min(ends) + 1 if ends else None
    kept = []
    for row in rows:
        p = treated.get(row["patient"])
        if p is None or (row["onset"] is not None and row["onset"] < 0):
            continue
        if row["onset"] is None or p["last"] is None or row["onset"] <= p["last"] + 30:
            kept.append(row)
    for category, least in (("any", 0), ("grade_3_or_higher", 3), ("fatal", 5)):
        for term in (None, "Rash", "Itch"):
            own = [r for r in kept if term in (None, r["term"]) and (r["grade"] or 0) >= least]
            rows_found = made[(made["category"] == category) & (made["level"] == ("all" if term is None else "term"))]
            rows_found = rows_found if term is None else rows_found[rows_found["term"] == term]
            if not own and term is not None:
                open_ones = [r for r in kept if r["term"] == term and r["grade"] is None and least]
                assert rows_found["unknown"].tolist() == ([len(open_ones)] if open_ones else [])
                assert rows_found["patients_unknown"].tolist() == (
                    [len({r["patient"] for r in open_ones})] if open_ones else []
                )
                assert (rows_found[["patients", "events"]] == 0).all(axis=None)
                assert "incidence" not in made or rows_found["incidence"].isna().all()
                continue
            row = rows_found.iloc[0]
            by_patient = defaultdict(list)
            for event in own:
                by_patient[event["patient"]].append(event)
            worst = [max((e["grade"] or 0) for e in mine) for mine in by_patient.values()]
            assert row[["n", "patients", "events"]].tolist() == [len(treated), len(by_patient), len(own)]
            assert [row[f"grade_{g}"] for g in range(1, 6)] == [worst.count(g) for g in range(1, 6)]
            assert (row["grade_3_or_higher"], row["grade_unknown"]) == (sum(w >= 3 for w in worst), worst.count(0))
            at_risk, first_events, used = 0, 0, 0
            states = []
            for name, days in exposure.items():
                mine = [e["onset"] for e in by_patient.get(name, [])]
                if days is None or None in mine:
                    continue
                used += 1
                time = min(days, min(mine) + 1) if mine else days
                died = not mine and treated[name]["death"] is not None and treated[name]["death"] + 1 == days
                states.append((time, 1 if mine else 2 if died else 0))
                at_risk, first_events = at_risk + time, first_events + bool(mine)
            if not any(exposure.values()):
                continue
            assert row["n_at_risk"] == used
            if at_risk:
                assert row["years_at_risk"] == pytest.approx(at_risk / 365.25, rel=1e-12)
                assert row["incidence"] == pytest.approx(100 * first_events / (at_risk / 365.25), rel=1e-12)
            total = sum(days for days in exposure.values() if days is not None)
            counted = sum(exposure[e["patient"]] is not None for e in own)
            assert row["event_rate"] == pytest.approx(100 * counted / (total / 365.25), rel=1e-12)
            if term is None:
                check_times(soon[soon["category"] == category], states, len(treated))


def check_times(found: pd.DataFrame, states: list[tuple[int, int]], n: int) -> None:
    """The cumulative incidence from its definition: the sum of surviving so far times the hazard of the event."""
    assert found["time_months"].tolist() == [1, 3, 6, 12, 12]
    for row in found.itertuples():
        limit = row.time_months * 30.4375
        events = sum(state == 1 and time <= limit for time, state in states)
        assert (row.n, row.n_unknown, row.n_events) == (n, n - len(states), events)
        assert row.n_competing == sum(state == 2 and time <= limit for time, state in states)
        if row.method == "clopper_pearson":
            expected = clopper_pearson(events, n)
            assert [row.estimate, row.ci_low, row.ci_high] == pytest.approx(list(expected), rel=1e-12)
            continue
        assert row.n_at_risk == sum(time >= limit for time, _ in states)
        surviving, incidence = 1.0, 0.0
        for day in sorted({time for time, _ in states if time <= limit}):
            watched = sum(time >= day for time, _ in states)
            incidence += surviving * states.count((day, 1)) / watched
            surviving *= 1 - (states.count((day, 1)) + states.count((day, 2))) / watched
        if row.n_at_risk or surviving < 1e-9:
            assert row.estimate == pytest.approx(incidence, rel=1e-9, abs=1e-12)
        else:
            assert math.isnan(row.estimate)


def test_the_data_cutoff_ends_events_and_the_watch() -> None:
    people = frame(
        [
            {"patient": "a", "treatment_start": on(0), "last_dose": on(300)},
            {"patient": "b", "treatment_start": on(200), "last_dose": on(300)},
        ],
        "treatment_start", "last_dose",
    )  # fmt: skip
    events = frame([{"patient": p, "term": "Rash", "grade": "3", "onset": on(day)} for p, day in (("a", 99), ("a", 100), ("b", 250))], "onset")  # fmt: skip
    found = emergent(events, people, cutoff=pd.Timestamp(str(on(99))))
    row = summary(found).iloc[0]
    assert row[["n", "patients", "events"]].tolist() == [1, 1, 1]
    assert row["exposure_years"] == pytest.approx(100 / 365.25, rel=1e-12)


def test_without_onsets_or_times_there_are_no_rates() -> None:
    people = frame([{"patient": "a", "treatment_start": on(0)}], "treatment_start")
    undated = emergent(pd.DataFrame([{"patient": "a", "term": "Rash", "grade": "3"}]), people)
    assert "incidence" not in summary(undated) and times(undated.chosen, undated.seen).empty
    events = frame([{"patient": "a", "term": "Rash", "grade": "3", "onset": on(3)}], "onset")
    nobody = emergent(events, people)
    assert "incidence" not in summary(nobody)
    soon = times(nobody.chosen, nobody.seen)
    assert soon["estimate"].isna().sum() == 4 * 3 and soon["n_unknown"].eq(1).all()


def test_grade_5_is_death() -> None:
    people = frame([{"patient": p, "treatment_start": on(0), "death_date": d} for p, d in (("a", on(9)), ("b", None))], "treatment_start", "death_date")  # fmt: skip
    events = pd.DataFrame({"patient": ["a", "b", "b"], "term": "Rash", "grade": ["5", "Grade 5", "3"]})
    assert fatal_without_death(events, people) == ["grade 5 is death, yet without a death_date: 1 patient (b)"]
    assert fatal_without_death(events[::2], people) == []
    assert fatal_without_death(events, people.drop(columns="death_date")) == []
