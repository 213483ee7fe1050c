"""Dates and study days of the sheets on one axis per patient (docs/methods.md, 4.11), and partial dates (4.12).

Study days are CDISC's: 1 is the day of the first dose, -1 the day before, and there is no day 0. Every stage reads
the dates of a sheet; where the sheet has days instead, they stand there on an axis that begins at `ORIGIN`, which is no
date: `in_study_days` of the patients says whose they are, and neither a table nor a message shows them as dates.

As read, a column has the first day that each of its partial dates may be, and its neighbor (`LATEST`) the last. The
rules are those of ADaM as admiral states them: onsets, new therapies, death and last contact on the first day, but not
before what is known to precede them; assessments on the last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import pandas as pd

from biomarkers.errors import Problem, Problems, count, first_few, log
from biomarkers.io import schemas
from biomarkers.io.cells import LATEST

ORIGIN = pd.Timestamp("2000-01-01")
"""Day 1 of patients whose dates are days."""

IN_DAYS = "in_study_days"
"""Column of the settled patients: 1 where the dates are study days on the axis of `ORIGIN`, else 0."""


class Columns(NamedTuple):
    """A column of dates and the one that may have study days instead."""

    date: str
    day: str


def columns(sheet: str) -> list[Columns]:
    """The dates of a sheet, each with its study day."""
    rules = schemas.load(sheet)["properties"]
    return [Columns(name, rule["x-day"]) for name, rule in rules.items() if "x-day" in rule]


def elapsed(days: pd.Series) -> pd.Series:
    """Days after day 1 of study days.

    >>> elapsed(pd.Series([-1, 1, 15])).tolist()
    [-1, 0, 14]
    """
    numbers = days.astype("Int64")
    return numbers - (numbers > 0).astype("Int64")


def is_used(sheets: Mapping[str, pd.DataFrame]) -> bool:
    """Whether any sheet has a column of study days."""
    return any(pair.day in frame for name, frame in sheets.items() for pair in columns(name))


def in_days(patients: pd.DataFrame) -> set[str]:
    """Patients whose dates are study days; patients: as settled, or as read."""
    return set(patients.loc[patients[IN_DAYS] == 1, "patient"]) if IN_DAYS in patients else set()


def without_dates(table: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """A table by patient whose dates are empty where they are study days; patients: as settled."""
    dates = table.select_dtypes("datetime").columns
    return table.assign(**{column: table[column].mask(table["patient"].isin(in_days(patients))) for column in dates})


def treated(patients: pd.DataFrame) -> pd.Series | None:
    """Who was treated, by row of the patients sheet as read; None where the sheet does not say it."""
    told = [column for column in ("treatment_start", "start_day") if column in patients]
    return patients[told].notna().any(axis=1) if told else None


def on_dates(
    sheets: Mapping[str, pd.DataFrame], paths: Mapping[str, object], problems: Problems, *, complete: bool
) -> dict[str, pd.DataFrame]:
    """The sheets with every study day as a date: of the patient's own axis, else of that of `ORIGIN`.

    sheets: as read, by schema; `patients` must be among them. Without any column of study days they are returned as
    they are. complete: whether all sheets that say who was treated are there, so that a patient of whom nothing does
    is a problem. A patient has dates, or days, or a start of treatment that joins the two; else it is a problem.
    """
    if not is_used(sheets):
        return dict(sheets)
    people = sheets["patients"].copy()
    if "treatment_start" not in people:
        people["treatment_start"] = pd.Series(pd.NaT, index=people.index, dtype="datetime64[ns]")
    # Who was never treated may have days, too, from another day on, which order what is known of the patient.
    by_day = people["treatment_start"].isna() & people["patient"].isin(_with_days(sheets))
    was_treated = people["start_day"].notna() if "start_day" in people else by_day
    if complete and not {"treatment_start", "start_day"} & set(sheets["patients"].columns):
        expected = "that column beside the study days, 1 for who was treated and empty for who was not: no day is given"
        for line, patient in people.loc[~by_day, "patient"].dropna().items():
            problem = Problem(str(paths["patients"]), "start_day", None, f"{expected} for {patient}", int(str(line)))
            problems.add(problem)
    people["treatment_start"] = people["treatment_start"].mask(by_day & was_treated, ORIGIN)
    people[IN_DAYS] = by_day.astype("Int64")
    starts = people.drop_duplicates("patient").set_index("patient")
    first = elapsed(starts["start_day"].fillna(1)) if "start_day" in starts else 0
    zero = starts["treatment_start"].mask(starts[IN_DAYS] == 1, ORIGIN) - pd.to_timedelta(first, unit="D")
    named = set(people.loc[by_day, "patient"])
    settled: dict[str, pd.DataFrame] = {}
    for name, frame in {**sheets, "patients": people}.items():
        own = frame.copy()
        for pair in columns(name):
            if pair.date != "treatment_start" and {*pair} & {*own.columns}:
                _merge(own, pair, zero, named, str(paths.get(name, name)), problems)
        settled[name] = own.drop(columns=[pair.day for pair in columns(name) if pair.day in own])
    return settled


def _with_days(sheets: Mapping[str, pd.DataFrame]) -> set[str]:
    """Patients of whom any sheet has a study day."""
    found: set[str] = set()
    for name, frame in sheets.items():
        given = [pair.day for pair in columns(name) if pair.day in frame]
        found |= set(frame.loc[frame[given].notna().any(axis=1), "patient"]) if given else set()
    return found


def _merge(
    frame: pd.DataFrame, pair: Columns, zero: pd.Series, by_day: Collection[str], path: str, problems: Problems
) -> None:
    """Write the study days of a pair of columns into its dates; `zero`: the day of elapsed 0, by patient."""
    if pair.date not in frame:
        frame[pair.date] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    dates = frame[pair.date]
    latest = frame.get(pair.date + LATEST, dates)
    days = frame[pair.day] if pair.day in frame else pd.Series(pd.NA, index=frame.index, dtype="Int64")
    in_days = frame["patient"].isin(by_day)
    for line, patient, date in zip(frame.index, frame["patient"], dates.where(in_days & days.isna()), strict=True):
        if pd.notna(date):
            expected = f"a study day in {pair.day}: {patient} has no treatment_start, which would join dates and days"
            problems.add(Problem(path, pair.date, f"{date:%Y-%m-%d}", expected, int(str(line))))
    counted = pd.to_datetime(frame["patient"].map(zero)) + pd.to_timedelta(elapsed(days), unit="D")
    differ = ~in_days & dates.notna() & counted.notna() & ((counted < dates) | (counted > latest))
    for line, date, day, stands in zip(frame.index, counted, days, dates, strict=True):
        if differ[line]:
            expected = f"the study day of {stands:%Y-%m-%d} in {pair.date}; day {day} is {date:%Y-%m-%d}"
            problems.add(Problem(path, pair.day, day, expected, int(str(line))))
    frame[pair.date] = dates.where(counted.isna(), counted)
    if pair.date + LATEST in frame:
        frame[pair.date + LATEST] = latest.where(counted.isna(), counted)


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

    for column, known in (("last_alive_date", alive_by), ("new_therapy_date", start)):
        _first(people, column, not_before=known, notes=notes, path=str(paths["patients"]))
    alive_by = pd.concat([alive_by, _by_patient(people, "last_alive_date")])
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


def _last_seen(sheets: Mapping[str, pd.DataFrame], start: pd.Series) -> pd.Series:
    """Days on which patients were alive: the start of treatment, the last dose, the first day of each visit's date."""
    visits = [sheets[name].set_index("patient")["date"] for name in ("assessments", "lesions") if name in sheets]
    days: pd.Series = pd.concat([start, *visits, _by_patient(sheets["patients"], "last_dose")])
    return days


def _partial(frame: pd.DataFrame, column: str) -> pd.Series:
    """Which rows have a partial date in a column."""
    if column + LATEST not in frame:
        return pd.Series(False, index=frame.index)
    return frame[column].notna() & (frame[column] < frame[column + LATEST])


def _first(frame: pd.DataFrame, column: str, *, not_before: pd.Series, notes: dict[str, list[str]], path: str) -> None:
    """Take the first day, or the latest of those in `not_before` (any number a patient) that the date may be."""
    rows = _partial(frame, column)
    if not rows.any():
        return
    known = frame.loc[rows, ["patient", column, column + LATEST]].join(not_before.rename("known"), on="patient")
    within = known[(known["known"] > known[column]) & (known["known"] <= known[column + LATEST])]
    floor = within.groupby(level=0)["known"].max()
    frame.loc[floor.index, column] = floor
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
    lines = rows.index[rows]
    stand = count(len(lines), "partial date stands", "partial dates stand")
    log.warning("%s: %s: %s for %s (line%s %s)", path, column, stand, rule, "s" * (len(lines) > 1), first_few(lines))
