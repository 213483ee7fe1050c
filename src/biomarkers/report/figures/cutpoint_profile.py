"""The statistic of every cut that a search tried, with what the largest one must exceed."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FIELD, FULL, INK, LOG_TICKS, MUTED, PALETTE, tooltips


def cutpoint_profile(cuts: pd.DataFrame, *, title: str, log: bool) -> Any:
    """An altair chart of `cut_at statistic n_above n_below p_text more` with `band by_chance chosen`, cuts ascending.

    more: where there are more events. title: of the marker, drawn on a log2(x + 1) scale where log. Shaded: what
    the largest statistic of 19 in 20 permutations stays below; the dashed line: its median.
    """
    data = cuts.reset_index(drop=True)
    lowest, highest = float(data["cut_at"].min()), float(data["cut_at"].max())
    room = (highest - lowest) * 0.03 or 1.0
    domain = [max(0.0, lowest - room) if lowest >= 0 else lowest - room, highest + room]
    x = alt.X("cut_at:Q", title=f"{title}, cut above this value")
    if log:
        ticks = [tick for tick in LOG_TICKS if domain[0] <= tick <= domain[1]]
        x = x.scale(type="symlog", constant=1, domain=domain, nice=False)
        x = x.axis(values=ticks, labelFlush=False) if len(ticks) > 2 else x.axis(tickCount=6, labelFlush=False)
    else:
        x = x.scale(domain=domain, nice=False).axis(tickCount=6, labelFlush=False)
    top = 1.1 * max(float(data["statistic"].max()), float(data["band"].iloc[0]))
    y = alt.Y("statistic:Q", title="Standardised statistic").scale(domain=[0, top], nice=False).axis(tickCount=6)
    told = tooltips(
        {"cut_at:Q": "Cut above", "n_above:N": "Patients above", "n_below:N": "Patients below", "more:N": "More events"}
        | {"statistic:Q": "Statistic", "p_text:N": "p, corrected for the search"}
    )
    base = alt.Chart(data)
    edge = pd.DataFrame({"from": [0.0], "statistic": [float(data["band"].iloc[0])]})
    band = (
        alt.Chart(edge)
        .mark_rect(color=FIELD, opacity=1)
        .encode(y=alt.Y("from:Q", title="Standardised statistic"), y2="statistic:Q")
    )
    limit = alt.Chart(edge).mark_rule(color=MUTED).encode(y=y)
    name = alt.Chart(edge.assign(name="p = 0.05")).mark_text(align="left", dx=6, dy=-7, color=MUTED, fontSize=11)
    name = name.encode(x=alt.value(0), y=y, text="name:N")
    chance = pd.DataFrame({"statistic": [float(data["by_chance"].iloc[0])]})
    median = alt.Chart(chance).mark_rule(color=MUTED, strokeDash=[4, 4]).encode(y=y)
    line = base.mark_line(color=PALETTE[0], strokeWidth=1.6).encode(x=x, y=y)
    points = base.mark_circle(size=42, color=PALETTE[0], opacity=1).encode(x=x, y=y, tooltip=told)
    best = alt.Chart(data[data["chosen"].eq(1)])
    rule = best.mark_rule(color=INK, strokeDash=[2, 2]).encode(x=x)
    mark = best.mark_point(size=160, color=INK, strokeWidth=2, opacity=1).encode(x=x, y=y, tooltip=told)
    return alt.layer(band, limit, median, name, rule, line, points, mark).properties(width=FULL, height=220)
