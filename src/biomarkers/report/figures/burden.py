"""Every patient's tumor mutation burden with its exact interval, from the highest to zero."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.report.figures.style import FULL, MUTED, PALETTE, log_ticks, tooltips


def burden(tmb: pd.DataFrame) -> Any:
    """An altair chart of `tmb_per_mb` with `ci_low` and `ci_high` (mutations per Mb); rows with a value only."""
    data = tmb[["patient", "tmb_per_mb", "ci_low", "ci_high", "n_variants", "callable_mb", "status"]].copy()
    data = data.sort_values(["tmb_per_mb", "patient"], ascending=[False, True], kind="stable").reset_index(drop=True)
    data["row"] = range(len(data))
    ticks = log_ticks(float(data["ci_high"].max()))
    y = alt.Y("tmb_per_mb:Q", title="Mutations per Mb").axis(values=ticks, format="~d")
    y = y.scale(type="symlog", constant=1, domain=[0, max(ticks[-1], float(data["ci_high"].max()))], nice=False)
    x = alt.X("row:O", title="Patients, highest burden first", sort=None).axis(labels=False, ticks=False, grid=False)
    colour = alt.Color("status:N").scale(domain=["ok", "warn"], range=PALETTE[:2])
    colour = colour.legend(alt.Legend(direction="horizontal"))
    tooltip = tooltips(
        {
            "patient:N": "Patient",
            "tmb_per_mb:Q": "Per Mb",
            "ci_low:Q": "95% CI from",
            "ci_high:Q": "to",
            "n_variants:N": "Variants",
            "callable_mb:Q": "Callable Mb",
            "status:N": "Status",
        }
    )
    base = alt.Chart(data)
    line = base.mark_rule(strokeWidth=1.4, opacity=0.55, color=MUTED).encode(x=x, y=alt.Y("ci_low:Q"), y2="ci_high:Q")
    point = base.mark_circle(size=42, opacity=1).encode(x=x, y=y, color=colour, tooltip=tooltip)
    return (line + point).properties(width=FULL, height=260)
