"""Tumor cells: how the burden depends on their share, and which burdens are lower bounds."""

from __future__ import annotations

import math

import pandas as pd

from biomarkers.errors import count
from biomarkers.genome.tmb_definitions import LOW_TUMOR_CONTENT as LOW
from biomarkers.report.blocks import Block, Column, Table, table, value_cell
from biomarkers.report.figures.style import Figure, finished
from biomarkers.report.figures.tumor_cells import tumor_cells as drawn

BINS = (("below 30%", 0.0, LOW), ("30% to below 60%", LOW, 0.6), ("60% and above", 0.6, math.inf))


def tumor_cells(tmb: pd.DataFrame) -> list[Block]:
    """Table and picture of the definition that stands first; nothing where no sample has a value."""
    data = placed(tmb)
    return [by_share(data), *pictures(data)] if len(data) else []


def placed(tmb: pd.DataFrame) -> pd.DataFrame:
    """Samples with a burden of the first definition, with `cells`, `cells_by`, `free` and `meaning`.

    cells: the share that the variants' fractions tell, else the stated one. free: burden without thresholds, per Mb.
    """
    columns = ["purity", "tumor_content", "n_below_threshold", "n_threshold_free", "lower_bound", "callable_mb"]
    known = tmb.reindex(columns=list(dict.fromkeys([*tmb.columns, *columns])))
    rows = known[known["definition"].eq(tmb["definition"].iloc[0]) & known["tmb_per_mb"].notna()]
    estimated = rows["tumor_content"].notna()
    free = rows["n_threshold_free"].astype("float64") / rows["callable_mb"].astype("float64")
    return rows.assign(
        cells=rows["tumor_content"].where(estimated, rows["purity"]).astype("float64"),
        cells_by=estimated.map({True: "variants' fractions", False: "stated purity"}),
        free=free.where(free.notna(), rows["tmb_per_mb"]),
        meaning=rows["lower_bound"].eq(1).fillna(False).astype(bool).map({True: "lower bound", False: "estimate"}),
    )


def by_share(data: pd.DataFrame) -> Table:
    """One row for each share of tumor cells: its samples, their median burden with and without thresholds."""
    groups = [(name, data[data["cells"].ge(low) & data["cells"].lt(high)]) for name, low, high in BINS]
    groups.append(("not told", data[data["cells"].isna()]))
    columns = [
        Column("Tumor cells", lambda group: group[0]),
        Column("Samples", lambda group: value_cell(len(group[1])), True),
        Column("Median per Mb", lambda group: value_cell(group[1]["tmb_per_mb"].median()), True),
        Column("Without thresholds", lambda group: value_cell(group[1]["free"].median()), True),
        Column("Variants below thresholds", lambda group: value_cell(group[1]["n_below_threshold"].sum()), True),
        Column("Lower bounds", lambda group: value_cell(group[1]["meaning"].eq("lower bound").sum()), True),
    ]
    return table("The burden by tumor cells", groups, columns)


def pictures(data: pd.DataFrame) -> list[Figure]:
    """Each sample's burden against its tumor cells; none where no share is known. data: of `placed`."""
    known = data[data["cells"].notna()]
    if known.empty:
        return []
    bounds = int(known["meaning"].eq("lower bound").sum())
    without = len(data) - len(known)
    left = f"; {count(without, 'is', 'are')} not drawn, of unknown share" if without else ""
    said = [
        f"n = {count(len(known), 'sample')}{left}.",
        "Tumor cells are twice the median fraction of the coding variants, else the stated purity. A line leads to the "
        "burden that all thresholds of reads left out would give. In the shaded field, and where more than a fifth of "
        "the variants fall to the thresholds, a burden is a lower bound. The axis is log2(x + 1).",
    ]
    alt = f"Burden of {count(len(known), 'sample')} against tumor cells; {count(bounds, 'lower bound')}"
    columns = ["patient", "sample", "cells", "cells_by", "tmb_per_mb", "free", "n_below_threshold", "meaning"]
    chart = drawn(known.reindex(columns=columns), low=LOW)
    return [Figure("tumor_cells", "Burden against tumor cells", " ".join(said), alt, finished(chart, alt))]
