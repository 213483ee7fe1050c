"""The simulated trial as a list of files, with the truth that a right analysis must find; nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from biomarkers.demo import alignments, calls, genome, mutations, people, reads, sheets
from biomarkers.demo.genome import Genome
from biomarkers.demo.mutations import BYSTANDER, DRIVER, Occupied, Variant
from biomarkers.demo.people import Course, Person
from biomarkers.genome.tmb_definitions import built_in
from biomarkers.io.folders import File

FEWEST, MOST = 8, 200
TUMOR_DEPTH, NORMAL_DEPTH = 75, 42
"""Mean depth over the targets of those who enter by reads."""

SCALES = {
    "tmb_per_mb": "log2(TMB + 1)",
    "pdl1": "percent point of TPS",
    "tls_score": "unit of the score",
    DRIVER: "mutated vs wild type",
}


@dataclass(frozen=True)
class Trial:
    """Everything that is decided before files are made: one entry a patient in each list."""

    seed: int
    genome: Genome
    common: list[Variant]
    inherited: list[list[tuple[Variant, tuple[int, int]]]]
    people: list[Person]
    somatic: list[list[Variant]]
    calls: list[list[calls.Call]]
    courses: list[Course]


def burden(genome: Genome, somatic: list[Variant]) -> dict[str, float]:
    """True burden per Mb of targeted coding sequence, by definition."""
    megabases = genome.countable_bp / 1e6
    return {name: sum(name in v.counts_in for v in somatic) / megabases for name in built_in()}


def plan(*, patients: int, seed: int) -> Trial:
    """The trial of `patients` patients: genome, people, their variants and their courses.

    Each part has its own random stream, so that adding a patient does not change another's reads.
    """
    made = genome.build(np.random.default_rng([seed, 1]))
    occupied = Occupied(made)
    common = mutations.population(np.random.default_rng([seed, 2]), made, occupied)
    found = people.people(np.random.default_rng([seed, 3, patients]), patients)
    somatic, inherited, called = [], [], []
    for person in found:
        rng = np.random.default_rng([seed, 4, person.number])
        own = occupied.copy()
        inherited.append(mutations.germline(rng, made, common, own))
        count = int(rng.poisson(person.expected_variants))
        somatic.append(mutations.somatic(rng, made, count, list(person.mutated), person.purity, own))
        called.append(calls.calls(rng, made, somatic[-1], own) if person.entry == "vcf" else [])
    burdens = np.array([burden(made, variants)["merino_wes"] for variants in somatic])
    responds = people.responders(np.random.default_rng([seed, 5]), found, burdens).tolist()
    progression = people.predictor(found, burdens, people.PROGRESSION_LOG_HAZARD).tolist()
    death = people.predictor(found, burdens, people.DEATH_LOG_HAZARD).tolist()
    streams = [np.random.default_rng([seed, 6, person.number]) for person in found]
    drawn = zip(streams, found, responds, progression, death, strict=True)
    courses = [people.course(*of_person) for of_person in drawn]
    return Trial(seed, made, common, inherited, found, somatic, called, courses)


def files(trial: Trial) -> Iterator[File]:
    """Every file of the trial, one patient's reads in memory at a time; the truth comes last."""
    rng = np.random.default_rng([trial.seed, 7])
    text = {
        "data/targets.bed": genome.bed(trial.genome),
        "config/config.yaml": sheets.CONFIG,
        "config/analysis_plan.yaml": sheets.plan(trial.seed),
        "config/samples.tsv": sheets.samples(trial.people),
        "config/patients.tsv": sheets.patients(trial.people, trial.courses),
        "config/assessments.tsv": sheets.assessments(trial.people, trial.courses),
        "config/features.tsv": sheets.features(trial.people),
        "config/adverse_events.tsv": sheets.adverse_events(rng, trial.people, trial.courses),
    }
    text["config/pdl1.tsv"], pdl1_status = sheets.pdl1(rng, trial.people, trial.courses)
    for path, content in text.items():
        yield File(path, "text", content.encode())
    yield File("data/reference.fa", "fasta", genome.fasta(trial.genome).encode())
    yield File("data/genes.gff3.gz", "bgzip", genome.gff3(trial.genome).encode())
    yield File("data/population.vcf.gz", "vcf", calls.population_vcf(trial.genome, trial.common).encode())
    for i, person in enumerate(trial.people):
        if person.entry == "vcf":
            tumor, normal = f"{person.patient}-T", f"{person.patient}-N"
            records = calls.vcf(trial.genome, trial.calls[i], tumor=tumor, normal=normal)
            yield File(f"data/vcf/{tumor}.vcf.gz", "vcf", records.encode())
        elif person.entry != "none":
            yield from _read_files(trial, i)
    for path, content in _truth(trial, pdl1_status).items():
        yield File(path, "text", content.encode())


