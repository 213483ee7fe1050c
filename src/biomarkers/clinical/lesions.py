"""Visit responses from lesion measurements by RECIST 1.1.

Diameters in mm: the longest of a lesion, the short axis of a lymph node; 0 = disappeared. Baseline is the last
measurement of a lesion on or before the start of treatment. Source: Eisenhauer 2009, section 4, tables 1 and 2.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import Problem, Problems
from biomarkers.io import tables
from biomarkers.stats import times

PARTIAL_RESPONSE = 0.7
"""PR: the sum is at most 70 % of baseline (docs/methods.md, 3.1)."""

PROGRESSION_SHARE, PROGRESSION_MM = 0.2, 5.0
"""PD: the sum is at least 20 % and at least 5 mm above its nadir (docs/methods.md, 3.1)."""

NORMAL_NODE_MM = 10.0
"""A lymph node with a shorter short axis is not disease."""

ROUNDING = 1e-9
"""Slack in mm for sums of decimal fractions."""


def target_response(
    sizes: Mapping[str, float], *, baseline: Mapping[str, float], nodes: Collection[str], nadir: float
) -> str | None:
    """Response of the target lesions at one visit; None when there are none.

    sizes, baseline: diameter in mm by lesion, NaN or absent = not measured. nodes: which of them are lymph nodes.
    nadir: the smallest complete sum before this visit, baseline included. A set that was not completely measured is
    NE, unless what was measured already is PD.
    """
    if not baseline:
        return None
    measured = {name: sizes[name] for name in baseline if not math.isnan(sizes.get(name, math.nan))}
    total, growth = sum(measured.values()), sum(measured.values()) - nadir
    if growth >= PROGRESSION_MM - ROUNDING and growth >= PROGRESSION_SHARE * nadir - ROUNDING:
        return "PD"
    if len(measured) < len(baseline):
        return "NE"
    if all(mm < NORMAL_NODE_MM if name in nodes else mm == 0 for name, mm in measured.items()):
        return "CR"
    return "PR" if total <= PARTIAL_RESPONSE * sum(baseline.values()) + ROUNDING else "SD"


def non_target_response(statuses: Iterable[str | None]) -> str | None:
    """Response of the non-target lesions from the status of each (None = not assessed); None when there are none."""
    found = [status or "NE" for status in statuses]
    if not found:
        return None
    for word in ("PD", "NE", "NON-CR/NON-PD"):
        if word in found:
            return word
    return "CR"


def overall_response(target: str | None, non_target: str | None, *, new_lesion: bool) -> str:
    """Overall response at a visit (RECIST 1.1, table 1; table 2 when there are only non-target lesions)."""
    if new_lesion or "PD" in (target, non_target):
        return "PD"
    if target is None:
        return non_target or "NE"
    if target == "CR" and non_target not in (None, "CR"):
        return "PR"
    return target


def visit_responses(lesions: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """Overall response at every visit after the start of treatment, with the sums behind it.

    lesions: `patient date lesion role` and, where known, `nodal diameter_mm status`. patients: `patient
    treatment_start`. A patient without any lesion on or before the start takes the first date as baseline, which
    `baseline_date` shows. Never-treated patients have no visits.
    """
    full = lesions.reindex(columns=[*{*lesions.columns, "nodal", "diameter_mm", "status"}])
    starts = patients.set_index("patient")["treatment_start"].dropna()
    rows: list[dict[str, Any]] = []
    for patient, own in full.groupby("patient", sort=False):
        if patient in starts.index:
            rows += _visits_of(str(patient), own.sort_values("date", kind="stable"), starts[patient])
    return tables.of_rows(rows, "visits")


def combined(assessments: pd.DataFrame | None, from_lesions: pd.DataFrame | None) -> pd.DataFrame | None:
    """Visits of everybody: those derived from lesions where a patient has any, else the assessments."""
    if from_lesions is None:
        return assessments
    if assessments is None:
        return from_lesions
    others = assessments[~assessments["patient"].isin(set(from_lesions["patient"]))]
    return pd.concat([from_lesions, others.assign(source="assessments")], ignore_index=True)


def _visits_of(patient: str, own: pd.DataFrame, start: pd.Timestamp) -> list[dict[str, Any]]:
    """Rows of one patient; `own` in order of date."""
    first = own["date"].min()
    baseline_date = own.loc[own["date"] <= max(start, first), "date"].max()
    before, after = own[own["date"] <= baseline_date], own[own["date"] > baseline_date]
    targets = before[before["role"] == "target"].groupby("lesion")["diameter_mm"].last().astype(float)
    baseline = {str(name): mm for name, mm in targets.items()}
    nodes = set(own.loc[own["nodal"].fillna(0) == 1, "lesion"])
    non_targets = own.loc[own["role"] == "non_target", "lesion"].unique()
    total_at_baseline = nadir = sum(baseline.values())
    rows = []
    for date, visit in after.groupby("date"):
        sizes = {str(k): float(v) for k, v in zip(visit["lesion"], visit["diameter_mm"], strict=True)}
        statuses = dict(zip(visit["lesion"], visit["status"].where(visit["status"].notna(), None), strict=True))
        total = sum(sizes.get(name, math.nan) for name in baseline)
        target = target_response(sizes, baseline=baseline, nodes=nodes, nadir=nadir)
        non_target = non_target_response(statuses.get(name) for name in non_targets)
        new = bool((visit["role"] == "new").any())
        rows.append(
            {
                "patient": patient,
                "date": date,
                "response": overall_response(target, non_target, new_lesion=new),
                "target_response": target,
                "non_target_response": non_target,
                "new_lesion": int(new),
                "sum_mm": total if baseline else None,
                "baseline_sum_mm": total_at_baseline if baseline else None,
                "nadir_sum_mm": nadir if baseline else None,
                "change_percent": 100 * (total / total_at_baseline - 1) if total_at_baseline > 0 else None,
                "day": times.study_day(date, start),
                "baseline_date": baseline_date,
                "baseline_day": times.study_day(baseline_date, start),
                "source": "lesions",
            }
        )
        if not math.isnan(total):
            nadir = min(nadir, total)
    return rows


def check_lesions(
    path: str | Path, lesions: pd.DataFrame, patients: pd.DataFrame, problems: Problems, *, largest_mm: float
) -> None:
    """Add a problem for each lesion that changes role, is new at baseline, or is a target not measured there.

    A diameter above `largest_mm` is one, too: the sum, and the nadir of all later visits, would be made of a slip.
    """
    diameter = lesions.reindex(columns=["diameter_mm"])["diameter_mm"]
    for line, size in diameter[diameter > largest_mm].items():
        expected = f"at most {largest_mm:g} mm (--largest-lesion-mm, in the config endpoints.largest_lesion_mm)"
        problems.add(Problem(str(path), "diameter_mm", f"{size:g}", expected, int(str(line))))
    roles: dict[tuple[str, str], tuple[str, int]] = {}
    for line, patient, lesion, role in lesions[["patient", "lesion", "role"]].dropna().itertuples():
        known, first = roles.setdefault((patient, lesion), (role, line))
        if role != known:
            problems.add(Problem(str(path), "role", role, f"{known}, the role of {lesion} in line {first}", line))
    if "treatment_start" not in patients:
        expected = "that column in the patients sheet: it says which visit is baseline"
        problems.add(Problem(str(path), "treatment_start", None, expected))
        return
    starts = patients.set_index("patient")["treatment_start"].dropna()
    starts = starts[~starts.index.duplicated()]
    start = lesions["patient"].map(starts)
    first_date = lesions.groupby("patient")["date"].transform("min")
    at_baseline = lesions["date"] <= start.where(start >= first_date, first_date)
    for line in lesions.index[(lesions["role"] == "new") & at_baseline & start.notna()]:
        expected = "target or non_target: a lesion at baseline is not new"
        problems.add(Problem(str(path), "role", "new", expected, int(line)))
    measured = lesions.loc[at_baseline & diameter.notna(), ["patient", "lesion"]].drop_duplicates()
    known_sizes = set(measured.itertuples(index=False, name=None))
    targets = lesions[(lesions["role"] == "target") & start.notna()].drop_duplicates(["patient", "lesion"])
    for line, patient, lesion in targets[["patient", "lesion"]].itertuples():
        if (patient, lesion) not in known_sizes:
            expected = "a diameter_mm of this target lesion at baseline (on or before treatment_start)"
            problems.add(Problem(str(path), "lesion", lesion, expected, line))
