"""How lesions changed: the best change of each patient with tracks below it (waterfall), and all visits (spider)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, INK, MUTED, PALETTE, RESPONSES, month_ticks, tooltips
from biomarkers.report.numbers import number

SHRUNK, GROWN = -30, 20
"""Changes in percent at which RECIST 1.1 speaks of a partial response and, from the nadir on, of progression."""
HIGHEST = 100
"""Changes in percent above which a bar or a line is cut off; what it is shows under the pointer."""
STUB = 1
"""Percent to both sides of zero that a bar without a height is drawn with, so that it is seen and can be clicked."""
SEQUENTIAL = ["#dfe8f2", PALETTE[0]]
"""From few to many."""


def waterfall(data: pd.DataFrame, tracks: Mapping[str, str], *, logs: frozenset[str] = frozenset()) -> Any:
    """An altair chart: a bar a patient, largest growth first, and a line of cells for each track.

    data: `patient change response`, change in percent, and the tracks' columns. tracks: by column its title; logs:
    those that are coloured on a logarithmic scale.
    """
    data = data.sort_values(["change", "patient"], ascending=[False, True], kind="stable").reset_index(drop=True)
    flat = data["change"].abs() < STUB
    data["shown"] = data["change"].clip(upper=HIGHEST).mask(flat, STUB)
    data["foot"] = (-STUB * flat).astype(float)
    x = alt.X("patient:N", sort=None, title=None).axis(labels=False, ticks=False, domain=False)
    titles = {"patient:N": "Patient", "change:Q": "Best change (%)", "response:N": "Best response"}
    told = tooltips({**titles, **{f"{column}:Q": title for column, title in tracks.items()}})
    y = alt.Y("shown:Q", title="Best change of the sum (%)").scale(domain=[-100, HIGHEST])
    y2 = alt.Y2("foot:Q")
    bars = alt.Chart(data).mark_bar().encode(x=x, y=y, y2=y2, color=_by_response(data), tooltip=told)
    parts = [(bars + _limits()).properties(width=FULL, height=260)]
    for column, title in tracks.items():
        scale = alt.Scale(range=SEQUENTIAL, type="symlog" if column in logs else "linear")
        known = data[data[column].notna()]
        low, high = (number(value) for value in (known[column].min(), known[column].max()))
        cells = alt.Chart(known).mark_rect()
        cells = cells.encode(x=x, color=alt.Color(f"{column}:Q", scale=scale, legend=None), tooltip=told)
        head = alt.Title(f"{title}: {low} (pale) to {high} (dark)", fontSize=11.5, offset=2)
        parts.append(cells.properties(width=FULL, height=14, title=head))
    return alt.vconcat(*parts, spacing=6).resolve_scale(color="independent", x="shared")


def spider(data: pd.DataFrame) -> Any:
    """An altair chart: a line a patient through every visit with a sum.

    data: `patient months change response`, a row a visit, baseline (0, 0) among them.
    """
    data = data.assign(shown=data["change"].clip(upper=HIGHEST))
    longest = float(data["months"].max())
    x = alt.X("months:Q", title="Months from the start of treatment")
    x = x.axis(values=month_ticks(longest), format="d", grid=False).scale(nice=False, domain=[0, longest * 1.02])
    y = alt.Y("shown:Q", title="Change of the sum (%)").scale(domain=[-100, HIGHEST])
    titles = {"patient:N": "Patient", "months:Q": "Months", "change:Q": "Change (%)", "response:N": "Best response"}
    base = alt.Chart(data).encode(x=x, y=y, color=_by_response(data), tooltip=tooltips(titles))
    lines = base.mark_line(strokeWidth=1.4, opacity=0.75).encode(detail="patient:N")
    return (_limits() + lines + base.mark_circle(size=28, opacity=0.9)).properties(width=FULL, height=300)


def _limits() -> Any:
    lines = alt.Chart(pd.DataFrame({"at": [SHRUNK, 0, GROWN]}))
    dash = alt.condition("datum.at === 0", alt.value([1, 0]), alt.value([4, 3]))
    colour = alt.condition("datum.at === 0", alt.value(INK), alt.value(MUTED))
    return lines.mark_rule(strokeWidth=1).encode(y="at:Q", strokeDash=dash, color=colour)


def _by_response(data: pd.DataFrame) -> Any:
    present = [name for name in RESPONSES if data["response"].eq(name).any()]
    legend = alt.Legend(direction="horizontal", symbolType="square", symbolStrokeWidth=0)
    scale = alt.Scale(domain=present, range=[RESPONSES[name] for name in present])
    return alt.Color("response:N", scale=scale, legend=legend)
