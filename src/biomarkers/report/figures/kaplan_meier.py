"""Kaplan-Meier curves with log-log intervals, censoring ticks and the numbers at risk."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from biomarkers.report.figures.style import DASHES, FULL, GROUPS, INK, MUTED, OUTCOMES, month_ticks, tooltips
from biomarkers.stats import kaplan_meier as km

MOST_GROUPS = len(GROUPS)
"""Curves that can be told apart in one picture."""


def steps(time: pd.Series, event: pd.Series) -> pd.DataFrame:
    """The curve: one row per distinct time with `time survival low high at_risk censored`, from time 0.

    time: months, not missing. event: 1 happened, 0 censored. low, high: 95 % log-log interval; where it does not exist
    the survival, so that the band has no gaps.
    """
    curve = km.kaplan_meier(time.to_numpy("float64"), event.to_numpy("float64"))
    start = km.Curve(*(np.array([value]) for value in (0.0, 0.0, 0.0, float(len(time)), 1.0, 1.0, 1.0)))
    found = pd.concat([pd.DataFrame(part._asdict()) for part in (start, curve)]).drop_duplicates("time", keep="last")
    found = found.rename(columns={"n_at_risk": "at_risk", "n_censored": "censored"}).reset_index(drop=True)
    limits = {side: found[side].fillna(found["survival"]) for side in ("low", "high")}
    return found.drop(columns="n_events").assign(**limits).astype({"at_risk": int, "censored": int})


def at_risk(time: pd.Series, ticks: list[float]) -> list[int]:
    """How many are still followed at each tick."""
    return [int(time.ge(tick).sum()) for tick in ticks]


def kaplan_meier(
    time: pd.Series,
    event: pd.Series,
    group: pd.Series,
    names: list[str],
    *,
    what: str,
    since: str,
    legend: str = "",
    outcome: bool = False,
) -> Any:
    """An altair chart of the curves of `names`, the table of numbers at risk beneath.

    time: months; event: 0 or 1; group: name per patient. Rows with any of the three missing must be gone.
    what: the endpoint in words, for the vertical axis. since: where time begins. legend: the marker in words,
    before the group's name. outcome: the groups are responders and others.
    """
    ticks = month_ticks(float(time.max()))
    labels = {name: f"{legend} {name}".strip() for name in names}
    curves, risk = [], []
    for name in names:
        of_group = group == name
        curves.append(steps(time[of_group], event[of_group]).assign(group=labels[name]))
        counts = at_risk(time[of_group], ticks)
        risk += [{"group": labels[name], "time": t, "n": n} for t, n in zip(ticks, counts, strict=True)]
    data = pd.concat(curves, ignore_index=True)
    order = list(labels.values())
    x = alt.X("time:Q", title=f"Months from {since}").scale(domain=[0, float(time.max())], nice=False)
    x = x.axis(values=ticks, grid=False, format="d", labelFlush=False)
    y = alt.Y("survival:Q", title=what).scale(domain=[0, 1]).axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    single = len(order) == 1
    legend_of = None if single else alt.Legend(symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=2.5)
    colour = (
        alt.Color("group:N", sort=order)
        .scale(domain=order, range=(OUTCOMES if outcome else GROUPS)[: len(order)])
        .legend(legend_of)
    )
    dash = alt.StrokeDash("group:N", sort=order).scale(domain=order, range=DASHES[: len(order)]).legend(legend_of)
    tooltip = tooltips(
        {
            "group:N": "Group",
            "time:Q": "Months",
            "survival:Q": "Estimate",
            "low:Q": "95% CI from",
            "high:Q": "to",
            "at_risk:N": "At risk",
        },
        percent=("survival:Q", "low:Q", "high:Q"),
    )
    base = alt.Chart(data)
    band = base.mark_area(interpolate="step-after", opacity=0.1)
    band = band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour)
    line = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
    censored = alt.Chart(data[data["censored"] > 0]).mark_tick(orient="vertical", size=9, thickness=1.6)
    censored = censored.encode(x=x, y=y, color=colour)
    points = base.mark_circle(size=90, opacity=0).encode(x=x, y=y, tooltip=tooltip)
    # Altair copies all layers with each one that is added.
    curves_chart = alt.layer(band, line, censored, points, width=FULL, height=250)
    risk_y = alt.Y("group:N", sort=order, title=None)
    risk_y = risk_y.axis(domain=False, ticks=False, labels=not single, labelLimit=150, labelPadding=16)
    risk_x = alt.X("time:Q", axis=None).scale(domain=[0, float(time.max())], nice=False)
    heading = alt.Title("Number at risk", fontSize=12, color=MUTED, anchor="start", frame="group")
    table = alt.Chart(pd.DataFrame(risk), width=FULL, height=20 * len(order), title=heading)
    table = table.mark_text(fontSize=12, color=INK).encode(x=risk_x, y=risk_y, text="n:Q")
    return alt.vconcat(curves_chart, table, spacing=8)
