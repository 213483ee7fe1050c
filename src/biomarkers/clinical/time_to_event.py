"""Times to an event of one patient, each with its reason: endpoints as records of event and censoring sources.

The records stand in the schema `endpoints` (`x-each`), as those of admiralonco do in its parameters: which events end
an endpoint, and where it is censored. Here stand the sources that they name, and the one function that reads a record.

Days count from the start of treatment (0 = first dose). Durations are end - start + 1, so that a patient censored at
the start has one day. Event 1 = it happened (CDISC's CNSR is the reverse). Rules: docs/endpoints.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple, get_args

from biomarkers.clinical.timeline import Timeline
from biomarkers.io import schemas
from biomarkers.settings import Censoring, Endpoints
from biomarkers.stats.times import DAYS_PER_MONTH

CENSORING: tuple[Censoring, ...] = get_args(Censoring)
"""Presets: `ema_itt` counts every event; `fda` censors before a new therapy or after two missed visits."""

MISSED = 2
"""Visits missed before an event that `fda` censors (docs/methods.md, 4.5; FDA 2018, Clinical Trial Endpoints)."""

Day = int | None
"""Days after the start; None where there is no such day."""


class TimeToEvent(NamedTuple):
    """Duration in days (first day = 1), 1 event or 0 censored, and why, with the table that says so.

    days and event are None when the endpoint does not exist for the patient.
    """

    days: int | None
    event: int | None
    reason: str

    @property
    def months(self) -> float | None:
        """Duration in months of 30.4375 days."""
        return None if self.days is None else self.days / DAYS_PER_MONTH


class Source(NamedTuple):
    """Where a date comes from, for an event or for censoring.

    reason: what is said of it. table: the sheet that says so, `visits` for that of the visits. day: of it, from a
    patient's timeline and the day of the event that it may precede (None: no event). applies: whether it censors;
    without it, wherever it has a day. Where it applies without a day, the patient is censored on the first day.
    """

    reason: str
    table: str
    day: Callable[[Timeline, Day], Day]
    applies: Callable[[Timeline, Day], bool] | None = None

    def censors(self, patient: Timeline, end: Day) -> bool:
        """Whether it censors a patient whose event, if any, was on day `end`."""
        return self.day(patient, end) is not None if self.applies is None else self.applies(patient, end)


class Endpoint(NamedTuple):
    """A record of the schema `endpoints`: see there for the keys."""

    name: str
    needs: str
    origin: str
    events: tuple[Source, ...]
    censored: tuple[Source, ...]
    censored_before_event: Mapping[str, tuple[Source, ...]]
    landmarks: tuple[float, ...]

    def milestones(self, rules: Endpoints) -> tuple[float, ...]:
        """Months at which its rate is given: those of the settings, else its landmarks."""
        asked = getattr(rules, f"{self.name}_milestones", None)
        return self.landmarks if asked is None else tuple(sorted(set(asked)))

    def horizon(self, rules: Endpoints) -> float | None:
        """Month at which everybody who is followed longer is censored; None without such a month."""
        months: float | None = getattr(rules, f"{self.name}_horizon_months", None)
        return months

    @property
    def columns(self) -> list[str]:
        """Its columns in the tables."""
        return [f"{self.name}_{part}" for part in ("months", "event", "reason")]


def _misses_visits(patient: Timeline, end: Day) -> bool:
    """Whether the event came more than two visit intervals after the last evaluable visit, or after the start."""
    if patient.visit_interval_days is None:
        raise ValueError("the fda preset needs visit_interval_days")
    if end is None:
        return False
    return end - (patient.last_evaluable(up_to=end) or 0) > MISSED * patient.visit_interval_days


def _switches(patient: Timeline, end: Day) -> bool:
    """Whether a new therapy began before the event; an event on its first day still counts."""
    return patient.new_therapy is not None and (end is None or patient.new_therapy < end)


def _beyond_cutoff(patient: Timeline, _: Day) -> bool:
    """Whether the sheets know the patient after the data cutoff, when later events have not yet happened."""
    cutoff, known = patient.cutoff, (patient.death, patient.last_alive)
    return cutoff is not None and any(day is not None and day > cutoff for day in known)


SOURCES = {
    "progression": Source("PD", "visits", lambda patient, _: patient.progression),
    "death": Source("death", "patients", lambda patient, _: patient.known_death),
    "last_evaluable": Source(
        "last evaluable assessment",
        "visits",
        day=lambda patient, end: patient.last_evaluable(up_to=end),
        applies=lambda *_: True,
    ),
    "new_therapy": Source(
        "last evaluable assessment before new therapy",
        "visits, patients",
        day=lambda patient, end: patient.last_evaluable(up_to=end, before=patient.new_therapy),
        applies=_switches,
    ),
    "missed_visits": Source(
        "last evaluable assessment before two or more missed visits",
        "visits",
        day=lambda patient, end: patient.last_evaluable(up_to=end),
        applies=_misses_visits,
    ),
    "data_cutoff": Source(
        "alive at the data cutoff", "patients", day=lambda patient, _: patient.cutoff, applies=_beyond_cutoff
    ),
    "last_alive": Source(
        "last known alive",
        "patients",
        day=lambda patient, _: patient.last_alive,
        applies=lambda patient, _: patient.last_alive is not None and patient.last_alive >= 0,
    ),
    "alive_before_start": Source(
        "day 1, last known alive before treatment start",
        "patients",
        day=lambda *_: 0,
        applies=lambda patient, _: patient.last_alive is not None,
    ),
    "seen_after_cutoff": Source(
        "alive at the data cutoff, assessed later",
        "visits",
        day=lambda patient, _: patient.cutoff,
        applies=lambda patient, _: patient.is_seen_after_cutoff,
    ),
    "last_assessment": Source(
        "last assessment, no last-alive date",
        "visits",
        day=lambda patient, _: max((visit.day for visit in patient.visits), default=None),
    ),
    "nothing_known": Source("day 1, nothing known after treatment start", "patients", day=lambda *_: 0),
}


@cache
def endpoints() -> dict[str, Endpoint]:
    """Every endpoint that is declared, by name."""

    def named(names: list[str]) -> tuple[Source, ...]:
        return tuple(SOURCES[name] for name in names)

    return {
        name: Endpoint(
            name,
            rule["needs"],
            rule["origin"],
            events=named(rule["events"]),
            censored=named(rule["censored"]),
            censored_before_event={
                preset: named(names) for preset, names in rule.get("censored_before_event", {}).items()
            },
            landmarks=tuple(float(month) for month in rule.get("landmarks", ())),
        )
        for name, rule in schemas.load("endpoints")["x-each"]["endpoint"].items()
    }


def time_to_event(endpoint: Endpoint, patient: Timeline, *, censoring: str, origin: int = 0) -> TimeToEvent:
    """The endpoint of one patient. origin: day that it counts from. censoring: one of `CENSORING`.

    Of two events on one day the one that the record names first gives the reason.
    """
    ends = [(day, source) for source in endpoint.events if (day := source.day(patient, None)) is not None]
    end, event = min(ends, key=lambda pair: pair[0], default=(None, None))
    for source in endpoint.censored_before_event.get(censoring, ()):
        if source.censors(patient, end):
            return _censored(source, patient, end, origin)
    if end is not None and event is not None:
        return TimeToEvent(end - origin + 1, 1, f"{event.reason} ({_table(event, patient)})")
    source = next(source for source in endpoint.censored if source.censors(patient, None))
    return _censored(source, patient, None, origin)


def _censored(source: Source, patient: Timeline, end: Day, origin: int) -> TimeToEvent:
    """Censored on the source's day, or on the first day where it has none."""
    day, table = source.day(patient, end), _table(source, patient)
    if day is None:
        return TimeToEvent(1, 0, f"censored: day 1, no {source.reason.removeprefix('last ')} ({table})")
    return TimeToEvent(day - origin + 1, 0, f"censored: {source.reason} ({table})")


def _table(source: Source, patient: Timeline) -> str:
    return source.table.replace("visits", patient.source)
