"""Annotations of three tools, transcripts and alleles."""
# ruff: noqa: E501 (annotations as they stand in files)

from __future__ import annotations

from typing import Any

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.consequence import Consequence, interpreter
from biomarkers.variants.ontology import ALIASES, RANK, TERMS
from biomarkers.variants.references import back_references, resolve
from biomarkers.variants.vcf import Field, Header, info_value

VEP = "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL|Gene|Feature|HGVSp|CDS_position|CANONICAL|MANE_SELECT|PICK"
ANN = "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | HGVS.p | CDS.pos / CDS.length' "
CSQ = "Consequence annotation from BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"
TEXT = {"CSQ": VEP, "ANN": ANN, "BCSQ": CSQ}


def read(
    source: str, text: str, *, alts: list[str] | None = None, alt: int = 0, ref: str = "C", **more: Any
) -> Consequence:
    header = Header("a.vcf", info={source: Field(".", TEXT[source])})
    return interpreter(header, **more).of(text, pos=100, ref=ref, alts=alts or ["T"], alt=alt)


def test_the_three_tools_say_the_same() -> None:
    vep = read(
        "CSQ", "T|missense_variant&splice_region_variant|TP53|ENSG1|ENST1|ENSP1.2:p.Arg175His|524/1182|YES|NM_1|1"
    )
    ann = read(
        "ANN", "T|splice_region_variant&missense_variant|MODERATE|TP53|ENSG1|transcript|ENST1|p.Arg175His|524/1182"
    )
    csq = read("BCSQ", "splice_region&missense|TP53|ENST1|protein_coding|-|175R>175H|100C>T")
    assert vep[:5] == ann[:5] == csq[:5]
    assert csq[:4] == ("TP53", "ENST1", ("missense_variant", "splice_region_variant"), "p.Arg175His")


BLOCKS = [
    "T|missense_variant|TP53|G|ENST9|p.A|1/300|||",
    "T|missense_variant|TP53|G|ENST3|p.B|1/900|||",
    "T|missense_variant|TP53|G|ENST2|p.C|1/900|||",
    "T|missense_variant|TP53|G|ENST7|p.D|1/30|YES||",
    "T|missense_variant|TP53|G|ENST8|p.E|1/30||NM_1|",
    "T|synonymous_variant|TP53|G|ENST1|p.F|1/3000|||1",
]


def test_a_block_that_is_cut_short_hides_no_other_gene() -> None:
    header = Header("a.vcf", info={"CSQ": Field(".", "Format: SYMBOL|Feature|Consequence|Allele")})
    blocks = "A|E0,A|E1|stop_gained|T,B|E2|missense_variant|T"
    found = interpreter(header).of(blocks, pos=100, ref="C", alts=["T"], alt=0)
    assert (found.gene, found.transcript, found.others) == ("A", "E1", "B=missense_variant")


@pytest.mark.parametrize(
    ("blocks", "transcript"),
    [
        (BLOCKS, "ENST8"),
        (BLOCKS[:4], "ENST7"),
        (BLOCKS[:3], "ENST2"),
        (BLOCKS[:2], "ENST3"),
        (BLOCKS[5:] + BLOCKS[:1], "ENST9"),
    ],
    ids=["MANE", "canonical", "identifier", "longest", "worst first"],
)
def test_ties(blocks: list[str], transcript: str) -> None:
    assert read("CSQ", ",".join(blocks)).transcript == transcript
    assert read("CSQ", ",".join(reversed(blocks))).transcript == transcript


@pytest.mark.parametrize(
    ("rule", "transcript"), [("mane", "ENST8"), ("canonical", "ENST7"), ("pick", "ENST1"), ("worst", "ENST8")]
)
def test_transcript_rules(rule: str, transcript: str) -> None:
    assert read("CSQ", ",".join(BLOCKS), transcripts=rule).transcript == transcript


def test_no_transcript_of_the_kind_is_no_consequence() -> None:
    assert read("CSQ", BLOCKS[0], transcripts="mane").terms == ()


def test_bcsq_cannot_say_which_is_canonical() -> None:
    with pytest.raises(InputError, match="--transcripts is 'canonical'; expected a subfield CANONICAL in INFO/BCSQ"):
        read("BCSQ", "missense|TP53|E|protein_coding", transcripts="canonical")


@pytest.mark.parametrize(
    ("source", "ref", "alts", "text", "expected"),
    [
        ("CSQ", "C", ["T", "G"], "T|missense_variant|A|||,G|stop_gained|A|||", ["missense_variant", "stop_gained"]),
        ("CSQ", "CA", ["C", "CAT"], "-|frameshift_variant|A|||,AT|missense_variant|A|||", ["frameshift_variant", "missense_variant"]),
        ("ANN", "C", ["T", "CA"], "T|missense_variant|M|A,CA|stop_gained|M|A", ["missense_variant", "stop_gained"]),
        ("BCSQ", "C", ["T", "G"], "missense|A|E|p|-|1A>1V|100C>T,stop_gained|A|E|p|-|1A>1*|99G>A+100C>G", ["missense_variant", "stop_gained"]),
        ("BCSQ", "C", ["T", "G"], "intron|A|E|p", ["intron_variant", "intron_variant"]),
    ],
)  # fmt: skip
def test_each_alt_has_its_own(source: str, ref: str, alts: list[str], text: str, expected: list[str]) -> None:
    assert [read(source, text, ref=ref, alts=alts, alt=i).terms[0] for i in range(len(alts))] == expected


def test_further_genes_with_coding_terms() -> None:
    text = "T|stop_gained|A|||,T|missense_variant|B|||,T|synonymous_variant|B|||,T|intron_variant|C|||"
    assert read("CSQ", text).others == "B=missense_variant"


def test_back_references() -> None:
    lines = [(1, "1\t5\t.\tC\tT\t.\t.\tBCSQ=@9"), (2, "1\t9\t.\tC\tT\t.\t.\tBCSQ=missense|A|E|p|-|1A>1V|5C>T+9C>T")]
    referred = back_references(lines, info_value)
    assert resolve("@9", "1", referred) == "missense|A|E|p|-|1A>1V|5C>T+9C>T"
    assert resolve("intron|A,@9", "1", referred).startswith("intron|A,missense")
    assert resolve("@10", "1", referred) == ""


def test_every_alias_leads_to_a_term() -> None:
    assert set(ALIASES.values()) <= set(RANK)
    assert not set(ALIASES) & set(TERMS)
