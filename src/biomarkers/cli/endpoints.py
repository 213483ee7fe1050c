"""`biomarkers endpoints` (Clinical data): derive response, PFS, OS and their rates from visits and dates."""

from __future__ import annotations

from typing import Any

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
    options: dict[str, Any] = {**locals()}  # By their names, which are those of the tables.
    from biomarkers.io import tables
    from biomarkers.run.joins import endpoints as work

    asked = {name: options[name] for name in work.TABLES}
    made = work.derive(
        patients,
        asked,
        assessments=assessments,
        lesions=lesions,
        adverse_events=adverse_events,
        plan=plan,
        rules=rules,
        missing=reading.missing_words,
    )
    tables.write_all(made, asked)
