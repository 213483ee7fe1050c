"""Treatment-emergent adverse events: how many patients had each, once per term and class at the highest grade.

Rules: docs/methods.md, 5.1 to 5.3. Grades are CTCAE 1 to 5 (5 = fatal). The denominator is everyone treated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from biomarkers.io import tables
from biomarkers.settings import Endpoints

if TYPE_CHECKING:
    import pandas as pd

TRUE_WORDS = ("1", "y", "yes", "true")
"""Cells of `related`, `serious` and `immune_related` that say yes, in any case."""

DISCONTINUATION = re.compile(r"^(?!not?\b).*(withdrawn|discontinu)", re.IGNORECASE)
"""Actions that ended the treatment: `drug withdrawn`, `discontinued`; not `not withdrawn`."""

GRADES = (1, 2, 3, 4, 5)

LEVELS: dict[str, list[str]] = {"all": [], "class": ["soc"], "term": ["soc", "term"]}
"""What the events of a row share, beside their category."""


def treatment_emergent(
    events: pd.DataFrame, patients: pd.DataFrame, *, days_after_last_dose: int = Endpoints.adverse_event_days
) -> pd.Series:
    """Which events (boolean by row) began on or after the first dose and at most so many days after the last.

    events: `patient` and, where known, `onset`; a missing onset counts. patients: `patient treatment_start` and, where
    known, `last_dose`; without a last dose there is no upper bound. Events of never-treated patients do not count.
    """
    import pandas as pd

    by_patient = patients.reindex(columns=["patient", "treatment_start", "last_dose"]).set_index("patient")
    start = events["patient"].map(by_patient["treatment_start"])
    end = events["patient"].map(pd.to_datetime(by_patient["last_dose"])) + pd.Timedelta(days=days_after_last_dose)
    onset = events.get("onset", start)
    return start.notna() & (onset.isna() | ((onset >= start) & (end.isna() | (onset <= end))))


def summary(
    events: pd.DataFrame, patients: pd.DataFrame, *, days_after_last_dose: int = Endpoints.adverse_event_days
) -> pd.DataFrame:
    """Patients with treatment-emergent events, one row per category, class (`soc`) and term.

    events: `patient term` and, where known, `soc grade onset related serious action immune_related`. patients: see
    `treatment_emergent`. Categories whose column is absent are left out; `level` is `all`, `class` or `term`, the most
    frequent first within its category.
    """
    import pandas as pd

    n = int(patients["treatment_start"].notna().sum())
    emergent = events[treatment_emergent(events, patients, days_after_last_dose=days_after_last_dose)]
    emergent = emergent.assign(
        soc=emergent["soc"].fillna("(no class)") if "soc" in emergent else "(no class)",
        grade=(emergent["grade"] if "grade" in emergent else pd.Series(pd.NA, emergent.index)).astype("Int64"),
    )
    rows: list[dict[str, Any]] = []
    for category, counted in categories(emergent).items():
        chosen = emergent[counted]
        for level, keys in LEVELS.items():
            groups: Iterable[tuple[Any, pd.DataFrame]] = chosen.groupby(keys) if keys else [((), chosen)]
            about = {"category": category, "level": level, "n": n}
            found = [about | dict(zip(keys, key, strict=True)) | _counts(group, n) for key, group in groups]
            rows += sorted(found, key=lambda row: (-row["patients"], *(str(row[name]) for name in keys)))
    return tables.of_rows(rows, "adverse_events_summary")


def categories(events: pd.DataFrame) -> dict[str, pd.Series]:
    """Which events (boolean by row) belong in each category of the tables."""
    grade = events["grade"].fillna(0)
    found = {"any": grade >= 0, "grade_3_or_higher": grade >= 3}
    for column in ("related", "serious"):
        if column in events:
            found[column] = events[column].str.lower().isin(TRUE_WORDS)
    if "action" in events:
        found["discontinuation"] = events["action"].fillna("").str.match(DISCONTINUATION)
    found["fatal"] = grade == 5
    if "immune_related" in events:
        found["immune_related"] = events["immune_related"].str.lower().isin(TRUE_WORDS)
    return {name: chosen.astype(bool) for name, chosen in found.items()}


def _counts(group: pd.DataFrame, n: int) -> dict[str, Any]:
    """Patients, events, and patients by their highest grade."""
    highest = group.groupby("patient")["grade"].max()
    found = {"patients": len(highest), "share": len(highest) / n if n else float("nan"), "events": len(group)}
    grades = {f"grade_{grade}": int((highest == grade).sum()) for grade in GRADES}
    return found | grades | {"grade_unknown": int(highest.isna().sum())}
