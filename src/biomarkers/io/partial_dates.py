"""Dates of which a part is not known: the days that they may be (docs/methods.md, 4.12).

ISO 8601 and CDISC's --DTC (`2013-07`, `2013`, `2013---15`, `2013-07/2013-09`), and what data entry leaves of a date
(`2013-07-UN`, `UN/JUL/2013`, `00JUL2013`), and `2013年7月`. Which day is taken is not decided here.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

UNKNOWN = r"(?:un|unk|unkn|uk|nk|n/k|xx|xxx|xxxx|\?+|-+|00|0000)"
YEAR = r"(?:19|20|21)\d{2}"
MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
SEPARATOR = r"[-/. ]"
ISO = re.compile(rf"(?P<y>{YEAR})(?:-(?P<m>[01]\d|{UNKNOWN})(?:-(?P<d>[0-3]\d|{UNKNOWN}))?)?(?:T.*)?", re.IGNORECASE)
DAY_FIRST = re.compile(
    rf"(?:(?P<d>[0-3]?\d|{UNKNOWN}){SEPARATOR}?)?(?P<m>{'|'.join(MONTHS)}|{UNKNOWN}){SEPARATOR}?(?P<y>{YEAR})",
    re.IGNORECASE,
)
UNKNOWN_DAY_FIRST = re.compile(rf"(?:(?P<d>{UNKNOWN}){SEPARATOR})?(?P<m>[01]\d){SEPARATOR}(?P<y>{YEAR})", re.IGNORECASE)
CHINESE = re.compile(
    rf"(?P<y>{YEAR}) ?年(?: ?(?P<m>[01]?\d|{UNKNOWN}) ?月(?: ?(?P<d>[0-3]?\d|{UNKNOWN}) ?[日号])?)?", re.IGNORECASE
)
NOTHING = re.compile(rf"{UNKNOWN}(?:{SEPARATOR}?{UNKNOWN}){{0,2}}|--[01]\d(-[0-3]\d)?", re.IGNORECASE)


class Span(NamedTuple):
    """The first and the last day (ISO 8601) that a partial date may be."""

    first: str
    last: str


NO_DAY = Span("", "")
"""Of a date whose year is not known: any day."""


def spans(cells: Collection[str]) -> dict[str, Span]:
    """The cells that are partial dates.

    >>> spans({"2013-07", "UN/JUL/2013", "2013-07-15", "soon"})["2013-07"]
    Span(first='2013-07-01', last='2013-07-31')
    """
    found = {cell: span(cell) for cell in cells}
    return {cell: days for cell, days in found.items() if days is not None}


def span(cell: str) -> Span | None:
    """The days that a partial date may be; None for a whole date, and for what is none.

    >>> span("2013"), span("2013---15"), span("UNK-UNK-UNKN")
    (Span(first='2013-01-01', last='2013-12-31'), Span(first='2013-01-15', last='2013-12-15'), Span(first='', last=''))
    >>> span("2013-07/2013-09"), span("2013-07-15"), span("07/08/2013"), span("2013-02-30")
    (Span(first='2013-07-01', last='2013-09-30'), None, None, None)
    """
    bare = " ".join(cell.split())
    if NOTHING.fullmatch(bare):
        return NO_DAY
    ends = bare.split("/")
    if len(ends) == 2 and all(ISO.fullmatch(end) for end in ends):
        first, last = (_days(end) for end in ends)
        if first is not None and last is not None and first.first <= last.last:
            return Span(first.first, last.last)
        return None
    days = _days(bare)
    return days if days is not None and days.first < days.last else None


@cache
def _days(text: str) -> Span | None:
    """The days that a date may be, the same day twice for a whole one."""
    forms = (ISO, UNKNOWN_DAY_FIRST, DAY_FIRST, CHINESE)
    match = next((match for form in forms if (match := form.fullmatch(text)) is not None), None)
    if match is None:
        return None
    year = int(match["y"])
    month, day = (_number(match[part]) for part in ("m", "d"))
    months = range(1, 13) if month is None else [month]
    dates = []
    for one in months:
        if not 1 <= one <= 12:
            return None
        length = calendar.monthrange(year, one)[1]
        days = [1, length] if day is None else [day]
        dates += [datetime.date(year, one, number).isoformat() for number in days if 1 <= number <= length]
    return Span(min(dates), max(dates)) if dates else None


def _number(part: str | None) -> int | None:
    """A month or a day; None where it is not known."""
    if part is None or re.fullmatch(UNKNOWN, part, re.IGNORECASE):
        return None
    return MONTHS.get(part.casefold()) or int(part)
