"""The patients to whom a plan restricts its analysis: by levels and ranges of columns (docs/methods.md, 6.19).

>>> chosen = restrictions({"arm": "A", "age": {"min": 18}})
>>> as_text(chosen)
'arm: A; age: at least 18'
>>> import pandas as pd
>>> table = pd.DataFrame({"arm": ["A", "B", "A", None], "age": [18, 50, 17, 50]})
>>> reasons(table, chosen).tolist()
['', 'arm is B', 'age is below 18', 'arm is missing']
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biomarkers.errors import Problem, Problems, nearest
from biomarkers.io import words, yamls

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 8
"""So many levels of a column are listed in a message."""


@dataclass(frozen=True)
class Restriction:
    """What a column must hold: one of the levels (text), or a number of the range, whose bounds are included."""

    column: str
    levels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def text(self) -> str:
        """`arm: A`, `age: 18 to 65`."""
        bounds = [None if bound is None else f"{bound:.15g}" for bound in (self.low, self.high)]
        if self.levels:
            return f"{self.column}: {' or '.join(self.levels)}"
        if None in bounds:
            return f"{self.column}: {f'at least {bounds[0]}' if bounds[0] else f'at most {bounds[1]}'}"
        return f"{self.column}: {bounds[0]} to {bounds[1]}"


def restrictions(rule: Mapping[str, Any] | None) -> tuple[Restriction, ...]:
    """The block `subset` of a plan that fits its schema."""
    found = []
    for column, wanted in (rule or {}).items():
        if isinstance(wanted, dict):
            found.append(Restriction(str(column), (), wanted.get("min"), wanted.get("max")))
        else:
            levels = wanted if isinstance(wanted, list) else [wanted]
            found.append(Restriction(str(column), tuple(map(words.level, levels))))
    return tuple(found)


def named_columns(rule: object) -> set[str]:
    """Columns that the block names; safe on one with mistakes."""
    return {str(column) for column in rule} if isinstance(rule, dict) else set()


def as_text(chosen: Sequence[Restriction]) -> str:
    """All restrictions in words, empty without one."""
    return "; ".join(one.text for one in chosen)


def reasons(table: pd.DataFrame, chosen: Sequence[Restriction]) -> pd.Series:
    """Why each row is not in the subset, by the first restriction that it fails; empty for those that are.

    table: has all columns of the restrictions. A row without a value is in no subset of that column.
    """
    import pandas as pd

    why = pd.Series("", index=table.index, dtype="object")
    for one in chosen:
        cells = table[one.column]
        out = ~_fits(cells, one) & why.eq("")
        why = why.mask(out, cells[out].map(partial(_why_not, one), na_action="ignore"))
        why = why.fillna(f"{one.column} is missing")
    return why


def check(
    chosen: Sequence[Restriction],
    table: pd.DataFrame,
    where: str | Path,
    path: str | Path,
    settings: yamls.Settings,
    problems: Problems,
) -> None:
    """Add a problem for each level that no row of the table has, each range of words, and a subset of nobody.

    Restrictions on columns that the table lacks are passed over. where: the table's file; path, settings: the plan.
    """
    own = [one for one in chosen if one.column in table]
    complaints = [(one.column, *said) for one in own for said in _wrong(one, table[one.column], where)]
    for column, value, expected in complaints:
        problems.add(yamls.problem(path, settings, ("subset", column), value, expected))
    if own and not complaints and len(table) and not reasons(table, own).eq("").any():
        said = Problem.said(
            str(path), "subset", f"holds no patient of {where} ({as_text(own)})", "at least one patient",
            yamls.line_of(settings.lines, ("subset",)),
        )  # fmt: skip
        problems.add(said)


def check_all(
    chosen: Sequence[Restriction], table: pd.DataFrame, where: str, path: str | Path, settings: yamls.Settings
) -> None:
    """As `check`, for a table that must have every column. Raises InputError with every problem."""
    problems = Problems()
    for one in chosen:
        if one.column not in table:
            hint = nearest(one.column, [str(name) for name in table])
            expected = f"a column of {where}{hint}"
            problems.add(yamls.problem(path, settings, ("subset", one.column), one.column, expected))
    check(chosen, table, where, path, settings, problems)
    problems.stop_if_any()


def wrong_ranges(chosen: Sequence[Restriction]) -> Iterator[tuple[str, object, str]]:
    """Column, value and what was expected of each range whose least number is above its greatest."""
    for one in chosen:
        if one.low is not None and one.high is not None and one.low > one.high:
            yield one.column, f"{one.low:g} to {one.high:g}", "a range whose min is at most its max"


def _wrong(one: Restriction, cells: pd.Series, where: str | Path) -> Iterator[tuple[object, str]]:
    import pandas as pd

    if not one.levels:
        if not pd.api.types.is_numeric_dtype(cells) and cells.notna().any():
            bounds = one.text.partition(": ")[2]
            yield bounds, f"levels: {one.column} of {where} holds words, of which there is no range"
        return
    present = sorted({words.level(cell) for cell in cells.dropna()})
    for level in one.levels:
        if not _fits(cells, Restriction(one.column, (level,))).any():
            yield level, f"a level of {one.column} in {where}: {_listed(present)}{nearest(level, present)}"


def _why_not(one: Restriction, cell: object) -> str:
    """`arm is B`, `age is below 18`; a bound, so that patients with the same reason are counted together."""
    if one.levels or not isinstance(cell, int | float):
        return f"{one.column} is {words.level(cell)}"
    below = one.low is not None and cell < one.low
    return f"{one.column} is {'below' if below else 'above'} {one.low if below else one.high:.15g}"


def _listed(present: Collection[str]) -> str:
    shown = [*present][:MOST_LEVELS]
    return ", ".join([*shown, *(["..."] if len(present) > MOST_LEVELS else [])]) or "it has no value"


def _fits(cells: pd.Series, one: Restriction) -> pd.Series:
    """Which cells the restriction allows, False where missing; numbers are compared as numbers, `1` with 1.0."""
    import pandas as pd

    if one.levels and not pd.api.types.is_numeric_dtype(cells):
        return cells.map(lambda cell: words.level(cell) in one.levels, na_action="ignore").eq(True)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    if one.levels:
        return numbers.isin(pd.to_numeric(pd.Series(one.levels, dtype="object"), errors="coerce").dropna())
    fits = numbers.notna()
    fits &= True if one.low is None else numbers >= one.low
    return fits & (True if one.high is None else numbers <= one.high)
