"""One row of endpoints per patient, from dates and visit responses or from endpoints stated in the patients sheet.

Nobody is dropped: a never-treated patient keeps a row with empty endpoints and the reason. Rules: docs/endpoints.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from biomarkers.clinical.response import (
    NOT_EVALUABLE,
    RESPONSE,
    best_response,
    first_response,
)
from biomarkers.clinical.time_to_event import CENSORING, TimeToEvent, overall_survival
from biomarkers.clinical.timeline import Rules, Timeline

if TYPE_CHECKING:
    import pandas as pd

LONG_SD_MONTHS = 4
"""SD longer than 4 months (121.75 days) counts as lasting (design/methods.md section 3)."""

NEVER_TREATED = "never treated (patients)"


def derive(patients: pd.DataFrame, assessments: pd.DataFrame | None, rules: Rules) -> pd.DataFrame:
    """Endpoints, one row per patient in the order of `patients`.

    patients: `patient` and, where known, `treatment_start death_date last_alive_date new_therapy_date` (datetimes),
    or stated endpoints `best_response confirmed_best_response pfs_months pfs_event os_months os_event`.
    assessments: `patient date response` of one evaluator, in any order, optionally `source` (name of the table, for
    the reasons); None when there is no such table. Durations in months of 30.4375 days.
    """
    import pandas as pd

    by_patient = {} if assessments is None else dict(list(assessments.groupby("patient", sort=False)))
    rows = []
    for values in patients.to_dict("records"):
        record = {str(column): value for column, value in values.items()}
        own = by_patient.get(record["patient"])
        rows.append(_endpoints(record, own, assessments is not None, rules))
    columns = {key: [row.get(key) for row in rows] for key in COLUMNS}
    frame = pd.DataFrame(columns, columns=[*COLUMNS], index=patients.index)
    return frame.astype({key: kind for key, kind in COLUMNS.items() if kind != "object"})


def derive_both(patients: pd.DataFrame, assessments: pd.DataFrame | None, rules: Rules) -> pd.DataFrame:
    """As `derive`; where the visit interval is known, PFS and DOR by the other censoring preset stand beside it.

    The further columns end in that preset's name: `pfs_months_fda`, ...
    """
    frame = derive(patients, assessments, rules)
    other = other_preset(rules.censoring, rules.visit_interval_days)
    if other is None:
        return frame
    second = derive(patients, assessments, replace(rules, censoring=other))
    return frame.assign(**{f"{column}_{other}": second[column] for column in BY_PRESET})


def other_preset(censoring: str, visit_interval_days: int | None) -> str | None:
    """The censoring preset that stands beside the chosen one; None where the visit interval is not known."""
    return None if visit_interval_days is None else next(preset for preset in CENSORING if preset != censoring)


def column_names(censoring: str, visit_interval_days: int | None) -> list[str]:
    """Columns that `derive_both` gives under these rules."""
    other = other_preset(censoring, visit_interval_days)
    return [*COLUMNS, *(f"{column}_{other}" for column in BY_PRESET if other)]


COLUMNS = {
    "patient": "object",
    "best_response": "object",
    "best_response_date": "datetime64[ns]",
    "confirmed_best_response": "object",
    "responder": "Int64",
    "disease_control": "Int64",
    "sd_gt_4_months": "Int64",
    "pfs_months": "float64",
    "pfs_event": "Int64",
    "pfs_reason": "object",
    "os_months": "float64",
    "os_event": "Int64",
    "os_reason": "object",
    "dor_months": "float64",
    "dor_event": "Int64",
    "dor_reason": "object",
    "treated": "Int64",
    "endpoint_note": "object",
}
"""Columns of the endpoints table and their types."""

BY_PRESET = [f"{name}_{part}" for name in ("pfs", "dor") for part in ("months", "event", "reason")]
"""Columns that depend on the censoring preset."""


def _endpoints(
    record: Mapping[str, Any], own: pd.DataFrame | None, has_assessments: bool, rules: Rules
) -> dict[str, Any]:
    """The endpoints of one patient; keys that are absent are missing."""
    import pandas as pd

    given = {key: value for key, value in record.items() if pd.notna(value)}
    start, stated = given.get("treatment_start"), _stated(given)
    row: dict[str, Any] = {"patient": record["patient"]}
    too_late = start is not None and rules.cutoff is not None and start > rules.cutoff
    if too_late or (start is None and not stated):
        reason = "treatment started after the data cutoff (patients)" if too_late else NEVER_TREATED
        return row | {"treated": 0} | {f"{name}_reason": reason for name in ("pfs", "os", "dor")}
    row["treated"] = 1
    notes: list[str] = []
    timeline = None if start is None else Timeline.build(start, given, own, rules, notes)
    if timeline is not None and has_assessments and (own is not None or "best_response" not in given):
        row |= _response(timeline, rules)
    elif "best_response" in record:
        best = given.get("best_response", "MISSING")
        row |= {"best_response": best, "confirmed_best_response": given.get("confirmed_best_response")}
        row["dor_reason"] = "not derived: response is stated (patients)"
        row |= _flags(best if row["confirmed_best_response"] is None else row["confirmed_best_response"], rules)
    else:
        row["dor_reason"] = "not derived: no assessments given"
    row |= _progression(timeline, given, has_assessments, own is not None, rules)
    row |= _survival(timeline, given, record)
    row["sd_gt_4_months"] = _long_sd(row.get("best_response"), row.get("pfs_months"), row.get("pfs_event"))
    row["endpoint_note"] = "; ".join(notes) or None
    return row


def _response(timeline: Timeline, rules: Rules) -> dict[str, Any]:
    """Best responses, what follows from them, and the duration of response."""
    import pandas as pd

    visits = timeline.for_response(rules.response_within_days)
    confirmation: dict[str, Any] = {
        "confirmation_days": rules.confirmation_days,
        "allow_pr_sd_pr": rules.allow_pr_sd_pr,
    }
    best, confirmed = (
        best_response(visits, confirmed=c, minimum_sd_days=rules.minimum_sd_days, **confirmation) for c in (False, True)
    )
    row: dict[str, Any] = {
        "best_response": best.response,
        "best_response_date": None if best.day is None else timeline.start + pd.Timedelta(days=best.day),
        "confirmed_best_response": confirmed.response,
    }
    row |= _flags(confirmed.response if rules.confirmed else best.response, rules)
    since = first_response(visits, confirmed=rules.confirmed, **confirmation)
    lasting = TimeToEvent(None, None, f"no {'confirmed ' if rules.confirmed else ''}response")
    if since is not None:
        lasting = timeline.to_event(rules, origin=since)
    return row | {"dor_months": lasting.months, "dor_event": lasting.event, "dor_reason": lasting.reason}


def _flags(followed: str, rules: Rules) -> dict[str, int]:
    """Responder and disease control (1 or 0) from the best response that is followed."""
    control = [*RESPONSE, "SD", *(["NON-CR/NON-PD"] if rules.non_cr_non_pd_is_control else [])]
    return {"responder": int(followed in RESPONSE), "disease_control": int(followed in control)}


def _progression(
    timeline: Timeline | None, given: Mapping[str, Any], has_assessments: bool, visited: bool, rules: Rules
) -> dict[str, Any]:
    if "pfs_months" in given and not (timeline is not None and visited):
        return _taken(given, "pfs")
    if timeline is None or not has_assessments or ("best_response" in given and not visited):
        return {"pfs_reason": "not derived: no assessments given"}
    result = timeline.to_event(rules)
    return {"pfs_months": result.months, "pfs_event": result.event, "pfs_reason": result.reason}


def _survival(timeline: Timeline | None, given: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    if "os_months" in given and not (timeline is not None and {"death_date", "last_alive_date"} & given.keys()):
        return _taken(given, "os")
    if timeline is None or not {"death_date", "last_alive_date"} & record.keys():
        return {"os_reason": "not derived: no dates of death or last contact given"}
    result = overall_survival(
        death=timeline.death,
        last_alive=timeline.last_alive,
        last_visit=max((visit.day for visit in timeline.visits), default=None),
        cutoff=timeline.cutoff,
    )
    return {"os_months": result.months, "os_event": result.event, "os_reason": result.reason}


def _long_sd(best: str | None, months: float | None, event: int | None) -> int | None:
    """1 when the best response SD lasted longer than 4 months, 0 when not, None when censored before that."""
    if best is None:
        return None
    if best != "SD":
        return 0
    if months is not None and months > LONG_SD_MONTHS:
        return 1
    return 0 if event == 1 else None


def evaluable(followed: pd.Series) -> pd.Series:
    """Which best responses belong in the evaluable denominator: known, and neither NE nor MISSING."""
    return followed.notna() & ~followed.isin(NOT_EVALUABLE)


def _stated(given: Mapping[str, Any]) -> bool:
    return any(key in given for key in ("best_response", "confirmed_best_response", "pfs_months", "os_months"))


def _taken(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        f"{name}_months": given[f"{name}_months"],
        f"{name}_event": given[f"{name}_event"],
        f"{name}_reason": "stated (patients)",
    }
