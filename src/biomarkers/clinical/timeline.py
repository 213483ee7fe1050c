"""One patient's dates as days after the start of treatment, and the choices that decide an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from biomarkers.clinical.response import Visit, up_to_progression
from biomarkers.io import tables
from biomarkers.settings import Endpoints

LONGEST_DAYS = 20 * 365
"""Longer follow-up is rather a mistyped year, or a day that stands for none, 1900-01-01 (docs/methods.md, 4.17)."""
NOT_USED = ", not used"


def data_cutoff(rules: Endpoints) -> pd.Timestamp | None:
    """The day after which nothing is known, None for no such day."""
    return None if rules.data_cutoff is None else pd.Timestamp(rules.data_cutoff)


@dataclass(frozen=True)
class Timeline:
    """One patient's dates as days after the start of treatment, as known at the data cutoff.

    source: the table that the visits come from. visit_interval_days: planned days between visits, None when not known.
    is_seen_after_cutoff: a visit after the cutoff shows who did not die before it alive at it.
    """

    start: pd.Timestamp
    visits: list[Visit]
    death: int | None
    last_alive: int | None
    new_therapy: int | None
    cutoff: int | None
    source: str = "assessments"
    visit_interval_days: int | None = None
    is_seen_after_cutoff: bool = False

    @classmethod
    def build(
        cls,
        start: pd.Timestamp,
        given: Mapping[str, Any],
        own: pd.DataFrame | None,
        rules: Endpoints,
        notes: list[str],
    ) -> Timeline:
        """A patient's timeline from the cells of the patients sheet that are filled and the visits of the patient.

        What is found in the dates and not used is added to `notes`.
        """

        def day(date: pd.Timestamp | None) -> int | None:
            return None if date is None else (date - start).days

        def known(date: int | None) -> int | None:
            return None if date is None or (cutoff is not None and date > cutoff) else date

        cutoff, death = day(data_cutoff(rules)), day(given.get("death_date"))
        last_alive, therapy = day(given.get("last_alive_date")), day(given.get("new_therapy_date"))
        seen: list[Visit] = []
        if own is not None:
            days = (own["date"] - start).dt.days
            seen = [Visit(int(d), r) for d, r in zip(days, own["response"], strict=True)]
        kept = [v for v in seen if v.day >= 0 and known(v.day) is not None and (death is None or v.day <= death)]
        _note(notes, sum(v.day < 0 for v in seen), "before treatment start, not used")
        later = [v for v in seen if v.day >= 0 and known(v.day) is None]
        _note(notes, len(later), "after the data cutoff, not used")
        _note(notes, sum(death is not None and v.day > death for v in seen), "after death, not used")
        if death is None and last_alive is not None:
            _note(notes, sum(v.day > max(last_alive, -1) for v in kept), "after the last-alive date")
        told = {"last alive": last_alive, "last dose": day(given.get("last_dose")), "new therapy": therapy}
        after_death = [what for what, date in told.items() if date is not None and death is not None and date > death]
        notes += [f"{what} after death{NOT_USED if what == 'new therapy' else ''}" for what in after_death]
        therapy = None if "new therapy" in after_death else therapy
        if max(death or 0, last_alive or 0, *(visit.day for visit in kept), 0) > LONGEST_DAYS:
            notes.append("more than 20 years of follow-up")
        for what, date in (("death", death), ("new therapy", therapy)):
            if date is not None and known(date) is None:
                notes.append(f"{what} after the data cutoff, not used")
        if last_alive is not None and last_alive < 0:
            notes.append("last known alive before treatment start")
        return cls(
            start=start,
            visits=kept,
            death=death,
            last_alive=last_alive,
            new_therapy=known(therapy),
            cutoff=cutoff,
            source=str(own["source"].iloc[0]) if own is not None and "source" in own else "assessments",
            visit_interval_days=rules.visit_interval_days,
            is_seen_after_cutoff=bool(later),
        )

    @property
    def known_death(self) -> int | None:
        """Day of death when it lies up to the data cutoff."""
        return None if self.death is None or (self.cutoff is not None and self.death > self.cutoff) else self.death

    @property
    def progression(self) -> int | None:
        """Day of the first PD."""
        return next((visit.day for visit in up_to_progression(self.visits) if visit.response == "PD"), None)

    def last_evaluable(self, *, up_to: int | None = None, before: int | None = None) -> int | None:
        """Day of the last visit that was neither NE nor PD, on or before day `up_to` and before day `before`."""
        days = [
            visit.day
            for visit in up_to_progression(self.visits)
            if visit.response not in ("NE", "PD")
            and (up_to is None or visit.day <= up_to)
            and (before is None or visit.day < before)
        ]
        return max(days, default=None)

    def for_response(self, within_days: int | None) -> list[Visit]:
        """The visits that count for response: before a new therapy's first day, up to `within_days` after start."""
        return [
            visit
            for visit in up_to_progression(self.visits)
            if (self.new_therapy is None or visit.day < self.new_therapy)
            and (within_days is None or visit.day <= within_days)
        ]


def _note(notes: list[str], count: int, what: str) -> None:
    if count:
        notes.append(f"{count} assessment{'s' if count > 1 else ''} {what}")


def counted_for_response(visits: pd.DataFrame, patients: pd.DataFrame, rules: Endpoints) -> list[int]:
    """Of each visit 1 where it counts for response, else 0 (docs/methods.md, 3.2).

    visits: `patient date day response`, day as study day. patients: as `endpoints.derive` takes them.
    """
    own = dict(list(visits.groupby("patient", sort=False)))
    counted: set[tuple[str, int]] = set()
    for record in tables.records(patients):
        given = {key: value for key, value in record.items() if value is not None}
        name, start = record["patient"], given.get("treatment_start")
        if start is not None and name in own:
            timeline = Timeline.build(start, given, own[name], rules, [])
            counted |= {(name, visit.day + 1) for visit in timeline.for_response(rules.response_within_days)}
    return [int(one in counted) for one in zip(visits["patient"], visits["day"], strict=True)]
