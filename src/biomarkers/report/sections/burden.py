"""Tumor mutation burden: every sample's value, the steps of its denominator, and how far definitions agree."""

from __future__ import annotations

from typing import Any

import altair
import pandas as pd

from biomarkers.errors import count
from biomarkers.genome.tmb_definitions import FDA_CUTOFF as CUT
from biomarkers.report import wording
from biomarkers.report.blocks import (
    Beside,
    Block,
    Cell,
    Column,
    Heading,
    Link,
    Paragraph,
    Table,
    absent,
    side_by_side,
    table,
    value_cell,
)
from biomarkers.report.figures import agreement as scatter
from biomarkers.report.figures import denominator as territory
from biomarkers.report.figures.burden import burden as every_sample
from biomarkers.report.figures.style import FULL, Figure, finished, room_for
from biomarkers.report.given import Tables
from biomarkers.report.numbers import estimate, missing, number
from biomarkers.report.sections.depth import depth
from biomarkers.report.sections.tumor_cells import tumor_cells

EXPLANATION = (
    "Mutations per megabase depend on what counts and over which bases; values of different definitions or "
    "denominators cannot be compared. An exome at 10 per Mb or above is not the FDA-approved test."
)


def burden(given: Tables) -> list[Block]:
    """The table of samples by definition, the figures of their burdens, and what tumor cells do to them."""
    if given.tmb is None or given.tmb.empty:
        return [absent("The table of tumor mutation burden", "--tmb")]
    cells = tumor_cells(given.tmb)
    figures = [*burdens(given.tmb), *agreements(given.tmb, given.agreement), *cells[1:]]
    text = EXPLANATION
    if given.subset:
        text += f" Every sample is shown, not only those of the subset ({given.subset})."
    link = [Link("MultiQC: what the tools measured of each sample", given.multiqc)] if given.multiqc else []
    return [Paragraph(text), *link, _by_definition(given.tmb), *side_by_side(figures, "three"), *cells[:1]]


def bases(given: Tables) -> list[Block]:
    """The steps of the denominator, beside them how deep the samples were read."""
    steps: list[Block] = [] if given.steps is None else [*denominators(given.steps)]
    read: list[Block] = [Heading("Depth"), *depth(given)]
    return [Beside([steps, read])] if steps else read


def _by_definition(tmb: pd.DataFrame) -> Table:
    def median_and_range(rows: pd.DataFrame) -> Cell:
        low, middle, high = (number(value) for value in rows["tmb_per_mb"].quantile([0, 0.5, 1]))
        return value_cell(rows["tmb_per_mb"].median(), f"{middle} ({low} to {high})")

    def sources(rows: pd.DataFrame) -> str:
        return ", ".join(sorted(rows["denominator_source"].dropna().astype(str).unique()))

    columns = [
        Column("Definition", lambda rows: wording.label(rows["definition"].iloc[0])),
        Column("With a value", lambda rows: value_cell(rows["tmb_per_mb"].count()), True),
        Column("Without", lambda rows: value_cell(rows["tmb_per_mb"].isna().sum()), True),
        Column("Median (range) per Mb", median_and_range, True),
        Column("At 10 or above", lambda rows: value_cell(rows["tmb_per_mb"].ge(CUT).sum()), True),
        Column("Median Mb", lambda rows: value_cell(rows["callable_mb"].median()), True),
        Column("Denominator", sources),
        Column("Tumor-only", lambda rows: value_cell(rows["tumor_only"].fillna(0).sum()), True),
    ]
    return table("Samples by definition", (rows for _, rows in tmb.groupby("definition", sort=False)), columns)


def burdens(tmb: pd.DataFrame) -> list[Figure]:
    """TMB with its exact interval, for the definition that stands first in the table."""
    rows = tmb[tmb["definition"].eq(tmb["definition"].iloc[0])]
    valued = rows[rows["tmb_per_mb"].notna()]
    if valued.empty:
        return []
    definition, without = wording.label(valued["definition"].iloc[0]), len(rows) - len(valued)
    lowest, highest = (number(valued["tmb_per_mb"].agg(f)) for f in ("min", "max"))
    alt = f"Tumor mutation burden of {count(len(valued), 'sample')}, from {lowest} to {highest} per Mb"
    parts = [
        f"n = {count(len(valued), 'sample')}, definition {definition}"
        + (f"; {count(without, 'has', 'have')} no value." if without else "."),
        "Lines are exact Poisson 95% intervals of the count, divided by the same bases as the burden; the axis is "
        "log2(x + 1), so zero shows.",
    ]
    title = "Tumor mutation burden of every sample"
    return [Figure("tmb", title, " ".join(parts), alt, finished(every_sample(valued), alt))]


