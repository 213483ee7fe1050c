"""What a mapping says, checked: which files, rows and columns the sheets are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from biomarkers.clinical.imports import dates, units
from biomarkers.clinical.imports.marks import Marks
from biomarkers.io import spellings, yamls

SHEETS = ("patients", "assessments", "lesions", "pdl1", "adverse_events", "features", "mutations", "sequenced")
"""Sheets that a mapping can make, in the order in which they are made."""
WHOLE = re.compile(r"^(-?\d+)\.0+$")


@dataclass(frozen=True)
class Column:
    """A column of a sheet and how its cells come about. rule: JSON Schema of one cell; required: must be filled.

    first_day: what the file calls the day of the first dose, 1 or 0. marks: of its numbers, else those of the file.
    of_entry: whether it stands in an entry of `rows`, beside which the file's row makes others.
    """

    target: str
    rule: dict[str, Any]
    sources: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str | None] | None = None
    other: str = "missing"
    missing: tuple[str, ...] = ()
    scale: units.Scale | None = None
    cnsr: bool = False
    days: dates.Format | None = None
    extract: re.Pattern[str] | None = None
    first_day: int = 1
    required: bool = False
    is_covariate: bool = False
    marks: Marks | None = None
    of_entry: bool = False


@dataclass(frozen=True)
class Container:
    """A table of other people as a file has it. prefix: stands before its headings. header: lines of the headings."""

    file: str
    sheet: str | None = None
    comment: str | None = None
    separator: str | None = None
    header: tuple[int, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    prefix: str = ""
    line: int | None = None
    marks: Marks | None = None


@dataclass(frozen=True)
class Join:
    """A further file, its keys (heading here, heading there), and which row counts where several fit."""

    container: Container
    by: tuple[tuple[str, str], ...]
    many: str = "refuse"


@dataclass(frozen=True)
class Block:
    """What one file gives to one sheet. key: where the block stands in the mapping, for messages.

    rows: sets of columns, each of which makes a row of every row of the file.
    """

    sheet: str
    key: yamls.Key
    container: Container
    joins: tuple[Join, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Column, ...], ...] = ((),)
    keeps_all: bool = False
    clean: bool = False
    distinct: bool = False

    def every_column(self) -> Iterator[Column]:
        """The columns of all its rows."""
        yield from self.columns
        for each in self.rows:
            yield from each


@dataclass(frozen=True)
class Declared:
    """A mapping that was read and checked. data: as it was written, for the record."""

    path: str
    blocks: tuple[Block, ...]
    missing: tuple[str, ...]
    data: dict[str, Any]
    lines: Mapping[yamls.Key, int | None] = field(default_factory=dict)

    @property
    def sheets(self) -> list[str]:
        """The sheets that it makes."""
        made = {block.sheet for block in self.blocks}
        return [name for name in SHEETS if name in made]

    @property
    def files(self) -> list[str]:
        """Every file that it names, once, as it is written there."""
        every = [c.file for block in self.blocks for c in (block.container, *(j.container for j in block.joins))]
        return list(dict.fromkeys(every))


def bare(word: object) -> str:
    """A word as words of a mapping are compared: without case, full width and outer blanks, blanks within it as one.

    A whole number is one without its `.0`, which programs add to columns with empty cells.

    >>> bare("  Partial   RESPONSE "), bare("2.0"), bare(2), bare("007")
    ('partial response', '2', '2', '007')
    """
    return WHOLE.sub(r"\1", " ".join(spellings.half_width(str(word)).split()).casefold())
