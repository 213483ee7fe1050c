"""What a page is made of: sections of paragraphs, tables, flows and figures, all plain text until the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.report.figures.style import Figure
from biomarkers.report.wording import missing, number


class Column(NamedTuple):
    """Heading of a table's column; numbers are set to the right; room: `little`, `some` or `much` at least."""

    title: str
    is_number: bool = False
    room: str = ""


class Cell(NamedTuple):
    """Text of a cell; `sort`: the number that stands behind it; `hint`: the full value."""

    text: str
    sort: float | None = None
    hint: str = ""


@dataclass(frozen=True)
class Table:
    """Cells in rows, as they are shown. `searchable` adds a filter box."""

    caption: str
    columns: list[Column]
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


@dataclass(frozen=True)
class Picture:
    """A figure in its place on the page."""

    figure: Figure
    kind: str = "picture"


Block = Table | Paragraph | Items | Flow | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    anchor: str
    title: str
    blocks: list[Block] = field(default_factory=list)


def absent(what: str, option: str) -> Paragraph:
    """Says that a part is empty because its table was not given."""
    return Paragraph(f"{what} was not given (option {option}), so this part is empty.", "absent")


def value_cell(value: Any, text: str | None = None) -> Cell:
    """A number as shown and as sorted; the hint holds it with six figures."""
    if missing(value):
        return Cell("")
    shown = number(value) if text is None else text
    full = f"{float(value):.6g}"
    return Cell(shown, float(value), "" if full == shown else full)


def plain_table(caption: str, frame: pd.DataFrame, titles: Sequence[str], *, searchable: bool = False) -> Table:
    """A frame as it stands: numbers to the right, text to the left."""
    numeric = [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]
    rows = [
        [
            value_cell(v) if is_number else Cell("" if missing(v) else str(v))
            for v, is_number in zip(row, numeric, strict=True)
        ]
        for row in frame.itertuples(index=False)
    ]
    return Table(caption, [Column(t, n) for t, n in zip(titles, numeric, strict=True)], rows, searchable)
