"""From one VCF to its table, record by record, so that memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from biomarkers.errors import InputError, Problem, first_few, log
from biomarkers.genome.regions import SPLICE_BASES, Lookup, Regions, naming_problem, padded
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.io.vcf import Vcf
from biomarkers.settings_variants import Annotation
from biomarkers.variants import columns, consequence, doubts, expression, population, vcf
from biomarkers.variants.alleles import AlleleFilter, back_references
from biomarkers.variants.callers.reader import Reader
from biomarkers.variants.cells import lines_maker
from biomarkers.variants.eligibility import Judge
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.rows import COLUMNS, Block, Row
from biomarkers.variants.rules import Rules, Territory
from biomarkers.variants.split_sites import with_sites
from biomarkers.variants.tally import Apart, Place, Tally, passed_before, place_of

if TYPE_CHECKING:
    from biomarkers.variants import repeated_records

VERSIONS = (
    "VEP",
    "SnpEffVersion",
    "bcftools/csqVersion",
    "bcftools/csqCommand",
    "source",
    "MutectVersion",
    "reference",
)
UNANNOTATED = "none"
CUT = (
    "%s: %s calls against a matched normal, but the file has the tumor's column only: it counts as tumor-only, so "
    "what many people have is taken for germline; give --paired (in samples.tsv, 1 in column paired) if it had a normal"
)
"""In place of the field with consequences, for a file that is only looked at before it gets them."""
BATCH = 250
"""Records that are judged together; more of them would not stay in the processor's cache."""


class Area(NamedTuple):
    """Where variants count, with the names of contigs for the check of naming; file: for messages."""

    territory: Territory
    contigs: tuple[str, ...]
    file: str


class Job(NamedTuple):
    """One VCF and how it is read.

    tumor, normal: columns, or a word of `columns`; sample, patient: names in the table, by which the tumor's column is
    looked for, too.
    """

    vcf: str
    tumor: str
    sample: str
    patient: str
    normal: str = columns.AUTO
    paired: bool = False
    annotation: str = "auto"
    transcripts: str = Annotation.transcripts
    population_af_field: str = Annotation.population_af_field

    def settings(self, rules: Rules) -> dict[str, Any]:
        """Everything that decided, for the record."""
        asked = ("tumor", "normal", "paired", "annotation", "transcripts", "population_af_field")
        return {**{name: getattr(self, name) for name in asked}, **asdict(rules)}


