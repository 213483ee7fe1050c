"""`biomarkers endpoints`: response, PFS, OS and their rates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    import pandas as pd

    from biomarkers.errors import Problems


def endpoints(
    *,
    patients: Path,
    assessments: Path | None = None,
    confirmed: Annotated[bool, Parameter(negative="--unconfirmed")] = True,
    censoring: Literal["ema_itt", "fda"] = "ema_itt",
    data_cutoff: str | None = None,
    visit_interval_days: int | None = None,
    response_within_days: int | None = None,
    evaluator: str = "investigator",
    minimum_sd_days: int = 42,
    confirmation_days: int = 28,
    allow_pr_sd_pr: Annotated[bool, Parameter(negative="")] = False,
    exclude_non_cr_non_pd: Annotated[bool, Parameter(negative="")] = False,
    endpoints: Path,
    rates: Path,
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
    endpoints
        Table to write: one row per patient.
    rates
        Table to write: response rates, rates at landmarks and medians, with 95 % intervals.
    """
    import pandas as pd

    from biomarkers import tables
    from biomarkers.clinical import visits
    from biomarkers.clinical.endpoints import Rules, derive
    from biomarkers.clinical.rates import rates as rates_of
    from biomarkers.errors import Problems

    problems = Problems()
    check_settings(
        problems,
        data_cutoff=data_cutoff,
        censoring=censoring,
        visit_interval_days=visit_interval_days,
        response_within_days=response_within_days,
        minimum_sd_days=minimum_sd_days,
        confirmation_days=confirmation_days,
    )
    people, read, used = read_sheets(problems, patients, assessments, evaluator)
    problems.stop_if_any()
    if people is None:
        return
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
    derived = derive(people, used, rules)
    further = [] if read is None else visits.agreement(people, read, derived, evaluator, rules)
    table = rates_of(derived, confirmed=confirmed, censoring=censoring, further=further)
    visits.warn(people, derived)
    tables.write_all({endpoints: (derived, "endpoints"), rates: (table, "rates")})


def read_sheets(
    problems: Problems, patients: Path, assessments: Path | None, evaluator: str
) -> tuple[pd.DataFrame | None, pd.DataFrame | None, pd.DataFrame | None]:
    """The patients, all assessments, and the chosen evaluator's; None for what is absent or wrong."""
    from biomarkers import tables
    from biomarkers.clinical import visits

    people = tables.read_into(problems, patients, "patients")
    read = None if assessments is None else tables.read_into(problems, assessments, "assessments")
    if people is not None:
        visits.check_patients(patients, people, problems)
    if assessments is None or read is None:
        return people, None, None
    if people is not None:
        tables.check_known(assessments, read, "patient", set(people["patient"]), str(patients), problems)
    return people, read, problems.catch(visits.of_evaluator, assessments, read, evaluator)


def check_settings(
    problems: Problems,
    *,
    data_cutoff: str | None,
    censoring: str,
    visit_interval_days: int | None,
    **days: int | None,
) -> None:
    """Add a problem for each option that cannot be: a date that is none, a negative number, fda without interval."""
    from biomarkers.errors import Problem
    from biomarkers.schemas import is_date

    def wrong(option: str, value: object, expected: str) -> None:
        problems.add(Problem("endpoints", f"--{option.replace('_', '-')}", value, expected))

    if not is_date(data_cutoff):
        wrong("data_cutoff", data_cutoff, "a date such as 2024-03-31")
    for option, value in days.items():
        if value is not None and value < 0:
            wrong(option, value, "a number of days, 0 or more")
    if visit_interval_days is not None and visit_interval_days < 1:
        wrong("visit_interval_days", visit_interval_days, "a number of days, 1 or more")
    if censoring == "fda" and visit_interval_days is None:
        wrong("visit_interval_days", None, "the planned days between assessments: --censoring fda counts missed visits")
