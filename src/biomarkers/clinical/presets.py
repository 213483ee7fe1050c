"""Whose time or event depends on the censoring preset, and why (docs/methods.md, 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biomarkers.clinical.endpoints import other_preset
from biomarkers.clinical.time_to_event import CENSORING, endpoints
from biomarkers.io import tables
from biomarkers.settings import Endpoints

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("months", "event", "reason")
"""What is told of an endpoint under each preset."""


def differences(table: pd.DataFrame, rules: Endpoints) -> pd.DataFrame:
    """Table `presets`: each patient and endpoint of whom `ema_itt` and `fda` give another time or event.

    table: endpoints as `endpoints.derive_both` gives them; without the visit interval there is no other preset and
    there are no rows.
    """
    other = other_preset(rules.censoring, rules.visit_interval_days)
    rows: list[dict[str, object]] = []
    by_preset = [] if other is None else [one for one in endpoints().values() if one.censored_before_event]
    for endpoint in by_preset:
        for record in tables.records(table):
            suffix = {rules.censoring: "", other: f"_{other}"}
            told = {preset: [record[f"{c}{suffix[preset]}"] for c in endpoint.columns] for preset in CENSORING}
            first, second = told.values()
            if first[:2] != second[:2]:
                row: dict[str, object] = {"patient": record["patient"], "endpoint": endpoint.name}
                for preset, values in told.items():
                    row |= {f"{preset}_{part}": value for part, value in zip(PARTS, values, strict=True)}
                rows.append(row)
    return tables.of_rows(rows, "presets")
