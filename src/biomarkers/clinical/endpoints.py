"""One row of endpoints per patient, from dates and visit responses or from endpoints stated in the patients sheet.

Nobody is dropped: a never-treated patient keeps a row with empty endpoints and the reason. Rules: docs/endpoints.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pandas as pd

from biomarkers.clinical import study_days
from biomarkers.clinical.response import NOT_EVALUABLE, RESPONSE, FirstResponse, best_response, first_response
from biomarkers.clinical.time_to_event import (
    CENSORING,
    Endpoint,
    TimeToEvent,
    endpoints,
    time_to_event,
)
from biomarkers.clinical.timeline import Timeline, data_cutoff
from biomarkers.io import schemas, tables
from biomarkers.settings import Censoring, Endpoints
from biomarkers.stats.times import DAYS_PER_MONTH, TOLERANCE

LONG_SD_MONTHS = 4
"""SD longer than 4 months (121.75 days) counts as lasting (docs/methods.md, 3.6)."""

NEVER_TREATED = "never treated (patients)"
NOT_DERIVED = {
    "assessments": "not derived: no assessments given",
    "contact": "not derived: no dates of death or last contact given",
}
"""Reasons, by what an endpoint needs."""
RESPONSE_STATED = "not derived: response is stated (patients)"
STATED_RESPONSES = ("best_response", "confirmed_best_response")
CONTACT = {"death_date", "last_alive_date"}


def derive(patients: pd.DataFrame, assessments: pd.DataFrame | None, rules: Endpoints) -> pd.DataFrame:
    """Endpoints, one row per patient in the order of `patients`.

    patients: `patient` and, where known, `treatment_start death_date last_alive_date new_therapy_date` (datetimes),
    or stated endpoints `best_response confirmed_best_response pfs_months pfs_event os_months os_event`.
    assessments: `patient date response` of one evaluator, in any order, optionally `source` (name of the table, for
    the reasons); None when there is no such table. Durations in months of 30.4375 days.
    """
    by_patient = {} if assessments is None else dict(list(assessments.groupby("patient", sort=False)))
    rows = [
        _endpoints(record, by_patient.get(record["patient"]), assessments is not None, rules)
        for record in tables.records(patients)
    ]
    return tables.of_rows(rows, "endpoints", index=patients.index)


def derive_both(patients: pd.DataFrame, assessments: pd.DataFrame | None, rules: Endpoints) -> pd.DataFrame:
    """As `derive`; where the visit interval is known, PFS and DOR by the other censoring preset stand beside it.

    The further columns end in that preset's name: `pfs_months_fda`, ...
    """
    frame = derive(patients, assessments, rules)
    other = other_preset(rules.censoring, rules.visit_interval_days)
    if other is None:
        return frame
    second = derive(patients, assessments, replace(rules, censoring=other))
    return frame.assign(**{f"{column}_{other}": second[column] for column in _by_preset()})


def other_preset(censoring: Censoring, visit_interval_days: int | None) -> Censoring | None:
    """The censoring preset that stands beside the chosen one; None where the visit interval is not known."""
    return None if visit_interval_days is None else next(preset for preset in CENSORING if preset != censoring)


def column_names(censoring: Censoring, visit_interval_days: int | None) -> list[str]:
    """Columns that `derive_both` gives under these rules."""
    other = other_preset(censoring, visit_interval_days)
    return [*schemas.columns("endpoints"), *(f"{column}_{other}" for column in _by_preset() if other)]


def _by_preset() -> list[str]:
    """Columns that depend on the censoring preset."""
    return [
        column for endpoint in endpoints().values() if endpoint.censored_before_event for column in endpoint.columns
    ]


@dataclass(frozen=True)
class _Patient:
    """What is known of one patient. columns: those of the patients sheet; given: its filled cells.

    timeline: None when the patient has no start. By what an endpoint needs: whether the patient's own dates tell it
    (has), and whether the sheets do, though it may be censored on the first day (derives). Response and progression
    that do not follow from assessments are as the patients sheet states them.
    """

    columns: Mapping[str, Any]
    given: Mapping[str, Any]
    timeline: Timeline | None
    has: Mapping[str, bool]
    derives: Mapping[str, bool]


def _endpoints(
    record: Mapping[str, Any], own: pd.DataFrame | None, has_assessments: bool, rules: Endpoints
) -> dict[str, Any]:
    """The endpoints of one patient; keys that are absent are missing."""
    given = {key: value for key, value in record.items() if value is not None}
    start, is_stated = given.get("treatment_start"), {*STATED_RESPONSES, *stated()} & given.keys()
    row: dict[str, Any] = {"patient": record["patient"]}
    cutoff = data_cutoff(rules)
    too_late = start is not None and cutoff is not None and start > cutoff
    if too_late or (start is None and not is_stated):
        reason = "treatment started after the data cutoff (patients)" if too_late else NEVER_TREATED
        return row | {"treated": 0, "endpoint_note": None} | {f"{name}_reason": reason for name in endpoints()}
    row["treated"] = 1
    notes = [given[study_days.NOTE]] if study_days.NOTE in given else []
    timeline = None if start is None else Timeline.build(start, given, own, rules, notes)
    assessed = has_assessments and (own is not None or "best_response" not in given)
    has = {"assessments": own is not None, "contact": bool(CONTACT & given.keys())}
    derives = {"assessments": assessed, "contact": bool(CONTACT & record.keys())}
    patient = _Patient(record, given, timeline, has, derives)
    row |= _response(patient, rules)
    for endpoint in endpoints().values():
        row |= _duration(endpoint, patient, rules)
    responded = None if "responder" not in row or _states_response(patient) else _first_response(patient, rules)
    row["ttr_months"] = None if responded is None else (responded.day + 1) / DAYS_PER_MONTH
    confirmed = None if responded is None else responded.confirmed
    row["confirmation_months"] = None if confirmed is None else (confirmed + 1) / DAYS_PER_MONTH
    as_stated = ["response"] if "best_response" in row and _states_response(patient) else []
    as_stated += [name for name, endpoint in endpoints().items() if _states(endpoint, patient)]
    if as_stated:
        row["endpoints_stated"] = ",".join(as_stated)
    row["sd_gt_4_months"] = _long_sd(row.get("best_response"), row.get("pfs_months"), row.get("pfs_event"))
    row["endpoint_note"] = "; ".join(notes) or None
    return row | _up_to_horizons(row, rules)


def _states_response(patient: _Patient) -> bool:
    """Whether the patients sheet, not the visits, tells the response, if anything does."""
    return patient.timeline is None or not patient.derives["assessments"]


def _states(endpoint: Endpoint, patient: _Patient) -> bool:
    """Whether the endpoint is as the patients sheet states it."""
    months, event, _ = endpoint.columns
    if months not in stated() or months not in patient.given:
        return False
    if patient.timeline is None or not patient.has[endpoint.needs]:
        return True
    # Of a death without its day the dates know nothing: by them the patient would be alive at last contact.
    return endpoint.needs == "contact" and patient.given.get(event) == 1 and "death_date" not in patient.given


def _response(patient: _Patient, rules: Endpoints) -> dict[str, Any]:
    """Best responses and what follows from them; empty when nothing tells them."""
    if patient.timeline is None or _states_response(patient):
        if "best_response" not in patient.given:
            return {}
        best = patient.given["best_response"]
        confirmed = patient.given.get("confirmed_best_response")
        row = {"best_response": best, "confirmed_best_response": confirmed}
        return row | _flags(best if confirmed is None else confirmed, rules)
    visits = patient.timeline.for_response(rules.response_within_days)
    first, second = (best_response(visits, rules, confirmed=c) for c in (False, True))
    row = {"best_response": first.response, "confirmed_best_response": second.response}
    if first.day is not None:
        row["best_response_day"] = first.day + 1
        if patient.given.get(study_days.IN_DAYS) != 1:
            row["best_response_date"] = patient.timeline.start + pd.Timedelta(days=first.day)
    return row | _flags(second.response if rules.confirmed else first.response, rules)


def _flags(followed: str, rules: Endpoints) -> dict[str, int]:
    """Responder and disease control (1 or 0) from the best response that is followed."""
    control = [*RESPONSE, "SD", *([] if rules.exclude_non_cr_non_pd else ["NON-CR/NON-PD"])]
    return {"responder": int(followed in RESPONSE), "disease_control": int(followed in control)}


def _duration(endpoint: Endpoint, patient: _Patient, rules: Endpoints) -> dict[str, Any]:
    """The endpoint's columns: from the patient's dates, else as the patients sheet states it, else only why not."""
    months, event, reason = endpoint.columns
    if _states(endpoint, patient):
        return {months: patient.given[months], event: patient.given[event], reason: "stated (patients)"}
    result = _derived(endpoint, patient, rules)
    return {months: result.months, event: result.event, reason: result.reason}


def _up_to_horizons(row: Mapping[str, Any], rules: Endpoints) -> dict[str, Any]:
    """The columns of endpoints that go on beyond the month at which the settings end them (docs/methods.md, 4.16)."""
    cut: dict[str, Any] = {}
    for endpoint in endpoints().values():
        months, event, reason = endpoint.columns
        known, last = row.get(months), endpoint.horizon(rules)
        if known is not None and last is not None and known > last * (1 + TOLERANCE):
            why = f"censored: followed beyond {last:g} months (endpoints.horizon_months)"
            cut |= {months: last, event: 0, reason: why}
    return cut


def _first_response(patient: _Patient, rules: Endpoints) -> FirstResponse | None:
    """The first response that counts, None without one."""
    if patient.timeline is None:
        return None
    return first_response(patient.timeline.for_response(rules.response_within_days), rules)


def _derived(endpoint: Endpoint, patient: _Patient, rules: Endpoints) -> TimeToEvent:
    """The endpoint from the patient's dates; without a time where they do not tell it."""
    origin: int | None = 0
    if patient.timeline is None or not patient.derives[endpoint.needs]:
        is_stated = endpoint.origin == "first_response" and "best_response" in patient.columns
        return TimeToEvent(None, None, RESPONSE_STATED if is_stated else NOT_DERIVED[endpoint.needs])
    if endpoint.origin == "first_response":
        responded = _first_response(patient, rules)
        origin = None if responded is None else responded.day
    if origin is None:
        return TimeToEvent(None, None, f"no {'confirmed ' if rules.confirmed else ''}response")
    return time_to_event(endpoint, patient.timeline, censoring=rules.censoring, origin=origin)


def _long_sd(best: str | None, months: float | None, event: int | None) -> int | None:
    """1 when the best response SD lasted longer than 4 months, 0 when not, None when censored before that."""
    if best is None:
        return None
    if best != "SD":
        return 0
    if months is not None and months > LONG_SD_MONTHS:
        return 1
    return 0 if event == 1 else None


def is_stated(table: pd.DataFrame, name: str) -> pd.Series:
    """Of whom `name` (response or an endpoint) is as the patients sheet states it; table: schema `endpoints`."""
    named = table.reindex(columns=["endpoints_stated"])["endpoints_stated"].fillna("")
    return named.map(lambda names: name in str(names).split(",")).astype(bool)


def evaluable(followed: pd.Series) -> pd.Series:
    """Which best responses belong in the evaluable denominator: known, and neither NE nor MISSING."""
    return followed.notna() & ~followed.isin(NOT_EVALUABLE)


@cache
def stated() -> tuple[str, ...]:
    """Names of the times that the patients sheet may state, each beside its event."""
    columns = schemas.load("patients")["properties"]
    return tuple(f"{name}_months" for name in endpoints() if f"{name}_months" in columns)