class Reading:
    """The rows of one VCF, one by one or in `blocks` (ask once for either), then `check()` and `summary()`."""

    def __init__(
        self, job: Job, definitions: Sequence[Definition], rules: Rules, area: Area, hotspots: Hotspots
    ) -> None:
        self.job, self.definitions, self.rules, self.area = job, definitions, rules, area
        self.header, source = vcf.open_vcf(job.vcf)
        self.columns = columns_of(self.header, job)
        self.column = self.columns.tumor
        self.interpreter = (
            consequence.Interpreter("", [], job.transcripts)
            if job.annotation == UNANNOTATED
            else consequence.interpreter(self.header, annotation=job.annotation, transcripts=job.transcripts)
        )
        alone = not job.paired and self.columns.normal is None
        reader = Reader(self.header, rules)
        self.tumor_only = alone and not reader.is_paired(islice(self._again(), BATCH))
        if self.tumor_only and (caller := reader.cut_by(next(self._again(), None))):
            log.warning(CUT, job.vcf, caller)
        self.frequency = population.frequency(self.header, self.interpreter, job.population_af_field)
        self.allele_filter = AlleleFilter(self.header)
        self._judging = partial(
            Judge,
            self.header,
            self.interpreter,
            definitions,
            rules=rules,
            tumor_only=self.tumor_only,
            territory=area.territory,
            frequency=self.frequency,
            hotspots=hotspots.named_as(job.vcf, self.header.contigs),
            referred=self._referred(),
            allele_filter=self.allele_filter,
            chosen=expression.holding(job.vcf, rules.somatic) if rules.somatic else None,
        )
        self._repeated: repeated_records.Repeated = {}
        self._begin(Tally(self._earlier), source)

    def _begin(self, tally: Tally, source: Vcf) -> None:
        self.tally, self._judge = tally, self._judging(tally=tally)
        self._records = self._whole(source)

    def again(self) -> bool:
        """Whether the rows have to be asked for once more; call after the last one.

        They have where a variant stood in several records: which of them counts only all of them tell.
        """
        if not self.tally.repeated:
            return False
        from biomarkers.variants import repeated_records

        self._repeated = repeated_records.collected(self._each_repeated())
        self._begin(repeated_records.Settled(self._repeated), vcf.open_vcf(self.job.vcf)[1])
        return True

    def __iter__(self) -> Iterator[Row]:
        for block in self.blocks():
            yield from map(Row._make, zip(*block, strict=True))

    def blocks(self) -> Iterator[Block]:
        """The rows of some records after another. What was read before a record that is wrong is judged first."""
        wrong: InputError | None = None
        while wrong is None:
            records: list[vcf.Record] = []
            try:
                records.extend(islice(self._records, BATCH))
            except InputError as error:
                wrong = error
            if not records:
                break
            yield self._judge.block(records)
        if wrong is not None:
            raise wrong

    @property
    def counts(self) -> dict[str, int]:
        """Events in each definition, of the rows so far."""
        counted = self.tally.counted.items()
        return {d.name: sum(n for names, n in counted if d.name in names.split(",")) for d in self.definitions}

    def _whole(self, source: Vcf) -> Iterator[vcf.Record]:
        """The records with the normal's column, population frequencies as they are written, and sites as they were."""
        source.as_written(self.frequency.in_info)
        found = vcf.records(self.header, source, self.column, self.interpreter.source, self.columns.normal or "")
        return with_sites(self.header, found)

    def _again(self) -> Iterator[vcf.Record]:
        """The records once more, for what only the whole file can tell."""
        source = vcf.open_vcf(self.job.vcf)[1]
        return vcf.records(self.header, source, self.column, self.interpreter.source)

    def _each_repeated(self) -> Iterator[tuple[Place, int, Row, str]]:
        """Variants that passed in several records: number, row and mark of each as if it stood alone."""
        judge = self._judging(tally=Apart(self._earlier))
        for record in self._whole(vcf.open_vcf(self.job.vcf)[1]):
            places = [place_of(record, allele) for allele in record.alts]
            if self.tally.repeated.isdisjoint(places):
                for alt in range(len(record.alts)):
                    self.allele_filter.of(record, alt)  # what later records of a site that was split lack
            else:
                rows = map(Row._make, zip(*judge.block([record]), strict=True))
                for place, row, mark in zip(places, rows, judge.marks, strict=True):
                    if place in self.tally.repeated and row.exclusion != "filter":
                        yield place, record.number, row, mark

    def _earlier(self, number: int) -> set[Place]:
        return passed_before(self._again(), self.allele_filter, self._judge.reader, self.rules, number)

    def _referred(self) -> dict[str, str]:
        """BCSQ texts that other records point to; none where csq ran with --local-csq."""
        command = self.header.other.get("bcftools/csqCommand", "")
        if self.interpreter.source != "BCSQ" or "--local-csq" in command or " -l " in command:
            return {}
        return back_references(self._again())

    def check(self) -> None:
        """Raise InputError when the rows so far were not understood; after the last row that is said of the file."""
        path, tally = self.header.path, self.tally
        if self.area.contigs:
            used = self.header.contigs or list(tally.contigs)
            if problem := naming_problem(path, used, self.area.file, self.area.contigs, "contig"):
                raise InputError(problem)
        if not self.rules.somatic:
            self._judge.reader.check()
        doubts.check(self.header, tally, self.rules, self.columns)
        inside = self.area.territory.regions is None or tally.inside > 0
        if self.interpreter.source:
            consequence.check_understood(self.interpreter, self.header, tally.annotations, expected_some=inside)

    def warn(self) -> None:
        """Say what a reader of the table could overlook; call after the last row."""
        path, tally = self.header.path, self.tally
        doubts.warn(self.header, tally, self.rules, self.columns)
        if self._repeated:
            from biomarkers.variants import repeated_records

            repeated_records.warn(path, self._repeated)
        self._judge.reader.warn()
        if unknown := self.interpreter.unknown:
            log.warning(
                "%s: terms that are not in the Sequence Ontology list count nowhere: %s",
                path,
                ", ".join(sorted(unknown)),
            )
        if self.tumor_only and not tally.with_frequency and tally.rows:
            fields = first_few(population.not_read(self.header, self.interpreter))
            log.warning(
                "%s: tumor-only call without a population allele frequency: germline variants stay in the count%s",
                path,
                f" (is it in {fields}? --population-af-field names it)" if fields else "",
            )

    def summary(self) -> dict[str, Any]:
        """What the table is and where it came from, for the JSON beside it."""
        other = self.header.other
        return {
            "patient": self.job.patient,
            "sample": self.job.sample,
            "column": self.column,
            "normal_column": self.columns.normal,
            "callers": self._judge.reader.callers,
            "marks": [
                {**heard._asdict(), "alleles": alleles}
                for heard, alleles in self._judge.reader.heard.items()
                if heard.word
            ],
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
            "counts": self.counts,
        }


