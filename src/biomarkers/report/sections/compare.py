"""Groups compared: an endpoint by a marker and a cutoff, the plan's or the reader's, drawn by the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph, Tool, absent
from biomarkers.report.given import GENES, Tables
from biomarkers.report.members import members

EXPLANATION = (
    "Choose an endpoint, a marker and how it is cut. A cutoff of the plan shows its test with its role. Any other one "
    "shows groups and curves without a p: to look for a cutoff and test it on the same patients makes small p-values "
    "by chance."
)

OF_GROUPS = ("fisher", "logrank", "cochran_armitage")
"""Methods that compare groups of a marker."""


def compare(given: Tables) -> list[Block]:
    """The chooser; nothing to choose without results."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    return [
        Paragraph(EXPLANATION),
        Tool("compare", "Choosing needs scripts; every test stands in the table of results."),
    ]


def choices(given: Tables, kept: Mapping[str, set[str]]) -> dict[str, Any]:
    """Endpoints, markers and the questions of the plan, for the chooser; empty without results.

    kept: by class the genes and features that can be chosen.
    """
    if given.results is None:
        return {}
    results = given.results
    tests = results[results["marker_class"].isin(["declared", "feature", *GENES])]
    if "subgroup" in tests:
        tests = tests[tests["subgroup"].isna() & tests["landmark_months"].isna()]
    ends = given.endpoints()
    tests = tests[tests["endpoint"].isin(list(ends))]
    endpoints = [
        {"name": end.name, "label": wording.label(end.name), "column": end.column, "time": end.time, "event": end.event}
        for end in ends.values()
        if end.name in set(tests["endpoint"])
    ]
    markers, with_groups = [], members(given)
    for name, marker_class in tests[["marker", "marker_class"]].drop_duplicates().itertuples(index=False):
        about = {"name": name, "class": marker_class, "label": wording.label(name), "short": wording.short_label(name)}
        if marker_class in kept and name not in kept[marker_class]:
            continue
        if marker_class in GENES:
            if (marker_class, name) in with_groups:
                markers.append(about | {"label": name, "short": name})
            continue
        interval = f"{name}_low" in given.cohort and f"{name}_high" in given.cohort
        if not interval and name not in given.cohort:
            continue
        about |= _levels(given, name)
        if not _in_levels(given, tests, name) and given.values(str(name))["low"].notna().any():
            about |= {"low": f"{name}_low" if interval else name, "high": f"{name}_high" if interval else name}
            about |= {"log": given.on_log_scale(str(name))}
        markers.append(about)
    primary = results[results["role"].eq("primary")].head(1)
    first = {name: str(primary[name].iloc[0]) for name in ("endpoint", "marker", "marker_class") if len(primary)}
    return {"endpoints": endpoints, "markers": markers, "first": first}


def _levels(given: Tables, marker: str) -> dict[str, list[str]]:
    """The levels of a marker from low to high, where the plan has them so."""
    rule = (given.plan.get("markers") or {}).get(marker) or {}
    return {"levels": [str(level) for level in rule["levels"]]} if rule.get("kind") == "ordinal" else {}


def _in_levels(given: Tables, tests: pd.DataFrame, marker: str) -> bool:
    """Whether a marker has groups of its own, also where they are written 1 and 0: as the plan says, else the tests."""
    rule = (given.plan.get("markers") or {}).get(marker)
    if rule is not None:
        return bool(rule["kind"] != "continuous")
    own = tests[tests["marker"].eq(marker) & tests["cut_at"].isna()]
    return bool(own["method"].isin(OF_GROUPS).any())
