"""The plan's subset among the patients of the patients sheet, for what is counted before the cohort is made."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.association import plan as plans
from biomarkers.clinical import liver
from biomarkers.errors import Problems, log
from biomarkers.io import subset, yamls


class Counted(NamedTuple):
    """Who is counted: a boolean per row of the patients sheet, and the subset in words, empty for everybody."""

    inside: pd.Series
    text: str

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table with the column `patient` whose patients are counted."""
        return table[table["patient"].isin(set(self.inside.index[self.inside]))]

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of counts with the subset beside each."""
        return table.assign(subset=self.text) if self.text else table


def counted(plan: Path | None, people: pd.DataFrame, derived: pd.DataFrame, sheet: Path) -> Counted:
    """Who is counted by the plan's subset; everybody without one.

    people: the patients sheet (file `sheet`); derived: endpoints of the same patients. A subset on columns that are in
    neither (features, a burden) cannot be told yet: everybody is counted, which is warned of. Raises InputError with
    what is wrong with the plan and its subset.
    """
    everybody = pd.Series(True, index=people["patient"].to_numpy())
    if plan is None:
        return Counted(everybody, "")
    problems = Problems()
    settings = problems.catch(yamls.load, plan)
    read = None if settings is None else plans.read_plan(settings, plan, problems=problems)
    problems.stop_if_any()
    if settings is None or read is None or not read.subset:
        return Counted(everybody, "")
    people = liver.completed(people, sheet, problems, quiet=True)
    problems.stop_if_any()
    table = people.merge(derived[["patient", *derived.columns.difference(people.columns)]], on="patient", how="left")
    absent = [one.column for one in read.subset if one.column not in table]
    if absent:
        said = "%s: the subset needs %s, which %s does not have: rates and adverse events are of all patients"
        log.warning(said, plan, ", ".join(absent), sheet)
        return Counted(everybody, "")
    subset.check_all(read.subset, table, str(sheet), plan, settings)
    inside = subset.reasons(table, read.subset).eq("")
    return Counted(inside.set_axis(table["patient"].to_numpy()), subset.as_text(read.subset))
