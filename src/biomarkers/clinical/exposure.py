"""How long patients were watched for adverse events, rates of events over that time, and times to the first.

Rules: docs/methods.md, 5.5 to 5.7. Years have 365.25 days, months 30.4375. Dates as in the sheets, events as from
`adverse_events.emergent`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from biomarkers.io import tables
from biomarkers.stats.cumulative_incidence import cumulative_incidence, incidence_at
from biomarkers.stats.poisson import rate
from biomarkers.stats.proportions import clopper_pearson
from biomarkers.stats.times import DAYS_PER_MONTH, DAYS_PER_YEAR

PER_YEARS = 100
"""Rates are per so many patient-years (docs/methods.md, 5.5)."""

MONTHS = (1, 3, 6, 12)
"""Months at which the cumulative incidence is given; a share within one year is the last (docs/methods.md, 5.7)."""

COMPETING = 2
"""State of a patient who died without the event, as in `cumulative_incidence`."""


@dataclass(frozen=True)
class Watch:
    """How long each treated patient was watched. days: by patient, the first dose being day 1, missing where unknown.

    start: day of the first dose by patient. died: whether the watch ended with death.
    """

    days: pd.Series
    start: pd.Series
    died: pd.Series

    @property
    def known(self) -> set[str]:
        """Patients whose time is known."""
        return set(self.days.dropna().index)


def watch(
    patients: pd.DataFrame, events: pd.DataFrame, *, days_after_last_dose: int, cutoff: pd.Timestamp | None
) -> Watch:
    """From the first dose to the earliest of last dose and window, death, last contact of the living, and data cutoff.

    patients: `patient treatment_start` and, where known, `last_dose death_date last_alive_date`. events: those that
    count. A last contact before the last dose or before the onset of an event ends nothing. Unknown of who has neither
    a last dose nor death nor last contact: a cutoff alone does not tell that anybody watched until then.
    """
    names = ["patient", "treatment_start", "last_dose", "death_date", "last_alive_date"]
    people = patients.reindex(columns=names).set_index("patient")
    people = people.apply(pd.to_datetime)[people["treatment_start"].notna()]
    start = people["treatment_start"]
    from_start = {name: (people[name] - start).dt.days + 1 for name in names[2:]}
    last = from_start["last_dose"]
    latest = pd.to_datetime(events["onset"]).groupby(events["patient"]).max() if "onset" in events else pd.Series()
    contact = from_start["last_alive_date"]
    for shown in (last, (pd.to_datetime(latest.reindex(start.index)) - start).dt.days + 1):
        contact = contact.where(~(contact < shown), shown)
    ends = pd.DataFrame({
        "dosed": last + days_after_last_dose,
        "death": from_start["death_date"],
        "contact": contact.where(people["death_date"].isna()),
    })  # fmt: skip
    told = ends.notna().any(axis=1)
    until = pd.Series(math.nan, start.index) if cutoff is None else (pd.Timestamp(cutoff) - start).dt.days + 1
    days = ends.assign(cutoff=until).min(axis=1).where(told).clip(lower=1)
    return Watch(days, start, ends["death"].eq(days))


def first_days(events: pd.DataFrame, seen: Watch) -> pd.Series:
    """Day of the first of the events by patient; missing where it cannot be told since one has no date.

    A day after the end of the watch, such as one after death, is its last.
    """
    day = (pd.to_datetime(events["onset"]) - events["patient"].map(seen.start)).dt.days + 1
    first = day.groupby(events["patient"]).agg(lambda own: own.min(skipna=False)).astype("float64")
    first = first.where(~first.isna() & first.index.isin(seen.known))
    return first.clip(upper=seen.days.reindex(first.index))


def rates(events: pd.DataFrame, seen: Watch) -> dict[str, Any]:
    """Incidence over the time at risk of the first event, and events over all time, per 100 patient-years.

    Of patients whose watch and first event are known; a patient is at risk until the first event. Empty where no event
    can have a date, or nobody's time is known.
    """
    if "onset" not in events or not seen.known:
        return {}
    first = first_days(events, seen)
    told = first.dropna()
    others = seen.days.drop(index=first.index).dropna()
    at_risk = (told.sum() + others.sum()) / DAYS_PER_YEAR / PER_YEARS
    incidence = rate(len(told), at_risk)
    total = seen.days.sum() / DAYS_PER_YEAR / PER_YEARS
    frequency = rate(int(events["patient"].isin(seen.known).sum()), total)
    return {
        "n_at_risk": len(told) + len(others),
        "years_at_risk": at_risk * PER_YEARS,
        "incidence": incidence.estimate,
        "incidence_low": incidence.low,
        "incidence_high": incidence.high,
        "exposure_years": total * PER_YEARS,
        "event_rate": frequency.estimate,
        "event_rate_low": frequency.low,
        "event_rate_high": frequency.high,
    }


def times(by_category: Mapping[str, pd.DataFrame], seen: Watch) -> pd.DataFrame:
    """Table `adverse_event_times`: by category, the cumulative incidence of the first event, and the crude share.

    by_category: the events of each category.
    """
    rows: list[dict[str, Any]] = []
    for category, events in by_category.items():
        if "onset" in events:
            rows += [{"category": category, "n": len(seen.days)} | row for row in _times(events, seen)]
    return tables.of_rows(rows, "adverse_event_times")


def _times(events: pd.DataFrame, seen: Watch) -> Iterator[dict[str, Any]]:
    first = first_days(events, seen)
    undated = first.index[first.isna()]
    watched = seen.days.drop(index=undated).dropna()
    day = first.dropna().reindex(watched.index)
    state = seen.died.reindex(watched.index).map({True: COMPETING, False: 0}).mask(day.notna(), 1).astype(int)
    time = day.fillna(watched) / DAYS_PER_MONTH
    unknown = len(seen.days) - len(watched)
    curve = cumulative_incidence(time.to_numpy("float64"), state.to_numpy())
    for months in MONTHS:
        until = time <= months
        counted = {
            "time_months": months,
            "n_events": int((until & (state == 1)).sum()),
            "n_competing": int((until & (state == COMPETING)).sum()),
            "n_unknown": unknown,
        }
        found = incidence_at(curve, months) if len(time) else None
        limits = {} if found is None else found.interval.cells
        at_risk = 0 if found is None else found.n_at_risk
        yield counted | {"method": "aalen_johansen_log_log", "n_at_risk": at_risk} | limits
    share = clopper_pearson(counted["n_events"], len(seen.days)) if len(seen.days) else None
    yield counted | {"method": "clopper_pearson"} | ({} if share is None else share.cells)
