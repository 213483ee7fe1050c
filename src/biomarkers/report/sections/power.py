"""What so many patients could have shown: the power of each named test (docs/methods.md, 6.31)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, numbers, table, texts
from biomarkers.report.blocks import value_cell as value
from biomarkers.report.given import Tables
from biomarkers.report.numbers import percent
from biomarkers.report.sections.associations import METHOD, WHO

EXPLANATION = (
    "Simulated trials with a known odds or hazard ratio went through the plan's own tests; their markers, rates and "
    "follow-up are those of this cohort. A test that is not significant where power is low says little. Power at a "
    "ratio of 1 is the level of the test."
)
SHOWN = (1.0, 2.0, 3.0, 6.0)
"""Ratios whose power is shown; the table of results/association has the others."""


def power(given: Tables) -> list[Block]:
    """A row per test and number of patients; nothing where power was not asked for."""
    if given.power is None or given.power.empty:
        return []
    columns = [
        *WHO,
        METHOD,
        numbers("n", "n"),
        Column("Detectable ratio", _detectable, True, help="The ratio that is seen with a power of 0.8."),
        *(Column(f"Power at {ratio:g}", _at(ratio), True, source="power") for ratio in SHOWN),
        texts("Note", "note", room="much"),
    ]
    return [Paragraph(EXPLANATION), table("Power of the named tests", wording.each(_wide(given)), columns, of="power")]


def _wide(given: Tables) -> pd.DataFrame:
    """One row per test and n with the powers side by side, in the order of the table."""
    frame = pd.DataFrame() if given.power is None else given.power
    keys = ["endpoint", "marker", "method", "n"]
    rows = []
    for names, part in frame.groupby(keys, sort=False, dropna=False):
        powers = part[part["quantity"].eq("power")]
        least = part[part["quantity"].eq("detectable")]
        said = "; ".join(dict.fromkeys([*powers["note"].dropna(), *least["note"].dropna(), *part["note"].dropna()]))
        found: dict[str, Any] = dict(zip(keys, names, strict=True))
        found |= {f"at_{ratio:g}": powers.loc[powers["effect"].eq(ratio), "power"].max() for ratio in SHOWN}
        rows.append(found | {"least": least["effect"].max(), "note": said})
    return pd.DataFrame(rows)


def _detectable(row: Any) -> Cell:
    return value(row.least)


def _at(ratio: float) -> Any:
    def shown(row: Any) -> Cell:
        found = getattr(row, f"at_{ratio:g}")
        return value(found, percent(found))

    return shown
