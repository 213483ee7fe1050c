"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.consequence_terms import SPLICE_SITE
from biomarkers.genome.regions import Lookup
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.settings import Counting
from biomarkers.variants.alleles import AlleleFilter, resolve
from biomarkers.variants.callers.dialects import PANELS
from biomarkers.variants.consequence import NOTHING, Interpreter
from biomarkers.variants.evidence import Evidence, Reader, Said
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency
from biomarkers.variants.vcf import Header, Record, changed, info_value, new

COLUMNS = (
    "patient", "sample", "chrom", "pos", "ref", "alt", "filter", "depth", "alt_reads", "vaf", "caller_af", "gene",
    "transcript", "consequence", "hgvsp", "population_af", "exclusion", "counted_in", "tumor_only", "n_events",
    "other_genes", "passes_otherwise",
)  # fmt: skip

DUPLICATE = "duplicate_record"
"""In the column `filter`: the same ALT passed in an earlier record, so it is counted there."""

Place = tuple[str, int, str, str]
"""Contig, position, reference, ALT."""

EXCLUSIONS = ("filter", "target", "callable", "depth", "alt_reads", "vaf", "germline", "hotspot", "consequence")
"""In the order in which the rules are asked (docs/methods.md, 1.1 to 1.6)."""
BY_READS = frozenset(("depth", "alt_reads", "vaf"))
"""Those of the thresholds, which a tumor of few cells fails (docs/methods.md, 1.16)."""


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


class Row(NamedTuple):
    """One tumor ALT, in the order of `COLUMNS` from `chrom` on."""

    chrom: str
    pos: int
    ref: str
    alt: str
    filter: str
    depth: int | None
    alt_reads: int | None
    vaf: float | None
    caller_af: float | None
    gene: str
    transcript: str
    consequence: str
    hgvsp: str
    population_af: float | None
    exclusion: str
    counted_in: str
    n_events: int
    other_genes: str
    passes_otherwise: str


class Tally:
    """What was seen while the rows passed by.

    records: all; filters: how many have each FILTER; annotations: those whose annotation was looked at. rows: all;
    with_depth, with_reads, with_frequency: those with a measured depth, a count of the variant's reads, a population
    frequency; inside: those within the territory.
    earlier: what passed in records before a number, asked for once when positions are out of order; in order, a
    repetition follows at once.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.annotations = self.rows = 0
        self.filters: Counter[str] = Counter()
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
        self.counted: Counter[str] = Counter()
        """Events by the row's `counted_in`."""
        self.contigs: dict[str, None] = {}
        self.chrom, self.pos, self.in_order = "", 0, True
        self.passed: set[Place] = set()
        """What passed at the present position, `chrom` and `pos`; out of order: anywhere above."""
        self.earlier = earlier

    def move(self, chrom: str, pos: int, number: int) -> None:
        """Go to another position."""
        if self.in_order:
            self.in_order = pos > self.pos if chrom == self.chrom else chrom not in self.contigs
            self.passed = set() if self.in_order else self.earlier(number)
        self.contigs[chrom] = None
        self.chrom, self.pos = chrom, pos


