"""From one VCF to its table, record by record, so that memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.regions import Lookup, Regions, naming_problem
from biomarkers.variants import consequence, population, references, vcf
from biomarkers.variants.alleles import AlleleFilter
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
KEPT = 10_000
"""Texts of fractions that are remembered."""
TUMOR_ONLY_AT = COLUMNS.index("tumor_only") - 2


class Area(NamedTuple):
    """Where variants count, with the names of contigs for the check of naming; file: for messages."""

    territory: Territory
    contigs: tuple[str, ...]
    file: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """One VCF and how it is read. tumor: its column or `auto`; sample, patient: names in the table."""

    vcf: str
    tumor: str
    normal: str | None = None
    sample: str
    patient: str
    paired: bool = False
    annotation: str = "auto"
    transcripts: str = "worst"
    population_af_field: str = "auto"

    def settings(self, rules: Rules) -> dict[str, Any]:
        """Everything that decided, for the record."""
        asked = ("tumor", "normal", "paired", "annotation", "transcripts", "population_af_field")
        return {**{name: getattr(self, name) for name in asked}, **asdict(rules)}


class Shown(dict[float, str]):
    """The text of fractions above 0: the same few come again and again, and finding their shortest text takes long."""

    def __missing__(self, value: float) -> str:
        text = str(value)
        if len(self) < KEPT:
            self[value] = text
        return text


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
        self.tally = Tally(earlier=self._earlier)
        self.counts: Counter[str] = Counter()
        entries = vcf.records(self.header, lines, self.column)
        if only_counted and not (self.tumor_only or hotspots) and job.transcripts == "worst":
            entries = unusual(
                entries,
                self.interpreter,
                definitions,
                rules=rules,
                territory=area.territory,
                allele_filter=self.allele_filter,
                stated=states_somatic(self.header),
                tally=self.tally,
                counts=self.counts,
            )
        self._rows = judge(
            self.header,
            entries,
            self.interpreter,
            definitions,
            rules=rules,
            tumor_only=self.tumor_only,
            territory=area.territory,
            frequency=self.frequency,
            hotspots=hotspots,
            referred=_referred(self.header, job.vcf, self.interpreter.source),
            allele_filter=self.allele_filter,
            tally=self.tally,
            only_counted=only_counted,
        )

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def _earlier(self, line: int) -> set[Place]:
        records = vcf.records(self.header, vcf.open_vcf(self.job.vcf)[1], self.column)
        return passed_before(records, self.allele_filter, self.rules, line)

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
    job: Job, definitions: Sequence[Definition], rules: Rules, area: Area, hotspots: Hotspots, out: BinaryIO
) -> dict[str, Any]:
    """Write the table of one VCF as text in UTF-8; returns the summary.

    Raises InputError for a VCF that cannot be read or understood.
    """
    reading = Reading(job, definitions, rules, area, hotspots)
    line, shown = _template(job, reading.tumor_only), Shown()
    out.write(("\t".join(COLUMNS) + "\n").encode())
    batch: list[str] = []
    for row in reading:
        chrom, pos, ref, alt, status, depth, reads, vaf, share, gene, transcript, terms, protein, common, *last = row
        if last[1]:
            reading.add(row)
        text = line % (
            chrom,
            pos,
            ref,
            alt,
            status,
            "" if depth is None else depth,
            "" if reads is None else reads,
            shown[vaf] if vaf else _zero(vaf),
            shown[share] if share else _zero(share),
            gene,
            transcript,
            terms,
            protein,
            shown[common] if common else _zero(common),
            *last,
        )
        batch.append(text if '"' not in text else _quoted(text))
        if len(batch) >= BATCH:
            out.write(("\n".join(batch) + "\n").encode())
            batch.clear()
    if batch:
        out.write(("\n".join(batch) + "\n").encode())
    reading.check()
    return reading.summary()


def count(job: Job, definitions: Sequence[Definition], rules: Rules, area: Area, hotspots: Hotspots) -> Counter[str]:
    """Events by definition, without a table. Raises InputError as `write`."""
    reading = Reading(job, definitions, rules, area, hotspots, only_counted=True)
    for row in reading:
        if row.counted_in:
            reading.add(row)
    if not (reading.interpreter.known and reading.tally.with_depth):
        # What was looked at does not show whether the file is understood; what fails a cheaper rule may.
        reading = Reading(job, definitions, rules, area, hotspots)
        for row in reading:
            if row.counted_in:
                reading.add(row)
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


def _zero(value: float | None) -> str:
    return "" if value is None else str(value)


def _template(job: Job, tumor_only: bool) -> str:
    """A line of the table as a format of the values of a Row."""
    cells = ["%s"] * len(Row._fields)
    cells.insert(TUMOR_ONLY_AT, str(int(tumor_only)))
    return "\t".join([job.patient.replace("%", "%%"), job.sample.replace("%", "%%"), *cells])


def _quoted(line: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="").writerow(line.split("\t"))
    return out.getvalue()
