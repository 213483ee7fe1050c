"""Is a run whole? Every problem of the config, the sheets and the plan, before hours are spent."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from biomarkers.declared import listed
from biomarkers.errors import Problem, Problems, count, first_few, log
from biomarkers.io import schemas, yamls
from biomarkers.run import annotators, mapped, presets, quality, samples
from biomarkers.run.checks import (
    clinic,
    counting,
    first_reads,
    headers,
    maf_entry,
    programs,
    sheet_rows,
    territory,
    vcf_entry,
)
from biomarkers.run.layout import USUAL, Layout
from biomarkers.run.run import Run
from biomarkers.run.sarek import handover

NAMED = 10
"""Patients without a tumor sample that are named one by one."""


def read_run(path: str | Path, given: yamls.Settings | None = None, layout: Layout = USUAL) -> Run:
    """Config and sample sheet of the run in the current folder.

    given: the config in force, where it is more than the file at `path` (see `given_config`). layout: where the run's
    own folders are.
    Raises InputError with every problem of both files.
    """
    problems = Problems()
    run = _read_run(path, given, layout, problems)
    problems.stop_if_any()
    return run


def _read_run(path: str | Path, given: yamls.Settings | None, layout: Layout, problems: Problems) -> Run:
    """As `read_run`; what is wrong with the samples and files is added to `problems`, a wrong config raises at once."""
    from biomarkers.burden import inputs as _burdens

    settings = yamls.load(path) if given is None else given
    schema = schemas.load("config")
    settings = yamls.without_empty_blocks(settings, schema)
    wrong = Problems()
    yamls.check(path, settings, schema, wrong)
    wrong.stop_if_any()
    config = yamls.with_defaults(settings.data, schema)
    annotators.check_known(path, config["annotation"]["tool"], settings)
    preset = presets.take(path, settings, config)
    mapping = mapped.take(path, settings, config, problems)
    sarek = handover.take(path, settings, config, problems)
    given_sheet = config["samples"]
    if is_absent := given_sheet is not None and not os.path.exists(given_sheet):
        problems.add(yamls.problem(path, settings, ("samples",), given_sheet, sheet_rows.EXISTS))
    sheet = samples.Samples({})
    if config["samples"] is not None and not is_absent:
        rules = {"tumor_only": config["calling"]["tumor_only"], "realign": config["reads"]["realign"]}
        sheet = samples.read(config["samples"], problems, missing=config["missing_words"], **rules)
    entered = {tumor.sample for tumor in sheet.tumors if tumor.entry == "vcf"}
    if config["clinical"]["maf"] and config["burden"]["denominators"]:
        entered |= maf_entry.names(config, problems)
    stated = _burdens.read_stated(config["burden"]["denominators"], entered, problems)
    run = Run(config, sheet, stated, preset, mapping, sarek, settings, layout)
    _check_needed(path, run, settings, problems)
    counting.check(path, run, settings, problems)
    quality.check_limits(path, settings, problems)
    maf_entry.check_combination(path, run, settings, problems)
    _burdens.check_calibration(path, yamls.line_of(settings.lines, ("burden",)), config["burden"], problems)
    return run


def _check_needed(path: str | Path, run: Run, settings: yamls.Settings, problems: Problems) -> None:
    """Files that the rules of this run read must be named and exist."""
    config, sheet = run.config, run.samples
    reference = config["reference"]
    needed = {}
    if sheet.called:
        needed = dict.fromkeys(("fasta", "targets", "genes"), "a path, for a run that starts from reads")
    # Of a VCF that is not there nobody knows.
    if any(not tumor.is_annotated and all(map(os.path.isfile, tumor.vcfs)) for tumor in sheet.tumors):
        own_genes = () if config["annotation"]["tool"] != "csq" else ("genes",)
        needed |= dict.fromkeys(("fasta", *own_genes), "a path, to annotate variants")
        annotators.check(path, config["annotation"], settings, problems)
    if not reference["assumed_bp"] and (
        run.measures_maf or any(tumor.sample not in run.stated for tumor in sheet.tumors)
    ):
        expected = "a path, to know what the burden is divided by"
        expected += " (or reference.assumed_bp, for samples that are VCFs or stand in a MAF)"
        needed |= dict.fromkeys(("fasta", "targets", "genes"), expected)
    for key, expected in needed.items():
        if reference[key] is None:
            problems.add(yamls.problem(path, settings, ("reference", key), None, expected, at=("reference",)))
    if config["reads"]["recalibrate"] in ("on", True) and not reference["known_sites"]:
        expected = "reference.known_sites beside it (such as dbSNP and Mills indels), or auto or off"
        problems.add(yamls.problem(path, settings, ("reads", "recalibrate"), "on", expected))
    if config["analysis"]["power"] and not (config["plan"] and config["clinical"]["patients"]):
        expected = "plan and clinical.patients beside it, whose tests and cohort are simulated"
        problems.add(yamls.problem(path, settings, ("analysis", "power"), True, expected))
    files = named_files(config)
    if reference["panel_of_normals"] == "build":
        del files["reference", "panel_of_normals"]
        normals = sum(not sample.is_tumor for sample in sheet.sequenced)
        if sheet.by_name and normals < 2:  # A panel marks what at least two normals share.
            expected = "the path of a panel (VCF), or at least 2 normals in the sheet to build one from"
            expected += f" (it has {normals})"
            problems.add(yamls.problem(path, settings, ("reference", "panel_of_normals"), "build", expected))
    presets.check_places(config, run.preset_files, run.layout, problems)
    for place, given in files.items():
        for file in listed(given):
            exists = os.path.isfile(file) or presets.is_awaited(file, run.preset_files)
            exists = exists or mapped.is_awaited(file, run.mapping)
            if not exists or sheet_rows.UNSPEAKABLE.search(file):
                expected = sheet_rows.SPEAKABLE if exists else sheet_rows.EXISTS
                problems.add(yamls.problem(path, settings, place, file, expected))


def named_files(config: dict[str, Any]) -> dict[yamls.Key, Any]:
    """Paths in a config, but for the sample sheet, by key: one, a list of them or None."""
    files: dict[yamls.Key, Any] = {("reference", key): config["reference"][key] for key in presets.FILES}
    files |= {("clinical", key): value for key, value in config["clinical"].items()}
    files |= {("burden", key): config["burden"][key] for key in ("custom", "hotspots", "calibration", "denominators")}
    files |= {("sarek", key): config["sarek"][key] for key in ("samples", "config")}
    return files | {("plan",): config["plan"]}


def check_run(
    path: str | Path,
    given: yamls.Settings | None = None,
    place: programs.Place | None = None,
    layout: Layout = USUAL,
) -> Run:
    """As `read_run`, after a look at every other sheet, the headers of all files, the plan and the programs.

    place: where the programs will be, by default as far as can be told beforehand. layout: as in `read_run`. Raises
    InputError with every problem of all of them.
    """
    problems = Problems()
    run = _read_run(path, given, layout, problems)
    is_right = not problems.found
    with mapped.staged(run.config, run.mapping, problems) as config:
        made = replace(run, config=config)
        if is_right:
            _check_headers(path, made, problems)
        patients = clinic.check_sheets(path, made, problems)
        clinic.check_plan(made, problems)
    programs.check(path, run, place or programs.usual(), problems)
    if run.sarek and run.awaits_sarek and Path(run.sarek.samples).is_file():
        handover.samplesheet(run.sarek.samples, problems)
    if is_right and not (
        run.awaits_sarek or run.has_burden or run.samples.sequenced or run.config["clinical"]["patients"]
    ):
        expected = "samples, clinical.patients or clinical.maf, of which results could be made"
        problems.add(Problem.said(str(path), "file", "asks for nothing", expected))
    problems.stop_if_any()
    if patients:
        for patient in sorted({tumor.patient for tumor in run.samples.tumors} - patients):
            log.warning("%s: patient %s has samples but no row in the patients sheet", run.config["samples"], patient)
        if run.samples.by_name and not run.config["clinical"]["maf"]:
            _tell_of_unsequenced(run, patients)
    if run.samples.by_name and (awaited := presets.announcement(run.config, run.preset_files)):
        log.warning("%s: %s", path, awaited)
    return run


def _tell_of_unsequenced(run: Run, patients: Collection[str]) -> None:
    """Who is in the trial and not in the sample sheet: a forgotten line and a patient without a biopsy look alike."""
    without = sorted(set(patients) - {tumor.patient for tumor in run.samples.tumors})
    if without:
        told = f"{len(without)} of {count(len(patients), 'patient')} of the patients sheet"
        log.info(
            "%s: %s without a tumor sample, so without a burden: %s",
            run.config["samples"],
            told,
            first_few(without, NAMED),
        )


def summary(run: Run) -> list[str]:
    """What a run consists of in which nothing is wrong, a line each."""
    told, clinical = [], run.config["clinical"]
    if run.samples.by_name or not clinical["maf"]:
        patients = {tumor.patient for tumor in run.samples.tumors}
        told.append(f"samples: {len(run.samples.by_name)}, of {count(len(patients), 'patient')} with a tumor sample")
    if clinical["maf"]:
        told.append(f"MAF: {clinical['maf']}")
    if clinical["patients"]:
        told.append("clinical sheets and plan: nothing wrong")
    return told


def _check_headers(path: str | Path, run: Run, problems: Problems) -> None:
    """What headers tell: every file must be whole and of one genome build. It takes seconds and may save a night.

    Before the preset's FASTA is downloaded the lengths of its main contigs stand for it.
    """
    reference, found = run.config["reference"], run.samples
    first_reads.check_lanes(found, run.config["samples"], problems)
    genome = _check_genome(path, run, problems)
    maf_entry.check_maf(run, genome if run.measures_maf else None, problems)
    vcf_entry.check(found, run.config, run.config["samples"], problems, genome)
    if genome is None:
        return
    headers.check_alignments(found, genome, problems)
    for key in ("germline_resource", "panel_of_normals", "known_sites"):
        for file in map(run.place, listed(reference[key])):
            if file != "build" and os.path.isfile(file):
                headers.check_vcf(file, genome, problems, frequencies=key == "germline_resource")
    if reference["targets"] is not None:
        headers.check_targets(reference, genome, problems)
    genes = reference["genes"] and run.place(reference["genes"])
    if genes is not None and os.path.isfile(genes):
        for_csq = run.config["annotation"]["tool"] == "csq" and not all(tumor.is_annotated for tumor in found.tumors)
        problems.catch(headers.check_genes, genes, genome, problems, for_csq=for_csq)
    if not problems.found:
        territory.check(reference, genome, problems)
        headers.warn_old_indexes(found)


def _check_genome(path: str | Path, run: Run, problems: Problems) -> headers.Genome | None:
    """The genome that files are compared with; None without one, or where it cannot be read."""
    fasta = run.config["reference"]["fasta"]
    if fasta is None or not (run.samples.by_name or run.measures_maf):
        return None
    awaited, fasta = presets.is_awaited(fasta, run.preset_files), run.place(fasta)
    whole, own = os.path.isfile(fasta), run.layout.place("resources/genome.fa")
    lengths = headers.check_reference(fasta, own, problems) if whole else run.preset and run.preset.lengths
    if not lengths:
        return None
    if run.preset and run.preset_files and not awaited:
        presets.check_fasta(path, run.given, run.preset, fasta, lengths, problems)
    return headers.Genome(fasta, lengths, whole, own)
