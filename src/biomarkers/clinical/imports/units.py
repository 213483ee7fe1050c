"""Units of other people's numbers and of ours (docs/methods.md, 13.3)."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from biomarkers.io.spellings import NUMBER
from biomarkers.stats.times import DAYS_PER_MONTH, DAYS_PER_YEAR

DAYS = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}
"""Days of each unit of time."""
KINDS: tuple[dict[str, float], ...] = (DAYS, {"mm": 1.0, "cm": 10.0}, {"percent": 1.0, "fraction": 100.0})
"""Units that can become one another, each in terms of the first."""
OWN = {"_months": "months", "_mm": "mm", "_day": "days", "_days": "days"}
"""How names of columns with a unit end."""
NUMBERS = re.compile(r"(?P<sign>[<>]=?|[≤≥]|~)?\s*(?P<low>\d+\.?\d*)(\s*[-–]\s*(?P<high>\d+\.?\d*))?\s*%?")
"""A score as laboratories write it: a number, a bound or a range."""


class Scale(NamedTuple):
    """From one unit to another: multiply by `times`, divide by `by`."""

    unit: str
    to: str
    times: float
    by: float

    def of(self, number: float) -> float:
        """The number in the other unit."""
        return number if self.unit == self.to else number * self.times / self.by


def scale(unit: str, to: str) -> Scale | None:
    """How a unit becomes another; None where it cannot.

    >>> scale("days", "months").of(365.25), scale("cm", "mm").of(1.2), scale("cm", "days")
    (12.0, 12.0, None)
    """
    kind = next((kind for kind in KINDS if unit in kind and to in kind), None)
    return None if kind is None else Scale(unit, to, kind[unit], kind[to])


def alike(unit: str) -> list[str]:
    """The units that can become this one."""
    return [name for kind in KINDS if unit in kind for name in kind]


def of_column(target: str) -> str | None:
    """The unit of a column of ours; None where it has none."""
    if target == "value":
        return "percent"
    return next((unit for ending, unit in OWN.items() if target.endswith(ending)), None)


def number(text: str) -> float | None:
    """A finite number in plain or scientific spelling; None for other text.

    >>> number("1.5"), number("1,5"), number("1e400")
    (1.5, None, None)
    """
    found = float(text) if NUMBER.fullmatch(text) else math.inf
    return found if math.isfinite(found) else None


def plain_minus(text: str) -> str:
    """A number with the minus of typesetters written with a hyphen; other text as it is.

    >>> plain_minus("\u22124.5"), plain_minus("a\u2212b")
    ('-4.5', 'a\u2212b')
    """
    return "-" + text[1:] if text[:1] == "\u2212" and NUMBER.fullmatch(text[1:]) else text


def written(value: float) -> str:
    """A number with every digit, whole ones without a point.

    >>> written(12.0), written(0.1)
    ('12', '0.1')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def scaled_score(text: str, scale: Scale) -> str | None:
    """A score with each of its numbers in the other unit; None where it is no number, bound or range.

    >>> percent = Scale("fraction", "percent", 100, 1)
    >>> scaled_score("<0.01", percent), scaled_score("0.01-0.49", percent), scaled_score("negative", percent)
    ('<1', '1-49', None)
    """
    found = NUMBERS.fullmatch(text)
    if found is None:
        return None
    ends = [written(scale.of(float(found[name]))) for name in ("low", "high") if found[name]]
    return (found["sign"] or "") + "-".join(ends)
