"""PD-L1 scores as intervals; on which side of a cutoff they lie, `stats.cuts` tells.

A score is `low` to `high`. The low end belongs to it; the high end does not, except when low = high (a point) and when
high is 100, the top of every scale. `1-49` is [1, 50): whole percents are rounded down, so 49 reaches up to 50.

>>> score("1-49", "TPS")
Score(low=1.0, high=50.0, status='scored', note='')
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from biomarkers.errors import Problem, Problems
from biomarkers.io import words
from biomarkers.settings import Unit

IN_A_RUN = " (in a run: pdl1.unit of the config)"
TOP = 100.0
"""Top of every scale: percents by nature, CPS because it is capped there."""

LEVELS = {
    "IC": ((0.0, 1.0), (1.0, 5.0), (5.0, 10.0), (10.0, TOP)),
    "TC": ((0.0, 1.0), (1.0, 5.0), (5.0, 50.0), (50.0, TOP)),
}
"""Levels 0 to 3 of the SP142 scores: IC as in docs/methods.md, 2.2, TC as in Rittmeyer 2017 (OAK)."""

NOT_EVALUABLE = re.compile(
    r"n\.?/?e\.?|qns|quantity not sufficient|(in|un|not |non[- ])(evaluable|assessable)"
    r"|not (scor|interpret)able|un(scor|interpret)able|unsatisfactory|no tumou?r( cells| tissue)?"
    r"|indeterminate|inadequate.*|insufficient.*|failed"
    r"|(不可|无法|不能)(评价|评估|判读|判定)|(标本|样本|组织|肿瘤细胞|肿瘤组织)(量|数|数量)?(不足|不够).*|检测失败"
)
NOT_TESTED = re.compile(r"n\.?/?a\.?|n/?d|not done|not tested|not performed|pending|unknown")

NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})\s*%?"
POINT = re.compile(NUMBER)
BOUND = re.compile(rf"(<=|>=|<|>)\s*{NUMBER}")
RANGE = re.compile(rf"(?:>=\s*)?{NUMBER}\s*(?:-|~|to|and|至|到|[,;&]\s*(?=<))\s*(<=|<)?\s*{NUMBER}")
LEVEL = re.compile(r"(IC|TC)\s*-?\s*([0-3])(\s*\+|(?:\s*(?:[-/,]|or|to)\s*(?:IC|TC)?\s*[0-3])*)", re.IGNORECASE)
CODE = re.compile(r"([0-3])(?:[.,]0+)?")
"""A bare level, where the user says that numbers are levels."""

NAMED = re.compile(
    r"(?:pd-?l1\s*)?\b(TPS|CPS|TAP|(?:IC|TC)(?!\d))(?![a-z])\s*[:=]?\s*(.*)|(.*?)\s*\b(TPS|CPS|IC|TC|TAP)",
    re.IGNORECASE,
)
"""A score with its type before or behind it: `TPS 50%`, `10 CPS`."""

IN_WORDS = r"negative|positive|neg|pos|low|high|intermediate|no expression"
IN_CHINESE = "[阴阳]性?|[高中低]表达|不表达"
WORDED = re.compile(
    rf"(?:(?:{IN_WORDS})\b|{IN_CHINESE})[\s:,;]*\(?([^a-z()]*)\)?"
    rf"|([^a-z()]*?)[\s:,;]*\(?(?:{IN_WORDS}|{IN_CHINESE})\)?",
    re.IGNORECASE,
)
"""A word beside the score that it stands for, as in `negative (<1%)`; group: the score, which may be empty."""

ABOUT = re.compile(r"(?:~|\u2248|ca\b|circa|approx|about|around|roughly|nearly|almost).*|.*\?", re.IGNORECASE)

Status = Literal["scored", "not_evaluable", "not_tested"]


class Score(NamedTuple):
    """What a cell says: `low` and `high` on a scale of 0 to 100 (NaN unless scored), status, and a note in words."""

    low: float
    high: float
    status: Status
    note: str = ""


def score(text: str | None, score_type: str, *, unit: Unit = "percent") -> Score:
    """The score in one cell of the sheet.

    score_type: TPS, TC, IC, TAP (percent) or CPS (no unit). None or an empty text is not_tested. unit: `fraction` when
    the sheet gives percents as fractions of 1, `level` when bare numbers of IC and TC are levels.
    Raises ValueError, worded to follow "expected", when the text is no score of this type.
    """
    shown = _bare(_plain(text or ""), score_type)
    if not shown or NOT_TESTED.fullmatch(shown.lower()):
        return Score(math.nan, math.nan, "not_tested")
    if NOT_EVALUABLE.fullmatch(shown.lower()):
        return Score(math.nan, math.nan, "not_evaluable")
    if match := LEVEL.fullmatch(shown):
        return _level(match, score_type)
    if unit == "level" and score_type in LEVELS and "%" not in shown:
        if match := CODE.fullmatch(shown):
            return Score(*LEVELS[score_type][int(match[1])], "scored")
        raise ValueError(f"a level from 0 to 3, such as 2 or {score_type}2-3, or a percentage with its sign")
    # In the unit of the cell until the end.
    top = Decimal(1 if unit == "fraction" and score_type != "CPS" else int(TOP))
    low, high, stated = _interval(shown, score_type, top)
    if stated > top and score_type != "CPS":
        raise ValueError(f"{score_type} from 0 to {top}")
    note = f"CPS {shown} counts as 100 at most" if stated > top else ""
    low, high = (min(limit, top) * int(TOP) / top for limit in (low, high))
    return Score(float(low), float(high), "scored", note)


def level(low: float, high: float, score_type: str) -> str | None:
    """The level, such as IC2, in which all of a score lies; None for an interval of several and for other types.

    >>> level(5, 10, "IC"), level(7, 7, "IC"), level(60, 100, "TC"), level(1, 10, "IC"), level(50, 50, "TPS")
    ('IC2', 'IC2', 'TC3', None, None)
    """
    for number, (first, end) in enumerate(LEVELS.get(score_type, ())):
        is_below = high < end or (high == end and (low < high or end == TOP))
        if first <= low and is_below:
            return f"{score_type}{number}"
    return None


class Cell(NamedTuple):
    """A row of the sheet: its line, value and score type as written, and the clone of its assay."""

    line: int
    value: str | None
    score_type: str | None
    clone: str = ""


def check(path: str | Path, cells: Iterable[Cell], *, unit: Unit, problems: Problems) -> None:
    """Add a problem for each cell that is no score, and for numbers of which only the user knows what they mean.

    unit `auto` asks whether a column of percents with values strictly between 0 and 1 and none above 1 holds fractions,
    and whether an assay's IC or TC that are all whole numbers from 0 to 3 are levels (docs/methods.md, 2.3). SP142, for
    which the levels were made, is judged apart from other assays.
    """
    seen: dict[str, list[tuple[float, int]]] = {}
    codes: dict[tuple[str, bool], list[Cell]] = {}
    for cell in cells:
        if cell.score_type is None:
            continue
        try:
            score(cell.value, cell.score_type, unit=unit)
        except ValueError as error:
            problems.add(Problem(str(path), "value", cell.value, str(error), cell.line))
        if cell.score_type != "CPS":
            numbers = _stated(cell.value or "", cell.score_type)
            seen.setdefault(cell.score_type, []).extend((number, cell.line) for number in numbers)
        if cell.score_type in LEVELS:
            codes.setdefault((cell.score_type, cell.clone == "SP142"), []).append(cell)
    if unit != "auto":
        return
    for score_type, found in seen.items():
        between = [pair for pair in found if 0 < pair[0] < 1]
        if between and max(found)[0] <= 1:
            number, line = between[0]
            expected = f"percent, but no {score_type} is above 1; say --unit fraction or --unit percent"
            expected += IN_A_RUN
            problems.add(Problem(str(path), "value", f"{number:g}", expected, line))
    for (score_type, _), column in codes.items():
        if first := _first_code(column, score_type):
            expected = (
                f"to know what it means: every number of this {score_type} is whole and from 0 to 3; say --unit level"
                f" if they are levels ({score_type}0 to {score_type}3), --unit percent if they are percents{IN_A_RUN}"
            )
            problems.add(Problem(str(path), "value", first.value, expected, first.line))


def _first_code(column: Sequence[Cell], score_type: str) -> Cell | None:
    """The first bare number of a column whose every number may be a level; None where one of them cannot be."""
    found = None
    for cell in column:
        numbers = _stated(cell.value or "", score_type, levels=False)
        if any(number not in (0, 1, 2, 3) for number in numbers):
            return None
        if found is None and CODE.fullmatch(_plain(cell.value or "")):
            found = cell
    return found


def _bare(text: str, score_type: str) -> str:
    """A plain text without the score's type and words that stand beside its number.

    Raises ValueError where another type is named, or a word stands alone or for what is not exact.
    """
    if LEVEL.fullmatch(text):
        return text
    if match := NAMED.fullmatch(text):
        kind, rest = (match[1] or match[4]).upper(), (match[2] if match[1] else match[3]).strip()
        if kind != score_type:
            raise ValueError(f"{score_type}, not {kind}")
        if not rest:
            raise ValueError(f"a score, such as {kind} 50, or NE")
        # Below 1, and 1 and more, are the same patients as level and as percent.
        if kind in LEVELS and re.fullmatch(r"(?:[<>]=?\s*)?[0-3]", rest) and not re.fullmatch(r"(?:<|>=)\s*1", rest):
            raise ValueError(f"a level, such as {kind}2 or {kind}2+, or a percentage with its sign")
        text = rest
    if match := WORDED.fullmatch(text):
        text = (match[1] or match[2] or "").strip()
        if not text:
            raise ValueError("the score behind this word, such as <1 or >=1: its cutoff is not stated")
    if ABOUT.fullmatch(text):
        raise ValueError("a number or an interval, such as 45-55: what is nearly a number lies on no side of a cutoff")
    return text


def _interval(shown: str, score_type: str, top: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Both ends, and the largest number stated, in the unit of the cell."""
    if match := POINT.fullmatch(shown):
        stated = _number(match[1])
        return stated, stated, stated
    if match := BOUND.fullmatch(shown):
        stated = _number(match[2])
        return *_bound(match[1], stated, score_type, top), stated
    if match := RANGE.fullmatch(shown):
        low, stated = _number(match[1]), _number(match[3])
        if low > stated or (match[2] == "<" and low == stated):
            raise ValueError("an interval whose low end comes first, such as 1-49")
        return low, stated if match[2] == "<" or low == stated else _next(stated), stated
    raise ValueError("a number, an interval such as <1, 1-49 or >=50, or NE")


