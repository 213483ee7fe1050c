"""`biomarkers pdl1` (Clinical data): choose one PD-L1 score per patient and say why the others were not taken."""

from __future__ import annotations

from biomarkers.cli._kinds import InputTable, OutputTable
from biomarkers.errors import count, log
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
    from biomarkers.clinical import inputs
    from biomarkers.clinical.pdl1 import POOLED, check_days, scored, select
    from biomarkers.errors import Problems
    from biomarkers.io import tables

    problems = Problems(*rules.problems())
    people = tables.read_into(problems, patients, "patients", reading.missing_words, ())
    sheet = tables.read_into(problems, pdl1, "pdl1", reading.missing_words)
    asked: list[str] = []
    if people is not None and sheet is not None:
        paths = {"patients": patients, "pdl1": pdl1}
        settled = inputs.settle({"patients": people, "pdl1": sheet}, paths, problems, complete=False)
        people, sheet = settled["patients"], settled["pdl1"]
    if sheet is not None:
        asked = inputs.check_pdl1(problems, pdl1, sheet, rules)
        if people is not None:
            tables.check_known(pdl1, sheet, "patient", set(people["patient"]), str(patients), problems)
    problems.stop_if_any()
    if people is None or sheet is None:
        return
    check_days(pdl1, sheet, people, problems)
    problems.stop_if_any()
    if "treatment_start" not in people:
        log.warning("%s has no treatment_start: dates of collection exclude no specimen", patients)
    if set(asked) - set(POOLED) and len(asked) > 1:
        log.warning("assays pooled as asked, not known to agree: %s", ", ".join(asked))
    result = select(people, scored(sheet, unit=rules.unit), rules, assays=asked)
    tables.write_all({selected: (result.selected, "pdl1_selected"), rejected: (result.rejected, "pdl1_rejected")})
    counts = result.selected["status"].value_counts()
    log.info("%s of %s: %s", rules.score_type, len(people), ", ".join(f"{n} {status}" for status, n in counts.items()))
    reasons = result.rejected["reason"].value_counts()
    if len(reasons):
        log.info("rows not taken: %s", ", ".join(f"{n} {reason}" for reason, n in reasons.items()))
    if reasons.get("assay", 0) and not counts.get("scored", 0):
        names = sorted(set(result.rejected.loc[result.rejected["reason"] == "assay", "assay"].dropna()))
        log.warning("nobody is scored with %s; the sheet also has %s: see --assays", ", ".join(asked), ", ".join(names))
    if reasons.get("undated", 0):
        log.warning(
            "%s no collection date; not taken (--undated accept takes them)",
            count(reasons["undated"], "row has", "rows have"),
        )
    for row in result.selected.dropna(subset=["discordant_at"]).itertuples():
        log.warning("%s: eligible specimens disagree at cutoff %s", row.patient, row.discordant_at)
