"""One column of a sheet from one of a file: words, units, days and events, by the mapping and by fixed rules.

A cell that is not understood is missing, named and counted; in a column that must be filled it is a problem
(docs/methods.md, 13.1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from biomarkers.clinical.imports import dates, units
from biomarkers.clinical.imports.guesses import scalar
from biomarkers.clinical.imports.mapping import Column, bare
from biomarkers.clinical.imports.sources import Given
from biomarkers.errors import Problem, Problems
from biomarkers.io import below, partial_dates, schemas, spellings, words
from biomarkers.io.cells import MISSING, plain

FEW = 20
"""Different texts of a column up to which each is a row of the report."""
STRANGERS = 5
"""Filled cells from which a column, none of whose cells is understood, is taken for the wrong one and refused."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Told(NamedTuple):
    """A row of the report: what became of one word, or of all cells of a kind (word is None)."""

    column: str
    source: str
    word: str | None
    meaning: str | None
    status: str
    n: int
    example: str | None


class Made(NamedTuple):
    """The cells of a column of the sheet, empty where missing, and what was done."""

    cells: list[str]
    told: list[Told]


class _Cell(NamedTuple):
    """What a cell became. word: it is told of by itself, else with all others of its status."""

    text: str
    status: str
    by_word: bool = True


MISSED = _Cell("", "missing")
UNMAPPED = _Cell("", "unmapped")


def make(
    column: Column,
    given: Given,
    missing: Collection[str],
    problems: Problems,
    *,
    clean: bool = False,
    ignored: Collection[int] = (),
) -> Made:
    """The cells of a column; missing: plain words (`cells.plain`) that mean missing in every file.

    clean: make identifiers ones of ours. ignored: places of rows that are not taken, so that they need not be filled.
    """
    words_for_missing = {*missing, *map(plain, column.missing)}
    for doubt in given.doubts:
        expected = f"the same as in line {doubt.first}, or many: first (or last) for this join"
        problems.add(Problem(given.path, given.heading, doubt.cell, expected, doubt.line))
    reads = _Reading(column, given, words_for_missing, problems, clean)
    cells = {cell: reads.cell(cell) for cell in dict.fromkeys(given.cells)}
    counts = Counter(given.cells)
    first: dict[str, int] = {}
    for cell, line in zip(given.cells, given.lines, strict=True):
        first.setdefault(cell, line)
    for cell, made in cells.items():
        if made.status in ("unmapped", "missing") and column.required:
            expected = f"for {column.target} {_expected(column, cell)}"
            cells_and_lines = enumerate(zip(given.cells, given.lines, strict=True))
            lines = [line for place, (own, line) in cells_and_lines if own == cell and place not in ignored]
            found = None if cell else "is empty"
            problems.add(*[Problem(given.path, given.heading, cell, expected, line, found) for line in lines[:20]])
    refused = [cell for cell, made in cells.items() if made.status == "unmapped" and _may_not_be_missing(column)]
    for cell in [] if reads.asks or column.required else refused[:FEW]:
        expected = f"for {column.target} {_refusal(column, cell)}"
        problems.add(Problem(given.path, given.heading, cell, expected, first[cell]))
    if not refused:
        _refuse_strangers(column, given, cells, counts, first, problems)
    texts = [cells[cell].text for cell in given.cells]
    return Made(texts, _told(column, given, cells, counts, first))


def constant(column: Column, n: int) -> Made:
    """The same word in every row."""
    text = column.constant or ""
    return Made([text] * n, [Told(column.target, "", None, text, "constant", n, None)])


def _refuse_strangers(
    column: Column,
    given: Given,
    cells: dict[str, _Cell],
    counts: Counter[str],
    first: dict[str, int],
    problems: Problems,
) -> None:
    """Add a problem for a column of which no filled cell is understood: the mapping means another one."""
    filled = [cell for cell, made in cells.items() if made.status != "missing"]
    if column.required or not filled or any(cells[cell].status != "unmapped" for cell in filled):
        return
    n = sum(counts[cell] for cell in filled)
    if n < STRANGERS:
        return
    cell = filled[0]
    expected = f"for {column.target} {_expected(column, cell)} (none of the {n} filled cells is one)"
    problems.add(Problem(given.path, given.heading, cell, expected, first[cell]))


