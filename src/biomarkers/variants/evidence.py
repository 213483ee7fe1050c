"""What a caller says of an ALT, by the dialect of whichever wrote the record: its reads, and what it takes it for."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.variants.alleles import unsplit
from biomarkers.variants.callers.counts import NONE, counter, depth, share, share_of
from biomarkers.variants.callers.dialect import INFO, Dialect, Kind, Mark, Reads, Share
from biomarkers.variants.callers.dialects import DIALECTS, USUAL, USUAL_READS, USUAL_SHARES
from biomarkers.variants.vcf import Header, Record, info_value, new

log = logging.getLogger("biomarkers")

REMEDY = "calls of a somatic caller, or calling.somatic: a bcftools expression that holds for its somatic calls"
KEPT = 10_000
"""Distinct texts of depth, reads and fraction that are remembered for one FORMAT."""
IN_NORMAL, IN_NORMAL_READS = 0.2, 5
"""An ALT with this share of the normal's reads, and as many of them, is in the normal (docs/methods.md, 1.4)."""


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


class Said(NamedTuple):
    """What the caller takes an ALT for, and how it says so (`SS=1`)."""

    kind: Kind
    word: str


SILENT = Said("", "")


class Heard(NamedTuple):
    """Who said what."""

    caller: str
    kind: Kind
    word: str


class Way(NamedTuple):
    """How records of one FORMAT and one caller are read; normal: of the normal's column."""

    dialect: Dialect
    of: Of
    normal: Of


class Reader:
    """Finds the caller of each record, and reads what it says; `check` tells what was not understood."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._ways: dict[str, list[tuple[tuple[str, ...], Way]]] = {}
        self.heard: Counter[Heard] = Counter()
        """How often a caller said what of ALTs that passed."""
        self._first: dict[Heard, str] = {}

    def way(self, form: str, info: str) -> Way:
        """How a record with this FORMAT and INFO is read."""
        if form not in self._ways:
            self._ways[form] = self._candidates(form)
        for wanted, way in self._ways[form]:
            if not wanted or all([key in info and info_value(info, key) is not None for key in wanted]):
                return way
        raise AssertionError  # the last candidate wants nothing

    def _candidates(self, form: str) -> list[tuple[tuple[str, ...], Way]]:
        """Callers that may have written the FORMAT, with what they need in INFO, up to one that needs nothing there."""
        keys = form.split(":") if form else []
        found: list[tuple[tuple[str, ...], Way]] = []
        for dialect in DIALECTS:
            for sign in dialect.known_by:
                if sign.may_be(self._header, keys):
                    found.append((sign.infos, _way(dialect, form)))
                    if not sign.infos:
                        return found
        return [*found, ((), _way(USUAL, form))]

    def normal(self, way: Way, record: Record, alt: int) -> Evidence:
        """Reads of the ALT in the matched normal, as far as the record has them."""
        text = record.sample if way.dialect.normal else record.normal
        return way.normal(text, record.info, record.alts, alt) if text else UNSEEN

    def said(self, way: Way, record: Record, alt: int, passes: bool) -> Said:
        """What the caller takes the ALT for; passes: whether FILTER lets it.

        Of a site with several ALTs one mark is said, though an ALT may be the patient's own and another somatic: one
        that the normal has is germline.
        """
        dialect = way.dialect
        said = SILENT if not dialect.marks else _marked(dialect, record, alt)
        one_of_several = (len(record.alts) > 1 or "OLD_REC=" in record.info) and len(_site(record)) > 1
        if one_of_several and not dialect.allele_filter and said.kind in ("somatic", ""):
            said = Said("germline", "reads in the normal") if in_normal(self.normal(way, record, alt)) else said
        if passes and record.alts[alt].isalpha():
            heard = Heard(dialect.name, said.kind, said.word)
            self.heard[heard] += 1
            self._first.setdefault(heard, record.place)
        return said

    def check(self) -> None:
        """Raise InputError where nothing in the file marks a somatic call; warn of words that are not understood."""
        problems, unmarked = [], {dialect.name: dialect.unmarked for dialect in DIALECTS}
        for name in dict.fromkeys(heard.caller for heard in self.heard):
            mine = [heard for heard in self.heard if heard.caller == name]
            count, place = sum(self.heard[heard] for heard in mine), self._first[mine[0]]
            reason = unmarked.get(name, "")
            if not reason and all(heard.kind == "unknown" and not heard.word for heard in mine):
                fields = " or ".join(
                    mark.field for dialect in DIALECTS if dialect.name == name for mark in dialect.marks
                )
                reason = f"marks somatic calls by {fields}, which no record has"
            if reason:
                found = f"hold {count} by {name} (the first at {place}), which {reason}: nothing says they are somatic"
                problems.append(Problem.said(self._header.path, "records", found, REMEDY))
        if problems:
            raise InputError(problems)
        for heard, count in self.heard.items():
            if heard.kind == "unknown":
                log.warning(
                    "%s: %d alleles that %s marks with %s (the first at %s) do not count: it does not say somatic",
                    self._header.path,
                    count,
                    heard.caller,
                    heard.word or "nothing",
                    self._first[heard],
                )


def _marked(dialect: Dialect, record: Record, alt: int) -> Said:
    """What the marks say: the first that does not say somatic decides."""
    found = SILENT
    for mark in dialect.marks:
        said = _read(mark, record, alt)
        if said.kind not in ("somatic", ""):
            return said
        found = said if said.kind else found
    return found


def in_normal(evidence: Evidence) -> bool:
    """Whether the normal's reads show the ALT."""
    return (evidence.alt_reads or 0) >= IN_NORMAL_READS and (evidence.vaf or 0.0) >= IN_NORMAL


