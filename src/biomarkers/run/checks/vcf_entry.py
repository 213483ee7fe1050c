"""Samples that enter as VCF: what `check` passes, the run can take.

Each file is opened, and its first records are judged, by the code that will count it (`biomarkers.variants`), before
the run; what the run adds or mends by itself (contig lines, plain gzip, BCF, order) is no problem here.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from typing import Any

from biomarkers.errors import InputError, Problem, Problems, count, log
from biomarkers.genome import regions
from biomarkers.io.lines import reading
from biomarkers.run.checks import bases
from biomarkers.run.checks.first_rows import judge
from biomarkers.run.checks.headers import Genome
from biomarkers.run.samples import Sample, Samples
from biomarkers.settings import Annotation, Counting
from biomarkers.variants import columns, consequence, stream, vcf
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.rules import Territory

POPULATION_AF = "INFO/POPULATION_AF"
"""The field that the run fills from reference.germline_resource."""
LOOKED_AT = 1_000
"""Records that are judged and compared with the reference."""


def columns_of(tumor: Sample, found: Samples, sheet: str) -> columns.Columns:
    """The tumor's and the normal's column in a sample's VCF (docs/methods.md, 1.15).

    Raises InputError that asks for `vcf_tumor` or `vcf_normal` where the file leaves the choice open.
    """
    normal = found.normal_of(tumor)
    others = [other.sample for other in found.tumors if other.patient == tumor.patient and other is not tumor]
    names = columns.Names.of_sheet(tumor.patient, tumor.sample, normal.sample if normal else None, others)
    ask = columns.Ask(sheet, "vcf_tumor", "vcf_normal", tumor.line, None)
    given = tumor.vcf_tumor or columns.AUTO, tumor.vcf_normal or columns.AUTO
    chosen = {file: columns.choose(vcf.open_vcf(file)[0], *given, names, ask) for file in tumor.vcfs}
    first = tumor.vcfs[0]
    for file, own in chosen.items():
        if own != chosen[first]:
            expected = f"the columns of {first}, its other part ({' and '.join(filter(None, chosen[first]))})"
            found_there = f"has {' and '.join(filter(None, own))}"
            raise InputError(Problem.said(file, "header", found_there, expected))
    _check_whose(chosen[first], tumor, found, sheet)
    return chosen[first]


def _check_whose(own: columns.Columns, tumor: Sample, found: Samples, sheet: str) -> None:
    """Raise InputError where a column that was found, not named by the sheet, has the name of another patient's sample.

    Files that are exchanged between two rows show nothing else: each is whole, and calls have no genotypes to compare.
    """
    both = ("vcf_tumor", own.tumor, tumor.vcf_tumor), ("vcf_normal", own.normal, tumor.vcf_normal)
    for column, name, given in both:
        for other in found.by_name.values():
            if given is None and other.patient != tumor.patient and name in (other.sample, other.patient):
                expected = (
                    f"calls of {tumor.sample} (patient {tumor.patient}); its column {name} is named as a sample of "
                    f"patient {other.patient} (line {other.line}): were files exchanged? If it is the right file, "
                    f"say {column} {name} in this line"
                )
                raise InputError(Problem(sheet, "vcf", tumor.file, expected, tumor.line))


def job_of(tumor: Sample, found: Samples, config: dict[str, Any], sheet: str, file: str) -> stream.Job:
    """How one file of a sample is read by the run."""
    own = columns_of(tumor, found, sheet)
    asked = Annotation.of(config)
    own_field = asked.population_af_field.startswith("INFO/") and asked.population_af_field != POPULATION_AF
    return stream.Job(
        vcf=file,
        tumor=own.tumor or columns.AUTO,
        normal=own.normal or columns.NONE,
        sample=tumor.sample,
        patient=tumor.patient,
        paired=bool(tumor.paired or found.normal_of(tumor)),
        # Consequences that the run adds itself are not there yet.
        annotation="auto" if tumor.is_annotated else stream.UNANNOTATED,
        transcripts=asked.transcripts if tumor.is_annotated else "worst",
        population_af_field=asked.population_af_field if tumor.is_annotated or own_field else "none",
    )


def check(found: Samples, config: dict[str, Any], sheet: str, problems: Problems, genome: Genome | None) -> None:
    """Every VCF of the sheet: whole, its columns, its records as the run will judge them, and its REF.

    genome: what REF is compared with, where the run annotates or measures by one.
    """
    taken: dict[tuple[str, str], Sample] = {}
    for tumor in found.tumors:
        problems.catch(_check_one_call, tumor)
        for file in tumor.vcfs:
            contigs = problems.catch(_contigs, file)
            job = problems.catch(job_of, tumor, found, config, sheet, file)
            if contigs is None or job is None:
                break
            if not contigs:
                log.warning("%s: has no records; nothing in it says that %s was sequenced", file, tumor.sample)
            other = taken.setdefault((os.path.realpath(file), job.tumor), tumor)
            if other is not tumor:
                expected = f"another column than {job.tumor}, which is sample {other.sample}'s (line {other.line})"
                problems.add(Problem(sheet, "vcf_tumor", tumor.vcf_tumor, expected, tumor.line))
            problems.catch(_judge, job, Counting.of(config))
            if genome is not None:
                problems.catch(_check_places, file, contigs, genome)


def _check_one_call(tumor: Sample) -> None:
    """Files of one sample must be of one caller and annotated alike; what stands in several counts once, as is said."""
    if len(tumor.vcfs) < 2:
        return
    first = tumor.vcfs[0]
    seen: set[tuple[str, ...]] = set()
    twice = 0
    callers: dict[str, str] = {}
    annotations: dict[str, tuple[str | None, ...]] = {}
    for file in tumor.vcfs:
        header, source = vcf.open_vcf(file)
        callers[file] = header.other.get("source", "")
        annotations[file] = tuple(header.info.get(field) for field in consequence.FIELDS)
        own = {(cells[0], cells[1], cells[3], cells[4]) for cells in source}
        twice += len(own & seen)
        seen |= own
    if len(set(callers.values())) > 1:
        named = " and ".join(f"{caller or 'no ##source'} ({file})" for file, caller in callers.items())
        expected = "files of one caller, as parts of one call; of several callers keep the one to count from"
        raise InputError(Problem(first, "##source", named, expected))
    for file, subfields in annotations.items():
        if subfields != annotations[first]:
            expected = f"the subfields of {first}, its other part (annotate both alike)"
            raise InputError(Problem.said(file, "annotation", "has other subfields", expected))
    if twice:
        names = " and ".join(tumor.vcfs)
        log.warning("%s: %s of sample %s in both, counted once", names, count(twice, "record"), tumor.sample)


def _contigs(file: str) -> Counter[str]:
    """Records by contig of a whole file. Raises InputError for one that is cut, damaged or no VCF."""
    found: Counter[bytes] = Counter()
    with reading(file) as handle:
        first = handle.readline()
        if not first.startswith(b"BCF"):
            found.update(line.split(b"\t", 1)[0] for line in handle if line[:1] != b"#")
    source = vcf.open_vcf(file)[1]
    if first.startswith(b"BCF"):
        return Counter(cells[0] for cells in source)
    return Counter({name.decode("utf-8", "replace"): number for name, number in found.items()})


def _judge(job: stream.Job, rules: Counting) -> None:
    """Raise InputError where the first records, or all while nothing was understood, are refused by the run."""
    found = stream.Reading(job, [], rules, stream.Area(Territory(), (), ""), Hotspots())
    judge(iter(found), found.check, step=LOOKED_AT, told_of_whole=True)


def _check_places(file: str, contigs: Counter[str], genome: Genome) -> None:
    """Raise InputError where records do not stand on the genome: its contigs, its build, its bases."""
    if problem := regions.naming_problem(file, contigs, genome.fasta, genome.lengths):
        raise InputError(problem)
    for name, number in contigs.items():
        if genome.whole and name not in genome.lengths:
            expected = (
                f"a contig of {genome.fasta}; take its {count(number, 'record')} out (bcftools view --targets ^{name})"
            )
            raise InputError(Problem(file, "chrom", name, expected))
    if genome.whole:
        bases.check_ref(file, islice(vcf.open_vcf(file)[1], LOOKED_AT), genome)
