"""The burden under every other definition against that under the first, sample by sample."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FIELD, FULL, MUTED, PALETTE, PAPER, log_ticks, tooltips

SHAPES = ["circle", "diamond", "triangle-up", "square", "cross"]


def pairs(tmb: pd.DataFrame) -> pd.DataFrame:
    """Columns sample, definition, first, other (per Mb): samples with a value under the first definition and another.

    tmb: rows of the table `tmb`; its first definition is the one that the others are held against.
    """
    valued = tmb[tmb["tmb_per_mb"].notna()]
    names = list(dict.fromkeys(tmb["definition"]))
    first = valued[valued["definition"].isin(names[:1])].set_index("sample")["tmb_per_mb"]
    others = valued[valued["definition"].isin(names[1:]) & valued["sample"].isin(first.index)]
    found = others[["sample", "definition", "tmb_per_mb"]].rename(columns={"tmb_per_mb": "other"})
    return found.assign(first=found["sample"].map(first)).reset_index(drop=True)


def agreement(data: pd.DataFrame, labels: dict[str, str], *, first: str, cut: float) -> Any:
    """An altair chart of `pairs`: identity line, cutoff on both axes, the quadrants where calls differ shaded.

    labels: legend text of each other definition, in order. first: name of the first definition. cut: per Mb.
    """
    data = data.assign(label=data["definition"].map(labels))
    highest = max(float(data[["first", "other"]].max().max()) if len(data) else 0.0, 2 * cut)
    ticks = log_ticks(highest)
    top = max(ticks[-1], highest)
    scale = alt.Scale(type="symlog", constant=1, domain=[0, top], nice=False)
    x = alt.X("first:Q", title=f"{first}, mutations per Mb").scale(scale).axis(values=ticks, format="~d")
    y = alt.Y("other:Q", title="Other definition, per Mb").scale(scale).axis(values=ticks, format="~d")
    corners = [
        {"x": 0, "x2": cut, "y": cut, "y2": top, "text": "high under the other only", "tx": 0, "ty": top},
        {"x": cut, "x2": top, "y": 0, "y2": cut, "text": "high under the first only", "tx": top, "ty": 0},
    ]
    shade = alt.Chart(pd.DataFrame(corners)).mark_rect(color=FIELD, opacity=0.75)
    shade = shade.encode(x=alt.X("x:Q").scale(scale), x2="x2:Q", y=alt.Y("y:Q").scale(scale), y2="y2:Q")
    places: list[dict[str, Any]] = [
        {"align": "left", "baseline": "top", "dx": 8, "dy": 8},
        {"align": "right", "baseline": "bottom", "dx": -8, "dy": -8},
    ]
    words = [
        alt.Chart(pd.DataFrame([corner]))
        .mark_text(fontSize=11.5, color=MUTED, **place)
        .encode(x=alt.X("tx:Q").scale(scale), y=alt.Y("ty:Q").scale(scale), text="text:N")
        for corner, place in zip(corners, places, strict=True)
    ]
    # On the axes' scale the line of equal values is straight.
    line = alt.Chart(pd.DataFrame({"x": [0, top], "y": [0, top]})).mark_line(color=MUTED, strokeDash=[5, 4])
    line = line.encode(x=alt.X("x:Q").scale(scale), y=alt.Y("y:Q").scale(scale))
    cuts = alt.Chart(pd.DataFrame({"at": [cut]})).mark_rule(color=PALETTE[1], strokeWidth=1.2)
    names = list(labels.values())
    colours = (PALETTE * len(names))[: len(names)]
    shapes = (SHAPES * len(names))[: len(names)]
    points = alt.Chart(data).mark_point(size=55, filled=True, opacity=0.8, stroke=PAPER, strokeWidth=0.5)
    points = points.encode(
        x=x,
        y=y,
        color=alt.Color("label:N", sort=None).scale(domain=names, range=colours),
        shape=alt.Shape("label:N", sort=None).scale(domain=names, range=shapes),
        tooltip=tooltips(
            {"sample:N": "Sample", "definition:N": "Definition", "other:Q": "Per Mb", "first:Q": "Under the first"}
        ),
    )
    at_x = cuts.encode(x=alt.X("at:Q").scale(scale))
    at_y = cuts.encode(y=alt.Y("at:Q").scale(scale))
    return alt.layer(shade, *words, line, at_x, at_y, points).properties(width=FULL, height=300)
