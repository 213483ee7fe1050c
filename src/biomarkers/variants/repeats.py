"""One variant that stands in several rows of a MAF or records of a VCF: which counts (docs/methods.md, 1.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from biomarkers.errors import InputError
from biomarkers.genome.changes import of_maf
from biomarkers.genome.consequence_terms import CODING, RANK, terms_in
from biomarkers.variants.maf_cells import Maf, alleles, alternative, position
from biomarkers.variants.maf_words import place_of

Place = Hashable
"""What two rows of one variant have in common, however they spell it; None where it is not told."""


class Judged(NamedTuple):
    """A row that passes FILTER, as the table has it, and whether it is marked as germline.

    refuted: its mark says otherwise that it is no somatic call, or does not say what it is; in a MAF such a row fails
    FILTER.
    """

    row: Mapping[str, Any]
    germline: bool
    refuted: bool = False


class Told(NamedTuple):
    """What all rows of one variant that pass FILTER tell together.

    line: of the row that counts, in a VCF the number of the record. germline: whether any is marked so. population: the
    largest frequency. others: further genes with coding terms, as the column `other_genes` has them.
    """

    line: int
    germline: bool
    population: float | None
    others: str


def place_in_maf(sample: str, chrom: str, pos: int | None, ref: str, alt: str) -> Place:
    """Where a row of a MAF stands, in which `-` is no base and an insertion lies behind its position.

    >>> place_in_maf("S", "chr1", 100, "-", "T"), place_in_maf("S", "1", 100, "C", "CT")
    (('S', '1', 101, '', 'T'), ('S', '1', 101, '', 'T'))
    """
    if not (chrom and pos and ref and alt):
        return None
    return sample, place_of(chrom), *of_maf(pos, ref, alt)


def rows_together(
    maf: Maf, judge: Callable[[int, list[str]], Judged | None]
) -> tuple[dict[Place, Told], dict[str, list[str]]]:
    """What the rows of variants that stand in several tell together, and in what they differ, by their lines.

    judge: a row by itself, None where it does not pass FILTER.
    """
    repeated = _repeated(maf)
    found = defaultdict[Place, dict[int, Judged]](dict)
    for number, cells in maf.rows() if repeated else ():
        if number in repeated and (judged := judge(number, cells)) is not None:
            found[_place(maf, cells)][number] = judged
    several = {here: rows for here, rows in found.items() if here is not None and len(rows) > 1}
    differ = {", ".join(map(str, rows)): differences(rows, "Mutation_Status") for rows in several.values()}
    return {here: together(rows) for here, rows in several.items()}, {k: what for k, what in differ.items() if what}


def _repeated(maf: Maf) -> frozenset[int]:
    """Numbers of the rows whose place another one has. Of a place its hash is kept: millions would fill the memory."""
    seen, twice = set[int](), set[int]()
    for _, here in _hashes(maf):
        (twice if here in seen else seen).add(here)
    return frozenset(number for number, here in _hashes(maf) if here in twice) if twice else frozenset()


def _hashes(maf: Maf) -> Iterator[tuple[int, int]]:
    for number, cells in maf.rows("sample", "chrom", "pos", "ref", "alt", "alt_1"):
        with suppress(InputError):  # Who judges the rows tells of it.
            yield number, hash(_place(maf, cells))


def _place(maf: Maf, cells: list[str]) -> Place:
    get = maf.layout.get
    ref, first, second = alleles(maf.file, 0, maf.layout, cells)
    pos = position(maf.file, 0, get(cells, "pos"))
    return place_in_maf(get(cells, "sample"), get(cells, "chrom"), pos, ref, alternative(ref, first, second))


def together(rows: Mapping[int, Judged]) -> Told:
    """The worst consequence counts (docs/methods.md, 1.6), of equal ones one with reads, then the first.

    One that is refuted gives way to one that is not.
    """
    worst = {
        line: min((RANK[term] for term in terms_in(row["consequence"])), default=len(RANK))
        for line, (row, *_) in rows.items()
    }
    order = sorted(rows, key=lambda line: (rows[line].refuted, worst[line], rows[line].row["alt_reads"] is None, line))
    chosen = rows[order[0]].row
    others = dict[str, str]()
    for row, *_ in map(rows.__getitem__, order):
        if row["gene"] not in ("", chosen["gene"]) and not CODING.isdisjoint(terms_in(row["consequence"])):
            others.setdefault(row["gene"], row["consequence"])
    told = [entry for entry in chosen["other_genes"].split(";") if entry]
    named = {entry.partition("=")[0] for entry in told}
    told += [f"{gene}={terms}" for gene, terms in others.items() if gene not in named]
    known = [row["population_af"] for row, *_ in rows.values() if row["population_af"] is not None]
    return Told(order[0], any(one.germline for one in rows.values()), max(known, default=None), ";".join(sorted(told)))


def differences(rows: Mapping[int, Judged], mark: str) -> list[str]:
    """In what that a rule asks for the rows of one variant differ, in words; mark: what tells germline."""
    found: dict[str, set[Any]] = {
        "gene or consequence": {(row["gene"], row["consequence"]) for row, *_ in rows.values()},
        "reads": {(row["depth"], row["alt_reads"], row["vaf"]) for row, *_ in rows.values()},
        "population frequency": {row["population_af"] for row, *_ in rows.values()},
        mark: {(one.germline, one.refuted) for one in rows.values()},
    }
    return [name for name, values in found.items() if len(values) > 1]