def write(
    job: Job,
    definitions: Sequence[Definition],
    rules: Rules,
    area: Area,
    hotspots: Hotspots,
    opened: Callable[[], AbstractContextManager[BinaryIO]],
) -> dict[str, Any]:
    """Write the table of one VCF as text in UTF-8; returns the summary.

    opened: opens the table anew; it is written twice where records repeat a variant. Raises InputError for a VCF that
    cannot be read or understood.
    """
    reading = Reading(job, definitions, rules, area, hotspots)
    lines = lines_maker(job.patient, job.sample, tumor_only=reading.tumor_only)
    whole = False
    while not whole:
        with opened() as out:
            out.write(("\t".join(COLUMNS) + "\n").encode())
            for block in reading.blocks():
                out.write(lines(block).encode())
        reading.check()
        whole = not reading.again()
    reading.warn()
    return reading.summary()


def tumor_column(path: str | Path, normal: str = columns.AUTO) -> str:
    """Name of the tumor's column as the file tells it. Raises InputError where it does not."""
    return columns.choose(vcf.open_vcf(path)[0], columns.AUTO, normal).tumor


def columns_of(header: vcf.Header, job: Job) -> columns.Columns:
    """The tumor's column and its normal's. A file's only column is taken as the named one, which is said.

    Raises InputError where that is a guess, and for a tumor that Mutect2 called as the normal: it would count 0.
    """
    tumor = job.tumor
    if tumor not in (columns.AUTO, *header.samples) and len(header.samples) == 1:
        log.warning("%s: its only column '%s' is taken as the tumor '%s'", job.vcf, header.samples[0], tumor)
        tumor = header.samples[0]
    chosen = columns.choose(header, tumor, job.normal, columns.Names.of_sheet(job.patient, job.sample))
    tumors, normals = ({v.strip() for k, v in header.lines if k == key} for key in ("tumor_sample", "normal_sample"))
    if chosen.tumor in normals - tumors:
        expected = (
            f"the tumor ({', '.join(sorted(tumors)) or 'another'}); the header's ##normal_sample is {chosen.tumor}"
        )
        raise InputError(Problem(header.path, "--tumor-sample", chosen.tumor, expected))
    return chosen


def area(regions: Regions | None, splice: Regions | None, file: str, targets: Regions | None = None) -> Area:
    """The territory of two sets of intervals (None: everywhere); targets: coding targets, callable or not."""
    if regions is None:
        return Area(Territory(), (), file)
    near = None if targets is None else padded(targets, SPLICE_BASES)
    lookups = [None if found is None else Lookup(found) for found in (splice, targets, near)]
    return Area(Territory(Lookup(regions), *lookups), tuple(regions), file)
