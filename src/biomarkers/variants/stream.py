"""From one VCF to its table, record by record, so that memory does not grow with the file."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.regions import Lookup, Regions, naming_problem
from biomarkers.io.lines import PIECE
from biomarkers.settings import Annotation
from biomarkers.variants import consequence, parts, population, references, vcf
from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.cells import line_maker
from biomarkers.variants.counting import unusual
from biomarkers.variants.eligibility import (
    COLUMNS,
    Definition,
    Place,
    Row,
    Rules,
    Tally,
    Territory,
    judge,
    passed_before,
    states_somatic,
)
from biomarkers.variants.hotspots import Hotspots

log = logging.getLogger("biomarkers")

VERSIONS = (
    "VEP",
    "SnpEffVersion",
    "bcftools/csqVersion",
    "bcftools/csqCommand",
    "source",
    "MutectVersion",
    "reference",
)
BATCH = 5_000
"""Rows that are held before they are compressed."""
ONE = parts.Cores()


class Area(NamedTuple):
    """Where variants count, with the names of contigs for the check of naming; file: for messages."""

    territory: Territory
    contigs: tuple[str, ...]
    file: str


class Job(NamedTuple):
    """One VCF and how it is read. tumor: its column or `auto`; sample, patient: names in the table."""

    vcf: str
    tumor: str
    sample: str
    patient: str
    normal: str | None = None
    paired: bool = False
    annotation: str = "auto"
    transcripts: str = Annotation.transcripts
    population_af_field: str = Annotation.population_af_field

    def settings(self, rules: Rules) -> dict[str, Any]:
        """Everything that decided, for the record."""
        asked = ("tumor", "normal", "paired", "annotation", "transcripts", "population_af_field")
        return {**{name: getattr(self, name) for name in asked}, **rules.as_dict()}


class Reading:
    """The rows of one VCF (iterate once), then `summary()`."""

    def __init__(
        self,
        job: Job,
        definitions: Sequence[Definition],
        rules: Rules,
        area: Area,
        hotspots: Hotspots,
        *,
        only_counted: bool = False,
    ) -> None:
        self.job, self.definitions, self.rules, self.area = job, definitions, rules, area
        self.header, lines = vcf.open_vcf(job.vcf)
        self.column = vcf.choose_sample(self.header, job.tumor, job.normal)
        if job.tumor not in (self.column, "auto"):
            log.warning("%s: its only column '%s' is taken as the tumor '%s'", job.vcf, self.column, job.tumor)
        self.interpreter = consequence.interpreter(self.header, annotation=job.annotation, transcripts=job.transcripts)
        self.tumor_only = not job.paired and len(self.header.samples) < 2
        self.frequency = population.frequency(self.header, self.interpreter, job.population_af_field)
        self.allele_filter = AlleleFilter(self.header)
        self.tally = Tally(self._earlier)
        self.counts: Counter[str] = Counter()
        self.hotspots, self.only_counted = hotspots, only_counted
        self._referred = _referred(self.header, job.vcf, self.interpreter.source)
        self._rows = self._judged(lines)

    def _judged(self, lines: Iterator[tuple[int, str]]) -> Iterator[Row]:
        entries = vcf.records(self.header, lines, self.column)
        if self.only_counted and not (self.tumor_only or self.hotspots) and self.job.transcripts == "worst":
            entries = unusual(
                entries,
                self.interpreter,
                self.definitions,
                rules=self.rules,
                territory=self.area.territory,
                allele_filter=self.allele_filter,
                stated=states_somatic(self.header),
                tally=self.tally,
                counts=self.counts,
            )
        return judge(
            self.header,
            entries,
            self.interpreter,
            self.definitions,
            rules=self.rules,
            tumor_only=self.tumor_only,
            territory=self.area.territory,
            frequency=self.frequency,
            hotspots=self.hotspots,
            referred=self._referred,
            allele_filter=self.allele_filter,
            tally=self.tally,
            only_counted=self.only_counted,
        )

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def _earlier(self, line: int) -> set[Place]:
        records = vcf.records(self.header, vcf.open_vcf(self.job.vcf)[1], self.column)
        return passed_before(records, self.allele_filter, self.rules, line)

    def in_parts(self, cores: parts.Cores, use: Callable[[Any], None], out: BinaryIO | None) -> bool:
        """Let several processes read the file and `use` the rows of a part each, and gather what they leave.

        False where nothing of that was done: the file is small, or a part met what only the whole can tell. out: takes
        what `use` writes.
        """
        path = self.job.vcf
        pieces = [] if out is not None and cores.scratch is None else parts.split(path, cores)
        with ExitStack() as stack:
            files = [stack.enter_context(cores.scratch()) for _ in pieces] if out is not None and cores.scratch else []

            def work(number: int) -> Any:
                self.tally.earlier = _apart
                self._rows = self._judged(parts.lines(path, pieces[number]))
                use(files[number] if files else None)
                for file in files:
                    file.flush()
                return parts.seen(self.tally, self.interpreter, self.counts)

            found = parts.together(work, len(pieces)) if pieces else None
            if not found or not parts.add_up(found, self.tally, self.interpreter, self.counts):
                return False
            for file in files:
                file.seek(0)
                while out is not None and (piece := file.read(PIECE)):
                    out.write(piece)
        return True

    def add(self, row: Row) -> None:
        """Count a row's events in each of its definitions."""
        for name in row.counted_in.split(","):
            self.counts[name] += row.n_events

    def check(self) -> None:
        """Raise InputError when the file as a whole was not understood; call after the last row."""
        path, tally = self.header.path, self.tally
        if self.area.contigs:
            used = self.header.contigs or list(tally.contigs)
            problem = naming_problem(path, used, self.area.file, self.area.contigs, "contig")
            if problem:
                raise InputError(problem)
        if tally.records and tally.unfiltered == tally.records and not self.rules.accept_unfiltered:
            expected = "PASS where the caller's filters passed (filter the calls, or --accept-unfiltered)"
            raise InputError(Problem(path, "FILTER", f"absent from all {tally.records} records", expected))
        if tally.rows and not tally.with_depth and self.rules.tumor_depth:
            expected = "FORMAT fields DP or AD (or --tumor-depth 0 --alt-reads 0 --vaf 0 to do without)"
            raise InputError(Problem(path, "FORMAT", f"without read depth in all {tally.records} records", expected))
        if tally.rows and not tally.with_reads and (self.rules.alt_reads or self.rules.vaf):
            expected = "FORMAT fields AD, AF, or a caller's own such as AO, TIR or FREQ (or --alt-reads 0 --vaf 0)"
            raise InputError(Problem(path, "FORMAT", f"without variant reads in all {tally.records} records", expected))
        blind = tally.rows - min(tally.with_depth, tally.with_reads)
        if blind and (self.rules.tumor_depth or self.rules.alt_reads or self.rules.vaf):
            log.warning(
                "%s: %d of %d alleles have no depth or no variant reads and do not count", path, blind, tally.rows
            )
        inside = self.area.territory.regions is None or tally.inside > 0
        consequence.check_understood(self.interpreter, self.header, tally.annotations, expected_some=inside)
        unknown = self.interpreter.unknown
        if unknown:
            log.warning(
                "%s: terms that are not in the Sequence Ontology list count nowhere: %s",
                path,
                ", ".join(sorted(unknown)),
            )
        if self.tumor_only and not tally.with_frequency and tally.rows:
            log.warning(
                "%s: tumor-only call without a population allele frequency: germline variants stay in the count", path
            )

    def summary(self) -> dict[str, Any]:
        """What the table is and where it came from, for the JSON beside it."""
        other = self.header.other
        return {
            "patient": self.job.patient,
            "sample": self.job.sample,
            "column": self.column,
            "tumor_only": self.tumor_only,
            "population_af_fields": self.frequency.names,
            "population_af_known": self.tally.with_frequency,
            "annotation": {
                "field": self.interpreter.source,
                **{key: other[key] for key in VERSIONS if key in other},
            },
            "definitions": {d.name: sorted(d.terms) for d in self.definitions},
            "records": self.tally.records,
            "rows": self.tally.rows,
            "counts": {d.name: self.counts[d.name] for d in self.definitions},
        }


