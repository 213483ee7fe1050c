"""The tables of a trial that are written only when asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.clinical.design import design_tests
from biomarkers.clinical.presets import differences
from biomarkers.clinical.readers import Pair, discordant, statistics
from biomarkers.clinical.responses import best_responses
from biomarkers.clinical.study_days import IN_DAYS, without_dates
from biomarkers.settings import Endpoints

if TYPE_CHECKING:
    import pandas as pd


def trial_tables(
    asked: Mapping[str, Path | None],
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    read_by: Sequence[Pair],
    rules: Endpoints,
) -> dict[Path, tuple[pd.DataFrame, str]]:
    """The tables that were asked for with the names of their schemas, by the path to write.

    asked: path by schema, None where it is not asked for. patients: the sheet. derived: as `endpoints.derive_both`
    gives them. read_by: as `readers.pairs` gives them.
    """
    starts = without_dates(patients.reindex(columns=["patient", "treatment_start", IN_DAYS]), patients)
    made = {
        "responses": lambda: best_responses(derived),
        "design": lambda: design_tests(derived, starts["treatment_start"], rules),
        "readers": lambda: statistics(read_by),
        "discordant": lambda: without_dates(discordant(read_by), patients),
        "presets": lambda: differences(derived, rules),
    }
    return {path: (made[name](), name) for name, path in asked.items() if path is not None}
