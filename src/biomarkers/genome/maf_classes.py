"""Sequence Ontology terms and the classes of the Mutation Annotation Format (MAF): the one table of each direction.

`consequence_terms.terms_of` reads a class; `classify` writes one.

Sources. Terms to classes: vcf2maf 1.6 (mskcc), whose table GDC and cBioPortal use; the four splice terms that Ensembl
added in release 106 go with splice_region_variant and start_retained_variant with the silent ones, where vcf2maf has
no class for them. Classes to terms: MAF specification 2.4.1 (TCGA, June 2014), GDC MAF format 1.0.0; Start_Codon_*,
Stop_Codon_*, De_novo_Start_*, lincRNA and COULD_NOT_DETERMINE: Oncotator and Funcotator.
"""

from __future__ import annotations

import re

from biomarkers.genome.protein import LETTERS

CLASS = {
    "transcript_ablation": "Splice_Site",
    "splice_acceptor_variant": "Splice_Site",
    "splice_donor_variant": "Splice_Site",
    "stop_gained": "Nonsense_Mutation",
    "frameshift_variant": "Frame_Shift",
    "stop_lost": "Nonstop_Mutation",
    "start_lost": "Translation_Start_Site",
    "transcript_amplification": "Intron",
    "inframe_insertion": "In_Frame_Ins",
    "inframe_deletion": "In_Frame_Del",
    "missense_variant": "Missense_Mutation",
    "coding_sequence_variant": "Missense_Mutation",
    "protein_altering_variant": "In_Frame",
    "splice_region_variant": "Splice_Region",
    "splice_donor_5th_base_variant": "Splice_Region",
    "splice_donor_region_variant": "Splice_Region",
    "splice_polypyrimidine_tract_variant": "Splice_Region",
    "incomplete_terminal_codon_variant": "Silent",
    "start_retained_variant": "Silent",
    "stop_retained_variant": "Silent",
    "synonymous_variant": "Silent",
    "NMD_transcript_variant": "Silent",
    "mature_miRNA_variant": "RNA",
    "non_coding_transcript_exon_variant": "RNA",
    "non_coding_transcript_variant": "RNA",
    "5_prime_UTR_variant": "5'UTR",
    "3_prime_UTR_variant": "3'UTR",
    "intron_variant": "Intron",
    "upstream_gene_variant": "5'Flank",
    "downstream_gene_variant": "3'Flank",
    "TF_binding_site_variant": "IGR",
    "regulatory_region_variant": "IGR",
    "intergenic_variant": "IGR",
}
"""Class by term; `Frame_Shift` and `In_Frame` are completed by the kind of the variant. All else: Targeted_Region."""

TERMS_OF_CLASS = {
    "missense_mutation": ("missense_variant",),
    "nonsense_mutation": ("stop_gained",),
    "nonstop_mutation": ("stop_lost",),
    "stop_codon_del": ("stop_lost",),
    "stop_codon_ins": ("stop_lost",),
    "translation_start_site": ("start_lost",),
    "start_codon_snp": ("start_lost",),
    "start_codon_del": ("start_lost",),
    "start_codon_ins": ("start_lost",),
    "frame_shift_del": ("frameshift_variant",),
    "frame_shift_ins": ("frameshift_variant",),
    "in_frame_del": ("inframe_deletion",),
    "in_frame_ins": ("inframe_insertion",),
    "splice_site": ("splice_acceptor_variant", "splice_donor_variant"),
    "splice_region": ("splice_region_variant",),
    "silent": ("synonymous_variant",),
    "5utr": ("5_prime_UTR_variant",),
    "3utr": ("3_prime_UTR_variant",),
    "de_novo_start_inframe": ("5_prime_UTR_variant",),
    "de_novo_start_outofframe": ("5_prime_UTR_variant",),
    "5flank": ("upstream_gene_variant",),
    "3flank": ("downstream_gene_variant",),
    "intron": ("intron_variant",),
    "rna": ("non_coding_transcript_exon_variant",),
    "lincrna": ("non_coding_transcript_exon_variant",),
    "igr": ("intergenic_variant",),
    "targeted_region": ("sequence_variant",),
    "could_not_determine": ("sequence_variant",),
}
"""Terms by class, spelt as `plain` spells it. Splice_Site does not say which end of the intron: both terms stand."""

SHORT = {code: letter for letter, code in LETTERS.items()}
THREE = re.compile("|".join(SHORT))


def plain(text: str) -> str:
    """A class without differences of case, spaces, hyphens and primes.

    >>> plain("3'UTR"), plain("Frame-Shift Del"), plain("De_novo_Start_OutOfFrame")
    ('3utr', 'frame_shift_del', 'de_novo_start_outofframe')
    """
    return re.sub(r"[\s-]+", "_", re.sub("['\u2019\u2032]", "", text.strip().lower()))


def classify(term: str, kind: str, in_frame: bool) -> str:
    """Class of a term. kind: Variant_Type of the variant (SNP, DNP, TNP, ONP, INS, DEL).

    >>> classify("frameshift_variant", "DEL", False), classify("protein_altering_variant", "INS", True)
    ('Frame_Shift_Del', 'In_Frame_Ins')
    """
    found = CLASS.get(term, "Targeted_Region")
    if found == "In_Frame" and kind not in ("INS", "DEL"):
        return "Missense_Mutation"
    if found == "In_Frame" and not in_frame:
        found = "Frame_Shift"
    if found in ("Frame_Shift", "In_Frame"):
        return f"{found}_{'Ins' if kind == 'INS' else 'Del'}"
    return found


def shortened(protein: str) -> str:
    """HGVS with one-letter codes.

    >>> shortened("p.Arg175His"), shortened("p.Lys277AsnfsTer19"), shortened("p.Leu265="), shortened("")
    ('p.R175H', 'p.K277Nfs*19', 'p.L265=', '')
    """
    return THREE.sub(lambda match: SHORT[match[0]], protein)


def lengthened(protein: str) -> str:
    """HGVS with three-letter codes of what a MAF writes as protein change; empty for what is no protein change.

    >>> lengthened("p.R175H"), lengthened("K277Nfs*19"), lengthened("p.Arg175His"), lengthened("p.E746_A750del")
    ('p.Arg175His', 'p.Lys277AsnfsTer19', 'p.Arg175His', 'p.Glu746_Ala750del')
    >>> lengthened("p.X168_splice"), lengthened("p.*61*"), lengthened("."), lengthened("p.(G12D)")
    ('', 'p.Ter61=', '', 'p.Gly12Asp')
    """
    text = protein.strip().rpartition(":")[2].removeprefix("p.").strip("()")
    if not re.search(r"\d", text) or text.endswith("_splice"):
        return ""
    if not THREE.search(text):
        text = re.sub(r"[A-Z*]", lambda match: LETTERS.get(match[0], "Xaa"), text)
    return "p." + re.sub(r"^([A-Z][a-z]{2})(\d+)\1$", r"\1\2=", text.replace("*", "Ter").replace("%3D", "="))
