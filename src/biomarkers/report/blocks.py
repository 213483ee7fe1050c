"""What a page is made of: sections of paragraphs, tables, flows and figures, all plain text until the template."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from biomarkers.io import schemas
from biomarkers.report.figures.style import Figure
from biomarkers.report.numbers import bounds, estimate, missing, number, text_of


class Cell(NamedTuple):
    """Text of a cell; `sort`: the number that stands behind it; `hint`: the full value."""

    text: str
    sort: float | None = None
    hint: str = ""


class Column(NamedTuple):
    """A column of a table: its heading, and what it shows of a row (text, or a cell).

    is_number: set to the right. room: `little`, `some` or `much` at least. source: the column of the table's schema
    (`Table.of`, or `schema.column`) whose description is the heading's help. help: a text that stands instead of it.
    kind: `patient` where a cell names one, which opens the patient, `state` where it tells what there is
    (`sections/data.py`). asked: a filter above the table, `choice` (one of the values) or `most` (numbers up to one).
    hidden: shown only when chosen. within: title of the column whose words part this one's order, as numbers of several
    kinds are not to be ordered together.
    """

    title: str
    show: Callable[[Any], Cell | str]
    is_number: bool = False
    room: str = ""
    source: str = ""
    help: str = ""
    kind: str = ""
    asked: str = ""
    hidden: bool = False
    within: str = ""


@dataclass(frozen=True)
class Table:
    """Cells in rows, as they are shown. helps: of each column. folded: further rows under a row, by its place.

    ordered: lines hang together, so the table is shown whole and in its order. aside: what it says is also drawn or
    said beside it, so that it opens when asked for.
    """

    caption: str
    columns: Sequence[Column]
    rows: list[list[Cell]]
    helps: list[str] = field(default_factory=list)
    folded: Mapping[int, list[list[Cell]]] = field(default_factory=dict)
    ordered: bool = False
    aside: bool = False
    name: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few. tone: `plain`, `lead` (the first one), `note` (under a table) or `absent` (not given)."""

    text: str
    tone: str = "plain"
    kind: str = "paragraph"


@dataclass(frozen=True)
class Link:
    """A sentence that leads to a file beside the page. address: relative to the page."""

    text: str
    address: str
    kind: str = "link"


@dataclass(frozen=True)
class Heading:
    """A heading within a section; folded: what follows it, up to the next one, is shown when asked for."""

    text: str
    folded: bool = False
    kind: str = "heading"


@dataclass(frozen=True)
class Items:
    """A list of sentences. tone: `plain` or `cautions`."""

    texts: list[str]
    title: str = ""
    tone: str = "plain"
    kind: str = "items"


class Tile(NamedTuple):
    """A main number: its name, the value, the interval, how it was counted, and what that means in full."""

    name: str
    value: str
    interval: str
    how: str
    help: str = ""


@dataclass(frozen=True)
class Tiles:
    """The main numbers."""

    tiles: list[Tile]
    kind: str = "tiles"


@dataclass(frozen=True)
class Tool:
    """A part that the page's script makes from the store, as `compare`. text: said where no script runs."""

    name: str
    text: str
    kind: str = "tool"


class Name(NamedTuple):
    """A patient in a list; opens: whether the page holds that patient."""

    text: str
    opens: bool


@dataclass(frozen=True)
class Choice:
    """Blocks of which the reader shows one option: (name, its blocks) of each, the first shown first.

    label: of the choice, for who cannot see it. only: title of a column of numbers in the options' tables; a switch
    then leaves the rows in which it is above 0, by that number.
    """

    label: str
    options: list[tuple[str, list[Block]]]
    only: str = ""
    kind: str = "choice"


@dataclass(frozen=True)
class Beside:
    """Blocks beside one another where there is room. ways: `even`, `three` (small ones), `first` (which is wider)."""

    columns: list[list[Block]]
    ways: str = "even"
    kind: str = "beside"


class Step(NamedTuple):
    """One step of the flow: how many are held, how many left before it, and why: (reason, who) of each reason."""

    name: str
    n: str
    left: int
    reasons: list[tuple[str, list[Name]]]


@dataclass(frozen=True)
class Flow:
    """The steps from enrolment to the primary analysis, each a part of the one before."""

    steps: list[Step]
    kind: str = "flow"


