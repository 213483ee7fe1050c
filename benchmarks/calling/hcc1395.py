r"""Recall and precision of this workflow on your own HCC1395 exome, beside what is published for DeepSomatic.

    .venv/bin/python benchmarks/calling/hcc1395.py --tumor HCC1395.bam --normal HCC1395BL.bam --reference GRCh38.fa \
        --targets seqc2_hg38.exome_regions.bed --regions High-Confidence_Regions_v1.2.bed \
        --truth high-confidence_sINDEL_sSNV_in_HC_regions_v1.2.1.merged.vcf.gz [--germline-resource gnomad.vcf.gz] --folder OUT

BAM or CRAM, sorted, duplicates marked, aligned to the reference that is named. Truth (one file, or SNVs and indels as two)
and regions are those of SEQC2 (Fang et al., Nat Biotechnol 2021, 39:1151-1160; ReferenceSamples/seqc/Somatic_Mutation_WG
of NCBI's ftp-trace server). The workflow calls from the alignments on; with --calls an existing VCF is compared instead.

Compared is allele by allele, split, left-aligned, neighbouring substitutions taken apart, at positions within both the
targets and the regions: passed calls against known variants whose FILTER names neither LowConf nor Unclassified. What is
missing and what is false goes to OUT/missing.tsv and OUT/false.tsv, the table to OUT/summary.tsv. Exit status 2: input
that cannot be compared, with the reason.
"""
# ruff: noqa: E501

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from accuracy import Allele, alleles, stand_in_genes  # noqa: E402

from biomarkers.errors import InputError  # noqa: E402
from biomarkers.genome import regions  # noqa: E402
from biomarkers.genome.bed import as_bed, read_bed  # noqa: E402
from biomarkers.genome.targets import read_targets  # noqa: E402
from biomarkers.stats.proportions import clopper_pearson  # noqa: E402

PUBLISHED = {"SNV": (1094, 65, 10), "indel": (44, 4, 3), "all": (1138, 69, 13)}
"""DeepSomatic, HCC1395 WES at 120x and 140x, all chromosomes, som.py: found, missed, false (google/deepsomatic, docs/metrics.md)."""
NOT_KNOWN = {"LowConf", "Unclassified"}
"""FILTER words of SEQC2's larger list for what is not held to be somatic."""


@dataclass(frozen=True)
class Compared:
    """Sets of alleles."""

    found: set[Allele]
    missed: set[Allele]
    false: set[Allele]


def compare(calls: dict[Allele, str], truth: Iterable[Allele], kind: str) -> Compared:
    """Passed calls against the truth, of one kind; calls: allele -> FILTER."""
    passed = {allele for allele, verdict in calls.items() if verdict == "PASS" and is_of(allele, kind)}
    known = {allele for allele in truth if is_of(allele, kind)}
    return Compared(passed & known, known - passed, passed - known)


def is_of(allele: Allele, kind: str) -> bool:
    """Whether an allele is a SNV, an indel, or whatever there is (all)."""
    _, _, ref, alt = allele
    return kind == "all" or (kind == "SNV") == (len(ref) == len(alt) == 1)


def known_alleles(paths: list[Path], reference: Path, where: Path) -> dict[Allele, str]:
    """The truth within the regions, allele -> FILTER, without what its FILTER does not hold to be somatic."""
    every = {
        allele: verdict for path in paths for allele, verdict in alleles(path, reference, where, atomize=True).items()
    }
    return {allele: verdict for allele, verdict in every.items() if not NOT_KNOWN & set(verdict.split(";"))}


def lines(calls: dict[Allele, str], truth: Iterable[Allele]) -> Iterator[str]:
    """The table, this program's rows and the published ones."""
    yield "caller\tkind\tknown\tfound\tmissed\tfalse\trecall\tprecision\tF1"
    truth = set(truth)
    for kind in PUBLISHED:
        one = compare(calls, truth, kind)
        yield _line("this workflow", kind, len(one.found), len(one.missed), len(one.false))
        yield _line("DeepSomatic (published)", kind, *PUBLISHED[kind])


def _line(caller: str, kind: str, found: int, missed: int, false: int) -> str:
    shares = [clopper_pearson(found, found + missed), clopper_pearson(found, found + false)]
    written = [f"{one.estimate:.3f} ({one.low:.3f}-{one.high:.3f})" for one in shares]
    f1 = 2 * found / (2 * found + missed + false) if found + missed + false else float("nan")
    return "\t".join([caller, kind, *map(str, (found + missed, found, missed, false)), *written, f"{f1:.3f}"])