class Judge:
    """Judges every ALT of a file's records by the rules, in their order.

    referred: BCSQ texts that `@` references point to. `tally` is filled as the rows are taken.
    """

    def __init__(
        self,
        header: Header,
        interpreter: Interpreter,
        definitions: Sequence[Definition],
        *,
        rules: Rules,
        tumor_only: bool,
        territory: Territory,
        frequency: Frequency,
        hotspots: Hotspots,
        referred: dict[str, str],
        allele_filter: AlleleFilter,
        tally: Tally,
    ) -> None:
        self.path, self.rules, self.tumor_only, self.territory = header.path, rules, tumor_only, territory
        self._interpreter, self._frequency, self._hotspots, self._tally = interpreter, frequency, hotspots, tally
        self._referred, self._allele_filter, self._definitions = referred, allele_filter, definitions
        self._passing = Passing(rules)
        self.reader = Reader(header)
        self._panels = [flag for flag in PANELS if flag in header.info] if tumor_only else []
        self._counted: dict[str, str] = {}

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """One row per ALT, with the first rule that it fails or the definitions that it counts in.

        Nothing is dropped, so that every ALT's annotation is read.
        """
        # Names without a dot, and no call where nothing is to be done: this runs for every ALT of every file.
        tally, rules, way_of, counted = self._tally, self.rules, self.reader.way, self._counted
        filters = tally.filters
        consequence_of, frequency, by_event = self._interpreter.of, self._frequency, rules.mnv == "event"
        anywhere, has_spots = self.territory.regions is None, bool(self._hotspots)
        for record in records:
            number, chrom, pos, ref, alts, site, info, text, form, sample, _ = record
            tally.records += 1
            filters[site] += 1
            if pos != tally.pos or chrom != tally.chrom:
                tally.move(chrom, pos, number)
            way = way_of(form, info)
            tally.annotations += any([allele.isalpha() for allele in alts])
            if self._referred:
                text = resolve(text, chrom, self._referred)
            for alt, allele in enumerate(alts):
                try:
                    evidence = way.of(sample, info, alts, alt)
                except (ValueError, IndexError) as error:
                    expected = f"values of {form} ({error})"
                    raise InputError(Problem(self.path, "FORMAT", sample, expected, record.place)) from None
                tally.rows += 1
                tally.with_depth += evidence[0] is not None
                tally.with_reads += evidence[1] is not None
                status, passes = self._status(record, alt)
                found = NOTHING
                if text and allele.isalpha():
                    found = consequence_of(text, pos=pos, ref=ref, alts=alts, alt=alt, info=info)
                gene, transcript, terms, protein, others, cells = found
                population = (
                    frequency.of(info, cells, len(alts), alt, self.path, chrom, pos) if frequency.names else None
                )
                tally.with_frequency += population is not None
                hot = has_spots and self._hotspots.hits(chrom, pos, ref, allele, gene, protein)
                place = "" if anywhere else outside(chrom, *changed(pos, ref, allele), terms, self.territory)
                tally.inside += not place
                germline = self._germline(self.reader.said(way, record, alt, passes), info, population, hot)
                later = behind_reads(rules, germline=germline, hot=hot) if germline or hot else ""
                exclusion = first_failure(rules, evidence, passes=passes, place=place, later=later)
                names = ""
                if not exclusion:
                    worst = terms[0] if terms else ""
                    names = counted[worst] if worst in counted else self._counts(worst)
                    exclusion = "" if names else "consequence"
                otherwise = passes_otherwise(exclusion, later) if exclusion in BY_READS else ""
                depth, alt_reads, caller_af, vaf = evidence
                events = 1 if by_event else changed_bases(ref, allele)
                if names:
                    tally.counted[names] += events
                consequence = terms[0] if len(terms) == 1 else "&".join(terms)
                reads = (depth, alt_reads, vaf, caller_af)
                effect = (gene, transcript, consequence, protein, population)
                verdict = (exclusion, names, events, others, otherwise)
                yield new(Row, (chrom, pos, ref, allele, status, *reads, *effect, *verdict))

    def _status(self, record: Record, alt: int) -> tuple[str, bool]:
        """FILTER of the ALT, and whether it passes: not when it passed before."""
        status = record.filter
        if self._allele_filter.present:
            status = self._allele_filter.of(record, alt)
        if not self._passing[status]:
            return status, False
        place = (record.chrom, record.pos, record.ref, record.alts[alt])
        if place in self._tally.passed:
            return DUPLICATE, False
        self._tally.passed.add(place)
        return status, True

    def _germline(self, said: Said, info: str, population: float | None, hot: bool) -> bool:
        """Whether the caller marks the ALT as not somatic, or a call without a normal has what many people have."""
        if said.kind not in ("somatic", ""):
            return True
        if not self.tumor_only or hot:
            return False
        common = population is not None and population >= self.rules.max_population_af
        return common or any([info_value(info, flag) is not None for flag in self._panels])

    def _counts(self, worst: str) -> str:
        """Names of the definitions that count a consequence with this worst term."""
        self._counted[worst] = ",".join(d.name for d in self._definitions if worst in d.terms)
        return self._counted[worst]


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


def passed_before(records: Iterable[Record], allele_filter: AlleleFilter, rules: Rules, number: int) -> set[Place]:
    """ALTs that passed in records before this one."""
    passing = Passing(rules)
    return {
        (record.chrom, record.pos, record.ref, allele)
        for record in takewhile(lambda record: record.number < number, records)
        for alt, allele in enumerate(record.alts)
        if passing[allele_filter.of(record, alt)]
    }


def outside(chrom: str, start: int, end: int, terms: Sequence[str], territory: Territory) -> str:
    """Why an allele lies outside the territory: `target`, off target; `callable`, on target but not deep enough; or empty.

    start, end: its changed bases, 0-based, half-open, of which one must lie inside; at a splice site one beside will do.
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
