"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, Protocol

from biomarkers.errors import InputError, Problem
from biomarkers.genome.consequence_terms import SPLICE_SITE
from biomarkers.genome.regions import Lookup
from biomarkers.settings import Counting
from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.consequence import NOTHING, Consequence, Interpreter
from biomarkers.variants.evidence import Evidence, reader
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency
from biomarkers.variants.references import resolve
from biomarkers.variants.vcf import Header, Record, changed, info_value, new, valued

COLUMNS = (
    "patient", "sample", "chrom", "pos", "ref", "alt", "filter", "depth", "alt_reads", "vaf", "caller_af", "gene",
    "transcript", "consequence", "hgvsp", "population_af", "exclusion", "counted_in", "tumor_only", "n_events",
    "other_genes",
)  # fmt: skip

DUPLICATE = "duplicate_record"
"""In the column `filter`: the same ALT passed in an earlier record, so it is counted there."""

NOT_SOMATIC = frozenset({"0", "1", "3"})
"""VarScan's INFO/SS by its header line: reference, germline, loss of heterozygosity; FILTER is PASS for these too."""

Place = tuple[str, int, str, str]
"""Contig, position, reference, ALT."""

EXCLUSIONS = ("filter", "target", "depth", "alt_reads", "vaf", "germline", "hotspot", "consequence")


class Definition(Protocol):
    """A named set of Sequence Ontology terms."""

    @property
    def name(self) -> str: ...

    @property
    def terms(self) -> frozenset[str]: ...


Rules = Counting
"""The thresholds; the settings are declared once, there."""


class Territory(NamedTuple):
    """Where variants count. regions: callable coding targets; splice: callable target bases within 2 bp of coding
    sequence. None: everywhere.
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
    """What was seen while the rows passed by: records, those without a FILTER, annotations that were looked at, rows,
    those with a measured depth and with a count of the variant's reads, those within the territory.

    earlier: what passed above a line, asked for once when positions are out of order; in order, a repetition follows
    at once.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.unfiltered = self.annotations = self.rows = 0
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
        self.contigs: dict[str, None] = {}
        self.chrom, self.pos, self.in_order = "", 0, True
        self.passed: set[Place] = set()
        """What passed at the present position, `chrom` and `pos`; out of order: anywhere above."""
        self.earlier = earlier

    def move(self, chrom: str, pos: int, line: int) -> None:
        """Go to another position."""
        if self.in_order:
            self.in_order = pos > self.pos if chrom == self.chrom else chrom not in self.contigs
            self.passed = set() if self.in_order else self.earlier(line)
        self.contigs[chrom] = None
        self.chrom, self.pos = chrom, pos


