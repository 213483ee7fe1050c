"""Counts of reads as callers write them, each way one function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from biomarkers.variants.callers.dialect import INFO, Reads, Share
from biomarkers.variants.vcf import info_value, of_several

MISSING = ("", ".")
BASES = "ACGT"


class Counts(NamedTuple):
    """Reads of one ALT, and of all alleles together; None where the field does not say."""

    alt_reads: int | None
    total: int | None


NONE = Counts(None, None)
Field = Callable[[list[str], str], str]
"""Function (cells of the sample, INFO) -> the text of a field, empty where a record lacks it."""
Counter = Callable[[list[str], str, list[str], int], Counts]
"""Function (cells of the sample, INFO, ALTs, number of the ALT from 0) -> Counts."""
Fraction = Callable[[list[str], str, list[str], int], float | None]
"""Function (cells of the sample, INFO, ALTs, number of the ALT from 0) -> the caller's own fraction."""


def field(name: str, place: Mapping[str, int]) -> Field | None:
    """How a field is found; None where FORMAT lacks it. place: number of the cell by key of FORMAT."""
    if name.startswith(INFO):
        key = name.removeprefix(INFO)
        return lambda _cells, info: info_value(info, key) or ""
    if name not in place:
        return None
    at = place[name]
    return lambda cells, _info: cells[at]


def counter(reads: Reads, place: Mapping[str, int]) -> Counter | None:
    """How reads are counted, given the places of the fields; None where it needs one that is not there."""
    if not place.keys() >= set(reads.needs):
        return None
    if "{alt}" in reads.alt:
        return _by_base(reads.alt, place)
    names = reads.alt.split("+")
    found = [where for where in (field(name, place) for name in names) if where]
    if not reads.alt or len(found) < len(names):
        return None
    if len(found) > 1:
        return lambda cells, info, _alts, _alt: Counts(_sum(where(cells, info) for where in found), None)
    rest = field(reads.ref, place) if reads.ref else None
    if reads.counts == "strands":
        return _by_strand(found[0])
    if reads.counts == "first":
        return _first_number(found[0], rest)
    if reads.counts == "bases":
        return _of_bases(found[0])
    if reads.counts == "one":
        return _single(found[0], rest, field("GT", place))
    return _with_reference(found[0]) if reads.counts == "alleles" else _by_alt(found[0], rest)


def depth(reads: Reads, place: Mapping[str, int]) -> Counter | None:
    """As `counter`, of the field with all reads: `total` is what it says."""
    names = reads.depth.split("+") if reads.depth else []
    found = [where for where in (field(name, place) for name in names) if where]
    if not found or len(found) < len(names):
        return None

    def count(cells: list[str], info: str, alts: list[str], alt: int) -> Counts:
        if len(found) > 1:
            return Counts(None, _sum(where(cells, info) for where in found))
        numbers = found[0](cells, info).split(",")
        return Counts(None, whole(numbers[alt if 1 < len(numbers) == len(alts) else 0]))

    return count


def _with_reference(where: Field) -> Counter:
    """One number for the reference, then one for each ALT."""

    def count(cells: list[str], info: str, alts: list[str], alt: int) -> Counts:
        numbers = where(cells, info).split(",")
        if len(numbers) != len(alts) + 1:
            return NONE
        reads = whole(numbers[alt + 1])
        return Counts(reads, _sum(numbers) if reads is not None else None)

    return count


def _by_alt(where: Field, rest: Field | None) -> Counter:
    """One number for each ALT; rest: the field of the reference's."""

    def count(cells: list[str], info: str, alts: list[str], alt: int) -> Counts:
        numbers = where(cells, info).split(",")
        if len(numbers) != len(alts):
            return NONE
        reads, others = whole(numbers[alt]), whole(rest(cells, info)) if rest else None
        if reads is None or others is None:
            return Counts(reads, None)
        return Counts(reads, others + (_sum(numbers) or 0))

    return count


def _single(where: Field, rest: Field | None, genotype: Field | None) -> Counter:
    """One number, of the only ALT that the genotype has; rest: the field of the reference's."""

    def count(cells: list[str], info: str, alts: list[str], alt: int) -> Counts:
        text = where(cells, info)
        if "," in text:
            return NONE
        reads, others = whole(text), whole(rest(cells, info)) if rest else None
        if reads and genotype and not _is_meant(genotype(cells, info), info, alts, alt):
            return NONE
        return Counts(reads, reads + others if reads is not None and others is not None else None)

    return count


def _is_meant(genotype: str, info: str, alts: list[str], alt: int) -> bool:
    """Whether a single number is of this ALT; of a site that was split the genotype keeps its own ALT alone."""
    if len(alts) == 1 and not of_several(info):
        return True
    return set(re.split(r"[/|]", genotype)) - {"0", "."} == {str(alt + 1)}


