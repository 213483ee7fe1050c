"""The sheets that a mapping makes of other people's tables, where each row comes from, and what was done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.clinical.imports import columns, sources
from biomarkers.clinical.imports.columns import Made, Told
from biomarkers.clinical.imports.mapping import Block, Column, Declared
from biomarkers.clinical.imports.sources import Given, Reader, Rows
from biomarkers.errors import Problem, Problems, count, first_few
from biomarkers.io import schemas
from biomarkers.io.cells import MISSING, MISSING_WORDS, plain
from biomarkers.io.headers import IDENTIFYING

SHOWN = 10
"""Rows of a repeated key that are told one by one."""


class Row(NamedTuple):
    """A row of a sheet: its cells by column, empty where missing, and the file and line that it comes from."""

    cells: dict[str, str]
    file: str
    line: int


@dataclass(frozen=True)
class Sheet:
    """A sheet as it will be written. told: what was done, column by column."""

    name: str
    header: list[str]
    rows: list[Row]
    told: list[Told]

    def frame(self) -> pd.DataFrame:
        """The sheet as a frame of text."""
        rows = [[row.cells.get(column, "") for column in self.header] for row in self.rows]
        return pd.DataFrame(rows, columns=self.header, dtype="object")

    def text(self) -> str:
        """The sheet as it is written: TSV, empty cells where missing."""
        return str(self.frame().to_csv(sep="\t", index=False, lineterminator="\n"))


def make(
    mapping: Declared, read: Reader, problems: Problems, *, missing: Collection[str] = MISSING_WORDS
) -> dict[str, Sheet]:
    """The sheets of a mapping, by name; what is wrong with mapping and files is added to `problems`.

    read: finds and reads the tables (`sources.reader`). missing: words for missing in every file. A sheet of which a
    file could not be read is left out.
    """
    absent = {plain(word) for word in (*missing, *mapping.missing)}
    made: dict[str, Sheet] = {}
    for name in mapping.sheets:
        blocks = [block for block in mapping.blocks if block.sheet == name]
        parts = [_of_block(block, mapping, read, absent, problems) for block in blocks]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts):
            made[name] = _checked(_together(name, found), problems)
    return made


def _of_block(block: Block, mapping: Declared, read: Reader, missing: set[str], problems: Problems) -> Sheet | None:
    """The part of a sheet that one block gives."""
    rows = sources.load(block, mapping.path, read, problems, missing)
    if rows is None:
        return None
    maker = _Maker(block, mapping, rows, missing, problems)
    told = [Told("", "", None, reason, "left_out", count, rows.path) for reason, count in rows.told]
    shared = {column.target: maker.made(column) for column in (*block.columns, *maker.kept(told))}
    own = [{column.target: maker.made(column, maker.empty(each)) for column in each} for each in block.rows]
    found: list[Row] = []
    empty = 0
    for place, line in enumerate(rows.lines):
        for number, each in enumerate(own):
            if _says_nothing(each, block.rows[number], place):
                empty += 1
                continue
            cells = {target: made.cells[place] for target, made in (*shared.items(), *each.items())}
            found.append(Row({target: cell for target, cell in cells.items() if cell}, rows.path, line))
    if empty:
        told.append(Told("", "", None, "rows: all of their own cells are missing", "left_out", empty, rows.path))
    if block.distinct:
        found = _distinct(found, rows.path, told)
    for made in (*shared.values(), *(made for each in own for made in each.values())):
        told += made.told
    targets = [*shared, *dict.fromkeys(target for each in own for target in each)]
    return Sheet(block.sheet, targets, found, told)


def _says_nothing(each: dict[str, Made], of: Sequence[Column], place: int) -> bool:
    """Whether a further row has nothing in the columns that it takes from the file."""
    from_file = [column.target for column in of if column.sources]
    return bool(from_file) and not any(each[target].cells[place] for target in from_file)


def _distinct(rows: list[Row], path: str, told: list[Told]) -> list[Row]:
    """The rows without those that say the same as an earlier one."""
    first = {tuple(sorted(row.cells.items())): row for row in reversed(rows)}
    if len(first) < len(rows):
        told.append(
            Told("", "", None, "distinct: the same as an earlier row", "left_out", len(rows) - len(first), path)
        )
    kept = {id(row) for row in first.values()}
    return [row for row in rows if id(row) in kept]


class _Maker:
    """Makes the columns of a block."""

    def __init__(self, block: Block, mapping: Declared, rows: Rows, missing: set[str], problems: Problems) -> None:
        self.block, self.mapping, self.rows = block, mapping, rows
        self.missing, self.problems = missing, problems
        self.names: dict[str, tuple[str, int]] = {}

    def kept(self, told: list[Told]) -> list[Column]:
        """With `keep: all` every column that is not taken otherwise, but those that look like direct identifiers."""
        if not self.block.keeps_all:
            return []
        taken = {self.rows.find(name) for column in self.block.every_column() for name in column.sources}
        named = {column.target for column in self.block.every_column()} | {
            *schemas.load(self.block.sheet)["properties"]
        }
        found = []
        for name, given in self.rows.columns.items():
            if name in taken:
                continue
            if name in named or name in self.rows.clashes:
                reason = "keep: the sheet or the files have another column of this name"
                told.append(Told(name, name, None, reason, "left_out", len(given.cells), given.path))
            else:
                found.append(Column(name, {}, (name,), is_covariate=True))
        return found

    def empty(self, columns: Sequence[Column]) -> frozenset[int]:
        """Places of the rows in which none of these columns has a cell that is filled."""
        given = [found for column in columns if column.sources and (found := self.given(column))]
        absent = self.missing | {plain(word) for column in columns for word in column.missing}
        return frozenset(
            place
            for place in range(len(self.rows.lines) if given else 0)
            if all(each.cells[place] in MISSING or plain(each.cells[place]) in absent for each in given)
        )

    def made(self, column: Column, ignored: Collection[int] = ()) -> Made:
        """The cells of one column; missing ones where its heading is not in the file, which is a problem.

        ignored: places of rows that are not taken.
        """
        if column.constant is not None:
            return columns.constant(column, len(self.rows.lines))
        given = self.given(column)
        if given is None:
            return Made([""] * len(self.rows.lines), [])
        if column.is_covariate and (IDENTIFYING.search(column.target) or IDENTIFYING.search(given.heading)):
            reason = "looks like a direct identifier, so not carried"
            told = Told(column.target, given.heading, None, reason, "left_out", len(given.cells), given.path)
            return Made([""] * len(given.cells), [told])
        made = columns.make(column, given, self.missing, self.problems, clean=self.block.clean, ignored=ignored)
        if self.block.clean and column.target == "patient":
            self.check_names(given, made.cells)
        return made

    def check_names(self, given: Given, cells: list[str]) -> None:
        """Add a problem for two identifiers that became the same."""
        for old, new, line in zip(given.cells, cells, given.lines, strict=True):
            first, at = self.names.setdefault(new, (old, line))
            if new and first != old:
                expected = f"an identifier that does not become '{new}' as '{first}' in line {at} does"
                self.problems.add(Problem(given.path, given.heading, old, expected, line))

    def given(self, column: Column) -> Given | None:
        """The column of the file; of several headings the first that is filled in each row."""
        found = []
        for heading in column.sources:
            name = self.rows.find(heading)
            key = f"{self.block.sheet}: {column.target}"
            line = _line(self.mapping, self.block, column.target)
            if name is None:
                self.problems.add(sources.absent(self.rows, self.mapping.path, line, heading, key))
            elif name in self.rows.clashes:
                expected = "a heading that stands once in these files (or prefix, in a join, to tell them apart)"
                self.problems.add(Problem(self.mapping.path, key, heading, expected, line))
            else:
                found.append(self.rows.columns[name])
        if len(found) < len(column.sources):
            return None
        return found[0] if len(found) == 1 else self.first_filled(found, column)

    def first_filled(self, found: list[Given], column: Column) -> Given:
        """Several columns as one: of each row the first cell that is filled and, with `extract`, has what it takes."""
        absent = self.missing | {plain(word) for word in column.missing}
        cells, lines = [], []
        for place in range(len(found[0].cells)):
            filled = (
                given
                for given in found
                if given.cells[place] not in MISSING
                and plain(given.cells[place]) not in absent
                and (column.extract is None or column.extract.search(given.cells[place]))
            )
            empty = (given for given in found if given.cells[place] in MISSING)
            chosen = next(filled, next(empty, found[0]))
            cells.append(chosen.cells[place])
            lines.append(chosen.lines[place])
        heading = " + ".join(given.heading for given in found)
        doubts = tuple(doubt for given in found for doubt in given.doubts)
        has_commas = any(given.has_commas for given in found)
        return Given(found[0].path, heading, cells, lines, doubts, has_commas, found[0].marks)


def _line(mapping: Declared, block: Block, target: str) -> int | None:
    """Line of the mapping in which a column of a block stands."""
    inside = [key for key in mapping.lines if key[: len(block.key)] == block.key and key[-1] == target]
    return mapping.lines[inside[0]] if inside else block.container.line


def _together(name: str, parts: list[Sheet]) -> Sheet:
    """The parts of a sheet one after another: our columns in our order, then covariates."""
    definition: dict[str, Any] = schemas.load(name)
    there = dict.fromkeys(column for part in parts for column in part.header)
    always = {*schemas.absent(definition, there)}
    ours = [column for column in definition["properties"] if column in there or column in always]
    refused = {told.column for part in parts for told in part.told if told.status == "left_out" and told.column}
    further = [column for column in there if column not in ours and column not in refused]
    rows = [row for part in parts for row in part.rows]
    return Sheet(name, [*ours, *further], rows, [told for part in parts for told in part.told])


def _checked(sheet: Sheet, problems: Problems) -> Sheet:
    """The sheet after a look at its keys; of a time without its event (or the reverse) neither is kept."""
    definition = schemas.load(sheet.name)
    key, rules = definition.get("x-key", []), definition["properties"]
    for column in definition["required"]:
        day = rules[column].get("x-day")
        for row in sheet.rows:
            if {day, column} <= {*sheet.header} and not (row.cells.get(day) or row.cells.get(column)):
                expected = f"a study day such as 15, or a date in {column}"
                problems.add(Problem.said(row.file, f"{sheet.name}.{day}", "is empty", expected, row.line))
    first: dict[tuple[str, ...], Row] = {}
    again: list[tuple[tuple[str, ...], Row]] = []
    for row in sheet.rows if key else []:
        value = tuple(row.cells.get(column) or row.cells.get(rules[column].get("x-day"), "") for column in key)
        if value[0] and first.setdefault(value, row) is not row:  # Without the first, a problem was told already.
            again.append((value, row))
    for value, row in again[:SHOWN]:
        other = first[value]
        expected = f"each {'+'.join(key)} once in {sheet.name} (first in {other.file}:{other.line})"
        expected += f"; {_remedy(row, other)}"
        problems.add(Problem(row.file, "+".join(key), " ".join(value), expected, row.line))
    if len(again) > SHOWN:
        found = f"is repeated in {count(len(again) - SHOWN, 'more row')}"
        problems.add(Problem.said(again[SHOWN][1].file, "+".join(key), found, f"each once in {sheet.name}"))
    if not sheet.rows:
        problems.add(Problem.said(sheet.name, "sheet", "has no rows", "at least one row that the mapping takes"))
    return _paired(sheet) if sheet.name == "patients" else sheet


def _remedy(row: Row, other: Row) -> str:
    """How a mapping takes one of two rows of the same key."""
    differ = [name for name in {**other.cells, **row.cells} if row.cells.get(name) != other.cells.get(name)]
    if not differ:
        return "they say the same, so distinct: true in the mapping takes one"
    return f"they differ in {first_few(differ)}: where in the mapping takes some of the rows"


def _paired(sheet: Sheet) -> Sheet:
    """Of months without their event, or an event without its months, neither is kept (docs/methods.md, 13.5)."""
    rows, told, header = sheet.rows, list(sheet.told), sheet.header
    for time in [name for name in schemas.load(sheet.name)["properties"] if name.endswith("_months")]:
        event = time.replace("_months", "_event")
        if not {time, event} <= {*header}:
            header = [name for name in header if name not in (time, event)]
        for alone, other in ((time, event), (event, time)):
            places = [row for row in rows if row.cells.get(alone) and not row.cells.get(other)]
            if places:
                example = f"{places[0].file}:{places[0].line}"
                told.append(Told(alone, "", None, f"without {other}", "left_out", len(places), example))
        both = {time, event}
        rows = [
            row
            if both <= row.cells.keys()
            else row._replace(cells={name: cell for name, cell in row.cells.items() if name not in both})
            for row in rows
        ]
    return Sheet(sheet.name, header, rows, told)
