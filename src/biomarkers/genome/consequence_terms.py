"""Consequences of a variant: the one vocabulary, and the one order of Sequence Ontology terms, worst first.

Every stage that reads a consequence asks `terms_of` (one word) or `terms_in` (a cell of several), which understand what
annotators and MAF files write, in any case; `biomarkers.genome.tmb_definitions` then says what counts.

Source of the order: Ensembl's table of calculated consequences (Ensembl release 110, VEP), which also names the SO
accessions. Terms that only snpEff or bcftools csq write are translated to their place in it (`ALIASES`): snpEff's
manual, "Effect prediction details"; bcftools csq's list of consequence types. So are the names that VEP wrote before
Ensembl release 68 and that the Sequence Ontology keeps as synonyms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from biomarkers.genome.maf_classes import TERMS_OF_CLASS, plain

TERMS = (
    "transcript_ablation",
    "splice_acceptor_variant",
    "splice_donor_variant",
    "stop_gained",
    "frameshift_variant",
    "stop_lost",
    "start_lost",
    "transcript_amplification",
    "feature_elongation",
    "feature_truncation",
    "inframe_insertion",
    "inframe_deletion",
    "missense_variant",
    "protein_altering_variant",
    "splice_donor_5th_base_variant",
    "splice_region_variant",
    "splice_donor_region_variant",
    "splice_polypyrimidine_tract_variant",
    "incomplete_terminal_codon_variant",
    "start_retained_variant",
    "stop_retained_variant",
    "synonymous_variant",
    "coding_sequence_variant",
    "mature_miRNA_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "non_coding_transcript_exon_variant",
    "intron_variant",
    "NMD_transcript_variant",
    "non_coding_transcript_variant",
    "coding_transcript_variant",
    "upstream_gene_variant",
    "downstream_gene_variant",
    "TFBS_ablation",
    "TFBS_amplification",
    "TF_binding_site_variant",
    "regulatory_region_ablation",
    "regulatory_region_amplification",
    "regulatory_region_variant",
    "intergenic_variant",
    "sequence_variant",
)

ALIASES = {
    # bcftools csq
    "synonymous": "synonymous_variant",
    "missense": "missense_variant",
    "frameshift": "frameshift_variant",
    "splice_acceptor": "splice_acceptor_variant",
    "splice_donor": "splice_donor_variant",
    "splice_region": "splice_region_variant",
    "stop_retained": "stop_retained_variant",
    "start_retained": "start_retained_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "3_prime_utr": "3_prime_UTR_variant",
    "non_coding": "non_coding_transcript_variant",
    "intron": "intron_variant",
    "intergenic": "intergenic_variant",
    "inframe_altering": "protein_altering_variant",
    "coding_sequence": "coding_sequence_variant",
    # VEP before release 68
    "non_synonymous_codon": "missense_variant",
    "synonymous_codon": "synonymous_variant",
    "inframe_codon_gain": "inframe_insertion",
    "inframe_codon_loss": "inframe_deletion",
    "initiator_codon_change": "start_lost",
    "nc_transcript_variant": "non_coding_transcript_variant",
    # snpEff
    "exon_loss_variant": "transcript_ablation",
    "conservative_inframe_insertion": "inframe_insertion",
    "disruptive_inframe_insertion": "inframe_insertion",
    "conservative_inframe_deletion": "inframe_deletion",
    "disruptive_inframe_deletion": "inframe_deletion",
    "rare_amino_acid_variant": "missense_variant",
    "initiator_codon_variant": "start_retained_variant",
    "non_canonical_start_codon": "start_retained_variant",
    "5_prime_UTR_premature_start_codon_gain_variant": "5_prime_UTR_variant",
    "5_prime_UTR_truncation": "5_prime_UTR_variant",
    "3_prime_UTR_truncation": "3_prime_UTR_variant",
    "non_coding_exon_variant": "non_coding_transcript_exon_variant",
    "exon_region": "non_coding_transcript_exon_variant",
    "conserved_intron_variant": "intron_variant",
    "conserved_intergenic_variant": "intergenic_variant",
    "intergenic_region": "intergenic_variant",
    "miRNA": "mature_miRNA_variant",
    "TF_binding_site": "TF_binding_site_variant",
    "intragenic_variant": "sequence_variant",
    "gene_variant": "sequence_variant",
    "transcript_variant": "sequence_variant",
    "structural_interaction_variant": "sequence_variant",
    "protein_protein_contact": "sequence_variant",
    "sequence_feature": "sequence_variant",
    "custom": "sequence_variant",
}

RANK = {term: rank for rank, term in enumerate(TERMS)}

LOWER = {name.lower(): term for name, term in [*ALIASES.items(), *zip(TERMS, TERMS, strict=True)]}

SPLICE_SITE = frozenset({"splice_acceptor_variant", "splice_donor_variant"})

CODING = frozenset(
    {
        *TERMS[RANK["splice_acceptor_variant"] : RANK["start_lost"] + 1],
        *TERMS[RANK["inframe_insertion"] : RANK["protein_altering_variant"] + 1],
        *TERMS[RANK["incomplete_terminal_codon_variant"] : RANK["synonymous_variant"] + 1],
    }
)
"""Terms that any built-in definition of burden counts; a gene hit by one of them enters the gene table."""


def standard(term: str) -> str:
    """The SO term for what an annotator wrote, in whatever case; unknown text is returned as it is.

    >>> standard("missense"), standard("disruptive_inframe_deletion"), standard("STOP_LOST"), standard("new_term")
    ('missense_variant', 'inframe_deletion', 'stop_lost', 'new_term')
    """
    return LOWER.get(term.lower(), term)


def terms_of(word: str) -> tuple[str, ...]:
    """Sequence Ontology terms of one word, worst first; empty for a word of no vocabulary, which is never guessed.

    The word is a term, a term without `_variant`, an annotator's name for one, or a MAF class, in any case.

    >>> terms_of("missense_variant"), terms_of("MISSENSE_MUTATION"), terms_of("inframe_altering")
    (('missense_variant',), ('missense_variant',), ('protein_altering_variant',))
    >>> terms_of("Splice_Site"), terms_of("Start_Codon_SNP"), terms_of("Translocation")
    (('splice_acceptor_variant', 'splice_donor_variant'), ('start_lost',), ())
    """
    lower = word.strip().lower()
    for spelling in (lower, f"{lower}_variant", lower.removesuffix("_variant")):
        if spelling in LOWER:
            return (LOWER[spelling],)
    return TERMS_OF_CLASS.get(plain(word), ())


@cache
def terms_in(consequence: str) -> tuple[str, ...]:
    """Known terms of a cell of words that are joined by `&`, comma or `;`, each once, worst first.

    >>> terms_in("intron_variant,splice_region_variant"), terms_in("Silent"), terms_in("new_term"), terms_in("")
    (('splice_region_variant', 'intron_variant'), ('synonymous_variant',), (), ())
    """
    return tuple(sorted({term for word in _words(consequence) for term in terms_of(word)}, key=RANK.__getitem__))


def worst_term(consequence: str) -> str:
    """The worst term of such a cell, which decides what a variant counts in; empty when it has none."""
    return next(iter(terms_in(consequence)), "")


def unknown_words(consequences: Iterable[str]) -> list[str]:
    """Words of these cells that are in no vocabulary, each once, sorted.

    >>> unknown_words(["missense_variant&new_term", "Translocation", "Intron", "."])
    ['Translocation', 'new_term']
    """
    words = {word for text in set(consequences) for word in _words(text)}
    return sorted(word for word in words if not terms_of(word))


def _words(consequence: str) -> list[str]:
    return [word.strip() for word in re.split("[&,;]", consequence) if word.strip() not in ("", ".")]