def _may_not_be_missing(column: Column) -> bool:
    """Whether a word that is not understood stops: the mapping says so, or an empty cell has a meaning."""
    return column.other == "refuse" or "x-empty" in column.rule


def _refusal(column: Column, cell: str) -> str:
    """What a cell should have been that may not become missing, worded to follow "expected"."""
    if column.other == "refuse":
        return "a word of the mapping's values"
    meaning = column.rule["x-empty"]
    remedy = "so a word that means this goes into missing"
    return f"{_expected(column, cell)}; left empty it would say '{meaning}', {remedy}"


def _expected(column: Column, cell: str) -> str:
    """What a cell should have been, worded to follow "expected"."""
    if below.is_found(column.rule, cell):
        return f"{column.rule['x-no-totals']}, and no row of totals or note below the table: {_left_out(column, cell)}"
    if column.values is not None and column.other != "keep":
        return f"a word of the mapping's values: {', '.join(column.values)[:200]}"
    if column.cnsr:
        return "a whole number: 0 is the event (cnsr)"
    rule = column.rule
    hint = words.hint(rule["x-words"], cell, rule["enum"]) if "x-words" in rule else ""
    if column.rule.get("enum"):
        hint += "; other words need values in the mapping"
    if rule.get("pattern") == schemas.NAME:
        hint += "; clean: true in the mapping makes other identifiers so"
    if column.days is not None:
        return f"a day written {column.days.said}"
    return schemas.expected(rule) + hint


def _left_out(column: Column, cell: str) -> str:
    """How such a row is left out."""
    where = f"where: {{{scalar(column.sources[0])}: {{not: {scalar(cell)}}}}}"
    return f"take it out of the file, or write {where} beside file in the mapping"


