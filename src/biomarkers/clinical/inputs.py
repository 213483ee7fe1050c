"""The clinical sheets as given: read, checked alone and against one another, every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from biomarkers.clinical import adverse_events as event_rules
from biomarkers.clinical import misnamed, study_days
from biomarkers.clinical.design import simon_design
from biomarkers.clinical.endpoints import stated
from biomarkers.clinical.lesions import check_lesions
from biomarkers.clinical.plausibility import (
    SAME_MONTHS,
    named,
    of_days,
    of_deaths,
    of_lesions,
    of_names,
    of_stated,
    of_visits,
)
from biomarkers.clinical.time_to_event import endpoints
from biomarkers.errors import InputError, Problem, Problems, log, nearest
from biomarkers.io import plausible, schemas, tables
from biomarkers.io.cells import MISSING_WORDS
from biomarkers.settings import Endpoints
from biomarkers.stats import times


def read_sheets(
    problems: Problems,
    patients: Path,
    assessments: Path | None,
    rules: Endpoints,
    *,
    lesions: Path | None = None,
    adverse_events: Path | None = None,
    missing: Collection[str] = MISSING_WORDS,
) -> dict[str, pd.DataFrame]:
    """The sheets that are given and could be read, by name; what is wrong within and between them to `problems`.

    Every day is a date, whole, on one axis per patient (docs/methods.md, 4.11 and 4.12). `used` holds the assessments
    of the evaluator of the rules. missing: words for missing.
    """
    paths = {
        "patients": patients,
        "assessments": assessments,
        "lesions": lesions,
        "adverse_events": adverse_events,
    }
    found = {
        name: tables.read_into(problems, path, name, missing, ()) for name, path in paths.items() if path is not None
    }
    read = {name: frame for name, frame in found.items() if frame is not None}
    if "patients" in read:
        read = settle(read, paths, problems)
    if assessments is not None and "assessments" in read:
        used = problems.catch(of_evaluator, assessments, read["assessments"], rules.evaluator)
        read |= {} if used is None else {"used": used}
    if "patients" not in read:
        return read
    people = read["patients"]
    check_some(patients, people, problems)
    check_patients(patients, people, problems)
    say(patients, [*of_names(people), *plausible.sentences(people), *of_stated(people), *of_deaths(people)])
    for name, path in paths.items():
        if path is not None and name in read:
            say(path, of_days(read[name], name, people))
        if path is not None and name != "patients" and name in read:
            misnamed.check(path, name, read[name], problems)
            tables.check_known(path, read[name], "patient", set(people["patient"]), str(patients), problems)
    if lesions is not None and "lesions" in read:
        check_lesions(lesions, read["lesions"], people, problems, largest_mm=rules.largest_lesion_mm)
        say(lesions, of_lesions(read["lesions"], people))
    if assessments is not None and "used" in read:
        say(assessments, of_visits(read["used"]))
    if adverse_events is not None and "adverse_events" in read:
        check_adverse_events(adverse_events, read["adverse_events"], patients, people, problems)
    return read


def settle(
    read: Mapping[str, pd.DataFrame],
    paths: Mapping[str, str | Path | None],
    problems: Problems,
    *,
    complete: bool = True,
) -> dict[str, pd.DataFrame]:
    """The sheets with whole dates: study days on the patient's axis, partial dates by their rules.

    complete: whether all sheets are there that may tell who was treated (`study_days.on_dates`).
    """
    return study_days.complete(study_days.on_dates(read, paths, problems, complete=complete), paths)


def check_cutoff(problems: Problems, path: str | Path, people: pd.DataFrame, rules: Endpoints) -> None:
    """Add a problem for a data cutoff, which is a date, beside patients whose dates are study days."""
    without = people.loc[people["patient"].isin(study_days.in_days(people)), "patient"]
    if rules.data_cutoff is not None and len(without):
        expected = f"none, or treatment_start in {path}: {named(without)} have study days, which no date ends"
        problems.add(Problem("endpoints", "--data-cutoff", rules.data_cutoff, expected))


def say(path: str | Path, sentences: Iterable[str]) -> None:
    """Warn of what was found in a sheet."""
    for sentence in sentences:
        log.warning("%s: %s", path, sentence)


def say_of_cohort(path: Path, table: pd.DataFrame) -> None:
    """Warn of stated endpoints of a cohort that is the user's own; what this program derived has its reasons beside."""
    if not {f"{name}_reason" for name in endpoints()} & set(table.columns):
        say(path, [*plausible.sentences(table), *of_stated(table)])


