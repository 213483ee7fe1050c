"""The first sentences of the page: what was asked, what was found, how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, p_phrase
from biomarkers.stats.intervals import LEVEL

DIRECTIONS = {
    "hodges_lehmann": (0, "with higher values", "with lower values"),
    "auc": (0.5, "with higher values", "with lower values"),
    "odds_ratio": (1, "more frequent", "less frequent"),
    "hazard_ratio": (1, "with a higher hazard", "with a lower hazard"),
    "hazard_ratio_mh": (1, "with a higher hazard", "with a lower hazard"),
}
"""Value of an estimate without any association, and what one above and one below it say of the first group."""


def about_subset(given: Tables) -> list[str]:
    """Whom the analysis is about, where the plan restricts it, and whether the rates follow."""
    if not given.subset:
        return []
    n = count(len(given.cohort), "patient")
    said = f"The plan restricts the analysis to a subset ({given.subset}): {n} of {given.everybody}."
    return [" ".join(filter(None, [said, whose(given.rates, given.subset)]))]


def whose(table: pd.DataFrame | None, subset: str) -> str:
    """A sentence that a table of counts is of all patients, where the plan has a subset that it does not follow."""
    if not subset or table is None or table.get("subset", pd.Series(dtype="object")).eq(subset).all():
        return ""
    return f"These numbers are of all patients, not of the subset ({subset})."


def primary_rows(results: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of the primary test that have a p: its estimates, the one that the plan asks for first."""
    if results is None:
        return pd.DataFrame(columns=["role", "marker", "note"])
    tested = results[results["role"].eq("primary") & results["p_value"].notna()]
    if tested.empty:
        return tested
    same: pd.DataFrame = results[results["test"].eq(tested["test"].iloc[0]) | (results.index == tested.index[0])]
    return same


def primary_sentence(results: pd.DataFrame | None) -> str:
    """The primary result in the words of the table of results, or that there is none."""
    if results is None:
        return "No result table was given, so this page describes the patients and tests nothing."
    same = primary_rows(results)
    if same.empty:
        return _not_tested(results)
    row = next(wording.each(same[same["role"].eq("primary")]))
    facts = ", ".join([*wording.estimates(same), p_phrase(row.p_value)])
    compared = wording.comparison(row).replace("_", " ")
    how = ", ".join(filter(None, [wording.METHODS.get(str(row.method), str(row.method)), compared, _numbers(row)]))
    marker = wording.sentence_label(row.marker)
    if row.p_value < LEVEL:
        return f"{wording.label(row.endpoint)} was associated with {marker}{_direction(same)}: {facts} ({how})."
    possible = "; the interval shows what remains possible" if same["ci_low"].notna().any() else ""
    return (
        f"No association of {wording.sentence_label(row.endpoint)} with {marker} was shown: {facts} ({how}). "
        f"This does not prove that there is none{possible}."
    )


def _not_tested(results: pd.DataFrame) -> str:
    """That there is no primary result: the plan named one, and why it could not be tested, or nothing names one."""
    asked = results[results["role"].eq("primary")]
    if asked.empty:
        return "The result table holds no primary result; everything on this page is exploratory."
    row = next(wording.each(asked))
    about = f"{wording.sentence_label(row.marker)} and {wording.sentence_label(row.endpoint)}"
    how = wording.METHODS.get(str(row.method), str(row.method))
    why = "" if missing(row.doubt) else f": {row.doubt}"
    return f"The primary test, of {about} ({how}), could not be done{why}. All else on this page is exploratory."


def _direction(rows: pd.DataFrame) -> str:
    """`, with higher values in responder than in non-responder`; empty where the estimates do not tell."""
    for row in wording.each(rows):
        names = wording.groups(row)
        none, higher, lower = DIRECTIONS.get(str(row.estimate_type), (None, "", ""))
        if names and none is not None and not missing(row.estimate) and row.estimate != none:
            return f", {higher if row.estimate > none else lower} in {names[0]} than in {names[1]}".replace("_", " ")
    return ""


def _numbers(row: Any) -> str:
    if missing(row.n):
        return ""
    left = 0 if missing(row.n_missing) else int(row.n_missing)
    return f"n = {int(row.n)}" + (f", {left} left out because a value is missing" if left else "")
