"""The clinical sheets as given: read, checked alone and against one another, every problem at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from biomarkers.clinical import sheets
from biomarkers.clinical.lesions import check_lesions
from biomarkers.clinical.pdl1 import assays_to_use
from biomarkers.clinical.pdl1_score import check
from biomarkers.errors import Problem, Problems
from biomarkers.io import tables
from biomarkers.io.schemas import is_date
from biomarkers.settings import Endpoints, Pdl1


def read_sheets(
    problems: Problems,
    patients: Path,
    assessments: Path | None,
    evaluator: str,
    *,
    lesions: Path | None = None,
    adverse_events: Path | None = None,
) -> dict[str, pd.DataFrame]:
    """The sheets that are given and could be read, by name; what is wrong within and between them to `problems`.

    `used` holds the assessments of the evaluator.
    """
    paths = {
        "patients": patients,
        "assessments": assessments,
        "lesions": lesions,
        "adverse_events": adverse_events,
    }
    found = {name: tables.read_into(problems, path, name) for name, path in paths.items() if path is not None}
    read = {name: frame for name, frame in found.items() if frame is not None}
    if assessments is not None and "assessments" in read:
        used = problems.catch(sheets.of_evaluator, assessments, read["assessments"], evaluator)
        read |= {} if used is None else {"used": used}
    if "patients" not in read:
        return read
    people = read["patients"]
    sheets.check_patients(patients, people, problems)
    for name, path in paths.items():
        if path is not None and name != "patients" and name in read:
            tables.check_known(path, read[name], "patient", set(people["patient"]), str(patients), problems)
    if lesions is not None and "lesions" in read:
        check_lesions(lesions, read["lesions"], people, problems)
    if adverse_events is not None and "adverse_events" in read:
        sheets.check_adverse_events(adverse_events, read["adverse_events"], patients, people, problems)
    return read


def check_settings(problems: Problems, rules: Endpoints) -> None:
    """Add a problem for what one setting alone cannot tell: a day that is none, fda without an interval."""
    if not is_date(rules.data_cutoff):
        problems.add(Problem("endpoints", "--data-cutoff", rules.data_cutoff, "a date such as 2024-03-31"))
    if rules.censoring == "fda" and rules.visit_interval_days is None:
        expected = "the planned days between assessments: --censoring fda counts missed visits"
        problems.add(Problem("endpoints", "--visit-interval-days", None, expected))


def check_pdl1(problems: Problems, path: str | Path, sheet: pd.DataFrame, rules: Pdl1) -> list[str]:
    """The assays to use, after adding a problem for each value that is no score and for assays that are not pooled.

    sheet: schema `pdl1`, as `tables.read_into` gives it (bad cells missing).
    """
    texts = sheet[["value", "score_type"]].astype("object").where(sheet[["value", "score_type"]].notna(), None)
    check(path, texts.itertuples(name=None), unit=rules.unit, problems=problems)
    return assays_to_use(path, sheet, rules, problems)