def _read_files(trial: Trial, index: int) -> Iterator[File]:
    """FASTQ or BAM of the patient's tumor and normal."""
    person = trial.people[index]
    chromosomes = reads.inherit(trial.genome, trial.inherited[index])
    for side, (status, depth) in enumerate((("T", TUMOR_DEPTH), ("N", NORMAL_DEPTH))):
        rng = np.random.default_rng([trial.seed, 8, person.number, side])
        somatic = trial.somatic[index] if status == "T" else []
        pairs = reads.simulate(rng, trial.genome, chromosomes, somatic, depth=depth, adapters=person.entry == "fastq")
        sample = f"{person.patient}-{status}"
        tag = 2 * person.number + side + 1
        if person.entry == "bam":
            name = sheets.sample_in_bam(trial.people, sample)
            text = alignments.sam(pairs, trial.genome, sample=name, library=sample, lane=3, tag=tag)
            yield File(f"data/bam/{sample}.bam", "bam", text.encode())
            continue
        lanes = sheets.lanes(person, status)
        parts = np.array_split(rng.permutation(len(pairs.start)), len(lanes))
        for lane, rows in zip(lanes, parts, strict=True):
            for mate, path in enumerate(sheets.fastq_paths(sample, lane)):
                yield File(path, "gzip", reads.fastq(pairs, rows, mate, lane, tag))


def _truth(trial: Trial, pdl1_status: dict[str, str]) -> dict[str, str]:
    """Path and text of each file of the truth folder. pdl1_status: by patient, as from `sheets.pdl1`."""
    markers = "marker class endpoint associated log_effect per effect"
    header = "patient sample entry chrom pos ref alt kind fraction gene consequence counts_in exclusion"
    variants = zip(trial.people, trial.inherited, trial.somatic, trial.calls, strict=True)
    rows = (row for of_person in variants for row in _variant_rows(*of_person))
    summary = {
        "patients": len(trial.people),
        "seed": trial.seed,
        "responders": sum(c.responder for c in trial.courses),
        "treated": sum(c.start is not None for c in trial.courses),
        "countable_bp": trial.genome.countable_bp,
        "associated_with_response": list(people.RESPONSE_LOG_ODDS),
        "not_associated": list(people.UNRELATED),
        "entries": {entry: sum(p.entry == entry for p in trial.people) for entry in ("fastq", "bam", "vcf", "none")},
    }
    return {
        "truth/variants.tsv": sheets.table(header, rows),
        "truth/patients.tsv": _patients(trial, pdl1_status),
        "truth/markers.tsv": sheets.table(markers, _marker_rows()),
        "truth/README.md": _words(summary),
        "truth/truth.json": json.dumps(summary, indent=2) + "\n",
    }


def _variant_rows(
    person: Person, alleles: list[tuple[Variant, tuple[int, int]]], variants: list[Variant], records: list[calls.Call]
) -> Iterator[list[object]]:
    """Somatic and, for those who enter by reads, inherited variants; for those who enter by VCF every record."""

    def row(variant: Variant, kind: str, exclusion: str) -> list[object]:
        counts = "" if exclusion else ",".join(variant.counts_in)
        place = [variant.contig, variant.pos, variant.ref, variant.alt]
        about = [kind, variant.frequency, variant.gene, variant.consequence, counts, exclusion]
        return [person.patient, f"{person.patient}-T", person.entry, *place, *about]

    if person.entry == "vcf":
        yield from (row(c.variant, "decoy" if c.exclusion else "somatic", c.exclusion) for c in records)
    else:
        yield from (row(v, "somatic", "") for v in variants)
    if person.entry in ("fastq", "bam"):
        for variant, (one, other) in alleles:
            share = Variant(variant.contig, variant.pos, variant.ref, variant.alt, (one + other) / 2)
            yield row(share, "germline", "germline")