def check_some(path: str | Path, people: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for a sheet of no patients."""
    if people.empty:
        problems.add(Problem.said(str(path), "file", "has no rows", "at least one patient"))


def check_settings(problems: Problems, rules: Endpoints) -> None:
    """Add a problem for what one setting alone cannot tell: a day that is none, fda without an interval."""
    if not schemas.is_date(rules.data_cutoff):
        problems.add(Problem("endpoints", "--data-cutoff", rules.data_cutoff, "a date such as 2024-03-31"))
    if rules.censoring == "fda" and rules.visit_interval_days is None:
        expected = "the planned days between assessments: --censoring fda counts missed visits"
        problems.add(Problem("endpoints", "--visit-interval-days", None, expected))
    _check_design(problems, rules)


def _check_design(problems: Problems, rules: Endpoints) -> None:
    """Add a problem for a null rate of 0 or 1 and for a design of Simon that is not whole or cannot be."""
    if rules.orr_null in (0, 1):
        problems.add(Problem("endpoints", "--orr-null", rules.orr_null, "a rate between 0 and 1"))
    numbers = {name: getattr(rules, f"simon_{name}") for name in ("n1", "r1", "n", "r")}
    given = {name for name, value in numbers.items() if value is not None}
    for name in [] if not given else [name for name in numbers if name not in given]:
        problems.add(Problem("endpoints", f"--simon-{name}", None, "all four numbers of Simon's design, or none"))
    if given and rules.orr_null is None:
        problems.add(Problem("endpoints", "--orr-null", None, "the response rate that Simon's design tests against"))
    design = simon_design(rules)
    if design is not None and (expected := design.problem()):
        shown = ", ".join(f"{name} {value}" for name, value in numbers.items())
        problems.add(Problem("endpoints", "--simon", shown, expected))


def check_patients(path: str | Path, patients: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for each misspelt column, date before the start of treatment, and stated time without its event.

    problems: may hold the problems of single cells, which are missing in `patients` and not told twice.
    """
    misnamed.check(path, "patients", patients, problems)
    if "treatment_start" not in patients and not {"best_response", *stated()} & set(patients.columns):
        own = ", ".join(["best_response", *stated()])
        expected = f"a column of that name (or start_day, or ready-made endpoints: {own})"
        problems.add(Problem(str(path), "treatment_start", None, expected, 1))
    told = {(problem.column, problem.line) for problem in problems.found if problem.file == str(path)}
    for column in ("death_date", "new_therapy_date", "last_dose"):
        _check_order(path, patients, "treatment_start", column, problems, patients)
    for pair in ((months, months.replace("_months", "_event")) for months in stated()):
        for filled, other in (pair, pair[::-1]):
            cells = patients.reindex(columns=[filled, other])
            for line in cells.index[cells[filled].notna() & cells[other].isna()]:
                if (other, int(line)) not in told:
                    expected = f"a value wherever {filled} has one"
                    problems.add(Problem.said(str(path), other, "is empty", expected, int(line)))


def check_adverse_events(
    path: str | Path, events: pd.DataFrame, patients_path: str | Path, patients: pd.DataFrame, problems: Problems
) -> None:
    """Add a problem for each event that ends before it begins or is not understood, and when nobody has a start.

    An action that is not understood is warned of.
    """
    if "treatment_start" not in patients:
        expected = "that column: adverse events count from the first dose on"
        problems.add(Problem(str(patients_path), "treatment_start", None, expected, 1))
    _check_order(path, events, "onset", "end", problems, patients)
    say(path, event_rules.check(path, events, problems))
    if not problems.found:
        say(path, event_rules.fatal_without_death(events, patients))
        say(path, event_rules.after_death(events, patients) + event_rules.repeated(events))


def _check_order(
    path: str | Path, sheet: pd.DataFrame, first: str, later: str, problems: Problems, patients: pd.DataFrame
) -> None:
    """Add a problem for each day in the column `later` before that in the column `first`, where the sheet has both."""
    if not {first, later} <= set(sheet.columns):
        return
    schema = "patients" if first == "treatment_start" else "adverse_events"
    days = {pair.date: pair.day for pair in study_days.columns(schema)}
    in_days = study_days.in_days(patients)
    starts = patients.drop_duplicates("patient").reindex(columns=["patient", "treatment_start"]).set_index("patient")
    for line, patient, start, day in sheet.loc[sheet[later] < sheet[first], ["patient", first, later]].itertuples():
        names, shown = (first, later), [f"{one:%Y-%m-%d}" for one in (start, day)]
        if patient in in_days:
            zero = starts.loc[patient, "treatment_start"]
            names, shown = (days[first], days[later]), [str(times.study_day(one, zero)) for one in (start, day)]
        expected = f"a day not before {names[0]}, {shown[0]}"
        problems.add(Problem(str(path), names[1], shown[1], expected, int(line)))


def of_evaluator(path: str | Path, assessments: pd.DataFrame, evaluator: str) -> pd.DataFrame:
    """The rows that `evaluator` read, and on the log how many others there are; all rows when no evaluator is named.

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
        expected = f"an evaluator of this sheet: {', '.join(names)}{nearest(evaluator, names)}"
        expected += "; which one counts is set by endpoints.evaluator of the config (of the command: --evaluator)"
        problems.append(Problem(str(path), "evaluator", evaluator, expected))
    if problems:
        raise InputError(problems)
    others = assessments["evaluator"].drop(chosen.index).value_counts().sort_index()
    if len(others):
        shown = ", ".join(f"{name} {number}" for name, number in others.items())
        log.info("%s: visits of evaluators other than %s, not used: %s", path, evaluator, shown)
    return chosen


NOTED = (
    "assessments before treatment start, not used",
    "assessments after the data cutoff, not used",
    "death after the data cutoff, not used",
    "new therapy after the data cutoff, not used",
    "assessments after death, not used",
    "last alive after death",
    "last dose after death",
    "new therapy after death, not used",
    "more than 20 years of follow-up",
    "assessments after the last-alive date",
    "last known alive before treatment start",
)
"""What a warning repeats of `endpoint_note`, which has `1 assessment` or their number."""


def warn(
    patients: pd.DataFrame,
    derived: pd.DataFrame,
    assessments: pd.DataFrame | None = None,
    from_lesions: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    *,
    cutoff: pd.Timestamp | None = None,
) -> None:
    """Say on the log what was found in the dates, and between the sheets, that a user should know.

    cutoff: the data cutoff of the settings.
    """
    unstarted = patients.loc[patients.reindex(columns=["treatment_start"])["treatment_start"].isna(), "patient"]
    untreated = set(unstarted) & set(derived.loc[derived["treated"] == 0, "patient"])
    for what, sheet in (("assessments", assessments), ("lesions", from_lesions), ("adverse events", events)):
        if sheet is not None:
            told = sheet.loc[sheet["patient"].isin(untreated), "patient"].drop_duplicates()
            _warn_of(told, f"{what}, yet no treatment_start, counted as never treated")
    if cutoff is not None:
        started = pd.to_datetime(patients.reindex(columns=["treatment_start"])["treatment_start"])
        _warn_of(patients.loc[started > cutoff, "patient"], "started after the data cutoff, counted as not treated")
        of_sheet = derived.reindex(columns=["endpoints_stated"])["endpoints_stated"].notna()
        _warn_of(
            derived.loc[of_sheet, "patient"], "stated responses and months are as they are, whatever the data cutoff"
        )
    for what in NOTED:
        with_note = derived["endpoint_note"].str.contains(what.replace("assessments", "assessments?"), na=False)
        _warn_of(derived.loc[with_note, "patient"], what)
    if "best_response" in patients:
        untold = (derived["treated"] == 1) & derived["best_response"].isna()
        what = "best_response is empty, so the response is not known and in no rate (write MISSING if never assessed)"
        _warn_of(derived.loc[untold, "patient"], what)
        both = patients["best_response"].notna() & derived["best_response_day"].notna()
        _warn_of(derived.loc[both, "patient"], "best_response is stated but derived from assessments instead")
    of_times = [endpoint.columns[:2] for endpoint in endpoints().values() if endpoint.columns[0] in stated()]
    for column in (name for time in of_times if time[0] in patients for name in time if name in patients):
        apart = (patients[column].astype("Float64") - derived[column]).abs() > SAME_MONTHS  # An event differs by 1.
        said = f"{column} is stated and differs from that of the dates, which is used"
        _warn_of(derived.loc[apart.fillna(False).astype(bool), "patient"], said)
    if from_lesions is not None:
        start = from_lesions["patient"].map(patients.set_index("patient")["treatment_start"])
        late = from_lesions.loc[from_lesions["baseline_date"] > start, "patient"]
        for sentence in of_visits(from_lesions):
            log.warning("responses from lesions: %s", sentence)
        _warn_of(late, "no lesion on or before treatment start, the first date is taken as baseline")
    if from_lesions is not None and assessments is not None:
        visits = from_lesions.merge(assessments, on=["patient", "date"], suffixes=("", "_stated"))
        differ = visits["response"] != visits["response_stated"]
        what = "response from lesions (used) differs from the assessment"
        _warn_of(visits.loc[differ, "patient"], f"{what} at {differ.sum()} of {len(visits)} visits")
    if (derived["treated"] == 0).any():
        log.info("never treated: %s", named(derived.loc[derived["treated"] == 0, "patient"]))


def _warn_of(patients: pd.Series, what: str) -> None:
    if len(patients):
        log.warning("%s: %s", what, named(patients.drop_duplicates()))
