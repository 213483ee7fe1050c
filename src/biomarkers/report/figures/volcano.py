"""Every gene by how strong its association is and how likely by chance: log ratio against -log10 of p."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from biomarkers.errors import first_few
from biomarkers.report.figures.forest import TICKS
from biomarkers.report.figures.style import FULL, INK, MUTED, PALETTE, tooltips

BELOW, ABOVE = "q below 0.05", "q 0.05 and more"
LARGEST = 64.0
"""Ratios beyond it, such as those of an empty cell, stand at the edge as triangles."""
GAP = 8
"""Pixels between a point and its name."""


def volcano(genes: pd.DataFrame, labelled: list[str], *, title: str) -> Any:
    """An altair chart. genes: `gene ratio p q words ratio_text p_text q_text`, ratio from 0 to infinity, q or none.

    labelled: genes whose names are written, those of one place together. title: of the ratio.
    """
    size = genes["ratio"].map(_size)
    edge = 1.3 * max(2.0, float(size[size <= LARGEST].max()) if (size <= LARGEST).any() else 2.0)
    data = genes.assign(
        shown=genes["ratio"].clip(1 / edge, edge),
        height=-np.log10(genes["p"]),
        found=np.where(genes["q"] < 0.05, BELOW, ABOVE),
        shape=np.where(size > edge, np.where(genes["ratio"] > 1, "right", "left"), "circle"),
    ).drop(columns=["ratio", "p", "q"])
    ticks = [ratio for ratio in TICKS if 1 / edge <= ratio <= edge]
    x = alt.X("shown:Q", title=title).scale(type="log", base=2, domain=[1 / edge, edge], nice=False)
    x = x.axis(values=ticks, format=".3~g")
    y = alt.Y("height:Q", title="−log₁₀ p").scale(domainMin=0, nice=True).axis(tickCount=6)
    colours = alt.Scale(domain=[BELOW, ABOVE], range=[PALETTE[1], MUTED])
    shapes = alt.Scale(domain=["circle", "left", "right"], range=["circle", "triangle-left", "triangle-right"])
    tooltip = tooltips(
        {"gene:N": "Gene", "words:N": "What happened", "ratio_text:N": "Ratio", "p_text:N": "p", "q_text:N": "q"}
    )
    legend = alt.Legend(symbolType="circle", columns=2)
    points = alt.Chart(data).mark_point(filled=True, size=70, opacity=0.8, cursor="pointer")
    points = points.encode(
        x=x,
        y=y,
        color=alt.Color("found:N", scale=colours).legend(legend),
        shape=alt.Shape("shape:N", scale=shapes, legend=None),
        tooltip=tooltip,
    )
    one = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x="one:Q")
    names = _names(data[data["gene"].isin(labelled)], edge)
    left = _written(names[names["shown"].lt(1) ^ names["outside"]], "right", -GAP)
    right = _written(names[names["shown"].ge(1) ^ names["outside"]], "left", GAP)
    layers = [one, points, *(text.encode(x=x, y=y, text="name:N") for text in (left, right) if text is not None)]
    return alt.layer(*layers).properties(width=FULL, height=320)


def _names(data: pd.DataFrame, edge: float) -> pd.DataFrame:
    """`gene name shown height outside`: the first gene of each place, with all names; outside: near the edge."""
    named = data.groupby(["shown", "height"], sort=False)["gene"].agg(["first", list]).reset_index()
    named = named.assign(gene=named["first"], name=[first_few(own, 3) for own in named["list"]])
    outside = named["shown"].map(_size).map(np.log) > 0.6 * np.log(edge)
    return named.assign(outside=outside)[["gene", "name", "shown", "height", "outside"]]


def _written(names: pd.DataFrame, align: Literal["left", "right"], shift: int) -> Any:
    """The names as text beside their points; None where there are none."""
    if names.empty:
        return None
    return alt.Chart(names).mark_text(align=align, dx=shift, fontSize=11, color=INK, cursor="pointer")


def _size(ratio: float) -> float:
    """How far a ratio is from 1, whichever way: 4 for 4 and for 0.25."""
    return np.inf if ratio <= 0 else float(max(ratio, 1 / ratio))
