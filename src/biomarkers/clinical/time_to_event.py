"""Overall survival, progression-free survival and duration of response of one patient, each with its reason.

Days count from the start of treatment (0 = first dose). Durations are end - start + 1, so that a patient censored at
the start has one day. Event 1 = it happened (CDISC's CNSR is the reverse). Rules: docs/endpoints.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from biomarkers.clinical.response import Visit

DAYS_PER_MONTH = 30.4375
"""365.25 / 12, the month of design/methods.md (as in admiralonco)."""

CENSORING = ("ema_itt", "fda")
"""Presets: `ema_itt` counts every event; `fda` censors before a new therapy or after two missed visits."""


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


def overall_survival(
    *, death: int | None, last_alive: int | None, last_visit: int | None = None, cutoff: int | None = None
) -> TimeToEvent:
    """Start of treatment to death from any cause; else censored when last known alive.

    All in days after start; `cutoff` is the data cutoff, at which later events have not yet happened. Without a
    last-alive date the last visit proves the patient alive; a last-alive date before the start gives day 1.
    """
    if death is not None and (cutoff is None or death <= cutoff):
        return TimeToEvent(death + 1, 1, "death (patients)")
    if cutoff is not None and any(day is not None and day > cutoff for day in (death, last_alive)):
        return TimeToEvent(cutoff + 1, 0, "censored: alive at the data cutoff (patients)")
    if last_alive is not None and last_alive >= 0:
        return TimeToEvent(last_alive + 1, 0, "censored: last known alive (patients)")
    if last_alive is not None:
        return TimeToEvent(1, 0, "censored: day 1, last known alive before treatment start (patients)")
    if last_visit is not None:
        return TimeToEvent(last_visit + 1, 0, "censored: last assessment, no last-alive date (assessments)")
    return TimeToEvent(1, 0, "censored: day 1, nothing known after treatment start (patients)")


def progression_or_death(
    visits: Sequence[Visit],
    *,
    death: int | None,
    new_therapy: int | None = None,
    origin: int = 0,
    censoring: str = "ema_itt",
    visit_interval_days: int | None = None,
    source: str = "assessments",
) -> TimeToEvent:
    """Time from `origin` to the first of PD or death; else censored at the last evaluable (not NE) visit.

    visits: as `response.up_to_progression` gives them. origin: 0 for progression-free survival, the day of the first
    response for its duration. death, new_therapy: days after start, None when they did not happen.
    censoring `fda` (FDA 2018, Clinical Trial Endpoints): an event after the start of a new therapy, or after two or
    more missed visits (more than 2 x `visit_interval_days` since the last evaluable visit), is censored at the last
    evaluable visit before. source: the table that the visits come from, for the reason.
    """
    progression = next((visit.day for visit in visits if visit.response == "PD"), None)
    ends = [day for day in (progression, death) if day is not None]
    end = min(ends) if ends else None
    evaluable = [v.day for v in visits if v.response not in ("NE", "PD") and (end is None or v.day <= end)]
    if censoring == "fda":
        if visit_interval_days is None:
            raise ValueError("the fda preset needs visit_interval_days")
        if new_therapy is not None and (end is None or new_therapy < end):
            before = [day for day in evaluable if day < new_therapy]
            return _censored(before, origin, f"last evaluable assessment before new therapy ({source}, patients)")
        gap = None if end is None else end - max(evaluable, default=0)
        if gap is not None and gap > 2 * visit_interval_days:
            return _censored(
                evaluable, origin, f"last evaluable assessment before two or more missed visits ({source})"
            )
    if end is None:
        return _censored(evaluable, origin, f"last evaluable assessment ({source})")
    reason = f"PD ({source})" if progression == end else "death (patients)"
    return TimeToEvent(end - origin + 1, 1, reason)


def _censored(evaluable: Sequence[int], origin: int, why: str) -> TimeToEvent:
    if not evaluable:
        return TimeToEvent(1, 0, f"censored: day 1, no {why.removeprefix('last ')}")
    return TimeToEvent(max(evaluable) - origin + 1, 0, f"censored: {why}")
