"""A marker's values in the groups of a binary endpoint: every patient a point, the quartiles behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, OUTCOMES, spread, tooltips, value_axis


def marker_by_response(
    span: pd.DataFrame, group: pd.Series, patient: pd.Series, names: list[str], *, marker: str, log: bool
) -> Any:
    """An altair strip and box chart, the groups as rows.

    span: `low` and `high` per patient, equal for a number; an interval is drawn as a line over its range.
    group: which of `names` the patient belongs to. marker: the axis title. log: log2(x + 1) scale, which shows zero.
    """
    drawn = pd.DataFrame({"low": span["low"], "high": span["high"], "group": group, "patient": patient})
    drawn["middle"] = (drawn["low"] + drawn["high"]) / 2
    drawn["is_point"] = drawn["low"] == drawn["high"]
    on_scale = np.log2(drawn["middle"] + 1) if log else drawn["middle"]
    drawn["offset"] = on_scale.groupby(drawn["group"]).transform(spread, height=46)
    axis = value_axis(float(drawn["low"].min()), float(drawn["high"].max()), log=log)

    def across(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=marker, **axis)

    y = alt.Y("group:N", sort=names, title=None).axis(
        domain=False, ticks=False, labelFontSize=13, labelLimit=160, labelPadding=14
    )
    offset = alt.YOffset("offset:Q").scale(domain=[-1.6, 1.6])
    colour = alt.Color("group:N").scale(domain=names, range=OUTCOMES[: len(names)]).legend(None)
    points, intervals = drawn[drawn["is_point"]], drawn[~drawn["is_point"]]
    layers = []
    if len(points):
        layers.append(_quartiles(points, names, across, y, colour))
    if len(intervals):
        tooltip = tooltips({"patient:N": "Patient", "low:Q": "From", "high:Q": "To (not including)"})
        line = alt.Chart(intervals).mark_rule(strokeWidth=2.5, opacity=0.45)
        line = line.encode(x=across("low"), x2="high:Q", y=y, yOffset=offset, color=colour, tooltip=tooltip)
        layers.append(line)
    tooltip = tooltips({"patient:N": "Patient", "middle:Q": "Value", "group:N": "Group"})
    dots = alt.Chart(points).mark_circle(size=46, opacity=0.75)
    layers.append(dots.encode(x=across("middle"), y=y, yOffset=offset, color=colour, tooltip=tooltip))
    return alt.layer(*layers).properties(width=FULL, height=100 * len(names))


def _quartiles(
    points: pd.DataFrame, names: list[str], across: Callable[[str], alt.X], y: alt.Y, colour: alt.Color
) -> Any:
    """Box from the first to the third quartile with the median, by linear interpolation (R type 7)."""
    by_group = points.groupby("group")["middle"]
    parts = {name: by_group.quantile(q) for name, q in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))}
    boxes = pd.DataFrame(parts).reindex(names).dropna().rename_axis("group").reset_index()
    chart = alt.Chart(boxes)
    box = chart.mark_bar(size=64, opacity=0.13).encode(x=across("lower"), x2="upper:Q", y=y, color=colour)
    median = chart.mark_tick(size=64, thickness=2, color=INK).encode(x=across("median"), y=y)
    return box + median
