"""The simulated genome obeys the genetic code, and its FASTA, GFF3 and BED say the same."""

import numpy as np
import pytest

from biomarkers.demo import genes, genome

# NCBI translation table 1, in NCBI's own order of the bases (TCAG).
NCBI = dict(
    zip(
        [a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"],
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)


@pytest.fixture(scope="module")
def made():
    """With the named genes and a few others, so that it is quickly gone through."""
    return genome.build(np.random.default_rng(5), coding_bp=250_000)


def test_genetic_code_is_that_of_ncbi():
    assert genome.CODE == NCBI


def gff_rows(made):
    for line in genome.gff3(made).splitlines():
        if not line.startswith("#"):
            fields = line.split("\t")
            yield fields, dict(item.split("=") for item in fields[8].split(";"))


def proteins_from_gff(made):
    """Each transcript's protein, from the GFF3 text and the sequence alone, phases respected."""
    pieces = {}
    for fields, attributes in gff_rows(made):
        if fields[2] == "CDS":
            pieces.setdefault(attributes["Parent"], []).append(fields)
    for parent, rows in pieces.items():
        rows.sort(key=lambda f: int(f[3]), reverse=rows[0][6] == "-")
        coding = ""
        for contig, _, _, start, end, _, strand, phase, _ in rows:
            piece = made.contigs[contig][int(start) - 1 : int(end)]
            piece = piece if strand == "+" else piece.translate(str.maketrans("ACGT", "TGCA"))[::-1]
            assert int(phase) == -len(coding) % 3
            coding += piece
        assert len(coding) % 3 == 0
        yield parent, "".join(NCBI[coding[i : i + 3]] for i in range(0, len(coding), 3))


def test_every_coding_sequence_starts_stops_and_has_no_stop_inside(made):
    proteins = dict(proteins_from_gff(made))
    assert len(proteins) == sum(len(gene.transcripts) for gene in made.genes) > len(made.genes)
    for parent, protein in proteins.items():
        assert protein.startswith("M") and protein.index("*") == len(protein) - 1, parent


def test_introns_begin_with_gt_and_end_with_ag_on_both_strands(made):
    assert {gene.strand for gene in made.genes} == {"+", "-"}
    for gene in made.genes:
        for transcript in gene.transcripts:
            for (_, left), (right, _) in zip(transcript.exons, transcript.exons[1:], strict=False):
                intron = made.contigs[gene.contig][left:right]
                intron = intron if gene.strand == "+" else genome.reverse_complement(intron)
                assert (intron[:2], intron[-2:]) == ("GT", "AG")


def test_gff3_names_genes_and_transcripts_as_ensembl_does(made):
    rows = list(gff_rows(made))
    genes = {a["ID"] for f, a in rows if f[2] == "gene"}
    transcripts = {a["ID"]: a["Parent"] for f, a in rows if f[2] == "mRNA"}
    assert all(name.startswith("gene:") for name in genes) and set(transcripts.values()) == genes
    assert all(name.startswith("transcript:") for name in transcripts)
    assert {a["Parent"] for f, a in rows if f[2] in ("exon", "CDS")} == set(transcripts)
    assert {a["biotype"] for f, a in rows if f[2] in ("gene", "mRNA")} == {"protein_coding"}


def test_countable_bases_are_those_of_the_bed_and_gff3_text(made):
    targeted, coding = set(), set()
    for line in genome.bed(made).splitlines():
        contig, start, end, name = line.split("\t")
        assert name in {gene.name for gene in made.genes}
        targeted |= {(contig, i) for i in range(int(start), int(end))}
    for fields, _ in gff_rows(made):
        if fields[2] == "CDS":
            coding |= {(fields[0], i) for i in range(int(fields[3]) - 1, int(fields[4]))}
    assert made.countable_bp == len(targeted & coding)
    assert 0.9 * 250_000 < made.countable_bp < len(coding)


def test_fasta_holds_the_sequence_in_lines_of_sixty(made):
    records = genome.fasta(made).split(">")[1:]
    read = {r.split("\n", 1)[0]: r.split("\n", 1)[1] for r in records}
    assert {name: text.replace("\n", "") for name, text in read.items()} == made.contigs
    assert {len(line) for line in read["chr1"].splitlines()[:-1]} == {60}


def coding_bp(gene):
    return sum(end - start for start, end in gene.transcripts[0].cds)


def test_named_genes_have_their_length_and_no_name_stands_twice(made):
    lengths = {gene.name: coding_bp(gene) for gene in made.genes}
    assert len(lengths) == len(made.genes)
    for gene in genes.NAMED:
        # Whole codons, and of a skipped exon, too.
        assert gene.length - 5 < lengths[gene.name] <= gene.length


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_exome_of_a_trial_is_large_enough_for_a_burden(seed):
    """docs/methods.md, 1.11: below 1 Mb a burden is warned of."""
    made = genome.build(np.random.default_rng([seed, 1]))
    assert 1.05e6 < made.countable_bp < 1.1e6
    assert sum(map(len, made.contigs.values())) < 2e6
    for gene in made.genes:
        assert made.gene_at(gene.contig, gene.span[0]) is made.gene_at(gene.contig, gene.span[1] - 1) is gene
        assert made.gene_at(gene.contig, gene.span[1]) is None


def test_shares_of_carriers_are_shares():
    assert sum(genes.SUBTYPES.values()) == pytest.approx(1, rel=1e-12)
    assert all(0 <= gene.share(subtype) <= 0.6 for gene in genes.NAMED for subtype in genes.SUBTYPES)
    assert (
        len({gene.share(subtype) for gene in genes.NAMED if gene.name == genes.DRIVER for subtype in genes.SUBTYPES})
        == 1
    )
