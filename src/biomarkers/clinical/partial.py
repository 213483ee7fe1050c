"""Which day a partial date of the sheets stands for (docs/methods.md, 4.12).

As read, a column has the first day that each of its dates may be, and its neighbor (`LATEST`) the last. The rules are
those of ADaM as admiral states them: onsets, new therapies, death and last contact on the first day, but not before
what is known to precede them; assessments on the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from biomarkers.errors import log
from biomarkers.io.cells import LATEST

NOTE = "date_note"
"""Column of the settled patients: which of their dates were partial, in words for `endpoint_note`."""


def complete(sheets: Mapping[str, pd.DataFrame], paths: Mapping[str, object]) -> dict[str, pd.DataFrame]:
    """The sheets with one day for each partial date, said in a warning and in `NOTE` of the patients.

    sheets: by schema, with all days as dates (`study_days.on_dates`); `patients` must be among them.
    """
    if not any(str(column).endswith(LATEST) for frame in sheets.values() for column in frame):
        return dict(sheets)
    found = {name: frame.copy() for name, frame in sheets.items()}
    people = found["patients"]
    notes: dict[str, list[str]] = {}
    start = _by_patient(people, "treatment_start")
    alive_by = _last_seen(found, start)

    for column, known in (("last_alive_date", alive_by), ("new_therapy_date", [start])):
        _first(people, column, not_before=known, notes=notes, path=str(paths["patients"]))
    alive_by = [*alive_by, _by_patient(people, "last_alive_date")]
    _first(people, "death_date", not_before=alive_by, notes=notes, path=str(paths["patients"]))
    death = _by_patient(people, "death_date")
    last = {"patients": "last_dose", "assessments": "date", "lesions": "date", "adverse_events": "end"}
    for name, column in last.items():
        if name in found:
            _last(found[name], column, not_after=death, notes=notes, path=str(paths[name]))
    if "adverse_events" in found:
        _onsets(found["adverse_events"], start, str(paths["adverse_events"]))
    if "pdl1" in found:
        _specimens(found["pdl1"], start, str(paths["pdl1"]))
    if notes:
        people[NOTE] = people["patient"].map({patient: "; ".join(said) for patient, said in notes.items()})
    return {
        name: frame.drop(columns=[column for column in frame if str(column).endswith(LATEST)])
        for name, frame in found.items()
    }


def _by_patient(people: pd.DataFrame, column: str) -> pd.Series:
    if column not in people:
        return pd.Series(dtype="datetime64[ns]")
    return people.drop_duplicates("patient").set_index("patient")[column]


def _last_seen(sheets: Mapping[str, pd.DataFrame], start: pd.Series) -> list[pd.Series]:
    """Days on which patients were alive: the start of treatment, and the first day of each visit's date."""
    found = [start]
    for name in ("assessments", "lesions"):
        if name in sheets:
            found.append(sheets[name].groupby("patient")["date"].max())
    return [*found, _by_patient(sheets["patients"], "last_dose")]


def _partial(frame: pd.DataFrame, column: str) -> pd.Series:
    """Which rows have a partial date in a column."""
    if column + LATEST not in frame:
        return pd.Series(False, index=frame.index)
    return frame[column].notna() & (frame[column] < frame[column + LATEST])


def _first(
    frame: pd.DataFrame, column: str, *, not_before: list[pd.Series], notes: dict[str, list[str]], path: str
) -> None:
    """Take the first day, or the latest of those in `not_before` that the date may be."""
    rows = _partial(frame, column)
    if not rows.any():
        return
    taken, latest = frame[column].copy(), frame[column + LATEST]
    for known in not_before:
        floor = pd.to_datetime(frame["patient"].map(known))
        taken = taken.where(~(rows & (floor > taken) & (floor <= latest)), floor)
    frame[column] = taken
    _note(frame[rows], column, notes)
    _say(path, column, rows, "the first day that they may be, not before what is known to precede it")


def _last(frame: pd.DataFrame, column: str, *, not_after: pd.Series, notes: dict[str, list[str]], path: str) -> None:
    """Take the last day, or the day in `not_after` if it is one that the date may be."""
    rows = _partial(frame, column)
    if not rows.any():
        return
    first, latest = frame[column], frame[column + LATEST]
    ceiling = pd.to_datetime(frame["patient"].map(not_after))
    taken = latest.where(~((ceiling >= first) & (ceiling < latest)), ceiling)
    frame[column] = first.where(~rows, taken)
    if column != "end":
        _note(frame[rows], column, notes)
    _say(path, column, rows, "the last day that they may be, not after death")


def _onsets(events: pd.DataFrame, start: pd.Series, path: str) -> None:
    """The first day; the first dose where it is one that the date may be and the event had not ended by then."""
    rows = _partial(events, "onset")
    if not rows.any():
        return
    starts = pd.to_datetime(events["patient"].map(start))
    latest = events["onset" + LATEST]
    if "end" in events:
        latest = latest.where(~(events["end"] < latest), events["end"])
    within = rows & (events["onset"] < starts) & (starts <= latest)
    events["onset"] = events["onset"].where(~within, starts)
    _say(path, "onset", rows, "the first day that they may be, the first dose where it lies among them")


def _specimens(specimens: pd.DataFrame, start: pd.Series, path: str) -> None:
    """The last day; undated where the start of treatment lies among the days, since it may precede the specimen."""
    rows = _partial(specimens, "collected")
    if not rows.any():
        return
    starts = pd.to_datetime(specimens["patient"].map(start))
    latest = specimens["collected" + LATEST]
    open_ones = rows & (specimens["collected"] <= starts) & (starts < latest)
    specimens["collected"] = latest.where(~open_ones)
    specimens["partial_date"] = rows.map({True: "yes", False: None})
    _say(path, "collected", rows, "the last day that they may be; undated where the start of treatment lies among them")


def _note(rows: pd.DataFrame, column: str, notes: dict[str, list[str]]) -> None:
    for patient, days in rows.groupby("patient")[column]:
        shown = ", ".join(f"{day:%Y-%m-%d}" for day in sorted(set(days)))
        notes.setdefault(str(patient), []).append(f"{column} {shown} stands for a partial date")


def _say(path: str, column: str, rows: pd.Series, rule: str) -> None:
    lines = [str(line) for line in rows.index[rows]]
    shown = ", ".join(lines[:10]) + (", ..." if len(lines) > 10 else "")
    count = f"{len(lines)} partial date{'s stand' if len(lines) > 1 else ' stands'}"
    log.warning("%s: %s: %s for %s (line%s %s)", path, column, count, rule, "s" * (len(lines) > 1), shown)
