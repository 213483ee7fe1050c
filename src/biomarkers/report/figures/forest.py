"""Ratios with their intervals on a log axis, the line of no association marked."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, MUTED, PALETTE, tooltips

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
MOST_ROWS = 24
LINE = 42
"""Characters of a label on one line."""


def forest(rows: pd.DataFrame, *, title: str) -> Any:
    """An altair chart of `label estimate ci_low ci_high n p_value` (ratios above 0, in drawing order).

    title: of the axis, which ends at 0.01 and 100 at most; an interval that goes on beyond it has an arrow there.
    """
    data = rows[["label", "estimate", "ci_low", "ci_high", "n", "p_value"]].reset_index(drop=True)
    data["label"] = ["\n".join(textwrap.wrap(label, LINE)) for label in data["label"]]
    lines = int(data["label"].str.count("\n").max()) + 1
    low = max(0.01, min(0.5, float(data["ci_low"].min())))
    high = min(100.0, max(2.0, float(data["ci_high"].max())))
    data["from"], data["to"] = data["ci_low"].clip(low, high), data["ci_high"].clip(low, high)
    data["at"] = data["estimate"].clip(low, high)
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = alt.Axis(values=[t for t in TICKS if low <= t <= high], format="~g", labelSeparation=6)
    x = alt.X("at:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("label:N", sort=data["label"].tolist(), title=None)
    # Whole labels, on as many lines as they need: cut off, two comparisons of one marker read alike.
    y = y.axis(domain=False, ticks=False, labelLimit=0, labelPadding=10, labelExpr="split(datum.label, '\\n')")
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
    none = alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(strokeDash=[4, 4], color=MUTED).encode(x=x)
    line = base.mark_rule(strokeWidth=1.6, color=INK).encode(x=alt.X("from:Q", scale=scale), x2="to:Q", y=y)
    inside = alt.Chart(data[data["estimate"].between(low, high)])
    point = inside.mark_square(size=64, opacity=1, color=PALETTE[0]).encode(x=x, y=y, tooltip=tooltip)
    edges = [_cut(data[data["ci_low"].lt(low)], low, "triangle-left", scale, y)]
    edges.append(_cut(data[data["ci_high"].gt(high)], high, "triangle-right", scale, y))
    layers = [none, line, point, *(edge for edge in edges if edge is not None)]
    return alt.layer(*layers).properties(width=FULL, height=(14 + 14 * lines) * len(data))


def _cut(rows: pd.DataFrame, at: float, shape: str, scale: Any, y: Any) -> Any:
    """Arrows at the edge of the axis for intervals that go on beyond it, to infinity some of them; None without any."""
    if rows.empty:
        return None
    chart = alt.Chart(rows[["label"]].assign(edge=at))
    return chart.mark_point(shape=shape, size=60, filled=True, color=INK, opacity=1).encode(
        x=alt.X("edge:Q", scale=scale), y=y
    )