def _patients(trial: Trial, pdl1_status: dict[str, str]) -> str:
    header = ["patient", "entry", "treated", "responder", "n_variants", *(f"tmb_{name}" for name in built_in())]
    header += ["pdl1_true", "pdl1_status", "tls_score", f"{DRIVER}_mutated", f"{BYSTANDER}_mutated", "course"]
    header += ["pfs_days", "pfs_event", "os_days", "os_event"]
    rows = []
    for person, course, variants in zip(trial.people, trial.courses, trial.somatic, strict=True):
        counted = sum("merino_wes" in v.counts_in for v in variants)
        values = [round(v, 6) for v in burden(trial.genome, variants).values()]
        treated = int(course.start is not None)
        row: list[object] = [person.patient, person.entry, treated, int(course.responder), counted, *values]
        row += [person.pdl1, pdl1_status[person.patient], person.tls_score]
        row += [int(gene in person.mutated) for gene in (DRIVER, BYSTANDER)]
        rows.append([*row, person.role, *(course.progression_free or [None] * 2), *(course.overall or [None] * 2)])
    return sheets.table(" ".join(header), rows)


def _marker_rows() -> Iterator[list[object]]:
    associated = {
        "response": people.RESPONSE_LOG_ODDS,
        "pfs": people.PROGRESSION_LOG_HAZARD,
        "os": people.DEATH_LOG_HAZARD,
    }
    kinds = {"tmb_per_mb": "burden", "pdl1": "pdl1", "tls_score": "feature", DRIVER: "gene"}
    for endpoint, effects in associated.items():
        measure = "log odds" if endpoint == "response" else "log hazard, beside the effect of responding"
        for marker, kind in kinds.items():
            effect = effects.get(marker)
            yield [marker, kind, endpoint, int(endpoint != "os" or effect is not None), effect, SCALES[marker], measure]
        for marker, kind in people.UNRELATED.items():
            yield [marker, kind, endpoint, 0, 0, None, measure]


def _words(summary: dict[str, object]) -> str:
    effects = "\n".join(
        f"| {marker} | {effect:g} | {SCALES[marker]} |" for marker, effect in people.RESPONSE_LOG_ODDS.items()
    )
    unrelated = ", ".join(people.UNRELATED)
    counts = (
        f"{summary['patients']} patients (seed {summary['seed']}), {summary['treated']} of them treated, "
        f"{summary['responders']} with a confirmed response."
    )
    megabases = int(str(summary["countable_bp"])) / 1e6
    return f"""\
# The truth behind this simulated trial

{counts} Nobody here exists: genome, reads, dates and scores were all drawn by `biomarkers demo`.

**Truly associated with response** (the log odds of response rise by this much):

| marker | log odds | per |
|---|---|---|
{effects}

The same markers lengthen progression-free survival (truth/markers.tsv has the log hazards). Overall survival follows
from that, and after progression from TMB and PD-L1 once more.

**Associated with nothing**: {unrelated}.
{BYSTANDER} is mutated in about a third of the patients all the same.
A small p-value for one of these is chance; among this many tests some are expected, which is what the q-values are for.
With few patients a true association may also be missed.

**Variants**: truth/variants.tsv has each planted variant with its fraction and consequence, every inherited variant
of those who enter by reads, and every record of the VCFs with the rule that excludes it. The true burden divides the
planted variants by the {megabases:.3f} Mb that are both targeted and coding. As this exome is small, a patient's TMB
moves in large steps, and every value carries the warning for less than 1 Mb. For those who enter by reads the program
divides by the callable part, so that its value may differ a little.

Coverage: mean depth about 75 in tumors and 42 in normals; planted fractions are 0.15 and above.
"""
