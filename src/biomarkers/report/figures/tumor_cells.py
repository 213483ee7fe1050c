"""The burden of each sample against its share of tumor cells, with what the thresholds may hide."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FIELD, FULL, MUTED, PALETTE, PAPER, RULE, log_ticks, tooltips


def tumor_cells(data: pd.DataFrame, *, low: float) -> Any:
    """An altair chart of `tmb_per_mb` by `cells` (0 to 1); a line leads up to `free`, the burden without thresholds.

    data: also `patient`, `sample`, `cells_by` (where the share comes from) and `meaning`. low: share below which a
    burden is a lower bound.
    """
    highest = float(data[["tmb_per_mb", "free"]].max().max())
    ticks = log_ticks(highest)
    scale = alt.Scale(type="symlog", constant=1, domain=[0, max(ticks[-1], highest)], nice=False)
    x = alt.X("cells:Q", title="Tumor cells").scale(domain=[0, 1], nice=False).axis(format="%", tickCount=10)
    y = alt.Y("tmb_per_mb:Q", title="Mutations per Mb").scale(scale).axis(values=ticks, format="~d")
    field = alt.Chart(pd.DataFrame([{"x": 0, "x2": low}])).mark_rect(color=FIELD, opacity=0.75)
    field = field.encode(x=alt.X("x:Q").scale(domain=[0, 1], nice=False), x2="x2:Q")
    edge = alt.Chart(pd.DataFrame([{"x": low}])).mark_rule(color=RULE).encode(x="x:Q")
    base = alt.Chart(data)
    line = base.mark_rule(strokeWidth=1.6, color=MUTED, opacity=0.7).encode(x=x, y=y, y2="free:Q")
    meanings = ["estimate", "lower bound"]
    sources = ["variants' fractions", "stated purity"]
    point = base.mark_point(size=60, filled=True, opacity=0.9, stroke=PAPER, strokeWidth=0.5).encode(
        x=x,
        y=y,
        color=alt.Color("meaning:N").scale(domain=meanings, range=PALETTE[:2]),
        shape=alt.Shape("cells_by:N").scale(domain=sources, range=["circle", "diamond"]),
        tooltip=tooltips(
            {
                "patient:N": "Patient",
                "sample:N": "Sample",
                "cells:Q": "Tumor cells",
                "cells_by:N": "by",
                "tmb_per_mb:Q": "Per Mb",
                "free:Q": "Without thresholds",
                "n_below_threshold:N": "Below thresholds",
            },
            percent=["cells:Q"],
        ),
    )
    return alt.layer(field, edge, line, point).properties(width=FULL, height=300)