def _plain(text: str) -> str:
    """Full-width characters, kinds of dash and comparison signs in their ASCII spelling."""
    text = words.narrow(text).strip()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = re.sub("[≥⩾]|=>", ">=", text)
    return re.sub("[≤⩽]|=<", "<=", text)


def _stated(text: str, score_type: str, *, levels: bool = True) -> list[float]:
    """The numbers in a cell, by which fractions and levels are recognised; 100 stands for a percent sign or a level.

    levels: whether a level stands for anything.
    """
    try:
        shown = _bare(_plain(text), score_type)
    except ValueError:
        return []
    if LEVEL.fullmatch(shown):
        return [TOP] if levels else []
    if "%" in shown:
        return [TOP]
    match = POINT.fullmatch(shown) or BOUND.fullmatch(shown) or RANGE.fullmatch(shown)
    return [float(_number(g)) for g in match.groups() if g and g[-1].isdecimal()] if match else []


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
    """IC2, IC2+ (2 and more), IC1/2/3 or IC1-3 (consecutive levels)."""
    if {kind.upper() for kind in re.findall("IC|TC", match[0], re.IGNORECASE)} != {score_type}:
        raise ValueError(f"{score_type}, not a level of another type")
    numbers = [int(number) for number in re.findall("[0-3]", match[0])]
    first, last = numbers[0], 3 if match[3].strip() == "+" else numbers[-1]
    steps = [after - before for before, after in pairwise(numbers)]
    if any(step < 1 for step in steps) or (len(steps) > 1 and max(steps) > 1):
        raise ValueError(f"levels in ascending order, such as {score_type}2-3")
    return Score(LEVELS[score_type][first][0], LEVELS[score_type][last][1], "scored")
