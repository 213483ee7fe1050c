"""The endpoints of each patient from the sheets of a trial, with the rates and the tables beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from biomarkers.clinical import inputs
from biomarkers.clinical.adverse_events import emergent, summary
from biomarkers.clinical.endpoints import derive_both
from biomarkers.clinical.exposure import times
from biomarkers.clinical.lesions import combined, visit_responses
from biomarkers.clinical.rates import rates
from biomarkers.clinical.readers import agreement, pairs
from biomarkers.clinical.study_days import without_dates
from biomarkers.clinical.timeline import counted_for_response, data_cutoff
from biomarkers.clinical.trial_tables import trial_tables
from biomarkers.errors import Problem, Problems
from biomarkers.run.joins import subsets
from biomarkers.settings import Endpoints

EVENTS = "--adverse-events"


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
    counted = subsets.counted(plan, people, derived, patients)
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
