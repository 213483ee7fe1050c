"""Numbers and days in other spellings: decimal commas, days with a time (docs/methods.md, 11.5)."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
POINTED = re.compile(r"[+-]?\d*\.\d*")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
GROUPED = re.compile(r"[+-]?\d{1,3}((\.\d{3})+,\d+|(,\d{3})+(\.\d+)?)")
MARKED = re.compile(r"[+-]?\d{1,3}([., '\u00a0\u2009\u202f\u2019]\d{3})+([.,]\d+)?")
"""A number with marks between its thousands, or what may be one."""
_SOME = r"\d+(?:[.,]\d+)?\s*%?"
INEXACT = re.compile(
    rf"(?:[<>]=?|[\u2264\u2265~\u2248]|ca\.?|circa|about|approx\.?|etwa|env\.?)\s*{_SOME}"
    rf"|{_SOME}\s*(?:-|\u2013|\u2014|to|bis|à|a)\s*{_SOME}|{_SOME}\s*\+",
    re.IGNORECASE,
)
"""A bound, a range or an approximate value, which is no number."""
NO_NUMBER = "a range, bound or approximate value is no number"
DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:(?:T|\s+)([01]\d|2[0-4]):?[0-5]\d(:?[0-6]\d([.,]\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
    r"|T([01]\d|2[0-4]|-)(:([0-5]\d|-)){0,2})"
)
"""A day and a time of ISO 8601, whose zone does not change the day that was written; parts of the time may lack (`T13`,
`T-:30`, as in CDISC's --DTC)."""

DAY_ELSEWHERE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})|\d{4}[./]\d{1,2}[./]\d{1,2}|\d{5}"
    r"|\d{1,2}[ .-]*[^\W\d]{3,}[ .,-]*(\d{4}|\d{2})|[^\W\d]{3,}[ .]*\d{1,2}, *\d{4}"
    r"|\d{4} *年 *\d{1,2} *月 *\d{1,2} *[日号]"
)
"""Days as people and spreadsheets write them, in any order of their parts; which it is only a mapping can say."""

UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters that no program shows: blanks of no width, soft hyphens, marks of the direction of writing."""

FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: " "}
"""Letters, digits and signs as wide as a Chinese letter, and those that they are."""

OF_NUMBERS = b"0123456789+-.eE"
"""The signs of which plain numbers are made."""


def like(identifier: str) -> str:
    """An identifier without case, punctuation and leading zeros: P-007 and p7 are alike, 12.0 and 12 are.

    >>> like("P-007"), like("p7"), like("P70"), like("12.0")
    ('p7', 'p7', 'p70', '12')
    """
    text = re.sub(r"[^a-z0-9]", "", re.sub(r"^(\d+)\.0+$", r"\1", identifier.casefold()))
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)


def half_width(text: str) -> str:
    r"""A text with letters, digits and signs of full width as the usual ones; what else it holds stays.

    >>> half_width("\uff11\uff12\uff0e\uff15\uff05\uff08\uff33\uff24\uff09 \u00b2")
    '12.5%(SD) ²'
    """
    return text if text.isascii() else text.translate(FULL_WIDTH)


def seen(rows: list[list[str]], header: Sequence[str], properties: Mapping[str, Any]) -> tuple[list[list[str]], int]:
    r"""Rows of half width whose texts have no character that cannot be seen, and how many cells had one.

    A text is what its column's rule lets people write: no number, known word, name that reaches a path, or day.

    >>> seen([["P1", "rash\u200b"], ["P2", "rash"]], ["patient", "term"], {"patient": {"pattern": "^P"}})
    ([['P1', 'rash'], ['P2', 'rash']], 1)
    """
    rules = [properties.get(column, {}) for column in header]
    is_text = [
        r.get("type", "string") == "string" and r.keys().isdisjoint(("enum", "pattern", "format")) for r in rules
    ]
    found: list[list[str]] = []
    count = 0
    for row in rows:
        if not "".join(row).isascii():
            row = [half_width(cell).strip() for cell in row]
            plain = [UNSEEN.sub("", cell).strip() if text else cell for cell, text in zip(row, is_text, strict=True)]
            count += sum(map(operator.ne, row, plain))
            row = plain
        found.append(row)
    return found, count


def snake(text: str) -> str:
    """A heading, name or label as they are compared.

    >>> snake("Choices, Calculations, OR Slider Labels"), snake("Identifier?"), snake("Date of scan")
    ('choices_calculations_or_slider_labels', 'identifier', 'date_of_scan')
    """
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def alike(names: Iterable[str]) -> dict[str, list[str]]:
    """The names by what they are without case, punctuation and leading zeros.

    >>> alike(["P-007", "p7", "P8"])
    {'p7': ['P-007', 'p7'], 'p8': ['P8']}
    """
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(like(name), []).append(name)
    return found


def nearly(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """Which of the names are nearly others, in words: `p7 is nearly P-007`."""
    known = alike(others)
    pairs = [(name, known.get(like(name))) for name in names]
    return [f"{name} is nearly {' or '.join(found)}" for name, found in pairs if found]


def decimal_points(cells: Collection[str]) -> dict[str, str]:
    """The cells of one column that have a decimal comma, each with a point instead.

    Empty where the commas may as well set thousands apart: all stand before three digits, or a point does beside them.
    Beside decimal points a comma before three digits is none that can be told.

    >>> decimal_points({"63,33", "7"}), decimal_points({"1,234", "12,500"}), decimal_points({"0,512"})
    ({'63,33': '63.33'}, {}, {'0,512': '0.512'})
    >>> decimal_points({"63,33", "1.234"}), decimal_points({"63,33", "63.3", "1,050"})
    ({}, {'63,33': '63.33'})
    """
    commas = [cell for cell in cells if "," in cell and DECIMAL_COMMA.fullmatch(cell)]
    if not commas:
        return {}
    pointed = any(THOUSANDS.fullmatch(cell) for cell in cells if "." in cell)
    if pointed or all(THOUSANDS.fullmatch(cell) for cell in commas):
        return {}
    has_points = any("." in cell and POINTED.fullmatch(cell) for cell in cells)
    return {cell: cell.replace(",", ".") for cell in commas if not (has_points and THOUSANDS.fullmatch(cell))}


def may_be_thousands(cells: Collection[str]) -> bool:
    """Whether all points of a column stand where they may set thousands apart, as beside decimal commas elsewhere.

    >>> may_be_thousands({"1.234", "90"}), may_be_thousands({"1.234", "0.512"}), may_be_thousands({"90"})
    (True, False, False)
    """
    pointed = [cell for cell in cells if "." in cell and POINTED.fullmatch(cell)]
    return bool(pointed) and all(THOUSANDS.fullmatch(cell) for cell in pointed)


def like_number(cell: str) -> bool:
    """Whether a cell is a number in one of the spellings, even where it cannot be told which."""
    return any(form.fullmatch(cell) for form in (NUMBER, DECIMAL_COMMA, GROUPED))


def doubtful(cells: Collection[str]) -> bool:
    """Whether a column has whole numbers below 1000, and every point of it stands before three digits.

    Programs write as many digits in all of its cells, or as many as there are.

    >>> doubtful({"245", "1.050"}), doubtful({"1.250", "1.050"}), doubtful({"245", "1.050", "1.5"})
    (True, False, False)
    >>> doubtful({"2450", "1.050"}), doubtful({"9" * 5000, "1.050"})
    (False, False)
    """
    whole = [cell.lstrip("0") for cell in cells if cell.isdecimal() and cell.isascii()]
    return bool(whole) and max(map(len, whole)) <= 3 and may_be_thousands(cells)


def days(cells: Collection[str]) -> dict[str, str]:
    """The cells that are a day with a time, each with the day alone.

    >>> days({"2023-01-10T08:30:00Z", "2023-01-10", "2023-01-10 noon"}), days({"2003-12-15T13"})
    ({'2023-01-10T08:30:00Z': '2023-01-10'}, {'2003-12-15T13': '2003-12-15'})
    """
    matches = {cell: DATE_TIME.fullmatch(cell) for cell in cells}
    return {cell: match[1] for cell, match in matches.items() if match}


def all_numbers(cells: list[str], missing: Collection[str]) -> list[float | None] | None:
    """The cells of a column that has nothing but plain numbers and the words in `missing`; None for any other column.

    Cell by cell, with a reason for each that is no number, is slow for a table of thousands of features.

    >>> all_numbers(["1.5", "NA", "-2e3"], ("", "NA")), all_numbers(["1", "<1"], ()), all_numbers(["nan"], ())
    ([1.5, None, -2000.0], None, None)
    """
    filled = [cell for cell in cells if cell not in missing]
    if not filled or "".join(filled).encode(errors="replace").translate(None, OF_NUMBERS):
        return None
    try:
        # of these signs alone Python knows the numbers that `NUMBER` does, and no others
        values = [*map(float, filled)]
    except ValueError:
        return None
    if not all(map(math.isfinite, values)):
        return None
    if len(filled) == len(cells):
        return [*values]
    following = iter(values)
    return [None if cell in missing else next(following) for cell in cells]
