"""`biomarkers pdl1` (Clinical data): choose one PD-L1 score per patient and say why the others were not taken."""

from __future__ import annotations

from biomarkers.cli._kinds import InputTable, OutputTable
from biomarkers.settings import Pdl1, Sheets


def pdl1(
    *,
    pdl1: InputTable,
    patients: InputTable,
    selected: OutputTable,
    rejected: OutputTable,
    rules: Pdl1,
    reading: Sheets,
) -> None:
    """Choose one PD-L1 score per patient and say why the others were not taken.

    Scores become intervals: `<1` is 0 up to 1, `1-49` is 1 up to 50, `>=50` is 50 to 100, a number is a point; NE, QNS
    and insufficient are not evaluable, which is neither negative nor zero. Of the evaluable specimens (100 viable
    tumor cells, 50 for SP142, where counted) of the right score type and assay, collected on or before the start,
    the preferred assay is taken, then the nearest to the start. Untested patients keep a row.

    Args:
        pdl1: PD-L1 sheet: patient, specimen, collected, assay, score_type, value, optionally viable_cells.
        patients: Patients sheet: patient, treatment_start.
        selected: Table to write: one row per patient.
        rejected: Table to write: every other row of the sheet, with its reason and line.
    """
    from biomarkers.clinical import pdl1_sheet
    from biomarkers.io import tables

    found = pdl1_sheet.chosen(pdl1, patients, rules, reading.missing_words)
    made = {"pdl1_selected": found.selected, "pdl1_rejected": found.rejected}
    tables.write_all(made, {"pdl1_selected": selected, "pdl1_rejected": rejected})
