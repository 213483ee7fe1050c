"""What all figures share: colours, type, and axes. Colours are Okabe and Ito's, safe for colour-blind readers."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from biomarkers.report.numbers import IN_CHART, PERCENT_IN_CHART

FULL = 680
"""Width of a figure's plotting area in pixels; the page's script makes it smaller on narrow screens."""

INK, MUTED, RULE = "#1f2933", "#5f6c78", "#d5dbe1"
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7a6a00"]
"""Okabe and Ito 2008 (https://jfly.uni-koeln.de/color/), yellow darkened so that thin lines show on white."""
OUTCOMES = PALETTE[:2]
"""Responders and others, wherever they stand beside one another; best responses one by one are `RESPONSES`."""
GROUPS = ["#00795a", "#8e3b8a", "#7a6a00", "#5f6c78", "#a65628"]
"""Groups of a marker: no colour of theirs means a response elsewhere. Dashes tell them apart without colour."""
DASHES: list[list[int]] = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]]
UNKNOWN = "not known"
"""Best response of a patient of whom the tables have none: never treated, or not collected. MISSING was looked for."""
RESPONSES = {
    "CR": "#0072B2",
    "PR": "#56B4E9",
    "SD": "#b8b19a",
    "NON-CR/NON-PD": "#8c8672",
    "PD": "#D55E00",
    "NE": "#c9ced4",
    "MISSING": "#c9ced4",
    UNKNOWN: "#c9ced4",
}
GRADES = ["#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f"]
"""The one sequence of colours, light to dark: ColorBrewer's Purples (Brewer 2003), safe for colour-blind readers."""
VERDICTS = {"pass": (PALETTE[0], "circle"), "warn": (PALETTE[3], "triangle-up"), "fail": (PALETTE[1], "cross")}
"""Colour and shape of a sample, or of a pair of them, that is as it should be, is doubtful, is not."""
PAPER, GRID, FIELD = "#ffffff", "#eef1f4", "#f3e9dc"
"""Background, grid lines, and fields that a figure shades."""
DARK = {
    INK: "#e6eaee",
    MUTED: "#a3afba",
    RULE: "#3a4650",
    PAPER: "#161b20",
    GRID: "#2a333b",
    FIELD: "#3a3226",
    "white": "#161b20",
    GROUPS[0]: "#2fb58c",
    GROUPS[1]: "#c98ac5",
    GROUPS[2]: "#b8a22a",
    GROUPS[4]: "#d98a5c",
}
"""What the page's script writes for these where the reader's screen is dark; the other palettes stay."""
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
LOG_TICKS: list[float] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]


CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    "view": {"stroke": None},
    "axis": {
        "domainColor": MUTED,
        "tickColor": MUTED,
        "gridColor": GRID,
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12.5,
        "titleFontWeight": "normal",
        "titlePadding": 10,
        "labelLimit": 220,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12.5,
        "labelLimit": 420,
        "symbolStrokeWidth": 2.5,
        "symbolSize": 120,
        "title": None,
        "orient": "top",
        "direction": "vertical",
        "offset": 8,
    },
    "title": {"anchor": "start", "fontSize": 12.5, "fontWeight": "normal", "color": MUTED},
}
STYLE = {
    "config": CONFIG,
    "groups": GROUPS,
    "outcomes": OUTCOMES,
    "dashes": DASHES,
    "ink": INK,
    "muted": MUTED,
    "full": FULL,
}
"""What the figures that the page's script makes itself share with these."""


class Figure(NamedTuple):
    """A picture with what a reader who cannot see it needs: `caption` says n and who is left out, `alt` the content.

    name: of the figure on the page; spec: Vega-Lite specification with its data inside. file: the name of its files
    without ending, where it is to be another one; `page` makes it short and unique.
    """

    name: str
    title: str
    caption: str
    alt: str
    spec: dict[str, Any]
    kind: str = "picture"
    file: str = ""


def finished(
    chart: Any, alternative: str, *, beside: int = 85, crowded: bool = False, edged: bool = False
) -> dict[str, Any]:
    """The chart's specification in the shared style, with `alternative` as the description for screen readers.

    beside: pixels that the labels and the margin beside the plot need; the page's script fits the plot by it.
    crowded: whether the script leaves out names that would lie over others. edged: whether each pixel of the PNG has
    the colour of one mark, as those that touch would have pale seams.
    """
    with alt.data_transformers.enable("default", max_rows=None):
        spec: dict[str, Any] = _printable(chart.to_dict(validate=False))
    spec |= {"config": CONFIG, "description": alternative}
    spec["usermeta"] = {"beside": beside} | {name: True for name, on in (("crowded", crowded), ("edged", edged)) if on}
    return spec


