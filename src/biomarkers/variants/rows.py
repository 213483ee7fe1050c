"""What the table of variants has of one ALT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

COLUMNS = (
    "patient", "sample", "chrom", "pos", "ref", "alt", "filter", "depth", "alt_reads", "vaf", "caller_af", "gene",
    "transcript", "consequence", "hgvsp", "population_af", "exclusion", "counted_in", "tumor_only", "n_events",
    "other_genes", "passes_otherwise", "normal_depth", "normal_alt_reads", "in_normal",
)  # fmt: skip


class Row(NamedTuple):
    """One tumor ALT, in the order of `COLUMNS` from `chrom` on."""

    chrom: str
    pos: int
    ref: str
    alt: str
    filter: str
    depth: int | None
    alt_reads: int | None
    vaf: float | None
    caller_af: float | None
    gene: str
    transcript: str
    consequence: str
    hgvsp: str
    population_af: float | None
    exclusion: str
    counted_in: str
    n_events: int
    other_genes: str
    passes_otherwise: str
    normal_depth: int | None = None
    normal_alt_reads: int | None = None
    in_normal: str = ""


Block = Sequence[Sequence[Any]]
"""Many rows as columns, in the order of `Row`."""
