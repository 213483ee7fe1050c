"""What the page is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Tables:
    """The tables with their schemas' names (steps: `denominator_steps`), as `tables.read` gives them and with
    every column of the schema.

    None: not given. plan: the content of the plan file, empty when not given.
    """

    cohort: pd.DataFrame
    results: pd.DataFrame | None = None
    groups: pd.DataFrame | None = None
    rates: pd.DataFrame | None = None
    flow: pd.DataFrame | None = None
    tmb: pd.DataFrame | None = None
    agreement: pd.DataFrame | None = None
    steps: pd.DataFrame | None = None
    adverse_events: pd.DataFrame | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
