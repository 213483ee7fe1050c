"""Numbers by the marks that a mapping declares: what stands before decimals, what between thousands (methods.md, 13.3).

The names are those of pandas, `decimal` and `thousands`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

SAME = {" ": "[ \u00a0\u2009\u202f]", "'": "['\u2019]"}
"""Marks that are written in several ways: blanks of any width, both apostrophes."""


class Marks(NamedTuple):
    """thousands: empty where nothing stands between them."""

    decimal: str
    thousands: str = ""

    def plain(self, text: str) -> str | None:
        """The number with a decimal point, and with the sign of a bound before it; None where it is none.

        >>> german = Marks(",", ".")
        >>> german.plain("1.050,5"), german.plain("1.050"), german.plain("12.5"), german.plain("<2,5")
        ('1050.5', '1050', None, '<2.5')
        >>> Marks(".", " ").plain("1\u202f050"), Marks(",").plain("1.050"), Marks(".", ",").plain("1050")
        ('1050', None, '1050')
        >>> german.plain("0.125")  # written with a decimal point: nothing sets thousands of 0 apart
        """
        found = _pattern(self).fullmatch(text)
        if found is None:
            return None
        whole = re.sub(r"\D", "", found["whole"])
        return found["sign"] + whole + (f".{found['part']}" if found["part"] else "") + (found["power"] or "")


@cache
def _pattern(marks: Marks) -> re.Pattern[str]:
    between = SAME.get(marks.thousands, re.escape(marks.thousands))
    groups = rf"[1-9]\d{{0,2}}(?:{between}\d{{3}})+|" if marks.thousands else ""
    return re.compile(
        rf"(?P<sign>(?:[<>]=?|[≤≥~])?\s*[+-]?)(?P<whole>{groups}\d*(?<=\d)|(?={re.escape(marks.decimal)}\d))"
        rf"(?:{re.escape(marks.decimal)}(?P<part>\d*))?(?P<power>[eE][+-]?\d+)?"
    )


def declared(decimal: str | None, thousands: str | None) -> Marks | None:
    """The marks of a mapping; None where it says nothing, and where both are the same.

    >>> declared(None, "."), declared(None, " "), declared(",", None), declared(",", ",")
    (Marks(decimal=',', thousands='.'), Marks(decimal='.', thousands=' '), Marks(decimal=',', thousands=''), None)
    """
    if (decimal is None and thousands is None) or decimal == thousands:
        return None
    return Marks(decimal or ("," if thousands == "." else "."), thousands or "")
