"""Reads of a simulated patient: fragments of the targets, with inherited and somatic variants and errors.

Errors are as likely as the base qualities say. Everything is done on arrays; one sample is up to 400,000 pairs.
Positions are 0-based on the joined genome (contigs one after the other) unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from biomarkers.demo.genome import BASES, Genome
from biomarkers.demo.mutations import Variant

READ_LENGTH = 100
FRAGMENT_MEAN, FRAGMENT_SD = 250, 50
FRAGMENT_LOW, FRAGMENT_HIGH = 80, 450
BLOCK = 20_000
"""Pairs whose bases are made at once, which bounds the memory."""
CAPTURE_MARGIN = 60
"""Fragments are captured when their middle lies within this many bases of a target."""
QUALITIES = np.array([37, 25, 11], dtype=np.uint8)
"""Quality bins as newer Illumina instruments write them."""
ADAPTERS = (b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA", b"AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT")
"""Illumina TruSeq adapters (Illumina adapter sequences document), read 1 and read 2."""
SOFT_CLIP_BELOW = 6
"""An indel closer than this to a read's end is clipped off, as an aligner would."""


class Inherited(NamedTuple):
    """A person's two chromosomes: base codes with substitutions, shape (2, genome length); indels and who has them."""

    haplotypes: np.ndarray
    indels: list[tuple[Variant, tuple[int, int]]]


@dataclass(frozen=True)
class Reads:
    """Pairs sorted by start. bases, qualities: (2, n, READ_LENGTH), mate 1 and 2, as sequenced (base codes, Phred).

    start, length: of the fragment. flipped: mate 1 is the right-hand, reverse one. indel: number of the carried indel
    in `indels`, or -1.
    """

    bases: np.ndarray
    qualities: np.ndarray
    start: np.ndarray
    length: np.ndarray
    flipped: np.ndarray
    indel: np.ndarray
    indels: list[Variant]


def inherit(genome: Genome, variants: list[tuple[Variant, tuple[int, int]]]) -> Inherited:
    """The two chromosomes of a person with these variants."""
    haplotypes = np.stack([_codes("".join(genome.contigs.values()).encode())] * 2)
    for variant, alleles in variants:
        if not variant.is_indel:
            carriers = [i for i in (0, 1) if alleles[i]]
            haplotypes[carriers, genome.offsets[variant.contig] + variant.pos - 1] = _codes(variant.alt.encode())[0]
    return Inherited(haplotypes, [item for item in variants if item[0].is_indel])


def simulate(
    rng: np.random.Generator,
    genome: Genome,
    person: Inherited,
    somatic: list[Variant],
    *,
    depth: float,
    adapters: bool,
) -> Reads:
    """Reads at about `depth` over the targets; somatic variants stand on one chromosome at their fraction.

    adapters: fragments shorter than a read run into the adapter; otherwise no fragment is so short.
    """
    at = genome.offsets
    start, length = _fragments(rng, genome, depth, FRAGMENT_LOW if adapters else READ_LENGTH + 5)
    count = len(start)
    haplotype = rng.integers(0, 2, count).astype(np.int8)
    indel = np.full(count, -1, dtype=np.int16)
    indels: list[Variant] = []

    def overlapping(position: int) -> np.ndarray:
        """Fragments that hold the base at `position` and the next one."""
        low, high = np.searchsorted(start, [position - FRAGMENT_HIGH, position + 1])
        rows = np.arange(low, high)
        return np.asarray(rows[start[rows] + length[rows] > position + 1])

    for variant, alleles in person.indels:
        rows = overlapping(at[variant.contig] + variant.pos - 1)
        indel[rows[np.array(alleles, dtype=bool)[haplotype[rows]]]] = len(indels)
        indels.append(variant)
    substitutions: list[tuple[np.ndarray, int, np.ndarray]] = []
    for variant in somatic:
        position = at[variant.contig] + variant.pos - 1
        rows = overlapping(position)
        rows = rows[(haplotype[rows] == rng.integers(0, 2)) & (rng.random(len(rows)) < 2 * variant.frequency)]
        if variant.is_indel:
            indel[rows] = len(indels)
            indels.append(variant)
        else:
            substitutions.append((rows, position, _codes(variant.alt.encode())))

    flipped = rng.random(count) < 0.5
    mates, qualities = (np.empty((2, count, READ_LENGTH), dtype=np.uint8) for _ in range(2))
    for first in range(0, count, BLOCK):
        block = slice(first, min(first + BLOCK, count))
        of_block = []
        for rows, position, codes in substitutions:
            low, high = np.searchsorted(rows, [block.start, block.stop])
            of_block.append((rows[low:high] - block.start, position, codes))
        found = person, haplotype[block], start[block], length[block]
        left, right = _sides(*found, indel=indel[block], indels=indels, substitutions=of_block, at=at)
        swap = flipped[block, None]
        pair = np.stack([np.where(swap, right, left), np.where(swap, left, right)])
        _read_into_adapter(pair, length[block])
        qualities[:, block] = _qualities(rng, pair.shape)
        _add_errors(rng, pair, qualities[:, block])
        mates[:, block] = pair
    return Reads(mates, qualities, start, length, flipped, indel, indels)


