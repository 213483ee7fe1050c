"""Tumor-normal pairs over simulated targets on the real chromosome 20 of b37, reads by art_illumina.

The chromosome comes from Debian's `vt-examples`. Intervals of exon-like length lie in clusters like the exons of genes;
both people's copies carry heterozygous sites about 1 kb apart (the germline resource), part of the tumor's other copy
carries somatic variants. Reads come from the targets and 200 bp around them, in random order. Everything is seeded.

`chr20`: 1 Mb, 2 x 150 bp with HiSeq 2500's error profile, tumor at 100x with SNVs at a fraction of 0.2, normal at 60x.
`chr20_mixed`: 300 kb, 2 x 100 bp of HiSeq 2000, 70x and 40x, SNVs and indels at fractions of 0.06, 0.11 and 0.23.
"""
# ruff: noqa: E501

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pysam

FLANK = 200
Changes = dict[int, tuple[str, str]]
"""0-based position -> reference and changed bases; an indel begins with the base before it."""


@dataclass(frozen=True)
class Design:
    """copies: sample -> copy of the chromosome -> depth; each copy named `somatic...` carries somatic variants of its own.

    somatic: rate per base; indels: their share, of 1 to `longest` bp; machine: options of art_illumina.
    """

    seed: int
    intervals: int
    target_bp: int
    somatic: float
    copies: dict[str, dict[str, int]]
    machine: str
    indels: float = 0.0
    longest: int = 20


DESIGNS = {
    "chr20": Design(
        seed=20,
        intervals=3200,
        target_bp=1_000_000,
        somatic=3e-4,
        copies={"tumor": {"first": 50, "second": 30, "somatic": 20}, "normal": {"first": 30, "second": 30}},
        machine="-ss HS25 -l 150 -m 300 -s 60",
    ),
    "chr20_mixed": Design(
        seed=21,
        intervals=960,
        target_bp=300_000,
        somatic=1e-3,
        copies={
            "tumor": {"first": 35, "second": 7, "somatic_4": 4, "somatic_8": 8, "somatic_16": 16},
            "normal": {"first": 20, "second": 20},
        },
        machine="-ss HS20 -l 100 -m 250 -s 50",
        indels=0.4,
    ),
}


def make(folder: Path, name: str = "chr20") -> None:
    """Write reference.fa with its bwa index, targets.bed, germline.vcf.gz, somatic.vcf and the FASTQ files into `folder`."""
    design = DESIGNS[name]
    if (folder / "done").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("art_illumina") is None:
        raise SystemExit("art_illumina is missing: apt-get install art-nextgen-simulation-tools")
    _reference(folder)
    with pysam.FastaFile(str(folder / "reference.fa")) as fasta:
        sequence = fasta.fetch("20").upper()
    chance = random.Random(design.seed)
    targets = _targets(sequence, design, chance)
    (folder / "targets.bed").write_text("".join(f"20\t{start}\t{end}\n" for start, end in targets))
    germline, somatic = _variants(sequence, targets, design, chance)
    _write_vcf(folder / "germline.vcf", germline, len(sequence))
    pysam.tabix_index(str(folder / "germline.vcf"), preset="vcf", force=True)
    _write_vcf(folder / "somatic.vcf", somatic, len(sequence))
    copies: dict[str, Changes] = {"first": {}, "second": germline}
    carriers = [copy for copy in design.copies["tumor"] if copy.startswith("somatic")]
    for number, copy in enumerate(carriers):
        copies[copy] = germline | {at: somatic[at] for at in sorted(somatic)[number :: len(carriers)]}
    for copy, changes in copies.items():
        _write_copy(folder / f"{copy}.fa", copy, sequence, targets, changes)
    for sample, depths in design.copies.items():
        _reads(folder, sample, depths, design)
    for copy in copies:
        (folder / f"{copy}.fa").unlink()
    (folder / "done").touch()


