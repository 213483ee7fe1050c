"""PD-L1 scores as intervals; on which side of a cutoff they lie, `stats.cuts` tells.

A score is `low` to `high`. The low end belongs to it; the high end does not, except when low = high (a point) and when
high is 100, the top of every scale. `1-49` is [1, 50): whole percents are rounded down, so 49 reaches up to 50.

>>> score("1-49", "TPS")
Score(low=1.0, high=50.0, status='scored', note='')
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

from biomarkers.errors import Problem, Problems
from biomarkers.settings import Unit

TOP = 100.0
"""Top of every scale: percents by nature, CPS because it is capped there."""

LEVELS = {
    "IC": ((0.0, 1.0), (1.0, 5.0), (5.0, 10.0), (10.0, TOP)),
    "TC": ((0.0, 1.0), (1.0, 5.0), (5.0, 50.0), (50.0, TOP)),
}
"""Levels 0 to 3 of the SP142 scores: IC as in docs/methods.md, 2.2, TC as in Rittmeyer 2017 (OAK)."""

NOT_EVALUABLE = re.compile(
    r"n\.?/?e\.?|qns|quantity not sufficient|(in|un|not |non[- ])(evaluable|assessable)"
    r"|indeterminate|inadequate.*|insufficient.*|failed"
)
NOT_TESTED = re.compile(r"n\.?/?a\.?|n/?d|not done|not tested|not performed|pending|unknown")

NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})\s*%?"
POINT = re.compile(NUMBER)
BOUND = re.compile(rf"(<=|>=|<|>)\s*{NUMBER}")
RANGE = re.compile(rf"(?:>=\s*)?{NUMBER}\s*(?:-|to|and)\s*(<=|<)?\s*{NUMBER}")
LEVEL = re.compile(r"(IC|TC)\s*([0-3])(?:\s*[-/]\s*(?:IC|TC)?\s*([0-3]))?", re.IGNORECASE)

Status = Literal["scored", "not_evaluable", "not_tested"]


class Score(NamedTuple):
    """What a cell says: `low` and `high` on a scale of 0 to 100 (NaN unless scored), status, and a note in words."""

    low: float
    high: float
    status: Status
    note: str = ""


def score(text: str | None, score_type: str, *, unit: Unit = "percent") -> Score:
    """The score in one cell of the sheet.

    score_type: TPS, TC, IC (percent) or CPS (no unit). None or an empty text is not_tested. unit: `fraction` when the
    sheet gives percents as fractions of 1.
    Raises ValueError, worded to follow "expected", when the text is no score of this type.
    """
    shown = _plain(text or "")
    if not shown or NOT_TESTED.fullmatch(shown.lower()):
        return Score(math.nan, math.nan, "not_tested")
    if NOT_EVALUABLE.fullmatch(shown.lower()):
        return Score(math.nan, math.nan, "not_evaluable")
    if match := LEVEL.fullmatch(shown):
        return _level(match, score_type)
    # In the unit of the cell until the end.
    top = Decimal(1 if unit == "fraction" and score_type != "CPS" else int(TOP))
    if match := POINT.fullmatch(shown):
        stated = low = high = _number(match[1])
    elif match := BOUND.fullmatch(shown):
        stated = _number(match[2])
        low, high = _bound(match[1], stated, score_type, top)
    elif match := RANGE.fullmatch(shown):
        low, stated = _number(match[1]), _number(match[3])
        high = stated if match[2] == "<" or low == stated else _next(stated)
        if low > stated or (match[2] == "<" and low == stated):
            raise ValueError("an interval whose low end comes first, such as 1-49")
    else:
        raise ValueError("a number, an interval such as <1, 1-49 or >=50, or NE")
    if stated > top and score_type != "CPS":
        raise ValueError(f"{score_type} from 0 to {top}")
    note = f"CPS {shown} counts as 100 at most" if stated > top else ""
    low, high = (min(limit, top) * int(TOP) / top for limit in (low, high))
    return Score(float(low), float(high), "scored", note)


def check(
    path: str | Path, cells: Iterable[tuple[int, str | None, str | None]], *, unit: Unit, problems: Problems
) -> None:
    """Add a problem for each cell that is no score, and for percents that may be fractions.

    cells: line, value and score type of each row of the sheet. unit `auto`: a column of percents with values strictly
    between 0 and 1 and none above 1 is a problem, since only the user knows whether 0.4 means 40 %.
    """
    seen: dict[str, list[tuple[float, int]]] = {}
    for line, text, score_type in cells:
        if score_type is None:
            continue
        try:
            score(text, score_type, unit=unit)
        except ValueError as error:
            problems.add(Problem(str(path), "value", text, str(error), line))
        if score_type != "CPS":
            seen.setdefault(score_type, []).extend((number, line) for number in _stated(text or ""))
    for score_type, found in seen.items():
        between = [pair for pair in found if 0 < pair[0] < 1]
        if unit == "auto" and between and max(found)[0] <= 1:
            number, line = between[0]
            expected = f"percent, but no {score_type} is above 1; say --unit fraction or --unit percent"
            problems.add(Problem(str(path), "value", f"{number:g}", expected, line))


def _plain(text: str) -> str:
    """Full-width characters, kinds of dash and comparison signs in their ASCII spelling."""
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = re.sub("[≥⩾]|=>", ">=", text)
    return re.sub("[≤⩽]|=<", "<=", text)


def _stated(text: str) -> list[float]:
    """The numbers in a cell, by which fractions are recognised; 100 stands for a level or a percent sign."""
    shown = _plain(text)
    if LEVEL.fullmatch(shown) or "%" in shown:
        return [TOP]
    match = POINT.fullmatch(shown) or BOUND.fullmatch(shown) or RANGE.fullmatch(shown)
    return [float(_number(g)) for g in match.groups() if g and g[-1].isdigit()] if match else []


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _next(number: Decimal) -> Decimal:
    """The next value with as many decimals: a reported 49 stands for everything up to 50, 4.9 up to 5.0."""
    return number + Decimal(1).scaleb(int(number.as_tuple().exponent))


def _bound(sign: str, number: Decimal, score_type: str, top: Decimal) -> tuple[Decimal, Decimal]:
    if sign == "<" and number == 0:
        raise ValueError(f"{score_type} of at least 0")
    if sign == "<":
        return Decimal(0), number
    if sign == "<=":
        return Decimal(0), _next(number)
    if sign == ">" and number == top and score_type != "CPS":
        raise ValueError(f"{score_type} from 0 to {top}")
    return number, max(top, number)


def _level(match: re.Match[str], score_type: str) -> Score:
    kind, first, last = match[1].upper(), int(match[2]), int(match[3] or match[2])
    if kind != score_type:
        raise ValueError(f"{score_type}, not a level of {kind}")
    if first > last:
        raise ValueError("levels in ascending order, such as IC2-3")
    low, high = LEVELS[kind][first][0], LEVELS[kind][last][1]
    return Score(low, high, "scored")
