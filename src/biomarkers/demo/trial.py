"""The simulated trial: its plan, its files with the truth that a right analysis must find, and their folder."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from biomarkers.demo import alignments, calls, events, genome, mutations, people, reads, sheets, truth
from biomarkers.demo.mutations import Occupied
from biomarkers.demo.truth import NORMAL_DEPTH, TUMOR_DEPTH, Trial
from biomarkers.errors import Problem, Problems, RunError, count
from biomarkers.io import folders, jsons
from biomarkers.io.folders import File, Making
from biomarkers.io.lines import whole_text

FEWEST, MOST = 8, 200
PARTS = ("config", "data", "truth")
MARK = Path("truth") / "truth.json"


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
        others = max(0, person.planted - len(person.mutated))
        somatic.append(mutations.somatic(rng, made, others, list(person.mutated), person.purity, own))
        called.append(calls.calls(rng, made, somatic[-1], own) if person.entry == "vcf" else [])
    burdens = np.array([truth.burden(made, variants)["merino_wes"] for variants in somatic])
    responds = people.responders(np.random.default_rng([seed, 5]), found, burdens).tolist()
    progression = people.predictor(found, burdens, people.PROGRESSION_LOG_HAZARD).tolist()
    death = people.predictor(found, burdens, people.DEATH_LOG_HAZARD).tolist()
    streams = [np.random.default_rng([seed, 6, person.number]) for person in found]
    drawn = zip(streams, found, responds, progression, death, strict=True)
    courses = [people.course(*of_person) for of_person in drawn]
    return Trial(seed, made, common, inherited, found, somatic, called, courses)


def files(trial: Trial) -> Iterator[File | Making]:
    """Every file of the trial; a patient's reads are files that a call makes, one sample in memory at a time."""
    rng = np.random.default_rng([trial.seed, 7])
    adverse_events = events.rows(rng, trial.people, trial.courses)
    text = {
        "data/targets.bed": genome.bed(trial.genome),
        "config/config.yaml": sheets.CONFIG,
        "config/analysis_plan.yaml": sheets.PLAN.format(seed=trial.seed, title=sheets.TITLE),
        "config/samples.tsv": sheets.samples(trial.people),
        "config/patients.tsv": sheets.patients(trial.people, trial.courses),
        "config/assessments.tsv": sheets.assessments(trial.people, trial.courses),
        "config/features.tsv": sheets.features(trial.people),
        "config/adverse_events.tsv": sheets.table(events.HEADER, adverse_events),
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
            yield partial(_read_files, trial, i)
    for path, content in truth.files(trial, pdl1_status, adverse_events).items():
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


def write(out: Path, *, patients: int, seed: int) -> bool:
    """Write the trial; False when it stood there already. Raises InputError for what cannot be asked for."""
    problems = Problems()
    if not FEWEST <= patients <= MOST:
        expected = f"a whole number from {FEWEST} to {MOST}"
        problems.add(Problem("command line", "--patients", patients, expected))
    if seed < 0:
        problems.add(Problem("command line", "--seed", seed, "a whole number of at least 0"))
    if out.exists() and not out.is_dir():
        problems.add(Problem.said(str(out), "OUT", "is a file", "a folder, or a name that is not taken"))
    elif out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        expected = "an empty folder, a new name, or the folder of an earlier demo"
        problems.add(Problem.said(str(out), "OUT", "is a folder with other files", expected))
    problems.stop_if_any()
    try:
        return folders.write(files(plan(patients=patients, seed=seed)), out.resolve(), PARTS)
    except OSError as error:
        raise RunError(f"{out}: the demo could not be written: {error.strerror or error}") from None


def described(out: Path, *, changed: bool) -> str:
    """Who is in the trial of the folder, what is true of it, how it is run; changed: whether it was just written."""
    truth = jsons.parsed(whole_text(out / MARK))
    entries = truth["entries"]
    told = "A simulated trial stands in" if changed else "This very trial already stood, untouched, in"
    return (
        f"{told} {out}: {count(truth['patients'], 'patient')} ({entries['fastq']} by FASTQ, {entries['bam']} by BAM, "
        f"{entries['vcf']} by VCF, {entries['none']} not sequenced).\n"
        f"The truth: {truth['responders']} of the {truth['treated']} treated respond.\n"
        f"Truly associated with response: {', '.join(truth['associated_with_response'])}.\n"
        f"Associated with nothing: {', '.join(truth['not_associated'])}.\n"
        f"The whole truth: {out / 'truth' / 'README.md'}\n"
        f"Run it: biomarkers run --directory {shlex.quote(str(out))} --cores 2"
    )
