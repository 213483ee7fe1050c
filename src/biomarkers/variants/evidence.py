"""The read evidence of one sample, whichever caller wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from biomarkers.variants.vcf import new

KEPT = 10_000
"""Distinct texts of depth, reads and fraction that are remembered for one FORMAT."""


class Evidence(NamedTuple):
    """Reads of one ALT in one sample; None where the caller wrote nothing. caller_af: the caller's own fraction;
    vaf: alt_reads / depth, or the caller's own where it wrote no count.
    """

    depth: int | None
    alt_reads: int | None
    caller_af: float | None
    vaf: float | None


def reader(format_text: str) -> Callable[[str, str, list[str], int], Evidence]:
    """Function (sample text, ref, alts, number of the ALT from 0) -> Evidence, for records with that FORMAT."""
    keys = format_text.split(":")
    place = {key: index for index, key in enumerate(keys)}
    fraction = next((key for key in ("AF", "FREQ", "VAF", "FA") if key in place), None)
    tiers = {base: place[f"{base}U"] for base in "ACGT" if f"{base}U" in place}
    at_depth, at_counts = place.get("DP", -1), place.get("AD", -1)
    if at_counts < 0 <= at_depth and "AO" not in place:
        at_counts = place.get("DPR", -1)
    at_share = -1 if fraction is None else place[fraction]
    last = max(at_depth, at_counts, at_share)

    seen: dict[tuple[str, str, str], Evidence] = {}

    def usual(text: str, ref: str, alts: list[str], alt: int) -> Evidence:
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
        return evidence(text, ref, alts, alt)

    def evidence(text: str, ref: str, alts: list[str], alt: int) -> Evidence:
        cells = text.split(":")
        if len(cells) < len(keys):
            cells += ["."] * (len(keys) - len(cells))
        depth = whole(cells[place["DP"]]) if "DP" in place else None
        reads: int | None = None
        total: int | None = None
        if at_counts >= 0:
            counts = cells[at_counts].split(",")
            if len(counts) == len(alts) + 1:
                reads = whole(counts[alt + 1])
                numbers = [whole(count) or 0 for count in counts]
                total = sum(numbers) if reads is not None else None
            elif len(counts) == len(alts):
                reads = whole(counts[alt])
                rest = whole(cells[place["RD"]]) if "RD" in place else None
                if rest is not None and reads is not None:
                    total = rest + sum(whole(count) or 0 for count in counts)
        if reads is None and "AO" in place:
            counts = cells[place["AO"]].split(",")
            reads = whole(counts[alt]) if len(counts) == len(alts) else None
            rest = whole(cells[place["RO"]]) if "RO" in place else None
            if rest is not None and reads is not None:
                total = rest + sum(whole(count) or 0 for count in counts)
        if reads is None and "DP4" in place and len(alts) == 1:
            strands = [whole(count) for count in cells[place["DP4"]].split(",")]
            if len(strands) == 4 and None not in strands:
                reads, total = sum(filter(None, strands[2:])), sum(filter(None, strands))
        if reads is None and "TIR" in place:
            reads = whole(cells[place["TIR"]].split(",")[0])
            rest = whole(cells[place["TAR"]].split(",")[0]) if "TAR" in place else None
            total = reads + rest if reads is not None and rest is not None else None
        if reads is None and tiers and alts[alt] in tiers:
            reads = whole(cells[tiers[alts[alt]]].split(",")[0])
            total = sum(whole(cells[index].split(",")[0]) or 0 for index in tiers.values())
        if depth is None:
            depth = total
        caller = None
        if fraction is not None:
            shares = cells[place[fraction]].replace("%25", "%").split(",")
            if len(shares) == len(alts):
                caller = share(shares[alt])
        vaf = reads / depth if reads is not None and depth else caller
        if reads is None and caller is not None and depth is not None:
            reads = round(caller * depth)
        return Evidence(depth, reads, caller, vaf)

    return usual if min(at_depth, at_counts) >= 0 else evidence


def whole(text: str) -> int | None:
    """A count, None for a missing one. Raises ValueError for other text."""
    if text in (".", ""):
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
    if text in (".", ""):
        return None
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    if not 0 <= value <= 1:
        if value != value:
            return None
        raise ValueError(f"'{text}' is not a fraction")
    return value
