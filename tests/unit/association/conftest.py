"""A small trial of 24 patients, and any plan upon it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pytest

import cohorts
from biomarkers.association import analysis, plan, values
from biomarkers.association.results import Association
from biomarkers.association.specification import Plan
from biomarkers.errors import Problems
from biomarkers.io import tables, yamls

TRIAL = Path(__file__).with_name("small_trial.tsv")

PLAN = cohorts.plan('tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: 10, side: ">="}]}')


@dataclass
class Study:
    """The table as it was read, the plan, and the plan's arrays."""

    frame: pd.DataFrame
    plan: Plan
    cohort: values.Cohort

    @cached_property
    def done(self) -> Association:
        """Every test without genes."""
        return analysis.analyse(self.cohort, self.plan)

    def row(self, test: str, estimate_type: str | None = None) -> pd.Series:
        """The row of one test; its ratio per unit, where no other is asked for."""
        rows = self.done.results
        if estimate_type is None:
            rows = rows[~rows["estimate_type"].str.endswith("_rescaled")]
        rows = rows[(rows["test"] == test) & (estimate_type is None or rows["estimate_type"] == estimate_type)]
        assert len(rows) == 1, rows["test"].tolist()
        return rows.iloc[0]


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Study]:
    """The trial as a plan sees it: `study()`, or `study(text of a plan, table)`."""

    def made(text: str = PLAN, table: Path = TRIAL) -> Study:
        path = tmp_path / "plan.yaml"
        path.write_text(text)
        settings, problems = yamls.load(path), Problems()
        frame = tables.read(table, "cohort", text_columns=plan.text_columns(settings))
        read = plan.read_plan(settings, path, problems=problems, columns=list(frame.columns))
        problems.stop_if_any()
        assert read is not None
        cohort = values.read_cohort(frame, read, table, problems)
        problems.stop_if_any()
        return Study(frame, read, cohort)

    return made
