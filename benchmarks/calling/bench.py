"""Calling from reads: this workflow, the usual sequence of commands, and the least that any sequence must do.

    .venv/bin/python benchmarks/calling/bench.py [--set hcc1395 hg002 chr20] [--folder OUT] [--cores 2]

Three sequences on the same reads, tool versions and cores, from FASTQ to the filtered somatic VCF:

* limit: `bwa mem` alone (its output thrown away) and Mutect2 alone, on the BAM that the usual sequence made;
* usual: bwa | sort, MarkDuplicates, BaseRecalibrator, ApplyBQSR, Mutect2, LearnReadOrientationModel, GetPileupSummaries
  twice, CalculateContamination, FilterMutectCalls, each a command of its own that writes its file;
* workflow: Snakemake with this project's rules, started as a user starts it; `workflow_bqsr` with base quality
  recalibration, for which the others' sites are named as known sites.

Indexes of the reference are made before the clock starts. A finished part stands in OUT as JSON and is not run again
(remove it to repeat it). How each figure is measured stands in measure.py. HG002 has no germline resource, so there nobody
recalibrates or estimates contamination.
"""
# ruff: noqa: E501

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import made_exome  # noqa: E402
import spiked  # noqa: E402
from accuracy import Allele, alleles, score, stand_in_genes  # noqa: E402
from measure import Cost, measured  # noqa: E402

DATA = Path(os.environ.get("BIOMARKERS_DATA", PROJECT.parent / "shared" / "data"))
GOALS = (("wall_s", "limit", 1.15), ("wall_s", "usual", 0.5), ("cpu_s", "limit", 1.2), ("written_mb", "usual", 0.35))
WORTH_JUDGING_S = 300
TP53 = {("chr17mini", 14310, "C", "T")}
"""The one somatic variant of HCC1395 in its two regions (SEQC2 truth set; README of the data)."""


@dataclasses.dataclass(frozen=True)
class Reads:
    """A tumor-normal pair.

    lanes: sample -> its FASTQ pairs; resource: germline resource and known sites, if any; known: the somatic alleles
    that are there, or a VCF of them.
    """

    name: str
    reference: Path
    targets: Path
    lanes: dict[str, list[tuple[Path, Path]]]
    resource: Path | None
    known: Path | set[Allele]


def data_sets(folder: Path) -> dict[str, Reads]:
    """The three pairs that are timed, and those that were made to choose options by (options.py)."""
    exome, hg002 = DATA / "hcc1395_exome", DATA / "hg002_spikein"
    lanes = {
        sample: [(exome / f"{name}_{lane}_R1.fastq.gz", exome / f"{name}_{lane}_R2.fastq.gz") for lane in ("L3", "L4")]
        for sample, name in (("tumor", "HCC1395"), ("normal", "HCC1395BL"))
    }

    def single(at: Path) -> dict[str, list[tuple[Path, Path]]]:
        return {
            sample: [(at / f"{sample}_R1.fastq.gz", at / f"{sample}_R2.fastq.gz")] for sample in ("tumor", "normal")
        }

    def made(name: str, resource: str | None) -> Reads:
        at = folder / "data" / name
        sites = at / resource if resource else None
        return Reads(name, at / "reference.fa", at / "targets.bed", single(at), sites, at / "somatic.vcf")

    at = folder / "data"
    return {
        "hcc1395": Reads(
            "hcc1395", at / "hcc1395/reference.fa", exome / "targets.bed", lanes, exome / "gnomad.vcf.gz", TP53
        ),
        "hg002": Reads(
            "hg002", at / "hg002/reference.fa", hg002 / "targets.bed", single(hg002), None, hg002 / "truth.vcf"
        ),
        **{name: made(name, "germline.vcf.gz") for name in made_exome.DESIGNS},
        **{name: made(name, None) for name in spiked.DESIGNS},
    }


def prepare(reads: Reads, folder: Path) -> None:
    """Reference with its indexes in a folder of its own; chromosome 20, its reads and those of the spiked sets are made."""
    if reads.name in made_exome.DESIGNS:
        made_exome.make(reads.reference.parent, reads.name)
        return
    if reads.name in spiked.DESIGNS:
        spiked.make(reads.name, DATA / "hg002_spikein", reads.reference.parent)
        return
    reads.reference.parent.mkdir(parents=True, exist_ok=True)
    if not reads.reference.with_suffix(".dict").exists():
        shutil.copyfile(reads.targets.parent / "reference.fa", reads.reference)
        name = reads.reference.name
        command = f"samtools faidx {name} && bwa index {name} && samtools dict {name} -o reference.dict"
        measured(command, reads.reference.parent, folder / f"{reads.name}.index.log")