def _site(record: Record) -> list[str]:
    site = unsplit(record.info)
    return site.alts if site else record.alts


def _read(mark: Mark, record: Record, alt: int) -> Said:
    """What one field says."""
    name = mark.field.removeprefix(INFO)
    if mark.field.startswith(INFO):
        text = info_value(record.info, name)
    else:
        keys, cells = record.format.split(":"), record.sample.split(":")
        text = cells[keys.index(name)] if name in keys and keys.index(name) < len(cells) else None
    if text is None or text == ".":
        return Said(mark.absent, "")
    parts = text.split(",")
    if 1 < len(parts) == len(record.alts):
        text = parts[alt]
    return Said(mark.words.get(text.strip().lower(), "unknown"), f"{name}={text}" if text else name)


def _way(dialect: Dialect, form: str) -> Way:
    of = _reader(dialect.reads, dialect.share, form)
    own = dialect.normal is not None or dialect.normal_share is not None
    normal = (
        _reader((dialect.normal,) if dialect.normal else (), dialect.normal_share, form, usual=False) if own else of
    )
    return Way(dialect, of, normal)


def reader(form: str) -> Of:
    """How reads are found in records with that FORMAT, whoever wrote them."""
    return _reader((), None, form)


def _reader(reads: tuple[Reads, ...], stated: Share | None, form: str, usual: bool = True) -> Of:
    """How reads are found: in the dialect's places, then in the usual ones."""
    keys = form.split(":") if form else []
    place = {key: index for index, key in enumerate(keys)}
    if usual:
        reads = (*reads, *USUAL_READS)
    ways = [(way, counter(way, place), depth(way, place)) for way in reads]
    ways = [(way, count, all_reads) for way, count, all_reads in ways if count or all_reads]
    shares = [stated] if stated else []
    shares += [Share(name) for name in USUAL_SHARES] if usual else []
    caller_share = next((found for found in (share_of(one, place) for one in shares) if found), None)

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
        seen, caller = counts.alt_reads, caller_share(cells, info, alts, alt) if caller_share else None
        if total is None:
            total = counts.total
        among = counts.total if of_counts and counts.total is not None else total
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

    sooner = ways[0][0].alt == "AD" and ways[0][0].counts == "alleles" and ways[0][0].depth == "DP" if ways else False
    plain = stated is None or stated.of == "alts"
    at_share = next((place[one.field] for one in shares if one.field in place), -1)
    return _usual(of, place.get("DP", -1), place.get("AD", -1), at_share) if sooner and plain else of


def _usual(of: Of, at_depth: int, at_counts: int, at_share: int) -> Of:
    """As `of`, sooner for what most records are: one ALT with DP, two counts in AD and a plain fraction."""
    if min(at_depth, at_counts) < 0:
        return of
    last = max(at_depth, at_counts, at_share)
    seen: dict[tuple[str, str, str], Evidence] = {}

    def usual(text: str, info: str, alts: list[str], alt: int) -> Evidence:
        cells = text.split(":", last + 1)
        if len(cells) > last and len(alts) == 1:
            key = (cells[at_depth], cells[at_counts], "." if at_share < 0 else cells[at_share])
            known = seen.get(key)
            if known is not None:
                return known
            whole_depth, counts, shown = key
            rest, _, reads = counts.partition(",")
            if (
                whole_depth.isdecimal()
                and rest.isdecimal()
                and reads.isdecimal()
                and "," not in shown
                and "%" not in shown
            ):
                total, mine, stated = int(whole_depth), int(reads), share(shown)
                found: Evidence = new(Evidence, (total, mine, stated, mine / total if total else stated))
                if len(seen) < KEPT:
                    seen[key] = found
                return found
        return of(text, info, alts, alt)

    return usual
