"""Which samples come from one individual: every pair by relatedness and by the odds against the next best account."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FIELD, FULL, MUTED, PALETTE, PAPER, VERDICTS, tooltips

KINDS = {
    "One patient's, as the sheet says": (PALETTE[0], "circle"),
    "Two patients', as the sheet says": (MUTED, "diamond"),
    "Not what the sheet says": VERDICTS["fail"],
    "Undetermined": VERDICTS["warn"],
}
"""Colour and shape of a pair."""
LOWEST = -1.5
"""Relatedness below it is drawn at it: its divisor is small in tumors that lost most heterozygous sites."""


def swaps(pairs: pd.DataFrame, *, line: float) -> Any:
    """An altair chart of pairs `patient sample_1 sample_2 relatedness odds kind informative`.

    odds: log10, of one individual against the likeliest other account. line: odds from which a pair is decided; between
    it and its negative none is.
    """
    data = pairs.assign(relatedness=pairs["relatedness"].clip(lower=LOWEST))
    steps = [step * sign for step in (0, 10, 100, 1_000, 10_000, 100_000) for sign in (-1, 1)]
    far = max(float(data["odds"].abs().max()), 10 * line)
    ticks = sorted({step for step in steps if abs(step) <= 1.2 * far})
    scale = alt.Scale(type="symlog", constant=10, domain=[-1.2 * far, 1.2 * far], nice=False)
    y = alt.Y("odds:Q", title="log10 odds of one individual").scale(scale).axis(values=ticks, format="~d")
    across = alt.Scale(domain=[min(-0.5, float(data["relatedness"].min())), 1.4], nice=False)
    x = alt.X("relatedness:Q", title="Relatedness (1 one individual, 0.5 siblings, 0 unrelated)").scale(across)
    x = x.axis(tickCount=6, format="~g")
    field = alt.Chart(pd.DataFrame([{"y": -line, "y2": line}])).mark_rect(color=FIELD, opacity=0.75)
    field = field.encode(y=alt.Y("y:Q").scale(scale), y2="y2:Q")
    edges = alt.Chart(pd.DataFrame({"y": [-line, line]})).mark_rule(color=MUTED, strokeDash=[6, 3])
    edges = edges.encode(y=alt.Y("y:Q").scale(scale))
    names = [kind for kind in KINDS if data["kind"].eq(kind).any()]
    legend = alt.Legend(columns=2, direction="horizontal")
    colour = alt.Color("kind:N").scale(domain=names, range=[KINDS[kind][0] for kind in names]).legend(legend)
    shape = alt.Shape("kind:N").scale(domain=names, range=[KINDS[kind][1] for kind in names]).legend(legend)
    told = tooltips(
        {
            "patient:N": "Patient",
            "sample_1:N": "Sample",
            "sample_2:N": "and",
            "relatedness:Q": "Relatedness",
            "odds:Q": "log10 odds",
            "informative:N": "Informative sites",
            "kind:N": "Pair",
        }
    )
    points = alt.Chart(data).mark_point(filled=True, size=60, opacity=0.8, stroke=PAPER, strokeWidth=0.5)
    points = points.encode(x=x, y=y, color=colour, shape=shape, tooltip=told)
    return alt.layer(field, edges, points).properties(width=FULL, height=320)
