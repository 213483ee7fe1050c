"""On which side of a cutoff a value lies, known as a number or as an interval only.

An interval is `[low, high)`: its low end belongs to it, its high end does not, except when low = high (a number) and
when high is the end of the scale. It is called only when all of it lies on one side (docs/methods.md, 2). The side of
a cutoff is `>=` (who is exactly at it is above) or `>` (below).

>>> is_above(10.0, at=10, side=">="), is_above(10.0, at=10, side=">")
(True, False)
>>> is_below(1.0, 50.0, at=50, side=">="), is_below(1.0, 50.0, at=10, side=">=")
(True, False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SCALE_END = 100.0
"""Upper end of the percent scale: an interval up to here includes it (docs/methods.md, 2)."""


class Names(NamedTuple):
    """The two groups of a cutoff in words."""

    above: str
    below: str


def is_above(low: Any, *, at: float, side: str) -> Any:
    """Whether all of an interval lies above the cutoff; low: a number or an array, a missing one is False."""
    return low >= at if side == ">=" else low > at


def is_below(low: Any, high: Any, *, at: Any, side: str) -> Any:
    """Whether all of an interval lies below the cutoff; all numbers or arrays, a missing one is False."""
    without_its_end = (low < high) & (high < SCALE_END)
    return (high < at) | ((high == at) & (without_its_end | (side == ">")))


def sides(
    low: npt.NDArray[np.float64], high: npt.NDArray[np.float64], *, at: float, side: str
) -> npt.NDArray[np.float64]:
    """1 above, 0 below, NaN where the interval holds the cutoff or is missing; low = high where it is a number."""
    import numpy as np

    above, below = is_above(low, at=at, side=side), is_below(low, high, at=at, side=side)
    return np.where(above, 1.0, np.where(below, 0.0, np.nan))


def names(at: float, side: str) -> Names:
    """Both groups as they are written, such as `>= 10` and `< 10`.

    >>> names(10.5, ">")
    Names(above='> 10.5', below='<= 10.5')
    """
    shown = f"{at:.10g}"
    return Names(f"{side} {shown}", f"{'<=' if side == '>' else '<'} {shown}")
