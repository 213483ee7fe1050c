"""Ratios with their intervals on a log axis, the line of no association marked."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, MUTED, PALETTE, tooltips

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
MOST_ROWS = 24


def forest(rows: pd.DataFrame, *, title: str) -> Any:
    """An altair chart of `label estimate ci_low ci_high n p_value` (ratios above 0, in drawing order).

    title: of the axis. Limits beyond 0.01 and 100 are cut at the edge of the axis, as are infinite ones.
    """
    data = rows[["label", "estimate", "ci_low", "ci_high", "n", "p_value"]].reset_index(drop=True)
    low = max(0.01, min(0.5, float(data["ci_low"].min())))
    high = min(100.0, max(2.0, float(data["ci_high"].max())))
    data["from"], data["to"] = data["ci_low"].clip(low, high), data["ci_high"].clip(low, high)
    data["at"] = data["estimate"].clip(low, high)
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = alt.Axis(values=[t for t in TICKS if low <= t <= high], format="~g", labelSeparation=6)
    x = alt.X("at:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("label:N", sort=data["label"].tolist(), title=None)
    y = y.axis(domain=False, ticks=False, labelLimit=310, labelFontSize=12, labelPadding=10)
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
    point = base.mark_square(size=64, opacity=1, color=PALETTE[0]).encode(x=x, y=y, tooltip=tooltip)
    return (none + line + point).properties(width=FULL, height=28 * len(data))
