"""`biomarkers power` (Analysis): what a trial of n patients can see, by simulation with the plan's own tests."""

from __future__ import annotations

from biomarkers.cli._kinds import InputTable, InputYaml, OutputTable
from biomarkers.settings import Sheets


def power(
    *,
    plan: InputYaml,
    power: OutputTable,
    cohort: InputTable | None = None,
    n: list[int] | None = None,
    simulations: int = 400,
    response_rate: float = 0.2,
    median_months: float = 6.0,
    follow_up_months: float = 18.0,
    share: float = 0.5,
    reading: Sheets,
) -> None:
    """Simulate trials of n patients with known effects and put each through the tests that the plan names.

    The table has the power of every named test at odds or hazard ratios from 1 to 10, with its Monte Carlo interval,
    and the ratio that is detectable with a power of 0.8. Markers, rate, hazard and follow-up are those of the cohort
    where it is given, else the assumed ones (a continuous marker is then standard normal).

    Args:
        plan: The analysis plan (YAML).
        power: Where to write the table.
        cohort: A cohort whose markers and outcomes are like those of the trial.
        n: Numbers of patients; the cohort's own, or 60, when absent.
        simulations: Simulated trials for each test, number and ratio.
        response_rate: Assumed share with the event of a binary endpoint.
        median_months: Assumed median time to an event.
        follow_up_months: Assumed months until which every patient is followed.
        share: Assumed share of patients in the first group of a binary marker, or above a cutoff at a number.
    """
    from biomarkers.association import power as work
    from biomarkers.io import tables

    assumed = work.Assumed(response_rate, median_months, follow_up_months, share)
    made = work.simulated(plan, cohort, assumed, n or (), simulations, reading.missing_words)
    tables.write_all({"power": made}, {"power": power})
