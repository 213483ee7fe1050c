"""Options of Mutect2 on every set with known variants: found, missed and false ones, also with tumor and normal exchanged.

    .venv/bin/python benchmarks/calling/options.py [--set hg002 chr20 ...] [--option pruning_1.5 ...] [--folder OUT] [--jobs 2]

The reads are aligned once by the workflow; then `call.sh` and `filter.sh`, which the rules run, call them with each option
in turn. With the samples exchanged no variant of the "tumor" is somatic, so each one that passes is false. No
contamination is estimated (all reads of a set are one person's). A finished call stands in OUT and is not made again.

`spiked_*` and `chr20_mixed` were made for this choice (spiked.py, made_exome.py); only hg002 and chr20 were looked at when
the other defaults were chosen. Intervals: recall and precision exact (Clopper-Pearson), F1 by 2000 resamplings of found,
missed and false alleles. `gained` and `lost`: known alleles beside the defaults, p by the exact sign test. `counted`: those
of the passed that have the depth, reads and fraction of a burden's defaults.
"""
# ruff: noqa: E501

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
from accuracy import Allele, alleles, tumor_reads  # noqa: E402
from bench import Reads, data_sets, prepare, workflow  # noqa: E402
from measure import measured  # noqa: E402
from scipy import stats  # noqa: E402

from biomarkers.settings import Counting  # noqa: E402
from biomarkers.stats.proportions import clopper_pearson  # noqa: E402

CLIPS = "--dont-use-soft-clipped-bases true"
OPTIONS = {
    "default": CLIPS,
    "pruning_2.0": f"{CLIPS} --pruning-lod-threshold 2.0",
    "pruning_1.5": f"{CLIPS} --pruning-lod-threshold 1.5",
    "pruning_1.0": f"{CLIPS} --pruning-lod-threshold 1.0",
    "dangling": f"{CLIPS} --recover-all-dangling-branches true",
    "three_kmers": f"{CLIPS} --kmer-size 10 --kmer-size 25 --kmer-size 35",
    "linked": f"{CLIPS} --linked-de-bruijn-graph true",
    "soft_clips": "",
}
"""Name -> what Mutect2 is told beside the defaults of GATK."""
DIRECTIONS = {"right": ("tumor", "normal"), "exchanged": ("normal", "tumor")}
KEPT = "+orientation"
"""Suffix of a row in which records that the orientation filter alone rejected count as passed."""


class Outcome(NamedTuple):
    """Alleles of one set and option.

    exchanged: those that passed with the samples exchanged; counted: those of both that a burden would count by depth,
    reads and fraction.
    """

    known: set[Allele]
    passed: set[Allele]
    exchanged: set[Allele]
    counted: set[Allele]
    counted_exchanged: set[Allele]


def aligned(reads: Reads, folder: Path, cores: int) -> Path:
    """The workflow's run folder with the BAM of both samples."""
    prepare(reads, folder)
    run = folder / "options" / reads.name / "run"
    if not (run / "done").exists():
        ((_, command),) = workflow(reads, cores, run, recalibrate=False)
        command = command.replace(
            "results/calling/tumor.vcf.gz", "--notemp results/reads/tumor.bam results/reads/normal.bam"
        )
        measured(command, run, folder / f"{reads.name}.aligned.log")
        (run / "done").touch()
    return run


def call(reads: Reads, run: Path, option: str, direction: str) -> Path:
    """The filtered VCF of an option; made unless it is there."""
    place = run.parent / direction / option
    filtered = place / "filtered.vcf.gz"
    if filtered.exists():
        return filtered
    place.mkdir(parents=True, exist_ok=True)
    tumor, normal = (run / "results/reads" / f"{sample}.bam" for sample in DIRECTIONS[direction])
    resource = f"--germline-resource {reads.resource}" if reads.resource else ""
    scripts = PROJECT / "workflow/scripts"
    command = f"""
        {scripts}/call.sh --genome {reads.reference} --targets {reads.targets} --padding 100 --tumor {tumor} --normal {normal} \
            --threads 1 --heap 1600 --vcf raw.vcf.gz --index raw.vcf.gz.tbi --stats raw.vcf.gz.stats \
            --orientation orientation.tar.gz -- {resource} {OPTIONS[option]}
        {scripts}/filter.sh --sample tumor --genome {reads.reference} --calls raw.vcf.gz --stats raw.vcf.gz.stats \
            --orientation orientation.tar.gz --least 500 --heap 1600 --vcf partial.vcf.gz --filtering-stats stats.tsv \
            --contamination contamination.tsv --
        mv partial.vcf.gz.tbi filtered.vcf.gz.tbi
        mv partial.vcf.gz filtered.vcf.gz
    """
    cost = measured(command, place, place / "log")
    (place / "cost").write_text(f"{cost.cpu_s:.1f}\n")
    return filtered


