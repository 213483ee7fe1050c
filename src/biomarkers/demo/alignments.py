"""Simulated pairs as aligned, sorted SAM text: the alignment is known, so no aligner is needed."""

from __future__ import annotations

import re

import numpy as np

from biomarkers.demo.genome import BASES, Genome
from biomarkers.demo.reads import READ_LENGTH, SOFT_CLIP_BELOW, Reads, offsets, pair_names

PAIRED, PROPER, REVERSE, MATE_REVERSE, FIRST, SECOND = 1, 2, 16, 32, 64, 128
"""SAM flag bits (SAM specification, section 1.4)."""
MAPPING_QUALITY = 60
CIGAR = re.compile(r"(\d+)([MIDS])")


def header(genome: Genome, *, identifier: str, sample: str, library: str, unit: str) -> str:
    """SAM header: contigs and one read group with its sample, library and platform unit."""
    lines = ["@HD\tVN:1.6\tSO:coordinate"]
    lines += [f"@SQ\tSN:{name}\tLN:{len(sequence)}" for name, sequence in genome.contigs.items()]
    lines.append(f"@RG\tID:{identifier}\tSM:{sample}\tLB:{library}\tPL:ILLUMINA\tPU:{unit}")
    return "\n".join(lines) + "\n"


def body(reads: Reads, genome: Genome, *, read_group: str, lane: int, tag: int) -> str:
    """SAM records of every read, sorted by position."""
    at = offsets(genome)
    names = pair_names(np.arange(len(reads.start)), lane, tag)
    left_offset = np.zeros(len(reads.start), dtype=np.int64)
    left_pos, left_cigar = _placed(reads, left_offset, at)
    right_pos, right_cigar = _placed(reads, reads.length.astype(np.int64) - READ_LENGTH, at)
    right_end = right_pos + [_reference_bases(cigar) for cigar in right_cigar]
    template = right_end - left_pos
    contig_number = np.searchsorted(list(at.values()), left_pos, side="right") - 1
    contig = np.array(list(at))[contig_number].tolist()
    origin = np.array(list(at.values()))[contig_number]
    name_text = [row.tobytes().decode() for row in names]
    lines: list[str] = []
    for is_left in (True, False):
        mate = np.where(reads.flipped == is_left, 1, 0)
        rows = np.arange(len(mate))
        codes, qualities = reads.bases[mate, rows], reads.qualities[mate, rows] + 33
        if not is_left:
            codes, qualities = 3 - codes[:, ::-1], qualities[:, ::-1]
        sequence = BASES[codes].tobytes().decode()
        quality = np.ascontiguousarray(qualities).tobytes().decode()
        flags = PAIRED + PROPER + (MATE_REVERSE if is_left else REVERSE) + np.where(mate == 0, FIRST, SECOND)
        here, there = (left_pos, right_pos) if is_left else (right_pos, left_pos)
        cigar, mate_cigar = (left_cigar, right_cigar) if is_left else (right_cigar, left_cigar)
        columns = zip(
            name_text,
            flags.tolist(),
            contig,
            (here - origin + 1).tolist(),
            cigar,
            (there - origin + 1).tolist(),
            (template if is_left else -template).tolist(),
            mate_cigar,
            strict=True,
        )
        for i, (name, flag, chrom, pos, shape, mate_pos, size, mate_shape) in enumerate(columns):
            begin = i * READ_LENGTH
            lines.append(
                f"{name}\t{flag}\t{chrom}\t{pos}\t{MAPPING_QUALITY}\t{shape}\t=\t{mate_pos}\t{size}\t"
                f"{sequence[begin : begin + READ_LENGTH]}\t{quality[begin : begin + READ_LENGTH]}\t"
                f"RG:Z:{read_group}\tMC:Z:{mate_shape}\n"
            )
    order = np.argsort(np.concatenate([left_pos, right_pos]), kind="stable")
    return "".join([lines[i] for i in order.tolist()])


def _placed(reads: Reads, first: np.ndarray, at: dict[str, int]) -> tuple[np.ndarray, list[str]]:
    """Aligned start on the joined genome and CIGAR of the reads whose first base is base `first` of their fragment."""
    position = reads.start + first
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
