"""Whether the samples come from the individuals that the sample sheet says (docs/methods.md, 9)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from biomarkers.errors import count, first_few
from biomarkers.report import wording
from biomarkers.report.blocks import Block, Cell, Column, Paragraph, Table, patient_names, table, texts
from biomarkers.report.blocks import value_cell as cell
from biomarkers.report.figures.style import Figure, finished
from biomarkers.report.figures.swaps import KINDS
from biomarkers.report.figures.swaps import swaps as drawn
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, number

LINE = 3.0
"""log10 of the odds from which a pair is decided (docs/methods.md, 9.3)."""
ONE, TWO, WRONG, UNKNOWN = KINDS
EXPECTED = {"same": "one patient's", "different": "two patients'"}
OUTCOMES = {
    "same": "one individual",
    "reversed": "one individual, but the normal lost alleles that the tumor has",
    "related": "close relatives, or a mixture of two",
    "different": "different individuals",
    "undetermined": "undetermined",
}
VERDICTS = {
    "match": "as the sheet says",
    "mismatch": "not one individual",
    "reversed": "tumor and normal exchanged",
    "unexpected_match": "one individual, two patients",
    "undetermined": "undetermined",
}
HEADS = {
    "match": "As expected",
    "mismatch": "Not one individual",
    "reversed": "Exchanged",
    "unexpected_match": "One individual",
    "undetermined": "Undetermined",
}
"""Verdicts as headings: what they say in full is the headings' help."""
DOUBTED = ["mismatch", "reversed", "unexpected_match"]
NOT_COMPARED = "in no pair"
NOT_MADE = (
    "The samples' genotypes were not compared, so that a sample swap would not show here. A run compares samples that "
    "enter as reads (FASTQ, BAM or CRAM) where its config names a germline resource; a VCF of somatic calls has "
    "nothing to compare. A table of `biomarkers concordance` is given by its option --concordance."
)
GRID = 100
"""Pairs of two patients that fall on one another within 1 in so many of the axes are drawn once."""


def swaps(given: Tables) -> list[Block]:
    """The counts, the picture, and the pairs of one patient with those that are not what the sheet says."""
    if given.concordance is None:
        return [Paragraph(NOT_MADE, "absent")]
    pairs = compared(given.concordance)
    return [by_verdict(pairs), *picture(pairs), of_pairs(pairs, given.qc)]


def compared(concordance: pd.DataFrame) -> pd.DataFrame:
    """The pairs with `odds` (log10, one individual against the likeliest other account) and `kind`."""
    one = np.fmax(concordance["lod_same"].astype("float64"), concordance["lod_reversed"].astype("float64"))
    other = concordance["lod_related"].astype("float64").clip(lower=0)
    same, verdict = concordance["expected"].eq("same"), concordance["verdict"]
    kinds = [verdict.eq("match") & same, verdict.eq("match"), verdict.eq("undetermined")]
    return concordance.assign(odds=one - other, kind=np.select(kinds, [ONE, TWO, UNKNOWN], WRONG))


def named(pairs: pd.DataFrame) -> str:
    """The samples of the first three pairs with their verdicts, and how many more there are."""
    said = [f"{row.sample_1} and {row.sample_2}: {VERDICTS[row.verdict]}" for row in wording.each(pairs)]
    return first_few(said, 3, apart="; ")


def by_verdict(pairs: pd.DataFrame) -> Table:
    """What the sheet says of the pairs against what the genotypes say."""
    rows = [(name, pairs[pairs["expected"].eq(word)]) for word, name in EXPECTED.items()]

    def counted(verdict: str) -> Any:
        return lambda row: cell(row[1]["verdict"].eq(verdict).sum())

    columns = [
        Column("By the sheet", lambda row: row[0], source="expected"),
        Column("Pairs", lambda row: cell(len(row[1])), True),
        *(Column(title, counted(verdict), True, help=VERDICTS[verdict]) for verdict, title in HEADS.items()),
    ]
    return table(f"Pairs of samples: {_size(pairs)}", rows, columns, of="concordance")


def _size(pairs: pd.DataFrame) -> str:
    """How many samples and pairs; of many samples the table lacks those of two patients that are as they should be."""
    samples = len({*pairs["sample_1"], *pairs["sample_2"]})
    left = samples * (samples - 1) // 2 - len(pairs)
    more = f"; {left:,} more of two patients, found different or undetermined, are not in the table" if left > 0 else ""
    return f"{count(len(pairs), 'pair')} of {count(samples, 'sample')}{more}"


