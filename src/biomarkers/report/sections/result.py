"""The first screen: the main numbers, the primary result as one says it, its picture, and what to be careful about."""

from __future__ import annotations

from typing import Any

import pandas as pd

from biomarkers.errors import count
from biomarkers.report import reasons, wording
from biomarkers.report.blocks import Beside, Block, Cell, Column, Items, Paragraph, Table, Tile, Tiles, table
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables, is_burden
from biomarkers.report.numbers import (
    NOT_KNOWN,
    NOT_REACHED,
    bounds,
    estimate,
    missing,
    months,
    number,
    p_phrase,
    percent,
    text_of,
)
from biomarkers.report.sections.cautions import cautions
from biomarkers.report.sections.markers import GROUP_NAMES, curves_of, of_same_groups, strip_of
from biomarkers.report.summary import about_subset, primary_rows, primary_sentence
from biomarkers.stats.intervals import LEVEL
from biomarkers.stats.proportions import clopper_pearson

SHARES = {"orr": "Objective response rate", "dcr": "Disease control rate"}
CONFIRMED = ("confirmed", "unconfirmed")
"""Notes of a rate that belong to its name."""
MEDIANS = {"pfs_median": "Median PFS (months)", "os_median": "Median OS (months)"}


COMPATIBLE = "The data agree with no difference, which is no proof that there is none."
"""Said of a primary result above the level."""


def result(given: Tables) -> list[Block]:
    """Tiles, the primary result in one sentence, its picture, the cautions, and the result by denominator."""
    found: list[Block] = [Paragraph(text) for text in about_subset(given)]
    if shown := tiles(given):
        found.append(Tiles(shown))
    found.append(Paragraph(statement(given) or primary_sentence(given.results), "lead"))
    drawn: list[Block] = [*picture(given)]
    careful = cautions(given)
    said: list[Block] = [Items(careful, "What to be careful about", "cautions")] if careful else []
    found += [Beside([drawn, said], "first")] if drawn and said else [*drawn, *said]
    return [*found, *by_denominator(given)]


def tiles(given: Tables) -> list[Tile]:
    """ORR, DCR, median PFS and OS of all treated, and grade 3 and above, each with its 95 % interval."""
    found = []
    rates = given.rates
    for row in () if rates is None else wording.each(rates[rates["definition"].eq("all_treated")]):
        note = text_of(getattr(row, "note", None))
        how, full = (f"; {reasons.note(note, short=True)}", reasons.note(note)) if note else ("", "")
        if row.endpoint in SHARES and not missing(row.estimate):
            limits, name = bounds(row.ci_low, row.ci_high, percent), SHARES[row.endpoint]
            if note in CONFIRMED:
                name, how, full = f"{name} ({note})", "", ""
            found.append(Tile(name, percent(row.estimate), limits, f"{row.events} of {row.n} treated{how}", full))
        elif row.endpoint in MEDIANS and row.n > 0:
            value = estimate(row.estimate) or NOT_REACHED
            limits = bounds(row.ci_low, row.ci_high) or "not known"
            counted = f"{count(int(row.n), 'patient')}, {count(int(row.events), 'event')}{how}"
            found.append(Tile(MEDIANS[row.endpoint], value, limits, counted, full))
    return [*found, *_severe(given.adverse_events)]


def _severe(events: pd.DataFrame | None) -> list[Tile]:
    """Treated patients with an event of grade 3 or above, with the exact interval; none where it is not counted."""
    if events is None:
        return []
    rows = events[events["category"].eq("any") & events["level"].eq("all") & events["grade_3_or_higher"].notna()]
    found = []
    for row in wording.each(rows[rows["n"].gt(0)].head(1)):
        share = clopper_pearson(int(row.grade_3_or_higher), int(row.n))
        how = f"{int(row.grade_3_or_higher)} of {int(row.n)} treated; treatment-emergent, any cause"
        limits = bounds(share.low, share.high, percent)
        found.append(Tile("Grade ≥ 3 adverse events", percent(share.estimate), limits, how))
    return found


def overview(given: Tables) -> str:
    """Enrolled, treated, data cutoff and median follow-up, as far as they are known, in one line."""
    said = []
    if given.flow is not None:
        steps = given.flow.dropna(subset=["n"]).groupby("step")["n"].first()
        said += [f"{int(steps[step]):,} {step}" for step in ("enrolled", "treated") if step in steps]
    if cutoff := (given.settings.get("endpoints") or {}).get("data_cutoff"):
        said.append(f"data cutoff {cutoff}")
    for row in () if given.rates is None else wording.each(given.rates):
        if row.endpoint == "follow_up_median" and not missing(row.estimate):
            said.append(f"median follow-up {months(row.estimate)}")
    return ", ".join(said)