def denominators(steps: pd.DataFrame) -> list[Figure]:
    """Bases left at each step of the denominator; steps: table `denominator_steps` of all samples."""
    if steps.empty:
        return []
    wide = territory.bases(steps)
    size, unit = territory.unit(wide)
    parts = territory.losses(wide)
    left, of = parts[territory.LEFT].median() / size, wide["target"].median() / size
    samples = count(len(wide), "sample")
    alt = f"Bases of {samples}: capture targets {number(of)} {unit}, left to divide by {number(left)} {unit} (medians)"
    known = wide["tumor_depth"].notna()
    unpaired, unmeasured = int((known & wide["normal_depth"].isna()).sum()), int((~known).sum())
    said = [
        f"n = {samples}. Percentages are of the capture targets; every base counts once.",
        f"{count(unpaired, 'sample')} without a normal: no base is lost to its depth." if unpaired else "",
        f"{count(unmeasured, 'sample')} without measured depth: all coding bases are assumed callable."
        if unmeasured
        else "",
        "A burden counts variants only where bases are left, and is divided by them.",
    ]
    title = "Bases left at each step of the denominator"
    chart = finished(territory.denominator(steps), alt, beside=room_for(territory.STEPS.values()))
    return [Figure("denominator", title, " ".join(filter(None, said)), alt, chart)]


def agreements(tmb: pd.DataFrame, agreement: pd.DataFrame | None) -> list[Figure]:
    """Every definition against the first; none when the table has only one or no sample has two values.

    agreement: table of that name, gives the figures of the legend and the cutoff; None when it was not given.
    """
    data = scatter.pairs(tmb)
    if data.empty:
        return []
    names = list(dict.fromkeys(tmb["definition"]))
    of_first = () if agreement is None else wording.each(agreement[agreement["definition_1"].eq(names[0])])
    rows = {str(row.definition_2): row for row in of_first}
    cut = next((float(row.cut) for row in rows.values() if not missing(row.cut)), CUT)
    labels = {name: _legend(name, data[data["definition"].eq(name)], rows.get(name), cut) for name in names[1:]}
    samples = count(data["sample"].nunique(), "sample")
    first, others = wording.label(names[0]), ", ".join(map(wording.label, names[1:]))
    alt = f"{samples}: burden under {others} against {first}. {'; '.join(labels.values())}"
    said = [
        f"n = {samples}, one point per sample and definition.",
        "On the dashed line both definitions give the same burden; the orange lines are the cutoff of "
        f"{number(cut)} per Mb. In a shaded field the call depends on the definition. Axes are log2(x + 1).",
    ]
    chart = scatter.agreement(data, labels, first=first, cut=cut)
    title = f"The burden by definition, against {first}"
    return [Figure("agreement", title, " ".join(said), alt, finished(chart, alt))]


def _legend(name: str, data: pd.DataFrame, row: Any, cut: float) -> str:
    """`Nonsynonymous: n = 60, rho 0.99, 3 calls differ at 10`."""
    differ = int((data["first"].ge(cut) != data["other"].ge(cut)).sum())
    said = [f"n = {len(data)}"]
    said += [] if row is None or missing(row.rho) else [f"rho {estimate(row.rho)}"]
    said.append(f"{count(differ, 'call differs', 'calls differ')} at {number(cut)}")
    return f"{wording.label(name)}: {', '.join(said)}"


def or_nothing(figures: list[Figure], name: str) -> Figure:
    """The first figure; without one, a picture that says so, for a file that was promised."""
    if figures:
        return figures[0]
    text = "No sample has what this picture shows: two definitions, a measured step, or a known share of tumor cells."
    chart = altair.Chart(pd.DataFrame({"text": [text]})).mark_text(fontSize=13).encode(text="text:N")
    return Figure(name, text, text, text, finished(chart.properties(width=FULL, height=60), text))
