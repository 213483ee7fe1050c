"""Laboratory values whose unit stands in the name of their column: `albumin_g_l`, `Bilirubin (mg/dL)`.

A unit is never guessed: a column without one is named, one whose values cannot be of its unit is refused
(docs/methods.md, 11.6).

>>> unit_of("Bilirubin [µmol/L]"), unit_of("albumin"), unit_of("baseline_albumin_g_dl")
(('bilirubin', 'umol_l'), ('albumin', ''), ('albumin', 'g_dl'))
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.errors import Problem, Problems, count
from biomarkers.io import words
from biomarkers.io.spellings import snake
from biomarkers.stats.intervals import NAN

MOST = 1e9
"""Above every concentration of a marker: 1 g in 1 mL, in ng/mL."""


SAME = 0.02
"""Two amounts that differ by less are one, rounded in two units."""


class Unit(NamedTuple):
    """factor: to the unit of calculation. least, most: of a living patient. low, high: between which a median lies."""

    factor: float
    least: float
    most: float
    low: float
    high: float


BILIRUBIN_UMOL = 17.104
"""Micromol/L in 1 mg/dL: bilirubin has 584.66 g/mol."""

AFP_NG = 1.21
"""Nanograms in 1 IU of alpha-fetoprotein (WHO standard 72/225)."""

QUANTITIES: dict[str, dict[str, Unit]] = {
    "albumin": {"g_l": Unit(1, 8, 80, 15, 60), "g_dl": Unit(10, 0.8, 8, 1.5, 6)},
    "bilirubin": {"umol_l": Unit(1, 0.5, 1500, 3, 1500), "mg_dl": Unit(BILIRUBIN_UMOL, 0.03, 90, 0.1, 6)},
    "afp": {
        "ng_ml": Unit(1, 0, MOST, 0, MOST),
        "ug_l": Unit(1, 0, MOST, 0, MOST),
        "iu_ml": Unit(AFP_NG, 0, MOST, 0, MOST),
        "ku_l": Unit(AFP_NG, 0, MOST, 0, MOST),
    },
    "ca19_9": {"u_ml": Unit(1, 0, MOST, 0, MOST), "ku_l": Unit(1, 0, MOST, 0, MOST)},
    "inr": {"": Unit(1, 0.5, 20, 0.7, 5)},
}
"""By quantity and unit, as the name of a column ends; the first unit is that of calculation."""

OTHER_NAMES = {
    "alb": "albumin", "bili": "bilirubin", "tbil": "bilirubin", "tbili": "bilirubin", "bil": "bilirubin",
    "alpha_fetoprotein": "afp", "alphafetoprotein": "afp", "aafp": "afp",
    "ca_19_9": "ca19_9", "ca199": "ca19_9", "ca_199": "ca19_9", "ca19": "ca19_9", "pt_inr": "inr",
}  # fmt: skip
OTHER_UNITS = {
    "mcmol_l": "umol_l", "micromol_l": "umol_l", "mcg_l": "ug_l", "kiu_l": "ku_l", "units_ml": "u_ml",
}  # fmt: skip
AROUND = re.compile(r"(^|_)(baseline|bl|screening|serum|plasma|total|level|value|at_start|pre_?treatment)(?=_|$)")
"""Words around a quantity that do not change it."""

BOUND = re.compile(r"(<=|>=|<|>)\s*(\d+\.?\d*|\.\d+)")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=(?:\d{1,2}|\d{4,})$)")
"""A comma that cannot set thousands apart (docs/methods.md, 11.5)."""

NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class Values(NamedTuple):
    """A quantity in the unit of calculation, by patient: `low` and `high` differ where only a bound is known."""

    low: pd.Series
    high: pd.Series

    @property
    def point(self) -> pd.Series:
        """The values that are known as one number."""
        return self.low.where(self.low == self.high)


def unit_of(column: str) -> tuple[str, str] | None:
    """Quantity and unit that a column's name states; an empty unit where it states none; None for another column."""
    plain = snake(unicodedata.normalize("NFKC", column).casefold().replace("\u03bc", "u"))
    plain = AROUND.sub("", plain).strip("_")
    for name, units in QUANTITIES.items():
        for spelling in (name, *(other for other, own in OTHER_NAMES.items() if own == name)):
            if plain == spelling:
                return name, ""
            unit = plain.removeprefix(f"{spelling}_")
            unit = OTHER_UNITS.get(unit, unit)
            if unit != plain and unit in units:
                return name, unit
    return None


