"""The tables that a mapping names: read, their rows chosen and joined, ready to be taken column by column."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from biomarkers.clinical.imports.mapping import Block, Container, Join, bare
from biomarkers.clinical.imports.marks import Marks
from biomarkers.errors import InputError, Problem, Problems, first_few, nearest
from biomarkers.io import foreign, spellings, workbooks
from biomarkers.io.cells import MISSING, Cells, plain

Reader = Callable[[Container], Cells]
"""How a table of a mapping is found and read."""
SHOWN = 5
"""Nearly the same identifiers that a message names."""


class Doubt(NamedTuple):
    """A cell that is another one than the first that fits its row, with the lines of both."""

    line: int
    cell: str
    first: int


class Given(NamedTuple):
    """A column as it stands in its file, in the order of the block's rows. lines: of each cell, 1-based.

    doubts: where several rows of a joined file fit a row and differ in this column. has_commas: whether the file has
    decimal commas, be it in another column. marks: of its numbers, where the mapping declares them.
    """

    path: str
    heading: str
    cells: list[str]
    lines: list[int]
    doubts: tuple[Doubt, ...] = ()
    has_commas: bool = False
    marks: Marks | None = None


@dataclass(frozen=True)
class Rows:
    """The rows of a block: its columns by heading, of its own file and of those joined to it.

    clashes: headings that several columns have. told: what happened to how many rows.
    """

    path: str
    lines: list[int]
    columns: dict[str, Given]
    clashes: frozenset[str] = frozenset()
    told: tuple[tuple[str, int], ...] = ()

    def find(self, heading: str) -> str | None:
        """The column of that heading, else the only one that differs in case and blanks alone."""
        if heading in self.columns:
            return heading
        alike = [name for name in self.columns if bare(name) == bare(heading)]
        return alike[0] if len(alike) == 1 else None


def reader(folder: Path, tables: Mapping[str, Cells] | None = None) -> Reader:
    """Reads tables of these names, and other files relative to a folder; each once."""
    known: dict[tuple[object, ...], Cells] = {}

    def read(container: Container) -> Cells:
        if tables and container.file in tables:
            return tables[container.file]
        key = (container.file, container.sheet, container.comment, container.separator, container.header)
        if key not in known:
            known[key] = _read(folder / container.file, container)
        return known[key]

    return read


def _read(path: Path, container: Container) -> Cells:
    if workbooks.is_workbook(path):
        return workbooks.read(path, container.sheet, container.header)
    return foreign.read(path, comment=container.comment, separator=container.separator, header=container.header)


def load(block: Block, mapping: str, read: Reader, problems: Problems, missing: Collection[str] = ()) -> Rows | None:
    """The rows of a block; None where its files could not be read, which is added to `problems`.

    missing: plain words (`cells.plain`) for missing, which fill no cell.
    """
    own = _table(block.container, mapping, read, problems, missing)
    others = [(join, _table(join.container, mapping, read, problems, missing)) for join in block.joins]
    if own is None:
        return None
    for join, other in others:
        if other is None:
            return None
        joined = _joined(own, other, join, mapping, problems)
        if joined is None:
            return None
        own = joined
    return own


def _table(
    container: Container, mapping: str, read: Reader, problems: Problems, missing: Collection[str]
) -> Rows | None:
    """The rows of one file that `where` takes."""
    try:
        cells = read(container)
    except InputError as error:
        named = (
            ""
            if container.line is None
            else f" ({mapping}:{container.line} names it; its paths begin in its own folder)"
        )
        problems.add(*(one if one.line else one._replace(expected=one.expected + named) for one in error.problems))
        return None
    names = [f"{container.prefix}{name}" if name else "" for name in cells.header]
    is_text = not cells.path.endswith("]")  # A workbook's numbers have points, whatever its texts have.
    commas = is_text and any(spellings.decimal_points(column) for column in map(set, zip(*cells.rows, strict=True)))
    columns = {
        name: Given(
            cells.path, name, [row[place] for row in cells.rows], cells.lines, has_commas=commas, marks=container.marks
        )
        for place, name in reversed([*enumerate(names)])
        if name
    }
    columns = {name: columns[name] for name in names if name}
    twice = frozenset(name for name in columns if names.count(name) > 1)
    found = Rows(cells.path, cells.lines, columns, twice)
    for heading, wanted in container.where.items():
        name = found.find(f"{container.prefix}{heading}") or found.find(heading)
        if name is None:
            problems.add(absent(found, mapping, container.line, heading, "where"))
            return None
        taken = [place for place, cell in enumerate(found.columns[name].cells) if _fits(cell, wanted, missing)]
        lost = len(found.lines) - len(taken)
        reasons = (*found.told, (f"left out by where: {heading}", lost)) if lost else found.told
        found = _taken(replace(found, told=reasons), taken)
    return found


def _taken(rows: Rows, places: list[int]) -> Rows:
    """Some of the rows."""
    columns = {
        name: given._replace(
            cells=[given.cells[place] for place in places], lines=[given.lines[place] for place in places]
        )
        for name, given in rows.columns.items()
    }
    return replace(rows, lines=[rows.lines[place] for place in places], columns=columns)


def _fits(cell: str, wanted: object, missing: Collection[str]) -> bool:
    """Whether a cell is what `where` asks for."""
    if isinstance(wanted, dict):
        is_filled = cell not in MISSING and plain(cell) not in missing
        if "filled" in wanted and is_filled != wanted["filled"]:
            return False
        return "not" not in wanted or bare(cell) not in {bare(word) for word in _listed(wanted["not"])}
    return bare(cell) in {bare(word) for word in _listed(wanted)}


def _listed(words: object) -> list[object]:
    return words if isinstance(words, list) else [words]


def _joined(own: Rows, other: Rows, join: Join, mapping: str, problems: Problems) -> Rows | None:
    """The rows with the columns of the other file beside theirs; a row that fits none has empty cells there."""
    prefix, line = join.container.prefix, join.container.line
    here = [own.find(name) for name, _ in join.by]
    there = [other.find(f"{prefix}{name}") for _, name in join.by]
    for (mine, its), left, right in zip(join.by, here, there, strict=True):
        if left is None:
            problems.add(absent(own, mapping, line, mine, "join.by"))
        if right is None:
            problems.add(absent(other, mapping, line, its, "join.by"))
    if None in here or None in there:
        return None
    keys = [*zip(*(other.columns[str(name)].cells for name in there), strict=True)]
    fitting: dict[tuple[str, ...], list[int]] = {}
    for place, key in enumerate(keys):
        fitting.setdefault(key, []).append(place)
    own_keys = [*zip(*(own.columns[str(name)].cells for name in here), strict=True)]
    matches = [fitting.get(key, []) if all(cell not in MISSING for cell in key) else [] for key in own_keys]
    shared = {name for name in other.columns if name in own.columns and name not in there}
    columns = dict(own.columns)
    for name, given in other.columns.items():
        if name not in own.columns:
            columns[name] = _beside(given, matches, own.lines, join)
    left_out = {
        _without(other.path, [key for key, match in zip(own_keys, matches, strict=True) if not match], fitting): sum(
            not match for match in matches
        ),
        f"further rows in {other.path} (many: {join.many})": sum(
            max(0, len(m) - 1) for m in matches if join.many != "refuse"
        ),
    }
    told = tuple((reason, count) for reason, count in left_out.items() if count)
    every = tuple(dict.fromkeys(own.told + told))  # A file that is joined for each of its parameters tells it once.
    return replace(own, columns=columns, clashes=own.clashes | shared | other.clashes, told=every)


def _without(path: str, keys: Collection[tuple[str, ...]], there: Collection[tuple[str, ...]]) -> str:
    """The words for rows that fit none of another file: which, and what that file has that is nearly the same."""
    missed = list(dict.fromkeys(" ".join(key) for key in keys))
    near = spellings.nearly(missed, map(" ".join, there))
    return f"without a row in {path}: {first_few(missed)}" + "".join(f"; {hint}" for hint in near[:SHOWN])


def _beside(given: Given, matches: list[list[int]], lines: list[int], join: Join) -> Given:
    """A column of the other file in the order of this one's rows; where several rows fit and differ, a doubt."""
    cells, places, doubts = [], [], []
    for match, line in zip(matches, lines, strict=True):
        chosen = match[-1 if join.many == "last" else 0] if match else None
        cells.append("" if chosen is None else given.cells[chosen])
        places.append(line if chosen is None else given.lines[chosen])
        different = next((place for place in match[1:] if given.cells[place] != given.cells[match[0]]), None)
        if different is not None and join.many == "refuse":
            doubts.append(Doubt(given.lines[different], given.cells[different], given.lines[match[0]]))
    return given._replace(cells=cells, lines=places, doubts=tuple(doubts))


def absent(rows: Rows, mapping: str, line: int | None, heading: str, key: str) -> Problem:
    """The message for a heading that a file does not have; key: what names it, such as columns.patient."""
    meant = nearest(heading, rows.columns)
    listed = ", ".join(rows.columns)
    expected = f"a heading of {rows.path}{meant}" + ("" if meant else f": {listed[:300]}")
    return Problem(mapping, key, heading, expected, line)
