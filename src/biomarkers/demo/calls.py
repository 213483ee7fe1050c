"""VCFs: as Mutect2 writes it, planted variants and records that must not count for a known reason; the population."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from biomarkers.demo.genome import Genome
from biomarkers.demo.mutations import Occupied, Variant, annotate, any_variant, coding_variant
from biomarkers.settings import Counting

MIN_DEPTH, MIN_ALT, MIN_VAF = Counting.tumor_depth, Counting.alt_reads, Counting.vaf
MEAN_DEPTH, MEAN_NORMAL_DEPTH = 90, 45
FILTERS = {
    "germline": "Evidence indicates this site is germline, not somatic",
    "normal_artifact": "artifact_in_normal",
    "orientation": "orientation bias detected by the orientation bias mixture model",
    "strand_bias": "Evidence for alt allele comes from one read direction only",
    "weak_evidence": "Mutation does not meet likelihood threshold",
}


@dataclass(frozen=True)
class Call:
    """One record of a VCF.

    tumor, normal: read counts (reference, alternative). exclusion: the first rule that excludes it, else empty.
    """

    variant: Variant
    filter: str
    tumor: tuple[int, int]
    normal: tuple[int, int]
    exclusion: str


def calls(rng: np.random.Generator, genome: Genome, somatic: list[Variant], occupied: Occupied) -> list[Call]:
    """The patient's records, sorted: each planted variant passing every rule, and about 9 that fail exactly one.

    Few fall to `alt_reads` or `vaf`, and none of a patient with fewer than five variants: a burden of which more than a
    fifth does is a lower bound (docs/methods.md, 1.16), which good samples are not.
    """
    found = [_passing(rng, variant) for variant in somatic]
    few = len(somatic) // 5
    for exclusion, count in {
        "filter": 4 + int(rng.integers(0, 5)),
        "target": 2,
        "depth": 1 + int(rng.integers(0, 2)),
        "alt_reads": int(rng.binomial(few, 0.35)),
        "vaf": int(rng.binomial(few, 0.35)),
    }.items():
        found += [_excluded(rng, genome, occupied, exclusion) for _ in range(count)]
    return sorted(found, key=lambda call: (call.variant.contig, call.variant.pos))


def vcf(genome: Genome, found: list[Call], *, tumor: str, normal: str) -> str:
    """The records as VCF 4.2 text with both samples, not annotated."""
    lines = [
        "##fileformat=VCFv4.2",
        '##FILTER=<ID=PASS,Description="Site contains at least one allele that passes filters">',
        *(f'##FILTER=<ID={name},Description="{text}">' for name, text in FILTERS.items()),
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths for the ref and alt alleles">',
        '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions of alternate alleles in the tumor">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##INFO=<ID=AS_FilterStatus,Number=A,Type=String,Description="Filter status for each allele">',
        '##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth over all samples">',
        '##INFO=<ID=POPAF,Number=A,Type=Float,Description="negative log 10 population allele frequencies">',
        '##INFO=<ID=TLOD,Number=A,Type=Float,Description="Log 10 likelihood ratio that the variant exists">',
        *(f"##contig=<ID={name},length={len(sequence)}>" for name, sequence in genome.contigs.items()),
        f"##normal_sample={normal}",
        "##source=biomarkers demo (simulated, in the manner of Mutect2)",
        f"##tumor_sample={tumor}",
        "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", normal, tumor]),
    ]
    for call in found:
        variant = call.variant
        depth = sum(call.tumor) + sum(call.normal)
        status = "SITE" if call.filter == "PASS" else call.filter
        score = 0.9 * call.tumor[1] + 1
        popaf = 1.5 if call.filter == "germline" else 6.0
        info = f"AS_FilterStatus={status};DP={depth};POPAF={popaf:.2f};TLOD={score:.2f}"
        samples = [_sample("0/0", call.normal), _sample("0/1", call.tumor)]
        place = [variant.contig, str(variant.pos), ".", variant.ref, variant.alt, "."]
        lines.append("\t".join([*place, call.filter, info, "GT:AD:AF:DP", *samples]))
    return "\n".join(lines) + "\n"


def population_vcf(genome: Genome, common: list[Variant]) -> str:
    """Sites-only VCF with INFO/AF, sorted, as Mutect2 takes for a germline resource."""
    lines = [
        "##fileformat=VCFv4.2",
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency in the simulated population">',
        *(f"##contig=<ID={name},length={len(sequence)}>" for name, sequence in genome.contigs.items()),
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    lines += [f"{v.contig}\t{v.pos}\t.\t{v.ref}\t{v.alt}\t.\tPASS\tAF={v.frequency:g}" for v in common]
    return "\n".join(lines) + "\n"


def _sample(genotype: str, reads: tuple[int, int]) -> str:
    """Mutect2's AF is a model estimate, pulled a little toward one half; AD and DP are counts."""
    reference, alternative = reads
    depth = reference + alternative
    return f"{genotype}:{reference},{alternative}:{(alternative + 1) / (depth + 2):.3f}:{depth}"


