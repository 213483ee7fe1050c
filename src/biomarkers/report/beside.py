"""What stands beside the page: the tables as a workbook with a dictionary, a guide to the files, the figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report import described
from biomarkers.report.given import GENES, Tables

SHEETS = {
    "Cohort": "cohort",
    "Endpoints": "endpoints",
    "Rates": "rates",
    "Tests": "results",
    "Genes": "results",
    "Adverse events": "adverse_events_summary",
}
"""Sheets of the workbook, and the schema that describes the columns of each."""
FIRST = (
    ("report/index.html", "the page: open it in a browser; it needs no network", "cohort"),
    ("tables.xlsx", "the tables for a spreadsheet program; the last sheet says what each column means", "cohort"),
    ("cohort.tsv", "one row per patient: endpoints, markers, covariates", "cohort"),
    ("association/results.tsv", "one row per estimate of each test of the plan", "results"),
    ("clinical/rates.tsv", "response rates, medians and rates at landmarks with intervals", "rates"),
    ("burden/tmb.tsv", "one row per sample and definition of the tumor mutation burden", "tmb"),
)
"""Files to open first, in a run's results, what they hold, and the table of the page without which they are absent."""
FOLDERS = (
    ("report", "the page, and its figures as SVG, PDF and PNG", "cohort"),
    ("association", "tests of the plan, groups and who was in them, sensitivity, prediction", "results"),
    ("clinical", "endpoints per patient with the reason of each censoring, rates, adverse events, PD-L1", "rates"),
    ("burden", "callable bases of each sample, the burden, mutations by patient and gene", "tmb"),
    ("variants", "every variant of each sample with the reason for which it does not count", "tmb"),
    ("qc", "what was measured of each sample; multiqc.html", "qc"),
    ("logs", "what each step said", "cohort"),
)
WIDTH = 32
NAMED = "Tables and page name patients; they are as confidential as the sheets."
ANONYMOUS = """The page, its figures and tables.xlsx have numbers in place of names and days in place of dates.
All other tables name patients, as does the file that tells which number is who: do not send them on."""


def sheets(given: Tables) -> dict[str, pd.DataFrame]:
    """The sheets of the workbook that the given tables fill, then `Dictionary`: what each of their columns means."""
    cohort = given.cohort
    of_endpoints = ["patient", *(name for name in schemas.columns("endpoints") if name in cohort and name != "patient")]
    found = {"Cohort": cohort, "Endpoints": cohort[of_endpoints]}
    if given.rates is not None:
        found["Rates"] = given.rates
    if given.results is not None:
        of_genes = given.results["marker_class"].isin(GENES)
        found |= {"Tests": given.results[~of_genes], "Genes": given.results[of_genes]}
    if given.adverse_events is not None:
        found["Adverse events"] = given.adverse_events
    shown = {name: table if name == "Cohort" else table.dropna(axis=1, how="all") for name, table in found.items()}
    definitions = () if given.tmb is None else {*given.tmb["definition"]}
    return shown | {"Dictionary": dictionary(shown, SHEETS, definitions=definitions)}


def dictionary(
    found: Mapping[str, pd.DataFrame], of: Mapping[str, str], *, definitions: Collection[str] = ()
) -> pd.DataFrame:
    """`sheet column type meaning` of every column of the sheets, from the schemas; of: that of each sheet.

    definitions: of burden that the run has.
    """
    rows = []
    for sheet, table in found.items():
        for column in table:
            rule = described.rule(of[sheet], str(column), definitions=definitions)
            kind = "date" if rule.get("format") == "date" else str(rule.get("type", ""))
            rows.append((sheet, str(column), kind, described.meaning(rule)))
    return pd.DataFrame(rows, columns=["sheet", "column", "type", "meaning"])


def guide(given: Tables, *, title: str) -> str:
    """`README.txt` of a run's results: what to open first, and what the folders hold; names only what there is."""

    def lines(listed: tuple[tuple[str, str, str], ...]) -> list[str]:
        return [f"  {name:<{WIDTH}}{what}" for name, what, table in listed if getattr(given, table) is not None]

    head = " ".join(title.split())
    parts = [head, "=" * len(head), "", "Open first:", *lines(FIRST), "", "Folders:", *lines(FOLDERS), ""]
    return "\n".join([*parts, ANONYMOUS if given.anonymous else NAMED, ""])
