"""Days as other people write them: read by a declared format, or where only one reading is possible.

Which of two numbers is the day and which the month is never guessed (docs/methods.md, 13.4).
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from biomarkers.io import schemas, spellings

EXPECTED = "YYYY, YY, MM, M, DD, D or MON and what stands between them, such as DD.MM.YYYY, or excel"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier",
            "feb february februar févr février",
            "mar march mär märz mrz mars",
            "apr april avr avril",
            "may mai",
            "jun june juni juin",
            "jul july juli juil juillet",
            "aug august août",
            "sep sept september septembre",
            "oct october okt oktober octobre",
            "nov november novembre",
            "dec december dez dezember déc décembre",
        ),
        1,
    )
    for name in names.split()
}
TOKENS = {
    "YYYY": r"(?P<year>(?:19|20|21)\d\d)",
    "YY": r"(?P<short>\d\d)",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
    "MON": r"(?P<name>[^\W\d_]{3,9})\.?",
}
TIME = r"(?:[T :]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp][Mm])?Z?)?"
"""A time of day after the day, which is left out."""
CENTURY = 69
"""Two-digit years below are of the 2000s, others of the 1900s (POSIX, strptime)."""
FIRST_SERIAL, LAST_SERIAL = 367, 109574
"""Spreadsheet day numbers that are read: 1901-01-01, after 29 February 1900 which never was, to 2199-12-31."""
UNSURE = re.compile(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{1,2}|\d{4})" + TIME)
ALWAYS_CLEAR = (
    *("YYYY/MM/DD", "YYYY.MM.DD", "YYYY年MM月DD日", "YYYY年MM月DD号", "YYYYMMDD"),
    *("DDMONYYYY", "DD-MON-YYYY", "DD MON YYYY", "MON DD, YYYY", "YYYY-MM-DD"),
)
"""Ways of writing a day that can be read in one way only; no format need be named."""


class Format(NamedTuple):
    """How days are written: the words of the mapping, and the pattern of them; None for a spreadsheet's numbers."""

    said: str
    pattern: re.Pattern[str] | None

    def read(self, text: str) -> str | None:
        """The day in ISO 8601; None where the text is no such day.

        >>> compiled("DD.MM.YYYY").read("3.4.2021"), compiled("MM/DD/YYYY").read("14/03/2021")
        ('2021-04-03', None)
        >>> compiled("DDMONYYYY").read("14MAR2021"), compiled("excel").read("44269")
        ('2021-03-14', '2021-03-14')
        """
        if self.pattern is None:
            return _of_serial(text)
        found = self.pattern.fullmatch(re.sub(r" *([年月]) *| +(?=[日号])", r"\1", text))
        if found is None:
            return None
        parts = found.groupdict()
        year = int(parts.get("year") or 0)
        if parts.get("short"):
            year = int(parts["short"]) + (2000 if int(parts["short"]) < CENTURY else 1900)
        month = MONTHS.get(parts["name"].casefold(), 0) if parts.get("name") else int(parts["month"])
        try:
            return datetime.date(year, month, int(parts["day"])).isoformat()
        except ValueError:
            return None

    def read_any(self, text: str) -> str | None:
        """The day of this format or, as cells of a workbook that are days among cells of text, in ISO 8601.

        A format that begins with the year is asked for alone, since it may be another order of month and day.

        >>> compiled("DD.MM.YYYY").read_any("2021-04-03"), compiled("YYYY-DD-MM").read_any("2021-04-13")
        ('2021-04-03', None)
        """
        day = self.read(text)
        return day if day is not None or self.said.upper().startswith("Y") else CLEAR[-1].read(text)


def compiled(said: str) -> Format | None:
    """The format of these words; None where they name not just one day, one month and one year.

    >>> compiled("DD.MM"), compiled("DD/DD/YYYY")
    (None, None)
    """
    if said.strip().casefold() == "excel":
        return Format("excel", None)
    names: list[str] = []

    def token(found: re.Match[str]) -> str:
        names.append(found[0])
        return TOKENS[found[0]]

    body = "".join(
        token(found) if (found := re.fullmatch("YYYY|YY|MON|MM|M|DD|D", part)) else re.escape(part)
        for part in re.split("(YYYY|YY|MON|MM|M|DD|D)", said.strip().upper())
    )
    kinds = sorted(name[0] for name in names)
    if kinds != ["D", "M", "Y"]:
        return None
    if re.fullmatch(r"[A-Z]+", said.strip().upper()):
        body = body.replace(r"\d{1,2}", r"\d{2}")  # Without anything between them only two digits tell them apart.
    return Format(said.strip(), re.compile(body.replace(r"\ ", r"\s+") + TIME))


CLEAR = [made for said in ALWAYS_CLEAR if (made := compiled(said)) is not None]


def clear(text: str) -> str | None:
    """The day of a text that can be read in one way only; None for others.

    >>> clear("2021-03-14T08:00"), clear("14-Mar-2021"), clear("2021/3/14"), clear("14/03/2021")
    ('2021-03-14', '2021-03-14', '2021-03-14', None)
    """
    iso = spellings.days([text]).get(text, text)
    if schemas.is_date(iso):
        return iso
    return next((day for made in CLEAR if (day := made.read(text))), None)


def is_unsure(text: str) -> bool:
    """Whether a text is a day of which the mapping must say how it is written."""
    return UNSURE.fullmatch(text) is not None


def proposal(texts: list[str]) -> str:
    """What a person may write as format of such days, and which cell tells.

    >>> proposal(["03/04/2021", "14/03/2021"])
    "DD/MM/YYYY ('14/03/2021' can only be day first)"
    >>> proposal(["03.04.21"])
    'DD.MM.YY or MM.DD.YY or YY.MM.DD: which is the day cannot be told from them'
    """
    found = [match for text in texts if (match := UNSURE.fullmatch(text))]
    mark, year = found[0][2], "YYYY" if len(found[0][4]) == 4 else "YY"
    if year == "YY":  # Of years such as 24 any of the three may be the year.
        orders = [f"DD{mark}MM{mark}YY", f"MM{mark}DD{mark}YY", f"YY{mark}MM{mark}DD"]
        fitting = [order for order in orders if (made := compiled(order)) and all(map(made.read, texts))]
        if len(fitting) == 1:
            return f"{fitting[0]} (all of them are days in this order only)"
        return f"{' or '.join(fitting or orders)}: which is the day cannot be told from them"
    day_first, month_first = f"DD{mark}MM{mark}{year}", f"MM{mark}DD{mark}{year}"
    days = next((match[0] for match in found if int(match[1]) > 12), None)
    months = next((match[0] for match in found if int(match[3]) > 12), None)
    if days and not months:
        return f"{day_first} ('{days}' can only be day first)"
    if months and not days:
        return f"{month_first} ('{months}' can only be month first)"
    if days and months:
        return f"one order: '{days}' can only be day first, '{months}' only month first"
    return f"{day_first} or {month_first}: which is the day cannot be told from them"


def _of_serial(text: str) -> str | None:
    """The day of a spreadsheet's number (1900 system: 1 is 1900-01-01)."""
    found = re.fullmatch(r"(\d{1,6})(\.\d+)?", text)
    if found is None or not FIRST_SERIAL <= int(found[1]) <= LAST_SERIAL:
        return None
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(found[1]))).isoformat()
