"""Which alleles may be one change, written in two ways."""

from __future__ import annotations

import random

import pytest

from biomarkers.genome.changes import maybe_one

REFERENCE = "GATTCACACAGGGCTTTTTTACGACGACGTTAGC"


def allele(pos: int, ref: str, alt: str) -> tuple[str, int, str, str]:
    return ("chr1", pos, ref, alt)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (allele(10, "CC", "TT"), allele(10, "C", "T"), True),
        (allele(10, "CC", "TT"), allele(11, "C", "T"), True),
        (allele(10, "CC", "TT"), allele(11, "C", "A"), False),
        (allele(10, "CC", "TT"), allele(12, "C", "T"), False),
        (allele(10, "CCC", "TTG"), allele(10, "CC", "TT"), True),
        (allele(10, "C", "T"), allele(11, "C", "T"), False),
        (allele(10, "CC", "TT"), ("chr2", 10, "C", "T"), False),
        (allele(10, "GA", "G"), allele(13, "AA", "A"), True),
        (allele(10, "A", "-"), allele(13, "A", "-"), True),
        (allele(10, "-", "AC"), allele(13, "-", "CA"), True),
        (allele(10, "-", "AC"), allele(12, "-", "CA"), False),
        (allele(10, "GA", "G"), allele(13, "GAA", "G"), False),
        (allele(10, "GA", "G"), allele(13, "G", "GA"), False),
        (allele(10, "GA", "G"), allele(150, "GA", "G"), False),
        (allele(10, "G", "<DEL>"), allele(10, "G", "T"), False),
    ],
)
def test_two_spellings_of_a_change(
    one: tuple[str, int, str, str], other: tuple[str, int, str, str], expected: bool
) -> None:
    assert bool([*maybe_one([one, other])]) is expected
    assert bool([*maybe_one([other, one])]) is expected


def test_every_alignment_of_an_indel_is_found() -> None:
    """The oracle is the sequence that is left: two deletions or insertions that leave the same one are one change."""
    chance = random.Random(5)
    for _ in range(400):
        start, length = chance.randint(1, 25), chance.randint(1, 3)
        gone, new = REFERENCE[start : start + length], "".join(chance.choice("ACGT") for _ in range(length))
        for bases, deletes in ((gone, True), (new, False)):
            left = REFERENCE[:start] + ("" if deletes else bases) + REFERENCE[start + (length if deletes else 0) :]
            for place in range(1, 28):
                if deletes:
                    other = REFERENCE[place : place + length]
                    there = REFERENCE[:place] + REFERENCE[place + length :]
                    spelt = allele(place, REFERENCE[place - 1] + other, REFERENCE[place - 1])
                    first = allele(start, REFERENCE[start - 1] + bases, REFERENCE[start - 1])
                else:
                    moved = (place - start) % length
                    other = bases[moved:] + bases[:moved]
                    there = REFERENCE[:place] + other + REFERENCE[place:]
                    spelt = allele(place, REFERENCE[place - 1], REFERENCE[place - 1] + other)
                    first = allele(start, REFERENCE[start - 1], REFERENCE[start - 1] + bases)
                if there == left and place != start:
                    assert [*maybe_one([first, spelt])], (first, spelt)
