"""What several domains of a CDISC study say of a subject: doses, death, last contact; and who was never treated.

The columns that are added to the subjects (DM, or ADSL alone) have names that no CDISC variable has.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from biomarkers.clinical.imports.cdisc_files import Dataset
from biomarkers.io import partial_dates, schemas, spellings
from biomarkers.stats import times

ALIVE = ("AE", "EX", "DS", "RS", "TR", "TU", "SS", "SV", "LB", "VS", "QS", "EG", "CM", "PR")
"""Domains whose dates tell that a subject was alive."""
DEATH = re.compile(r"\bdeath\b|\bdied\b|\bdead\b", re.IGNORECASE)
NOT_TREATED = re.compile(r"scrnfail|screen fail|notassgn|not assigned|nottrt|not treated", re.IGNORECASE)
"""Arms of subjects who were never treated (SDTM: ARMCD, ACTARMCD, ARMNRS)."""


START_DAY = "first dose day"


class Seen(NamedTuple):
    """Days of a subject, as dates (ISO 8601) or as study days; empty where none. died: Y where a domain says so."""

    first_dose: str = ""
    last_dose: str = ""
    death: str = ""
    last_contact: str = ""
    died: str = ""


ADDED = ("first dose", "last dose", "death", "last contact", "died")
"""Headings of the added columns with dates; those with study days end in `day`."""


def day_of(cell: str) -> str:
    """The first day that a date may be (ISO 8601); empty where there is none.

    >>> day_of("2014-07-02T11:45"), day_of("2014-07"), day_of("UNK")
    ('2014-07-02', '2014-07-01', '')
    """
    whole = spellings.days([cell]).get(cell, cell)
    if schemas.is_date(whole) and whole:
        return whole
    days = partial_dates.span(whole) if whole else None
    return "" if days is None else days.first


def study_day(cell: str) -> str:
    """A study day as it is; empty where it is none."""
    number = re.fullmatch(r"(-?\d+)(\.0*)?", cell)
    return number[1] if number and int(number[1]) else ""


def seen(found: Mapping[str, Sequence[Dataset]], *, in_days: bool) -> dict[str, Seen]:
    """What the domains tell of each subject."""
    read: Callable[[str], str] = study_day if in_days else day_of
    starts, ends = ("EXSTDY", "EXENDY") if in_days else ("EXSTDTC", "EXENDTC")
    doses: dict[str, list[str]] = {}
    last: dict[str, list[str]] = {}
    for row in (row for exposure in found.get("EX", []) for row in exposure.rows if _is_dose(row)):
        begins, stops = read(row.get(starts, "")), read(row.get(ends, ""))
        doses.setdefault(row["USUBJID"], []).append(begins)
        last.setdefault(row["USUBJID"], []).extend((begins, stops))
    deaths = _deaths(found, read, in_days=in_days)
    contacts: dict[str, list[str]] = {}
    for subject, day in _contacts(found, read, in_days=in_days):
        contacts.setdefault(subject, []).append(day)
    subjects = {*doses, *deaths, *contacts}
    return {
        subject: Seen(
            _least(doses.get(subject, []), in_days),
            _most(last.get(subject, []), in_days),
            deaths.get(subject, ""),
            _most(contacts.get(subject, []), in_days),
            "Y" if subject in deaths else "",
        )
        for subject in subjects
    }


def _is_dose(row: Mapping[str, str]) -> bool:
    """Whether a row of EX is treatment: one of dose 0 is none, but for a placebo (as in admiral)."""
    dose, drug = row.get("EXDOSE", ""), f"{row.get('EXTRT', '')} {row.get('EXDOSTXT', '')}"
    if row.get("EXOCCUR", "").upper() == "N":
        return False
    return not re.fullmatch(r"0+(\.0*)?", dose) or "PLACEBO" in drug.upper()


def _deaths(found: Mapping[str, Sequence[Dataset]], read: Callable[[str], str], *, in_days: bool) -> dict[str, str]:
    """Day of death by disposition (DS), survival status (SS) and fatal events (AE), the first that has one.

    Empty of those of whom a domain says the death and none the day.
    """
    day = "DY" if in_days else "DTC"
    told: dict[str, str] = {}
    for name, words, days in (
        ("DS", ("DSDECOD",), (f"DSST{day}", f"DS{day}")),
        ("SS", ("SSSTRESC", "SSORRES"), (f"SS{day}",)),
        ("AE", ("AEOUT",), (f"AEEN{day}",)),
    ):
        for row in (row for dataset in found.get(name, []) for row in dataset.rows):
            fatal = (
                row.get("AEOUT", "").upper() == "FATAL"
                if name == "AE"
                else any(DEATH.search(row.get(word, "")) for word in words)
            )
            raw = next((row[column] for column in days if row.get(column)), "") if fatal else ""
            if fatal and not told.get(row["USUBJID"]):
                told[row["USUBJID"]] = (read(raw) if in_days else raw) if read(raw) else ""
    return told


def _contacts(
    found: Mapping[str, Sequence[Dataset]], read: Callable[[str], str], *, in_days: bool
) -> Iterator[tuple[str, str]]:
    """Subject and day of everything that was dated, but death."""
    ending = "DY" if in_days else "DTC"
    for name in ALIVE:
        for dataset in found.get(name, []):
            days = [f"{name}{part}{ending}" for part in ("", "ST", "EN")]
            days = [heading for heading in days if heading in dataset.header]
            for row in dataset.rows:
                if name in ("DS", "SS") and any(DEATH.search(row.get(f"{name}{word}", "")) for word in WORDS):
                    continue
                for heading in days:
                    if day := read(row[heading]):
                        yield row["USUBJID"], day
    if not in_days:
        for row in (row for dataset in found.get("DM", []) for row in dataset.rows):
            for heading in ("RFPENDTC", "RFENDTC", "RFXENDTC"):
                if day := read(row.get(heading, "")):
                    yield row["USUBJID"], day


WORDS = ("DECOD", "TERM", "STRESC", "ORRES")


def _least(days: Iterable[str], in_days: bool) -> str:
    return min(filter(None, days), key=int if in_days else str, default="")


def _most(days: Iterable[str], in_days: bool) -> str:
    return max(filter(None, days), key=int if in_days else str, default="")


def was_not_treated(row: Mapping[str, str]) -> bool:
    """Whether the arm says that the subject was never treated."""
    return any(NOT_TREATED.search(row.get(name, "")) for name in ("ACTARMCD", "ACTARM", "ARMNRS")) or (
        not row.get("ACTARMCD") and any(NOT_TREATED.search(row.get(name, "")) for name in ("ARMCD", "ARM"))
    )


def with_start_day(subjects: Dataset, starts: Sequence[str]) -> Dataset:
    """The subjects with the study day of the first dose: days of SDTM count from RFSTDTC, which may be another day."""
    rows = []
    for row in subjects.rows:
        start = next((day for name in starts if (day := day_of(row.get(name, "")))), "")
        reference = day_of(row["RFSTDTC"])
        day = ""
        if start and reference:
            day = str(times.study_day(*map(datetime.date.fromisoformat, (start, reference))))
        rows.append(row | {START_DAY: day})
    return subjects._replace(header=[*dict.fromkeys([*subjects.header, START_DAY])], rows=rows)


def enriched(subjects: Dataset, told: Mapping[str, Seen], *, in_days: bool) -> Dataset:
    """The subjects with the columns `ADDED`; doses only of those whose arm does not say that they had none.

    In study days without EX, who is in the safety population (SAFFL) was treated from day 1 on.
    """
    names = [f"{name} day" if in_days else name for name in ADDED]
    exposed = any(own.first_dose for own in told.values())
    rows = []
    for row in subjects.rows:
        own = told.get(row["USUBJID"], Seen())
        if in_days and not exposed and row.get("SAFFL") == "Y":
            own = own._replace(first_dose="1")
        if was_not_treated(row):
            own = own._replace(first_dose="", last_dose="")
        rows.append(row | dict(zip(names, own, strict=True)))
    return subjects._replace(header=[*subjects.header, *names], rows=rows)
