"""One bar a patient: time without progression, coloured by best response."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, MUTED, RESPONSES, month_ticks, tooltips

ROW = 9
"""Height of a patient's bar in pixels: sixty patients fit a screen."""
MOST_PATIENTS = 160
"""Patients above which a bar for each no longer fits a page."""


def swimmer(patient: pd.Series, response: pd.Series, time: pd.Series, event: pd.Series) -> Any:
    """An altair chart, longest bar on top; an arrow marks those without an event when last seen.

    response: best response as text; time: months; event: 1 progressed or died, 0 not by then.
    """
    data = pd.DataFrame({"patient": patient, "response": response.fillna("MISSING"), "time": time, "event": event})
    data = data.sort_values(["time", "patient"], ascending=[False, True], kind="stable").reset_index(drop=True)
    data["row"] = range(len(data))
    data["state"] = data["event"].map({1: "progressed or died", 0: "no event when last seen"})
    present = [r for r in RESPONSES if (data["response"] == r).any()]
    others = sorted(set(data["response"]) - set(present))
    colours = [RESPONSES[r] for r in present] + [MUTED] * len(others)
    x = alt.X("time:Q", title="Months from the start of treatment")
    x = x.axis(values=month_ticks(float(time.max())), format="d").scale(nice=False, domainMax=float(time.max()) * 1.02)
    y = alt.Y("row:O", title="Patients", sort=None).axis(labels=False, ticks=False, domain=False)
    legend = alt.Legend(direction="horizontal", symbolType="square", symbolStrokeWidth=0)
    colour = alt.Color("response:N").scale(domain=present + others, range=colours).legend(legend)
    tooltip = tooltips({"patient:N": "Patient", "response:N": "Best response", "time:Q": "Months", "state:N": "State"})
    bars = alt.Chart(data).mark_bar(height={"band": 0.78}).encode(x=x, y=y, color=colour, tooltip=tooltip)
    ongoing = alt.Chart(data[data["event"] == 0]).encode(x=x, y=y)
    ongoing = ongoing.mark_point(shape="triangle-right", size=34, filled=True, color=INK, xOffset=5)
    return (bars + ongoing).properties(width=FULL, height=max(60, ROW * len(data)))