def call(given: argparse.Namespace, targets: Path, folder: Path) -> Path:
    """The workflow from the alignments to the filtered VCF."""
    run = folder / "run"
    (run / "config").mkdir(parents=True, exist_ok=True)
    rows = ["patient\tsample\tstatus\tbam"]
    rows += [f"HCC1395\t{name}\t{name}\t{getattr(given, name).resolve()}" for name in ("tumor", "normal")]
    (run / "config/samples.tsv").write_text("\n".join(rows) + "\n")
    # The config wants genes, which are for the burden and do not touch the calls.
    genes = given.genes.resolve() if given.genes else stand_in_genes(targets, run / "genes.gff3")
    reference = {"fasta": given.reference.resolve(), "targets": targets, "genes": genes}
    if given.germline_resource:
        reference["germline_resource"] = given.germline_resource.resolve()
    config = {"samples": "config/samples.tsv", "reference": {key: str(value) for key, value in reference.items()}}
    if given.pruning_lod is not None:
        config["calling"] = {"pruning_lod": given.pruning_lod}
    (run / "config/config.yaml").write_text(json.dumps(config))
    vcf = "results/calling/tumor.vcf.gz"
    command = [sys.executable, "-m", "snakemake", "-s", str(PROJECT / "workflow/Snakefile"), "--directory", str(run)]
    done = subprocess.run([*command, "--cores", str(given.cores), "--notemp", vcf], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return run / vcf


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tumor", type=Path, help="BAM or CRAM of HCC1395")
    parser.add_argument("--normal", type=Path, help="BAM or CRAM of HCC1395BL")
    parser.add_argument("--calls", type=Path, help="compare this filtered somatic VCF; nothing is called")
    parser.add_argument("--reference", type=Path, required=True, help="FASTA with its .fai")
    parser.add_argument("--targets", type=Path, required=True, help="BED of the exome's targets")
    parser.add_argument("--regions", type=Path, required=True, help="BED in which the truth is complete")
    parser.add_argument("--truth", type=Path, nargs="+", required=True, help="VCFs of the known somatic variants")
    parser.add_argument("--germline-resource", type=Path, help="population VCF with INFO/AF")
    parser.add_argument("--genes", type=Path, help="Ensembl GFF3; without it the targets stand for the coding sequence")
    parser.add_argument(
        "--contigs", nargs="+", help="only these, such as chr1 for the BAMs of DeepSomatic's case study"
    )
    parser.add_argument("--pruning-lod", type=float, help="calling.pruning_lod (docs/methods.md, 8.1)")
    parser.add_argument("--folder", type=Path, required=True, help="where files go; the run is in its folder `run`")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    return parser


def stop(problems: list[str]) -> None:
    """End with every problem at once, if there is one."""
    if problems:
        print("\n".join(problems), file=sys.stderr)
        raise SystemExit(2)


def main() -> None:
    """Call, compare, print."""
    given = options().parse_args()
    named = [given.reference, given.targets, given.regions, *given.truth, given.germline_resource, given.genes]
    named += [given.calls] if given.calls else [given.tumor, given.normal]
    problems = [f"{path}: no such file" for path in named if path and not path.is_file()]
    if not given.calls and not (given.tumor and given.normal):
        problems.append("command line: nothing to compare; name --tumor and --normal, or --calls")
    if not Path(f"{given.reference}.fai").is_file():
        problems.append(f"{given.reference}: has no .fai; run samtools faidx")
    stop(problems)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PATH"] = os.pathsep.join(
        [str(PROJECT / ".tools/bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    try:
        targets, high = read_targets(given.targets), read_bed(given.regions)
    except InputError as error:
        stop([str(error)])
    if given.contigs:
        targets = {contig: rows for contig, rows in targets.items() if contig in given.contigs}
    both = regions.intersect(targets, high)
    if not regions.size(both):
        stop([f"{given.targets} and {given.regions} have no base in common; are their contigs named alike?"])
    (folder / "targets.bed").write_text(as_bed(targets))
    where = folder / "compared.bed"
    where.write_text(as_bed(both))
    truth = known_alleles(given.truth, given.reference, where)
    if not truth:
        stop([f"{', '.join(map(str, given.truth))}: no known variant lies within {given.targets} and {given.regions}"])
    calls = alleles(given.calls or call(given, folder / "targets.bed", folder), given.reference, where, atomize=True)
    text = "\n".join(lines(calls, truth)) + "\n"
    (folder / "summary.tsv").write_text(text)
    one = compare(calls, truth, "all")
    for name, listed in (("missing", one.missed), ("false", one.false)):
        rows = ["\t".join([*map(str, allele), calls.get(allele, "not called")]) for allele in sorted(listed)]
        (folder / f"{name}.tsv").write_text("\n".join(["contig\tpos\tref\talt\tfilter", *rows]) + "\n")
    print(
        f"{regions.size(both)} bp within targets and regions, {len(truth)} known alleles; files in {folder}",
        file=sys.stderr,
    )
    subprocess.run(["column", "-t", "-s", "\t"], input=text, text=True, check=False)


if __name__ == "__main__":
    main()
