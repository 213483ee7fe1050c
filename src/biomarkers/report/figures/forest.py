"""Ratios with their intervals on a log axis, the line of no association marked."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.names import OF_LINE, line_below, named_above, wrapped
from biomarkers.report.figures.style import FULL, INK, PALETTE, tooltips

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
MOST_ROWS = 24
LINE = 44
"""Characters of a name on one line: as many as a narrow screen has."""


def forest(rows: pd.DataFrame, *, title: str) -> Any:
    """An altair chart of `label estimate ci_low ci_high n p_value` (ratios above 0, in drawing order).

    title: of the axis, which ends at 0.01 and 100 at most; an interval that goes on beyond it has an arrow there.
    """
    data = rows[["label", "estimate", "ci_low", "ci_high", "n", "p_value"]].reset_index(drop=True)
    data["label"] = [wrapped(label, LINE) for label in data["label"]]
    lines = int(data["label"].str.count("\n").max()) + 1
    height = OF_LINE * lines + 17
    below = OF_LINE * lines / 2
    low = max(0.01, min(0.5, float(data["ci_low"].min())))
    high = min(100.0, max(2.0, float(data["ci_high"].max())))
    data["from"], data["to"] = data["ci_low"].clip(low, high), data["ci_high"].clip(low, high)
    data["at"] = data["estimate"].clip(low, high)
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = alt.Axis(values=[t for t in TICKS if low <= t <= high], format="~g", labelSeparation=6, grid=False)
    x = alt.X("at:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("label:N", sort=data["label"].tolist(), title=None, axis=None, scale=alt.Scale(paddingInner=0))
    tooltip = tooltips(
        {
            "label:N": "Comparison",
            "estimate:Q": "Ratio",
            "ci_low:Q": "95% CI from",
            "ci_high:Q": "to",
            "p_value:Q": "p",
            "n:N": "n",
        }
    )
    base = alt.Chart(data)
    names = data[["label"]].drop_duplicates()
    none = line_below(names, alt.XDatum(1.0, scale=scale), y, height=height, below=below)
    line = base.mark_rule(strokeWidth=1.6, color=INK, yOffset=below)
    line = line.encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y=y)
    inside = alt.Chart(data[data["estimate"].between(low, high)])
    point = inside.mark_square(size=64, opacity=1, color=PALETTE[0], yOffset=below).encode(x=x, y=y, tooltip=tooltip)
    edges = [_cut(data[data["ci_low"].lt(low)], low, "triangle-left", scale, y, below)]
    edges.append(_cut(data[data["ci_high"].gt(high)], high, "triangle-right", scale, y, below))
    layers = [none, line, point, *(edge for edge in edges if edge is not None), named_above(names, y, height=height)]
    return alt.layer(*layers).properties(width=FULL, height=height * data["label"].nunique())


def _cut(rows: pd.DataFrame, at: float, shape: str, scale: Any, y: Any, below: float) -> Any:
    """Arrows at the edge of the axis for intervals that go on beyond it, to infinity some of them; None without any."""
    if rows.empty:
        return None
    chart = alt.Chart(rows[["label"]].assign(edge=at))
    return chart.mark_point(shape=shape, size=60, filled=True, color=INK, opacity=1, yOffset=below).encode(
        x=alt.X("edge:Q", scale=scale), y=y
    )
