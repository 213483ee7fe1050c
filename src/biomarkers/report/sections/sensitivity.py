"""The primary result under other choices."""

from __future__ import annotations

from typing import Any

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, absent, limits, numbers, table, texts
from biomarkers.report.blocks import value_cell as value
from biomarkers.report.given import Tables
from biomarkers.report.numbers import p_value
from biomarkers.report.sections.associations import METHOD

ANALYSES = {
    "primary": "As planned",
    "confirmed": "Response: confirmed",
    "unconfirmed": "Response: without confirmation",
    "censoring_fda": "Censoring: FDA",
    "censoring_ema_itt": "Censoring: EMA (intention to treat)",
    "definitions": "Definitions of the burden",
    "definition_first": "Burden: first definition",
    "without_tumor_only": "Without tumor-only samples",
    "without_assumed_denominators": "Without assumed denominators",
    "without_low_tumor_content": "Without samples of few tumor cells",
    "without_warned_samples": "Without samples marked warn",
    "complete_case": "Adjusted model, complete cases",
    "multiple_imputation": "Adjusted model, missing values imputed",
    "leave_one_out_lowest": "Lowest estimate without one patient",
    "leave_one_out_highest": "Highest estimate without one patient",
}
EXPLANATION = (
    "The primary hypothesis under choices that could have been made otherwise. These rows test it again, so that no "
    "correction is due and none of them replaces the primary result; read whether estimate and interval stay where "
    "they are. A choice that this cohort cannot make says why."
)


def sensitivity(given: Tables) -> list[Block]:
    """The table of choices."""
    if given.sensitivity is None:
        return [absent("The table of sensitivity analyses", "--sensitivity")]
    columns = [
        Column("Choice", lambda row: _name(row.analysis), room="some", source="analysis"),
        METHOD,
        Column("Estimate", lambda row: value(row.estimate, wording.short_estimate(row)), True),
        limits(),
        Column("p", lambda row: value(row.p_value, p_value(row.p_value)), True),
        numbers("n", "n"),
        numbers("Events", "n_events"),
        texts("Note", "note", room="much"),
    ]
    shown = table("The primary result under other choices", wording.each(given.sensitivity), columns, of="sensitivity")
    return [Paragraph(EXPLANATION), shown]


def _name(analysis: Any) -> Cell | str:
    name = str(analysis)
    return ANALYSES.get(name) or f"Burden: {wording.label(name.removeprefix('definition_'))}"
