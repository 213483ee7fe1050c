"""Two markers together: each of their four groups a strip, every patient a point by the first marker."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from biomarkers.report.figures.style import FULL, MUTED, OUTCOMES, spread, tooltips, value_axis

STRIP = 62
"""Height of a group in pixels."""


def quadrants(data: pd.DataFrame, groups: list[str], outcomes: list[str], *, cut: float, titles: list[str]) -> Any:
    """An altair chart of `patient value low high group outcome`, the groups as rows in order.

    value: the first marker, drawn on a log2(x + 1) scale where titles[2] is `log`; low, high: the second one, said
    under the pointer. cut: of the first marker, drawn as a line. titles: of both markers.
    """
    first, second, scaled = titles
    data = data.reset_index(drop=True)
    log = scaled == "log"
    on_scale = np.log2(data["value"] + 1) if log else data["value"]
    data["offset"] = on_scale.groupby(data["group"]).transform(spread, height=46)
    highest = max(float(data["value"].max()), cut)
    axis = value_axis(float(data["value"].min()), highest, log=log)
    x = alt.X("value:Q", title=f"{first} (log2 scale)" if log else first, **axis)
    y = alt.Y("group:N", title=None).scale(domain=groups)
    y = y.axis(domain=False, ticks=False, labelLimit=0, labelPadding=10, labelExpr="split(datum.label, '\\n')")
    told = tooltips(
        {
            "patient:N": "Patient",
            "value:Q": first,
            "low:Q": f"{second} from",
            "high:Q": f"{second} to",
            "outcome:N": "Outcome",
        }
    )
    colour = alt.Color("outcome:N").scale(domain=outcomes, range=OUTCOMES[: len(outcomes)])
    colour = colour.legend(direction="horizontal", symbolStrokeWidth=0)
    offset = alt.YOffset("offset:Q").scale(domain=[-1.6, 1.6])
    dots = alt.Chart(data).mark_circle(size=46, opacity=0.75)
    dots = dots.encode(x=x, y=y, yOffset=offset, color=colour, tooltip=told)
    line = alt.Chart(pd.DataFrame({"value": [cut]})).mark_rule(strokeDash=[4, 4], color=MUTED).encode(x=x)
    return alt.layer(line, dots).properties(width=FULL, height=STRIP * len(groups))
