"""The read evidence of one sample, by the dialect of whichever caller wrote it (`callers.dialects`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from biomarkers.variants.callers.dialect import Dialect
from biomarkers.variants.callers.dialects import DIALECTS, FRACTIONS
from biomarkers.variants.vcf import new

KEPT = 10_000
"""Distinct texts of depth, reads and fraction that are remembered for one FORMAT."""
MISSING = ("", ".")


class Evidence(NamedTuple):
    """Reads of one ALT in one sample; None where the caller wrote nothing.

    caller_af: the caller's own fraction. vaf: alt_reads / depth, or the caller's own where it wrote no count.
    """

    depth: int | None
    alt_reads: int | None
    caller_af: float | None
    vaf: float | None


class Counts(NamedTuple):
    """Reads of one ALT, and of all alleles together; None where the field does not say."""

    alt_reads: int | None
    total: int | None


Counter = Callable[[list[str], list[str], int], Counts]
"""Function (cells of the sample, ALTs, number of the ALT from 0) -> Counts."""
NONE = Counts(None, None)


def reader(format_text: str) -> Callable[[str, list[str], int], Evidence]:
    """Function (sample text, ALTs, number of the ALT from 0) -> Evidence, for records with that FORMAT.

    It raises ValueError or IndexError for text that is no evidence.
    """
    keys = format_text.split(":")
    place = {key: index for index, key in enumerate(keys)}
    counters = [counter for counter in (_counter(dialect, place) for dialect in DIALECTS) if counter]
    at_depth, at_counts = place.get("DP", -1), place.get("AD", -1)
    at_share = next((place[field] for field in FRACTIONS if field in place), -1)
    last = max(at_depth, at_counts, at_share)
    seen: dict[tuple[str, str, str], Evidence] = {}

    def evidence(text: str, alts: list[str], alt: int) -> Evidence:
        cells = text.split(":")
        cells += ["."] * (len(keys) - len(cells))
        depth = whole(cells[at_depth]) if at_depth >= 0 else None
        counts = NONE
        for count in counters:
            counts = count(cells, alts, alt)
            if counts.alt_reads is not None:
                break
        reads, caller = counts.alt_reads, None
        if depth is None:
            depth = counts.total
        if at_share >= 0:
            shares = cells[at_share].replace("%25", "%").split(",")
            caller = share(shares[alt]) if len(shares) == len(alts) else None
        vaf = reads / depth if reads is not None and depth else caller
        if reads is None and caller is not None and depth is not None:
            reads = round(caller * depth)
        return Evidence(depth, reads, caller, vaf)

    def usual(text: str, alts: list[str], alt: int) -> Evidence:
        """As `evidence`, sooner for what most records are: one ALT with DP, two counts in AD and a plain fraction."""
        cells = text.split(":", last + 1)
        if len(cells) > last and len(alts) == 1:
            key = (cells[at_depth], cells[at_counts], "." if at_share < 0 else cells[at_share])
            known = seen.get(key)
            if known is not None:
                return known
            depth, counts, shown = key
            rest, _, reads = counts.partition(",")
            if depth.isdecimal() and rest.isdecimal() and reads.isdecimal() and "," not in shown and "%" not in shown:
                total, mine, stated = int(depth), int(reads), share(shown)
                found: Evidence = new(Evidence, (total, mine, stated, mine / total if total else stated))
                if len(seen) < KEPT:
                    seen[key] = found
                return found
        return evidence(text, alts, alt)

    return usual if min(at_depth, at_counts) >= 0 else evidence


def _counter(dialect: Dialect, place: Mapping[str, int]) -> Counter | None:
    """How a dialect counts reads, given the places of the fields; None where it needs a field that is not there."""
    if "{alt}" in dialect.alt_reads:
        tiers = {base: place[field] for base in "ACGT" if (field := dialect.alt_reads.format(alt=base)) in place}
        return _by_base(tiers) if tiers else None
    if not place.keys() >= {dialect.alt_reads, *dialect.needs}:
        return None
    at, rest = place[dialect.alt_reads], place.get(dialect.ref_reads or "", -1)
    if dialect.counts == "strands":
        return _by_strand(at)
    if dialect.counts == "tier":
        return _first_tier(at, rest)
    return _by_allele(at, rest) if dialect.ref_reads else _with_reference(at)


def _with_reference(at: int) -> Counter:
    """One number for the reference, then one for each ALT."""

    def count(cells: list[str], alts: list[str], alt: int) -> Counts:
        numbers = cells[at].split(",")
        if len(numbers) != len(alts) + 1:
            return NONE
        reads = whole(numbers[alt + 1])
        return Counts(reads, sum(whole(number) or 0 for number in numbers) if reads is not None else None)

    return count


def _by_allele(at: int, rest: int) -> Counter:
    """One number for each ALT; rest: the field of the reference's, -1 where it is not there."""

    def count(cells: list[str], alts: list[str], alt: int) -> Counts:
        numbers = cells[at].split(",")
        if len(numbers) != len(alts):
            return NONE
        reads, others = whole(numbers[alt]), whole(cells[rest]) if rest >= 0 else None
        if reads is None or others is None:
            return Counts(reads, None)
        return Counts(reads, others + sum(whole(number) or 0 for number in numbers))

    return count


def _by_strand(at: int) -> Counter:
    """Reference forward, reverse, ALT forward, reverse; of a site with one ALT."""

    def count(cells: list[str], alts: list[str], _alt: int) -> Counts:
        numbers = [whole(number) for number in cells[at].split(",")]
        if len(alts) != 1 or len(numbers) != 4 or None in numbers:
            return NONE
        return Counts(sum(filter(None, numbers[2:])), sum(filter(None, numbers)))

    return count


def _first_tier(at: int, rest: int) -> Counter:
    """The first number of the ALT's field and of the reference's (-1: not there)."""

    def count(cells: list[str], _alts: list[str], _alt: int) -> Counts:
        reads = _first(cells[at])
        others = _first(cells[rest]) if rest >= 0 else None
        return Counts(reads, reads + others if reads is not None and others is not None else None)

    return count


def _by_base(tiers: Mapping[str, int]) -> Counter:
    """The first number of the field that is named after the ALT's base; all bases' together are the total."""

    def count(cells: list[str], alts: list[str], alt: int) -> Counts:
        if alts[alt] not in tiers:
            return NONE
        return Counts(_first(cells[tiers[alts[alt]]]), sum(_first(cells[at]) or 0 for at in tiers.values()))

    return count


def _first(text: str) -> int | None:
    return whole(text.split(",")[0])


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