Block = Table | Paragraph | Link | Heading | Items | Tiles | Tool | Flow | Figure | Choice | Beside


def inside(block: Block) -> list[list[Block]]:
    """The lists of blocks that a choice or a row of blocks holds; none in others."""
    if isinstance(block, Choice):
        return [own for _, own in block.options]
    return block.columns if isinstance(block, Beside) else []


def single(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in order, those of each choice and row in its place."""
    for block in blocks:
        if held := inside(block):
            for own in held:
                yield from single(own)
        elif not isinstance(block, Choice | Beside):
            yield block


def side_by_side(blocks: Sequence[Block], ways: str = "even") -> list[Block]:
    """The same blocks, figures that follow one another beside one another."""
    found: list[Block] = []
    for is_figure, run in groupby(blocks, lambda block: isinstance(block, Figure)):
        own = list(run)
        found += [Beside([[one] for one in own], ways)] if is_figure and len(own) > 1 else own
    return found


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    anchor: str
    title: str
    blocks: list[Block]


def absent(what: str, option: str, key: str = "") -> Paragraph:
    """Says that a part is empty because its table was not given; key: of the config by which a run has it."""
    way = f"{key} of a run's config, option {option}" if key else f"option {option}"
    return Paragraph(f"{what} was not given ({way}), so this part is empty.", "absent")


def table(
    caption: str,
    rows: Iterable[Any],
    columns: Sequence[Column],
    *,
    of: str = "",
    below: Callable[[Any], Iterable[Any]] | None = None,
    ordered: bool = False,
    aside: bool = False,
) -> Table:
    """The rows as the columns show them.

    of: schema that the columns' `source` names are of. below: the further rows of a row, folded under it. ordered,
    aside: as in `Table`.
    """
    rows = list(rows)
    folded = (
        {} if below is None else {i: [_cells(columns, under) for under in below(row)] for i, row in enumerate(rows)}
    )
    helps = [column.help or _described(column.source, of) for column in columns]
    cells, under = [_cells(columns, row) for row in rows], {i: found for i, found in folded.items() if found}
    return Table(caption, columns, cells, helps, under, ordered, aside)


def _cells(columns: Sequence[Column], row: Any) -> list[Cell]:
    shown = [column.show(row) for column in columns]
    return [cell if isinstance(cell, Cell) else Cell(cell) for cell in shown]


def _described(source: str, of: str) -> str:
    """What the schema says of a column; source: `column` of the schema `of`, or `schema.column`; empty if unknown."""
    schema, _, column = source.rpartition(".")
    if not (schema or of) or not column:
        return ""
    return str(schemas.load(schema or of)["properties"].get(column, {}).get("description", ""))


def value_cell(value: Any, text: str | None = None) -> Cell:
    """A number as shown and as sorted; the hint holds it with six digits. Empty when missing."""
    if missing(value):
        return Cell("")
    shown = number(value) if text is None else text
    full = f"{float(value):.6g}"
    return Cell(shown, float(value), "" if full == shown or math.isinf(value) else full)


def numbers(title: str, column: str) -> Column:
    """A column of plain numbers, of the attribute `column` of each row."""
    return Column(title, lambda row: value_cell(getattr(row, column)), True, source=column)


def texts(title: str, column: str, room: str = "") -> Column:
    """A column of text as it stands, of the attribute `column` of each row."""
    return Column(title, lambda row: text_of(getattr(row, column)), room=room, source=column)


def patient_names(title: str = "Patient", column: str = "patient") -> Column:
    """A column that names a patient of each row and opens that patient."""
    return texts(title, column)._replace(kind="patient")


def limits(show: Callable[[Any], str] = estimate, *, by: Callable[[Any], Callable[[Any], str]] | None = None) -> Column:
    """The 95 % interval `ci_low` to `ci_high` of each row, sorted by its lower limit.

    show: what writes a limit; by: what gives this for a row, where rows differ.
    """

    def cell(row: Any) -> Cell:
        text = bounds(row.ci_low, row.ci_high, by(row) if by else show)
        return Cell(text, None if missing(row.ci_low) else float(row.ci_low))

    return Column("95% CI", cell, True, source="ci_low")
