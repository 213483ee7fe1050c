"""Random trials by the program and by `rederived`, written from the rules alone; and what a data cutoff may change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.clinical.endpoints import derive, derive_both
from biomarkers.clinical.lesions import combined, visit_responses
from biomarkers.settings import Endpoints
from rederived import Choices, Person, Scan, derived, responses

EPOCH = pd.Timestamp("2021-01-01")
WORDS = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]


def date(day: int | None) -> pd.Timestamp:
    return pd.NaT if day is None else EPOCH + pd.Timedelta(days=day)


def maybe(random: np.random.Generator, share: float, low: int, high: int) -> int | None:
    return int(random.integers(low, high)) if random.random() < share else None


def person(random: np.random.Generator) -> Person:
    """A patient with visits every few weeks, some of them on one day, before the start, after death or after PD."""
    start = maybe(random, 0.95, 0, 300)
    origin = 0 if start is None else start
    days = origin + np.cumsum(random.integers(0, 70, int(random.integers(0, 9)))) - int(random.choice([0, 0, 0, 30]))
    weights = [0.1, 0.3, 0.25, 0.05, 0.12, 0.18] if random.random() < 0.7 else [0.3, 0.3, 0.1, 0.0, 0.05, 0.25]
    visits = [(int(day), str(random.choice(WORDS, p=weights))) for day in days]
    random.shuffle(visits)
    death = maybe(random, 0.4, origin, origin + 600)
    return Person(
        start,
        death,
        maybe(random, 0.6, origin - 20, origin + 600),
        maybe(random, 0.4, origin, origin + 400),
        visits,
    )


def choices(random: np.random.Generator) -> Choices:
    return Choices(
        confirmed=bool(random.random() < 0.6),
        cutoff=maybe(random, 0.5, 50, 900),
        interval=int(random.choice([30, 42, 63])),
        within=maybe(random, 0.3, 40, 300),
        sd_days=int(random.choice([0, 42, 56])),
        confirmation=int(random.choice([0, 28, 42])),
        pr_sd_pr=bool(random.random() < 0.3),
        non_cr_non_pd_controls=bool(random.random() < 0.7),
        horizons={} if random.random() < 0.6 else {"pfs": float(random.integers(1, 20)), "os": 8.5},
    )


def rules_of(chosen: Choices, preset: str) -> Endpoints:
    return Endpoints(
        confirmed=chosen.confirmed,
        censoring=preset,
        data_cutoff=None if chosen.cutoff is None else f"{date(chosen.cutoff):%Y-%m-%d}",
        visit_interval_days=chosen.interval,
        response_within_days=chosen.within,
        minimum_sd_days=chosen.sd_days,
        confirmation_days=chosen.confirmation,
        allow_pr_sd_pr=chosen.pr_sd_pr,
        exclude_non_cr_non_pd=not chosen.non_cr_non_pd_controls,
        pfs_horizon_months=chosen.horizons.get("pfs"),
        os_horizon_months=chosen.horizons.get("os"),
    )


def sheets(people: list[Person]) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(f"P{i}", one.start, one.death, one.last_alive, one.new_therapy) for i, one in enumerate(people)]
    names = ["treatment_start", "death_date", "last_alive_date", "new_therapy_date"]
    patients = pd.DataFrame(rows, columns=["patient", *names], dtype="object")
    for name in names:
        days = [None if pd.isna(value) else int(value) for value in patients[name]]
        patients[name] = pd.to_datetime(pd.Series([date(day) for day in days]))
    visits = [(f"P{i}", date(day), word) for i, one in enumerate(people) for day, word in one.visits]
    return patients, pd.DataFrame(visits, columns=["patient", "date", "response"])


def same(found: Any, expected: Any) -> bool:
    if expected is None:
        return bool(pd.isna(found))
    return found == expected if isinstance(expected, str) else math.isclose(float(found), expected, rel_tol=1e-9)


def differences(table: pd.DataFrame, expected: list[dict[str, Any]], suffix: str = "") -> list[str]:
    """Cells in which the program differs."""
    found = []
    for row, own in zip(table.to_dict("records"), expected, strict=True):
        own = own | {"ttr_months": None if own.get("ttr_days") is None else own["ttr_days"] * 12 / 365.25}
        for column, value in own.items():
            is_timed = column.rsplit("_", 1)[0] in ("pfs", "dor", "ttp")
            name = column + (suffix if is_timed else "")
            if column != "ttr_days" and (suffix == "" or is_timed) and not same(row[name], value):
                found.append(f"{row['patient']} {name}: {row[name]} instead of {value}")
    return found


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("preset", ["ema_itt", "fda"])
def test_random_trials_as_derived_a_second_time(seed: int, preset: str) -> None:
    random = np.random.default_rng(seed)
    chosen = choices(random)
    people = [person(random) for _ in range(60)]
    table = derive_both(*sheets(people), rules_of(chosen, preset))
    other = {"ema_itt": "fda", "fda": "ema_itt"}[preset]
    assert differences(table, [derived(one, chosen, preset) for one in people]) == []
    assert differences(table, [derived(one, chosen, other) for one in people], f"_{other}") == []


def scans(random: np.random.Generator, start: int) -> list[Scan]:
    """Lesions of a patient, baseline first; some not measured, some growing or gone, a new one now and then."""
    targets = [(f"T{i}", bool(random.random() < 0.3)) for i in range(int(random.integers(0, 4)))]
    others = [f"N{i}" for i in range(int(random.integers(0 if targets else 1, 3)))]
    sizes = {name: float(random.integers(15, 60)) for name, _ in targets}
    days = [start - int(random.integers(0, 30))]
    days += [start + int(gap) for gap in np.cumsum(random.integers(10, 60, int(random.integers(1, 7))))]
    found = []
    trend = float(random.choice([0.0, 0.6, 0.9, 1.0, 1.15]))
    for visit, day in enumerate(days):
        for name, is_node in targets:
            if visit:
                sizes[name] = round(sizes[name] * trend * float(random.uniform(0.8, 1.2)), 1)
            if visit == 0 or random.random() < 0.93:
                mm = None if visit and random.random() < 0.04 else sizes[name]
                found.append(Scan(day, name, "target", is_node, mm))
        for name in others:
            word = random.choice(["CR", "NON-CR/NON-PD", "PD", "NE", ""], p=[0.3, 0.5, 0.05, 0.05, 0.1])
            if visit == 0 or random.random() < 0.95:
                found.append(Scan(day, name, "non_target", status=str(word) or None))
        if visit and random.random() < 0.06:
            found.append(Scan(day, f"X{visit}", "new"))
    return found


@pytest.mark.parametrize("seed", range(15))
def test_random_lesions_as_derived_a_second_time(seed: int) -> None:
    random = np.random.default_rng(100 + seed)
    chosen = choices(random)
    people, measured, rows = [], [], []
    for i in range(40):
        one = person(random)
        one.start = one.start or 0
        own = scans(random, one.start)
        measured.append(responses(own, one.start))
        rows += [
            (f"P{i}", date(s.day), s.lesion, s.role, int(s.is_node), math.nan if s.mm is None else s.mm, s.status)
            for s in own
        ]
        one.visits = list(measured[-1].items())
        people.append(one)
    names = ["patient", "date", "lesion", "role", "nodal", "diameter_mm", "status"]
    patients, _ = sheets(people)
    visits = visit_responses(pd.DataFrame(rows, columns=names), patients)
    found = {
        patient: dict(zip(own["date"], own["response"], strict=True)) for patient, own in visits.groupby("patient")
    }
    for i, own in enumerate(measured):
        assert found.get(f"P{i}", {}) == {date(day): word for day, word in own.items()}
    table = derive(patients, combined(None, visits), rules_of(chosen, "fda"))
    assert differences(table, [derived(one, chosen, "fda") for one in people]) == []


class TestDataCutoff:
    """A cutoff hides what came later, and nothing else."""

    @pytest.fixture(params=range(6))
    def people(self, request: pytest.FixtureRequest) -> list[Person]:
        random = np.random.default_rng(200 + request.param)
        return [person(random) for _ in range(60)]

    def table(self, people: list[Person], cutoff: int | None, preset: str = "ema_itt") -> pd.DataFrame:
        return derive(*sheets(people), rules_of(Choices(cutoff=cutoff, interval=42), preset))

    def test_after_everything_it_is_none(self, people: list[Person]) -> None:
        for preset in ("ema_itt", "fda"):
            pd.testing.assert_frame_equal(self.table(people, 5000, preset), self.table(people, None, preset))

    def test_an_event_before_it_stays_and_one_after_it_is_gone(self, people: list[Person]) -> None:
        whole = self.table(people, None)
        starts = pd.Series([math.nan if one.start is None else one.start for one in people])
        for cutoff in (100, 250, 400, 700):
            cut = self.table(people, cutoff)
            for name in ("pfs", "os", "ttp"):
                months, event = f"{name}_months", f"{name}_event"
                last = starts + whole[months] * 30.4375 - 1
                before = (whole[event] == 1) & (last <= cutoff + 1e-6)
                pd.testing.assert_frame_equal(cut.loc[before, [months, event]], whole.loc[before, [months, event]])
                later = (whole[event] == 1) & ~before & (cut["treated"] == 1)
                assert (cut.loc[later, event] == 0).all()
                shown = cut["treated"] == 1
                assert (starts[shown] + cut.loc[shown, months] * 30.4375 - 1 <= cutoff + 1e-6).all()

    def test_it_is_the_same_as_sheets_that_end_there(self, people: list[Person]) -> None:
        """What is later is deleted, and who is known later was seen alive on the day of the cutoff."""
        for cutoff in (150, 300, 500):
            ended = []
            for one in people:
                visits = [(day, word) for day, word in one.visits if day <= cutoff]
                contacts = [one.death, one.last_alive]
                is_known_later = any(day is not None and day > cutoff for day in contacts)
                if one.death is None and one.last_alive is None:
                    is_known_later = len(visits) < len(one.visits)
                late = [
                    day if day is not None and day <= cutoff else None
                    for day in (one.start, one.death, one.new_therapy)
                ]
                start, death, therapy = late
                alive = cutoff if is_known_later else one.last_alive
                # A visit dated after death is an error of the sheet, not a sign of life.
                visits = [v for v in visits if one.death is None or v[0] <= one.death]
                ended.append(Person(start, death, alive, therapy, visits))
            found, expected = self.table(people, cutoff), self.table(ended, None)
            columns = [c for c in found if not c.endswith(("_reason", "_note"))]
            pd.testing.assert_frame_equal(found[columns], expected[columns])

    def test_response_is_never_better_for_being_cut(self, people: list[Person]) -> None:
        """Without confirmation, a shorter follow-up shows a subset of the visits before a PD."""
        order = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING"]
        whole = self.table(people, None)
        for cutoff in (150, 400):
            cut = self.table(people, cutoff)
            shown = cut["treated"] == 1
            ranks = [t.loc[shown, "best_response"].map(order.index) for t in (cut, whole)]
            assert (ranks[0] >= ranks[1]).all()
