"""How deep the samples were read: mean depth, share of the territory at depth, and the verdict of each sample."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, Table, absent, patient_names, table, texts
from biomarkers.report.blocks import value_cell as cell
from biomarkers.report.figures.depth import Panel
from biomarkers.report.figures.depth import depth as drawn
from biomarkers.report.figures.style import VERDICTS, Figure, finished
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, number

ROLES = {"tumor": "Tumors", "normal": "Normals"}


class Measure(NamedTuple):
    """What is drawn in a row: the role's samples by a column of the table of quality."""

    role: str
    column: str
    what: str


MEASURES = [
    Measure("tumor", "mean_target_depth", "mean depth"),
    Measure("normal", "mean_target_depth", "mean depth"),
    Measure("tumor", "targets_25x_percent", "target bases with at least 25 reads"),
    Measure("normal", "targets_10x_percent", "target bases with at least 10 reads"),
    Measure("tumor", "callable_percent", "callable part of the coding targets"),
]
"""25 and 10 reads are what a burden asks of a tumor and a normal by default (docs/methods.md, 1.10)."""


def depth(given: Tables) -> list[Block]:
    """The picture and the table of samples; a sentence where no depth was measured."""
    if given.qc is None:
        return [absent("The table of what was measured of each sample", "--qc")]
    if given.qc["mean_target_depth"].isna().all():
        samples = count(len(given.qc), "sample")
        return [Paragraph(f"No depth was measured: of none of the {samples} the reads were at hand.", "note")]
    return [picture(given.qc), of_samples(given.qc)]


def picture(qc: pd.DataFrame) -> Figure:
    """Every sample of which the depth is known, by role and measure."""
    points, labels = [], {}
    for role, column, what in MEASURES:
        rows = qc[qc["role"].eq(role) & qc[column].notna()]
        if len(rows):
            name = f"{ROLES[role]}, {what}"
            sign = "%" if column.endswith("_percent") else ""
            labels[name] = f"{name}: {_spread(rows[column], sign)}, n\u00a0=\u00a0{len(rows):,}"
            points.append(
                rows[["patient", "sample"]].assign(row=name, value=rows[column], verdict=rows["status"]).astype(object)
            )
    data = pd.concat(points, ignore_index=True).astype({"value": "float64"})
    known = qc[qc["mean_target_depth"].notna()]
    deep = [name for name in labels if "mean depth" in name]
    panels = [Panel("Mean reads over the target bases", deep, percent=False)]
    if shares := [name for name in labels if name not in deep]:
        panels.append(Panel("Share of the bases", shares, percent=True))
    sizes = " and ".join(
        count(int(known["role"].eq(role).sum()), role) for role in ROLES if known["role"].eq(role).any()
    )
    without = len(qc) - len(known)
    verdicts = ", ".join(f"{one}: {int(known['status'].eq(one).sum())}" for one in VERDICTS)
    said = [
        f"n = {count(len(known), 'sample')} ({sizes}), one point each; lines are medians.",
        f"{count(without, 'sample')} without measured depth (calls only) not drawn." if without else "",
        f"Colour and shape are the verdict of quality control by all its limits ({verdicts}). Reads count without "
        "duplicates, overlapping mates once.",
    ]
    alt = f"Depth of {count(len(known), 'sample')}. {'; '.join(labels.values())}"
    return Figure(
        "depth",
        "Mean depth, and share of the territory at depth",
        " ".join(filter(None, said)),
        alt,
        finished(drawn(data, labels, panels), alt, beside=30),
    )


def _spread(values: pd.Series, sign: str = "") -> str:
    """`57.3 (26.1 to 80)`: the median and the range; of one value that value."""
    low, middle, high = (f"{number(value)}{sign}" for value in values.quantile([0, 0.5, 1]))
    return middle if len(values) == 1 else f"{middle} ({low} to {high})"


def of_samples(qc: pd.DataFrame) -> Table:
    """One row a sample, with the verdict and why."""

    def measured(title: str, column: str, sign: str = "") -> Column:
        def shown(row: Any) -> Cell:
            value = getattr(row, column)
            return Cell("not measured") if missing(value) else cell(value, f"{number(value)}{sign}")

        return Column(title, shown, True, source=column)

    columns = [
        patient_names(),
        texts("Sample", "sample"),
        texts("Role", "role")._replace(asked="choice"),
        measured("Mean depth", "mean_target_depth"),
        measured("≥ 10 reads", "targets_10x_percent", "%"),
        measured("≥ 25 reads", "targets_25x_percent", "%"),
        measured("Callable", "callable_percent", "%"),
        texts("Verdict", "status")._replace(asked="choice"),
        texts("Why", "reasons", room="some"),
    ]
    return table("Depth and verdict of each sample", wording.each(qc), columns, of="qc", aside=True)
