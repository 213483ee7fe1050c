"""Which of a patient's tumor samples stands for the patient (docs/methods.md, 1.14; docs/cohort.md)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.io import schemas, tables

STATUS = ("ok", "warn", "failed")
"""Status of a sample, best first."""

BEFORE, UNKNOWN, AFTER = range(3)
"""Collected on or before treatment start; no date of one of the two; after it."""


TUMOR, PERHAPS_NORMAL, NORMAL = range(3)
"""By name and lists a tumor; the name reads as that of a normal; a list says that it is one."""
NORMAL_NAME = re.compile(r"(^|[._-])(n\d?|nb|normal|germline|blood|pbmc)([._-]|$)|^tcga-..-....-1", re.IGNORECASE)
"""Names such as P1_N, P1-normal or TCGA-05-4244-10A; they only come after other samples of the patient."""


BY_NAME = "name"
"""The rule where nothing tells a sample from another one of the patient."""


class Rule(NamedTuple):
    """name: in the table. column: compared, smaller is better. why: how the chosen one is better than another."""

    name: str
    column: str
    why: str


RULES = (
    Rule("normal", "normal", "the other is a normal, by a list or its name"),
    Rule("failed", "failed", "its quality control did not fail"),
    Rule("before_treatment", "timing", ""),
    Rule("nearest", "distance", "it was collected nearer to treatment start"),
    Rule("status", "rank", "its status is ok, not warn"),
    Rule("matched_normal", "unpaired", "it has a matched normal"),
    Rule("callable_bases", "fewer_bases", "it has more callable bases"),
    Rule(BY_NAME, "sample", "its name is first"),
)


def select(
    samples: pd.DataFrame,
    *,
    collected: pd.Series | None = None,
    starts: pd.Series | None = None,
    normals: Collection[str] = (),
) -> pd.DataFrame:
    """Table `sample_selection`: every sample of every patient, the chosen one of each patient first.

    samples: patient, sample, status, tumor_only (0 or 1), callable_bp, one row each. collected: date by sample. starts:
    start of treatment by patient. normals: samples that a list calls normal, which stand for nobody. Order: not named
    as a normal; not failed; collected on or before treatment start, then without a date, then after; nearest to the
    start; status ok; matched normal; callable bases; name.
    """
    table = samples.reset_index(drop=True)
    dates = pd.Series(pd.NaT, index=table.index) if collected is None else table["sample"].map(collected)
    start = pd.Series(pd.NaT, index=table.index) if starts is None else table["patient"].map(starts)
    days = (pd.to_datetime(dates) - pd.to_datetime(start)).dt.days.astype("Int64")
    timing = days.le(0).map({True: BEFORE, False: AFTER}).astype("Int64").fillna(UNKNOWN)
    kind = {
        sample: NORMAL if sample in normals else int(bool(NORMAL_NAME.search(sample))) for sample in table["sample"]
    }
    table = table.assign(
        normal=table["sample"].map(kind),
        collected=pd.to_datetime(dates),
        days_from_start=days,
        rank=table["status"].map({status: place for place, status in enumerate(STATUS)}),
        failed=table["status"].eq("failed").astype(int),
        timing=timing.astype(int),
        distance=days.abs().fillna(0).astype(int),
        unpaired=table["tumor_only"].astype("Float64").fillna(1),
        fewer_bases=-table["callable_bp"].astype("Float64").fillna(-1),
    )
    table = table.sort_values(["patient", *(rule.column for rule in RULES)], kind="stable", ignore_index=True)
    table["chosen"] = (~table.duplicated("patient") & (table["normal"] != NORMAL)).astype(int)
    others = table["patient"].map(table["patient"].value_counts()) - 1
    rows = tables.records(table.assign(others=others))
    best = {row["patient"]: row for row in rows if row["chosen"]}
    decided = [_decided(row, best.get(row["patient"])) for row in rows]
    table["rule"] = [rule and rule.name for rule in decided]
    table["reason"] = [_why(row, best.get(row["patient"]), rule) for row, rule in zip(rows, decided, strict=True)]
    return table[schemas.columns("sample_selection")]


def _decided(other: dict[str, Any], taken: dict[str, Any] | None) -> Rule | None:
    """The first rule in which a sample differs from the chosen one; None of that one, and where none was chosen."""
    if taken is None or other is taken:
        return None
    return next(rule for rule in RULES if other[rule.column] != taken[rule.column])


def _why(other: dict[str, Any], taken: dict[str, Any] | None, rule: Rule | None) -> str:
    """How the chosen sample is better, by the rule that decided; of itself, how many it is one of."""
    if taken is None:
        return f"{other['patient']}: sample {other['sample']} is a normal, and no tumor of the patient is given"
    if rule is None:
        count = other["others"]
        return f"preferred to {count} other{'s' if count > 1 else ''}" if count else "only sample"
    why = rule.why
    if rule.column == "timing":
        why = "it was collected on or before treatment start"
        why += ", which is not known of the other" if other["timing"] == UNKNOWN else ""
        why = "the other was collected after treatment start" if taken["timing"] == UNKNOWN else why
    return f"{other['patient']}: sample {other['sample']} not used; {taken['sample']} is: {why}"
