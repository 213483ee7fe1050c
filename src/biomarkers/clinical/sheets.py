"""Checks on the clinical sheets that need more than one cell, and which visits of which reader are used."""

from __future__ import annotations

import logging
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.clinical.endpoints import derive, stated
from biomarkers.clinical.timeline import Rules
from biomarkers.errors import InputError, Problem, Problems, nearest
from biomarkers.io import schemas

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
                    problems.add(Problem(str(path), other, "empty", expected, int(line)))


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
    problems = [Problem(str(path), "evaluator", "empty", "a name, as in the other rows", int(line)) for line in empty]
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
    patients: pd.DataFrame, assessments: pd.DataFrame | None, derived: pd.DataFrame, evaluator: str, rules: Rules
) -> list[dict[str, object]]:
    """Rows for the rates table: the share of patients whose best response another evaluator reads the same.

    One row per other evaluator, over the patients with assessments by both; the best response that the rules
    follow (confirmed or not). derived: the endpoints by `evaluator`.
    """
    if assessments is None or "evaluator" not in assessments:
        return []
    from biomarkers.stats.proportions import clopper_pearson

    column = "confirmed_best_response" if rules.confirmed else "best_response"
    spelling = assessments["evaluator"].str.casefold()
    own = set(assessments.loc[spelling == evaluator.casefold(), "patient"])
    rows: list[dict[str, object]] = []
    for name in sorted(spelling.dropna().unique()):
        if name == evaluator.casefold():
            continue
        theirs = assessments[spelling == name]
        both = patients["patient"].isin(own & set(theirs["patient"])) & (derived["treated"] == 1)
        other = derive(patients[both], theirs, rules)
        same = int((other[column] == derived.loc[both, column]).sum())
        interval = clopper_pearson(same, len(other))
        rows.append(
            {
                "endpoint": "best_response_agreement",
                "definition": f"{evaluator} vs {theirs['evaluator'].iloc[0]}",
                "n": len(other),
                "events": same,
                "estimate": interval.estimate,
                "ci_low": interval.low,
                "ci_high": interval.high,
                "method": "clopper_pearson",
                "n_unknown": 0,
                "note": column,
            }
        )
    return rows


def warn(
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    assessments: pd.DataFrame | None = None,
    from_lesions: pd.DataFrame | None = None,
) -> None:
    """Say on the log what was found in the dates, and between the sheets, that a user should know."""
    for what in (
        "before treatment start, not used",
        "after the data cutoff, not used",
        "after death, not used",
        "after the last-alive date",
        "last known alive before treatment start",
    ):
        with_note = derived["endpoint_note"].str.contains(what, regex=False, na=False)
        if with_note.any():
            subject = "" if what.startswith("last") else "assessments "
            log.warning("%s%s: %s", subject, what, _named(derived.loc[with_note, "patient"]))
    stated = "best_response" in patients and patients["best_response"].notna()
    visited = derived["best_response_date"].notna()
    if "best_response" in patients and (stated & visited).any():
        named = _named(derived.loc[stated & visited, "patient"])
        log.warning("best_response is stated but derived from assessments instead: %s", named)
    if from_lesions is not None:
        late = from_lesions["baseline_date"] > from_lesions["patient"].map(
            patients.set_index("patient")["treatment_start"]
        )
        if late.any():
            named = _named(from_lesions.loc[late, "patient"].drop_duplicates())
            log.warning("no lesion on or before treatment start, the first date is taken as baseline: %s", named)
        if assessments is not None:
            both = from_lesions.merge(assessments, on=["patient", "date"], suffixes=("", "_stated"))
            differ = both["response"] != both["response_stated"]
            if differ.any():
                named = _named(both.loc[differ, "patient"].drop_duplicates())
                log.warning(
                    "response from lesions (used) differs from the assessment at %d of %d visits: %s",
                    differ.sum(),
                    len(both),
                    named,
                )
    if (derived["treated"] == 0).any():
        log.info("never treated: %s", _named(derived.loc[derived["treated"] == 0, "patient"]))


def _named(patients: pd.Series) -> str:
    names = [str(name) for name in patients]
    count = f"{len(names)} patient" + ("s" if len(names) > 1 else "")
    return f"{count} ({', '.join(names[:5])}{', ...' if len(names) > 5 else ''})"
