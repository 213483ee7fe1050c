"""A checked run as the pipeline of Nextflow takes it: files of the config, options of every command, tumors."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from biomarkers.declared import listed
from biomarkers.errors import Problem, Problems
from biomarkers.io import yamls
from biomarkers.io.files import md5
from biomarkers.run import options
from biomarkers.run.checks.check import named_files
from biomarkers.run.checks.clinic import gene_set_files
from biomarkers.run.facts import Facts
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample

UNQUOTED = re.compile(r"[$*?\[\]{}\n]")
"""What Nextflow 24.10 leaves as it is in a path that it links to: a shell would take it for something else."""


def of(path: str | Path, run: Run, facts: Facts) -> dict[str, Any]:
    """What a pipeline needs to know of a run; paths are relative to its folder, as config and sheet have them.

    files: by the config's key; given: all that the user gave; options: of commands that are called once, quoted for a
    shell, and by `outputs` which tables they write that are not always made; linked: MD5 of files that the plan names.
    Raises InputError for what the pipeline does not begin with.
    """
    _refuse_what_is_not_made_here(path, run)
    config = run.config
    named = {key[-1]: value for key, value in named_files(config).items()} | {"samples": config["samples"]}
    made = run.mapping.sheets if run.mapping else ()
    # Gene models of csq are a file of the config, which is staged; the others' words are names and absolute folders.
    annotating = [] if facts.annotator.name == "csq" else [shlex.join(facts.annotator.words)]
    of_events = ("adverse_events_summary", "adverse_event_times") if config["clinical"]["adverse_events"] else ()
    by_command = options.of_run(run, facts) | {
        "denominator": options.of_denominator(run),
        "maf_variants": options.of_maf(run),
        "annotate": annotating,
    }
    return {
        "files": {key: value for key, value in named.items() if isinstance(value, str) and key not in made},
        "options": {command: " ".join(words) for command, words in by_command.items()},
        "outputs": {
            "endpoints": [*facts.trial_tables, *of_events],
            "pictures": list(facts.pictures),
            "report": ["figures", "workbook", "readme", *(["key"] if config["report"]["anonymous"] else [])],
        },
        "tumors": [_tumor(run, facts, tumor) for tumor in run.samples.tumors],
        "wants_power": config["analysis"]["power"],
        "annotator": facts.annotator.name,
        "states_purity": facts.states_purity,
        "has_burden": run.has_burden,
        "measures_maf": run.measures_maf,
        "given": _given(run),
        "mapping": _mapping(run),
        "linked": {file: md5(file) for file in gene_set_files(config["plan"])},
    }


def _mapping(run: Run) -> dict[str, Any] | None:
    """The sheets that a mapping makes, what must stand beside it to be read, and MD5 of its files."""
    if run.mapping is None:
        return None
    folder = Path(run.mapping.path).parent
    # All that is taken along stands side by side, so of a folder the whole. Files elsewhere are found where they are.
    inside = [Path(file).relative_to(folder) for file in run.mapping.files if folder in Path(file).parents]
    return {
        "sheets": list(run.mapping.sheets),
        "beside": list(dict.fromkeys(str(folder / file.parts[0]) for file in inside)),
        "sums": {file: md5(file) for file in run.mapping.files},
    }


def _given(run: Run) -> list[str]:
    """Every file of the user that config, sheet, mapping and plan name."""
    config = run.config
    awaited = {run.mapping.place(name) for name in run.mapping.sheets} if run.mapping else set()
    found = [config["samples"], *(file for value in named_files(config).values() for file in listed(value))]
    found += [vcf for tumor in run.samples.tumors for vcf in tumor.vcfs]
    found += [*(run.mapping.files if run.mapping else ()), *gene_set_files(config["plan"])]
    return list(dict.fromkeys(file for file in found if file and file != "build" and file not in awaited))


def _tumor(run: Run, facts: Facts, tumor: Sample) -> dict[str, Any]:
    """One tumor: its VCFs, whether they are annotated and its territory measured, and the options of its count."""
    return {
        "id": tumor.sample,
        "patient": tumor.patient,
        "vcfs": tumor.vcfs,
        "is_annotated": tumor.is_annotated,
        "is_measured": tumor.sample in facts.measured,
        "options": " ".join(options.of_variants(run, tumor)),
    }


def _refuse_what_is_not_made_here(path: str | Path, run: Run) -> None:
    """Raise InputError for samples that come as reads, and for references that are still to be downloaded."""
    problems = Problems()
    for sample in run.samples.sequenced:
        expected = "a somatic VCF in the column vcf: the pipeline of Nextflow begins there. Reads are taken to VCFs by"
        expected += " nf-core/sarek, or to the page by Snakemake (docs/nextflow.md)"
        problems.add(Problem(str(run.config["samples"]), "sample", sample.sample, expected, sample.line))
    quoted = "a path without $ * ? [ ] { }, which Nextflow does not quote for the shell"
    for key, value in named_files(run.config).items():
        for file in listed(value):
            if UNQUOTED.search(file):
                problems.add(Problem(str(path), yamls.dotted(key), file, quoted))
    for tumor in run.samples.tumors:
        for file in filter(UNQUOTED.search, tumor.vcfs):
            problems.add(Problem(str(run.config["samples"]), "vcf", file, quoted, tumor.line))
    for file in run.mapping.files if run.mapping else ():
        if ".." in Path(file).parts:
            expected = "a file in or below the mapping's folder, which is all that the pipeline of Nextflow takes along"
            problems.add(Problem(run.mapping.path if run.mapping else "", "file", file, expected))
    if run.sarek:
        expected = "none here: run nf-core/sarek by itself, then `biomarkers import sarek` (docs/sarek.md)"
        problems.add(Problem(str(path), "sarek.samples", run.sarek.samples, expected))
    if run.preset_files:
        expected = "the files themselves under reference: the pipeline of Nextflow downloads nothing (docs/nextflow.md)"
        problems.add(Problem(str(path), "reference.preset", run.config["reference"]["preset"], expected))
    problems.stop_if_any()
