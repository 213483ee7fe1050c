"""`biomarkers endpoints` (Clinical data): derive response, PFS, OS and their rates from visits and dates."""

from __future__ import annotations

from biomarkers.cli._kinds import InputTable, InputYaml, OutputTable
from biomarkers.settings import Endpoints, Sheets


def endpoints(
    *,
    patients: InputTable,
    assessments: InputTable | None = None,
    lesions: InputTable | None = None,
    adverse_events: InputTable | None = None,
    plan: InputYaml | None = None,
    endpoints: OutputTable,
    rates: OutputTable,
    visits: OutputTable | None = None,
    adverse_events_summary: OutputTable | None = None,
    adverse_event_times: OutputTable | None = None,
    responses: OutputTable | None = None,
    design: OutputTable | None = None,
    readers: OutputTable | None = None,
    discordant: OutputTable | None = None,
    presets: OutputTable | None = None,
    rules: Endpoints,
    reading: Sheets,
) -> None:
    """Derive response, PFS, OS and duration of response per patient, and their rates.

    The first assessment counts from the first dose, the last is the first PD. Each duration says which event ended it
    or why it was censored, and which table says so. Nobody is dropped: a patient who was never treated keeps a row.

    Args:
        patients: Patients sheet: patient, treatment_start, death_date, last_alive_date, new_therapy_date; or endpoints
            that were derived elsewhere: best_response, pfs_months, pfs_event, os_months, os_event. Study days may stand
            for dates, here (start_day, death_day, ...) and in the other sheets (day, onset_day, end_day).
        assessments: Visit responses: patient, date, response (CR, PR, SD, NON-CR/NON-PD, PD, NE), optionally evaluator.
        lesions: Lesion measurements: patient, date, lesion, role (target, non_target, new), nodal, diameter_mm, status.
            The visit responses of these patients are derived by RECIST 1.1 and used instead of their assessments.
        adverse_events: Adverse events: patient, term, soc, grade, onset, end, related, serious, action, immune_related.
        plan: Analysis plan; rates and adverse events are of the patients of its subset, where it has one.
        endpoints: Table to write: one row per patient.
        rates: Table to write: response rates, rates at landmarks and medians, with 95 % intervals.
        visits: Table to write, where lesions are given: one row per visit with the sums and the response derived from
            them.
        adverse_events_summary: Table to write, where adverse events are given: patients per category, class and term at
            the highest grade, and exposure-adjusted rates.
        adverse_event_times: Table to write, where adverse events are given: cumulative incidence of the first event of
            each category, death competing, and the share within one year.
        responses: Table to write: patients with each best response, confirmed and not, of all treated and evaluable.
        design: Table to write, where --orr-null is given: the response rate against it, and Simon's two stages.
        readers: Table to write: how far other readers agree with the one that is used (share, kappa, weighted kappa).
        discordant: Table to write: patients and visits that two readers read differently.
        presets: Table to write, where --visit-interval-days is given: of whom ema_itt and fda say another time or
            event, and why.
    """
    from biomarkers.clinical import inputs
    from biomarkers.clinical.adverse_events import emergent, summary
    from biomarkers.clinical.endpoints import derive_both
    from biomarkers.clinical.exposure import times
    from biomarkers.clinical.lesions import combined, visit_responses
    from biomarkers.clinical.rates import rates as rates_of
    from biomarkers.clinical.readers import agreement, pairs
    from biomarkers.clinical.study_days import without_dates
    from biomarkers.clinical.timeline import data_cutoff
    from biomarkers.clinical.trial_tables import trial_tables
    from biomarkers.errors import Problem, Problems
    from biomarkers.io import tables
    from biomarkers.run import subsets

    problems = Problems(*rules.problems())
    inputs.check_settings(problems, rules)
    if visits is not None and lesions is None:
        problems.add(Problem("command line", "--lesions", None, "the measurements that --visits is made from"))
    asked_for = {"--adverse-events-summary": adverse_events_summary, "--adverse-event-times": adverse_event_times}
    for option in [option for option, path in asked_for.items() if path is not None and adverse_events is None]:
        problems.add(Problem("command line", "--adverse-events", None, f"the sheet that {option} is made from"))
    given = inputs.read_sheets(
        problems,
        patients,
        assessments,
        rules,
        lesions=lesions,
        adverse_events=adverse_events,
        missing=reading.missing_words,
    )
    if "patients" in given:
        inputs.check_cutoff(problems, patients, given["patients"], rules)
    for option, path, setting, value in (
        ("--orr-null", design, "the response rate that --design tests against", rules.orr_null),
        ("--visit-interval-days", presets, "the planned days between assessments", rules.visit_interval_days),
    ):
        if path is not None and value is None:
            problems.add(Problem("command line", option, None, setting))
    problems.stop_if_any()
    used = given.get("used")
    people = given["patients"]
    from_lesions = None if lesions is None else visit_responses(given["lesions"], people)
    derived = derive_both(people, combined(used, from_lesions), rules)
    counted = subsets.counted(plan, people, derived, patients)
    own, inside = counted.of(people), counted.of(derived)
    read_by = pairs(own, given.get("assessments"), rules)
    found = counted.named(rates_of(inside, rules, further=agreement(read_by, rules)))
    written = {endpoints: (derived, "endpoints"), rates: (found, "rates")}
    asked = {"responses": responses, "design": design, "readers": readers, "discordant": discordant, "presets": presets}
    made = trial_tables(asked, own, inside, read_by, rules)
    written |= {path: (counted.named(table), name) for path, (table, name) in made.items()}
    if visits is not None and from_lesions is not None:
        written[visits] = (without_dates(from_lesions, people), "visits")
    events = None
    if adverse_events is not None:
        sheet = counted.of(given["adverse_events"])
        last = data_cutoff(rules)
        events = emergent(sheet, own, days_after_last_dose=rules.adverse_event_days, cutoff=last)
    if events is not None and adverse_events_summary is not None:
        written[adverse_events_summary] = (counted.named(summary(events)), "adverse_events_summary")
    if events is not None and adverse_event_times is not None:
        written[adverse_event_times] = (counted.named(times(events.chosen, events.seen)), "adverse_event_times")
    inputs.warn(people, derived, used, from_lesions, given.get("adverse_events"), cutoff=data_cutoff(rules))
    tables.write_all(written)
