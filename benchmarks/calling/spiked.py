"""More tumor-normal pairs with known variants, from the real reads of `hg002_spikein` (tumor and normal together).

All reads are aligned once, dealt anew to a tumor and a normal, and variants are written into some of the tumor's
fragments at places of their own; errors, germline variants and uneven depth stay real. The 86 variants of the data are
in both samples now: they and 200 bp around them are taken out of the targets. Copies of one molecule (same ends) share
their fate: the sample, and whether they carry a variant. Everything is seeded.
"""

from __future__ import annotations

import gzip
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysam

BASES = "ACGT"
AWAY_BP = 200
Molecule = tuple[int, int]


@dataclass(frozen=True)
class Design:
    """How a tumor is made.

    share: of the molecules that go to it; fractions: of its molecules that carry a variant; apart: mean distance of two
    variants, bp; longest: indel, bp.
    """

    seed: int
    share: float
    fractions: tuple[float, ...]
    apart: int = 1200
    longest: int = 20


DESIGNS = {
    "spiked_60": Design(seed=2, share=0.6, fractions=(0.08, 0.12, 0.2, 0.3, 0.5)),
    "spiked_impure": Design(seed=3, share=0.7, fractions=(0.05, 0.08, 0.1, 0.15, 0.2)),
    "spiked_thin": Design(seed=4, share=0.4, fractions=(0.1, 0.2, 0.3, 0.4, 0.5)),
}
"""About 43x and 29x, 50x and 22x, 29x and 43x."""


@dataclass(frozen=True)
class Variant:
    """start: 0-based, the base before an indel; fraction: aimed at."""

    contig: str
    start: int
    ref: str
    alt: str
    fraction: float


def make(name: str, source: Path, folder: Path) -> None:
    """Write reference.fa, targets.bed, somatic.vcf and the FASTQ files of the design `name` into `folder`.

    source: the folder hg002_spikein.
    """
    if (folder / "done").exists():
        return
    design = DESIGNS[name]
    chance = random.Random(design.seed)
    folder.mkdir(parents=True, exist_ok=True)
    aligned = _aligned(source, folder)
    targets = _targets(source)
    (folder / "targets.bed").write_text("".join(f"{contig}\t{start}\t{end}\n" for contig, start, end in targets))
    with pysam.FastaFile(str(folder / "reference.fa")) as fasta:
        sequences = {contig: fasta.fetch(contig).upper() for contig in fasta.references}
    variants = list(_variants(sequences, targets, design, chance))
    molecules = _molecules(aligned)
    tumor = {one for one in sorted(set(molecules.values())) if chance.random() < design.share}
    edits, counts = _edits(aligned, variants, molecules, tumor, chance)
    _write_vcf(folder / "somatic.vcf", variants, counts, sequences)
    _write_reads(aligned, folder, molecules, tumor, edits)
    (folder / "done").touch()


def _aligned(source: Path, folder: Path) -> Path:
    """All reads of the data, sorted by coordinate."""
    script = f"""
        cp {source}/reference.fa reference.fa && chmod +w reference.fa
        bwa index reference.fa && samtools faidx reference.fa && samtools dict reference.fa -o reference.dict
        bwa mem -t 2 reference.fa <(zcat {source}/tumor_R1.fastq.gz {source}/normal_R1.fastq.gz) \
            <(zcat {source}/tumor_R2.fastq.gz {source}/normal_R2.fastq.gz) | samtools sort -o all.bam -
        samtools index all.bam
    """
    subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return folder / "all.bam"


def _targets(source: Path) -> list[tuple[str, int, int]]:
    """The targets of the data without what lies near its own variants."""
    near = [
        (line.split("\t")[0], int(line.split("\t")[1]))
        for line in (source / "truth.vcf").read_text().splitlines()
        if not line.startswith("#")
    ]
    found = []
    for line in (source / "targets.bed").read_text().splitlines():
        contig, start, end = line.split("\t")[0], *map(int, line.split("\t")[1:3])
        for at in sorted(position for other, position in near if other == contig and start < position <= end):
            found.append((contig, start, at - AWAY_BP))
            start = at + AWAY_BP
        found.append((contig, start, end))
    return [(contig, start, end) for contig, start, end in found if end - start > 2 * AWAY_BP]


