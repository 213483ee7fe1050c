"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.consequence_terms import SPLICE_SITE
from biomarkers.genome.regions import Lookup
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.settings import Counting
from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.callers.dialects import MARKS
from biomarkers.variants.consequence import NOTHING, Interpreter
from biomarkers.variants.evidence import Evidence, reader
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency
from biomarkers.variants.references import resolve
from biomarkers.variants.vcf import Header, Record, changed, new, valued

COLUMNS = (
    "patient", "sample", "chrom", "pos", "ref", "alt", "filter", "depth", "alt_reads", "vaf", "caller_af", "gene",
    "transcript", "consequence", "hgvsp", "population_af", "exclusion", "counted_in", "tumor_only", "n_events",
    "other_genes",
)  # fmt: skip

DUPLICATE = "duplicate_record"
"""In the column `filter`: the same ALT passed in an earlier record, so it is counted there."""

Place = tuple[str, int, str, str]
"""Contig, position, reference, ALT."""

EXCLUSIONS = ("filter", "target", "depth", "alt_reads", "vaf", "germline", "hotspot", "consequence")


Rules = Counting
"""The thresholds; the settings are declared once, there."""


class Territory(NamedTuple):
    """Where variants count; None: everywhere.

    regions: callable coding targets. splice: callable target bases within 2 bp of coding sequence.
    """

    regions: Lookup | None = None
    splice: Lookup | None = None


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


class Tally:
    """What was seen while the rows passed by.

    records: all; unfiltered: those without a FILTER; annotations: those whose annotation was looked at. rows: all;
    with_depth, with_reads, with_frequency: those with a measured depth, a count of the variant's reads, a population
    frequency; inside: those within the territory.
    earlier: what passed in records before a number, asked for once when positions are out of order; in order, a
    repetition follows at once.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.unfiltered = self.annotations = self.rows = 0
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
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
        self.path, self.rules, self.tumor_only, self.territory, self.tally = (
            header.path, rules, tumor_only, territory, tally
        )  # fmt: skip
        self._interpreter, self._frequency, self._hotspots = interpreter, frequency, hotspots
        self._referred, self._allele_filter, self._definitions = referred, allele_filter, definitions
        self._annotation = valued(interpreter.source)
        self._passing = ("PASS", ".") if rules.accept_unfiltered else ("PASS",)
        marks = [mark for mark in MARKS if mark.is_in(header)]
        self._marks = [mark for mark in marks if not mark.alone]
        self._marks_alone = [mark for mark in marks if mark.alone] if tumor_only else []
        self._readers: dict[str, Callable[[str, list[str], int], Evidence]] = {}
        self._counted: dict[str, str] = {}

    def rows(self, records: Iterable[Record]) -> Iterator[Row]:
        """One row per ALT, with the first rule that it fails or the definitions that it counts in."""
        tally, annotation = self.tally, self._annotation
        for record in records:
            number, chrom, pos, _, alts, site, info, form, _ = record
            tally.records += 1
            tally.unfiltered += site == "."
            if pos != tally.pos or chrom != tally.chrom:
                tally.move(chrom, pos, number)
            if form not in self._readers:
                self._readers[form] = reader(form)
            text = ""
            if any([allele.isalpha() for allele in alts]):
                text = resolve(annotation(info) or "", chrom, self._referred)
                tally.annotations += 1
            for alt in range(len(alts)):
                yield self._row(record, alt, text)

    def _row(self, record: Record, alt: int, text: str) -> Row:
        """text: the record's annotation. Cheap fields are judged first; of what fails there only the row is made."""
        _, chrom, pos, ref, alts, _, info, _, _ = record
        tally, rules, allele = self.tally, self.rules, alts[alt]
        small = allele.isalpha()
        evidence = self._evidence(record, alt)
        depth, alt_reads, caller_af, vaf = evidence
        status, passes = self._status(record, alt)
        found = NOTHING
        if text and small:
            found = self._interpreter.of(text, pos=pos, ref=ref, alts=alts, alt=alt, info=info)
        gene, transcript, terms, protein, others, cells = found
        population = None
        if self._frequency.names:
            population = self._frequency.of(info, cells, len(alts), alt, self.path, record.place)
        tally.with_frequency += population is not None
        hot = bool(self._hotspots) and self._hotspots.hits(chrom, pos, ref, allele, gene, protein)
        start, end = changed(pos, ref, allele) if small else (pos - 1, pos)
        inside = is_inside(chrom, start, end, terms, self.territory)
        tally.inside += inside
        germline = bool(self._marks) and any(mark.says_so(info) for mark in self._marks)
        if self.tumor_only and not hot and not germline:
            common = population is not None and population >= rules.max_population_af
            germline = common or any(mark.says_so(info) for mark in self._marks_alone)
        exclusion, names = first_failure(rules, evidence, passes, inside, germline, hot), ""
        if not exclusion:
            names = self._counts(terms)
            exclusion = "" if names else "consequence"
        events = 1 if rules.mnv == "event" else changed_bases(ref, allele)
        consequence = terms[0] if len(terms) == 1 else "&".join(terms)
        reads = (depth, alt_reads, vaf, caller_af)
        effect = (gene, transcript, consequence, protein, population)
        row: Row = new(Row, (chrom, pos, ref, allele, status, *reads, *effect, exclusion, names, events, others))
        return row

    def _evidence(self, record: Record, alt: int) -> Evidence:
        try:
            found = self._readers[record.format](record.sample, record.alts, alt)
        except (ValueError, IndexError) as error:
            expected = f"values of {record.format} ({error})"
            raise InputError(Problem(self.path, "FORMAT", record.sample, expected, record.place)) from None
        self.tally.rows += 1
        self.tally.with_depth += found.depth is not None
        self.tally.with_reads += found.alt_reads is not None
        return found

    def _status(self, record: Record, alt: int) -> tuple[str, bool]:
        """FILTER of the ALT, and whether it passes: not when it passed before."""
        status = self._allele_filter.of(record, alt)
        if status not in self._passing:
            return status, False
        place = (record.chrom, record.pos, record.ref, record.alts[alt])
        if place in self.tally.passed:
            return DUPLICATE, False
        self.tally.passed.add(place)
        return status, True

    def _counts(self, terms: tuple[str, ...]) -> str:
        """Names of the definitions that count a consequence, by its worst term."""
        worst = terms[0] if terms else ""
        if worst not in self._counted:
            self._counted[worst] = ",".join(d.name for d in self._definitions if worst in d.terms)
        return self._counted[worst]


