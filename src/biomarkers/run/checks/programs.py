"""Programs that a run's settings ask for: are they there? Looked for where the rules look."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from biomarkers.errors import Problems, log
from biomarkers.io import yamls
from biomarkers.run.annotators import ANNOTATORS
from biomarkers.run.run import Run

Place = Literal["here", "elsewhere", "deployed"]
"""Where rules find their programs: on this machine, on others (a cluster's nodes), or in environments of their own."""
DEPLOYERS = ("conda", "mamba", "micromamba", "apptainer", "singularity")
CALLING = ("samtools", "mosdepth", "gatk", "bcftools", "multiqc")
"""What every run from reads calls."""


def usual() -> Place:
    """Where the programs of a run will be that nobody has started yet: unknown where something could bring them."""
    return "elsewhere" if any(map(shutil.which, DEPLOYERS)) else "here"


def needed(run: Run) -> dict[str, str]:
    """Programs of a run, and the setting that asks for each; `reads` where any run from reads calls it."""
    found: dict[str, str] = {"nextflow": "sarek.samples"} if run.awaits_sarek else {}
    if run.samples.sequenced:
        found |= dict.fromkeys(CALLING, "reads")
    if any(sample.entry == "lanes" for sample in run.samples.sequenced):
        found |= {"fastp": "reads", run.config["reads"]["aligner"]: "reads.aligner"}
    if any(not tumor.is_annotated for tumor in run.samples.tumors):
        found[ANNOTATORS[run.config["annotation"]["tool"]].command] = "annotation.tool"
    return found


def check(path: str | Path, run: Run, place: Place, problems: Problems) -> None:
    """Programs that are on this machine nowhere: a problem, or a warning where others may run the jobs.

    Nextflow is always called here, and no environment of the workflow brings it.
    """
    tools = Path(__file__).resolve().parents[4] / ".tools" / "bin"
    folders = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for program, setting in needed(run).items():
        is_deployed = program != "nextflow"
        if place == "deployed" and is_deployed:
            continue
        if shutil.which(program, path=folders) is None:
            remedy = "install it" + (", or run with `--software-deployment-method conda`" if is_deployed else "")
            if place == "here" or not is_deployed:
                expected, key = f"that program on the PATH; {remedy}", tuple(setting.split("."))
                told = yamls.problem(path, run.given, key, None, expected)
                problems.add(told._replace(found=f"asks for {program}"))
            else:
                log.warning("%s: %s asks for %s, which is not on the PATH here; %s", path, setting, program, remedy)
