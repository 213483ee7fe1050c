"""The endpoints of each patient from the sheets of a trial, with the rates and the tables beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from biomarkers.association import plan as plans
from biomarkers.clinical import inputs, liver
from biomarkers.clinical.adverse_events import emergent, summary
from biomarkers.clinical.endpoints import derive_both
from biomarkers.clinical.exposure import times
from biomarkers.clinical.lesions import combined, visit_responses
from biomarkers.clinical.rates import rates
from biomarkers.clinical.readers import agreement, pairs
from biomarkers.clinical.study_days import without_dates
from biomarkers.clinical.timeline import counted_for_response, data_cutoff
from biomarkers.clinical.trial_tables import trial_tables
from biomarkers.errors import Problem, Problems, log
from biomarkers.io import subset, yamls
from biomarkers.settings import Endpoints

EVENTS = "--adverse-events"
TABLES = (
    *("endpoints", "rates", "visits", "adverse_events_summary", "adverse_event_times"),
    *("responses", "design", "readers", "discordant", "presets"),
)


def derive(
    patients: Path,
    asked: Mapping[str, Path | None],
    *,
    assessments: Path | None,
    lesions: Path | None,
    adverse_events: Path | None,
    plan: Path | None,
    rules: Endpoints,
    missing: Collection[str],
) -> dict[str, pd.DataFrame]:
    """The tables of `biomarkers endpoints` by schema, of whose options the others are the values.

    asked: where each stands, None where it is not asked for; those that may be left out are made only then. missing:
    words for missing. Raises InputError with every problem of every sheet.
    """
    problems = Problems(*rules.problems())
    inputs.check_settings(problems, rules)
    needed = {
        "visits": ("--lesions", lesions, "the measurements that --visits is made from"),
        "adverse_events_summary": (EVENTS, adverse_events, "the sheet that --adverse-events-summary is made from"),
        "adverse_event_times": (EVENTS, adverse_events, "the sheet that --adverse-event-times is made from"),
        "design": ("--orr-null", rules.orr_null, "the response rate that --design tests against"),
        "presets": ("--visit-interval-days", rules.visit_interval_days, "the planned days between assessments"),
    }
    for name, (option, value, what) in needed.items():
        if asked[name] is not None and value is None:
            problems.add(Problem("command line", option, None, what))
    given = inputs.read_sheets(
        problems, patients, assessments, rules, lesions=lesions, adverse_events=adverse_events, missing=missing
    )
    if "patients" in given:
        inputs.check_cutoff(problems, patients, given["patients"], rules)
    problems.stop_if_any()
    people, used = given["patients"], given.get("used")
    from_lesions = None if lesions is None else visit_responses(given["lesions"], people)
    derived = derive_both(people, combined(used, from_lesions), rules)
    counted = _counted(plan, people, derived, patients)
    own, inside = counted.of(people), counted.of(derived)
    read_by = pairs(own, given.get("assessments"), rules)
    of_counted = {"rates": rates(inside, rules, further=agreement(read_by, rules))}
    of_counted |= trial_tables(asked, own, inside, read_by, rules)
    if adverse_events is not None:
        sheet = counted.of(given["adverse_events"])
        events = emergent(sheet, own, days_after_last_dose=rules.adverse_event_days, cutoff=data_cutoff(rules))
        if asked["adverse_events_summary"] is not None:
            of_counted["adverse_events_summary"] = summary(events)
        if asked["adverse_event_times"] is not None:
            of_counted["adverse_event_times"] = times(events.chosen, events.seen)
    made = {name: counted.named(table) for name, table in of_counted.items()}
    inputs.warn(people, derived, used, from_lesions, given.get("adverse_events"), cutoff=data_cutoff(rules))
    if from_lesions is not None:
        marked = from_lesions.assign(for_response=counted_for_response(from_lesions, people, rules))
        made["visits"] = without_dates(marked, people)
    return {"endpoints": derived} | made


class Counted(NamedTuple):
    """Who is counted: a boolean per row of the patients sheet, and the subset in words, empty for everybody."""

    inside: pd.Series
    text: str

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table with the column `patient` whose patients are counted."""
        return table[table["patient"].isin(set(self.inside.index[self.inside]))]

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of counts with the subset beside each."""
        return table.assign(subset=self.text) if self.text else table


def _counted(plan: Path | None, people: pd.DataFrame, derived: pd.DataFrame, sheet: Path) -> Counted:
    """Who is counted by the plan's subset; everybody without one.

    people: the patients sheet (file `sheet`); derived: endpoints of the same patients. A subset on columns that are in
    neither (features, a burden) cannot be told yet: everybody is counted, which is warned of. Raises InputError with
    what is wrong with the plan and its subset.
    """
    everybody = pd.Series(True, index=people["patient"].to_numpy())
    if plan is None:
        return Counted(everybody, "")
    problems = Problems()
    settings = problems.catch(yamls.load, plan)
    read = None if settings is None else plans.read_plan(settings, plan, problems=problems)
    problems.stop_if_any()
    if settings is None or read is None or not read.subset:
        return Counted(everybody, "")
    people = liver.completed(people, sheet, problems, quiet=True)
    problems.stop_if_any()
    table = people.merge(derived[["patient", *derived.columns.difference(people.columns)]], on="patient", how="left")
    absent = [one.column for one in read.subset if one.column not in table]
    if absent:
        said = "%s: the subset needs %s, which %s does not have: rates and adverse events are of all patients"
        log.warning(said, plan, ", ".join(absent), sheet)
        return Counted(everybody, "")
    subset.check_all(read.subset, table, str(sheet), plan, settings)
    inside = subset.reasons(table, read.subset).eq("")
    return Counted(inside.set_axis(table["patient"].to_numpy()), subset.as_text(read.subset))
