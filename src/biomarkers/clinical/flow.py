"""How many of the enrolled patients have what, and which identifiers stand in one sheet only.

Every step counts among all enrolled patients, so n + excluded is their number in each step; steps are not nested,
because a patient without a response or a PD-L1 score can still be in the primary analysis.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.clinical import study_days
from biomarkers.clinical.response import BEST_FIRST, NOT_EVALUABLE, RESPONSE
from biomarkers.io import spellings, subset, tables, words
from biomarkers.io.subset import Restriction
from biomarkers.stats import cuts


class Primary(NamedTuple):
    """What the primary analysis needs: the marker's column, the endpoint's columns (all of them), and a cutoff.

    at: the cutoff on the marker, None without one or at the median. side: `>=` or `>`. subset: the patients to whom the
    analysis is restricted. by_rank: the test ranks the marker, for which an interval is enough.
    """

    marker: str
    endpoint: tuple[str, ...]
    at: float | None = None
    side: str = ">="
    subset: tuple[Restriction, ...] = ()
    by_rank: bool = False


DEFAULT_PRIMARY = Primary("tmb_per_mb", ("responder",))
"""Without a plan: the burden and the response."""


INTERVALS = ("pdl1", "serum_afp", "serum_ca19_9")
"""Markers that may be known as an interval only, whose ends stand in columns of their own."""

SCREEN_FAILURE = re.compile(r"scrnfail|screen[ _-]?fail", re.IGNORECASE)
"""CDISC's words for the arm of who was screened and not enrolled."""
TREATMENT_START = "treatment_start"
NOT_SAID = "no variants, and nothing says that it was sequenced"


def flow(
    cohort: pd.DataFrame,
    patients: pd.DataFrame,
    *,
    sheets: Mapping[str, Collection[str]],
    others: pd.DataFrame | None = None,
    primary: Primary | None = None,
) -> pd.DataFrame:
    """The flow table. cohort, patients: same patients, same order. sheets: name -> identifiers that stand in it.

    others: samples not chosen, with columns patient, sample and reason. primary: from the plan; without one the
    default is the burden and the response.
    """
    ids = cohort["patient"].reset_index(drop=True)
    rows = [_step(name, why, ids) for name, why in _steps(cohort, patients, primary).items()]
    if others is not None:
        about = {"step": "other_sample", "n": 1, "excluded": 0, "sheet": "tmb"}
        pairs = zip(others["reason"], others["patient"], strict=True)
        rows += [about | {"reason": reason, "patients": patient} for reason, patient in pairs]
    for sheet, found in sheets.items():
        rows += _unmatched(sheet, found, list(ids))
    return tables.of_rows(rows, "flow")


def exclusions(cohort: pd.DataFrame, patients: pd.DataFrame, *, primary: Primary | None = None) -> pd.DataFrame:
    """`step patient reason column` of every patient whom a step of the flow does not hold; arguments as of `flow`."""
    ids = cohort["patient"].reset_index(drop=True)
    asked = primary or DEFAULT_PRIMARY
    columns = (asked.marker, *asked.endpoint, TREATMENT_START)
    about = {words_of(name): name for name in columns for words_of in (_without, _indeterminate)}
    rows: list[Row] = []
    for step, why in _steps(cohort, patients, primary).items():
        if not isinstance(why, str):
            out = why != ""
            found = zip(ids[out], why[out], strict=True)
            rows += [
                {"step": step, "patient": patient, "reason": reason, "column": about.get(reason)}
                for patient, reason in found
            ]
    return tables.of_rows(rows, "exclusions")


def _steps(cohort: pd.DataFrame, patients: pd.DataFrame, primary: Primary | None) -> dict[str, pd.Series | str]:
    """By step why each patient is not held, empty for those who are; a text when nothing is known."""
    cohort, primary = cohort.reset_index(drop=True), primary or DEFAULT_PRIMARY
    outside = subset.reasons(cohort, primary.subset)
    steps: dict[str, pd.Series | str] = {
        "enrolled": pd.Series("", index=cohort.index),
        "treated": _treated(cohort, patients.reset_index(drop=True)),
        "evaluable": _evaluable(cohort),
        "sequenced": _sequenced(cohort),
        "with_tmb": _with_tmb(cohort),
        "with_pdl1": _with_pdl1(cohort),
        "in_subset": outside,
        "in_primary_analysis": _in_primary(cohort, primary, outside),
    }
    if not primary.subset:
        del steps["in_subset"]
    return steps


Row = dict[str, object]


def _without(column: str) -> str:
    return f"no {column}"


def _indeterminate(column: str) -> str:
    return f"{column} indeterminate at the cutoff"


def _step(name: str, why: pd.Series | str, ids: pd.Series) -> Row:
    """One row from each patient's reason for exclusion, empty for those held; a text when nothing is known."""
    if isinstance(why, str):
        return {"step": name, "reason": why, "sheet": None}
    out = why != ""
    reason = "; ".join(f"{word}: {n}" for word, n in why[out].value_counts().sort_index().items())
    counts = {"step": name, "n": int((~out).sum()), "excluded": int(out.sum())}
    return counts | {"reason": reason or None, "patients": ",".join(ids[out]) or None, "sheet": None}


def _reasons(held: pd.Series, reason: str) -> pd.Series:
    return held.fillna(False).astype(bool).map({True: "", False: reason})


