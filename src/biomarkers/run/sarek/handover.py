"""What is handed to nf-core/sarek where it runs first: its sample sheet and its parameters (docs/sarek.md)."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biomarkers.errors import Problem, Problems
from biomarkers.io import yamls
from biomarkers.run import samples
from biomarkers.run.given_config import of_json

FOLDER = "results/sarek"
SHEET = f"{FOLDER}/sheet/config/samples.tsv"
"""The sheet of sarek's results, from which the run goes on."""
STEP = "mapping"
OURS = ("input", "outdir")
"""Parameters that the rule sets."""
FASTQ = re.compile(r"\S+\.f(ast)?q\.gz")
COLUMNS = ("patient", "status", "sample", "lane", "fastq_1", "fastq_2", "bam")


@dataclass(frozen=True)
class Handover:
    """How sarek is run. samples: the sheet of reads. is_done: whether the sheet of its results is there."""

    samples: str
    revision: str
    profile: str
    config: str | None
    parameters: Mapping[str, Any]
    is_done: bool


def take(path: str | Path, settings: yamls.Settings, config: dict[str, Any], problems: Problems) -> Handover | None:
    """How the config asks for sarek; None where it does not. The sheet of its results becomes that of the run."""
    asked = config["sarek"]
    if asked["samples"] is None:
        return None
    if config["samples"] is not None:
        expected = f"none beside sarek.samples: the sheet is {SHEET}, which is made of sarek's results"
        problems.add(yamls.problem(path, settings, ("samples",), config["samples"], expected))
    for name in OURS:
        if name in asked["parameters"]:
            key = ("sarek", "parameters", name)
            problems.add(yamls.problem(path, settings, key, asked["parameters"][name], "none: the workflow sets it"))
    tools = str(asked["parameters"].get("tools", "")).split(",")
    if not {"mutect2", "strelka"} & {tool.strip() for tool in tools}:
        key = ("sarek", "parameters", "tools")
        expected = (
            "mutect2 or strelka among sarek's tools, such as mutect2,vep: others make no somatic calls that are read"
        )
        problems.add(yamls.problem(path, settings, key, asked["parameters"].get("tools"), expected, at=key[:2]))
    if (step := asked["parameters"].get("step", STEP)) != STEP:
        key = ("sarek", "parameters", "step")
        problems.add(yamls.problem(path, settings, key, step, f"{STEP} or none: the sheet has reads"))
    is_done = Path(SHEET).is_file()
    config["samples"] = SHEET if is_done else None
    return Handover(is_done=is_done, **asked)


def files(sheet: str, folder: Path, *, outdir: str, parameters: str) -> dict[Path, str]:
    """What sarek is started with, by its place in a folder: the sample sheet, and its parameters as `-params-file`.

    outdir: folder for sarek's results. parameters: further ones, as JSON. Raises InputError with every problem.
    """
    problems = Problems()
    given = of_json(parameters, "--parameters")
    text = samplesheet(sheet, problems)
    problems.stop_if_any()
    place = folder / "samplesheet.csv"
    told = given | {"input": os.path.abspath(place), "outdir": os.path.abspath(outdir)}
    return {place: text, folder / "params.json": json.dumps(told, indent=1) + "\n"}


def samplesheet(sheet: str, problems: Problems) -> str:
    """The sheet as sarek's step `mapping` reads it, with absolute paths. What it does not take goes into `problems`."""
    rows = []
    for sample in samples.read(sheet, problems, tumor_only=True, realign=False).by_name.values():
        if sample.entry != "lanes" and not (sample.file or "").endswith(".bam"):
            column = "vcf" if sample.entry == "vcf" else "bam"
            expected = "FASTQ or BAM, which is all that sarek's step mapping takes"
            problems.add(Problem(sheet, column, sample.file, expected, sample.line))
        lanes = {lane.read_1: (lane.lane, lane.read_2, lane.line) for lane in sample.lanes}
        for first, (lane, second, line) in (lanes or {sample.file or "": ("1", None, sample.line)}).items():
            is_bam = first.endswith(".bam")
            files = {"bam": first} if is_bam else {"fastq_1": first, "fastq_2": second or ""}
            for column, file in files.items():
                if sample.entry == "lanes" and file and not is_bam and not FASTQ.fullmatch(file):
                    expected = "a name without blanks that ends with .fastq.gz or .fq.gz, as sarek asks for"
                    problems.add(Problem(sheet, column, file, expected, line))
            status = "1" if sample.is_tumor else "0"
            places = {column: os.path.abspath(file) for column, file in files.items() if file}
            rows.append({"patient": sample.patient, "status": status, "sample": sample.sample, "lane": lane, **places})
    text = io.StringIO()
    used = [name for name in COLUMNS if any(name in row for row in rows)]
    writer = csv.DictWriter(text, used, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
