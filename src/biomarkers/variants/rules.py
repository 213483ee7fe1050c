"""The rules of counting, for VCF and MAF alike: functions of what is known of one ALT (docs/methods.md, 1.1 to 1.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from biomarkers.genome.consequence_terms import SPLICE_SITE
from biomarkers.genome.regions import Lookup
from biomarkers.settings import Counting
from biomarkers.variants.evidence import Evidence

DUPLICATE = "duplicate_record"
"""In the column `filter`: the same ALT passed in an earlier record, so it is counted there."""

BASES = "ACGT"
"""Of an ALT with any other letter no change is known: `N` has no consequence, whatever its annotation says."""

EXCLUSIONS = (
    "filter", "target", "callable", "depth", "alt_reads", "vaf", "germline", "not_somatic", "unknown", "hotspot",
    "consequence",
)  # fmt: skip
"""In the order in which the rules are asked (docs/methods.md, 1.1 to 1.6)."""
BY_READS = frozenset(("depth", "alt_reads", "vaf"))
"""Those of the thresholds, which a tumor of few cells fails (docs/methods.md, 1.16)."""
MARKED = {
    "germline": "germline", "loh": "germline", "reference": "germline", "blood": "not_somatic", "unknown": "unknown",
}  # fmt: skip
"""Exclusions by what a caller takes an ALT for (docs/methods.md, 1.4)."""

Rules = Counting
"""The thresholds; the settings are declared once, there."""


class Passing(dict[str, bool]):
    """Whether a FILTER passes: PASS, what the user accepts, and `.` where unfiltered records are accepted.

    >>> [Passing(Rules(accept_filters=("wga",)))[text] for text in ("PASS", "wga", "wga;oxog", ".")]
    [True, True, False, False]
    """

    def __init__(self, rules: Rules) -> None:
        self._words = {"PASS", *rules.accept_filters, *(["."] if rules.accept_unfiltered else [])}

    def __missing__(self, text: str) -> bool:
        self[text] = self._words.issuperset(re.split("[;,]", text))
        return self[text]


class Territory(NamedTuple):
    """Where variants count; None: everywhere.

    regions: callable coding targets. splice: callable target bases within 2 bp of coding sequence. targets: coding
    targets, callable or not, and splice_targets the bases within 2 bp of them; None: not known apart.
    """

    regions: Lookup | None = None
    splice: Lookup | None = None
    targets: Lookup | None = None
    splice_targets: Lookup | None = None


def first_failure(rules: Rules, evidence: Evidence, *, passes: bool, place: str, later: str) -> str:
    """The first rule before that of consequence which an ALT fails (one of `EXCLUSIONS`), empty when it fails none.

    passes: its FILTER. place: as `outside` says. later: the first rule behind those of reads that it fails, as
    `behind_reads` says.

    >>> first_failure(Rules(), Evidence(24, 2, None, 2 / 24), passes=True, place="", later="germline")
    'depth'
    """
    if not passes:
        return "filter"
    if place:
        return place
    if (evidence.depth or 0) < rules.tumor_depth:
        return "depth"
    if (evidence.alt_reads or 0) < rules.alt_reads:
        return "alt_reads"
    if (evidence.vaf or 0.0) < rules.vaf:
        return "vaf"
    return later


def behind_reads(rules: Rules, *, germline: bool, hot: bool) -> str:
    """The first rule behind those of reads, consequence aside, that an ALT fails; empty when it fails none."""
    if germline:
        return "germline"
    return "hotspot" if hot and rules.exclude_hotspots else ""


def passes_otherwise(exclusion: str, later: str) -> str:
    """Whether an ALT that its reads exclude passes the rules behind theirs, consequence aside: "1" or "0".

    Empty for any other ALT, of which `exclusion` and `consequence` say it all.
    """
    if exclusion not in BY_READS:
        return ""
    return "0" if later else "1"


def outside(chrom: str, start: int, end: int, terms: Sequence[str], territory: Territory) -> str:
    """Why an allele lies outside the territory: `target`, off target; `callable`, on target but not deep enough there.

    Empty for one inside. start, end: its changed bases, 0-based, half-open, of which one must lie inside; at a splice
    site one beside will do.
    """
    if territory.regions is None or territory.regions.touches(chrom, start, end):
        return ""
    beside = not SPLICE_SITE.isdisjoint(terms)
    if beside and territory.splice is not None and territory.splice.touches(chrom, start, end):
        return ""
    if territory.targets is not None and territory.targets.touches(chrom, start, end):
        return "callable"
    if beside and territory.splice_targets is not None and territory.splice_targets.touches(chrom, start, end):
        return "callable"
    return "target"


def changed_bases(ref: str, alt: str) -> int:
    """Bases by which an allele of the reference's length differs; 1 for every other allele.

    >>> changed_bases("CC", "TA"), changed_bases("C", "CTT"), changed_bases("CCCCC", "<DEL>")
    (2, 1, 1)
    """
    if len(ref) != len(alt) or not alt.isalpha():
        return 1
    return sum(a != b for a, b in zip(ref, alt, strict=True))
