"""The reads of an ALT, as its caller counts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from biomarkers.settings_variants import Counting
from biomarkers.variants.alleles import unsplit
from biomarkers.variants.callers.counts import NONE, counter, depth, share, share_of
from biomarkers.variants.callers.dialect import Reads, Share
from biomarkers.variants.callers.dialects import USUAL_READS, USUAL_SHARES

KEPT = 10_000
"""Distinct texts of depth, reads and fraction that are remembered for one FORMAT."""


class Evidence(NamedTuple):
    """Reads of one ALT in one sample; None where the caller wrote nothing.

    caller_af: the caller's own fraction. vaf: alt_reads / depth, or the caller's own where it wrote no count.
    """

    depth: int | None
    alt_reads: int | None
    caller_af: float | None
    vaf: float | None


UNSEEN = Evidence(None, None, None, None)
Of = Callable[[str, str, list[str], int], Evidence]
"""Function (text of the sample, INFO, ALTs, number of the ALT from 0) -> Evidence.

It raises ValueError or IndexError for text that is no evidence.
"""


def in_normal(evidence: Evidence, rules: Counting) -> bool:
    """Whether the normal's reads show the ALT (docs/methods.md, 1.17)."""
    return (evidence.alt_reads or 0) >= rules.normal_alt_reads and (evidence.vaf or 0.0) >= rules.normal_vaf


def reader(form: str) -> Of:
    """How reads are found in records with that FORMAT, whoever wrote them."""
    return reading(USUAL_READS, USUAL_SHARES, form)


def reading(reads: tuple[Reads, ...], shares: tuple[Share, ...], form: str) -> Of:
    """How reads and the caller's own fraction are found: in the first of these places that says something."""
    keys = form.split(":") if form else []
    place = {key: index for index, key in enumerate(keys)}
    ways = [(way, counter(way, place), depth(way, place)) for way in reads]
    ways = [(way, count, all_reads) for way, count, all_reads in ways if count or all_reads]
    stated = [(one, found) for one in shares if (found := share_of(one, place))]

    def evidence(text: str, info: str, alts: list[str], alt: int) -> Evidence:
        cells = text.split(":")
        cells += ["."] * (len(keys) - len(cells))
        counts, total, of_counts = NONE, None, False
        for way, count, all_reads in ways:
            if total is None and all_reads:
                total = all_reads(cells, info, alts, alt).total
            if count:
                counts = count(cells, info, alts, alt)
                of_counts = way.of_counts
                if counts.alt_reads is not None:
                    break
        seen = counts.alt_reads
        told = (share_there(cells, info, alts, alt) for _, share_there in stated)
        caller = next((value for value in told if value is not None), None)
        if total is None:
            total = counts.total
        # VarScan's depth is of good bases only once GATK has annotated its records.
        among = (counts.total if of_counts or (total or 0) < (seen or 0) else None) or total
        vaf = seen / among if seen is not None and among else caller
        if seen is None and caller is not None and total is not None:
            seen = round(caller * total)
        return Evidence(total, seen, caller, vaf)

    def of(text: str, info: str, alts: list[str], alt: int) -> Evidence:
        found = evidence(text, info, alts, alt)
        if found.alt_reads is None and len(alts) == 1 and "OLD_REC=" in info:
            site = unsplit(info)
            if site is not None and len(site.alts) > 1:
                return evidence(text, info, site.alts, site.alt)
        return found

    plain = bool(ways) and ways[0][0] == Reads() and (not stated or stated[0][0].of == "alts")
    at_share = place.get(stated[0][0].field, -1) if stated else -1
    return _usual(of, place.get("DP", -1), place.get("AD", -1), at_share) if plain else of


def _usual(of: Of, at_depth: int, at_counts: int, at_share: int) -> Of:
    """As `of`, sooner for what most records are: one ALT with DP, two counts in AD and a plain fraction."""
    if min(at_depth, at_counts) < 0:
        return of
    last = max(at_depth, at_counts, at_share)
    known: dict[str, Evidence] = {}
    """By the whole text where nothing stands behind what is read: such texts come again and again."""
    seen: dict[tuple[str, str, str], Evidence] = {}

    def usual(text: str, info: str, alts: list[str], alt: int) -> Evidence:
        if len(alts) != 1:
            return of(text, info, alts, alt)
        found = known.get(text)
        if found is not None:
            return found
        cells = text.split(":", last + 1)
        if len(cells) <= last:
            return of(text, info, alts, alt)
        key = (cells[at_depth], cells[at_counts], "." if at_share < 0 else cells[at_share])
        found = seen.get(key)
        if found is None:
            found = _plain(*key)
            if found is None:
                return of(text, info, alts, alt)
            if len(seen) < KEPT:
                seen[key] = found
        if len(cells) == last + 1 and len(known) < KEPT:
            known[text] = found
        return found

    return usual


def _plain(depth_cell: str, counts: str, share_cell: str) -> Evidence | None:
    """Evidence of a depth, two counts and one plain fraction; None where they are anything else."""
    rest, _, reads = counts.partition(",")
    if not (depth_cell.isdecimal() and rest.isdecimal() and reads.isdecimal()):
        return None
    if "," in share_cell or "%" in share_cell:
        return None
    total, mine, stated = int(depth_cell), int(reads), share(share_cell)
    if mine > total:
        return None
    return Evidence(total, mine, stated, mine / total if total else stated)