class _Reading:
    """How the cells of one column are read."""

    def __init__(self, column: Column, given: Given, missing: Collection[str], problems: Problems, clean: bool) -> None:
        self.column, self.given, self.missing, self.clean = column, given, missing, clean
        self.own = {plain(str(word)) for word in (*column.rule.get("enum", ()), *column.rule.get("x-known", ()))}
        self.declared = {plain(word) for word in column.missing}
        self.check = schemas.validator(column.rule)
        kinds = column.rule.get("type", "string")
        self.kind = kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")
        if column.rule.get("format") == "date" or column.days is not None:
            self.kind = "date"
        if not column.rule and column.scale is not None:
            self.kind = "number"
        distinct = set(given.cells)
        self.points = spellings.decimal_points(distinct)
        self.groups = given.has_commas and spellings.may_be_thousands(distinct)
        marked = any(re.fullmatch(r"\(?\++\)?", cell) for cell in distinct)
        self.missing = {word for word in missing if not (marked and word == "-")}
        self.asks = self.kind == "date" and column.days is None and self._asked_for_format(problems)

    def _asked_for_format(self, problems: Problems) -> bool:
        """Whether there are days of which two readings are possible, which is a problem."""
        unsure = [cell for cell in dict.fromkeys(self.given.cells) if dates.is_unsure(cell)]
        if unsure:
            line = self.given.lines[self.given.cells.index(unsure[0])]
            expected = f"date_format in the mapping's {self.column.target}: {dates.proposal(unsure)}"
            problems.add(Problem(self.given.path, self.given.heading, unsure[0], expected, line))
        return bool(unsure)

    def cell(self, cell: str) -> _Cell:
        """What a cell becomes."""
        column = self.column
        if (known := self._known(cell)) is not None:
            return known
        if column.extract is not None:
            found = column.extract.search(cell)
            if found is None or not (found[1] or "").strip():
                return UNMAPPED
            cell = found[1].strip()
            if (known := self._known(cell)) is not None:
                return known
        if column.values is not None and column.other != "keep":
            return UNMAPPED
        if below.is_found(column.rule, cell):
            return UNMAPPED
        if column.cnsr:
            return _of_cnsr(cell)
        if self.kind == "date":
            return self._day(cell)
        if self.kind in ("number", "integer"):
            return self._number(self.points.get(cell, cell))
        return self._text(cell)

    def _known(self, cell: str) -> _Cell | None:
        """What a word of `values` or for missing becomes; None for others."""
        if self.column.values is not None and bare(cell) in self.column.values:
            meaning = self.column.values[bare(cell)]
            return MISSED if meaning is None else _Cell(meaning, "mapped")
        return MISSED if self._is_missing(cell) else None

    def _is_missing(self, cell: str) -> bool:
        if cell in MISSING:
            return True
        word = plain(cell)
        if self.column.required or word in self.declared:
            return word in self.declared
        return word not in self.own and word in self.missing

    def _day(self, cell: str) -> _Cell:
        """A day by the declared format; without one, where only one reading is possible."""
        if self.column.days is not None:
            day = self.column.days.read_any(cell)
        elif self.check.is_valid(cell) and self.column.rule:
            day = cell
        else:
            day = dates.clear(cell)
        if day is None and "x-partial" in self.column.rule and (span := partial_dates.span(cell)):
            return MISSED if span == partial_dates.NO_DAY else _Cell(cell, "read")
        return UNMAPPED if day is None else _Cell(day, "read", False)

    def _number(self, cell: str) -> _Cell:
        """A number in the sheet's unit, or one of few fixed ones."""
        if self.kind == "integer" and self.column.rule.get("enum") == [0, 1]:
            word = words.read("flag", re.sub(r"\.0+$", "", cell), (0, 1))
            return UNMAPPED if word is None else _Cell(word, "read")
        value = units.number(units.plain_minus(cell))
        if value is None or (self.groups and "." in cell):
            return UNMAPPED
        cell = units.plain_minus(cell)
        if self.column.scale is not None:
            value = self.column.scale.of(value)
        if self.column.first_day == 0 and value >= 0:
            value += 1
        typed: Any = int(value) if self.kind == "integer" and value == int(value) else value
        if not self.check.is_valid(typed):
            return UNMAPPED
        is_same = self.column.scale is None and self.column.first_day == 1
        return _Cell(cell if is_same else units.written(value), "read", False)

    def _text(self, cell: str) -> _Cell:
        """A word of the column's own, or a text."""
        rule = self.column.rule
        if self.column.scale is not None:
            scaled = units.scaled_score(self.points.get(cell, cell), self.column.scale)
            return UNMAPPED if scaled is None else _Cell(scaled, "read", False)
        if rule.get("pattern") == schemas.NAME:
            name = UNSAFE.sub("_", cell).strip("_.-") if self.clean else cell
            return _Cell(name, "read", False) if self.check.is_valid(name) else UNMAPPED
        if "enum" in rule:
            known = words.read(rule["x-words"], cell, rule["enum"]) if "x-words" in rule else None
            known = known or next((word for word in rule["enum"] if bare(word) == bare(cell)), None)
            return UNMAPPED if known is None else _Cell(str(known), "read")
        return _Cell(units.plain_minus(cell), "read")


def _of_cnsr(cell: str) -> _Cell:
    """The event of a CDISC censoring value: 0 is an event, other whole numbers are reasons of censoring."""
    value = units.number(cell)
    if value is None or value != int(value) or value < 0:
        return UNMAPPED
    return _Cell("1" if value == 0 else "0", "mapped")


def _told(
    column: Column, given: Given, cells: dict[str, _Cell], counts: Counter[str], first: dict[str, int]
) -> list[Told]:
    """The rows of the report: each word, or all cells of a status together where they are many."""
    many = sum(made.status == "read" and made.by_word for made in cells.values()) > FEW
    together: dict[str, list[str]] = {}
    told = []
    for cell, made in cells.items():
        if made.status == "read" and (many or not made.by_word):
            together.setdefault("read", []).append(cell)
            continue
        example = f"{given.path}:{first[cell]}"
        meaning = made.text if made.text else None
        told.append(Told(column.target, given.heading, cell, meaning, made.status, counts[cell], example))
    for status, every in together.items():
        n = sum(counts[cell] for cell in every)
        how = f"{column.scale.unit} as {column.scale.to}" if column.scale else None
        how = f"days written {column.days.said}" if column.days else how
        example = f"{given.path}:{first[every[0]]}"
        told.append(Told(column.target, given.heading, None, how, status, n, example))
    return told