def outcome(reads: Reads, calls: dict[str, Path], *, keep_orientation: bool) -> Outcome:
    """What an option found; calls: direction -> VCF."""
    known = reads.known
    if isinstance(known, Path):
        known = set(alleles(known, reads.reference, reads.targets))
    accepted = {"PASS", "orientation"} if keep_orientation else {"PASS"}
    passed, counted = {}, {}
    for direction, vcf in calls.items():
        verdicts = alleles(vcf, reads.reference, reads.targets)
        passed[direction] = {allele for allele, verdict in verdicts.items() if verdict in accepted}
        numbers = tumor_reads(vcf, DIRECTIONS[direction][0], reads.reference, reads.targets)
        counted[direction] = {allele for allele in passed[direction] if counts(*numbers[allele])}
    return Outcome(known, passed["right"], passed["exchanged"], counted["right"], counted["exchanged"])


def counts(depth: int, alt_reads: int) -> bool:
    """Whether a burden would count a variant with so many reads over it and with it (docs/methods.md, 1.3)."""
    least = Counting()
    return depth >= least.tumor_depth and alt_reads >= least.alt_reads and alt_reads >= least.vaf * depth


def pooled(outcomes: list[tuple[str, Outcome]]) -> Outcome:
    """All sets as one; the set's name keeps their alleles apart."""

    def joined(field: str) -> set[Allele]:
        return {(f"{name}:{contig}", *rest) for name, one in outcomes for contig, *rest in getattr(one, field)}  # type: ignore[misc]

    return Outcome(*(joined(field) for field in Outcome._fields))


def f1_interval(found: int, missed: int, false: int) -> tuple[float, float]:
    """95 % of the F1 of 2000 resamplings, percentiles."""
    every = found + missed + false
    drawn = np.random.default_rng(1).multinomial(every, [found / every, missed / every, false / every], size=2000)
    values = 2 * drawn[:, 0] / np.maximum(2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2], 1)
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def row(name: str, option: str, one: Outcome, default: Outcome) -> str:
    """One line of the table."""
    right, beside = one.passed & one.known, default.passed & default.known
    found, missed, false = len(right), len(one.known - one.passed), len(one.passed - one.known)
    recall, precision = clopper_pearson(found, len(one.known)), clopper_pearson(found, found + false)
    f1 = 2 * found / (2 * found + missed + false)
    low, high = f1_interval(found, missed, false)
    gained, lost = len(right - beside), len(beside - right)
    p_value = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    cells = [
        name,
        option,
        f"{found} of {len(one.known)}",
        str(false),
        str(len(one.exchanged)),
        f"{recall.estimate:.3f} ({recall.low:.3f}-{recall.high:.3f})",
        f"{precision.estimate:.3f} ({precision.low:.3f}-{precision.high:.3f})",
        f"{f1:.3f} ({low:.3f}-{high:.3f})",
        f"+{gained} -{lost}",
        f"{p_value:.2g}",
        f"{len(one.counted & one.known)}, {len(one.counted - one.known)}, {len(one.counted_exchanged)}",
    ]
    return "\t".join(cells)


def table(sets: list[str], options: list[str], every: dict[tuple[str, str], Outcome]) -> Iterator[str]:
    """The table's lines: each set, and all of them together."""
    yield "set\toption\tfound\tfalse\tfalse exchanged\trecall\tprecision\tF1\tgained, lost\tp\tcounted: found, false, exchanged"
    for name in sets:
        for option in options:
            yield row(name, option, every[name, option], every[name, "default"])
    if len(sets) > 1:
        together = {option: pooled([(name, every[name, option]) for name in sets]) for option in options}
        for option in options:
            yield row("all", option, together[option], together["default"])


def main() -> None:
    """Call the sets with each option and print what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder = PROJECT / "results" / "benchmarks" / "calling"
    names = [name for name in data_sets(folder) if name != "hcc1395"]
    parser.add_argument("--set", nargs="+", choices=names, default=names)
    parser.add_argument(
        "--option", nargs="+", choices=list(OPTIONS), default=["default", "pruning_2.0", "pruning_1.5", "pruning_1.0"]
    )
    parser.add_argument("--folder", type=Path, default=folder)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    folder = chosen.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PATH"] = os.pathsep.join(
        [str(PROJECT / ".tools/bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    options = list(dict.fromkeys(["default", *chosen.option]))
    sets = {name: data_sets(folder)[name] for name in chosen.set}
    runs = {name: aligned(reads, folder, chosen.jobs) for name, reads in sets.items()}
    wanted = [(name, option, direction) for name in sets for option in options for direction in DIRECTIONS]
    with ThreadPoolExecutor(chosen.jobs) as pool:
        made = dict(zip(wanted, pool.map(lambda key: call(sets[key[0]], runs[key[0]], *key[1:]), wanted), strict=True))
    every = {
        (name, option + suffix): outcome(
            sets[name],
            {direction: made[name, option, direction] for direction in DIRECTIONS},
            keep_orientation=bool(suffix),
        )
        for name in sets
        for option in options
        for suffix in ("", KEPT)
    }
    text = "\n".join(table(list(sets), [option + suffix for option in options for suffix in ("", KEPT)], every))
    (folder / "options.tsv").write_text(text + "\n")
    subprocess.run(["column", "-t", "-s", "\t"], input=text, text=True, check=False)


if __name__ == "__main__":
    main()
