"""Cutoffs that were searched for: the statistic of each that was tried, and what the search itself makes large."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Paragraph, side_by_side
from biomarkers.report.figures.cutpoint_profile import cutpoint_profile
from biomarkers.report.figures.style import Figure, finished, slug
from biomarkers.report.given import Tables
from biomarkers.report.numbers import bounds, estimate, number, p_phrase, p_value

EXPLANATION = (
    "Where the plan lets a cutoff be searched for, every cutoff between the lowest and the highest tenth of the "
    "patients is tried. The largest statistic of so many is large by chance: it is compared with the largest one after "
    "the outcomes were exchanged between patients. The p of a cutoff alone is not given."
)


def cutpoints(given: Tables) -> list[Block]:
    """A profile of each search; nothing where the plan asks for none."""
    if given.cutpoint_profiles is None or given.cutpoint_profiles.empty or given.results is None:
        return []
    rows = given.tests().set_index("test")
    searches = given.cutpoint_profiles.groupby("test", sort=False)
    figures = [_figure(given, own, rows.loc[test]) for test, own in searches if test in rows.index]
    return [Paragraph(EXPLANATION), *side_by_side(figures, "three")] if figures else []


def _figure(given: Tables, tried: pd.DataFrame, row: Any) -> Figure:
    """The figure of one search; row: its row of the results."""
    end, marker = wording.sentence_label(row["endpoint"]), str(row["marker"])
    above = tried["more_above"].eq(1)
    shown = tried.assign(
        p_text=tried["p_value"].map(p_value), more=above.map({True: "above the cut", False: "below the cut"})
    )
    log = given.on_log_scale(marker)
    short = wording.short_label(marker)
    head = f"{short}: cutoff searched for, by {end}"
    chosen = f"> {number(row['cut_at'])}"
    limits = bounds(row["ci_low"], row["ci_high"], number)
    interval = f" (95% CI of the cutoff {limits}, bootstrap)" if limits else ""
    alt = f"Statistic of {count(len(tried), 'cutoff')} of {short} for {end}; the largest at {chosen}"
    caption = (
        f"n = {row['n']:.0f}, {count(len(tried), 'cutoff')} tried. The ring: the largest statistic "
        f"({estimate(row['statistic'])}) at {chosen}{interval}, {p_phrase(row['p_value'])} corrected for the search. "
        "Shaded: below what the largest statistic must exceed for p up to 0.05 "
        f"({estimate(tried['band'].iloc[0])}); dashed: the largest one by chance, its median over the permutations "
        f"({estimate(tried['by_chance'].iloc[0])})."
    )
    chart = cutpoint_profile(shown, title=wording.label(marker), log=log)
    return Figure(slug(f"cutoffs_{row['endpoint']}_{marker}"), head, caption, alt, finished(chart, alt))
