"""Two markers in four groups at the plan's first cuts, and each marker alone beside itself with the covariates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from biomarkers.errors import count
from biomarkers.report import wording
from biomarkers.report.blocks import Beside, Block, Choice, Column, Heading, Paragraph, absent, table, value_cell
from biomarkers.report.figures.forest import MOST_ROWS
from biomarkers.report.figures.quadrants import quadrants
from biomarkers.report.figures.style import Figure, finished, room_for, slug
from biomarkers.report.figures.two_forests import two_forests
from biomarkers.report.given import Tables
from biomarkers.report.numbers import bounds, estimate, number, p_phrase, p_value, percent
from biomarkers.report.sections.associations import RATIOS
from biomarkers.report.sections.markers import GROUP_NAMES
from biomarkers.stats import cuts

FIRST_PAIR = ("tmb_per_mb", "pdl1")
"""The two markers that are drawn where the plan names no other pair, as the tests do."""
ALONE, BESIDE = "Univariable", "Multivariable"
MODELS = {"hazard_ratio": ("cox", "firth_cox"), "odds_ratio": ("logistic", "firth_logistic")}
"""Methods whose rows are models, by what they estimate."""


class Cut(NamedTuple):
    """A cutoff of the plan with its groups as they are written, the upper one first."""

    at: float
    side: str
    above: str
    below: str


def together(given: Tables) -> list[Block]:
    """Two markers in four groups, beside them each marker alone and with the covariates."""
    return [Beside([four_groups(given), [Heading("Alone and with covariates"), *models(given)]])]


def four_groups(given: Tables) -> list[Block]:
    """Patients by both markers with the response rate of each group; a sentence where the plan does not cut both."""
    pair = _pair(given.plan)
    cut = [_first_cut(given, marker) for marker in pair]
    response = given.response()
    if response is None or cut[0] is None or cut[1] is None:
        names = " and ".join(wording.short_label(marker) for marker in pair)
        text = f"{names} are not drawn together: that needs a response and a cutoff of both in the plan."
        return [Paragraph(text, "absent")]
    labels = [wording.short_label(marker) for marker in pair]
    groups = [
        f"{labels[0]} {one}, {labels[1]} {two}"
        for one in (cut[0].above, cut[0].below)
        for two in (cut[1].above, cut[1].below)
    ]
    spans = [given.values(marker) for marker in pair]
    sides = [
        cuts.sides(span["low"].to_numpy(), span["high"].to_numpy(), at=one.at, side=one.side)
        for span, one in zip(spans, cut, strict=True)
        if one is not None
    ]
    code = pd.Series(3 - 2 * sides[0] - sides[1], index=given.cohort.index)
    outcome = given.cohort[response.column].astype("float64")
    used = code.notna() & outcome.isin([0, 1])
    if not used.any():
        return [Paragraph(f"Nobody has a response and a group by both {labels[0]} and {labels[1]}.", "absent")]
    return [_strips(given, pair, cut[0], groups, spans, code[used].astype(int), outcome[used])]


def _strips(
    given: Tables,
    pair: tuple[str, str],
    cut: Cut,
    groups: list[str],
    spans: list[pd.DataFrame],
    code: pd.Series,
    outcome: pd.Series,
) -> Figure:
    """The figure; code: the place of each patient's group in `groups`, of those who are in one and have an outcome."""
    said = []
    for place, name in enumerate(groups):
        n, responders = int(code.eq(place).sum()), int(outcome[code.eq(place)].sum())
        said.append((name, f"{responders}/{n} ({percent(responders / n)})" if n else "nobody"))
    rows = [f"{name}\n{rate}" for name, rate in said]
    of = {1.0: GROUP_NAMES["responder"], 0.0: GROUP_NAMES["non-responder"]}
    data = pd.DataFrame(
        {
            "patient": given.cohort.loc[code.index, "patient"],
            "value": spans[0].loc[code.index].mean(axis=1),
            "low": spans[1].loc[code.index, "low"],
            "high": spans[1].loc[code.index, "high"],
            "group": [rows[place] for place in code],
            "outcome": outcome.map(of),
        }
    )
    titles = [wording.label(pair[0]), wording.label(pair[1]), "log" if given.on_log_scale(pair[0]) else ""]
    chart = quadrants(data, rows, list(of.values()), cut=cut.at, titles=titles)
    head = f"{wording.short_label(pair[0])} and {wording.short_label(pair[1])} together"
    rates = "; ".join(f"{name}: {rate}" for name, rate in said)
    alt = f"{head}, responders of all in each group: {rates}"
    without = len(given.cohort) - len(code)
    parts = [
        f"n = {len(code)}. Responders of all in each group: {rates}. Cutoffs are the first of the plan.",
        "One dot is one patient; the dashed line is the cutoff.",
        f"Left out: {count(without, 'patient')} without a response or a group by both markers." if without else "",
        _tested(given, pair, len(code)),
    ]
    spec = finished(chart, alt, beside=room_for(groups))
    return Figure(slug(f"{pair[0]}_and_{pair[1]}"), head, " ".join(filter(None, parts)), alt, spec)


def _tested(given: Tables, pair: tuple[str, str], n: int) -> str:
    """The p of the four groups from the table of results; empty without one, or where it is of other patients."""
    rows, end = given.tests(), given.response()
    assert end is not None
    of_pair = rows["of_marker"].eq(pair[0]) & rows["with_marker"].eq(pair[1])
    rows = rows[of_pair & rows["endpoint"].eq(end.name) & rows["method"].eq("fisher")]
    if rows.empty or rows["n"].iloc[0] != n:
        return ""
    said = p_phrase(rows["p_value"].iloc[0])
    return f"Fisher's exact test of the four groups: {said}." if said else ""


