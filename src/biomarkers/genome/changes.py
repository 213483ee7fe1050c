"""What an allele changes, without the bases that it shares with the reference, and which changes may be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

NEAR = 100
"""Bases within which two alignments of one insertion or deletion are looked for: the length of a read."""


class Change(NamedTuple):
    """A change. pos: 1-based, its first base; that of an insertion is the base behind it."""

    chrom: str
    pos: int
    ref: str
    alt: str


def trimmed(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """An allele without the bases that reference and ALT share, first behind, then in front, so that padding is none.

    pos: 1-based; that of an insertion is the base behind it. Symbolic alleles stay as they are. Where a repeat could be
    shifted beyond the bases that are written, only the reference would tell (bcftools norm).

    >>> trimmed(100, "CAA", "CA"), trimmed(100, "CA", "C"), trimmed(99, "GC", "GT"), trimmed(100, "C", "CT")
    ((101, 'A', ''), (101, 'A', ''), (100, 'C', 'T'), (101, '', 'T'))
    """
    if not alt.isalpha():
        return pos, ref, alt
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return pos, ref, alt


def of_maf(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """As `trimmed`, of alleles as a MAF spells them: `-` is no base, and an insertion lies behind its position.

    >>> of_maf(100, "-", "T"), of_maf(100, "C", "CT"), of_maf(101, "A", "-")
    ((101, '', 'T'), (101, '', 'T'), (101, 'A', ''))
    """
    if ref == "-":
        return pos + 1, "", alt
    if alt == "-":
        return pos, ref, ""
    return (pos, ref, alt) if len(ref) == len(alt) == 1 else trimmed(pos, ref, alt)


def maybe_one(alleles: Iterable[tuple[str, int, str, str]]) -> Iterator[tuple[Change, Change]]:
    """Pairs of alleles (contig, position, reference, ALT) of one tumor that may be one change, said twice.

    One is a part of a longer substitution, or both are insertions or both deletions that differ by a shift in a repeat;
    of bases that are not written there only the reference would tell.

    >>> [*maybe_one([("1", 9, "CC", "TT"), ("1", 10, "C", "T"), ("1", 10, "C", "A")])]
    [(Change(chrom='1', pos=9, ref='CC', alt='TT'), Change(chrom='1', pos=10, ref='C', alt='T'))]
    >>> [(a.pos, b.pos) for a, b in maybe_one([("1", 9, "GCA", "G"), ("1", 12, "AAC", "A"), ("1", 30, "GTC", "G")])]
    [(10, 13)]
    """
    changes = sorted(Change(chrom, *of_maf(pos, ref, alt)) for chrom, pos, ref, alt in alleles)
    for at, one in enumerate(changes):
        for other in changes[at + 1 :]:
            if other.chrom != one.chrom or other.pos > one.pos + NEAR:
                break
            if _is_part(other, one) or _is_part(one, other) or _is_shifted(one, other):
                yield one, other


def _is_part(part: Change, whole: Change) -> bool:
    """Whether a substitution is a part of a longer one."""
    first = part.pos - whole.pos
    last = first + len(part.ref)
    if not (0 < len(part.ref) == len(part.alt) < len(whole.ref) == len(whole.alt) and first >= 0):
        return False
    return whole.ref[first:last] == part.ref and whole.alt[first:last] == part.alt


def _is_shifted(one: Change, other: Change) -> bool:
    """Whether both insert or both delete the same bases, begun at another base of a repeat of them."""
    if (one.ref and one.alt) or bool(one.ref) != bool(other.ref) or bool(one.alt) != bool(other.alt):
        return False
    bases, moved = one.ref or one.alt, (other.pos - one.pos) % len(one.ref or one.alt)
    return bases.isalpha() and bases[moved:] + bases[:moved] == (other.ref or other.alt)
