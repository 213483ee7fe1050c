"""Names of rows that stand above what is drawn of them: whole, however long, and the plot has the screen's width."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import INK, MUTED

OF_LINE = 14
"""Pixels of a line of a name."""


def wrapped(name: str, characters: int) -> str:
    """The name on lines of at most so many characters.

    >>> print(wrapped("General disorders and administration site conditions", 30))
    General disorders and
    administration site conditions
    """
    return "\n".join(textwrap.wrap(name, characters, break_on_hyphens=False))


def named_above(names: pd.DataFrame, y: Any, *, height: int) -> Any:
    """A chart of the names at the upper left of each row.

    names: `label`, wrapped, of each row. height: of a row in pixels.
    """
    lines = int(names["label"].str.count("\n").max()) + 1
    shown = names.assign(name=["\n" * (lines - 1 - text.count("\n")) + text for text in names["label"]])
    look = alt.Chart(shown).mark_text(
        align="left", baseline="top", yOffset=5 - height / 2, fontSize=12, color=INK, lineBreak="\n", lineHeight=OF_LINE
    )
    return look.encode(x=alt.value(0), y=y, text="name:N")


def line_below(names: pd.DataFrame, x: Any, y: Any, *, height: int, below: float) -> Any:
    """A vertical line at x below each name, which it does not go through. below: the middle of it in the row."""
    chart = alt.Chart(names).mark_tick(
        orient="vertical", size=height - 2 * (below + 1), thickness=1.2, yOffset=below, color=MUTED
    )
    return chart.encode(x=x, y=y)