def _treated(cohort: pd.DataFrame, patients: pd.DataFrame) -> pd.Series:
    """Who was never treated; screen failures of a CDISC study apart, which has them among its subjects (rule 13.8)."""
    told = study_days.treated(patients)
    why = pd.Series("", index=cohort.index)
    if "treated" in cohort:
        why = _reasons(cohort["treated"].astype("string") == "1", "never treated")
    elif told is not None:
        why = _reasons(told, _without(TREATMENT_START))
    arm = cohort["arm"].astype("string") if "arm" in cohort else why
    return why.mask(why.ne("") & arm.str.contains(SCREEN_FAILURE, na=False), "screen failure")


def _evaluable(cohort: pd.DataFrame) -> pd.Series | str:
    """Best response known and neither NE nor MISSING; the confirmed one, where known, if `responder` follows it."""
    columns = ["confirmed_best_response", "best_response"]
    told = [cohort[column] for column in columns if column in cohort]
    if len(told) == 2 and "responder" in cohort:
        known = cohort[["confirmed_best_response", "responder"]].dropna()
        if (known["confirmed_best_response"].isin(RESPONSE) != (known["responder"] == 1)).any():
            told = told[1:]
    elif len(told) == 2:
        told = told[1:]
    if told:
        followed = told[0].where(told[0].notna(), told[-1])
        best = followed.map(lambda word: words.read("response", str(word), BEST_FIRST), na_action="ignore")
        why = _reasons(~best.isin(NOT_EVALUABLE), "not evaluable or no assessment")
        return why.mask(best.isna(), "best response not understood").mask(followed.isna(), "no best response")
    if "responder" in cohort:
        return _reasons(cohort["responder"].notna(), "no response")
    return "no table gives a response"


def _sequenced(cohort: pd.DataFrame) -> pd.Series | str:
    if "sequenced" not in cohort:
        stated = [name for name in ("tmb_per_mb", "n_variants") if name in cohort]
        return (
            _reasons(cohort[stated].notna().any(axis=1), "no burden") if stated else "no table tells who was sequenced"
        )
    why = _reasons(cohort["sequenced"] == 1, "no sample").mask(cohort["sequenced"].isna(), NOT_SAID)
    if "tmb_status" in cohort:
        failed = cohort["tmb_status"] == "failed"
        # Quality control leaves territory and count; a sample of which no record tells has no count (1.18).
        bare = cohort["callable_mb"] == 0 if "callable_mb" in cohort else False
        uncounted = cohort["n_variants"].isna() if "n_variants" in cohort else False
        why = why.mask(failed, "failed QC").mask(failed & bare, "no callable base")
        why = why.mask(failed & uncounted, "variants not counted")
    return why


def _with_tmb(cohort: pd.DataFrame) -> pd.Series | str:
    if "tmb_per_mb" not in cohort:
        return "no table gives a burden"
    why = pd.Series(_sequenced(cohort), index=cohort.index).replace("", "no burden")
    return why.mask(cohort["tmb_per_mb"].notna(), "")


def _with_pdl1(cohort: pd.DataFrame) -> pd.Series | str:
    present = [c for c in ("pdl1", "pdl1_low") if c in cohort]
    if not present:
        return "no table gives PD-L1"
    told = cohort["pdl1_status"].fillna("not_tested").astype("string") if "pdl1_status" in cohort else None
    why = "no PD-L1 score" if told is None else told.str.replace("_", " ").astype("object")
    return pd.Series(why, index=cohort.index).mask(cohort[present].notna().any(axis=1), "")


def _in_primary(cohort: pd.DataFrame, primary: Primary, outside: pd.Series) -> pd.Series | str:
    bounds = [f"{primary.marker}_low", f"{primary.marker}_high"]
    intervals = primary.marker in INTERVALS and set(bounds) <= set(cohort)
    intervals &= primary.by_rank or primary.at is not None
    names = [*primary.endpoint] if intervals else [primary.marker, *primary.endpoint]
    absent = [name for name in names if name not in cohort]
    if absent:
        return f"the cohort has no column {', '.join(absent)}"
    why = _reasons(cohort[list(primary.endpoint)].notna().all(axis=1), _without(primary.endpoint[0]))
    other = f"not in the subset ({subset.as_text(primary.subset)})"
    if not intervals or primary.at is None:
        known = cohort[bounds[0] if intervals else primary.marker]
        return why.mask(known.isna(), _without(primary.marker)).mask(outside.ne(""), other)
    low, high = (cohort[name].to_numpy("float64", na_value=np.nan) for name in bounds)
    unknown = np.isnan(cuts.sides(low, high, at=primary.at, side=primary.side))
    why = why.mask(unknown, _indeterminate(primary.marker)).mask(np.isnan(low), _without(primary.marker))
    return why.mask(outside.ne(""), other)


def _unmatched(sheet: str, found: Collection[str], ids: list[str]) -> list[Row]:
    """Two rows: identifiers of the sheet that are no patients, and patients that are not in the sheet."""
    strangers = sorted(set(found) - set(ids))
    absent = [i for i in ids if i not in set(found)]
    reason = "; ".join([f"in {sheet}, not in patients", *spellings.nearly(strangers, ids)])
    there = {"n": len(strangers), "excluded": len(strangers), "reason": reason, "patients": ",".join(strangers) or None}
    here = {"n": len(absent), "reason": f"in patients, not in {sheet}", "patients": ",".join(absent) or None}
    return [{"step": "unmatched", "excluded": 0, "sheet": sheet} | found for found in (there, here)]
