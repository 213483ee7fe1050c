"""How the numbers of one column are spelt: by the marks that the mapping declares, else by what all its cells show.

What may be read in two ways is not understood, or read and named (docs/methods.md, 11.5 and 13.3).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from biomarkers.clinical.imports.mapping import Column
from biomarkers.clinical.imports.sources import Given
from biomarkers.io import spellings
from biomarkers.io.cells import MISSING, plain
from biomarkers.io.spellings import MARKED, NUMBER, THOUSANDS
from biomarkers.io.workbooks import NumberCell


class Spelt(NamedTuple):
    """A cell in plain spelling, None where it cannot be told which number it is. doubtful: it may be another one."""

    text: str | None
    doubtful: bool = False


class Numbers:
    """The spelling of a column's numbers."""

    def __init__(self, column: Column, given: Given, missing: Collection[str]) -> None:
        """missing: plain words (`cells.plain`) for missing, which are no cells that could be numbers."""
        texts = {cell for cell in given.cells if not isinstance(cell, NumberCell)}
        self.typed = set(given.cells) - texts
        self.marks = column.marks or given.marks
        self.points = {} if self.marks else spellings.decimal_points(texts)
        has_commas = given.has_commas or any(map(spellings.DECIMAL_COMMA.fullmatch, texts))
        self.groups = self.marks is None and has_commas and spellings.may_be_thousands(texts)
        self.doubtful = self.marks is None and spellings.doubtful({*given.cells})
        filled = [cell for cell in given.cells if cell not in MISSING and plain(cell) not in missing]
        self.mostly = column.is_covariate and sum(map(_may_be_number, filled)) * 2 > len(filled)

    def number(self, cell: str) -> Spelt:
        """A cell of a column that holds numbers; what is none stays as it is."""
        if cell in self.typed:
            return Spelt(str(cell))
        if self.marks is not None:
            return Spelt(self.marks.plain(cell))
        text = self.points.get(cell, cell)
        if self.groups and "." in text:
            return Spelt(None)
        return Spelt(text, self.doubtful and THOUSANDS.fullmatch(cell) is not None)

    def covariate(self, cell: str) -> Spelt:
        """A cell of a column that may hold anything: a text as it is, of a column of numbers the number."""
        if self.marks is not None:
            return Spelt(self.number(cell).text or cell)
        if not self.mostly:
            return Spelt(cell)
        spelt = self.number(cell)
        is_open = spelt.text is not None and not NUMBER.fullmatch(spelt.text)
        return Spelt(None) if is_open and _may_be_number(cell) else spelt


def _may_be_number(cell: str) -> bool:
    """Whether a cell is a number in any spelling, with marks between thousands, too."""
    return spellings.like_number(cell) or MARKED.fullmatch(cell) is not None
