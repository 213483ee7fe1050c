"""The first sentences of the page: what was asked, what was found, how sure that is."""

from __future__ import annotations

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.given import Tables

LEVEL = 0.05
"""Two-sided level at which the first sentence says "associated" (the custom of the field, stated on the page)."""


def summary(given: Tables) -> list[str]:
    """Sentences for the top of the page; the primary result first. At least one."""
    return [*_primary(given.results), *_rates(given.rates, len(given.cohort))]


def _primary(results: pd.DataFrame | None) -> list[str]:
    if results is None:
        return ["No result table was given, so this page describes the patients and tests nothing."]
    rows = results[results["role"].eq("primary")]
    tested = rows[rows["p_value"].notna()]
    if tested.empty:
        return ["The result table holds no primary result; everything on this page is exploratory."]
    row = tested.iloc[0]
    marker, endpoint = wording.sentence_label(row["marker"]), wording.label(row["endpoint"])
    shared = ["marker", "endpoint", "method", "contrast"]
    same = results[(results[shared] == row[shared]).all(axis=1)]
    method = wording.METHODS.get(str(row["method"]), str(row["method"]))
    facts = ", ".join([*wording.estimates(same), wording.p_phrase(row["p_value"])])
    compared = "" if wording.missing(row["contrast"]) else str(row["contrast"]).replace("_", " ")
    how = ", ".join(filter(None, [method, compared, _numbers(row)]))
    if float(row["p_value"]) < LEVEL:
        return [f"{endpoint} was associated with {marker}{_direction(same)}: {facts} ({how})."]
    return [
        f"No association of {wording.sentence_label(row['endpoint'])} with {marker} was shown: {facts} ({how}). "
        "This does not prove that there is none; the interval shows what remains possible."
    ]


def _direction(rows: pd.DataFrame) -> str:
    """`, with higher values in responder than in non-responder`; empty where the estimates do not tell."""
    for row in wording.each(rows):
        first, versus, second = str(row.contrast).partition(" vs ")
        if not versus or wording.missing(row.estimate):
            continue
        kind, none = str(row.estimate_type), {"hodges_lehmann": 0, "auc": 0.5}.get(str(row.estimate_type), 1)
        if (
            kind not in ("hodges_lehmann", "auc", "odds_ratio", "hazard_ratio", "hazard_ratio_mh")
            or row.estimate == none
        ):
            continue
        is_higher = row.estimate > none
        if kind in ("hodges_lehmann", "auc"):
            word = "with higher values" if is_higher else "with lower values"
        elif kind == "odds_ratio":
            word = "more frequent" if is_higher else "less frequent"
        else:
            word = "with a higher hazard" if is_higher else "with a lower hazard"
        return f", {word} in {first} than in {second}".replace("_", " ")
    return ""


def _numbers(row: pd.Series) -> str:
    n, left = row["n"], row["n_missing"]
    if wording.missing(n):
        return ""
    more = "" if wording.missing(left) or not int(left) else f", {int(left)} left out because a value is missing"
    return f"n = {int(n)}{more}"


def _rates(rates: pd.DataFrame | None, total: int) -> list[str]:
    if rates is None:
        return [f"The cohort holds {wording.count(total, 'patient')}."]
    sentences = []
    response = _row(rates, "orr", "all_treated")
    if response is not None and not wording.missing(response["estimate"]):
        shown = wording.share(response["estimate"], response["ci_low"], response["ci_high"])
        n = f"{int(response['events'])} of {wording.count(int(response['n']), 'treated patient')} responded: "
        sentences.append(n + shown + ".")
    for name, words in (("pfs_median", "progression-free survival"), ("os_median", "overall survival")):
        row = _row(rates, name)
        if row is None:
            continue
        sentences.append(f"Median {words}: {wording.median(row['estimate'], row['ci_low'], row['ci_high'])}.")
    return [" ".join(sentences)] if sentences else [f"The cohort holds {wording.count(total, 'patient')}."]


def _row(rates: pd.DataFrame, endpoint: str, definition: str | None = None) -> pd.Series | None:
    rows = rates[rates["endpoint"].eq(endpoint)]
    if definition is not None:
        rows = rows[rows["definition"].eq(definition)]
    return None if rows.empty else rows.iloc[0]
