"""Variants of the simulated patients: common ones, inherited ones, and somatic ones with their effect.

Positions are 1-based as in VCF; indels are left-aligned.
"""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, replace

import numpy as np

from biomarkers.demo.genes import BYSTANDER, DRIVER
from biomarkers.demo.genome import CODE, Gene, Genome, Transcript, reverse_complement, translate
from biomarkers.genome.consequence_terms import RANK
from biomarkers.genome.tmb_definitions import built_in

INDEL_SPACING = 600
"""Least distance between two indels of anyone, longer than any fragment, so that no fragment spans two."""
EDGE = 15
"""Somatic variants stay this far from the ends of coding intervals, unless a splice site is meant."""
TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}


@dataclass(frozen=True)
class Variant:
    """One alternative allele. pos: 1-based. frequency: in the population, or the somatic fraction of reads (0-1)."""

    contig: str
    pos: int
    ref: str
    alt: str
    frequency: float
    gene: str = ""
    consequence: str = ""

    @property
    def is_indel(self) -> bool:
        """Whether bases are added or lost."""
        return len(self.ref) != len(self.alt)

    @property
    def counts_in(self) -> list[str]:
        """Definitions that count this consequence."""
        return [name for name, definition in built_in().items() if self.consequence in definition.terms]


class Occupied:
    """Positions already taken, so that variants keep their distance from one another."""

    def __init__(self, genome: Genome) -> None:
        self.near, self.indel = ({c: np.zeros(len(s), dtype=bool) for c, s in genome.contigs.items()} for _ in range(2))

    def free(self, variant: Variant) -> bool:
        """Whether the variant's place is far enough from every variant that was taken."""
        mask = self.indel if variant.is_indel else self.near
        return not (mask[variant.contig][variant.pos - 1] or self.near[variant.contig][variant.pos - 1])

    def take(self, variant: Variant, distance: int = 25) -> None:
        """Keep others `distance` bases away, and other indels `INDEL_SPACING`."""
        at = variant.pos - 1
        self.near[variant.contig][max(0, at - distance) : at + distance + len(variant.ref)] = True
        if variant.is_indel:
            self.indel[variant.contig][max(0, at - INDEL_SPACING) : at + INDEL_SPACING] = True

    def copy(self) -> Occupied:
        """The same places, to which one person's own are added."""
        return copy.deepcopy(self)


def population(rng: np.random.Generator, genome: Genome, occupied: Occupied) -> list[Variant]:
    """Common variants in and around the targets, about one in 400 bp, sorted; frequencies 0.001 to 0.5, log-uniform."""
    sites = [
        (contig, int(at))
        for contig, spans in genome.targets.items()
        for start, end in spans
        for at in rng.integers(start - 60, end + 60, rng.poisson((end - start) / 400))
    ]
    found = []
    for contig, at in sites:
        frequency = round(float(np.exp(rng.uniform(np.log(1e-3), np.log(0.5)))), 5)
        variant = any_variant(rng, genome, contig, at, frequency, indel=rng.random() < 0.08)
        if variant and occupied.free(variant):
            occupied.take(variant)
            found.append(variant)
    return sorted(found, key=lambda v: (v.contig, v.pos))


def germline(
    rng: np.random.Generator, genome: Genome, common: list[Variant], occupied: Occupied
) -> list[tuple[Variant, tuple[int, int]]]:
    """One patient's inherited variants with the allele of each haplotype.

    Hardy-Weinberg draws of the common ones, and up to 20 private ones (frequency 0), which only the matched normal can
    tell from somatic variants.
    """
    alleles = rng.random((len(common), 2)) < np.array([v.frequency for v in common])[:, None]
    found = [(v, (int(a), int(b))) for v, (a, b) in zip(common, alleles.tolist(), strict=True) if a or b]
    spans = [(contig, span) for contig, of_contig in genome.targets.items() for span in of_contig]
    lengths = np.array([end - start for _, (start, end) in spans])
    picks = [spans[i] for i in rng.choice(len(spans), size=20, p=lengths / lengths.sum())]
    for contig, at in [(contig, int(rng.integers(*span))) for contig, span in picks]:
        variant = any_variant(rng, genome, contig, at, 0.0, indel=False)
        if variant and occupied.free(variant):
            occupied.take(variant)
            side = int(rng.integers(0, 2))
            found.append((variant, (1 - side, side)))
    return sorted(found, key=lambda item: (item[0].contig, item[0].pos))


def somatic(
    rng: np.random.Generator, genome: Genome, count: int, genes: list[str], purity: float, occupied: Occupied
) -> list[Variant]:
    """`count` somatic variants in targeted coding sequence, and one protein-changing variant in each of `genes`.

    Seven in ten are clonal (fraction near purity / 2), the rest at 0.18 to 0.28. `DRIVER` and `BYSTANDER` are hit
    only on request, so that their carriers do not depend on the burden.
    """
    wanted: list[Gene | None] = [next(gene for gene in genome.genes if gene.name == name) for name in genes]
    found = [_accepted(rng, genome, occupied, gene) for gene in [*wanted, *[None] * count]]
    for number, variant in enumerate(found):
        fraction = purity / 2 * rng.uniform(0.9, 1.0) if rng.random() < 0.7 else rng.uniform(0.18, 0.28)
        found[number] = replace(variant, frequency=round(float(np.clip(fraction, 0.18, 0.5)), 3))
    return sorted(found, key=lambda v: (v.contig, v.pos))


