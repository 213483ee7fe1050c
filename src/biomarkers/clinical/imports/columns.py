"""One column of a sheet from one of a file: words, units, days and events, by the mapping and by fixed rules.

A cell that is not understood is missing, named and counted; in a column that must be filled it is a problem
(docs/methods.md, 13.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from biomarkers.clinical.imports.guesses import scalar
from biomarkers.clinical.imports.mapping import Column
from biomarkers.clinical.imports.reading import Cell, Reading
from biomarkers.clinical.imports.sources import Given
from biomarkers.errors import Problem, Problems
from biomarkers.io import below, schemas, spellings, words
from biomarkers.io.cells import MISSING, plain

FEW = 20
"""Different texts of a column up to which each is a row of the report."""
STRANGERS = 5
"""Filled cells from which a column, none of whose cells is understood, is taken for the wrong one and refused."""


class Told(NamedTuple):
    """A row of the report: what became of one word, or of all cells of a kind (word is None).

    remedy: how the mapping takes a word that was not understood.
    """

    column: str
    source: str
    word: str | None
    meaning: str | None
    status: str
    n: int
    example: str | None
    remedy: str = ""


class Made(NamedTuple):
    """The cells of a column of the sheet, empty where missing, and what was done."""

    cells: list[str]
    told: list[Told]


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
    if column.extract is None:
        given = given._replace(cells=[spellings.half_width(cell) for cell in given.cells])
    reads = Reading(column, given, words_for_missing, problems, clean)
    cells = {cell: reads.cell(cell) for cell in dict.fromkeys(given.cells)}
    counts = Counter(given.cells)
    first: dict[str, int] = {}
    for cell, line in zip(given.cells, given.lines, strict=True):
        first.setdefault(cell, line)
    for cell, made in cells.items():
        if made.status in ("unmapped", "missing") and column.required:
            expected = f"for {column.target} {_needed(column, given, cell, made, clean=clean)}"
            cells_and_lines = enumerate(zip(given.cells, given.lines, strict=True))
            lines = [line for place, (own, line) in cells_and_lines if own == cell and place not in ignored]
            found = None if cell else "is empty"
            problems.add(*[Problem(given.path, given.heading, cell, expected, line, found) for line in lines[:20]])
    refused = [cell for cell, made in cells.items() if made.status == "unmapped" and _may_not_be_missing(column)]
    for cell in [] if reads.asks or column.required else refused[:FEW]:
        expected = f"for {column.target} {_refusal(column, given, cell)}"
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
    cells: dict[str, Cell],
    counts: Counter[str],
    first: dict[str, int],
    problems: Problems,
) -> None:
    """Add a problem for a column of which no filled cell is understood: the mapping means another one."""
    filled = [cell for cell, made in cells.items() if made.status != "missing"]
    told = (column.values, column.scale, column.days, column.extract)
    if column.is_covariate and not any(told):
        return  # Such numbers are named with their remedy, for which an importer of a fixed format has no key.
    if column.required or not filled or any(cells[cell].status != "unmapped" for cell in filled):
        return
    n = sum(counts[cell] for cell in filled)
    if n < STRANGERS:
        return
    cell = filled[0]
    expected = f"for {column.target} {_expected(column, given, cell)} (none of the {n} filled cells is one)"
    problems.add(Problem(given.path, given.heading, cell, expected, first[cell]))


def _may_not_be_missing(column: Column) -> bool:
    """Whether a word that is not understood stops: the mapping says so, or an empty cell has a meaning."""
    return column.other == "refuse" or "x-empty" in column.rule


def _refusal(column: Column, given: Given, cell: str) -> str:
    """What a cell should have been that may not become missing, worded to follow "expected"."""
    if column.other == "refuse":
        return f"a word of the mapping's values; {_beside_values(column, given, cell)}"
    meaning = column.rule["x-empty"]
    remedy = "so a word that means this goes into missing"
    return f"{_expected(column, given, cell)}; left empty it would say '{meaning}', {remedy}"


def _expected(column: Column, given: Given, cell: str) -> str:
    """What a cell should have been, worded to follow "expected"."""
    if below.is_found(column.rule, cell):
        own = f"{column.rule['x-no-totals']}, and no {below.what(cell)}"
        remedy = "header: [1, 2] (or 2) beside file says so; else " if below.is_heading(cell) else ""
        return f"{own}: {remedy}{_left_out(column, cell)}"
    if column.values is not None and column.other != "keep":
        return (
            f"a word of the mapping's values: {', '.join(column.values)[:200]}; {_beside_values(column, given, cell)}"
        )
    if column.cnsr:
        return "a whole number: 0 is the event (cnsr)"
    rule = column.rule
    hint = words.hint(rule["x-words"], cell, rule["enum"]) if "x-words" in rule else ""
    if column.rule.get("enum"):
        hint += "; other words need values in the mapping"
    if column.days is not None:
        return f"a day written {column.days.said}"
    return schemas.expected(rule) + hint


def _needed(column: Column, given: Given, cell: str, made: Cell, *, clean: bool) -> str:
    """What a cell should have been that must be filled, with what helps; clean: of the block."""
    if made.status == "missing":
        return f"a value: {_left_out(column, cell)}"
    expected = _expected(column, given, cell)
    if below.is_found(column.rule, cell) or column.rule.get("pattern") != schemas.NAME:
        return expected
    if clean or Reading(column, given, (), Problems(), clean=True).cell(cell).status == "unmapped":
        return expected
    remedy = "clean: true in the mapping makes such identifiers so, if it is one: else"
    return f"{expected}; {remedy} {_left_out(column, cell)}"


def _left_out(column: Column, cell: str) -> str:
    """How such a row is left out; of several headings none alone tells it.

    `where` beside the file of an entry of `rows` would leave out what the file's row gives by its other entries.
    """
    if len(column.sources) != 1:
        return "take the row out of the file"
    wanted = "filled: true" if cell in MISSING else f"not: {scalar(cell)}"
    where = f"where: {{{scalar(column.sources[0])}: {{{wanted}}}}}"
    if column.of_entry:
        own = f"give this entry of rows a block of its own, with {where} beside file"
        return f"empty the other cells of the entry in the file, or {own}"
    return f"take the row out of the file, or write {where} beside file in the mapping"


def _told(
    column: Column, given: Given, cells: dict[str, Cell], counts: Counter[str], first: dict[str, int]
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
        remedy = _remedy(column, given, cell) if made.status in ("unmapped", "doubtful") else ""
        told.append(Told(column.target, given.heading, cell, meaning, made.status, counts[cell], example, remedy))
    for status, every in together.items():
        n = sum(counts[cell] for cell in every)
        how = f"{column.scale.unit} as {column.scale.to}" if column.scale else None
        how = f"days written {column.days.said}" if column.days else how
        example = f"{given.path}:{first[every[0]]}"
        told.append(Told(column.target, given.heading, None, how, status, n, example))
    return told


def _remedy(column: Column, given: Given, cell: str) -> str:
    """How a mapping takes a word that was not understood; empty where nothing more can be said."""
    if column.values is not None and column.other != "keep":
        return _beside_values(column, given, cell)
    if spellings.INEXACT.fullmatch(cell):
        return f"{spellings.NO_NUMBER}: values say which one it stands for, beside other: keep"
    if spellings.MARKED.fullmatch(cell):
        return "decimal and thousands in the mapping say what a point or comma of a number is"
    return ""


def _beside_values(column: Column, given: Given, cell: str) -> str:
    """What makes a word understood that `values` do not have."""
    kept = Reading(replace(column, other="keep"), given, (), Problems(), clean=False).cell(cell)
    if kept.status != "unmapped":
        return "other: keep beside values reads further words as if there were none"
    return "such a word goes into values" + ("" if column.required else ", as null where it means missing")
