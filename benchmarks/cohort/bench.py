"""What a cohort of many tumor and normal pairs costs: the dry run of the workflow, and the comparison of all samples.

    .venv/bin/python benchmarks/cohort/bench.py [--patients 1000] [--demo DEMO] [--folder OUT]

Each pair has its own FASTQ files of ten random reads, so that nothing but the number of files is real; reference and
targets are those of the demo (`make demo`). Pileups are drawn at 2,000 sites, of 10 % of which a tumor lost an allele.
Times are processor seconds, memory is the peak of the program.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[2]
REFERENCES = ("reference.fa", "targets.bed", "genes.gff3.gz", "population.vcf.gz")
CONFIG = """\
samples: config/samples.tsv
reference:
  fasta: data/reference.fa
  targets: data/targets.bed
  genes: data/genes.gff3.gz
  germline_resource: data/population.vcf.gz
"""
SITES, LOST = 2000, 0.1


def run_of(folder: Path, demo: Path, patients: int) -> None:
    """A run's folder: references of the demo, and two FASTQ files of each of two samples a patient."""
    random = np.random.default_rng(17)
    for part in ("config", "data/fastq"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in REFERENCES:
        shutil.copy(demo / "data" / name, folder / "data" / name)
    rows = ["patient\tsample\tstatus\tlane\tfastq_1\tfastq_2"]
    for patient in range(patients):
        for status in ("tumor", "normal"):
            sample, files = f"P{patient}-{status}", []
            for mate in (1, 2):
                bases = np.array(list("ACGT"))[random.integers(0, 4, (10, 100))]
                text = "".join(
                    f"@{sample}:{i} {mate}\n{''.join(read)}\n+\n{'F' * 100}\n" for i, read in enumerate(bases)
                )
                files.append(f"data/fastq/{sample}_{mate}.fastq.gz")
                (folder / files[-1]).write_bytes(gzip.compress(text.encode(), 1))
            rows.append("\t".join([f"P{patient}", sample, status, "1", *files]))
    (folder / "config/samples.tsv").write_text("\n".join(rows) + "\n")
    (folder / "config/config.yaml").write_text(CONFIG)


def dry_run(folder: Path) -> str:
    """Cost of `snakemake --dry-run`, and the number of its jobs."""
    program = Path(sys.executable).with_name("snakemake")
    words = [program, "-s", PROJECT / "workflow/Snakefile", "--directory", folder, "--cores", "2", "-n", "-q"]
    start, out = time.perf_counter(), folder / "dry_run.txt"
    with open(out, "w") as log:
        child = subprocess.Popen([*map(str, words)], stdout=log, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the dry run ended with {status}; see {out}")
    total = next((line.split()[-1] for line in out.read_text().splitlines() if line.split()[:1] == ["total"]), "?")
    seconds, wall = used.ru_utime + used.ru_stime, time.perf_counter() - start
    return f"| dry run, {total} jobs | {seconds:.1f} | {wall:.1f} | {used.ru_maxrss / 1024:.0f} | |"


def concordance(patients: int) -> str:
    """Cost of comparing every pair of samples and of the table; memory is that of this program from its start."""
    import resource

    import pandas as pd

    from biomarkers.io import tables
    from biomarkers.quality.concordance import Pileup, compare

    random = np.random.default_rng(9)
    frequency = random.uniform(0.01, 0.2, SITES)
    position = (np.arange(SITES) * 20_000 + 1).astype("int32")
    contig = pd.Categorical(["chr1"] * SITES)
    given = []
    for patient in range(patients):
        inherited = random.binomial(2, frequency)
        lost = (inherited == 1) & (random.random(SITES) < LOST)
        tumor = np.where(lost, 2 * random.integers(0, 2, SITES), inherited)
        for is_tumor, genotype in ((True, tumor), (False, inherited)):
            columns = {"contig": contig, "position": position, "genotype": genotype.astype("int8")}
            sites = pd.DataFrame({**columns, "frequency": frequency.astype("float32")})
            given.append(Pileup(f"P{patient}", f"P{patient}-{'TN'[not is_tumor]}", is_tumor, sites))
    given.sort(key=lambda one: not one.is_tumor)
    start, wall = time.process_time(), time.perf_counter()
    text = tables.as_text(compare(given, min_sites=10, distance=10_000), "concordance")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    return f"| concordance | {seconds:.1f} | {wall:.1f} | {peak:.0f} | {len(text) / 1e6:.1f} |"


def main() -> None:
    """Print one line for each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=1000)
    options.add_argument("--demo", type=Path, default=PROJECT / "demo")
    options.add_argument("--folder", type=Path, default=Path("results/benchmarks/cohort"))
    asked = options.parse_args()
    print("| what | CPU s | wall s | MB | table, MB |\n|---|---|---|---|---|", flush=True)
    print(concordance(asked.patients), flush=True)
    if not (asked.demo / "data").is_dir():
        raise SystemExit(f"no {asked.demo}/data: run `make demo` first, or name a demo by --demo")
    run_of(asked.folder, asked.demo, asked.patients)
    print(dry_run(asked.folder), flush=True)


if __name__ == "__main__":
    main()