def _reference(folder: Path) -> None:
    """Chromosome 20 from the Debian package, fetched but not installed, with the indexes of every tool."""
    first = folder.parent / "chr20"
    if folder != first and (first / "done").exists():
        for path in first.glob("reference.*"):
            (folder / path.name).symlink_to(path)
        return
    subprocess.run(["apt-get", "download", "-qq", "vt-examples"], cwd=folder, check=True)
    (package,) = folder.glob("vt-examples_*.deb")
    subprocess.run(["dpkg", "-x", package.name, "package"], cwd=folder, check=True)
    packed = folder / "package/usr/share/doc/vt/examples/ref/20.fa.gz"
    with gzip.open(packed, "rb") as source, (folder / "reference.fa").open("wb") as target:
        shutil.copyfileobj(source, target)
    shutil.rmtree(folder / "package")
    package.unlink()
    for command in (
        "samtools faidx reference.fa",
        "samtools dict reference.fa -o reference.dict",
        "bwa index reference.fa",
    ):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def _targets(sequence: str, design: Design, chance: random.Random) -> list[tuple[int, int]]:
    """Intervals (0-based, half-open) of 80 bp or more in clusters of up to 12, none near unknown bases."""
    lengths = [min(2000, max(80, round(chance.lognormvariate(5.3, 0.75)))) for _ in range(design.intervals)]
    scale = design.target_bp / sum(lengths)
    lengths = [max(80, round(length * scale)) for length in lengths]
    found: list[tuple[int, int]] = []
    while lengths:
        place = chance.randrange(100_000, len(sequence) - 200_000)
        cluster = []
        for _ in range(min(len(lengths), chance.randint(4, 12))):
            cluster.append((place, place + lengths[len(cluster)]))
            place = cluster[-1][1] + chance.randint(600, 5000)
        first, last = cluster[0][0] - 1000, cluster[-1][1] + 1000
        if "N" not in sequence[first:last] and all(end < first or start > last for start, end in found):
            found += cluster
            del lengths[: len(cluster)]
    return sorted(found)


def _variants(
    sequence: str, targets: list[tuple[int, int]], design: Design, chance: random.Random
) -> tuple[Changes, Changes]:
    """Heterozygous SNVs of the person and somatic variants; no two share a position, and nothing lies within an indel."""
    germline: Changes = {}
    somatic: Changes = {}
    free = 0
    for start, end in targets:
        for position in range(start - FLANK, end + FLANK):
            draw = chance.random()
            base = sequence[position]
            other = chance.choice([b for b in "ACGT" if b != base])
            if position < free:
                continue
            if draw < 1e-3:
                germline[position] = (base, other)
            elif draw < 1e-3 + design.somatic and start <= position < end:
                somatic[position] = (base, other)
                if design.indels and chance.random() < design.indels:
                    length = chance.randint(1, design.longest)
                    longer = base + "".join(chance.choices("ACGT", k=length))
                    longer_reference = sequence[position : position + 1 + length]
                    somatic[position] = (base, longer) if chance.random() < 0.5 else (longer_reference, base)
                    free = position + 2 + length
    return germline, somatic


def _write_vcf(path: Path, changes: Changes, length: int) -> None:
    rows = [f"20\t{at + 1}\t.\t{ref}\t{alt}\t.\tPASS\tAF=0.1\n" for at, (ref, alt) in sorted(changes.items())]
    about = '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency, the same for all: it is simulated">\n'
    header = f"##fileformat=VCFv4.2\n##contig=<ID=20,length={length}>\n{about}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path.write_text(header + "".join(rows))


def _write_copy(path: Path, name: str, sequence: str, targets: list[tuple[int, int]], changes: Changes) -> None:
    """One chromosome copy as FASTA: the targets with their flanks, changed."""
    with path.open("w") as out:
        for start, end in targets:
            first, last = start - FLANK, end + FLANK
            bases = list(sequence[first:last])
            for position in range(first, last):
                if position in changes:
                    ref, alt = changes[position]
                    bases[position - first] = alt
                    within = range(position - first + 1, min(position - first + len(ref), len(bases)))
                    for place in within:
                        bases[place] = ""
            out.write(f">{name}:{first}\n{''.join(bases)}\n")


def _reads(folder: Path, sample: str, depths: dict[str, int], design: Design) -> None:
    """Read pairs of all copies in random order, as FASTQ."""
    for seed, (name, depth) in enumerate(depths.items(), start=design.seed + 10 * len(sample)):
        options = f"-q {design.machine} -na -p -f {depth} -rs {seed} -i {name}.fa -o {sample}.{name}."
        subprocess.run(["art_illumina", *options.split()], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    script = """
        paste <(cat {s}.*.1.fq | paste - - - -) <(cat {s}.*.2.fq | paste - - - -) | shuf --random-source reference.fa \
            | awk -F '\\t' -v OFS='\\n' '{{ print $1, $2, $3, $4 | "gzip -1 > {s}_R1.fastq.gz"; print $5, $6, $7, $8 | "gzip -1 > {s}_R2.fastq.gz" }}'
        rm {s}.*.fq
    """
    subprocess.run(["bash", "-eo", "pipefail", "-c", script.format(s=sample)], cwd=folder, check=True)
