"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.variants.alleles import AlleleFilter, resolve
from biomarkers.variants.callers.dialects import PANELS
from biomarkers.variants.callers.reader import Reader, Way
from biomarkers.variants.consequence import NOTHING, Interpreter
from biomarkers.variants.evidence import UNSEEN, Evidence, in_normal
from biomarkers.variants.expression import Place
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency
from biomarkers.variants.rules import (
    BASES,
    BY_READS,
    DUPLICATE,
    MARKED,
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
    "other_genes", "passes_otherwise", "normal_depth", "normal_alt_reads", "in_normal",
)  # fmt: skip

NO_NORMAL = (None, None, "")
"""The normal's columns of a row where nothing is known of it."""


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
    normal_depth: int | None = None
    normal_alt_reads: int | None = None
    in_normal: str = ""


class Tally:
    """What was seen while the rows passed by.

    records: all; filters: how many have each FILTER (PASS where the caller writes none); annotations: those whose
    annotation was looked at. rows: all; with_depth, with_reads, with_frequency: those with a measured depth, a count of
    the variant's reads, a population frequency; inside: those within the territory. passing: those whose FILTER passes;
    judged: those of them that tell of this tumor; counting: those that count; in_normal, lost: places of those that
    count and of those that fall to `alt_reads` or `vaf`, and are in the normal; blank: those of which the tumor's
    column says nothing. normal_blank: those that pass and of which the normal's column says nothing.
    earlier: what passed in records before a number, asked for once when positions are out of order; in order, a
    repetition follows at once.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.annotations = self.rows = 0
        self.filters: Counter[str] = Counter()
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
        self.passing = self.judged = self.counting = self.blank = self.normal_blank = 0
        self.in_normal: list[str] = []
        self.lost: list[str] = []
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

    referred: BCSQ texts that `@` references point to. chosen: the somatic ones, by the user's expression; None: the
    caller says which. `tally` is filled as the rows are taken.
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
        chosen: Collection[Place] | None = None,
    ) -> None:
        self.path, self.rules, self.tumor_only, self.territory = header.path, rules, tumor_only, territory
        self._interpreter, self._frequency, self._hotspots, self._tally = interpreter, frequency, hotspots, tally
        self._referred, self._allele_filter, self._definitions = referred, allele_filter, definitions
        self._passing = Passing(rules)
        self._chosen, self._asks_reads = chosen, bool(rules.tumor_depth or rules.alt_reads or rules.vaf)
        self.reader = Reader(header, rules)
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
            number, chrom, pos, ref, alts, site, info, text, form, *_ = record
            tally.records += 1
            if pos != tally.pos or chrom != tally.chrom:
                tally.move(chrom, pos, number)
            way = way_of(form, info)
            trusted = site == "." and way.dialect.unfiltered
            filters["PASS" if trusted else site] += 1
            tally.annotations += any([not allele.strip(BASES) for allele in alts])
            if self._referred:
                text = resolve(text, chrom, self._referred)
            for alt, allele in enumerate(alts):
                status, passes = self._status(record, alt, trusted)
                evidence, normal = self._reads(way, record, alt, passes)
                tally.rows += 1
                tally.with_depth += evidence[0] is not None
                tally.with_reads += evidence[1] is not None
                found = NOTHING
                if text and not allele.strip(BASES):
                    found = consequence_of(text, pos=pos, ref=ref, alts=alts, alt=alt, info=info)
                gene, transcript, terms, protein, others, cells = found
                population = (
                    frequency.of(info, cells, len(alts), alt, self.path, chrom, pos) if frequency.names else None
                )
                tally.with_frequency += population is not None
                hot = has_spots and self._hotspots.hits(chrom, pos, ref, allele, gene, protein)
                place = "" if anywhere else outside(chrom, *changed(pos, ref, allele), terms, self.territory)
                tally.inside += not place
                mark = self._mark(way, record, alt, passes, evidence)
                germline = self.tumor_only and not hot and self._is_common(info, population)
                later = mark or (behind_reads(rules, germline=germline, hot=hot) if germline or hot else "")
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
                beside = self._note(record, alt, evidence, normal, mark, exclusion) if passes else NO_NORMAL
                verdict = (exclusion, names, events, others, otherwise)
                yield new(Row, (chrom, pos, ref, allele, status, *reads, *effect, *verdict, *beside))

    def _reads(self, way: Way, record: Record, alt: int, passes: bool) -> tuple[Evidence, Evidence]:
        """The tumor's reads of an ALT, and its normal's where it passes."""
        text = record.sample
        try:
            evidence = way.of(text, record.info, record.alts, alt)
            text = record.normal or text
            return evidence, self.reader.normal(way, record, alt) if passes else UNSEEN
        except (ValueError, IndexError) as error:
            expected = f"values of {record.format} ({error})"
            raise InputError(Problem(self.path, "FORMAT", text, expected, record.place)) from None

    def _mark(self, way: Way, record: Record, alt: int, passes: bool, evidence: Evidence) -> str:
        """The exclusion of an ALT that neither the user's expression nor the caller takes for somatic; else empty."""
        if evidence == UNSEEN and (mark := without_reads(record, alt)):
            self._tally.blank += mark == "unknown"
            return mark
        if self._chosen is not None:
            place = (record.chrom, record.pos, record.ref, record.alts[alt])
            return "" if place in self._chosen else "not_somatic"
        return MARKED.get(self.reader.said(way, record, alt, passes).kind, "")

    def _note(
        self, record: Record, alt: int, evidence: Evidence, normal: Evidence, mark: str, exclusion: str
    ) -> tuple[int | None, int | None, str]:
        """Take down an ALT that passes FILTER; returns the row's last cells: the normal's reads, and what they show."""
        tally = self._tally
        tally.passing += 1
        known = evidence.depth is not None and evidence.alt_reads is not None
        tally.judged += mark != "unknown" and (known or not self._asks_reads)
        tally.counting += not exclusion
        tally.normal_blank += bool(record.normal) and not normal.depth and _is_blank(record.normal, record.format)
        if normal is UNSEEN:
            return NO_NORMAL
        beside = in_normal(normal, self.rules)
        if beside and not mark and exclusion in ("", "alt_reads", "vaf"):
            (tally.lost if exclusion else tally.in_normal).append(f"{record.place} {record.ref}>{record.alts[alt]}")
        return normal.depth, normal.alt_reads, str(int(beside))

    def _status(self, record: Record, alt: int, trusted: bool) -> tuple[str, bool]:
        """FILTER of the ALT, and whether it passes: not when it passed before; trusted: whatever FILTER says."""
        status = record.filter
        if self._allele_filter.present:
            status = self._allele_filter.of(record, alt)
        if not (trusted or self._passing[status]):
            return status, False
        place = (record.chrom, record.pos, record.ref, record.alts[alt])
        if place in self._tally.passed:
            return DUPLICATE, False
        self._tally.passed.add(place)
        return status, True

    def _is_common(self, info: str, population: float | None) -> bool:
        """Whether many people have an ALT, by its frequency or by the panel of normals."""
        if population is not None and population >= self.rules.max_population_af:
            return True
        return any([info_value(info, flag) is not None for flag in self._panels])

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


def _is_blank(cell: str, form: str) -> bool:
    """Whether a sample's column of which no read is known says nothing, its genotype included."""
    return not cell.strip("./|:,0") and (not form.startswith("GT") or cell.startswith("."))


def without_reads(record: Record, alt: int) -> str:
    """The exclusion of an ALT of whose reads nothing is known, empty where its genotype has it.

    `unknown` where the tumor's column is blank, `not_somatic` where the genotype is without the ALT.
    """
    if not record.sample.strip("./|:,"):
        return "unknown"
    if record.format.partition(":")[0] != "GT":
        return ""
    alleles = re.split("[/|]", record.sample.partition(":")[0])
    return "" if str(alt + 1) in alleles else "not_somatic"