def statement(given: Tables) -> str:
    """The primary result as a clinician would say it: the groups' medians or rates, the estimate, p; empty if unknown.

    The numbers of the groups are those of the table of groups.
    """
    rows = primary_rows(given.results)
    if rows.empty or given.groups is None:
        return ""
    row = next(wording.each(rows))
    names, values = wording.groups(row), _of_groups(given, row)
    if names is None or len(values) < 2:
        return ""
    kind, (one, other) = values[0].estimate_type, values[:2]
    facts = ", ".join([*_estimates(given, rows), p_phrase(row.p_value)])
    clear = "" if row.p_value < LEVEL else f" No difference was shown. {COMPATIBLE}"
    short = wording.short_label(row.marker)
    marker = wording.sentence_label(row.marker) if short == wording.label(row.marker) else short
    if kind == "median":
        first = GROUP_NAMES.get(names[0], names[0].replace("_", " "))
        inside = [GROUP_NAMES[name].lower() if name in GROUP_NAMES else name.replace("_", " ") for name in names]
        medians = [number(each.estimate) or NOT_KNOWN for each in (one, other)]
        middle = f"median {medians[0]} against {medians[1]} {wording.unit(row.marker)}".rstrip()
        said = f"{middle} (n = {int(one.n)} and {int(other.n)}; {facts})"
        if clear:
            return f"No difference in {marker} between {inside[0]} and {inside[1]} was shown: {said}. {COMPATIBLE}"
        if NOT_KNOWN in medians:
            return f"{first} and {inside[1]} differed in {marker}: {said}."
        return f"{first} had {_than(one.estimate, other.estimate, marker)} {inside[1]}: {said}."
    if kind == "rate":
        shares = [f"{int(v.n_events)} of {int(v.n)} ({percent(v.estimate)})" for v in (one, other)]
        groups = f"{marker} {names[0]}", f"{marker} {names[1]}"
        end = wording.label(row.endpoint)
        return f"{end}: {shares[0]} with {groups[0]} against {shares[1]} with {groups[1]} ({facts}).{clear}"
    times = [months(v.estimate) or NOT_REACHED for v in (one, other)]
    end = wording.sentence_label(row.endpoint)
    return f"Median {end} was {times[0]} with {marker} {names[0]} and {times[1]} with {names[1]} ({facts}).{clear}"


def _than(one: float, other: float, marker: str) -> str:
    if one == other:
        return f"the same median {marker} as"
    return f"a {'higher' if one > other else 'lower'} {marker} than"


def _of_groups(given: Tables, row: Any) -> list[Any]:
    """The rows of the table of groups on the first and the second group of a test, in this order."""
    same = given.groups_of(row)
    same = same[same["endpoint"].eq(row.endpoint)]
    found = [same[same["group"].eq(name)].head(1) for name in (row.first, row.second)]
    return [next(wording.each(rows)) for rows in found if len(rows)]


def _estimates(given: Tables, rows: pd.DataFrame) -> list[str]:
    """The estimate that a reader knows, with its interval: AUC beside a rank test, else the first.

    Beside a log-rank test it is the ratio of the unadjusted Cox model, as in the caption of the curves (rule 6.7).
    """
    known = rows[rows["estimate_type"].eq("auc") & rows["estimate"].notna()]
    if rows["method"].iloc[0] == "logrank":
        same = of_same_groups(given, next(wording.each(rows)))
        unadjusted = same[same["adjusted_for"].isna() & same["estimate"].notna()]
        known = unadjusted[unadjusted["method"].isin(["cox", "firth_cox"])].head(1)
    return wording.estimates(known if len(known) else rows.head(1))


def picture(given: Tables) -> list[Figure]:
    """The figure of the primary test, of those that the sections draw; none where it is of another kind."""
    rows = primary_rows(given.results)
    if rows.empty:
        return []
    row = next(wording.each(rows))
    if row.method == "mann_whitney":
        figures = [strip_of(given, row)]
    else:
        # The log-rank test of the same groups draws those of a Cox model, too.
        tests = given.by_marker()
        tests = tests[tests["method"].eq("logrank") & tests["landmark_months"].isna()]
        asked = ["endpoint", "marker_class", "marker", "contrast", "cut_at"]
        figures = [curves_of(given, each) for each in wording.each(tests.merge(rows.head(1)[asked], on=asked))]
    found = [draw for draw in figures if draw is not None]
    return [draw()._replace(name="primary") for draw in found[:1]]


def by_denominator(given: Tables) -> list[Table]:
    """The primary marker by outcome and by denominator, where a burden's denominators are of several kinds."""
    rows, cohort = primary_rows(given.results), given.cohort
    if rows.empty or "denominator_source" not in cohort or cohort["denominator_source"].nunique() < 2:
        return []
    row = next(wording.each(rows))
    end = given.endpoints().get(row.endpoint)
    if not is_burden(str(row.marker)) or end is None or end.column is None or row.marker not in cohort:
        return []
    known = cohort[cohort[row.marker].notna() & cohort[end.column].notna()]
    groups = [(str(name), part) for name, part in known.groupby("denominator_source")]

    def median_of(outcome: int) -> Any:
        def shown(group: tuple[str, pd.DataFrame]) -> Cell:
            values = group[1].loc[group[1][end.column].eq(outcome), row.marker]
            if values.empty:
                return Cell("nobody")
            return Cell(f"{estimate(values.median())} (n = {len(values)})", float(values.median()))

        return shown

    columns = [
        Column("Denominator", lambda group: group[0], source="tmb.denominator_source"),
        Column("Patients", lambda group: Cell(str(len(group[1])), len(group[1])), True),
        Column("Median, responders", median_of(1), True),
        Column("Median, others", median_of(0), True),
    ]
    caption = f"The primary result by denominator: {wording.label(row.marker)} by {wording.sentence_label(end.name)}"
    return [table(caption, groups, columns)]
