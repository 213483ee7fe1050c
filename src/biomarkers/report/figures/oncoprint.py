"""Who carries a variant of which gene: patients as columns, the burden on top, the response under it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from biomarkers.genome.consequence_terms import terms_in
from biomarkers.report.figures.style import FULL, GRID, INK, PAPER, RESPONSES, tooltips

KINDS = {
    "truncating": "#1f2933",
    "splice site": "#8e3b8a",
    "missense": "#00795a",
    "in-frame": "#7a6a00",
    "other": "#a65628",
}
"""Kinds of variants, gravest first, with their colours; of several in one gene the gravest is drawn."""
TRUNCATING = {"stop_gained", "frameshift_variant", "start_lost", "stop_lost", "transcript_ablation"}
SPLICE = {"splice_acceptor_variant", "splice_donor_variant"}
NARROW = FULL // 4
"""Patients from whom on no gaps are between them: on a screen they would be narrower than half a pixel."""
IN_FRAME = {"inframe_insertion", "inframe_deletion"}


def kind_of(consequence: str) -> str:
    """The kind of a variant; consequence: as an annotator or a MAF writes it.

    >>> kind_of("stop_gained"), kind_of("Missense_Mutation"), kind_of("splice_donor_variant"), kind_of("new")
    ('truncating', 'missense', 'splice site', 'other')
    """
    terms = set(terms_in(consequence))
    of_kind = {"truncating": TRUNCATING, "splice site": SPLICE, "missense": {"missense_variant"}, "in-frame": IN_FRAME}
    return next((kind for kind, wanted in of_kind.items() if terms & wanted), "other")


def oncoprint(
    variants: pd.DataFrame, unseen: pd.DataFrame, patients: pd.DataFrame, labels: dict[str, str], *, title: str
) -> Any:
    """An altair chart. variants: `patient gene label kind change`, one row a patient and gene.

    unseen: `patient label` of who was not looked at for a gene. patients: `patient tmb response`, in drawing order; tmb
    (per Mb) may be missing. labels: of each gene, from top to bottom. title: of the response.
    """
    # Vega cannot order by names that are words of JavaScript: the numbers of columns and rows stand for them.
    columns_of = {patient: column for column, patient in enumerate(patients["patient"])}
    rows_of = {label: row for row, label in enumerate(labels.values())}
    patients = patients.assign(column=range(len(patients)))
    variants, unseen = (
        frame.assign(column=frame["patient"].map(columns_of), row=frame["label"].map(rows_of))
        for frame in (variants, unseen)
    )
    x = alt.X("column:O", title=None).axis(None)
    x = x.scale(padding=0) if len(patients) > NARROW else x
    colours = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    y_gene = alt.Y("row:O", title=None).axis(None)
    # A column a patient, not a box of each patient and gene: of 1,000 patients the boxes were most of the figure.
    columns = alt.Chart(patients[["patient", "column"]]).mark_rect(color=GRID).encode(x=x)
    gaps = alt.Chart(unseen[["patient", "label", "column", "row"]]).mark_rect(color=PAPER).encode(x=x, y=y_gene)
    empty = columns + gaps if len(unseen) else columns
    tooltip = tooltips({"patient:N": "Patient", "gene:N": "Gene", "kind:N": "Variant", "change:N": "Change"})
    cells = (
        alt.Chart(variants)
        .mark_rect()
        .encode(
            x=x,
            y=y_gene,
            color=alt.Color("kind:N", sort=list(KINDS), scale=colours).legend(
                alt.Legend(columns=5, symbolType="square")
            ),
            tooltip=tooltip,
        )
    )
    names = (
        alt.Chart(pd.DataFrame({"gene": list(labels), "label": list(rows_of), "row": list(rows_of.values())}))
        .mark_text(align="right", fontSize=11, cursor="pointer", color=INK)
        .encode(x=alt.value(-8), y=y_gene, text="label:N")
    )
    parts = [(empty + cells + names).properties(width=FULL, height=18 * len(labels))]
    present = [name for name in RESPONSES if patients["response"].eq(name).any()]
    others = sorted(set(patients["response"].dropna()) - set(present))
    if present or others:
        scale = alt.Scale(domain=present + others, range=[RESPONSES.get(name, "#c9ced4") for name in present + others])
        side = alt.Axis(domain=False, ticks=False, labelPadding=8, labelLimit=150, labelFontSize=11)
        track = (
            alt.Chart(patients.assign(track=title))
            .mark_rect()
            .encode(
                x=x,
                y=alt.Y("track:N", title=None).axis(side),
                color=alt.Color("response:N", scale=scale).legend(alt.Legend(columns=6, symbolType="square")),
                tooltip=tooltips({"patient:N": "Patient", "response:N": "Best response"}),
            )
        )
        parts.insert(0, track.properties(width=FULL, height=16))
    if patients["tmb"].notna().any():
        y = alt.Y("tmb:Q", title="per Mb").scale(type="symlog", constant=1).axis(tickCount=3)
        bars = alt.Chart(patients[patients["tmb"].notna()]).mark_bar(color="#5f6c78")
        tip = tooltips({"patient:N": "Patient", "tmb:Q": "Per Mb"})
        parts.insert(0, bars.encode(x=x, y=y, tooltip=tip).properties(width=FULL, height=60))
    return alt.vconcat(*parts, spacing=6).resolve_scale(color="independent", x="shared")