def annotate(genome: Genome, variant: Variant) -> Variant:
    """The variant with its gene and its most severe consequence over the gene's transcripts (empty when none)."""
    gene = genome.gene_at(variant.contig, variant.pos - 1)
    if gene is None:
        return variant
    terms = {_consequence(genome, gene, transcript, variant) for transcript in gene.transcripts}
    worst = min(terms - {""}, key=RANK.__getitem__, default="")
    return replace(variant, gene=gene.name, consequence=worst)


def _accepted(rng: np.random.Generator, genome: Genome, occupied: Occupied, wanted: Gene | None) -> Variant:
    """A new annotated variant at a free place; within `wanted` a protein-changing one."""
    while True:
        kind = rng.random()
        gene = wanted or genome.genes[int(rng.choice(len(genome.genes), p=genome.shares))]
        if wanted is None and gene.name in (DRIVER, BYSTANDER):
            continue
        if wanted is None and kind < 0.02:
            variant = _splice_variant(rng, genome, gene)
        else:
            variant = coding_variant(rng, genome, gene, indel=kind < 0.1)
        if variant is None or not genome.targeted[variant.contig][variant.pos - 1] or not occupied.free(variant):
            continue
        variant = annotate(genome, variant)
        counts = variant.counts_in
        if not counts or (wanted is not None and "merino_wes" not in counts):
            continue
        occupied.take(variant)
        return variant


def coding_variant(rng: np.random.Generator, genome: Genome, gene: Gene, indel: bool) -> Variant | None:
    """A variant within the gene's coding sequence, `EDGE` bases from its ends; None where an indel comes too near."""
    cds = gene.transcripts[0].cds
    start, end = cds[int(rng.integers(0, len(cds)))]
    at = int(rng.integers(start + EDGE, end - EDGE))
    variant = any_variant(rng, genome, gene.contig, at, 0.0, indel)
    if variant and indel and not start + EDGE - 3 <= variant.pos - 1 < end - EDGE:
        return None
    return variant


def _splice_variant(rng: np.random.Generator, genome: Genome, gene: Gene) -> Variant | None:
    """A substitution in the first or last two bases of an intron."""
    exons = gene.transcripts[0].exons
    number = int(rng.integers(0, len(exons) - 1))
    before = rng.random() < 0.5
    at = exons[number][1] + int(rng.integers(0, 2)) if before else exons[number + 1][0] - 1 - int(rng.integers(0, 2))
    return any_variant(rng, genome, gene.contig, at, 0.0, indel=False)


def any_variant(
    rng: np.random.Generator, genome: Genome, contig: str, at: int, frequency: float, indel: bool
) -> Variant | None:
    """A substitution (two transitions to one transversion) or a left-aligned indel of 1 to 4 bases at 0-based `at`."""
    sequence = genome.contigs[contig]
    ref = sequence[at]
    if not indel:
        others = [b for b in "ACGT" if b not in (ref, TRANSITION[ref])]
        alt = TRANSITION[ref] if rng.random() < 2 / 3 else others[int(rng.integers(0, 2))]
        return Variant(contig, at + 1, ref, alt, frequency)
    size = int(rng.choice([1, 2, 3, 4], p=[0.45, 0.2, 0.25, 0.1]))
    first = at
    if rng.random() < 0.55:
        while sequence[at] == sequence[at + size]:
            at -= 1
        variant = Variant(contig, at + 1, sequence[at : at + size + 1], sequence[at], frequency)
    else:
        inserted = "".join("ACGT"[i] for i in rng.integers(0, 4, size))
        while sequence[at] == inserted[-1]:
            inserted = sequence[at] + inserted[:-1]
            at -= 1
        variant = Variant(contig, at + 1, sequence[at], sequence[at] + inserted, frequency)
    return variant if first - at <= 2 else None


def _consequence(genome: Genome, gene: Gene, transcript: Transcript, variant: Variant) -> str:
    """Sequence Ontology term of the variant on one transcript; empty when it does not touch its protein."""
    at = variant.pos - 1
    starts, ends = ("donor", "acceptor")[:: 1 if gene.strand == "+" else -1]
    for (_, intron), (exon, _) in itertools.pairwise(transcript.exons):
        if intron <= at < intron + 2 or exon - 2 <= at < exon:
            return f"splice_{starts if at < intron + 2 else ends}_variant"
    offset = 0
    for start, end in transcript.cds:
        if start <= at < end:
            offset += at - start
            break
        offset += end - start
    else:
        return ""
    plus = "".join(genome.contigs[gene.contig][start:end] for start, end in transcript.cds)
    changed = plus[:offset] + variant.alt + plus[offset + len(variant.ref) :]
    if gene.strand == "-":
        plus, changed = reverse_complement(plus), reverse_complement(changed)
        offset = len(plus) - 1 - offset
    if variant.is_indel:
        difference = len(variant.alt) - len(variant.ref)
        if difference % 3:
            return "frameshift_variant"
        if "*" in translate(changed)[:-1]:
            return "stop_gained"
        return "inframe_insertion" if difference > 0 else "inframe_deletion"
    codon = offset // 3 * 3
    before, after = CODE[plus[codon : codon + 3]], CODE[changed[codon : codon + 3]]
    if codon == 0:
        return "start_lost"
    if before == "*":
        return "stop_retained_variant" if after == "*" else "stop_lost"
    if after == "*":
        return "stop_gained"
    return "synonymous_variant" if before == after else "missense_variant"