def _sides(
    person: Inherited,
    haplotype: np.ndarray,
    start: np.ndarray,
    length: np.ndarray,
    *,
    indel: np.ndarray,
    indels: list[Variant],
    substitutions: list[tuple[np.ndarray, int, np.ndarray]],
    at: dict[str, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Left and right read of each fragment as they are sequenced, base codes of shape (n, READ_LENGTH) each.

    substitutions: rows of the fragments that carry one, its position, its code.
    """
    sides = []
    for first in (np.zeros(len(start), dtype=np.int32), length - READ_LENGTH):
        inside = first[:, None] + np.arange(READ_LENGTH, dtype=np.int32)
        coordinate = start[:, None] + inside
        inserted = _apply_indels(coordinate, inside, start, indel, indels, at)
        bases = person.haplotypes[haplotype[:, None], np.clip(coordinate, 0, person.haplotypes.shape[1] - 1)]
        substituted = [(rows, coordinate[rows] == position, code) for rows, position, code in substitutions]
        for rows, where, codes in [*substituted, *inserted]:
            local = bases[rows]
            local[where] = codes
            bases[rows] = local
        sides.append(bases)
    return sides[0], 3 - sides[1][:, ::-1]


def fastq(reads: Reads, rows: np.ndarray, mate: int, lane: int, tag: int) -> bytes:
    """FASTQ text of mate 0 or 1 of the given pairs, with Illumina names; `tag` makes the flow cell's name."""
    names = pair_names(len(rows), lane, tag)
    pairs = zip(names, texts(BASES[reads.bases[mate, rows]]), texts(reads.qualities[mate, rows] + 33), strict=True)
    return "".join(f"@{name} {mate + 1}:N:0\n{bases}\n+\n{qualities}\n" for name, bases, qualities in pairs).encode()


def pair_names(count: int, lane: int, tag: int) -> list[str]:
    """Illumina read names, one a pair; tile, x and y are unique within a lane."""
    places = (f"{1101 + i // 20000}:{10000 + i % 20000}:{10000 + i * 7919 % 20011}" for i in range(count))
    return [f"DEMO:1:HDEMO{tag:03d}:{lane}:{place}" for place in places]


def texts(characters: np.ndarray) -> list[str]:
    """A text of each row of ASCII codes, shape (n, length)."""
    return [row.decode() for row in np.ascontiguousarray(characters).view(f"S{characters.shape[1]}")[:, 0].tolist()]


def _codes(text: bytes) -> np.ndarray:
    table = np.zeros(256, dtype=np.uint8)
    table[BASES] = np.arange(4)
    return np.asarray(table[np.frombuffer(text, dtype=np.uint8)])


def _fragments(rng: np.random.Generator, genome: Genome, depth: float, shortest: int) -> tuple[np.ndarray, np.ndarray]:
    """Start and length of each fragment, sorted by start; as many as give `depth` in the middle of a target."""
    joined = [(genome.offsets[contig], span) for contig, spans in genome.targets.items() for span in spans]
    spans = np.array([(begin + start, begin + end) for begin, (start, end) in joined])
    low, width = spans[:, 0] - CAPTURE_MARGIN, spans[:, 1] - spans[:, 0] + 2 * CAPTURE_MARGIN
    count = int(depth * width.sum() / (2 * READ_LENGTH))
    chosen = rng.choice(len(spans), size=count, p=width / width.sum())
    middle = low[chosen] + (rng.random(count) * width[chosen]).astype(np.int64)
    drawn = np.rint(rng.normal(FRAGMENT_MEAN, FRAGMENT_SD, count))
    length = np.clip(drawn, shortest, FRAGMENT_HIGH).astype(np.int32)
    start = (middle - length // 2).astype(np.int32)
    order = np.argsort(start, kind="stable")
    return start[order], length[order]


def _apply_indels(
    coordinate: np.ndarray,
    inside: np.ndarray,
    start: np.ndarray,
    indel: np.ndarray,
    indels: list[Variant],
    at: dict[str, int],
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Shift the coordinates of carriers in place; returns for insertions (rows, where inserted, codes there)."""
    inserted = []
    for number, variant in enumerate(indels):
        rows = np.flatnonzero(indel == number)
        if not len(rows):
            continue
        before = (at[variant.contig] + variant.pos - start[rows])[:, None]
        local, place = coordinate[rows], inside[rows]
        size = len(variant.alt) - len(variant.ref)
        if size < 0:
            coordinate[rows] = np.where(place >= before, local - size, local)
        else:
            coordinate[rows] = np.where(place >= before + size, local - size, local)
            where = (place >= before) & (place < before + size)
            codes = _codes(variant.alt[1:].encode())
            inserted.append((rows, where, codes[(place - before)[where]]))
    return inserted


def _read_into_adapter(mates: np.ndarray, length: np.ndarray) -> None:
    for row in np.flatnonzero(length < READ_LENGTH):
        for mate, adapter in enumerate(ADAPTERS):
            mates[mate, row, length[row] :] = _codes(adapter)[: READ_LENGTH - length[row]]


def _qualities(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Phred qualities that fall along the read; shape (2, n, READ_LENGTH)."""
    cycle = np.linspace(0, 1, shape[-1], dtype=np.float32)
    poor = 0.002 + 0.018 * cycle**2
    fair = poor + 0.02 + 0.07 * cycle
    drawn = rng.random(shape, dtype=np.float32)
    return QUALITIES[2 - (drawn >= poor).astype(np.uint8) - (drawn >= fair)]


def _add_errors(rng: np.random.Generator, mates: np.ndarray, qualities: np.ndarray) -> None:
    """Change each base in place with the probability that its quality states."""
    chance = np.zeros(64, dtype=np.float32)
    chance[QUALITIES] = 10.0 ** (-QUALITIES.astype(np.float32) / 10)
    wrong = np.nonzero(rng.random(mates.shape, dtype=np.float32) < chance[qualities])
    mates[wrong] = (mates[wrong] + rng.integers(1, 4, len(wrong[0]), dtype=np.uint8)) % 4
