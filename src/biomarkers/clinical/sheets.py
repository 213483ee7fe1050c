"""Checks on the clinical sheets that need more than one cell, and which visits of which reader are used."""

from __future__ import annotations

import logging
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.clinical.endpoints import derive, stated
from biomarkers.errors import InputError, Problem, Problems, nearest
from biomarkers.io import schemas
from biomarkers.settings import Endpoints

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger("biomarkers")


def check_patients(path: str | Path, patients: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for each misspelt column, date before the start of treatment, and stated time without its event.

    problems: may hold the problems of single cells, which are missing in `patients` and not told twice.
    """
    known = list(schemas.load("patients")["properties"])
    absent = [name for name in known if name not in patients]
    for column in patients.columns.difference(known):
        meant = get_close_matches(str(column), absent, n=1, cutoff=0.85)
        if meant:
            problems.add(Problem(str(path), "column", column, f"{meant[0]}, or a name that is less like it", 1))
    if "treatment_start" not in patients and not {"best_response", *stated()} & set(patients.columns):
        expected = f"a column of that name (or ready-made endpoints: best_response, {', '.join(stated())})"
        problems.add(Problem(str(path), "treatment_start", None, expected, 1))
    told = {(problem.column, problem.line) for problem in problems.found if problem.file == str(path)}
    for column in ("death_date", "new_therapy_date", "last_dose"):
        if column in patients and "treatment_start" in patients:
            early = patients[patients[column] < patients["treatment_start"]]
            for line, date, start in zip(early.index, early[column], early["treatment_start"], strict=True):
                expected = f"a day not before treatment_start, {start:%Y-%m-%d}"
                problems.add(Problem(str(path), column, f"{date:%Y-%m-%d}", expected, int(line)))
    for pair in ((months, months.replace("_months", "_event")) for months in stated()):
        for filled, other in (pair, pair[::-1]):
            if filled not in patients:
                continue
            filled_alone = patients[filled].notna()
            if other in patients:
                filled_alone &= patients[other].isna()
            for line in patients.index[filled_alone]:
                if (other, int(line)) not in told:
                    expected = f"a value wherever {filled} has one"
                    problems.add(Problem.said(str(path), other, "is empty", expected, int(line)))


def check_adverse_events(
    path: str | Path, events: pd.DataFrame, patients_path: str | Path, patients: pd.DataFrame, problems: Problems
) -> None:
    """Add a problem for each event that ends before it begins, and when nobody's treatment start is known."""
    if "treatment_start" not in patients:
        expected = "that column: adverse events count from the first dose on"
        problems.add(Problem(str(patients_path), "treatment_start", None, expected, 1))
    if {"onset", "end"} <= set(events.columns):
        wrong = events[events["end"] < events["onset"]]
        for line, end, onset in zip(wrong.index, wrong["end"], wrong["onset"], strict=True):
            expected = f"a day not before onset, {onset:%Y-%m-%d}"
            problems.add(Problem(str(path), "end", f"{end:%Y-%m-%d}", expected, int(line)))


def of_evaluator(path: str | Path, assessments: pd.DataFrame, evaluator: str) -> pd.DataFrame:
    """The rows that `evaluator` read; all rows when the sheet names no evaluators.

    Raises InputError when the sheet names evaluators but not this one, or leaves some cells empty.
    """
    if "evaluator" not in assessments or assessments["evaluator"].isna().all():
        return assessments
    empty = assessments.index[assessments["evaluator"].isna()]
    problems = [
        Problem.said(str(path), "evaluator", "is empty", "a name, as in the other rows", int(line)) for line in empty
    ]
    names = sorted(assessments["evaluator"].dropna().unique())
    chosen = assessments[assessments["evaluator"].str.casefold() == evaluator.casefold()]
    if chosen.empty:
        expected = f"an evaluator of this sheet (--evaluator): {', '.join(names)}{nearest(evaluator, names)}"
        problems.append(Problem(str(path), "evaluator", evaluator, expected))
    if problems:
        raise InputError(problems)
    return chosen


def combined(assessments: pd.DataFrame | None, from_lesions: pd.DataFrame | None) -> pd.DataFrame | None:
    """Visits of everybody: those derived from lesions where a patient has any, else the assessments."""
    import pandas as pd

    if from_lesions is None:
        return assessments
    if assessments is None:
        return from_lesions
    others = assessments[~assessments["patient"].isin(set(from_lesions["patient"]))]
    return pd.concat([from_lesions, others.assign(source="assessments")], ignore_index=True)


def agreement(
    patients: pd.DataFrame, assessments: pd.DataFrame | None, derived: pd.DataFrame, rules: Endpoints
) -> list[dict[str, object]]:
    """Rows for the rates table: the share of patients whose best response another evaluator reads the same.

    One row per other evaluator, over the patients with assessments by both; the best response that the rules
    follow (confirmed or not). derived: the endpoints by the evaluator of the rules.
    """
    if assessments is None or "evaluator" not in assessments:
        return []
    from biomarkers.clinical.rates import rate
    from biomarkers.stats.proportions import clopper_pearson

    column = "confirmed_best_response" if rules.confirmed else "best_response"
    spelling = assessments["evaluator"].str.casefold()
    chosen = rules.evaluator.casefold()
    own = set(assessments.loc[spelling == chosen, "patient"])
    rows = []
    for name in sorted(set(spelling.dropna()) - {chosen}):
        theirs = assessments[spelling == name]
        both = patients["patient"].isin(own & set(theirs["patient"])) & (derived["treated"] == 1)
        other = derive(patients[both], theirs, rules)
        same, n = int((other[column] == derived.loc[both, column]).sum()), len(other)
        pair = f"{rules.evaluator} vs {theirs['evaluator'].iloc[0]}"
        share = clopper_pearson(same, n)
        rows.append(rate("best_response_agreement", pair, share, n=n, events=same, note=column))
    return rows


NOTED = (
    "before treatment start, not used",
    "after the data cutoff, not used",
    "after death, not used",
    "after the last-alive date",
    "last known alive before treatment start",
)
"""What `endpoint_note` may say that a warning repeats."""


def warn(
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    assessments: pd.DataFrame | None = None,
    from_lesions: pd.DataFrame | None = None,
) -> None:
    """Say on the log what was found in the dates, and between the sheets, that a user should know."""
    for what in NOTED:
        with_note = derived["endpoint_note"].str.contains(what, regex=False, na=False)
        subject = "" if what.startswith("last") else "assessments "
        _warn_of(derived.loc[with_note, "patient"], f"{subject}{what}")
    if "best_response" in patients:
        both = patients["best_response"].notna() & derived["best_response_date"].notna()
        _warn_of(derived.loc[both, "patient"], "best_response is stated but derived from assessments instead")
    if from_lesions is not None:
        start = from_lesions["patient"].map(patients.set_index("patient")["treatment_start"])
        late = from_lesions.loc[from_lesions["baseline_date"] > start, "patient"]
        _warn_of(late, "no lesion on or before treatment start, the first date is taken as baseline")
    if from_lesions is not None and assessments is not None:
        visits = from_lesions.merge(assessments, on=["patient", "date"], suffixes=("", "_stated"))
        differ = visits["response"] != visits["response_stated"]
        what = "response from lesions (used) differs from the assessment"
        _warn_of(visits.loc[differ, "patient"], f"{what} at {differ.sum()} of {len(visits)} visits")
    if (derived["treated"] == 0).any():
        log.info("never treated: %s", _named(derived.loc[derived["treated"] == 0, "patient"]))


def _warn_of(patients: pd.Series, what: str) -> None:
    if len(patients):
        log.warning("%s: %s", what, _named(patients.drop_duplicates()))


def _named(patients: pd.Series) -> str:
    names = [str(name) for name in patients]
    count = f"{len(names)} patient" + ("s" if len(names) > 1 else "")
    return f"{count} ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"
