"""One lane a patient: time on treatment, follow-up, and what happened when."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, MUTED, PAPER, RESPONSES, UNKNOWN, month_ticks, tooltips

ROW = 7
"""Height of a patient's lane in pixels: sixty patients fit a screen."""
EVENTS = {
    "First response": ("circle", PAPER),
    "Progression": ("diamond", RESPONSES["PD"]),
    "New therapy": ("triangle-down", PAPER),
    "Death": ("cross", INK),
    "Treatment ongoing": ("triangle-right", INK),
}
"""Shape and filling of each mark, in the order of the legend."""


def swimmer(lanes: pd.DataFrame, events: pd.DataFrame, *, bar: str) -> Any:
    """An altair chart, in the order of the rows.

    lanes: `patient response bar followed`: best response as text, end of the coloured bar and of the follow-up in
    months, missing where not known. events: `patient what time`, what: one of `EVENTS`. bar: what the bar is, in words.
    """
    data = lanes.assign(response=lanes["response"].fillna(UNKNOWN), row=range(len(lanes)))
    marks = events.merge(data[["patient", "row"]], on="patient")
    present = [r for r in RESPONSES if (data["response"] == r).any()]
    others = sorted(set(data["response"]) - set(present))
    colours = [RESPONSES[r] for r in present] + [MUTED] * len(others)
    longest = float(pd.concat([data["bar"], data["followed"], marks["time"]]).max())
    x = alt.X("bar:Q", title="Months from the start of treatment")
    x = x.axis(values=month_ticks(longest), format="d").scale(nice=False, domain=[0, longest * 1.02])
    y = alt.Y("row:O", title="Patients", sort=None).axis(labels=False, ticks=False, domain=False)
    legend = alt.Legend(direction="horizontal", symbolType="square", symbolStrokeWidth=0)
    colour = alt.Color("response:N").scale(domain=present + others, range=colours).legend(legend)
    titles = {"patient:N": "Patient", "response:N": "Best response", "bar:Q": bar, "followed:Q": "Months followed"}
    base = alt.Chart(data)
    # An empty layer would be a picture without words for who cannot see it.
    followed = base.mark_rule(color=MUTED, strokeWidth=1).encode(x=alt.X("followed:Q"), x2=alt.datum(0), y=y)
    lines = [followed] if data["followed"].notna().any() else []
    bars = base.mark_bar(height={"band": 0.78}).encode(x=x, y=y, color=colour, tooltip=tooltips(titles))
    layers = [*lines, bars]
    happened = [name for name in EVENTS if (marks["what"] == name).any()]
    if happened:
        shape = alt.Shape("what:N").scale(domain=happened, range=[EVENTS[name][0] for name in happened])
        shape = shape.legend(direction="horizontal", orient="bottom", symbolStrokeColor=INK, symbolFillColor=PAPER)
        fill = alt.Fill("what:N").scale(domain=happened, range=[EVENTS[name][1] for name in happened]).legend(None)
        said = tooltips({"patient:N": "Patient", "what:N": "What", "time:Q": "Months"})
        points = alt.Chart(marks).mark_point(size=42, stroke=INK, strokeWidth=1, opacity=1)
        layers.append(points.encode(x="time:Q", y=y, shape=shape, fill=fill, tooltip=said))
    chart = alt.layer(*layers).resolve_scale(fill="independent", color="independent")
    return chart.properties(width=FULL, height=max(60, ROW * len(data)))
