"""Named results that every test returns."""

from __future__ import annotations

import math
from typing import NamedTuple

LEVEL = 0.05
"""Two-sided level of tests: of a plan's fixed sequence, of a power, of what a sentence calls associated."""
NAN = math.nan

CONFIDENCE = 0.95
"""Coverage of every interval of this program, two-sided."""

Z = 1.959963984540054
"""Standard normal quantile of 0.975."""


class Interval(NamedTuple):
    """An estimate with its two-sided 95 % interval; NaN where it does not exist, inf where it is unbounded."""

    estimate: float = NAN
    low: float = NAN
    high: float = NAN

    @property
    def cells(self) -> dict[str, float]:
        """As cells of a table: estimate, ci_low and ci_high."""
        return dict(zip(("estimate", "ci_low", "ci_high"), self, strict=True))


class Tested(NamedTuple):
    """A test: its statistic, two-sided p and what must be said about it (empty when nothing).

    doubt: what of the note limits the result, of models and of ranked intervals, or says why there is none.
    """

    statistic: float = NAN
    p_value: float = NAN
    note: str = ""
    doubt: str = ""


NO_ESTIMATE = Interval()
"""For what has no estimate."""

UNTESTED = Tested()
"""For what has no test, or none yet."""


def untested(why: str, *notes: str) -> Tested:
    """No test: why, and what else must be said."""
    return Tested(note=joined(why, *notes), doubt=why)


def joined(*notes: str) -> str:
    """Notes as one text, empty ones left out.

    >>> joined("a", "", "b")
    'a; b'
    """
    return "; ".join(note for note in notes if note)