def read(people: pd.DataFrame, quantity: str, path: str | Path, problems: Problems) -> Values | None:
    """The quantity of each patient (index of `people`); None where no column states it with its unit.

    Adds a problem for each cell that is no amount of it, and for a column whose values are of another unit.
    """
    columns = {str(c): unit_of(str(c)) for c in people.columns}
    units = QUANTITIES[quantity]
    own = [(c, found[1]) for c, found in columns.items() if found and found[0] == quantity and found[1] in units]
    if not own:
        return None
    read = [_column(people[c], c, quantity, unit, path, problems) for c, unit in own]
    first, *others = read
    for (column, _), other in zip(own[1:], others, strict=True):
        differ = (first.point - other.point).abs() > SAME * first.point.abs()
        if differ.any():
            said = f"differs from {own[0][0]} of {count(int(differ.sum()), 'patient')}"
            expected = f"the same amounts in one unit, or one column of {quantity}"
            problems.add(Problem.said(str(path), column, said, expected, 1))
        first = Values(*(mine.fillna(theirs) for mine, theirs in zip(first, other, strict=True)))
    return first


def without_unit(people: pd.DataFrame, quantities: Sequence[str]) -> list[str]:
    """A sentence for each of these quantities that stands in a column without a unit, and in none with one."""
    found = [(str(c), unit_of(str(c))) for c in people.columns]
    told = {own[0] for _, own in found if own and own[1] in QUANTITIES[own[0]]}
    said = []
    for column, own in found:
        if own and own[0] in quantities and own[0] not in told:
            names = " or ".join(f"{own[0]}_{unit}" for unit in QUANTITIES[own[0]])
            said.append(f"column {column} states no unit, so nothing is computed from it: name it {names}")
    return said


def _column(cells: pd.Series, column: str, quantity: str, unit: str, path: str | Path, problems: Problems) -> Values:
    rule = QUANTITIES[quantity][unit]
    shown = f"{quantity.replace('ca19_9', 'CA 19-9')}{' in ' if unit else ''}{unit.replace('_', '/')}"
    ends: list[tuple[float, float]] = []
    bad = []
    for line, cell in cells.items():
        limits = (NAN, NAN) if pd.isna(cell) else _limits(cell)
        if limits is None or limits[1] < rule.least or limits[0] > rule.most:
            expected = f"{shown}, from {rule.least:g} to {rule.most:g}, or a bound such as <2"
            expected += ", without a comma between thousands" if "," in words.level(cell) else ""
            bad.append(Problem(str(path), column, words.level(cell), expected, int(str(line))))
            limits = (NAN, NAN)
        ends.append((limits[0] * rule.factor, limits[1] if limits[1] == MOST else limits[1] * rule.factor))
    low, high = (pd.Series([pair[end] for pair in ends], index=cells.index, dtype="float64") for end in (0, 1))
    values = Values(low, high)
    middle = values.point.median() / rule.factor if values.point.notna().any() else NAN
    if len(bad) * 2 > cells.notna().sum() or middle < rule.low or middle > rule.high:
        others = [f"{quantity}_{other}" for other in QUANTITIES[quantity] if other != unit]
        expected = f"{shown}, whose median lies from {rule.low:g} to {rule.high:g}"
        expected += f"; in another unit the column is named {' or '.join(others)}" if others else ""
        typical = pd.to_numeric(cells, errors="coerce").median()
        bad = [Problem.said(str(path), column, f"has a median of {typical:g}", expected, 1)]
    problems.add(*bad)
    return values


def _limits(cell: object) -> tuple[float, float] | None:
    """Lower and upper end of what a filled cell says, None where it is no amount."""
    if isinstance(cell, int | float):
        return (float(cell), float(cell)) if cell >= 0 else None
    text = DECIMAL_COMMA.sub(".", str(cell).strip())
    if NUMBER.fullmatch(text):
        return float(text), float(text)
    if match := BOUND.fullmatch(text):
        limit = float(match[2])
        return (0.0, limit) if match[1][0] == "<" else (limit, MOST)
    return None
