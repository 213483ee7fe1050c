"""A tumor-normal pair over 1 Mb of simulated targets on the real chromosome 20 of b37, reads by art_illumina.

The chromosome comes from Debian's `vt-examples`. 3,200 intervals of exon-like length lie in clusters like the exons of
genes; both people's copies carry heterozygous sites about 1 kb apart (the germline resource), half of the tumor's other
copy carries somatic SNVs. Reads: 2 x 150 bp with HiSeq 2500's error profile from the targets and 200 bp around them,
tumor at 100x (somatic fraction 0.2) and normal at 60x, in random order. Everything is seeded.
"""
# ruff: noqa: E501

from __future__ import annotations

import gzip
import random
import shutil
import subprocess
from pathlib import Path

import pysam

INTERVALS, TARGET_BP, FLANK, SEED = 3200, 1_000_000, 200, 20
COPIES = {"tumor": {"first": 50, "second": 30, "somatic": 20}, "normal": {"first": 30, "second": 30}}


def make(folder: Path) -> None:
    """Write reference.fa with its bwa index, targets.bed, germline.vcf.gz, somatic.vcf and the FASTQ files into `folder`."""
    if (folder / "done").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("art_illumina") is None:
        raise SystemExit("art_illumina is missing: apt-get install art-nextgen-simulation-tools")
    _reference(folder)
    with pysam.FastaFile(str(folder / "reference.fa")) as fasta:
        sequence = fasta.fetch("20").upper()
    chance = random.Random(SEED)
    targets = _targets(sequence, chance)
    (folder / "targets.bed").write_text("".join(f"20\t{start}\t{end}\n" for start, end in targets))
    germline, somatic = _variants(sequence, targets, chance)
    _write_vcf(folder / "germline.vcf", germline, len(sequence))
    pysam.tabix_index(str(folder / "germline.vcf"), preset="vcf", force=True)
    _write_vcf(folder / "somatic.vcf", somatic, len(sequence))
    copies = {"first": {}, "second": germline, "somatic": germline | somatic}
    for name, changes in copies.items():
        _write_copy(folder / f"{name}.fa", name, sequence, targets, changes)
    for sample, depths in COPIES.items():
        _reads(folder, sample, depths)
    for name in copies:
        (folder / f"{name}.fa").unlink()
    (folder / "done").touch()


def _reference(folder: Path) -> None:
    """Chromosome 20 from the Debian package, fetched but not installed, with the indexes of every tool."""
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


def _targets(sequence: str, chance: random.Random) -> list[tuple[int, int]]:
    """Intervals (0-based, half-open) of 80 bp or more, 1 Mb in all, in clusters of up to 12, none near unknown bases."""
    lengths = [min(2000, max(80, round(chance.lognormvariate(5.3, 0.75)))) for _ in range(INTERVALS)]
    scale = TARGET_BP / sum(lengths)
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
    sequence: str, targets: list[tuple[int, int]], chance: random.Random
) -> tuple[dict[int, str], dict[int, str]]:
    """Heterozygous sites of the person and somatic SNVs, 0-based position -> base; no two share a position."""
    germline, somatic = {}, {}
    for start, end in targets:
        for position in range(start - FLANK, end + FLANK):
            draw = chance.random()
            base = chance.choice([b for b in "ACGT" if b != sequence[position]])
            if draw < 1e-3:
                germline[position] = base
            elif draw < 1.3e-3 and start <= position < end:
                somatic[position] = base
    return germline, somatic


def _write_vcf(path: Path, changes: dict[int, str], length: int) -> None:
    with pysam.FastaFile(str(path.parent / "reference.fa")) as fasta:
        rows = [
            f"20\t{at + 1}\t.\t{fasta.fetch('20', at, at + 1).upper()}\t{changes[at]}\t.\tPASS\tAF=0.1\n"
            for at in sorted(changes)
        ]
    about = '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency, the same for all: it is simulated">\n'
    header = f"##fileformat=VCFv4.2\n##contig=<ID=20,length={length}>\n{about}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    path.write_text(header + "".join(rows))


def _write_copy(path: Path, name: str, sequence: str, targets: list[tuple[int, int]], changes: dict[int, str]) -> None:
    """One chromosome copy as FASTA: the targets with their flanks, changed."""
    with path.open("w") as out:
        for start, end in targets:
            first, last = start - FLANK, end + FLANK
            bases = list(sequence[first:last])
            for position in range(first, last):
                if position in changes:
                    bases[position - first] = changes[position]
            out.write(f">{name}:{first}\n{''.join(bases)}\n")


def _reads(folder: Path, sample: str, depths: dict[str, int]) -> None:
    """Read pairs of all copies in random order, as FASTQ."""
    for seed, (name, depth) in enumerate(depths.items(), start=SEED + 10 * len(sample)):
        options = f"-q -ss HS25 -l 150 -m 300 -s 60 -na -p -f {depth} -rs {seed} -i {name}.fa -o {sample}.{name}."
        subprocess.run(["art_illumina", *options.split()], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    script = """
        paste <(cat {s}.*.1.fq | paste - - - -) <(cat {s}.*.2.fq | paste - - - -) | shuf --random-source reference.fa \
            | awk -F '\\t' -v OFS='\\n' '{{ print $1, $2, $3, $4 | "gzip -1 > {s}_R1.fastq.gz"; print $5, $6, $7, $8 | "gzip -1 > {s}_R2.fastq.gz" }}'
        rm {s}.*.fq
    """
    subprocess.run(["bash", "-eo", "pipefail", "-c", script.format(s=sample)], cwd=folder, check=True)
