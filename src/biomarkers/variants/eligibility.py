"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.variants.alleles import AlleleFilter, resolve
from biomarkers.variants.callers.dialects import PANELS
from biomarkers.variants.consequence import NOTHING, Interpreter
from biomarkers.variants.evidence import Reader, Said
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency
from biomarkers.variants.rules import (
    BY_READS,
    DUPLICATE,
    Passing,
    Rules,
    Territory,
    behind_reads,
    changed_bases,
    first_failure,
    outside,
    passes_otherwise,
)
from biomarkers.variants.vcf import Header, Record, changed, info_value, new

COLUMNS = (
    "patient", "sample", "chrom", "pos", "ref", "alt", "filter", "depth", "alt_reads", "vaf", "caller_af", "gene",
    "transcript", "consequence", "hgvsp", "population_af", "exclusion", "counted_in", "tumor_only", "n_events",
    "other_genes", "passes_otherwise",
)  # fmt: skip

Place = tuple[str, int, str, str]
"""Contig, position, reference, ALT."""


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


def passed_before(records: Iterable[Record], allele_filter: AlleleFilter, rules: Rules, number: int) -> set[Place]:
    """ALTs that passed in records before this one."""
    passing = Passing(rules)
    return {
        (record.chrom, record.pos, record.ref, allele)
        for record in takewhile(lambda record: record.number < number, records)
        for alt, allele in enumerate(record.alts)
        if passing[allele_filter.of(record, alt)]
    }
