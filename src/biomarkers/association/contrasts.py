"""What a test compares: two groups, several levels, or one unit of a marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from biomarkers.association.specification import Cut, Marker
from biomarkers.association.values import Measured
from biomarkers.stats import cuts, interval_ranks
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import NAN


class Unit(NamedTuple):
    """What a ratio is per: so many units of a marker, on the scale that models use (docs/methods.md, 6.18).

    named: what the number is where nobody gave it, `sd` or `level`; else empty. transform: `log2p1`, or empty.
    """

    per: float = 1.0
    named: str = ""
    transform: str = ""

    def __str__(self) -> str:
        """The unit in words, in which x is the marker.

        >>> str(Unit()), str(Unit(0.4512, "sd", "log2p1")), str(Unit(named="level"))
        ('per unit of x', 'per SD (0.4512) of log2(x + 1)', 'per level')
        """
        if self.named == "level":
            return "per level"
        number = f"SD ({self.per:.4g})" if self.named == "sd" else "unit" if self.per == 1 else f"{self.per:g}"
        return f"per {number} of {'log2(x + 1)' if self.transform == 'log2p1' else 'x'}"


NO_UNIT = Unit(NAN)
"""Of groups."""


@dataclass(frozen=True)
class Contrast:
    """What a test compares, in words, and who is in which group.

    first, second: the two groups of the contrast, empty when it is per unit or of more groups. name: the contrast in
    an identifier of the test, such as `gt_median`. cut, cut_at: of a marker that was cut, as the plan has it and as a
    number. groups: all groups, in the order of their codes; none per unit. codes: per patient of the cohort, NaN in no
    group. note: how many could not be called; empty when all could. unit: of a contrast that is per unit. months: at
    which, or up to which, times are compared; NaN where over all time.
    """

    text: str
    first: str = ""
    second: str = ""
    name: str = ""
    cut: Cut | None = None
    cut_at: float = NAN
    groups: tuple[str, ...] = ()
    codes: Floats = field(default_factory=lambda: np.array([]), compare=False, repr=False)
    note: str = ""
    unit: Unit = NO_UNIT
    months: float = NAN

    @property
    def cut_side(self) -> str:
        """Where equals of the cut go, `>` or `>=`; empty where nothing was cut."""
        return self.cut.side if self.cut else ""

    @property
    def cut_named(self) -> str:
        """The plan's word for the cut, `median`; empty where it is a number or nothing was cut."""
        return self.cut.at if self.cut and isinstance(self.cut.at, str) else ""

    def members(self) -> list[tuple[str, Booleans]]:
        """Each group and who is in it, the first of two groups first."""
        codes = range(len(self.groups))
        return [(self.groups[code], self.codes == code) for code in (reversed(codes) if len(codes) == 2 else codes)]


def per(unit: Unit, groups: tuple[str, ...] = (), codes: Floats | None = None) -> Contrast:
    """A contrast per unit. groups, codes: of a marker of levels."""
    return Contrast(str(unit), unit=unit, groups=groups, codes=np.array([]) if codes is None else codes)


def unit_of(marker: Marker, per: float = 1.0, named: str = "") -> Unit:
    """So many units of a continuous marker."""
    return Unit(per, named, "" if marker.transform == "none" else marker.transform)


PER_LEVEL = Unit(named="level")


def two_groups(first: str, second: str, member: Floats, *, name: str = "") -> Contrast:
    """First against second; member: 1 first, 0 second, NaN neither."""
    return Contrast(f"{first} vs {second}", first, second, name, groups=(second, first), codes=member)


def levels(names: Sequence[str], codes: Floats, used: Booleans, *, last_first: bool = False) -> Contrast:
    """The levels that the patients `used` have, in their order; last_first: of two, the second against the first."""
    present = [name for code, name in enumerate(names) if (codes[used] == code).any()]
    if len(present) == 2 and last_first:
        present.reverse()
    first, second = present if len(present) == 2 else ("", "")
    return Contrast(" vs ".join(present), first, second, groups=tuple(names), codes=codes)


def at_cut(measured: Measured, cut: Cut) -> Contrast:
    """The marker in two groups at a cut, the high one first; an interval is called when it lies on one side.

    A cut at `median` is at the median of all patients who have the marker as a number or an interval; where it lies
    within an interval nobody is in a group.
    """
    low, high = (measured.value if ends is None else ends for ends in (measured.low, measured.high))
    known = ~np.isnan(low)
    at = interval_ranks.median(low[known], high[known]) if isinstance(cut.at, str) else cut.at
    member = cuts.sides(low, high, at=at, side=cut.side)
    above, below = cuts.names(at, cut.side)
    unknown = "the median lies within an interval and is not known" if known.any() and np.isnan(at) else ""
    if unknown:
        above, below = "above the median", "below the median"
    shown = cut.at if isinstance(cut.at, str) else repr(float(cut.at)).removesuffix(".0")
    indeterminate = 0 if measured.low is None else int((np.isnan(member) & ~np.isnan(low)).sum())
    return Contrast(
        f"{above} vs {below}",
        above,
        below,
        f"{'ge' if cut.side == '>=' else 'gt'}_{shown}",
        cut=cut,
        cut_at=float(at),
        groups=(below, above),
        codes=member,
        note=unknown or (f"{indeterminate} indeterminate at this cut left out" if indeterminate else ""),
    )


def two_levels(measured: Measured) -> Contrast:
    """A binary marker as groups, the second level of the plan (or 1) first."""
    return two_groups(measured.levels[1], measured.levels[0], measured.value)
