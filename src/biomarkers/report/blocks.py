"""What a page is made of: sections of paragraphs, tables, flows and figures, all plain text until the template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from biomarkers.report.figures.style import Figure
from biomarkers.report.numbers import missing, number


class Cell(NamedTuple):
    """Text of a cell; `sort`: the number that stands behind it; `hint`: the full value."""

    text: str
    sort: float | None = None
    hint: str = ""


class Column(NamedTuple):
    """A column of a table: its heading, and what it shows of a row (text, or a cell).

    is_number: set to the right. room: `little`, `some` or `much` at least.
    """

    title: str
    show: Callable[[Any], Cell | str]
    is_number: bool = False
    room: str = ""


@dataclass(frozen=True)
class Table:
    """Cells in rows, as they are shown. `searchable` adds a filter box."""

    caption: str
    columns: Sequence[Column]
    rows: list[list[Cell]]
    searchable: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few. tone: `plain`, `lead` (the first one) or `absent` (says that an input was not given)."""

    text: str
    tone: str = "plain"
    kind: str = "paragraph"


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    texts: list[str]
    kind: str = "items"


class Step(NamedTuple):
    """One step of the flow. share: of the enrolled, 0 to 1, None when n is not known."""

    name: str
    n: str
    share: float | None
    exclusions: list[tuple[str, str]]


@dataclass(frozen=True)
class Flow:
    """The steps from enrolment to the primary analysis; exclusions are (reason with number, identifiers)."""

    steps: list[Step]
    kind: str = "flow"


Block = Table | Paragraph | Items | Flow | Figure


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    anchor: str
    title: str
    blocks: list[Block]


def absent(what: str, option: str) -> Paragraph:
    """Says that a part is empty because its table was not given."""
    return Paragraph(f"{what} was not given (option {option}), so this part is empty.", "absent")


def table(caption: str, rows: Iterable[Any], columns: Sequence[Column], *, searchable: bool = False) -> Table:
    """The rows as the columns show them."""
    shown = [[column.show(row) for column in columns] for row in rows]
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in shown]
    return Table(caption, columns, cells, searchable)


def value_cell(value: Any, text: str | None = None) -> Cell:
    """A number as shown and as sorted; the hint holds it with six digits. Empty when missing."""
    if missing(value):
        return Cell("")
    shown = number(value) if text is None else text
    full = f"{float(value):.6g}"
    return Cell(shown, float(value), "" if full == shown else full)


def text_cell(value: Any) -> str:
    """Text as the table has it; empty when missing."""
    return "" if missing(value) else str(value)


def numbers(title: str, column: str) -> Column:
    """A column of plain numbers, of the attribute `column` of each row."""
    return Column(title, lambda row: value_cell(getattr(row, column)), True)


def texts(title: str, column: str, room: str = "") -> Column:
    """A column of text as it stands, of the attribute `column` of each row."""
    return Column(title, lambda row: text_cell(getattr(row, column)), room=room)
