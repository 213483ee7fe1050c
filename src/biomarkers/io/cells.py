"""The cells of a table against its schema: typed values, or every problem with its line. Needs no pandas."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from biomarkers.errors import Problem, Problems, count, log
from biomarkers.io import headers, partial_dates, schemas, spellings
from biomarkers.io.spellings import NUMBER
from biomarkers.io.typed import typed_column
from biomarkers.settings_clinical import Sheets

MISSING = ("", "NA")
MARK_OR_WHOLE = re.compile(r"[+-]?\d*([.,]\d*)?")
"""A number without an exponent, perhaps with one mark."""
MISSING_WORDS = Sheets().missing_words
"""Words that mean missing unless the user gives others (docs/methods.md, 11.4)."""
LATEST = " (latest)"
"""After the name of a column with partial dates: the last day that each may be; the column itself has the first."""


class Numbers(NamedTuple):
    """Columns of nothing but numbers: their names, and an array of columns x rows, NaN missing."""

    names: list[str]
    columns: Any


class Cells(NamedTuple):
    """A table as it stands in a file: stripped cells of each row, and the line that each row begins in (1-based).

    numbers: columns that have no cells; they are last in the header.
    """

    path: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    numbers: Numbers = Numbers([], None)

    def column(self, heading: str) -> list[str]:
        """The cells under a heading, the first of its name."""
        at = self.header.index(heading)
        return [row[at] for row in self.rows]


def plain(word: str) -> str:
    """A word without case, brackets, quotation marks and doubled blanks, as words for missing are compared.

    >>> plain("[Not  Available]"), plain("not_reported"), plain("'--"), plain("...")
    ('not available', 'not reported', '-', '.')
    """
    bare = re.sub(r"[\s_]+", " ", spellings.half_width(word).casefold()).strip(" '\"<>()[]{}")
    bare = re.sub("[\u2013\u2014]", "-", bare)
    return bare[:1] if re.fullmatch(r"-+|\.+|\?+", bare) else bare


def empty_words(rule: Mapping[str, Any]) -> set[str]:
    """Cells that say nothing in any table: empty ones and NA, unless the column has that for a word of its own.

    >>> sorted(empty_words({})), empty_words({"x-known": ["NA"]})
    (['', 'NA'], {''})
    """
    return set(MISSING).difference(rule.get("x-known", ()))


def own_words(rule: Mapping[str, Any]) -> set[str]:
    """Words that a column has for itself, plain: missing they mean elsewhere only."""
    return {plain(str(word)) for word in (*rule.get("enum", ()), *rule.get("x-known", ()))}


def has_plus_marks(cells: Collection[str]) -> bool:
    """Whether a column holds `+`, so that a `-` is a mark of its own and not missing."""
    return any("+" in cell and re.fullmatch(r"\(?\++\)?", cell) for cell in cells)


class Missing:
    """The cells of a table that say in words that there is nothing, and how often each does (docs/methods.md, 11.4)."""

    def __init__(self, words: Collection[str], applies: bool = True) -> None:
        self.applies = applies
        self.words = frozenset(plain(word) for word in words if applies)
        self.found: Counter[str] = Counter()
        self.columns: list[str] = []

    def of(self, column: str, cells: list[str], rule: dict[str, Any], *, required: bool = False) -> set[str]:
        """The cells of a column that are missing, counted; a word of the column's own is a value.

        Where a column holds `+`, a `-` is a mark of its own. In a required column only an empty cell or NA is missing.
        """
        nothing = empty_words(rule)
        if required or not self.words:
            return nothing
        own = own_words(rule)
        distinct = set(cells)
        marked = has_plus_marks(distinct)
        absent = {
            cell
            for cell in distinct.difference(MISSING)
            if plain(cell) in self.words - own and not (marked and plain(cell) == "-")
        }
        if absent:
            self.found.update(cell for cell in cells if cell in absent)
            self.columns.append(column)
        return absent | nothing

    @property
    def numeric(self) -> bool:
        """Whether a number such as -99 is among the words."""
        return any(NUMBER.fullmatch(word) for word in self.words)

    def tell(self, shown: str) -> None:
        """Say on the log which words were read as missing."""
        if self.found:
            words = ", ".join(f"'{word}' {count}" for word, count in self.found.most_common())
            said = "%s: read as missing: %s (columns: %s; the words are the setting missing_words)"
            log.warning(said, shown, words, ", ".join(self.columns))


def check_cells(
    cells: Cells,
    schema: str,
    *,
    text_columns: Collection[str] = (),
    missing: Collection[str] = MISSING_WORDS,
    used: Collection[str] | None = None,
    problems: Problems | None = None,
    quiet: bool = False,
) -> dict[str, tuple[str, list[Any]]]:
    """Kind (number, integer, date, string) and typed values of each column of cells, None where missing.

    Needs no pandas; columns that have no cells are left out. missing: words for missing, where the schema is of a sheet
    that people write. used: columns outside the schema that are used, by default all; in others text among numbers
    makes all of it text. quiet: warn of nothing.
    Raises InputError with every problem of the table, or adds them to `problems` where given.
    """
    definition = schemas.load(schema)
    properties: dict[str, Any] = definition["properties"]
    header = schemas.own_names(definition, cells.header)
    rows, unseen = cells.rows, 0
    if definition.get("x-missing-words"):
        rows, unseen = spellings.seen(rows, header[: len(header) - len(cells.numbers.names)], properties)
    cells = cells._replace(header=header, rows=rows)
    shown, _, _, lines, ready = cells
    required: list[str] = definition.get("required", [])
    stop, problems = problems is None, problems or Problems()
    headers.check(shown, header, definition, problems, quiet=quiet)
    extra = definition.get("additionalProperties", True)
    nothing = Missing(missing, definition.get("x-missing-words", False))
    told, numeric_words = Told(shown, quiet), nothing.numeric
    if unseen:
        told.say(f"characters that cannot be seen are left out ({count(unseen, 'cell')})")
    columns: dict[str, tuple[str, list[Any]]] = {}
    no_value: dict[str, set[str]] = {}
    for position, column in enumerate(header[: len(header) - len(ready.names)]):
        given = [row[position] for row in rows]
        rule = properties.get(column, extra if isinstance(extra, dict) else {})
        if not rule and column not in text_columns and column not in required and not numeric_words:
            numbers = spellings.all_numbers(given, MISSING)
            if numbers:
                columns[column] = ("number", numbers)
                continue
        must = column in required and rule.get("x-day") not in header
        absent = nothing.of(column, given, rule, required=must)
        if not rule:
            filled = [cell for cell in given if cell not in absent]
            is_text = column in text_columns
            if not is_text and used is not None and column not in used and (odd := _text_among_numbers(filled)):
                is_text = True
                _say_text(column, filled, odd, told)
            rule = _inferred(filled, is_text)
        plain_cells, latest = respelled(column, given, rule, told), None
        if "x-partial" in rule:
            said, as_written = set(absent), plain_cells
            plain_cells, latest = _partial(plain_cells, absent)
            if undated := sum(cell in absent - said for cell in as_written):
                told.say(f"column {column}: without a year and missing: {count(undated, 'date')}", logging.WARNING)
        no_value[column] = absent
        none = dict.fromkeys(absent, (None, not must))
        columns[column] = typed_column(shown, column, plain_cells, lines, rule, none, problems)
        if latest is not None:
            columns[column + LATEST] = typed_column(shown, column, latest, lines, rule, none, Problems())
    if not quiet:
        nothing.tell(shown)
    if nothing.applies:
        _check_points(cells, columns, told, problems)
    _check_days(cells, definition, no_value, problems)
    key = definition.get("x-key", [])
    if key and all({column, properties[column].get("x-day")} & {*header} for column in key):
        _check_unique(cells, key, properties, problems)
    if stop:
        problems.stop_if_any()
    return columns


class Told:
    """Notes on how a table was read."""

    def __init__(self, shown: str, quiet: bool, notes: list[str] | None = None) -> None:
        self.shown, self.quiet, self.notes = shown, quiet, notes

    def say(self, note: str, level: int = logging.INFO) -> None:
        """Say a note once, unless nothing is to be said."""
        if self.notes is not None:
            self.notes.append(note)
        elif not self.quiet:
            log.log(level, "%s: %s", self.shown, note)


def respelled(column: str, cells: list[str], rule: dict[str, Any], told: Told) -> list[str]:
    """The cells with decimal points and, of days with a time, the day (docs/methods.md, 11.5)."""
    kinds, distinct = rule.get("type", "string"), set(cells)
    if rule.get("format") == "date":
        other, what = spellings.days(distinct), "times of day are left out"
    elif "number" in kinds or "integer" in kinds:
        other, what = spellings.decimal_points(distinct), "decimal commas are read as points"
    else:
        return cells
    if not other:
        return cells
    told.say(f"column {column}: {what} ({count(sum(cell in other for cell in cells), 'cell')})")
    return [other.get(cell, cell) for cell in cells]


def _partial(cells: list[str], absent: set[str]) -> tuple[list[str], list[str] | None]:
    """The cells of a column of dates with the first day that each partial date may be, and with the last.

    The last is None where no date is partial. A date without its year is missing: it is added to `absent`.
    """
    found = partial_dates.spans({*cells}.difference(absent))
    absent |= {cell for cell, days in found.items() if days == partial_dates.NO_DAY}
    known = {cell: days for cell, days in found.items() if cell not in absent}
    if not known:
        return cells, None
    first = [known[cell].first if cell in known else cell for cell in cells]
    return first, [known[cell].last if cell in known else cell for cell in cells]


def _check_points(cells: Cells, columns: Mapping[str, tuple[str, list[Any]]], told: Told, problems: Problems) -> None:
    """Name points that may set thousands apart: problems beside decimal commas of the table, else a warning (11.5)."""
    numeric = {name for name, (kind, _) in columns.items() if kind in ("number", "integer")}
    given = {name: cells.column(name) for name in cells.header if name in numeric}
    distinct = {name: {cell for cell in own if MARK_OR_WHOLE.fullmatch(cell)} for name, own in given.items()}
    has_commas = any(spellings.decimal_points(own) for own in distinct.values())
    for name, own in distinct.items():
        unsure = {cell for cell in own if "." in cell and spellings.THOUSANDS.fullmatch(cell)}
        lines = [(line, cell) for line, cell in zip(cells.lines, given[name], strict=True) if cell in unsure]
        if has_commas and spellings.may_be_thousands(own):
            expected = "a number that can be read in one way: write thousands without a mark, and decimals of all"
            expected += " columns with a point, since others have decimal commas (or import it: decimal in a mapping)"
            problems.add(*[Problem(cells.path, name, cell, expected, line) for line, cell in lines])
        elif lines and spellings.doubtful(own):
            shown = f"'{lines[0][1]}' is read as {float(lines[0][1]):g} ({count(len(lines), 'such cell')})"
            told.say(f"column {name}: {shown}; where the point sets thousands apart, take it out", logging.WARNING)


def _check_days(
    cells: Cells, definition: dict[str, Any], no_value: Mapping[str, Collection[str]], problems: Problems
) -> None:
    """Add a problem for each row that has neither the date nor the study day that it must have.

    no_value: by column, the cells that are missing.
    """
    for column in definition.get("required", []):
        day = definition["properties"][column].get("x-day")
        if day not in no_value:
            continue
        given = {name: cells.header.index(name) for name in (day, column) if name in no_value}
        expected = f"a study day such as 15, or a date in {column}"
        for row, line in zip(cells.rows, cells.lines, strict=True):
            if all(row[place] in no_value[name] for name, place in given.items()):
                said = [(name, row[place]) for name, place in given.items() if row[place] not in MISSING]
                name, word = said[0] if said else (day, None)
                which = f"{expected}: {word} means that it is missing" if word else expected
                problems.add(Problem(cells.path, name, word, which, line, None if word else "is empty"))


def _text_among_numbers(filled: list[str]) -> str | None:
    """The first cell that is no number of a column of which most are; one comma may be of thousands or decimals."""
    points = spellings.decimal_points(set(filled))
    odd = [cell for cell in filled if not NUMBER.fullmatch(points.get(cell, cell))]
    return odd[0] if odd and sum(map(spellings.like_number, filled)) * 2 > len(filled) else None


def _say_text(column: str, filled: list[str], odd: str, told: Told) -> None:
    """Say that a column of numbers is read as text for a cell; warn where it was meant as a number (11.5)."""
    inexact = [cell for cell in filled if spellings.INEXACT.fullmatch(cell)]
    if not inexact:
        told.say(f"column {column} is read as text: '{odd}' is no number")
        return
    which = f"'{inexact[0]}' ({count(len(inexact), 'such cell')}); {spellings.NO_NUMBER}"
    told.say(f"column {column} of numbers is read as text for {which}: write one, or leave it empty", logging.WARNING)


def _inferred(filled: list[str], is_text: bool) -> dict[str, Any]:
    """Rule for a column that the schema does not name: numbers when more than half of the cells are numbers."""
    numbers = sum(map(spellings.like_number, filled))
    if is_text or not filled or numbers * 2 <= len(filled):
        return {"type": "string"}
    share = f"a number, as in {numbers} of the {len(filled)} filled cells of this column, or NA"
    return {"type": "number", "errorMessage": share}


def _check_unique(cells: Cells, key: list[str], properties: Mapping[str, Any], problems: Problems) -> None:
    """Add a problem for each row whose key stands in an earlier one; a study day stands for a date that is empty."""
    named = [[n for n in (column, properties[column].get("x-day")) if n in cells.header] for column in key]
    places, name = [[cells.header.index(n) for n in names] for names in named], "+".join(names[0] for names in named)
    columns = [[next(filter(None, map(row.__getitem__, own)), "") for row in cells.rows] for own in places]
    values = [*zip(*columns, strict=True)]
    first = dict(zip(reversed(values), reversed(cells.lines), strict=True))
    for line, value in zip(cells.lines, values, strict=True):
        if first[value] != line:
            expected = f"each {name} once (first in line {first[value]})"
            problems.add(Problem(cells.path, name, " ".join(value), expected, line))
