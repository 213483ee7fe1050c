"""The PD-L1 sheet as given: read and checked beside the patients, a score for each of them, and what is said of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from biomarkers.clinical import inputs, misnamed
from biomarkers.clinical.pdl1 import POOLED, Selection, assays_to_use, check_days, clone, scored, select
from biomarkers.clinical.pdl1_score import Cell, check
from biomarkers.errors import InputError, Problems, count, log
from biomarkers.io import tables
from biomarkers.settings import Pdl1


def chosen(path: Path, patients: Path, rules: Pdl1, missing: Collection[str]) -> Selection:
    """A score for each patient of the patients sheet, and the rows of the PD-L1 sheet that were not taken.

    missing: words for missing. What a reader of the tables could overlook is said on the terminal. Raises InputError
    with every problem of both sheets.
    """
    problems = Problems(*rules.problems())
    people = tables.read_into(problems, patients, "patients", missing, ())
    sheet = tables.read_into(problems, path, "pdl1", missing)
    assays: list[str] = []
    if people is not None and sheet is not None:
        paths = {"patients": patients, "pdl1": path}
        settled = inputs.settle({"patients": people, "pdl1": sheet}, paths, problems, complete=False)
        people, sheet = settled["patients"], settled["pdl1"]
    if sheet is not None:
        assays = check_sheet(problems, path, sheet, rules)
        if people is not None:
            tables.check_known(path, sheet, "patient", set(people["patient"]), str(patients), problems)
    if problems.found or people is None or sheet is None:
        raise InputError(problems.found)
    check_days(path, sheet, people, problems)
    problems.stop_if_any()
    if "treatment_start" not in people:
        log.warning("%s has no treatment_start: dates of collection exclude no specimen", patients)
    if set(assays) - set(POOLED) and len(assays) > 1:
        log.warning("assays pooled as asked, not known to agree: %s", ", ".join(assays))
    found = select(people, scored(sheet, unit=rules.unit), rules, assays=assays)
    _say(found, rules, assays)
    return found


def check_sheet(problems: Problems, path: str | Path, sheet: pd.DataFrame, rules: Pdl1) -> list[str]:
    """The assays to use, after adding a problem for each value that is no score and for assays that are not pooled.

    sheet: schema `pdl1`, as `tables.read_into` gives it (bad cells missing).
    """
    misnamed.check(path, "pdl1", sheet, problems)
    texts = sheet[["value", "score_type"]].astype("object").where(sheet[["value", "score_type"]].notna(), None)
    clones = sheet["assay"].map(clone)
    rows = zip(sheet.index, texts["value"], texts["score_type"], clones, strict=True)
    cells = (Cell(int(line), *said) for line, *said in rows)
    check(path, cells, unit=rules.unit, problems=problems)
    return assays_to_use(path, sheet, rules, problems)


def undated(sheet: pd.DataFrame, rules: Pdl1) -> list[str]:
    """What is said of results without a collection date before any is chosen. sheet: as in `check_sheet`."""
    days = [name for name in ("collected", "collected_day") if name in sheet]
    lacking = int((sheet["value"].notna() & sheet[days].isna().all(axis=1)).sum())
    if not lacking or rules.undated == "accept":
        return []
    told = f"{count(lacking, 'result has', 'results have')} no collection date and will not be taken"
    return [f"{told} (pdl1.undated: accept in the config takes them)"]


def _say(found: Selection, rules: Pdl1, assays: Collection[str]) -> None:
    """Who is scored, which rows were not taken and why, and whose specimens disagree."""
    counts, reasons = found.selected["status"].value_counts(), found.rejected["reason"].value_counts()
    by_status = ", ".join(f"{n} {status}" for status, n in counts.items())
    log.info("%s of %s: %s", rules.score_type, len(found.selected), by_status)
    if len(reasons):
        log.info("rows not taken: %s", ", ".join(f"{n} {reason}" for reason, n in reasons.items()))
    if reasons.get("assay", 0) and not counts.get("scored", 0):
        names = sorted(set(found.rejected.loc[found.rejected["reason"] == "assay", "assay"].dropna()))
        said = "nobody is scored with %s; the sheet also has %s: see --assays"
        log.warning(said, ", ".join(assays), ", ".join(names))
    if reasons.get("undated", 0):
        said = "%s no collection date; not taken (--undated accept takes them)"
        log.warning(said, count(reasons["undated"], "row has", "rows have"))
    for row in found.selected.dropna(subset=["discordant_at"]).itertuples():
        log.warning("%s: eligible specimens disagree at cutoff %s", row.patient, row.discordant_at)
