"""What the tables ask and of which columns: endpoints, markers and the groups that a contrast names.

The result table is the guide: a picture is drawn for what was tested, with the groups of the test. The plan, where
given, adds the columns and the scale; without it the contract's names are taken (`responder`, `pfs_months`, ...).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.report.wording import number

ROLES = ("primary", "secondary", "exploratory")
CUT = re.compile(r"(>=|>)\s*(-?[\d.]+(?:[eE][+-]?\d+)?) vs (<=|<)\s*(-?[\d.]+(?:[eE][+-]?\d+)?)")
COUNTED_ON_LOG_SCALE = re.compile(r"tmb|mutations|neoantigens|n_variants|burden")
"""Names of counts and rates of mutations: skewed, so that pictures use log2(x + 1) unless the plan says otherwise."""


MOST_GROUPS = 5
"""Curves that can be told apart in one picture."""
SCALE_END = 100.0
"""Upper end of the percent scale: an interval up to here includes it, any other excludes its end (methods.md, 2)."""


class Endpoint(NamedTuple):
    """An endpoint and its columns in the cohort: `column` when binary, `time` (months) and `event` (0, 1) else."""

    name: str
    column: str | None = None
    time: str | None = None
    event: str | None = None

    @property
    def is_time_to_event(self) -> bool:
        return self.time is not None


class Groups(NamedTuple):
    """Which patient is in which group of a contrast: text per patient (missing = in none), names in drawing order."""

    of_patient: pd.Series
    names: list[str]


def endpoints(cohort: pd.DataFrame, results: pd.DataFrame | None, plan: Mapping[str, Any]) -> dict[str, Endpoint]:
    """Every endpoint whose columns the cohort has: the plan's, those tested, then response, PFS and OS, by name.

    A correlation names a second marker as its endpoint, which is none.
    """
    found: dict[str, Endpoint] = {}
    for name, rule in (plan.get("endpoints") or {}).items():
        if rule.get("kind") == "time_to_event":
            found[name] = Endpoint(name, time=rule.get("time"), event=rule.get("event"))
        else:
            found[name] = Endpoint(name, column=rule.get("column", name))
    tested = [] if results is None else results["endpoint"].dropna().unique().tolist()
    markers = {*(plan.get("markers") or {}), *([] if results is None else results["marker"])}
    for name in [*(name for name in tested if name not in markers), "response", "pfs", "os"]:
        if name not in found:
            found[name] = _by_convention(name, cohort)
    return {name: e for name, e in found.items() if _has_columns(e, cohort)}


def _by_convention(name: str, cohort: pd.DataFrame) -> Endpoint:
    if f"{name}_months" in cohort:
        return Endpoint(name, time=f"{name}_months", event=f"{name}_event")
    return Endpoint(name, column="responder" if name == "response" else name)


def _has_columns(endpoint: Endpoint, cohort: pd.DataFrame) -> bool:
    columns = [endpoint.time, endpoint.event] if endpoint.is_time_to_event else [endpoint.column]
    return all(c in cohort and pd.api.types.is_numeric_dtype(cohort[c]) for c in columns)


def is_gene_row(results: pd.DataFrame) -> pd.Series:
    """True for rows that test carriers of a gene's variants."""
    return results["contrast"].eq("mutated vs wild type") | results["family"].astype("string").str.contains(
        "gene", case=False, na=False
    )


def by_role(results: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order primary, secondary, exploratory; else as they stand."""
    order = results["role"].map({role: place for place, role in enumerate(ROLES)}).fillna(len(ROLES))
    return results.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")


def by_marker(results: pd.DataFrame) -> pd.DataFrame:
    """Rows together by marker, the primary marker's first, within a marker by role."""
    ordered = by_role(results)
    place = {marker: i for i, marker in enumerate(ordered["marker"].drop_duplicates())}
    return (
        ordered.assign(_order=ordered["marker"].map(place)).sort_values("_order", kind="stable").drop(columns="_order")
    )


def on_log_scale(marker: str, plan: Mapping[str, Any]) -> bool:
    """Whether pictures of this marker use log2(x + 1): as the plan says, else for burdens and counts of mutations."""
    rule = (plan.get("markers") or {}).get(marker) or {}
    if "transform" in rule:
        return bool(rule["transform"] == "log2p1")
    return bool(COUNTED_ON_LOG_SCALE.search(marker))


def values(cohort: pd.DataFrame, marker: str) -> pd.DataFrame:
    """`low` and `high` of the marker per patient, equal where it is a number; PD-L1 may be an interval [low, high)."""
    low, high = f"{marker}_low", f"{marker}_high"
    if low in cohort and high in cohort:
        return pd.DataFrame({"low": cohort[low], "high": cohort[high]}).astype("float64")
    if marker in cohort and pd.api.types.is_numeric_dtype(cohort[marker]):
        point = cohort[marker].astype("float64")
        return pd.DataFrame({"low": point, "high": point})
    empty = pd.Series(float("nan"), index=cohort.index)
    return pd.DataFrame({"low": empty, "high": empty})


def groups(cohort: pd.DataFrame, marker: str, contrast: str) -> Groups | None:
    """The groups that `contrast` compares, first named first; None when the cohort cannot be split so.

    A cut on an interval [low, high) is called only when the whole interval lies on one side.
    """
    cut = CUT.fullmatch(str(contrast).strip())
    if cut and cut[2] == cut[4]:
        return _cut(values(cohort, marker), cut[1], float(cut[2]), [f"{cut[1]} {cut[2]}", f"{cut[3]} {cut[2]}"])
    names = str(contrast).split(" vs ")
    if marker not in cohort or not 2 <= len(names) <= MOST_GROUPS:
        return None
    shown = cohort[marker].map(lambda v: number(v) if isinstance(v, int | float) else str(v), na_action="ignore")
    if not set(names) <= set(shown.dropna()):
        return None
    return Groups(shown.where(shown.isin(names)).astype("object"), names)


def _cut(span: pd.DataFrame, side: str, at: float, names: list[str]) -> Groups | None:
    is_point = span["low"] == span["high"]
    above = (operator.ge if side == ">=" else operator.gt)(span["low"], at)
    is_open = ~is_point & (span["high"] < SCALE_END)
    below = ~above & (is_point | (span["high"] < at) | ((is_open | (side == ">")) & (span["high"] == at)))
    group = pd.Series(None, index=span.index, dtype="object")
    group[above & span["low"].notna()] = names[0]
    group[below & span["low"].notna()] = names[1]
    return Groups(group, names) if above.any() and below.any() else None