def picture(pairs: pd.DataFrame) -> list[Figure]:
    """Every pair that has a relatedness; of those of two patients that lie on one another only one."""
    known = pairs[pairs["relatedness"].notna() & pairs["odds"].notna()]
    if known.empty:
        return []
    shown = _apart(known)
    counts = {kind: int(known["kind"].eq(kind).sum()) for kind in [ONE, TWO, UNKNOWN, WRONG]}
    counted = "; ".join(f"{kind}: {n:,}" for kind, n in counts.items() if n)
    wrong = f" ({doubted})" if (doubted := named(known[known["kind"].eq(WRONG)])) else ""
    without = len(pairs) - len(known)
    said = [
        f"n = {_size(known)}. {counted}{wrong}.",
        f"{count(without, 'pair')} without a heterozygous site not drawn." if without else "",
        "The odds are those of one individual against the likeliest other account. From 1,000 to 1 "
        f"({number(LINE)} on the axis) a pair is decided; in the shaded field, and with too few sites, it is not.",
        "Of pairs of two patients that lie on one another one is drawn." if len(shown) < len(known) else "",
    ]
    columns = ["patient", "sample_1", "sample_2", "relatedness", "odds", "kind", "informative"]
    alt = f"Relatedness and odds of {count(len(known), 'pair')} of samples. {counted}"
    chart = finished(drawn(shown.rename(columns={"patient_1": "patient"})[columns], line=LINE), alt)
    title = "Which samples come from one individual"
    return [Figure("sample_swaps", title, " ".join(filter(None, said)), alt, chart)]


def _apart(pairs: pd.DataFrame) -> pd.DataFrame:
    """The many first, so that the others lie above them, and without those that would lie on one another."""
    grid = pd.DataFrame({"x": pairs["relatedness"], "y": np.arcsinh(pairs["odds"] / 10)}).mul(GRID).round()
    many = pairs["kind"].eq(TWO)
    kept = pairs[~(many & grid.assign(many=many).duplicated())]
    order = [TWO, ONE, UNKNOWN, WRONG]
    return kept.sort_values("kind", key=lambda kinds: kinds.map(order.index), kind="stable")


def of_pairs(pairs: pd.DataFrame, qc: pd.DataFrame | None) -> Table:
    """Pairs of one patient and those that are not what the sheet says, the wrong ones first, then who is in no pair."""
    told = pairs[pairs["expected"].eq("same") | pairs["verdict"].isin(DOUBTED)]
    order = [*DOUBTED, "undetermined", "match"]
    told = told.sort_values("verdict", key=lambda verdicts: verdicts.map(order.index), kind="stable")
    wrong = int(told["verdict"].isin(DOUBTED).sum())
    alone = _alone(pairs, qc)
    rows = [*wording.each(told), *wording.each(alone)]

    def measured(title: str, column: str) -> Column:
        return Column(title, lambda row: cell(getattr(row, column, None)), True, source=column)

    columns = [
        patient_names("Patient", "patient_1"),
        texts("Sample", "sample_1"),
        patient_names("Other patient", "patient_2"),
        texts("Other sample", "sample_2"),
        Column("Verdict", _verdict, asked="choice", source="verdict"),
        Column("The genotypes say", lambda row: OUTCOMES.get(row.outcome, ""), room="some", source="outcome"),
        measured("Informative sites", "informative"),
        measured("Relatedness", "relatedness"),
        measured("log10 odds", "odds")._replace(help="Of one individual against the likeliest other account."),
    ]
    caption = (
        f"Pairs of one patient, and pairs that are not what the sheet says ({count(wrong, 'such pair')}); "
        f"{count(len(alone), 'sample')} {NOT_COMPARED}"
    )
    return table(caption, rows, columns, of="concordance", aside=True)


def _verdict(row: Any) -> Cell:
    if row.verdict == NOT_COMPARED:
        return Cell(NOT_COMPARED, None, row.why)
    return Cell(VERDICTS[row.verdict])


def _alone(pairs: pd.DataFrame, qc: pd.DataFrame | None) -> pd.DataFrame:
    """Samples of the table of quality that stand in no pair, as rows of pairs without a second sample."""
    columns = ["patient_1", "sample_1", "patient_2", "sample_2", "verdict", "outcome", "why"]
    if qc is None:
        return pd.DataFrame(columns=columns)
    rows = qc[~qc["sample"].isin([*pairs["sample_1"], *pairs["sample_2"]])]
    why = [
        "no reads: it came as calls, which do not tell genotypes" if missing(reads) else "the table of pairs lacks it"
        for reads in rows["total_reads"]
    ]
    names = {"patient_1": rows["patient"], "sample_1": rows["sample"], "patient_2": "", "sample_2": ""}
    return pd.DataFrame(names).assign(verdict=NOT_COMPARED, outcome="", why=why).reindex(columns=columns)
