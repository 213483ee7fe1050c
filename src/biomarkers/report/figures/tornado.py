"""Two shares of the treated patients beside one another, to the left and to the right of zero, by class of event."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import altair as alt
import pandas as pd

from biomarkers.report.figures.names import OF_LINE, wrapped
from biomarkers.report.figures.style import FULL, INK, MUTED, tooltips

LINE = 26
"""Characters of a label on one line: between the numbers of both sides on a narrow screen."""
BAR, GAP = 13, 8
"""Heights in pixels: of a bar, and between two rows."""


class Sides(NamedTuple):
    """What the sides are called, and the parts of both with their colours, in order from zero outwards."""

    left: str
    right: str
    parts: list[str]
    colours: list[str]


def tornado(bars: pd.DataFrame, labels: pd.DataFrame, sides: Sides) -> Any:
    """An altair chart of bars `label side part patients share` and labels `label left right` (texts), in drawing order.

    side: -1 or 1; share: from 0 to 1, of the treated patients. Names stand above their bars, so that the bars have
    the whole width however long a name is.
    """
    names = {label: wrapped(label, LINE) for label in labels["label"]}
    order = [names[label] for label in labels["label"]]
    # Each row is as high as its name needs; `top` is where the row begins, `bar` the middle of its bar.
    lines = pd.Series([name.count("\n") + 1 for name in order], index=order)
    bottom = (lines * OF_LINE + BAR + GAP).cumsum()
    height, bar = int(bottom.iloc[-1]), bottom - GAP - BAR / 2
    bars = bars.assign(label=bars["label"].map(names))
    bars["bar"] = bars["label"].map(bar)
    bars["part_order"] = bars["part"].map(sides.parts.index)
    ends = _ends(bars)
    widest = float(ends[["from", "to"]].abs().to_numpy().max()) if len(ends) else 1.0
    scale = alt.Scale(domain=[-widest * 1.04, widest * 1.04], nice=False)
    axis = alt.Axis(format="%", labelExpr="format(abs(datum.value), '.0%')", tickCount=6, grid=False, labelFlush=False)
    x = alt.X("from:Q", title=f"← {sides.left} | {sides.right} →", scale=scale, axis=axis)
    down = alt.Scale(domain=[0, height], reverse=True, nice=False)
    y = alt.Y("bar:Q", title=None, axis=None, scale=down)
    told = tooltips(
        {"label:N": "Class", "part:N": "Counted as", "patients:N": "Patients", "share:Q": "Of the treated"},
        percent={"share:Q"},
    )
    colour = alt.Color("part:N", scale=alt.Scale(domain=sides.parts, range=sides.colours))
    colour = colour.legend(direction="horizontal", columns=3, symbolStrokeWidth=0, symbolType="square")
    drawn = alt.Chart(ends).mark_bar(size=BAR, orient="horizontal", stroke=MUTED, strokeWidth=0.4)
    layers = [drawn.encode(x=x, x2="to:Q", y=y, color=colour, tooltip=told)]
    texts = pd.DataFrame({"label": order, "name": order, "bar": bar.to_numpy()})
    # Blank lines above the numbers: they stand on their bars.
    for side in ("left", "right"):
        texts[side] = ["\n" * (n - 1) + said for n, said in zip(lines, labels[side], strict=True)]
    texts["top"] = texts["bar"] - BAR / 2 - lines.to_numpy() * OF_LINE
    places: list[tuple[str, float, Literal["left", "center", "right"]]]
    places = [("name", 0.0, "center"), ("left", -widest, "left"), ("right", widest, "right")]
    for field, at, align in places:
        chart = alt.Chart(texts).mark_text(
            align=align, baseline="top", yOffset=-2, fontSize=11.5, color=INK, lineBreak="\n",
            lineHeight=OF_LINE,
        )  # fmt: skip
        layers.append(
            chart.encode(x=alt.XDatum(at, scale=scale), y=alt.Y("top:Q", scale=down, axis=None), text=f"{field}:N")
        )
    zero = alt.Chart(texts).mark_tick(orient="vertical", size=BAR + 4, thickness=1.2, color=MUTED)
    layers.append(zero.encode(x=alt.XDatum(0, scale=scale), y=y))
    return alt.layer(*layers).properties(width=FULL, height=height)


def _ends(bars: pd.DataFrame) -> pd.DataFrame:
    """Where each part begins and ends: side by side from zero outwards, in the order of the parts."""
    bars = bars.sort_values(["label", "side", "part_order"], kind="stable")
    to = bars.groupby(["label", "side"])["share"].cumsum()
    return bars.assign(**{"from": (to - bars["share"]) * bars["side"], "to": to * bars["side"]})
