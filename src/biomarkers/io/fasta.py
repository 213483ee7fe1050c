"""Stretches of bases from a FASTA: by its index where there is one, else by going through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from biomarkers.io.lines import numbered


class Stretch(NamedTuple):
    """0-based, half-open; it may reach beyond its contig, where there are no bases."""

    contig: str
    start: int
    end: int


def bases(fasta: str | Path, index: str | Path | None, wanted: Sequence[Stretch]) -> list[str]:
    """The bases of each stretch in capitals; empty for a contig that is not there.

    index: of samtools faidx, for a FASTA that is not packed; None: the whole file is read.
    """
    if index is None:
        return _by_reading(fasta, wanted)
    rows = (line.split("\t") for line in Path(index).read_text("utf-8").splitlines())
    contigs = {row[0]: [int(cell) for cell in row[1:5]] for row in rows if len(row) >= 5}
    with open(fasta, "rb") as handle:
        return [_seek(handle, contigs[each.contig], each) if each.contig in contigs else "" for each in wanted]


def _seek(handle: BinaryIO, contig: Sequence[int], stretch: Stretch) -> str:
    """contig: its row in the index: bases, offset of the first in bytes, bases a line, bytes a line."""
    length, offset, per_line, width = contig
    start, end = (min(max(at, 0), length) for at in stretch[1:])
    first, last = (offset + at // per_line * width + at % per_line for at in (start, end))
    handle.seek(first)
    return b"".join(handle.read(last - first).split()).decode("ascii", "replace").upper()


def _by_reading(fasta: str | Path, wanted: Sequence[Stretch]) -> list[str]:
    """One contig is in memory at a time."""
    found: dict[Stretch, str] = {}
    by_contig: dict[str, list[Stretch]] = {}
    for stretch in wanted:
        by_contig.setdefault(stretch.contig, []).append(stretch)
    name, parts = "", list[str]()

    def finish() -> None:
        text = "".join(parts).upper()
        found.update({each: text[max(each.start, 0) : each.end] for each in by_contig.get(name, ())})

    for _, line in numbered(fasta):
        if line.startswith(">"):
            finish()
            name, parts = (line[1:].split() or [""])[0], []
        elif name in by_contig:
            parts.append(line.strip())
    finish()
    return [found.get(stretch, "") for stretch in wanted]
