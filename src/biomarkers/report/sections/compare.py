"""Groups compared: an endpoint by a marker and a cutoff, the plan's or the reader's, drawn by the page's script."""

from __future__ import annotations

from typing import Any

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph, Tool, absent
from biomarkers.report.carriers import carriers
from biomarkers.report.given import GENES, Tables

EXPLANATION = (
    "Choose an endpoint, a marker and how it is cut. A cutoff of the plan shows its test with its role. Any other one "
    "shows groups and curves without a p: to look for a cutoff and test it on the same patients makes small p-values "
    "by chance."
)


def compare(given: Tables) -> list[Block]:
    """The chooser; nothing to choose without results."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    return [
        Paragraph(EXPLANATION),
        Tool("compare", "Choosing needs scripts; every test stands in the table of results."),
    ]


def choices(given: Tables) -> dict[str, Any]:
    """Endpoints, markers and the questions of the plan, for the chooser; empty without results."""
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
    of_genes = {name: marks for name, marks in carriers(given).items() if name in set(tests["marker"])}
    markers = []
    for name in dict.fromkeys(tests["marker"]):
        low = [column for column in (f"{name}_low", str(name)) if column in given.cohort]
        is_number = given.values(str(name))["low"].notna().any()
        if name not in of_genes and not low:
            continue
        about = {
            "name": name,
            "label": wording.label(name),
            "short": wording.short_label(name),
            "gene": name in of_genes,
        }
        if is_number:
            interval = f"{name}_low" in given.cohort and f"{name}_high" in given.cohort
            about |= {"low": f"{name}_low" if interval else name, "high": f"{name}_high" if interval else name}
            about |= {"log": given.on_log_scale(str(name))}
        markers.append(about)
    primary = results[results["role"].eq("primary")].head(1)
    first = {"endpoint": primary["endpoint"].iloc[0], "marker": primary["marker"].iloc[0]} if len(primary) else {}
    return {"endpoints": endpoints, "markers": markers, "carriers": of_genes, "first": first}