def usual(reads: Reads, cores: int) -> list[tuple[str, str]]:
    """Step and command of the usual sequence; `-L` with padding where it speeds a step up."""
    ref, where = reads.reference, f"-L {reads.targets} --interval-padding 100"
    steps = []
    for sample, lanes in reads.lanes.items():
        for number, (first, second) in enumerate(lanes):
            group = rf"@RG\tID:{sample}.{number}\tSM:{sample}\tLB:{sample}\tPL:ILLUMINA"
            align = f"bwa mem -t {cores} -R '{group}' {ref} {first} {second}"
            steps.append(("bwa | sort", f"{align} | samtools sort -@ {cores} -o {sample}.{number}.bam -"))
        inputs = " ".join(f"-I {sample}.{number}.bam" for number in range(len(lanes)))
        mark = f"gatk MarkDuplicates {inputs} -O {sample}.marked.bam -M {sample}.duplicates.txt --CREATE_INDEX true"
        steps.append(("MarkDuplicates", mark))
        if reads.resource:
            table = f"gatk BaseRecalibrator -R {ref} -I {sample}.marked.bam --known-sites {reads.resource} {where}"
            steps.append(("BaseRecalibrator", f"{table} -O {sample}.recalibration.table"))
            apply = f"gatk ApplyBQSR -R {ref} -I {sample}.marked.bam --bqsr-recal-file {sample}.recalibration.table"
            steps.append(("ApplyBQSR", f"{apply} -O {sample}.final.bam"))
    tumor, normal = bams(reads)
    resource = f"--germline-resource {reads.resource}" if reads.resource else ""
    steps.append(("Mutect2", f"{mutect2(reads, cores)} {resource} --f1r2-tar-gz f1r2.tar.gz -O unfiltered.vcf.gz"))
    steps.append(("LearnReadOrientationModel", "gatk LearnReadOrientationModel -I f1r2.tar.gz -O model.tar.gz"))
    options = "--ob-priors model.tar.gz"
    if reads.resource:
        for sample, bam in (("tumor", tumor), ("normal", normal)):
            table = f"gatk GetPileupSummaries -R {ref} -I {bam} -V {reads.resource} {where} -O {sample}.pileups.table"
            steps.append(("GetPileupSummaries", table))
        estimate = "gatk CalculateContamination -I tumor.pileups.table -matched normal.pileups.table"
        steps.append(
            ("CalculateContamination", f"{estimate} -O contamination.table --tumor-segmentation segments.table")
        )
        # As the workflow does: an estimate from too few sites is not applied.
        if reads.name != "hcc1395":
            options += " --contamination-table contamination.table --tumor-segmentation segments.table"
    steps.append(
        ("FilterMutectCalls", f"gatk FilterMutectCalls -R {ref} -V unfiltered.vcf.gz {options} -O filtered.vcf.gz")
    )
    return steps


def bams(reads: Reads) -> tuple[str, str]:
    """Final BAMs of the usual sequence."""
    kind = "final" if reads.resource else "marked"
    return f"tumor.{kind}.bam", f"normal.{kind}.bam"


def mutect2(reads: Reads, cores: int) -> str:
    """Mutect2 as it is usually run: one process, the pair-HMM on every core."""
    tumor, normal = bams(reads)
    where = f"-L {reads.targets} --interval-padding 100 --native-pair-hmm-threads {cores}"
    return f"gatk Mutect2 -R {reads.reference} -I {tumor} -I {normal} -normal normal {where}"


def limit(reads: Reads, cores: int) -> list[tuple[str, str]]:
    """Aligning and calling alone, in the folder of the usual sequence."""
    steps = [
        ("bwa mem", f"bwa mem -t {cores} {reads.reference} {first} {second} > /dev/null")
        for lanes in reads.lanes.values()
        for first, second in lanes
    ]
    return [*steps, ("Mutect2", f"{mutect2(reads, cores)} -O alone.vcf.gz")]