def _by_strand(where: Field) -> Counter:
    """Reference forward, reverse, ALT forward, reverse; of a site with one ALT, also before it was split."""

    def count(cells: list[str], info: str, alts: list[str], _alt: int) -> Counts:
        numbers = [whole(number) for number in where(cells, info).split(",")]
        if len(alts) != 1 or len(numbers) != 4 or None in numbers or of_several(info):
            return NONE
        return Counts(sum(filter(None, numbers[2:])), sum(filter(None, numbers)))

    return count


def _first_number(where: Field, rest: Field | None) -> Counter:
    """The first number of the ALT's field and of the reference's."""

    def count(cells: list[str], info: str, _alts: list[str], _alt: int) -> Counts:
        reads = _first(where(cells, info))
        others = _first(rest(cells, info)) if rest else None
        return Counts(reads, reads + others if reads is not None and others is not None else None)

    return count


def _of_bases(where: Field) -> Counter:
    """Numbers of A, C, G and T."""

    def count(cells: list[str], info: str, alts: list[str], alt: int) -> Counts:
        numbers = where(cells, info).split(",")
        if len(numbers) != len(BASES) or len(alts[alt]) != 1 or alts[alt] not in BASES:
            return NONE
        return Counts(whole(numbers[BASES.index(alts[alt])]), _sum(numbers))

    return count


def _by_base(named: str, place: Mapping[str, int]) -> Counter | None:
    """The first number of the fields that are named after the ALT's base; all bases' together are the total.

    CaVEMan's fields `..._1` are of the first base of several.
    """
    names = {base: named.format(alt=base).split("+") for base in BASES}
    fields = {base: [place[n] for n in names[base]] for base in BASES if place.keys() >= set(names[base])}
    if not fields:
        return None
    of_first = named.endswith("_1")

    def of(base: str, cells: list[str]) -> int | None:
        return _sum(cells[at].split(",")[0] for at in fields[base])

    def count(cells: list[str], _info: str, alts: list[str], alt: int) -> Counts:
        base = alts[alt][0] if of_first else alts[alt]
        if base not in fields:
            return NONE
        return Counts(of(base, cells), _sum(cells[at].split(",")[0] for places in fields.values() for at in places))

    return count


def share_of(stated: Share, place: Mapping[str, int]) -> Fraction | None:
    """How the caller's own fraction is read; None where FORMAT lacks it."""
    where = field(stated.field, place)
    if where is None or (stated.of == "haplotypes" and "GT" not in place):
        return None
    first = 1 if stated.of == "alleles" else 0
    genotype = field("GT", place)

    def of(cells: list[str], info: str, alts: list[str], alt: int) -> float | None:
        text = where(cells, info).replace("%25", "%")
        if stated.of == "one":
            meant = not genotype or _is_meant(genotype(cells, info), info, alts, alt)
            return (_decimal_comma(text) if "," in text else share(text)) if meant else None
        parts = text.split(",")
        if stated.of == "haplotypes":
            carried = re.split(r"[/|]", cells[place["GT"]])
            if len(parts) != len(carried):
                return None
            shares = [share(part) for part, allele in zip(parts, carried, strict=True) if allele == str(alt + 1)]
            return sum(value for value in shares if value is not None) if shares else None
        if len(parts) == len(alts) + first:
            return share(parts[alt + first])
        return _decimal_comma(text) if len(parts) == 2 and len(alts) == 1 else None

    return of


def _decimal_comma(text: str) -> float | None:
    """The fraction that a program wrote in a locale with decimal commas; None where two numbers may be meant.

    >>> _decimal_comma("51,5%"), _decimal_comma("0,55"), _decimal_comma("0,1"), _decimal_comma("0.2,0.1")
    (0.515, 0.55, None, None)
    """
    percent = re.fullmatch(r"\d{1,3},\d+%", text)
    fraction = re.fullmatch(r"0,(0\d+|[2-9]|[1-9]\d+)", text)
    return share(text.replace(",", ".")) if percent or fraction else None


def _first(text: str) -> int | None:
    return whole(text.split(",")[0])


def _sum(numbers: Iterable[str]) -> int | None:
    """Their sum, without those that are missing; None where all are."""
    values = [value for value in (whole(number) for number in numbers) if value is not None]
    return sum(values) if values else None


def whole(text: str) -> int | None:
    """A count, None for a missing one. Raises ValueError for other text."""
    if text in MISSING:
        return None
    value = int(text)
    if value < 0:
        raise ValueError(f"'{text}' is negative")
    return value


def share(text: str) -> float | None:
    """A fraction from 0 to 1, also written as percent; None when missing or NaN (of no reads). Raises ValueError.

    >>> share("0.25"), share("12.5%"), share(".")
    (0.25, 0.125, None)
    """
    if text in MISSING:
        return None
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if not 0 <= value <= 1:
        if value != value:
            return None
        raise ValueError(f"'{text}' is not a fraction")
    return value
