"""What a cell of a column becomes: words, days, numbers and identifiers, by the mapping and by fixed rules.

The words of the mapping come first, then those for missing, then the rules (docs/methods.md, 13.1 to 13.4).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from biomarkers.clinical.imports import dates, units
from biomarkers.clinical.imports.mapping import Column, bare
from biomarkers.clinical.imports.numbers import Numbers
from biomarkers.clinical.imports.sources import Given
from biomarkers.errors import Problem, Problems
from biomarkers.io import below, partial_dates, schemas, spellings, words
from biomarkers.io.cells import MISSING, has_plus_marks, own_words, plain

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Cell(NamedTuple):
    """What a cell became. word: it is told of by itself, else with all others of its status."""

    text: str
    status: str
    by_word: bool = True


MISSED = Cell("", "missing")
UNMAPPED = Cell("", "unmapped")


class Reading:
    """How the cells of one column are read."""

    def __init__(self, column: Column, given: Given, missing: Collection[str], problems: Problems, clean: bool) -> None:
        self.column, self.given, self.missing, self.clean = column, given, missing, clean
        self.own = own_words(column.rule)
        self.declared = {plain(word) for word in column.missing}
        self.check = schemas.validator(column.rule)
        kinds = column.rule.get("type", "string")
        self.kind = kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")
        if column.rule.get("format") == "date" or column.days is not None:
            self.kind = "date"
        if not column.rule and column.scale is not None:
            self.kind = "number"
        marked = has_plus_marks(set(given.cells))
        self.missing = {word for word in missing if not (marked and word == "-")}
        self.numbers = Numbers(column, given, self.missing)
        self.asks = self.kind == "date" and column.days is None and self._asked_for_format(problems)

    def _asked_for_format(self, problems: Problems) -> bool:
        """Whether there are days of which two readings are possible, which is a problem."""
        unsure = [cell for cell in dict.fromkeys(self.given.cells) if dates.is_unsure(cell)]
        if unsure:
            line = self.given.lines[self.given.cells.index(unsure[0])]
            expected = f"date_format in the mapping's {self.column.target}: {dates.proposal(unsure)}"
            problems.add(Problem(self.given.path, self.given.heading, unsure[0], expected, line))
        return bool(unsure)

    def cell(self, cell: str) -> Cell:
        """What a cell becomes."""
        column = self.column
        if (known := self._known(cell)) is not None:
            return known
        if column.extract is not None:
            found = column.extract.search(cell)
            if found is None or not (found[1] or "").strip():
                return UNMAPPED
            cell = spellings.half_width(found[1]).strip()
            if (known := self._known(cell)) is not None:
                return known
        if column.values is not None and column.other != "keep":
            return self._own_word(cell)
        if below.is_found(column.rule, cell):
            return UNMAPPED
        if column.cnsr:
            return _of_cnsr(cell)
        if self.kind == "date":
            return self._day(cell)
        if self.kind in ("number", "integer"):
            return self._number(cell)
        return self._text(cell)

    def _known(self, cell: str) -> Cell | None:
        """What a word of `values` or for missing becomes; None for others."""
        if self.column.values is not None and bare(cell) in self.column.values:
            meaning = self.column.values[bare(cell)]
            return MISSED if meaning is None else Cell(meaning, "mapped")
        return MISSED if self._is_missing(cell) else None

    def _is_missing(self, cell: str) -> bool:
        if cell in MISSING:
            return True
        word = plain(cell)
        if self.column.required or word in self.declared:
            return word in self.declared
        return word not in self.own and word in self.missing

    def _day(self, cell: str) -> Cell:
        """A day by the declared format; without one, where only one reading is possible."""
        if self.column.days is not None:
            day = self.column.days.read_any(cell)
        elif self.check.is_valid(cell) and self.column.rule:
            day = cell
        else:
            day = dates.clear(cell)
        if day is None and "x-partial" in self.column.rule and (span := partial_dates.span(cell)):
            return MISSED if span == partial_dates.NO_DAY else Cell(cell, "read")
        return UNMAPPED if day is None else Cell(day, "read", False)

    def _number(self, cell: str) -> Cell:
        """A number in the sheet's unit, or one of few fixed ones."""
        if self.kind == "integer" and self.column.rule.get("enum") == [0, 1]:
            word = words.read("flag", re.sub(r"\.0+$", "", cell), (0, 1))
            return UNMAPPED if word is None else Cell(word, "read")
        spelt, doubtful = self.numbers.number(units.plain_minus(cell))
        value = None if spelt is None else units.number(spelt)
        if spelt is None or value is None:
            return UNMAPPED
        if self.column.scale is not None:
            value = self.column.scale.of(value)
        if self.column.first_day == 0 and value >= 0:
            value += 1
        typed: Any = int(value) if self.kind == "integer" and value == int(value) else value
        if not self.check.is_valid(typed):
            return UNMAPPED
        is_same = self.column.scale is None and self.column.first_day == 1
        text = spelt if is_same else units.written(value)
        return Cell(text, "doubtful") if doubtful else Cell(text, "read", False)

    def _text(self, cell: str) -> Cell:
        """A word of the column's own, or a text."""
        rule = self.column.rule
        if self.column.scale is not None:
            scaled = units.scaled_score(self.numbers.number(cell).text or cell, self.column.scale)
            return UNMAPPED if scaled is None else Cell(scaled, "read", False)
        if rule.get("pattern") == schemas.NAME:
            name = UNSAFE.sub("_", cell).strip("_.-") if self.clean else cell
            return Cell(name, "read", False) if self.check.is_valid(name) else UNMAPPED
        if "enum" in rule:
            return self._own_word(cell)
        return self._covariate(units.plain_minus(cell))

    def _own_word(self, cell: str) -> Cell:
        """A word that the column has itself; of codes such as 0 and 1 a mapping may mean others."""
        rule = self.column.rule
        if "enum" not in rule or self.kind != "string":
            return UNMAPPED
        known = words.read(rule["x-words"], cell, rule["enum"]) if "x-words" in rule else None
        known = known or next((word for word in rule["enum"] if bare(word) == bare(cell)), None)
        return UNMAPPED if known is None else Cell(str(known), "read")

    def _covariate(self, cell: str) -> Cell:
        """A text, or a number in plain spelling, so that it is read back as what it was taken for."""
        spelt, doubtful = self.numbers.covariate(cell)
        return UNMAPPED if spelt is None else Cell(spelt, "doubtful" if doubtful else "read")


def _of_cnsr(cell: str) -> Cell:
    """The event of a CDISC censoring value: 0 is an event, other whole numbers are reasons of censoring."""
    value = units.number(cell)
    if value is None or value != int(value) or value < 0:
        return UNMAPPED
    return Cell("1" if value == 0 else "0", "mapped")