def workflow(reads: Reads, cores: int, folder: Path, *, recalibrate: bool) -> list[tuple[str, str]]:
    """A run's folder, and Snakemake as the only step: up to the filtered calls, which is where the usual sequence ends."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    rows = ["patient\tsample\tstatus\tlane\tfastq_1\tfastq_2"]
    for sample, lanes in reads.lanes.items():
        rows += [f"P1\t{sample}\t{sample}\t{n}\t{first}\t{second}" for n, (first, second) in enumerate(lanes, start=1)]
    (folder / "config/samples.tsv").write_text("\n".join(rows) + "\n")
    stand_in_genes(Path(reads.targets), folder / "genes.gff3")
    reference = {"fasta": reads.reference, "targets": reads.targets, "genes": "genes.gff3"}
    if reads.resource:
        reference |= {"germline_resource": reads.resource} | ({"known_sites": reads.resource} if recalibrate else {})
    config = {
        "samples": "config/samples.tsv",
        "reference": {key: str(value) for key, value in reference.items()},
        "reads": {"recalibrate": "on" if recalibrate else "off"},
    }
    (folder / "config/config.yaml").write_text(json.dumps(config))
    snakemake = f"{sys.executable} -m snakemake -s {PROJECT}/workflow/Snakefile --directory {folder} --cores {cores}"
    return [("snakemake", f"{snakemake} results/calling/tumor.vcf.gz")]


def run(reads: Reads, sequence: str, folder: Path, cores: int) -> dict[str, list[dict]]:
    """Costs of each step, from the sequence's JSON when it is finished."""
    done = folder / f"{reads.name}.{sequence}.json"
    if done.exists():
        return json.loads(done.read_text())
    place = folder / reads.name / ("usual" if sequence == "limit" else sequence)
    if sequence != "limit":
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    if sequence in ("usual", "limit"):
        steps = (usual if sequence == "usual" else limit)(reads, cores)
    else:
        steps = workflow(reads, cores, place, recalibrate=sequence == "workflow_bqsr")
    costs = []
    for number, (step, command) in enumerate(steps, start=1):
        print(f"{reads.name}, {sequence}: {step} ({number} of {len(steps)})", file=sys.stderr, flush=True)
        log = folder / f"{reads.name}.{sequence}.{number:02d}.log"
        cost = measured(command, place, log, jobs_below=step == "snakemake")
        costs.append({"step": step} | dataclasses.asdict(cost))
    result = {"steps": costs}
    done.write_text(json.dumps(result, indent=1))
    return result


def total(result: dict[str, list[dict]]) -> Cost:
    """A sequence's cost: sums, but the peak memory of its largest job and the highest load."""
    steps = result["steps"]
    sums = {key: sum(step[key] for step in steps) for key in ("wall_s", "cpu_s", "written_mb")}
    return Cost(**sums, peak_mb=max(s["peak_mb"] for s in steps), load=max(s["load"] for s in steps))


def accuracy(reads: Reads, sequence: str, folder: Path) -> str:
    """A sequence's calls against the known alleles."""
    place = folder / reads.name / sequence
    vcf = place / ("filtered.vcf.gz" if sequence == "usual" else "results/calling/tumor.vcf.gz")
    known = reads.known
    if isinstance(known, Path):
        known = set(alleles(known, reads.reference, reads.targets))
    return str(score(alleles(vcf, reads.reference, reads.targets), known))


def compare(reads: Reads, costs: dict[str, Cost], folder: Path) -> list[str]:
    """What is said of one data set: costs, ratios and goals, and how right the calls are."""
    lines = [
        reads.name,
        f"  {'':14}{'wall s':>9}{'CPU s':>9}{'peak MB of a job':>18}{'written MB':>12}{'load before':>13}",
    ]
    lines += [
        f"  {key:14}{c.wall_s:9.0f}{c.cpu_s:9.0f}{c.peak_mb:18.0f}{c.written_mb:12.0f}{c.load:13.1f}"
        for key, c in costs.items()
    ]
    judged = costs["limit"].wall_s >= WORTH_JUDGING_S
    for sequence in [key for key in costs if key.startswith("workflow")]:
        for figure, other, most in GOALS:
            ratio = getattr(costs[sequence], figure) / getattr(costs[other], figure)
            verdict = ("met" if ratio <= most else "MISSED") if judged else "not judged, limit under 5 minutes"
            lines.append(f"  {sequence}: {figure} {ratio:.2f} x {other} (goal <= {most}: {verdict})")
        memory = costs[sequence].peak_mb
        lines.append(
            f"  {sequence}: peak of a job {memory / 1000:.1f} GB (goal <= 4: {'met' if memory <= 4000 else 'MISSED'})"
        )
    lines += [f"  {sequence}: {accuracy(reads, sequence, folder)}" for sequence in costs if sequence != "limit"]
    return lines


def main() -> None:
    """Time the sets that are asked for and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--set", nargs="+", choices=["hcc1395", "hg002", "chr20"], default=["hcc1395", "hg002", "chr20"]
    )
    parser.add_argument("--folder", type=Path, default=PROJECT / "results" / "benchmarks" / "calling")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    folder = chosen.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    paths = [str(PROJECT / ".tools/bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    os.environ["PATH"] = os.pathsep.join(paths)
    print(f"{chosen.cores} cores; files in {folder}", file=sys.stderr)
    text = []
    for name in chosen.set:
        reads = data_sets(folder)[name]
        prepare(reads, folder)
        sequences = ["usual", "limit", "workflow", *(["workflow_bqsr"] if reads.resource else [])]
        text += compare(reads, {key: total(run(reads, key, folder, chosen.cores)) for key in sequences}, folder)
    (folder / "summary.txt").write_text("\n".join(text) + "\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
