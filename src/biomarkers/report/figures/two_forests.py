"""Ratios of one marker alone and beside covariates, in two columns with their numbers."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.forest import TICKS
from biomarkers.report.figures.style import FULL, INK, MUTED, PALETTE, tooltips

BETWEEN = 16
"""Pixels between the columns."""
LINE = 24
"""Characters of a label on one line."""


def two_forests(rows: pd.DataFrame, columns: list[str], *, title: str) -> Any:
    """An altair chart of `label column estimate ci_low ci_high p_value n numbers`, labels in drawing order.

    columns: the two titles, which `column` names. numbers: the text over a row. Both columns have one axis, which
    ends at 0.01 and 100 at most; what lies beyond is drawn to its edge, and its numbers tell it.
    """
    data = rows.reset_index(drop=True)
    data["label"] = ["\n".join(textwrap.wrap(label, LINE)) for label in data["label"]]
    labels = data["label"].drop_duplicates().tolist()
    low = max(0.01, min(0.5, float(data["ci_low"].min())))
    high = min(100.0, max(2.0, float(data["ci_high"].max())))
    data["from"], data["to"] = data["ci_low"].clip(low, high), data["ci_high"].clip(low, high)
    data["at"] = data["estimate"].clip(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high and str(tick)[0] != "2"]
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = alt.Axis(values=ticks, format="~g", labelSeparation=6, labelOverlap=True)
    told = tooltips(
        {"label:N": "Marker", "estimate:Q": "Ratio", "ci_low:Q": "95% CI from", "ci_high:Q": "to"}
        | {"p_value:Q": "p", "n:N": "n"}
    )
    height = 40 if data["label"].str.count("\n").max() < 2 else 52
    parts = []
    for place, column in enumerate(columns):
        own = data[data["column"].eq(column)]
        x = alt.X("at:Q", title=title, scale=scale, axis=axis)
        y = alt.Y("label:N", title=None).scale(domain=labels)
        named = alt.Axis(domain=False, ticks=False, labelLimit=0, labelPadding=8, labelExpr="split(datum.label, '\\n')")
        y = y.axis(None if place else named)
        base = alt.Chart(own).encode(y=y)
        none = alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(strokeDash=[4, 4], color=MUTED).encode(x=x)
        line = base.mark_rule(strokeWidth=1.6, color=INK).encode(x=alt.X("from:Q", scale=scale), x2="to:Q")
        inside = alt.Chart(own[own["estimate"].between(low, high)]).mark_square(size=56, opacity=1, color=PALETTE[0])
        point = inside.encode(x=x, y=y, tooltip=told)
        numbers = base.mark_text(dy=-12, fontSize=10.5, color=INK).encode(
            x=alt.XDatum((low * high) ** 0.5, scale=scale), text="numbers:N"
        )
        head = alt.Title(column, anchor="middle")
        part = alt.layer(none, line, point, numbers).properties(
            width=(FULL - BETWEEN) // 2, height=height * len(labels), title=head
        )
        parts.append(part)
    return alt.hconcat(*parts, spacing=BETWEEN)
