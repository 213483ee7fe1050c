"""The rules of counting, for VCF and MAF alike: functions of what is known of one ALT (docs/methods.md, 1.1 to 1.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from biomarkers.genome.consequence_terms import SPLICE_SITE
from biomarkers.genome.regions import Lookup
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.settings_variants import Counting
from biomarkers.variants.evidence import KEPT, Evidence, in_normal
from biomarkers.variants.vcf import Record

DUPLICATE = "duplicate_record"
"""In the column `filter`: the same variant passed in an earlier record, so it is counted there."""
NO_VARIANT = "no_variant"
"""In the column `filter`: the allele is the reference's."""

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


class ByReads(dict[Evidence, str]):
    """The first of the thresholds that the reads of an ALT fail; empty when they fail none.

    >>> [ByReads(Rules())[reads] for reads in (Evidence(24, 2, None, 2 / 24), Evidence(60, 2, None, 2 / 60))]
    ['depth', 'alt_reads']
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def __missing__(self, evidence: Evidence) -> str:
        rules, failed = self._rules, ""
        if (evidence.depth or 0) < rules.tumor_depth:
            failed = "depth"
        elif (evidence.alt_reads or 0) < rules.alt_reads:
            failed = "alt_reads"
        elif (evidence.vaf or 0.0) < rules.vaf:
            failed = "vaf"
        if len(self) < KEPT:
            self[evidence] = failed
        return failed


class Counted(dict[tuple[str, ...], str]):
    """Names of the definitions that count a consequence with these terms, of which the first is the worst."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._definitions = definitions

    def __missing__(self, terms: tuple[str, ...]) -> str:
        worst = terms[0] if terms else ""
        self[terms] = ",".join(d.name for d in self._definitions if worst in d.terms)
        return self[terms]


class InNormal(dict[Evidence, str]):
    """Whether the normal's reads show an ALT, as the table has it: "1" or "0"."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def __missing__(self, evidence: Evidence) -> str:
        shown = str(int(in_normal(evidence, self._rules)))
        if len(self) < KEPT:
            self[evidence] = shown
        return shown


def first_failure(passes: bool, place: str, by_reads: str, later: str) -> str:
    """The first rule before that of consequence which an ALT fails (one of `EXCLUSIONS`), empty when it fails none.

    passes: its FILTER. place: as `outside` says. by_reads: as `ByReads` says. later: the first rule behind those of
    reads that it fails, as `behind_reads` says.

    >>> first_failure(True, "", "depth", "germline"), first_failure(True, "", "", "germline")
    ('depth', 'germline')
    """
    return (place or by_reads or later) if passes else "filter"


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
    """Bases by which an allele of the reference's length differs; 1 for every other allele, and for the reference's.

    >>> changed_bases("CC", "TA"), changed_bases("C", "CTT"), changed_bases("CCCCC", "<DEL>"), changed_bases("C", "C")
    (2, 1, 1, 1)
    """
    if len(ref) != len(alt) or not alt.isalpha():
        return 1
    return sum(a != b for a, b in zip(ref, alt, strict=True)) or 1


def is_blank(cell: str, form: str) -> bool:
    """Whether a sample's column of which no read is known says nothing, its genotype included."""
    return not cell.strip("./|:,0") and (not form.startswith("GT") or cell.startswith("."))


def without_reads(record: Record, alt: int) -> str:
    """The exclusion of an ALT of whose reads nothing is known, empty where its genotype has it.

    `unknown` where the tumor's column is blank, `not_somatic` where the genotype is without the ALT. A file without
    columns lists what its tumor has.
    """
    if not record.format:
        return ""
    if not record.sample.strip("./|:,"):
        return "unknown"
    if record.format.partition(":")[0] != "GT":
        return ""
    alleles = re.split("[/|]", record.sample.partition(":")[0])
    return "" if str(alt + 1) in alleles else "not_somatic"
