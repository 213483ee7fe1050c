"""Simulated pairs as aligned, sorted SAM text: the alignment is known, so no aligner is needed."""

from __future__ import annotations

import re

import numpy as np

from biomarkers.demo.genome import BASES, Genome
from biomarkers.demo.reads import READ_LENGTH, SOFT_CLIP_BELOW, Reads, pair_names, texts

PAIRED, PROPER, REVERSE, MATE_REVERSE, FIRST, SECOND = 1, 2, 16, 32, 64, 128
"""SAM flag bits (SAM specification, section 1.4)."""
MAPPING_QUALITY = 60
CIGAR = re.compile(r"(\d+)([MIDS])")


def sam(reads: Reads, genome: Genome, *, sample: str, library: str, lane: int, tag: int) -> str:
    """SAM text: a header with one read group, the records of every read sorted by position; `tag` as for FASTQ."""
    group = f"HDEMO{tag:03d}.{lane}"
    lines = ["@HD\tVN:1.6\tSO:coordinate"]
    lines += [f"@SQ\tSN:{name}\tLN:{len(sequence)}" for name, sequence in genome.contigs.items()]
    lines.append(f"@RG\tID:{group}\tSM:{sample}\tLB:{library}-L1\tPL:ILLUMINA\tPU:{group}.{library}")
    at = genome.offsets
    names = pair_names(len(reads.start), lane, tag)
    left, left_cigar = _placed(reads, np.zeros_like(reads.length), at)
    right, right_cigar = _placed(reads, reads.length - READ_LENGTH, at)
    contig_number = np.searchsorted(list(at.values()), left, side="right") - 1
    contig = np.array(list(at))[contig_number].tolist()
    origin = np.array(list(at.values()))[contig_number] - 1
    size = right + [_reference_bases(cigar) for cigar in right_cigar] - left
    rows = np.arange(len(names))
    records: list[str] = []
    for side, here, cigar, there, mate_cigar in (
        (1, left, left_cigar, right, right_cigar),
        (-1, right, right_cigar, left, left_cigar),
    ):
        mate = (reads.flipped == (side == 1)).astype(int)
        codes = reads.bases[mate, rows, ::side] if side == 1 else 3 - reads.bases[mate, rows, ::side]
        bases, qualities = texts(BASES[codes]), texts(reads.qualities[mate, rows, ::side] + 33)
        flag = PAIRED + PROPER + (MATE_REVERSE if side == 1 else REVERSE) + np.where(mate == 0, FIRST, SECOND)
        numbers = np.stack([flag, here - origin, there - origin, side * size], axis=1).tolist()
        for i, (flags, pos, mate_pos, length) in enumerate(numbers):
            records.append(
                f"{names[i]}\t{flags}\t{contig[i]}\t{pos}\t{MAPPING_QUALITY}\t{cigar[i]}\t=\t{mate_pos}\t{length}\t"
                f"{bases[i]}\t{qualities[i]}\tRG:Z:{group}\tMC:Z:{mate_cigar[i]}"
            )
    order = np.argsort(np.concatenate([left, right]), kind="stable").tolist()
    return "\n".join([*lines, *(records[i] for i in order)]) + "\n"


def _placed(reads: Reads, first: np.ndarray, at: dict[str, int]) -> tuple[np.ndarray, list[str]]:
    """Aligned start on the joined genome and CIGAR of the reads whose first base is base `first` of their fragment."""
    position = reads.start.astype(np.int64) + first
    cigar = [f"{READ_LENGTH}M"] * len(position)
    for row in np.flatnonzero(reads.indel >= 0).tolist():
        variant = reads.indels[reads.indel[row]]
        size = len(variant.alt) - len(variant.ref)
        before = at[variant.contig] + variant.pos - int(reads.start[row]) - int(first[row])
        position[row], cigar[row] = _around(int(position[row]), before, size)
    return position, cigar


def _around(position: int, before: int, size: int) -> tuple[int, str]:
    """Aligned start and CIGAR of a read with an indel of `size` bases (negative: deletion) after `before` of its bases.

    >>> _around(1000, 40, -2)
    (1000, '40M2D60M')
    >>> _around(1000, 40, 3)
    (1000, '40M3I57M')
    >>> _around(1000, 2, -2)
    (1004, '2S98M')
    >>> _around(1000, 98, 3)
    (1000, '98M2S')
    >>> _around(1000, -5, -2)
    (1002, '100M')
    >>> _around(1000, -1, 3)
    (999, '2S98M')
    """
    if before >= READ_LENGTH:
        return position, f"{READ_LENGTH}M"
    inserted = max(size, 0)
    after = READ_LENGTH - before - inserted
    if before + inserted <= 0:
        return position - size, f"{READ_LENGTH}M"
    if before < SOFT_CLIP_BELOW:
        anchor = position + before
        return anchor + max(-size, 0), f"{READ_LENGTH - after}S{after}M"
    if after < SOFT_CLIP_BELOW:
        return position, f"{before}M{READ_LENGTH - before}S"
    return position, f"{before}M{abs(size)}{'I' if size > 0 else 'D'}{after}M"


def _reference_bases(cigar: str) -> int:
    """Bases of the reference that an alignment covers.

    >>> _reference_bases("40M2D60M"), _reference_bases("5S90M5S")
    (102, 90)
    """
    return sum(int(number) for number, kind in CIGAR.findall(cigar) if kind in "MD")
