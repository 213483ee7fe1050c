"""Rows as the text of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from biomarkers.variants.eligibility import Row

KEPT = 10_000
"""Texts of fractions that are remembered."""


class Shown(dict[float, str]):
    """The text of fractions above 0: the same few come again and again, and finding their shortest text takes long."""

    def __missing__(self, value: float) -> str:
        text = str(value)
        if len(self) < KEPT:
            self[value] = text
        return text


def line_maker(patient: str, sample: str, *, tumor_only: bool) -> Callable[[Row], str]:
    """The function row -> its line, without the line's end."""
    start, only, shown = f"{patient}\t{sample}", int(tumor_only), Shown()

    def made(row: Row) -> str:
        chrom, pos, ref, alt, status, depth, reads, vaf, share, gene, transcript, terms, protein, common, *rest = row
        exclusion, names, events, others, otherwise, beside, beside_reads, in_normal = rest
        text = (
            f"{start}\t{chrom}\t{pos}\t{ref}\t{alt}\t{status}\t{'' if depth is None else depth}\t"
            f"{'' if reads is None else reads}\t{shown[vaf] if vaf else _zero(vaf)}\t"
            f"{shown[share] if share else _zero(share)}\t{gene}\t{transcript}\t{terms}\t{protein}\t"
            f"{shown[common] if common else _zero(common)}\t{exclusion}\t{names}\t{only}\t{events}\t{others}\t"
            f"{otherwise}\t{'' if beside is None else beside}\t{'' if beside_reads is None else beside_reads}\t"
            f"{in_normal}"
        )
        return text if '"' not in text else _quoted(text)

    return made


def _zero(value: float | None) -> str:
    return "" if value is None else str(value)


def _quoted(line: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="").writerow(line.split("\t"))
    return out.getvalue()
