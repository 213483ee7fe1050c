"""Planted variants have the consequence that hand-made genes demand, keep their distance, and are left-aligned."""

import itertools

import numpy as np
import pytest

from biomarkers.demo import genome, mutations
from biomarkers.demo.genes import BYSTANDER, DRIVER
from biomarkers.demo.genome import Gene, Genome, Transcript
from biomarkers.demo.mutations import Occupied, Variant


@pytest.fixture(scope="module")
def toy():
    """Forward gene ATG GCA TG|T GGT ACA AAT GAT TGA with an intron after the eighth base, and its mirror image."""
    forward = "CC" + "ATGGCATG" + "GTAAAAAG" + "TGGTACAAATGATTGA" + "CC"
    mirrored = genome.reverse_complement(forward)
    length = len(forward)
    exons = ((2, 10), (18, 34))
    back = tuple((length - e, length - s) for s, e in reversed(exons))
    genes = (
        Gene("FWD", "g1", "chr1", "+", (0, length), (Transcript("t1", exons, exons),)),
        Gene("REV", "g2", "chr2", "-", (0, length), (Transcript("t2", back, back),)),
    )
    return Genome({"chr1": forward, "chr2": mirrored}, genes, {"chr1": exons, "chr2": back})


CASES = [
    (3, "A", "G", "start_lost"),
    (8, "A", "G", "synonymous_variant"),  # GCA -> GCG, both alanine
    (7, "C", "T", "missense_variant"),  # GCA -> GTA, valine
    (19, "T", "A", "stop_gained"),  # TGT across the intron -> TGA
    (9, "T", "A", "missense_variant"),  # TGT across the intron -> AGT
    (11, "G", "A", "splice_donor_variant"),
    (12, "T", "A", "splice_donor_variant"),
    (17, "A", "C", "splice_acceptor_variant"),
    (18, "G", "C", "splice_acceptor_variant"),
    (14, "A", "C", ""),
    (32, "T", "C", "stop_lost"),
    (33, "G", "A", "stop_retained_variant"),
    (22, "T", "TA", "frameshift_variant"),
    (22, "TAC", "T", "frameshift_variant"),
    (22, "TACA", "T", "inframe_deletion"),
    (22, "T", "TGGG", "inframe_insertion"),
    (25, "A", "ATAG", "stop_gained"),
]


def mirrored(variant, sequence):
    """The same change on the mirror image of `sequence`, the anchor base on the other side."""
    if not variant.is_indel:
        place = len(sequence) - variant.pos + 1
        return Variant("chr2", place, *map(genome.reverse_complement, (variant.ref, variant.alt)), 0.0)
    before = variant.pos + len(variant.ref)
    anchor = genome.reverse_complement(sequence[before - 1])
    ref, alt = (anchor + genome.reverse_complement(x[1:]) for x in (variant.ref, variant.alt))
    return Variant("chr2", len(sequence) - before + 1, ref, alt, 0.0)


@pytest.mark.parametrize(("pos", "ref", "alt", "term"), CASES)
def test_consequence_on_both_strands(toy, pos, ref, alt, term):
    variant = Variant("chr1", pos, ref, alt, 0.0)
    assert toy.contigs["chr1"][pos - 1 : pos - 1 + len(ref)] == ref
    assert mutations.annotate(toy, variant).consequence == term
    other = mirrored(variant, toy.contigs["chr1"])
    assert toy.contigs["chr2"][other.pos - 1 : other.pos - 1 + len(other.ref)] == other.ref
    assert mutations.annotate(toy, other).consequence == term


def test_the_worst_transcript_decides(toy):
    short = Transcript("t1b", ((2, 10),), ((2, 10),))
    gene = toy.genes[0]
    both = Genome(
        toy.contigs,
        (Gene("FWD", "g1", "chr1", "+", gene.span, (short, *gene.transcripts)),),
        toy.targets,
    )
    assert mutations.annotate(both, Variant("chr1", 11, "G", "A", 0.0)).consequence == "splice_donor_variant"


@pytest.mark.parametrize(
    ("term", "definitions"),
    [
        ("missense_variant", "merino_wes nonsynonymous all_coding missense_only"),
        ("stop_gained", "merino_wes nonsynonymous all_coding"),
        ("splice_donor_variant", "nonsynonymous all_coding"),
        ("synonymous_variant", "all_coding"),
        ("", ""),
    ],
)
def test_definitions_count_what_the_methods_say(term, definitions):
    assert Variant("chr1", 1, "A", "C", 0.3, "", term).counts_in == definitions.split()


@pytest.fixture(scope="module")
def made():
    return genome.build(np.random.default_rng(5), coding_bp=200_000)


@pytest.fixture(scope="module")
def drawn(made):
    occupied = Occupied(made)
    common = mutations.population(np.random.default_rng(6), made, occupied)
    own = occupied.copy()
    inherited = mutations.germline(np.random.default_rng(7), made, common, own)
    somatic = mutations.somatic(np.random.default_rng(8), made, 150, [DRIVER], 0.8, own)
    return common, inherited, somatic


def test_reference_alleles_stand_in_the_reference_and_indels_are_left_aligned(made, drawn):
    common, inherited, somatic = drawn
    variants = [*common, *(v for v, _ in inherited), *somatic]
    assert sum(v.is_indel for v in somatic) >= 5
    for v in variants:
        assert made.contigs[v.contig][v.pos - 1 : v.pos - 1 + len(v.ref)] == v.ref != v.alt
        if v.is_indel:
            assert v.ref[0] == v.alt[0]
            assert v.ref[-1] != v.alt[-1], "could be moved to the left"


def test_variants_keep_their_distance(drawn):
    _, inherited, somatic = drawn
    mine = sorted([*(v for v, _ in inherited), *somatic], key=lambda v: (v.contig, v.pos))
    gaps = [b.pos - a.pos for a, b in itertools.pairwise(mine) if a.contig == b.contig]
    assert min(gaps) >= 20
    indels = [v for v in mine if v.is_indel]
    gaps = [b.pos - a.pos for a, b in itertools.pairwise(indels) if a.contig == b.contig]
    assert min(gaps) >= mutations.INDEL_SPACING


def test_somatic_variants_are_targeted_coding_and_hit_marker_genes_only_on_request(made, drawn):
    somatic = drawn[2]
    assert len(somatic) == 151 and all(v.counts_in for v in somatic)
    assert all(made.targeted[v.contig][v.pos - 1] for v in somatic)
    in_driver = [v for v in somatic if v.gene == DRIVER]
    assert len(in_driver) == 1 and "merino_wes" in in_driver[0].counts_in
    assert not any(v.gene == BYSTANDER for v in somatic)
    assert all(0.18 <= v.frequency <= 0.4 for v in somatic)
    # About one substitution in four of random coding sequence is synonymous (standard genetic code).
    silent = np.mean([v.consequence == "synonymous_variant" for v in somatic])
    assert 0.15 < silent < 0.4


def test_inherited_variants_follow_their_frequency(made):
    occupied = Occupied(made)
    common = mutations.population(np.random.default_rng(6), made, occupied)
    people = [mutations.germline(np.random.default_rng(i), made, common, occupied.copy()) for i in range(200)]
    copies = sum(sum(alleles) for person in people for v, alleles in person if v.frequency)
    expected = 200 * 2 * sum(v.frequency for v in common)
    assert copies == pytest.approx(expected, rel=0.05)
    assert 15 < np.mean([sum(not v.frequency for v, _ in person) for person in people]) <= 20
