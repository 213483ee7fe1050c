"""Which figures the tables call for, each with its caption: how many patients, who is left out, what the test said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.report import questions, wording
from biomarkers.report.figures.forest import forest
from biomarkers.report.figures.kaplan_meier import EVERYONE, kaplan_meier
from biomarkers.report.figures.marker_by_response import marker_by_response
from biomarkers.report.figures.style import Figure, finished, room_for
from biomarkers.report.figures.swimmer import swimmer

MOST = 8
"""Figures of one kind on a page; the rest is in the tables, which is said."""
SWIMMERS = 160
"""Patients above which a bar for each no longer fits a page."""
GROUP_NAMES = {"responder": "Responders", "non-responder": "Non-responders"}


class Pictures(NamedTuple):
    """Figures of one kind, and how many more were tested but not drawn."""

    figures: list[Figure]
    left_off: int


def by_response(cohort: pd.DataFrame, results: pd.DataFrame | None, plan: Mapping[str, Any]) -> Pictures:
    """A strip chart for each continuous marker tested against a binary endpoint, primary first."""
    ends = questions.endpoints(cohort, results, plan)
    asked: dict[tuple[str, str], str] = {}
    if results is not None:
        tested = questions.by_role(results[results["method"].eq("mann_whitney") & ~questions.is_gene_row(results)])
        for row in wording.each(tested):
            asked.setdefault((row.marker, row.endpoint), str(row.contrast))
    for marker in ["pdl1"] if results is not None else ["tmb_per_mb", "pdl1"]:
        if not any(m == marker for m, _ in asked):
            asked[(marker, "response")] = "responder vs non-responder"
    figures = []
    for (marker, name), contrast in asked.items():
        end = ends.get(name)
        if end is None or end.is_time_to_event:
            continue
        figure = _strip(cohort, results, plan, marker, end, contrast)
        figures += [] if figure is None else [figure]
    return Pictures(figures[:MOST], len(figures[MOST:]))


def _strip(
    cohort: pd.DataFrame,
    results: pd.DataFrame | None,
    plan: Mapping[str, Any],
    marker: str,
    end: questions.Endpoint,
    contrast: str,
) -> Figure | None:
    span = questions.values(cohort, marker)
    outcome = cohort[end.column].astype("float64")
    first, _, second = contrast.partition(" vs ")
    names = [GROUP_NAMES.get(part, wording.label(part)) for part in (first, second or f"no {first}")]
    has_value = span["low"].notna() & span["high"].notna()
    used = has_value & outcome.isin([0, 1])
    if not used.any():
        return None
    group = outcome.map({1.0: names[0], 0.0: names[1]})
    title = wording.label(marker)
    log = questions.on_log_scale(marker, plan)
    chart = marker_by_response(
        span[used],
        group[used],
        cohort.loc[used, "patient"],
        names,
        marker=title + (" (log2 scale)" if log else ""),
        log=log,
    )
    sizes = [int((group[used] == name).sum()) for name in names]
    medians = [((span["low"] + span["high"]) / 2)[used & (group == name)].median() for name in names]
    intervals = int((used & (span["low"] != span["high"])).sum())
    parts = [
        f"n = {int(used.sum())} ({', '.join(f'{n} {name.lower()}' for n, name in zip(sizes, names, strict=True))}).",
        _left_out(len(cohort), int(used.sum()), int((~has_value).sum()), "value", "outcome"),
        "One dot is one patient; the box spans the quartiles, its line is the median.",
        f"{wording.count(intervals, 'patient')} known only as an interval: drawn as a line." if intervals else "",
        _tests(results, marker, end.name, None, ["mann_whitney"]),
    ]
    alt = f"{title} in {sizes[0]} {names[0].lower()} and {sizes[1]} {names[1].lower()}"
    if not intervals:
        alt += f"; medians {wording.number(medians[0])} and {wording.number(medians[1])}"
    head = f"{title} and {wording.sentence_label(end.name)}"
    return Figure(
        _slug(f"{marker}_by_{end.name}"), head, _joined(parts), alt, finished(chart, alt, beside=room_for(names))
    )


def survival(cohort: pd.DataFrame, results: pd.DataFrame | None, plan: Mapping[str, Any]) -> Pictures:
    """Kaplan-Meier curves of every grouping that a log-rank test compared, the primary marker first; genes not."""
    if results is None:
        return Pictures([], 0)
    ends = questions.endpoints(cohort, results, plan)
    ordered = questions.by_marker(results[~questions.is_gene_row(results)])
    tested = ordered[ordered["method"].eq("logrank")]
    figures: dict[tuple[str, ...], Figure] = {}
    for row in wording.each(tested):
        key = (row.endpoint, row.marker, str(row.contrast))
        end = ends.get(row.endpoint)
        if key in figures or end is None or not end.is_time_to_event:
            continue
        groups = questions.groups(cohort, row.marker, str(row.contrast))
        if groups is None:
            continue
        figure = _curves(cohort, results, end, row.marker, str(row.contrast), groups)
        if figure is not None:
            figures[key] = figure
    drawn = list(figures.values())
    return Pictures(drawn[:MOST], len(drawn[MOST:]))


def overall(cohort: pd.DataFrame, results: pd.DataFrame | None, plan: Mapping[str, Any]) -> list[Figure]:
    """Kaplan-Meier curves of all patients, one for each time-to-event endpoint."""
    found = []
    for end in questions.endpoints(cohort, results, plan).values():
        if end.is_time_to_event:
            everyone = questions.Groups(pd.Series(EVERYONE, index=cohort.index), [EVERYONE])
            found.append(_curves(cohort, None, end, "", "", everyone))
    return [figure for figure in found if figure is not None]


def _curves(
    cohort: pd.DataFrame,
    results: pd.DataFrame | None,
    end: questions.Endpoint,
    marker: str,
    contrast: str,
    groups: questions.Groups,
) -> Figure | None:
    time = cohort[end.time].astype("float64")
    event = cohort[end.event].astype("float64")
    followed = time.notna() & event.notna()
    used = followed & groups.of_patient.notna()
    names = [name for name in groups.names if (groups.of_patient[used] == name).any()]
    if not names or (marker and len(names) < 2):
        return None
    what = wording.label(end.name)
    legend = wording.short_label(marker) if marker else ""
    chart = kaplan_meier(
        time[used],
        event[used],
        groups.of_patient[used],
        names,
        what=what,
        legend=legend,
    )
    sizes = []
    for name in names:
        of_group = used & (groups.of_patient == name)
        sizes.append(f"{name}: {int(of_group.sum())} patients, {int(event[of_group].sum())} events")
    by_group = f" ({'; '.join(sizes)})" if marker else ""
    events = wording.count(int(event[used].sum()), "event")
    parts = [
        f"n = {int(used.sum())} with {events}{by_group}.",
        _left_out(len(cohort), int(used.sum()), int((~groups.of_patient.notna()).sum()), "group", "follow-up"),
        "Vertical ticks are patients censored at that time; bands are 95% log-log intervals.",
        _tests(results, marker, end.name, contrast, ["logrank", "cox", "firth_cox"]),
    ]
    head = f"{what} by {wording.label(marker)}, {contrast}" if marker else f"{what}, all patients"
    alt = f"Kaplan-Meier curves of {wording.sentence_label(end.name)}. {'; '.join(sizes)}"
    name = _slug(f"{end.name}_by_{marker}_{contrast}" if marker else f"{end.name}_all")
    return Figure(
        name, head, _joined(parts), alt, finished(chart, alt, beside=max(85, room_for(f"{legend} {n}" for n in names)))
    )


def swimmers(cohort: pd.DataFrame) -> list[Figure]:
    """The time without progression of each patient, when the cohort has it and is small enough to be read."""
    if "pfs_months" not in cohort or "pfs_event" not in cohort or "best_response" not in cohort:
        return []
    used = cohort["pfs_months"].notna() & cohort["pfs_event"].notna()
    if not used.any() or used.sum() > SWIMMERS:
        return []
    rows = cohort[used]
    chart = swimmer(rows["patient"], rows["best_response"], rows["pfs_months"], rows["pfs_event"].astype(int))
    going = int((rows["pfs_event"] == 0).sum())
    alt = f"Time without progression of {len(rows)} patients by best response; {going} had no event when last seen"
    parts = [
        f"n = {len(rows)}; {going} had neither progressed nor died when last seen (arrow).",
        _left_out(len(cohort), len(rows), 0, "", "follow-up"),
        "Bars are sorted by length.",
    ]
    return [
        Figure("time_on_study", "Each patient's time without progression", _joined(parts), alt, finished(chart, alt))
    ]


def forests(results: pd.DataFrame) -> list[Figure]:
    """Hazard ratios and odds ratios of declared markers, unadjusted, one figure each."""
    found = []
    kinds = {
        "hazard_ratio": (["cox", "firth_cox"], "Hazard ratio (right of 1: more events in the first group)"),
        "odds_ratio": (["fisher"], "Odds ratio (right of 1: the outcome is more frequent in the first group)"),
    }
    results = questions.by_marker(results)
    for kind, (methods, title) in kinds.items():
        rows = results[results["estimate_type"].eq(kind) & results["method"].isin(methods)]
        rows = rows[~questions.is_gene_row(rows) & rows["contrast"].astype(str).str.contains(" vs ")]
        rows = rows.drop_duplicates(["endpoint", "marker", "contrast"])
        drawn = rows[rows["estimate"].gt(0) & rows["ci_low"].notna() & rows["ci_high"].notna()]
        if len(drawn) < 2:
            continue
        drawn = drawn.head(24)
        label = [
            f"{wording.short_label(r.marker)} {r.contrast}, {wording.short_label(r.endpoint)}"
            for r in wording.each(drawn)
        ]
        table = drawn.assign(label=label, p=drawn["p_value"])
        alt = f"{title.split(' (')[0]}s of {len(drawn)} comparisons with 95% intervals"
        parts = [
            f"{len(drawn)} of {len(rows)} comparisons of the result table.",
            "Squares are estimates, lines 95% intervals, cut at the edge of the axis; unadjusted for other "
            "markers and for the number of tests.",
        ]
        found.append(
            Figure(
                kind,
                title.split(" (")[0] + "s at a glance",
                _joined(parts),
                alt,
                finished(forest(table, title=title), alt, beside=room_for(label)),
            )
        )
    return found


def _tests(results: pd.DataFrame | None, marker: str, endpoint: str, contrast: str | None, methods: list[str]) -> str:
    """What the result table says of this comparison: `Log-rank p = 0.0004; hazard ratio 0.20 (95% CI ...)`."""
    if results is None:
        return ""
    rows = results[results["marker"].eq(marker) & results["endpoint"].eq(endpoint) & results["method"].isin(methods)]
    if contrast is not None:
        rows = rows[rows["contrast"].eq(contrast)]
    said = []
    for method in methods:
        of_method = rows[rows["method"].eq(method)].drop_duplicates("estimate_type")
        if of_method.empty:
            continue
        p = wording.p_phrase(of_method["p_value"].iloc[0])
        facts = ", ".join(filter(None, [p, *wording.estimates(of_method)]))
        said += [f"{wording.METHODS[method]}: {facts}."] if facts else []
    return " ".join(said)


def _left_out(total: int, used: int, without_value: int, value: str, other: str) -> str:
    """Who of the cohort is not in the figure and why."""
    left = total - used
    if not left:
        return f"All {total} patients of the cohort are shown."
    reasons = [f"{without_value} without a {value}"] if without_value else []
    if left > without_value:
        reasons.append(f"{left - without_value} without {other}")
    return f"Left out: {', '.join(reasons)}."


def _joined(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)


def _slug(text: str) -> str:
    """A file name without surprises; `>` and `<` keep apart what they tell apart.

    >>> _slug("pfs_by_tmb_>= 10 vs < 10")
    'pfs_by_tmb_ge_10_vs_lt_10'
    """
    for sign, word in ((">=", "ge "), ("<=", "le "), (">", "gt "), ("<", "lt ")):
        text = text.replace(sign, word)
    return re.sub(r"[^A-Za-z0-9.]+", "_", text).strip("_.")[:80] or "figure"
