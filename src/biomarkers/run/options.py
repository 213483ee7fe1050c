"""Options of the commands that config and sheet of a run give; rules of Snakemake and jobs of Nextflow take them here.

Files are not among them: each workflow has its own places. All words are quoted for a shell.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from biomarkers import settings
from biomarkers.run.checks import maf_entry
from biomarkers.run.checks.vcf_entry import columns_of
from biomarkers.run.facts import Facts
from biomarkers.run.quality import limit_options
from biomarkers.run.run import Run
from biomarkers.run.samples import Sample
from biomarkers.variants.columns import AUTO, NONE


def flags(options: Mapping[str, Any]) -> list[str]:
    """`--name value` of each option that has a value.

    >>> flags({"assumed_bp": 30000000, "assay": "kit A", "custom": None})
    ['--assumed-bp 30000000', "--assay 'kit A'"]
    """
    given = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
    return [f"--{name} {shlex.quote(str(value))}" for name, value in given.items()]


def of_run(run: Run, facts: Facts) -> dict[str, list[str]]:
    """Options of each command that is called once, by its name."""
    config = run.config
    burden, sheets = config["burden"], settings.Sheets.as_options(config)
    return {
        "import": ["--sheets-only", *sheets],
        "targets": _of_targets(config["reference"]),
        "maf": [
            *([shlex.join(["--normal-sample", *facts.normal_names])] if facts.normal_names else []),
            *flags({"build": config["annotation"]["build"]}),
        ],
        "tmb": [
            shlex.join(["--definition", *burden["definitions"]]),
            *flags({"assumed_bp": config["reference"]["assumed_bp"], "assay": burden["assay"]}),
        ],
        "qc": [
            "--orientation" if config["calling"]["orientation"] else "--no-orientation",
            *(["--realign"] if config["reads"]["realign"] else []),
            *limit_options(config),
            *settings.Quality.as_options(config),
        ],
        "pdl1": [*settings.Pdl1.as_options(config), *sheets],
        "endpoints": [*settings.Endpoints.as_options(config), *sheets],
        "cohort": [*flags({"definition": burden["definitions"][0]}), *sheets],
        "associate": sheets,
        "power": [*_of_power(config["analysis"]), *sheets],
        # The page tells every setting in force.
        "report": [
            *flags({"title": config["report"]["title"], "in_force": json.dumps(config, sort_keys=True, default=str)}),
            *settings.Shown.as_options(config),
            *sheets,
        ],
    }


def _of_targets(reference: Mapping[str, Any]) -> list[str]:
    switches = {"rename_contigs": "--rename-contigs", "one_based_targets": "--one-based"}
    return [
        *(option for key, option in switches.items() if reference[key]),
        *flags({"track": reference["target_track"] or None}),
    ]


def _of_power(analysis: Mapping[str, Any]) -> list[str]:
    sizes = [str(size) for size in analysis["power_patients"]]
    return [*([shlex.join(["--n", *sizes])] if sizes else []), *flags({"simulations": analysis["power_simulations"]})]


def of_denominator(run: Run) -> list[str]:
    """Options of `biomarkers denominator` for any tumor."""
    return settings.CallableBases.as_options(run.config)


def of_variants(run: Run, tumor: Sample) -> list[str]:
    """Options of `biomarkers variants` for a tumor.

    The columns of a VCF of the sheet are those that `check` found. `--paired` tells of a normal whether or not the VCF
    has its column. A user's own rule for foreign calls is not asked of those that the run makes itself.
    """
    config, entered = run.config, tumor.entry == "vcf"
    columns = columns_of(tumor, run.samples, config["samples"]) if entered else None
    named = ["--tumor-sample", AUTO]
    if columns and columns.tumor:
        named = ["--tumor-sample", columns.tumor, "--normal-sample", columns.normal or NONE]
    own: dict[str, Any] = {} if entered else {"somatic": None, "accept_filters": []}
    counted = config | {"calling": config["calling"] | own}
    return [
        shlex.join(named),
        *flags({"sample": tumor.sample, "patient": tumor.patient}),
        *(["--paired"] if tumor.paired or run.samples.normal_of(tumor) else []),
        *_of_counting(counted),
    ]


def of_maf(run: Run) -> list[str]:
    """Options of `biomarkers variants` for the run's MAF."""
    pairing = {None: [], True: ["--tumor-only"], False: ["--paired"]}[maf_entry.pairing(run.config)]
    return [*pairing, *_of_counting(maf_entry.counting(run.config))]


def _of_counting(config: Mapping[str, Any]) -> list[str]:
    groups = settings.Reported, settings.Counting, settings.Annotation
    return [word for group in groups for word in group.as_options(config)]