def tooltips(titles: Mapping[str, str], *, percent: Collection[str] = ()) -> list[Any]:
    """What a mark says under the pointer: columns with their type and titles, in order.

    Numbers (`Q`) have three digits, those of `percent` as percent; counts are given as names (`N`), whole.
    """
    form = {column: IN_CHART for column in titles if column.endswith(":Q")} | dict.fromkeys(percent, PERCENT_IN_CHART)
    return [alt.Tooltip(c, title=title, format=form.get(c, alt.Undefined)) for c, title in titles.items()]


def _printable(value: Any) -> Any:
    """The same specification with blanks for characters that cannot be printed.

    Vega-Lite writes titles and sort orders into expressions, whose parser stops at a raw line separator (U+2028).
    """
    if isinstance(value, str):
        return value if value.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in value)
    if isinstance(value, dict):
        return {_printable(key): _printable(inner) for key, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list) else value


def room_for(labels: Iterable[str]) -> int:
    """Pixels that the longest of the labels needs beside the plot, axis title and right margin included.

    >>> room_for(["Responders", "Non-responders"])
    143
    """
    return 45 + 7 * min(44, max((len(label) for label in labels), default=0))


def month_ticks(longest: float) -> list[float]:
    """Ticks at 0 and at most eight steps of 1, 2, 3, 6, 12, 24 ... months up to `longest`.

    >>> month_ticks(17.2)
    [0, 3, 6, 9, 12, 15]
    >>> month_ticks(0.5)
    [0]
    """
    step = next((s for s in (1, 2, 3, 6, 12, 24, 36, 60) if longest / s <= 8), 120)
    return [step * i for i in range(math.floor(longest / step) + 1)]


def log_ticks(highest: float) -> list[float]:
    """Ticks 0, 1, 2, 5, 10, ... up to the first one at or above `highest`.

    >>> log_ticks(31)
    [0, 1, 2, 5, 10, 20, 50]
    """
    return LOG_TICKS[: bisect.bisect_left(LOG_TICKS, highest) + 1]


def value_axis(lowest: float, highest: float, *, log: bool) -> dict[str, Any]:
    """Scale and axis of a marker's values, which begin at zero; log: log2(x + 1), which shows zero."""
    if not log:
        scale = alt.Scale(domain=[min(0.0, lowest), highest], nice=True)
        return {"scale": scale, "axis": alt.Axis(tickCount=6, labelFlush=False)}
    ticks = log_ticks(highest)
    scale = alt.Scale(type="symlog", constant=1, domain=[0, max(ticks[-1], highest)], nice=False)
    return {"scale": scale, "axis": alt.Axis(values=ticks, format="~d", labelOverlap=True, labelFlush=False)}


def spread(values: pd.Series, *, height: float) -> pd.Series:
    """Sideways offsets in [-1, 1] that keep near values apart, without chance: a swarm in `height` steps of the range.

    values: numbers on the scale that is drawn. Points of one step stand side by side around the middle.
    """
    low = values.min()
    step = ((values - low) / ((values.max() - low) / height or 1.0)).round()
    place = step.loc[values.sort_values(kind="stable").index].groupby(step).cumcount()
    beside = step.map(step.value_counts()) - 1
    offsets: pd.Series = (place - beside / 2) * min(0.3, 2 / max(beside.max(), 1))
    return offsets


def slug(text: str) -> str:
    """A file name without surprises; `>` and `<` keep apart what they tell apart.

    >>> slug("pfs_by_tmb_>= 10 vs < 10")
    'pfs_by_tmb_ge_10_vs_lt_10'
    """
    for sign, word in ((">=", "ge "), ("<=", "le "), (">", "gt "), ("<", "lt ")):
        text = text.replace(sign, word)
    return re.sub(r"[^A-Za-z0-9.]+", "_", text).strip("_.")[:80] or "figure"


def short_name(text: str) -> str:
    """The name of a file: at most 40 of a-z, 0-9 and _, so that every system and shell takes it as it is.

    >>> short_name("response_TMB_per_Mb"), short_name("pfs_tmb_per_mb_> 3.76"), short_name("\u03b2")
    ('response_tmb', 'pfs_tmb_gt_3_76', 'figure')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", slug(re.sub("([<>])", r" \1", text)).lower()).replace("_per_mb", "")
    return plain[:40].strip("_") or "figure"
