"""Runs of the workflow as a user starts them: by the contract's command, in a folder outside the checkout."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LANES = [["patient", "sample", "status", "lane", "fastq_1", "fastq_2"]]


@dataclass
class RunFolder:
    """A run's folder with its config; `run` starts Snakemake in it."""

    folder: Path
    snakefile: Path
    config: dict[str, Any] = field(default_factory=dict)

    def sheet(self, name: str, rows: list[list[str]]) -> str:
        path = self.folder / "config" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join("\t".join(row) + "\n" for row in rows))
        return f"config/{name}"

    def run(self, *arguments: str, cores: int = 2, path: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the workflow; path: a folder of programs to be found before all others."""
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config" / "config.yaml").write_text(yaml.safe_dump(self.config))
        return self.start(*arguments, cores=cores, path=path)

    def start(self, *arguments: str, cores: int = 2, path: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the workflow with the config that is there."""
        command = [sys.executable, "-m", "snakemake", "-s", str(self.snakefile), "--directory", str(self.folder)]
        return subprocess.run(
            [*command, "--cores", str(cores), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=1500,
            env=os.environ | ({"PATH": f"{path}{os.pathsep}{os.environ['PATH']}"} if path else {}),
        )

    def tsv(self, path: str) -> list[dict[str, str]]:
        file = self.folder / path
        with gzip.open(file, "rt") if path.endswith(".gz") else file.open() as lines:
            return list(csv.DictReader(lines, delimiter="\t"))

    def tsv_cell(self, path: str, sample: str, column: str) -> str:
        """Cell of the first row of a sample."""
        return next(row[column] for row in self.tsv(path) if row["sample"] == sample)


def script(project: Path, folder: Path, name: str, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Call a shell file of the rules in a folder, whose `tools` are found before all other programs."""
    named = [word for option, value in options.items() for word in (f"--{option.replace('_', '-')}", str(value))]
    folders = (folder / "tools", Path(sys.executable).parent, os.environ["PATH"])
    return subprocess.run(
        [project / "workflow" / "scripts" / f"{name}.sh", *named, *(["--", *words] if words else [])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": os.pathsep.join(map(str, folders)), "REF_PATH": os.devnull, "REF_CACHE": os.devnull},
    )


def tells(done: subprocess.CompletedProcess[str], message: str) -> bool:
    """Whether a run says so; its lines are wrapped, within words too, which depends on its folder's name."""
    return "".join(message.split()) in "".join((done.stdout + done.stderr).split())


def hcc1395(folder: RunFolder, data: Path) -> RunFolder:
    """The pair HCC1395 / HCC1395BL from FASTQ, two lanes a sample."""
    reads = data / "hcc1395_exome"
    rows = [
        ["P1", sample, status, lane, f"{reads}/{sample}_{lane}_R1.fastq.gz", f"{reads}/{sample}_{lane}_R2.fastq.gz"]
        for sample, status in (("HCC1395", "tumor"), ("HCC1395BL", "normal"))
        for lane in ("L3", "L4")
    ]
    folder.config = {
        "samples": folder.sheet("samples.tsv", LANES + rows),
        "reference": {
            "fasta": f"{reads}/reference.fa",
            "targets": f"{reads}/targets.bed",
            "genes": f"{reads}/genes.gff3.gz",
            "germline_resource": f"{reads}/gnomad.vcf.gz",
        },
    }
    return folder
