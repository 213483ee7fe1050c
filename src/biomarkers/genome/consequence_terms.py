"""Consequences of a variant: the one vocabulary, and the one order of Sequence Ontology terms, worst first.

Every stage that reads a consequence asks `terms_of` (one word) or `terms_in` (a cell of several), which understand what
annotators and MAF files write, in any case; `biomarkers.genome.tmb_definitions` then says what counts; `classify`
writes the class of the Mutation Annotation Format (MAF).

The words stand in `consequences.tsv`, a term a line. Sources by column:
term: the order of Ensembl's table of calculated consequences (Ensembl release 110, VEP), which names the SO accessions.
maf_class: the class that is written. vcf2maf 1.6 (mskcc), whose table GDC and cBioPortal use; the four splice terms
that Ensembl added in release 106 go with splice_region_variant and start_retained_variant with the silent ones, where
vcf2maf has no class for them. `Frame_Shift` and `In_Frame` are completed by the kind of the variant.
read_from_maf: classes that are read as the term. MAF specification 2.4.1 (TCGA, June 2014), GDC MAF format 1.0.0;
Start_Codon_*, Stop_Codon_*, De_novo_Start_*, lincRNA and COULD_NOT_DETERMINE: Oncotator and Funcotator. Splice_Site_*
and Silent_Mutation: TCGA's files of 2008. Splice_Site does not say which end of the intron: both terms stand.
csq, snpeff: names that only bcftools csq (its list of consequence types) or snpEff (its manual, "Effect prediction
details") and Jannovar write, the latter's being terms of the Sequence Ontology below this one. vep_67: what VEP wrote
before Ensembl release 68 and the Sequence Ontology keeps as synonyms.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from biomarkers.io.files import packaged_text


@lru_cache(maxsize=1_000)
def plain(text: str) -> str:
    """A class without differences of case, spaces, hyphens and primes.

    >>> plain("3'UTR"), plain("Frame-Shift Del"), plain("De_novo_Start_OutOfFrame")
    ('3utr', 'frame_shift_del', 'de_novo_start_outofframe')
    """
    return re.sub(r"[\s-]+", "_", re.sub("['\u2019\u2032]", "", text.strip().lower()))


TABLE = list(csv.DictReader(packaged_text("genome/consequences.tsv").splitlines(), delimiter="\t"))
TERMS = tuple(row["term"] for row in TABLE)
RANK = {term: rank for rank, term in enumerate(TERMS)}
ALIASES = {name: row["term"] for row in TABLE for tool in ("csq", "vep_67", "snpeff") for name in row[tool].split()}
LOWER = {name.lower(): term for name, term in [*ALIASES.items(), *zip(TERMS, TERMS, strict=True)]}
CLASS = {row["term"]: row["maf_class"] for row in TABLE}
TERMS_OF_CLASS: dict[str, tuple[str, ...]] = {}
"""Terms by class, spelt as `plain` spells it."""
for row in TABLE:
    for name in map(plain, row["read_from_maf"].split()):
        TERMS_OF_CLASS[name] = (*TERMS_OF_CLASS.get(name, ()), row["term"])

SPLICE_SITE = frozenset(TERMS_OF_CLASS["splice_site"])
CODING = frozenset(row["term"] for row in TABLE if row["coding"])
"""Terms that any built-in definition of burden counts; a gene hit by one of them enters the gene table."""


def standard(term: str) -> str:
    """The SO term for what an annotator wrote, in whatever case; unknown text is returned as it is.

    >>> standard("missense"), standard("disruptive_inframe_deletion"), standard("STOP_LOST"), standard("new_term")
    ('missense_variant', 'inframe_deletion', 'stop_lost', 'new_term')
    """
    return LOWER.get(term.lower(), term)


def terms_of(word: str) -> tuple[str, ...]:
    """Sequence Ontology terms of one word, worst first; empty for a word of no vocabulary, which is never guessed.

    The word is a term, a term without `_variant`, an annotator's name for one, or a MAF class, in any case and with
    blanks or hyphens in place of underscores.

    >>> terms_of("missense variant"), terms_of("MISSENSE_MUTATION"), terms_of("inframe_altering")
    (('missense_variant',), ('missense_variant',), ('protein_altering_variant',))
    >>> terms_of("Splice_Site"), terms_of("Start_Codon_SNP"), terms_of("Translocation")
    (('splice_acceptor_variant', 'splice_donor_variant'), ('start_lost',), ())
    """
    for lower in (word.strip().lower(), plain(word)):
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
    """The worst term of such a cell, which decides what a variant counts in; empty when it has none.

    >>> worst_term("intron_variant&missense_variant"), worst_term("new_term")
    ('missense_variant', '')
    """
    return next(iter(terms_in(consequence)), "")


def unknown_words(consequences: Iterable[str]) -> list[str]:
    """Words of these cells that are in no vocabulary, each once, sorted.

    >>> unknown_words(["missense_variant&new_term", "Translocation", "Intron", "."])
    ['Translocation', 'new_term']
    """
    words = {word for text in set(consequences) for word in _words(text)}
    return sorted(word for word in words if not terms_of(word))


def unread(patients: Iterable[str], consequences: Iterable[str]) -> list[str]:
    """Patients none of whose consequences has a known term, each once (docs/methods.md, 11.2).

    >>> unread(["P1", "P1", "P2"], ["new_term", "Silent", "new_term"])
    ['P2']
    """
    rows = [*zip(patients, consequences, strict=True)]
    read = {patient for patient, text in rows if terms_in(text)}
    return [*dict.fromkeys(patient for patient, _ in rows if patient not in read)]


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


def _words(consequence: str) -> list[str]:
    return [word.strip() for word in re.split("[&,;]", consequence) if word.strip() not in ("", ".")]
