"""The course of each simulated patient: doses, monthly visits with RECIST responses, progression, death."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from biomarkers.demo import people
from biomarkers.demo.people import Person

FIRST_START = datetime.date(2022, 3, 1)
ENROLMENT_DAYS = 548
DATA_CUTOFF = datetime.date(2024, 6, 30)
DAILY_PROGRESSION = 1 / 110
"""Hazard of progression per day of an average patient who does not respond."""
DAILY_DEATH = 1 / 260
"""Hazard of death per day after progression."""


class Ended(NamedTuple):
    """How long something lasted, first and last day included, and whether its event ended it (1) or not (0)."""

    days: int
    event: int


@dataclass(frozen=True)
class Course:
    """Dates of one patient; None where nothing happened.

    visits: (date, overall response). responder: confirmed CR or PR.
    """

    start: datetime.date | None
    last_dose: datetime.date | None
    death: datetime.date | None
    last_alive: datetime.date | None
    new_therapy: datetime.date | None
    visits: tuple[tuple[datetime.date, str], ...]
    responder: bool

    @property
    def progression_free(self) -> Ended | None:
        """To the first PD or death, else to the last evaluable visit, else one day; None when never treated."""
        if self.start is None:
            return None
        seen = {date: answer for date, answer in self.visits if answer != "NE"}
        ends = [date for date, answer in seen.items() if answer == "PD"] + ([self.death] if self.death else [])
        return Ended((min(ends or [max(seen, default=self.start)]) - self.start).days + 1, int(bool(ends)))

    @property
    def overall(self) -> Ended | None:
        """To death, else to the day last known alive; None when never treated."""
        end = self.death or self.last_alive
        if self.start is None or end is None:
            return None
        return Ended((end - self.start).days + 1, int(self.death is not None))


def course(rng: np.random.Generator, person: Person, responds: bool, progression: float, death: float) -> Course:
    """The course of one patient. progression, death: log hazards relative to an average patient."""
    day = datetime.timedelta
    start = FIRST_START + day(days=int(rng.integers(0, ENROLMENT_DAYS)))
    follow_up = (DATA_CUTOFF - start).days
    if person.role == people.NEVER_TREATED:
        return Course(None, None, None, start + day(days=40), None, (), False)
    if person.role == people.EARLY_DEATH:
        return Course(start, start, start + day(days=19), start + day(days=12), None, (), False)
    if person.role == people.WITHDREW:
        return Course(start, start, None, start + day(days=17), None, (), False)

    schedule = np.cumsum(rng.integers(28, 31, follow_up // 28 + 1))
    hazard = DAILY_PROGRESSION * np.exp(progression + (people.RESPONDER_LOG_HAZARD if responds else 0))
    progressed = int(np.ceil(rng.exponential(1 / hazard)))
    onset = int(rng.choice([0, 1, 2], p=[0.3, 0.45, 0.25]))
    if responds:
        progressed = max(progressed, int(schedule[onset + 3]) + 1)
    if person.role == people.SWITCHED:
        progressed = int(schedule[4])
    died = progressed + 1 + int(rng.exponential(1 / (DAILY_DEATH * np.exp(death))))
    reached = int(np.searchsorted(schedule, progressed))
    last = min(died, follow_up)
    days = [int(d) for d in schedule[: reached + 1] if d < last]
    answers = _responses(rng, len(days), reached, responds, onset)
    new_therapy = None
    if person.role == people.SWITCHED:
        answers[:5] = ["SD", "SD", "PR", "PR", "PD"][: len(answers)]
        new_therapy = int(schedule[1]) + 4
    elif answers and answers[-1] == "PD" and rng.random() < 0.5 and days[-1] + 21 < last:
        new_therapy = days[-1] + int(rng.integers(10, 21))

    def date(offset: int | None) -> datetime.date | None:
        return None if offset is None else start + day(days=offset)

    stopped = new_therapy if person.role == people.SWITCHED else progressed
    last_dose = 21 * (min(int(stopped or 0), last - 1) // 21)
    seen = 0 if died <= follow_up else follow_up - int(rng.integers(0, 15))
    alive_until = max([seen, last_dose, new_therapy or 0, *days])
    return Course(
        start=start,
        last_dose=date(last_dose),
        death=date(died) if died <= follow_up else None,
        last_alive=date(alive_until),
        new_therapy=date(new_therapy),
        visits=tuple((start + day(days=d), answer) for d, answer in zip(days, answers, strict=True)),
        responder=responds,
    )


def _responses(rng: np.random.Generator, count: int, reached: int, responds: bool, onset: int) -> list[str]:
    """Overall response of each visit; the visit number `reached` is the first after progression.

    A responder's first response is confirmed at the next visit, or at the one after it when that is not evaluable.
    Among the others one response in eight is seen once and never confirmed.
    """
    answers = ["NE" if rng.random() < 0.04 else "SD" for _ in range(count)]
    if responds:
        complete = onset + 3 if rng.random() < 0.2 else count
        answers[onset:complete] = ["PR"] * (min(complete, count) - onset)
        answers[complete:] = ["CR"] * (count - min(complete, count))
        if rng.random() < 0.15:
            answers[onset + 1] = "NE"
    elif reached >= 3 and count >= 3 and rng.random() < 0.125:
        answers[1:3] = ["PR", "SD"]
    if reached < count:
        answers[reached] = "PD"
    return answers