def _pair(plan: Mapping[str, Any]) -> tuple[str, str]:
    pairs = plan.get("interactions") or []
    return (str(pairs[0][0]), str(pairs[0][1])) if pairs else FIRST_PAIR


def _first_cut(given: Tables, marker: str) -> Cut | None:
    """The plan's first cutoff of a marker; the value of a median is that of its test. None without one."""
    rule = (given.plan.get("markers") or {}).get(marker) or {}
    named = rule.get("cutpoints") or []
    if not named or given.values(marker)["low"].isna().all():
        return None
    at, side = named[0]["at"], named[0]["side"]
    if isinstance(at, str):
        tests = given.tests()
        own = tests["marker"].eq(marker) & tests["cut_named"].eq(at) & tests["cut_side"].eq(side)
        of_all = tests["subgroup"].isna() & tests["landmark_months"].isna()
        found = tests.loc[own & of_all, "cut_at"].dropna()
        if found.empty:
            return None
        at = found.iloc[0]
    return Cut(float(at), side, f"{side} {number(at)}", f"{wording.OTHER_SIDE[side]} {number(at)}")


def models(given: Tables) -> list[Block]:
    """Of each endpoint the ratio of every marker alone and beside the covariates, drawn and as a table."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    of_ends = {end: pairs_of_models(given, end) for end in given.endpoints()}
    options = [
        (wording.label(end), _two_columns(end, rows))
        for end, rows in of_ends.items()
        if rows["column"].eq(BESIDE).any()
    ]
    if not options:
        return [Paragraph("No marker was adjusted for covariates: the plan names none.", "absent")]
    text = (
        "Each marker has a model of its own, alone and beside the covariates of the plan. Both columns may be of "
        "different patients, since a covariate may be missing: n tells it. Ratios above 1 mean more events with more "
        "of the marker, or in the first group."
    )
    return [Paragraph(text), Choice("Endpoint of the models", options)]


def pairs_of_models(given: Tables, end: str) -> pd.DataFrame:
    """Rows of the table of results with `column` and `label`: models of a marker at an endpoint, alone and adjusted."""
    rows = given.tests()
    rows = rows[rows["endpoint"].eq(end) & rows["subgroup"].isna() & rows["landmark_months"].isna()]
    of_model = pd.Series(False, index=rows.index)
    for kind, methods in MODELS.items():
        of_model |= rows["estimate_type"].eq(kind) & rows["method"].isin(methods)
    rows = rows[of_model & rows["marker_class"].eq("declared") & rows["cut_at"].isna()]
    rows = rows.assign(column=np.where(rows["adjusted_for"].notna(), BESIDE, ALONE))
    rows = rows[rows["with_marker"].isna()]
    rows = rows.assign(
        label=[f"{wording.short_label(row.marker)}, {wording.comparison(row)}" for row in wording.each(rows)]
    )
    return rows.drop_duplicates(["label", "column"])


def _two_columns(end: str, rows: pd.DataFrame) -> list[Block]:
    """The figure and the table of one endpoint."""
    labels = rows["label"].drop_duplicates().tolist()
    known = rows[
        rows["estimate"].gt(0) & rows["estimate"].lt(np.inf) & rows["ci_low"].notna() & rows["ci_high"].notna()
    ]
    shown = [label for label in labels if known["label"].eq(label).any()][:MOST_ROWS]
    drawn = known[known["label"].isin(shown)]
    drawn = drawn.assign(place=drawn["label"].map(shown.index)).sort_values("place", kind="stable")
    name, _, reading = RATIOS[str(rows["estimate_type"].iloc[0])]
    numbers = [
        f"{estimate(row.estimate)} ({bounds(row.ci_low, row.ci_high).replace(' to ', '–')})"
        for row in wording.each(drawn)
    ]
    columns = ["label", "column", "estimate", "ci_low", "ci_high", "p_value", "n"]
    title = wording.label(end)
    head = f"{title}: {name.lower()}s alone and with covariates"
    blocks: list[Block] = []
    if len(drawn) > 1:
        chart = two_forests(drawn[columns].assign(numbers=numbers), [ALONE, BESIDE], title=name)
        alt = f"{name}s of {count(len(shown), 'marker')} for {wording.sentence_label(end)}, alone and with covariates"
        caption = (
            f"{len(shown)} of {count(len(labels), 'row')} of the table below. Left: the marker alone; right: beside "
            f"covariates. Squares are estimates, lines 95% intervals; {reading.partition(':')[0]}: more of the event."
        )
        spec = finished(chart, alt, beside=24)
        blocks.append(Figure(slug(f"models_{end}"), head, caption, alt, spec))
    of = {(row.label, row.column): row for row in wording.each(rows)}
    listed = [Column("Marker", str, room="some"), *_columns(of)]
    return [*blocks, table(head, labels, listed, of="results", aside=bool(blocks))]


def _columns(of: Mapping[tuple[str, str], Any]) -> list[Column]:
    """Ratio with interval, p and n, alone and beside covariates."""

    def made(column: str) -> list[Column]:
        def cell(name: str, show: Any) -> Any:
            def shown(label: str) -> Any:
                row = of.get((label, column))
                return "" if row is None else value_cell(getattr(row, name), show(row))

            return shown

        def ratio(row: Any) -> str:
            limits = bounds(row.ci_low, row.ci_high)
            return estimate(row.estimate) + (f" ({limits})" if limits else "")

        return [
            Column(f"{column}: ratio (95% CI)", cell("estimate", ratio), True, source="estimate"),
            Column(f"{column}: p", cell("p_value", lambda row: p_value(row.p_value)), True, source="p_value"),
            Column(f"{column}: n", cell("n", lambda row: number(row.n)), True, source="n"),
        ]

    return [*made(ALONE), *made(BESIDE)]