def _passing(rng: np.random.Generator, variant: Variant) -> Call:
    depth = max(MIN_DEPTH + 5, int(rng.poisson(MEAN_DEPTH)))
    least = max(MIN_ALT + 1, int(np.ceil(depth * MIN_VAF)) + 1)
    alternative = max(least, int(rng.binomial(depth, variant.frequency)))
    return Call(variant, "PASS", (depth - alternative, alternative), _normal(rng), "")


def _normal(rng: np.random.Generator) -> tuple[int, int]:
    return max(12, int(rng.poisson(MEAN_NORMAL_DEPTH))), 0


def _excluded(rng: np.random.Generator, genome: Genome, occupied: Occupied, exclusion: str) -> Call:
    """A record that fails the rule `exclusion` and no earlier or later one."""
    variant = _decoy(rng, genome, occupied, outside=exclusion == "target")
    if exclusion == "target":
        return replace(_passing(rng, replace(variant, frequency=0.3)), exclusion="target")
    name, normal = "PASS", _normal(rng)
    if exclusion == "depth":
        depth = int(rng.integers(12, MIN_DEPTH))
        alternative = int(rng.integers(MIN_ALT, 8))
    elif exclusion == "alt_reads":
        depth, alternative = int(rng.integers(MIN_DEPTH, 40)), MIN_ALT - 1
    elif exclusion == "vaf":
        depth = int(rng.integers(90, 140))
        alternative = int(rng.integers(MIN_ALT, int(np.ceil(depth * MIN_VAF))))
    else:
        depth, alternative = int(rng.poisson(MEAN_DEPTH)) + MIN_DEPTH, int(rng.integers(6, 20))
        name = str(rng.choice(list(FILTERS)))
        if name == "germline":
            alternative, carried = depth // 2, int(rng.binomial(sum(normal), 0.5))
            normal = (sum(normal) - carried, carried)
        elif name == "normal_artifact":
            normal = (normal[0] - 3, 3)
    variant = replace(variant, frequency=round(alternative / depth, 3))
    return Call(variant, name, (depth - alternative, alternative), normal, exclusion)


def _decoy(rng: np.random.Generator, genome: Genome, occupied: Occupied, outside: bool) -> Variant:
    """A substitution at a free place: in targeted coding sequence, or `outside` of it within a gene."""
    while True:
        gene = genome.genes[int(rng.integers(0, len(genome.genes)))]
        if outside:
            variant = any_variant(rng, genome, gene.contig, int(rng.integers(*gene.span)), 0.0, indel=False)
        else:
            variant = coding_variant(rng, genome, gene, indel=False)
        if variant is None or not occupied.free(variant):
            continue
        at = variant.pos - 1
        reach = slice(at - 3, at + 4)
        counted = genome.coding[gene.contig][reach] & genome.targeted[gene.contig][reach]
        if outside == bool(counted.any()):
            continue
        variant = annotate(genome, variant)
        if outside or variant.counts_in:
            occupied.take(variant)
            return variant
