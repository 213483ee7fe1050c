"""The primary association in groups of patients: a forest, the tests of interaction, and tests in strata."""

from __future__ import annotations

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Column, Paragraph, absent, table
from biomarkers.report.figures.forest import MOST_ROWS, forest
from biomarkers.report.figures.style import Figure, finished, room_for
from biomarkers.report.given import Tables
from biomarkers.report.sections.associations import COMPARISON, FOUND, METHOD, RATIOS, WHO

IN_STRATA = ("likelihood_ratio", "mantel_haenszel", "mantel_haenszel_exact", "breslow_day", "woolf")
EXPLANATION = (
    "Groups of patients are small and many: a p below 0.05 in one group and above it in another shows no difference "
    "between them. Whether the association differs is what the test of interaction tells."
)


def subgroups(given: Tables) -> list[Block]:
    """The forest of each kind of ratio, then interactions and tests in strata, then every row of a group."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    results = given.tests()
    rows, tests = results[results["subgroup"].notna()], results[results["method"].isin(IN_STRATA)]
    if rows.empty and tests.empty:
        return [Paragraph("The plan asks for no subgroups, and for no tests in strata.", "absent")]
    blocks: list[Block] = [Paragraph(EXPLANATION)]
    blocks += [figure for kind in RATIOS if (figure := _forest(results, rows, kind)) is not None]
    if len(tests):
        caption = "Whether the association differs: interactions, and tests in strata"
        blocks.append(table(caption, wording.each(tests), [*WHO, COMPARISON, METHOD, *FOUND], of="results"))
    if len(rows):
        columns = [
            WHO[0],
            Column("Patients", lambda row: str(row.subgroup), source="subgroup"),
            COMPARISON,
            METHOD,
            *FOUND,
        ]
        blocks.append(table("The primary association in each group", wording.each(rows), columns, of="results"))
    return blocks


def _of_everybody(results: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The rows of all patients that ask what those of subgroups ask, by the same method, with or without a penalty."""
    alone = results[["subgroup", "landmark_months", "adjusted_for", "with_marker"]].isna().all(axis=1)
    asked = ["endpoint", "marker_class", "marker", "cut_at", "cut_side", "method"]

    def keys(rows: pd.DataFrame) -> pd.MultiIndex:
        found = rows[asked].astype("object").where(rows[asked].notna(), "")
        return pd.MultiIndex.from_frame(found.assign(method=found["method"].str.removeprefix("firth_")))

    return results[alone & keys(results).isin(keys(own))]


def _forest(results: pd.DataFrame, rows: pd.DataFrame, kind: str) -> Figure | None:
    """Ratios of all patients and of each group; None where fewer than two can be drawn."""
    name, methods, reading = RATIOS[kind]
    own = rows[rows["estimate_type"].eq(kind)]
    drawn = pd.concat([_of_everybody(results[results["estimate_type"].eq(kind)], own), own])
    if kind == "odds_ratio" and drawn["method"].isin(methods).any():
        drawn = drawn[drawn["method"].isin(methods)]
    drawn = drawn[drawn["estimate"].gt(0) & drawn["ci_low"].notna() & drawn["ci_high"].notna()].head(MOST_ROWS)
    if len(drawn) < 2:
        return None
    label = [
        f"{who if isinstance(who, str) else 'All patients'} (n = {n:.0f})"
        for who, n in zip(drawn["subgroup"], drawn["n"], strict=True)
    ]
    first = next(wording.each(drawn))
    what = f"{wording.short_label(first.marker)}, {wording.comparison(first)}, {wording.short_label(first.endpoint)}"
    alt = f"{name}s of {what} in {count(len(drawn), 'group')} of patients with 95% intervals"
    caption = f"{what}: {name.lower()}s of {len(drawn)} of {len(own) + 1} groups; lines are 95% intervals."
    spec = finished(forest(drawn.assign(label=label), title=f"{name} ({reading})"), alt, beside=room_for(label))
    return Figure(f"subgroups_{kind}", f"{name} in groups of patients", caption, alt, spec)