def _variants(
    sequences: dict[str, str], targets: list[tuple[str, int, int]], design: Design, chance: random.Random
) -> Iterator[Variant]:
    """Six in ten are substitutions, two insertions, two deletions of 1 bp or more, half of them of 1 to 3 bp."""
    for contig, start, end in targets:
        at = start + 50 + chance.randrange(design.apart)
        while at < end - 50 - design.longest:
            kind, sequence = chance.random(), sequences[contig]
            length = chance.randint(1, 3) if chance.random() < 0.5 else chance.randint(4, design.longest)
            ref = alt = sequence[at]
            if kind < 0.6:
                alt = chance.choice([base for base in BASES if base != ref])
            elif kind < 0.8:
                alt = ref + "".join(chance.choices(BASES, k=length))
            else:
                ref = sequence[at : at + 1 + length]
            yield Variant(contig, at, ref, alt, chance.choice(design.fractions))
            at += chance.randint(design.apart // 2, design.apart * 3 // 2)


def _molecules(aligned: Path) -> dict[str, Molecule]:
    """Name of a read pair -> where its two ends lie, clipped bases included, so that copies have the same."""
    ends: dict[str, list[int]] = {}
    with pysam.AlignmentFile(aligned) as bam:
        for read in bam.fetch(until_eof=True):
            if not read.is_secondary and not read.is_supplementary:
                ends.setdefault(str(read.query_name), [0, 0])[bool(read.is_read2)] = _outer_end(read)
    return {name: (first, second) for name, (first, second) in ends.items()}


def _outer_end(read: pysam.AlignedSegment) -> int:
    """Where sequencing of this mate began: positive on the forward strand, negative on the other; 0 unmapped."""
    if read.is_unmapped or not read.cigartuples:
        return 0
    operation, length = read.cigartuples[-1 if read.is_reverse else 0]
    clipped = length if operation in (pysam.CSOFT_CLIP, pysam.CHARD_CLIP) else 0
    return -(int(read.reference_end or 0) + clipped) if read.is_reverse else read.reference_start + 1 - clipped


def _edits(
    aligned: Path, variants: list[Variant], molecules: dict[str, Molecule], tumor: set[Molecule], chance: random.Random
) -> tuple[dict[str, list[Variant]], list[tuple[int, int]]]:
    """Names of tumor pairs -> what is written into them; per variant the pairs without and with it."""
    edits: dict[str, list[Variant]] = {}
    counts = []
    with pysam.AlignmentFile(aligned) as bam:
        for variant in variants:
            names = {
                str(read.query_name)
                for read in bam.fetch(variant.contig, variant.start, variant.start + 1)
                if not read.is_secondary and not read.is_supplementary and molecules[str(read.query_name)] in tumor
            }
            drawn = {one: chance.random() < variant.fraction for one in sorted({molecules[name] for name in names})}
            carriers = {name for name in names if drawn[molecules[name]]}
            for name in carriers:
                edits.setdefault(name, []).append(variant)
            counts.append((len(names) - len(carriers), len(carriers)))
    return edits, counts


def _write_vcf(path: Path, variants: list[Variant], counts: list[tuple[int, int]], sequences: dict[str, str]) -> None:
    lines = [
        "##fileformat=VCFv4.2",
        *(f"##contig=<ID={contig},length={len(bases)}>" for contig, bases in sequences.items()),
    ]
    lines += [
        '##INFO=<ID=TARGET_AF,Number=1,Type=Float,Description="Allele fraction aimed at">',
        '##INFO=<ID=FRAGS,Number=2,Type=Integer,Description="Read pairs of the tumor without and with the variant">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    for one, (without, with_it) in zip(variants, counts, strict=True):
        about = f"TARGET_AF={one.fraction};FRAGS={without},{with_it}"
        lines.append(f"{one.contig}\t{one.start + 1}\t.\t{one.ref}\t{one.alt}\t.\tPASS\t{about}")
    path.write_text("\n".join(lines) + "\n")


def edited(read: pysam.AlignedSegment, variants: list[Variant]) -> tuple[str, str]:
    """Bases and qualities of a read along the reference, with these variants where it is aligned over them.

    Inserted bases have the quality of the base before them; the read keeps its length at most.
    """
    bases, qualities = list(str(read.query_sequence)), list(str(read.qual))
    length = len(bases)
    at = {place: query for query, place in read.get_aligned_pairs(matches_only=True)}
    for variant in sorted(variants, key=lambda one: -one.start):
        first, query_after = at.get(variant.start), at.get(variant.start + len(variant.ref))
        if first is None:
            continue
        last = first + len(variant.ref) if query_after is None else query_after
        bases[first:last] = variant.alt
        qualities[first:last] = qualities[first] * len(variant.alt)
    return "".join(bases)[:length], "".join(qualities)[:length]


def _write_reads(
    aligned: Path, folder: Path, molecules: dict[str, Molecule], tumor: set[Molecule], edits: dict[str, list[Variant]]
) -> None:
    """FASTQ of both samples, mates in step, in an order that does not follow the genome."""
    records: dict[str, dict[bool, str]] = {}
    complement = str.maketrans("ACGTN", "TGCAN")
    with pysam.AlignmentFile(aligned) as bam:
        for read in bam.fetch(until_eof=True):
            if read.is_secondary or read.is_supplementary:
                continue
            name = str(read.query_name)
            bases, qualities = edited(read, edits.get(name, []))
            if read.is_reverse:
                bases, qualities = bases.translate(complement)[::-1], qualities[::-1]
            records.setdefault(name, {})[bool(read.is_read2)] = f"@{name}\n{bases}\n+\n{qualities}\n"
    names = sorted(records)
    random.Random(0).shuffle(names)
    for sample, is_tumor in (("tumor", True), ("normal", False)):
        own = [name for name in names if (molecules[name] in tumor) == is_tumor]
        for mate in (False, True):
            with gzip.open(folder / f"{sample}_R{1 + mate}.fastq.gz", "wt", compresslevel=1) as out:
                out.writelines(records[name][mate] for name in own)
