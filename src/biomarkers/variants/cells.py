"""Rows as the text of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from biomarkers.variants.eligibility import COLUMNS, Row

KEPT = 10_000
"""Texts of fractions that are remembered."""
TUMOR_ONLY_AT = COLUMNS.index("tumor_only") - 2


class Shown(dict[float, str]):
    """The text of fractions above 0: the same few come again and again, and finding their shortest text takes long."""

    def __missing__(self, value: float) -> str:
        text = str(value)
        if len(self) < KEPT:
            self[value] = text
        return text


def line_maker(patient: str, sample: str, *, tumor_only: bool) -> Callable[[Row], str]:
    """The function row -> its line, without the line's end."""
    line, shown = _template(patient, sample, tumor_only), Shown()

    def made(row: Row) -> str:
        chrom, pos, ref, alt, status, depth, reads, vaf, share, gene, transcript, terms, protein, common, *rest = row
        *last, beside, beside_reads, in_normal = rest
        text = line % (
            chrom,
            pos,
            ref,
            alt,
            status,
            "" if depth is None else depth,
            "" if reads is None else reads,
            shown[vaf] if vaf else _zero(vaf),
            shown[share] if share else _zero(share),
            gene,
            transcript,
            terms,
            protein,
            shown[common] if common else _zero(common),
            *last,
            "" if beside is None else beside,
            "" if beside_reads is None else beside_reads,
            in_normal,
        )
        return text if '"' not in text else _quoted(text)

    return made


def _zero(value: float | None) -> str:
    return "" if value is None else str(value)


def _template(patient: str, sample: str, tumor_only: bool) -> str:
    """A line of the table as a format of the values of a Row."""
    cells = ["%s"] * len(Row._fields)
    cells.insert(TUMOR_ONLY_AT, str(int(tumor_only)))
    return "\t".join([patient.replace("%", "%%"), sample.replace("%", "%%"), *cells])


def _quoted(line: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="").writerow(line.split("\t"))
    return out.getvalue()
