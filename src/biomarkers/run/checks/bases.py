"""REF of a VCF's records against the bases of the reference, which tells another genome build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.io import fasta
from biomarkers.io.lines import head, is_gzip
from biomarkers.run.checks.headers import Genome

BASES = frozenset("ACGT")
OTHER_BUILD = 0.2
"""Share of records from which another REF is no slip; of records of another build about three in four differ."""


class Place(NamedTuple):
    """Contig, position (1-based) and REF of a record."""

    chrom: str
    pos: int
    ref: str

    def stretch(self) -> fasta.Stretch:
        """Where the REF lies."""
        start = self.pos - 1
        return fasta.Stretch(self.chrom, start, start + len(self.ref))


def check_ref(file: str, records: Iterable[Sequence[str]], genome: Genome) -> None:
    """Raise InputError where REF is not what the FASTA has there, with the likely cause. records: their cells."""
    rows = [(Place(cells[0], int(cells[1]), cells[3].upper()), cells[4].upper().split(",")) for cells in records]
    places = [place for place, _ in rows if place.ref.isalpha()]
    for place, alts in rows:
        if len({place.ref, *alts}) <= len(alts):
            expected = f"alleles that differ from REF ({place.ref}) and from one another"
            raise InputError(Problem(file, "ALT", ",".join(alts), expected, f"{place.chrom}:{place.pos}"))
    for place in places:
        length = genome.lengths.get(place.chrom, 0)
        if place.pos + len(place.ref) - 1 > length:
            expected = f"at most {length}, the length of {place.chrom} in {genome.fasta} (another genome build?)"
            raise InputError(Problem(file, "POS", place.pos, expected, f"{place.chrom}:{place.pos}"))
    wrong = _differing(genome, places)
    if not wrong:
        return
    cause = "was REF changed, or the reference?"
    if len(wrong) > 2 and len(wrong) >= OTHER_BUILD * len(places):
        further = [place._replace(pos=place.pos + 1) for place in wrong]
        from_zero = not _differing(genome, further)
        cause = "all have it one base further: positions that count from 0?" if from_zero else "another genome build?"
    place, there = next(iter(wrong.items()))
    expected = f"'{there}' as in {genome.fasta} ({len(wrong)} of the first {len(places)} records differ: {cause})"
    raise InputError(Problem(file, "REF", place.ref, expected, f"{place.chrom}:{place.pos}"))


def _differing(genome: Genome, places: Sequence[Place]) -> dict[Place, str]:
    """Places whose REF differs, with the bases that are there."""
    path, index = _indexed(genome)
    there = fasta.bases(path, index, [place.stretch() for place in places])
    return {place: found for place, found in zip(places, there, strict=True) if not _same(place.ref, found)}


def _indexed(genome: Genome) -> tuple[Path, Path | None]:
    """The FASTA or the run's own copy of it, with an index; None: neither has one that can be used."""
    given, own = Path(genome.fasta), Path(genome.own)
    if Path(f"{given}.fai").is_file() and not is_gzip(head(given)):
        return given, Path(f"{given}.fai")
    index = Path(f"{own}.fai")
    if own.is_file() and index.is_file() and index.stat().st_mtime >= given.stat().st_mtime:
        return own, index
    return given, None


def _same(ref: str, there: str) -> bool:
    """Whether bases agree; any two that are no A, C, G, T do, since tools write N for an IUPAC code."""
    return len(ref) == len(there) and all(
        a == b or (a not in BASES and b not in BASES) for a, b in zip(ref, there, strict=True)
    )
