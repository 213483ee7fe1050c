"""The sections of the page, one function each, from the tables to paragraphs, tables and figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from biomarkers.report import burdens, pictures, questions, wording
from biomarkers.report.associations import associations, genes
from biomarkers.report.blocks import (
    Block,
    Cell,
    Column,
    Flow,
    Items,
    Paragraph,
    Picture,
    Section,
    Step,
    Table,
    absent,
    plain_table,
    value_cell,
)
from biomarkers.report.given import Tables


def sections(given: Tables) -> list[Section]:
    """All sections but the last (notes), in the order of the page."""
    return [
        Section("patients", "Patients", _patients(given)),
        Section("endpoints", "Response and survival", _endpoints(given)),
        Section("markers", "Markers by response", _markers(given)),
        Section("survival", "Survival by marker", _survival(given)),
        Section("association", "All associations tested", associations(given)),
        Section("genes", "Genes", genes(given)),
        Section("burden", "Tumor mutation burden", _burden(given)),
        Section("safety", "Adverse events", _safety(given)),
    ]


def _patients(given: Tables) -> list[Block]:
    blocks: list[Block] = []
    if given.flow is None:
        blocks.append(absent("The flow of patients", "--flow"))
    else:
        blocks += [_flow(given.flow), *_unmatched(given.flow)]
    return [*blocks, _completeness(given)]


def _flow(flow: pd.DataFrame) -> Flow:
    steps = flow[flow["step"].isin(list(wording.STEPS))]
    counts = steps.groupby("step", sort=False)["n"].first()
    enrolled: Any = counts.get("enrolled", counts.max())
    shown = []
    for name, rows in steps.groupby("step", sort=False):
        n: Any = rows["n"].iloc[0]
        known = not wording.missing(n) and not wording.missing(enrolled) and int(enrolled) > 0
        exclusions = []
        for row in wording.each(rows):
            number = "" if wording.missing(row.excluded) else f"{int(row.excluded)} not: "
            if number.startswith("0 not"):
                continue
            reason = "" if wording.missing(row.reason) else str(row.reason)
            who = "" if wording.missing(row.patients) else str(row.patients)
            if number or reason:
                exclusions.append(((number + reason).rstrip(": "), who))
        text = "not known" if wording.missing(n) else f"{int(n):,}"
        shown.append(Step(wording.STEPS[str(name)], text, int(n) / int(enrolled) if known else None, exclusions))
    return Flow(shown)


def _unmatched(flow: pd.DataFrame) -> list[Block]:
    rows = flow[~flow["step"].isin(list(wording.STEPS)) & flow["n"].fillna(0).gt(0)]
    if rows.empty:
        return []
    columns = [c for c in ("step", "sheet", "n", "reason", "patients") if c in rows and rows[c].notna().any()]
    titles = {"step": "What", "sheet": "Sheet", "n": "n", "reason": "Reason", "patients": "Identifiers"}
    frame = rows[columns].assign(step=rows["step"].map(wording.label))
    return [
        plain_table(
            "Identifiers that stand in one sheet only, and samples not used", frame, [titles[c] for c in columns]
        )
    ]


def _completeness(given: Tables) -> Table:
    """How many patients have each endpoint and marker that was asked about."""
    cohort, rows = given.cohort, []
    for end in questions.endpoints(cohort, given.results, given.plan).values():
        if end.is_time_to_event:
            known = cohort[end.time].notna() & cohort[end.event].notna()
            rows.append((f"{wording.label(end.name)} (months and event)", known))
        else:
            rows.append((wording.label(end.name), cohort[end.column].notna()))
    tested: Iterable[str] = (
        [] if given.results is None else given.results.loc[~questions.is_gene_row(given.results), "marker"]
    )
    for marker in dict.fromkeys([*(given.plan.get("markers") or {}), *tested, "tmb_per_mb", "pdl1"]):
        known = questions.values(cohort, marker)["low"].notna()
        if marker in cohort:
            known |= cohort[marker].notna()
        if known.any() or marker in cohort:
            rows.append((wording.label(marker), known))
    total = len(cohort)
    cells = [
        [
            Cell(name),
            value_cell(int(k.sum())),
            value_cell(total - int(k.sum())),
            Cell(wording.percent(k.mean()), k.mean()),
        ]
        for name, k in rows
    ]
    columns = [Column("Available"), Column("With a value", True), Column("Missing", True), Column("Share", True)]
    return Table(f"What is known of the {wording.count(total, 'patient')} in the cohort table", columns, cells)


def _endpoints(given: Tables) -> list[Block]:
    blocks: list[Block] = []
    if given.rates is None:
        blocks.append(absent("The table of rates", "--rates"))
    else:
        rates = given.rates
        is_survival = rates["endpoint"].str.contains("_rate$|_median$", regex=True)
        for caption, rows in (
            ("Response: shares of patients with exact (Clopper-Pearson) 95% intervals", rates[~is_survival]),
            ("Survival: Kaplan-Meier estimates with 95% intervals", rates[is_survival]),
        ):
            if len(rows):
                blocks.append(_rates(caption, rows))
    blocks += [Picture(f) for f in pictures.overall(given.cohort, given.results, given.plan)]
    return [*blocks, *(Picture(f) for f in pictures.swimmers(given.cohort))]


def _rates(caption: str, rates: pd.DataFrame) -> Table:
    columns = [
        Column("Endpoint"),
        Column("Definition"),
        Column("Estimate", True),
        Column("95% CI", True),
        Column("n", True),
        Column("Events", True),
    ]
    with_risk = rates["n_at_risk"].notna().any()
    columns += [Column("At risk then", True)] if with_risk else []
    rows = []
    for row in wording.each(rates):
        is_median = str(row.endpoint).endswith("_median")
        name = wording.label(row.endpoint)
        if not wording.missing(row.time_months):
            name += f" at {wording.months(row.time_months).replace('.0 ', ' ')}"
        shown = wording.months(row.estimate) if is_median else wording.percent(row.estimate)
        within = wording.month_bounds if is_median else wording.percent_bounds
        limits = within(row.ci_low, row.ci_high)
        cells = [
            Cell(name),
            Cell("" if wording.missing(row.definition) else wording.label(row.definition)),
            value_cell(row.estimate, shown) if shown else Cell("not reached" if is_median else "not known"),
            Cell(limits),
            value_cell(row.n),
            value_cell(row.events),
        ]
        rows.append([*cells, value_cell(row.n_at_risk)] if with_risk else cells)
    return Table(caption, columns, rows)


def _markers(given: Tables) -> list[Block]:
    found = pictures.by_response(given.cohort, given.results, given.plan)
    if not found.figures:
        text = "No continuous marker stands beside a response in the cohort table, so there is nothing to draw."
        return [Paragraph(text, "absent")]
    return [*(Picture(f) for f in found.figures), *_more(found.left_off)]


def _survival(given: Tables) -> list[Block]:
    if given.results is None:
        return [absent("The table of results", "--results")]
    found = pictures.survival(given.cohort, given.results, given.plan)
    if not found.figures:
        return [Paragraph("No groups of patients were compared in time, so there are no curves to draw.", "absent")]
    return [*(Picture(f) for f in found.figures), *_more(found.left_off)]


def _more(left_off: int) -> list[Block]:
    text = f"{wording.count(left_off, 'further comparison')} tested but not drawn; see the tables below."
    return [Paragraph(text)] if left_off else []


def _burden(given: Tables) -> list[Block]:
    if given.tmb is None or given.tmb.empty:
        return [absent("The table of tumor mutation burden", "--tmb")]
    rows = []
    for name, of in given.tmb.groupby("definition", sort=False):
        valued = of["tmb_per_mb"].dropna()
        middle, low, high = (wording.number(valued.quantile(q)) for q in (0.5, 0, 1))
        rows.append(
            [
                Cell(wording.label(name)),
                value_cell(len(valued)),
                value_cell(len(of) - len(valued)),
                value_cell(valued.median(), f"{middle} ({low} to {high})" if len(valued) else ""),
                value_cell(int(valued.ge(10).sum())),
                value_cell(of["callable_mb"].median()),
                Cell(", ".join(sorted(of["denominator_source"].dropna().astype(str).unique()))),
                value_cell(int(of["tumor_only"].fillna(0).sum())),
            ]
        )
    titles = [
        "With a value",
        "Without",
        "Median (range) per Mb",
        "At 10 or above",
        "Median Mb",
        "Denominator",
        "Tumor-only",
    ]
    columns = [Column("Definition"), *(Column(t, t != "Denominator") for t in titles)]
    text = (
        "Mutations per megabase depend on what counts and over which bases; values of different definitions "
        "or denominators "
        "cannot be compared. An exome at 10 per Mb or above is not the FDA-approved test."
    )
    drawn = [*burdens.burdens(given.tmb), *burdens.agreements(given.tmb, given.agreement)]
    drawn += [] if given.steps is None else burdens.denominators(given.steps)
    return [Paragraph(text), Table("Samples by definition", columns, rows), *(Picture(f) for f in drawn)]


def _safety(given: Tables) -> list[Block]:
    if given.adverse_events is None:
        return [absent("The table of adverse events", "--adverse-events")]
    events = given.adverse_events
    overall, terms = (
        events[events["level"].eq("all")],
        events[events["level"].eq("term") & events["category"].eq("any")],
    )
    severe = terms[["grade_3", "grade_4", "grade_5"]].sum(axis=1)
    kinds = [
        [
            Cell(wording.label(r.category)),
            value_cell(r.patients),
            value_cell(r.share, wording.percent(r.share)),
            value_cell(r.events),
        ]
        for r in wording.each(overall)
    ]
    named = [
        [
            Cell(str(r.term)),
            Cell("" if wording.missing(r.soc) else str(r.soc)),
            value_cell(r.patients),
            value_cell(r.share, wording.percent(r.share)),
            value_cell(high),
        ]
        for r, high in sorted(zip(wording.each(terms), severe, strict=True), key=lambda pair: -pair[0].patients)
    ]
    treated = events["n"].max()
    text = f"Treatment-emergent events; each of the {wording.number(treated)} treated patients counts once in a row."
    counts = [Column("Patients", True), Column("Share", True)]
    return [
        Paragraph(text),
        Table("Patients with an adverse event", [Column("Kind"), *counts, Column("Events", True)], kinds),
        Table(
            "By term",
            [Column("Term"), Column("Class"), *counts, Column("Grade 3 or higher", True)],
            named,
            len(named) > 8,
        ),
    ]


def notes(versions: Mapping[str, str], files: list[list[str]], plan: Mapping[str, Any]) -> Section:
    """What the numbers mean, what they do not, and from which files and programs they come."""
    texts = [
        "TMB of 0 is a value; a sample that failed is missing. PD-L1 that was not tested or not evaluable is "
        "missing, not negative.",
        "Response rates count all treated patients; patients who could not be evaluated count as "
        "non-responders, and the rate "
        "among the evaluable stands beside it.",
        "Intervals are 95%. Ratios: above 1 means more events in the group named first. A Mann-Whitney test compares "
        "ranks; its shift is the Hodges-Lehmann estimate on the marker's own scale.",
        "A cut is called only when the whole reported value lies on one side of it: a PD-L1 of 1-49% is "
        "neither side of 10%.",
        "All patients received the treatment. An association found here cannot tell whether the marker "
        "points to benefit from "
        "this treatment or to a milder course under any; that takes patients who were treated otherwise.",
        "This page is for research. It is no medical device and no basis for the treatment of a person.",
    ]
    sources = Table(
        "Files that this page was made from",
        [Column("Table"), Column("File"), Column("Rows", True), Column("SHA-256")],
        [[Cell(t) for t in row] for row in files],
    )
    programs = Table(
        "Programs", [Column("Program"), Column("Version")], [[Cell(k), Cell(v)] for k, v in versions.items()]
    )
    seed = plan.get("seed")
    drawn = [Paragraph(f"Random numbers of the analysis start at seed {seed}.")] if seed is not None else []
    return Section("notes", "Notes and provenance", [Items(texts), *drawn, sources, programs])