def write(
    job: Job,
    definitions: Sequence[Definition],
    rules: Rules,
    area: Area,
    hotspots: Hotspots,
    out: BinaryIO,
    cores: parts.Cores = ONE,
) -> dict[str, Any]:
    """Write the table of one VCF as text in UTF-8; returns the summary.

    Raises InputError for a VCF that cannot be read or understood.
    """
    reading = Reading(job, definitions, rules, area, hotspots)
    line = line_maker(job.patient, job.sample, tumor_only=reading.tumor_only)

    def put(to: BinaryIO) -> None:
        batch: list[str] = []
        for row in reading:
            if row.counted_in:
                reading.add(row)
            batch.append(line(row))
            if len(batch) >= BATCH:
                to.write(("\n".join(batch) + "\n").encode())
                batch.clear()
        if batch:
            to.write(("\n".join(batch) + "\n").encode())

    out.write(("\t".join(COLUMNS) + "\n").encode())
    if not reading.in_parts(cores, put, out):
        put(out)
    reading.check()
    return reading.summary()


def count(
    job: Job,
    definitions: Sequence[Definition],
    rules: Rules,
    area: Area,
    hotspots: Hotspots,
    cores: parts.Cores = ONE,
) -> Counter[str]:
    """Events by definition, without a table. Raises InputError as `write`."""
    for only_counted in (True, False):
        reading = Reading(job, definitions, rules, area, hotspots, only_counted=only_counted)

        def put(_: None, reading: Reading = reading) -> None:
            for row in reading:
                if row.counted_in:
                    reading.add(row)

        if not reading.in_parts(cores, put, None):
            put(None)
        if reading.interpreter.known and reading.tally.with_depth:
            break
        # What was looked at does not show whether the file is understood; what fails a cheaper rule may.
    reading.check()
    return reading.counts


def tumor_column(path: str | Path, normal: str | None) -> str:
    """Name of the tumor's column as the header tells it. Raises InputError where it does not."""
    return vcf.choose_sample(vcf.open_vcf(path)[0], "auto", normal)


def area(regions: Regions | None, splice: Regions | None, file: str) -> Area:
    """The territory of two sets of intervals (None: everywhere)."""
    if regions is None:
        return Area(Territory(), (), file)
    return Area(
        Territory(regions=Lookup(regions), splice=None if splice is None else Lookup(splice)),
        tuple(regions),
        file,
    )


def _referred(header: vcf.Header, path: str, source: str) -> dict[str, str]:
    """BCSQ texts that other records point to; none where csq ran with --local-csq."""
    command = header.other.get("bcftools/csqCommand", "")
    if source != "BCSQ" or "--local-csq" in command or " -l " in command:
        return {}
    return references.back_references(vcf.open_vcf(path)[1], vcf.info_value)


def _apart(line: int) -> set[Place]:
    raise parts.Apart("out of order")
