"""Ratios of one marker alone and beside covariates, in two columns with their numbers."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.forest import TICKS
from biomarkers.report.figures.names import OF_LINE, line_below, named_above, wrapped
from biomarkers.report.figures.style import FULL, INK, PALETTE, tooltips

BETWEEN = 16
"""Pixels between the columns."""
LINE = 40
"""Characters of a name on one line: left of the right column's line of no association on a narrow screen."""


def two_forests(rows: pd.DataFrame, columns: list[str], *, title: str) -> Any:
    """An altair chart of `label column estimate ci_low ci_high p_value n numbers`, labels in drawing order.

    columns: the two titles, which `column` names. numbers: the text over a row. Both columns have one axis, which
    ends at 0.01 and 100 at most; what lies beyond is drawn to its edge, and its numbers tell it.
    """
    data = rows.reset_index(drop=True)
    data["label"] = [wrapped(label, LINE) for label in data["label"]]
    labels = data["label"].drop_duplicates().tolist()
    low = max(0.01, min(0.5, float(data["ci_low"].min())))
    high = min(100.0, max(2.0, float(data["ci_high"].max())))
    data["from"], data["to"] = data["ci_low"].clip(low, high), data["ci_high"].clip(low, high)
    data["at"] = data["estimate"].clip(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high and str(tick)[0] != "2"]
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = alt.Axis(values=ticks, format="~g", labelSeparation=6, labelOverlap=True, grid=False)
    told = tooltips(
        {"label:N": "Marker", "estimate:Q": "Ratio", "ci_low:Q": "95% CI from", "ci_high:Q": "to"}
        | {"p_value:Q": "p", "n:N": "n"}
    )
    lines = int(data["label"].str.count("\n").max()) + 1
    height = OF_LINE * lines + 27
    below = height / 2 - 6
    names = pd.DataFrame({"label": labels})
    parts = []
    for place, column in enumerate(columns):
        own = data[data["column"].eq(column)]
        x = alt.X("at:Q", title=title, scale=scale, axis=axis)
        y = alt.Y("label:N", title=None, axis=None, scale=alt.Scale(domain=labels, paddingInner=0, paddingOuter=0))
        base = alt.Chart(own).encode(y=y)
        none = line_below(names, alt.XDatum(1.0, scale=scale), y, height=height, below=below)
        line = base.mark_rule(strokeWidth=1.6, color=INK, yOffset=below)
        line = line.encode(x=alt.X("from:Q", scale=scale), x2="to:Q")
        inside = alt.Chart(own[own["estimate"].between(low, high)])
        point = inside.mark_square(size=56, opacity=1, color=PALETTE[0], yOffset=below).encode(x=x, y=y, tooltip=told)
        numbers = base.mark_text(yOffset=below - 11, fontSize=10, color=INK).encode(
            x=alt.XDatum((low * high) ** 0.5, scale=scale), text="numbers:N"
        )
        head = alt.Title(column, anchor="middle")
        named = [] if place else [named_above(names, y, height=height)]
        part = alt.layer(none, line, point, numbers, *named).properties(
            width=(FULL - BETWEEN) // 2, height=height * len(labels), title=head
        )
        parts.append(part)
    return alt.hconcat(*parts, spacing=BETWEEN, bounds="flush")
