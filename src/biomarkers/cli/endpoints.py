"""`biomarkers endpoints`: response, PFS, OS and their rates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from biomarkers.cli._kinds import InputTable, OutputTable

if TYPE_CHECKING:
    import pandas as pd


def endpoints(
    *,
    patients: InputTable,
    assessments: InputTable | None = None,
    lesions: InputTable | None = None,
    adverse_events: InputTable | None = None,
    confirmed: Annotated[bool, Parameter(negative="--unconfirmed")] = True,
    censoring: Literal["ema_itt", "fda"] = "ema_itt",
    data_cutoff: str | None = None,
    visit_interval_days: int | None = None,
    response_within_days: int | None = None,
    evaluator: str = "investigator",
    minimum_sd_days: int = 42,
    confirmation_days: int = 28,
    allow_pr_sd_pr: bool = False,
    exclude_non_cr_non_pd: bool = False,
    adverse_event_days: int = 30,
    endpoints: OutputTable,
    rates: OutputTable,
    visits: OutputTable | None = None,
    adverse_events_summary: OutputTable | None = None,
) -> None:
    """Derive response, PFS, OS and duration of response per patient, and their rates.

    The first assessment counts from the first dose, the last is the first PD. Each duration says which event ended it
    or why it was censored, and which table says so. Nobody is dropped: a patient who was never treated keeps a row.

    Parameters
    ----------
    patients
        Patients sheet: patient, treatment_start, death_date, last_alive_date, new_therapy_date; or endpoints that
        were derived elsewhere: best_response, pfs_months, pfs_event, os_months, os_event.
    assessments
        Visit responses: patient, date, response (CR, PR, SD, NON-CR/NON-PD, PD, NE), optionally evaluator.
    lesions
        Lesion measurements: patient, date, lesion, role (target, non_target, new), nodal, diameter_mm, status.
        The visit responses of these patients are derived by RECIST 1.1 and used instead of their assessments.
    adverse_events
        Adverse events: patient, term, soc, grade, onset, end, related, serious, action, immune_related.
    confirmed
        Count as responders only patients whose CR or PR was confirmed by a later visit (as a single-arm trial must).
    censoring
        When PFS ends without an event. ema_itt: every PD or death counts. fda: a new therapy, or two missed visits,
        before the event censors at the last evaluable assessment before it.
    data_cutoff
        Ignore what happened after this day (such as 2024-03-31).
    visit_interval_days
        Planned days between tumor assessments; fda needs it to see missed visits.
    response_within_days
        Use for response only assessments up to this many days after the start.
    evaluator
        The reader whose assessments are used, where the sheet has a column `evaluator`.
    minimum_sd_days
        Days from start before which a stable disease does not count as SD.
    confirmation_days
        Days from a CR or PR after which another confirms it.
    allow_pr_sd_pr
        Let one SD stand between a PR and its confirmation.
    exclude_non_cr_non_pd
        Do not count NON-CR/NON-PD as disease control.
    adverse_event_days
        Days after the last dose up to which an adverse event counts as treatment-emergent.
    endpoints
        Table to write: one row per patient.
    rates
        Table to write: response rates, rates at landmarks and medians, with 95 % intervals.
    visits
        Table to write, where lesions are given: one row per visit with the sums and the response derived from them.
    adverse_events_summary
        Table to write, where adverse events are given: patients per category, class and term at the highest grade.

    """
    import pandas as pd

    from biomarkers.clinical import inputs, sheets
    from biomarkers.clinical.adverse_events import summary
    from biomarkers.clinical.endpoints import derive_both
    from biomarkers.clinical.lesions import visit_responses
    from biomarkers.clinical.rates import rates as rates_of
    from biomarkers.clinical.timeline import Rules
    from biomarkers.errors import Problems
    from biomarkers.io import tables

    problems = Problems()
    inputs.check_settings(
        problems,
        data_cutoff=data_cutoff,
        censoring=censoring,
        visit_interval_days=visit_interval_days,
        response_within_days=response_within_days,
        minimum_sd_days=minimum_sd_days,
        confirmation_days=confirmation_days,
        adverse_event_days=adverse_event_days,
    )
    given = inputs.read_sheets(
        problems, patients, assessments, evaluator, lesions=lesions, adverse_events=adverse_events
    )
    problems.stop_if_any()
    used = given.get("used")
    people = given["patients"]
    rules = Rules(
        confirmed=confirmed,
        censoring=censoring,
        cutoff=None if data_cutoff is None else pd.Timestamp(data_cutoff),
        visit_interval_days=visit_interval_days,
        response_within_days=response_within_days,
        minimum_sd_days=minimum_sd_days,
        confirmation_days=confirmation_days,
        allow_pr_sd_pr=allow_pr_sd_pr,
        non_cr_non_pd_is_control=not exclude_non_cr_non_pd,
    )
    written: dict[str | Path, tuple[pd.DataFrame, str]] = {}
    from_lesions = None if lesions is None else visit_responses(given["lesions"], people)
    derived = derive_both(people, sheets.combined(used, from_lesions), rules)
    further = sheets.agreement(people, given.get("assessments"), derived, evaluator, rules)
    written[endpoints] = (derived, "endpoints")
    written[rates] = (rates_of(derived, confirmed=confirmed, censoring=censoring, further=further), "rates")
    if visits is not None and from_lesions is not None:
        written[visits] = (from_lesions, "visits")
    if adverse_events is not None and adverse_events_summary is not None:
        counts = summary(given["adverse_events"], people, days_after_last_dose=adverse_event_days)
        written[adverse_events_summary] = (counts, "adverse_events_summary")
    sheets.warn(people, derived, used, from_lesions)
    tables.write_all(written)