def first_failure(rules: Rules, evidence: Evidence, passes: bool, inside: bool, germline: bool, hot: bool) -> str:
    """The first rule before that of consequence which an ALT fails (one of `EXCLUSIONS`), empty when it fails none.

    >>> first_failure(Rules(), Evidence(24, 2, None, 2 / 24), passes=True, inside=True, germline=True, hot=False)
    'depth'
    """
    if not passes:
        return "filter"
    if not inside:
        return "target"
    if (evidence.depth or 0) < rules.tumor_depth:
        return "depth"
    if (evidence.alt_reads or 0) < rules.alt_reads:
        return "alt_reads"
    if (evidence.vaf or 0.0) < rules.vaf:
        return "vaf"
    if germline:
        return "germline"
    return "hotspot" if hot and rules.exclude_hotspots else ""


def passed_before(records: Iterable[Record], allele_filter: AlleleFilter, rules: Rules, number: int) -> set[Place]:
    """ALTs that passed in records before this one."""
    good = ("PASS", ".") if rules.accept_unfiltered else ("PASS",)
    return {
        (record.chrom, record.pos, record.ref, allele)
        for record in takewhile(lambda record: record.number < number, records)
        for alt, allele in enumerate(record.alts)
        if allele_filter.of(record, alt) in good
    }


def is_inside(chrom: str, start: int, end: int, terms: Sequence[str], territory: Territory) -> bool:
    """Whether a changed base (0-based, half-open) lies in the territory; at a splice site, whether one lies beside."""
    if territory.regions is None or territory.regions.touches(chrom, start, end):
        return True
    if territory.splice is None or SPLICE_SITE.isdisjoint(terms):
        return False
    return territory.splice.touches(chrom, start, end)


def changed_bases(ref: str, alt: str) -> int:
    """Bases by which an allele of the reference's length differs; 1 for every other allele.

    >>> changed_bases("CC", "TA"), changed_bases("C", "CTT"), changed_bases("CCCCC", "<DEL>")
    (2, 1, 1)
    """
    if len(ref) != len(alt) or not alt.isalpha():
        return 1
    return sum(a != b for a, b in zip(ref, alt, strict=True))