def judge(
    header: Header,
    entries: Iterable[Record],
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
    only_counted: bool = False,
) -> Iterator[Row]:
    """One row per ALT of every record, with the first rule that it fails or the definitions that it counts in.

    referred: BCSQ texts that `@` references point to. `tally` is filled as the rows are taken. only_counted: leave
    out rows that fail by their cheap columns (filter, depth, reads), so that their annotation is never split, and
    leave empty what no rule needs (gene, protein and population frequency of a paired call).
    """
    readers: dict[str, Callable[[str, str, list[str], int], Evidence]] = {}
    counted: dict[str, str] = {}
    annotation, anywhere = valued(interpreter.source), territory.regions is None
    stated = states_somatic(header)
    only_worst = only_counted and not tumor_only and not hotspots
    least_depth, least_reads, least_share = rules.tumor_depth, rules.alt_reads, rules.vaf
    by_event, unfiltered_pass, per_allele = rules.mnv == "event", rules.accept_unfiltered, allele_filter.present
    for record in entries:
        line, chrom, pos, ref, alts, site, info, form, sample = record
        tally.records += 1
        tally.unfiltered += site == "."
        if pos != tally.pos or chrom != tally.chrom:
            tally.move(chrom, pos, line)
        passes = site == "PASS" or (unfiltered_pass and site == ".")
        if only_counted and not passes:
            continue
        measure = readers.get(form)
        if measure is None:
            measure = readers[form] = reader(form)
        text: str | None = None
        for alt, allele in enumerate(alts):
            try:
                depth, alt_reads, caller_af, vaf = measure(sample, ref, alts, alt)
            except (ValueError, IndexError) as error:
                column = f"FORMAT of {header.path.rpartition('/')[2]}"
                raise InputError(Problem(header.path, column, sample, f"values of {form} ({error})", line)) from None
            tally.rows += 1
            tally.with_depth += depth is not None
            tally.with_reads += alt_reads is not None
            status, good = site, passes
            if per_allele:
                status = allele_filter.of(record, alt)
                good = status == "PASS" or (unfiltered_pass and status == ".")
            if good:
                place = (chrom, pos, ref, allele)
                if place in tally.passed:
                    status, good = DUPLICATE, False
                tally.passed.add(place)
            if (depth or 0) < least_depth:
                weak = "depth"
            elif (alt_reads or 0) < least_reads:
                weak = "alt_reads"
            else:
                weak = "vaf" if (vaf or 0.0) < least_share else ""
            if only_counted and weak:
                continue
            small = allele.isalpha()
            if small and text is None:
                text = resolve(annotation(info) or "", chrom, referred)
                tally.annotations += 1
            found, population, hot = NOTHING, None, False
            if text and small:
                found = interpreter.of(text, pos=pos, ref=ref, alts=alts, alt=alt, info=info, only_worst=only_worst)
            gene, transcript, terms, protein, others, cells = found
            if not only_worst:
                population = frequency.of(info, cells, len(alts), alt, header.path, line)
                if population is not None:
                    tally.with_frequency += 1
                if hotspots:
                    hot = hotspots.hits(chrom, pos, ref, allele, gene, protein)
            inside = anywhere or is_inside(record, allele, small, found, territory)
            tally.inside += inside
            names = ""
            if not good:
                exclusion = "filter"
            elif not inside:
                exclusion = "target"
            elif weak:
                exclusion = weak
            elif (tumor_only and not hot and _germline(info, population, rules)) or (
                stated and info_value(info, "SS") in NOT_SOMATIC
            ):
                exclusion = "germline"
            elif hot and rules.exclude_hotspots:
                exclusion = "hotspot"
            else:
                worst = terms[0] if terms else ""
                known = counted.get(worst)
                if known is None:
                    known = counted[worst] = ",".join(d.name for d in definitions if worst in d.terms)
                names = known
                exclusion = "" if names else "consequence"
            events = 1 if by_event else changed_bases(ref, allele, small)
            consequence = terms[0] if len(terms) == 1 else "&".join(terms)
            reads = (depth, alt_reads, vaf, caller_af)
            effect = (gene, transcript, consequence, protein, population)
            yield new(Row, (chrom, pos, ref, allele, status, *reads, *effect, exclusion, names, events, others))


def states_somatic(header: Header) -> bool:
    """Whether INFO/SS says which calls are somatic, as VarScan's does."""
    return "SS" in header.info and "1=Germline" in header.info["SS"].description


def passed_before(entries: Iterable[Record], allele_filter: AlleleFilter, rules: Rules, line: int) -> set[Place]:
    """ALTs that passed in records above a line."""
    good = ("PASS", ".") if rules.accept_unfiltered else ("PASS",)
    return {
        (record.chrom, record.pos, record.ref, allele)
        for record in takewhile(lambda record: record.line < line, entries)
        for alt, allele in enumerate(record.alts)
        if allele_filter.of(record, alt) in good
    }


def is_inside(record: Record, allele: str, small: bool, found: Consequence, territory: Territory) -> bool:
    """Whether a changed base lies in the territory, or the ALT hits a splice site and a base lies beside it."""
    if territory.regions is None:
        return True
    start, end = changed(record.pos, record.ref, allele) if small else (record.pos - 1, record.pos)
    if territory.regions.touches(record.chrom, start, end):
        return True
    if territory.splice is None or SPLICE_SITE.isdisjoint(found.terms):
        return False
    return territory.splice.touches(record.chrom, start, end)


def _germline(info: str, population: float | None, rules: Rules) -> bool:
    if population is not None and population >= rules.max_population_af:
        return True
    return "PON" in info and info_value(info, "PON") == ""


def changed_bases(ref: str, alt: str, small: bool) -> int:
    """Bases by which an allele of the reference's length differs; 1 for every other allele."""
    if not small or len(ref) != len(alt):
        return 1
    return sum(a != b for a, b in zip(ref, alt, strict=True))
