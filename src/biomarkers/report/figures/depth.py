"""How deep each sample was read: every sample a point, by what was measured of it, with the medians."""

from __future__ import annotations

from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from biomarkers.report.figures.names import OF_LINE, named_above, wrapped
from biomarkers.report.figures.style import FULL, INK, PAPER, VERDICTS, spread, tooltips

SWARM = 54
"""Pixels of height for the points of a row."""
LINE = 46
"""Characters on one line of the name of a row with its numbers."""


class Panel(NamedTuple):
    """Rows that share an axis. title: of the axis; percent: whether the values are percent, from 0 to 100."""

    title: str
    rows: list[str]
    percent: bool


def depth(points: pd.DataFrame, labels: dict[str, str], panels: list[Panel]) -> Any:
    """An altair chart of points `row value patient sample verdict`, a panel above the other.

    labels: what stands above each row. The verdict (pass, warn, fail) has a colour and a shape.
    """
    drawn = [_panel(points[points["row"].isin(panel.rows)], labels, panel) for panel in panels]
    return alt.vconcat(*drawn, spacing=24).resolve_scale(yOffset="independent")


def _panel(points: pd.DataFrame, labels: dict[str, str], panel: Panel) -> Any:
    names = pd.DataFrame({"row": panel.rows, "label": [wrapped(labels[row], LINE) for row in panel.rows]})
    above = OF_LINE * (int(names["label"].str.count("\n").max()) + 1) + 8
    height = above + SWARM
    points = points.assign(offset=points.groupby("row")["value"].transform(spread, height=40))
    y = alt.Y("row:N", sort=panel.rows, title=None, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    highest = 100.0 if panel.percent else float(points["value"].max()) * 1.04 or 1.0
    scale = alt.Scale(domain=[0, highest], nice=False)
    axis = alt.Axis(tickCount=6, labelExpr="datum.label + '%'") if panel.percent else alt.Axis(tickCount=6)
    x = alt.X("value:Q", title=panel.title, scale=scale, axis=axis)
    middle = height / 2
    # The points have the lower part of their row: names stand in the upper one.
    reach = [above + SWARM / 2 - middle - SWARM / 2, above + SWARM / 2 - middle + SWARM / 2]
    offset = alt.YOffset("offset:Q").scale(domain=[-1.3, 1.3], range=[edge + middle for edge in reach])
    verdicts = list(VERDICTS)
    colour = alt.Color("verdict:N").scale(domain=verdicts, range=[VERDICTS[one][0] for one in verdicts])
    shape = alt.Shape("verdict:N").scale(domain=verdicts, range=[VERDICTS[one][1] for one in verdicts])
    legend = alt.Legend(orient="top", direction="horizontal", columns=3)
    told = tooltips(
        {
            "patient:N": "Patient",
            "sample:N": "Sample",
            "row:N": "What",
            "value:Q": "Percent" if panel.percent else "Reads",
            "verdict:N": "Quality control",
        }
    )
    look = alt.Chart(points).mark_point(size=46, filled=True, opacity=0.8, stroke=PAPER, strokeWidth=0.4)
    dots = look.encode(x=x, y=y, yOffset=offset, color=colour.legend(legend), shape=shape.legend(legend), tooltip=told)
    medians = points.groupby("row", sort=False)["value"].median().rename("value").reset_index()
    tick = alt.Chart(medians).mark_tick(size=SWARM - 6, thickness=2, color=INK, yOffset=above / 2)
    # The line lies under the points, which are to be clicked.
    layers = [tick.encode(x=x, y=y), dots, named_above(names, y, height=height)]
    return alt.layer(*layers).properties(width=FULL, height=height * len(names))
