"""Bases left at each step from the capture targets to the callable bases that a burden is divided by."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.errors import count
from biomarkers.report.figures.names import OF_LINE, named_above, wrapped
from biomarkers.report.figures.style import FULL, INK, PALETTE, tooltips
from biomarkers.report.numbers import number

STEPS = {
    "target": "Capture targets",
    "coding": "Coding (CDS)",
    "tumor_depth": "Sufficient depth in tumor",
    "normal_depth": "Sufficient depth in normal",
}
"""Steps of the table `denominator_steps`, in order, as a reader sees them."""
LOSSES = {
    "coding": "Not coding",
    "tumor_depth": "Insufficient depth in tumor",
    "normal_depth": "Insufficient depth in normal",
}
LEFT = "Callable, the denominator"
COLOURS = {LEFT: PALETTE[0], "Insufficient depth in normal": PALETTE[1], "Insufficient depth in tumor": PALETTE[3]}
COLOURS |= {"Not coding": "#c9ced4"}
LINE = 46
"""Characters on one line of the name of a step with its numbers."""
NAMED = 40
"""Samples up to which each column carries its name."""


def bases(steps: pd.DataFrame) -> pd.DataFrame:
    """Bases left by sample (rows, in the table's order) and step (columns); missing where a step was not taken.

    steps: columns sample, step, bp.
    """
    wide = steps.pivot_table(values="bp", index="sample", columns="step", aggfunc="first", sort=False)
    return wide.reindex(columns=list(STEPS)).astype("float64")


def losses(wide: pd.DataFrame) -> pd.DataFrame:
    """Bases of every sample by what became of them: `LEFT` and the three losses, which sum to the targets.

    wide: as from `bases`. A step that was not taken costs nothing.
    """
    filled = wide.ffill(axis=1)
    lost = (filled.shift(axis=1) - filled)[list(LOSSES)].rename(columns=LOSSES)
    lost.insert(0, LEFT, filled["normal_depth"])
    return lost


def unit(wide: pd.DataFrame) -> tuple[float, str]:
    """Bases per unit and its name: megabases, or kilobases for a panel of a few genes."""
    return (1e6, "Mb") if wide["target"].max() >= 1e5 else (1e3, "kb")


def denominator(steps: pd.DataFrame) -> Any:
    """An altair chart: the cohort's median with its range at each step and, of several samples, a column for each."""
    wide = bases(steps)
    size, name = unit(wide)
    cohort = _cohort(wide, size, name)
    if len(wide) < 2:
        return alt.vconcat(cohort)
    return alt.vconcat(cohort, _samples(wide, size, name), spacing=34).resolve_scale(color="independent")


def _cohort(wide: pd.DataFrame, size: float, name: str) -> Any:
    rows = []
    for step, title in STEPS.items():
        values, share = wide[step].dropna() / size, (wide[step] / wide["target"]).dropna()
        if values.empty:
            continue
        low, middle, high = (f"{number(100 * value)}%" for value in share.quantile([0, 0.5, 1]))
        spread = f", {low} to {high}" if low != high else ""
        n = f", {count(len(values), 'sample')}" if len(values) < len(wide) else ""
        text = f"{number(values.median())} {name} ({middle}{spread}{n})"
        rows.append({"step": title, "middle": values.median(), "low": values.min(), "high": values.max(), "text": text})
    data = pd.DataFrame(rows)
    several = len(wide) > 1
    title = f"{name} left, median and range of {len(wide)} samples" if several else f"{name} left"
    data["label"] = [wrapped(f"{step}: {text}", LINE) for step, text in zip(data["step"], data["text"], strict=True)]
    height = 28 + OF_LINE * (int(data["label"].str.count("\n").max()) + 1)
    below = height / 2 - 12
    y = alt.Y("step:N", sort=None, title=None, axis=None, scale=alt.Scale(paddingInner=0))
    base = alt.Chart(data).encode(y=y)
    x = alt.X("middle:Q", title=title).scale(domainMin=0, nice=False).axis(tickCount=6, grid=False)
    bars = base.mark_bar(color=PALETTE[0], opacity=0.75, height=16, yOffset=below).encode(x=x)
    layers = [bars, named_above(data, y, height=height)]
    if several:
        layers.insert(1, base.mark_rule(color=INK, strokeWidth=1.4, yOffset=below).encode(x="low:Q", x2="high:Q"))
    return alt.layer(*layers).properties(width=FULL, height=height * len(data))


def _samples(wide: pd.DataFrame, size: float, name: str) -> Any:
    parts = losses(wide) / size
    parts = parts.sort_values([LEFT], ascending=False, kind="stable")
    data = parts.reset_index(names="sample").melt("sample", var_name="part", value_name="size")
    data["stack"] = data["part"].map({part: place for place, part in enumerate(COLOURS)})
    few = len(parts) <= NAMED
    axis = alt.Axis(labels=few, ticks=False, grid=False, labelAngle=-50 if few else 0, labelLimit=110, labelFontSize=11)
    title = f"{count(len(parts), 'sample')}, most bases left first"
    x = alt.X("sample:N", sort=list(parts.index), title=title).axis(axis).scale(padding=0.12 if few else 0)
    colour = alt.Color("part:N", sort=list(COLOURS)).scale(domain=list(COLOURS), range=list(COLOURS.values()))
    tooltip = tooltips({"sample:N": "Sample", "part:N": "Bases", "size:Q": name})
    y = alt.Y("size:Q", title=f"{name} of capture targets", stack="zero").axis(tickCount=6)
    legend = alt.Legend(columns=4, direction="horizontal", symbolType="square", symbolStrokeWidth=0)
    bars = alt.Chart(data).mark_bar(opacity=0.9)
    bars = bars.encode(x=x, y=y, color=colour.legend(legend), order="stack:Q", tooltip=tooltip)
    return bars.properties(width=FULL, height=240)
