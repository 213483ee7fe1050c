"""Annotations of three tools, transcripts and alleles."""
# ruff: noqa: E501 (annotations as they stand in files)

from __future__ import annotations

from typing import Any

import pytest

from biomarkers.errors import InputError
from biomarkers.genome.consequence_terms import ALIASES, RANK, TERMS
from biomarkers.variants.alleles import back_references, resolve
from biomarkers.variants.consequence import LEAST_CODING, Consequence, check_understood, interpreter
from biomarkers.variants.vcf import Header, records

VEP = "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL|Gene|Feature|HGVSp|CDS_position|CANONICAL|MANE_SELECT|PICK"
ANN = "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | HGVS.p | CDS.pos / CDS.length' "
CSQ = "Consequence annotation from BCFtools/csq. Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"
TEXT = {"CSQ": VEP, "ANN": ANN, "BCSQ": CSQ}


def read(
    source: str,
    text: str,
    *,
    alts: list[str] | None = None,
    alt: int = 0,
    ref: str = "C",
    info: str = "",
    **more: Any,
) -> Consequence:
    header = Header("a.vcf", info={source: TEXT[source]})
    return interpreter(header, **more).of(text, pos=100, ref=ref, alts=alts or ["T"], alt=alt, info=info)


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


def test_a_block_that_ends_before_its_gene_names_none() -> None:
    assert read("CSQ", "T|stop_gained|A||E1|||||,T|missense_variant").others == ""


def test_a_gene_with_the_least_coding_term_is_another_gene() -> None:
    least, most = TERMS[LEAST_CODING], "T|stop_gained|A||E1|||||"
    for first in (most, f"T|{least}|A||E1|||||"):
        assert read("CSQ", f"{first},T|{least}|B||E2|||||").others == f"B={least}"
    assert read("CSQ", f"{most},T|{TERMS[LEAST_CODING + 1]}|B||E2|||||").others == ""


def test_a_block_that_is_cut_short_hides_no_other_gene() -> None:
    header = Header("a.vcf", info={"CSQ": "Format: SYMBOL|Feature|Consequence|Allele"})
    blocks = "A|E0,A|E1|stop_gained|T,B|E2|missense_variant|T"
    found = interpreter(header).of(blocks, pos=100, ref="C", alts=["T"], alt=0)
    assert (found.gene, found.transcript, found.others) == ("A", "E1", "B=missense_variant")


@pytest.mark.parametrize(
    ("blocks", "transcript"),
    [
        (BLOCKS, "ENST8"),
        (BLOCKS[:4], "ENST7"),
        ([block.replace("YES", "1") for block in BLOCKS[:4]], "ENST7"),
        (BLOCKS[:3], "ENST2"),
        (BLOCKS[:2], "ENST3"),
        (["T|missense_variant|TP53|G|ENST1|p.A|1/300|||", BLOCKS[1]], "ENST3"),
        (["T|missense_variant|TP53|G|ENST9|p.A|1/300||.|", BLOCKS[4]], "ENST8"),
        (["T|missense_variant|TP53|G|ENST1|p.A|1/300||.|", BLOCKS[3]], "ENST7"),
        (BLOCKS[5:] + BLOCKS[:1], "ENST9"),
    ],
    ids=[
        "MANE",
        "canonical",
        "canonical as 1",
        "identifier",
        "longest",
        "longer",
        "no MANE beside MANE",
        "no MANE",
        "worst first",
    ],
)
def test_ties(blocks: list[str], transcript: str) -> None:
    assert read("CSQ", ",".join(blocks)).transcript == transcript
    assert read("CSQ", ",".join(reversed(blocks))).transcript == transcript


@pytest.mark.parametrize(
    ("rule", "transcript"), [("mane", "ENST8"), ("canonical", "ENST7"), ("pick", "ENST1"), ("worst", "ENST8")]
)
def test_transcript_rules(rule: str, transcript: str) -> None:
    assert read("CSQ", ",".join(BLOCKS), transcripts=rule).transcript == transcript


@pytest.mark.parametrize(
    "description",
    [
        CSQ,
        "Haplotype-aware consequence annotation from BCFtools/csq. Format: '[*]consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]'",
    ],
)
def test_how_csq_lists_its_subfields(description: str) -> None:
    reader = interpreter(Header("a.vcf", info={"BCSQ": description}))
    found = reader.of("*missense|A|E|p|-|1A>1V|100C>T", pos=100, ref="C", alts=["T"], alt=0)
    assert found[:4] == ("A", "E", ("missense_variant",), "p.Ala1Val")


def test_the_field_that_is_taken_when_there_are_several() -> None:
    """CSQ before BCSQ before ANN, whatever their order in the header; any of them when it is named."""
    header = Header("a.vcf", info={name: TEXT[name] for name in ("ANN", "BCSQ", "CSQ")})
    assert interpreter(header).source == "CSQ"
    assert [interpreter(header, annotation=name).source for name in TEXT] == list(TEXT)
    del header.info["CSQ"]
    assert interpreter(header).source == "BCSQ"


@pytest.mark.parametrize("empty", ["", "0", "."])
def test_a_flag_that_says_no(empty: str) -> None:
    """A block without the flag is not of the kind, however its absence is written."""
    text = f"T|stop_gained|A|||||||{empty},T|missense_variant|A|||||||1"
    assert read("CSQ", text, transcripts="pick").terms == ("missense_variant",)


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


@pytest.mark.parametrize(
    ("source", "names", "ref", "alts", "text", "expected"),
    [
        ("CSQ", VEP, "C", ["CT", "G"], "T|frameshift_variant|A,G|missense_variant|A", ["frameshift_variant", "missense_variant"]),
        ("CSQ", VEP, "CAA", ["CA", "C"], "A|frameshift_variant|A,-|inframe_deletion|A", ["frameshift_variant", "inframe_deletion"]),
        ("CSQ", VEP, "CA", ["C", "*"], "-|frameshift_variant|A", ["frameshift_variant", None]),
        ("CSQ", VEP, "CAA", ["CA", "*"], "A|frameshift_variant|A", ["frameshift_variant", None]),
        ("CSQ", VEP, "C", ["CT", "T"], "CT|frameshift_variant|A,T|missense_variant|A", ["frameshift_variant", "missense_variant"]),
        ("CSQ", "Format: ALLELE_NUM|Consequence|SYMBOL", "CAA", ["CA", "C"], "2|inframe_deletion|A,1|frameshift_variant|A", ["frameshift_variant", "inframe_deletion"]),
        ("CSQ", "Format: Consequence|SYMBOL", "C", ["T", "G"], "synonymous_variant|A,missense_variant|A", ["missense_variant", "missense_variant"]),
        ("ANN", "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL", "CAA", ["C", "CC"], "-|inframe_deletion|A,C|frameshift_variant|A", ["inframe_deletion", "frameshift_variant"]),
        ("ANN", ANN, "CAA", ["CA", "C"], "CA|frameshift_variant|H|A,C|disruptive_inframe_deletion|M|A", ["frameshift_variant", "inframe_deletion"]),
    ],
    ids=["--minimal", "first base off", "spanning deletion", "spanning, more left", "no shared base", "ALLELE_NUM", "nothing tells", "VEP in ANN", "snpEff"],
)  # fmt: skip
def test_alleles_as_each_tool_spells_them(
    source: str, names: str, ref: str, alts: list[str], text: str, expected: list[str | None]
) -> None:
    reader = interpreter(Header("a.vcf", info={source: names}))
    found = [reader.of(text, pos=100, ref=ref, alts=alts, alt=i).terms[:1] for i in range(len(alts))]
    assert [terms[0] if terms else None for terms in found] == expected


OLD = "OLD_REC=chr1|100|CAA|CA,C|"


@pytest.mark.parametrize(
    ("source", "text", "ref", "alt", "info", "expected"),
    [
        ("CSQ", "T|synonymous_variant|A,G|stop_gained|A", "C", "T", "", "synonymous_variant"),
        ("CSQ", "T|synonymous_variant|A,G|stop_gained|A", "C", "G", "", "stop_gained"),
        ("CSQ", "A|inframe_deletion|A,-|stop_gained|A", "CAA", "CA", "", "inframe_deletion"),
        ("CSQ", "A|synonymous_variant|A,-|stop_gained|A", "CA", "C", OLD + "1", "synonymous_variant"),
        ("CSQ", "A|stop_gained|A,-|synonymous_variant|A", "CAA", "C", OLD + "2", "synonymous_variant"),
        ("CSQ", "-|synonymous_variant|A,-|missense_variant|A", "CA", "C", OLD + "1", "missense_variant"),
        ("CSQ", "TT|synonymous_variant|A,GG|stop_gained|A", "C", "A", "", "stop_gained"),
        ("CSQ", "A|synonymous_variant|A,CA|frameshift_variant|A", "C", "CA", "", "frameshift_variant"),
        ("CSQ", "A|synonymous_variant|A,CA|frameshift_variant|A", "C", "A", "", "synonymous_variant"),
        ("CSQ", "a|synonymous_variant|A,t|stop_gained|A", "C", "T", "", "stop_gained"),
        ("ANN", "CA|synonymous_variant|L|A,C|stop_gained|H|A", "CAA", "CA", "", "synonymous_variant"),
        ("ANN", "CA|synonymous_variant|L|A,C|stop_gained|H|A", "CA", "C", OLD + "1", "synonymous_variant"),
        ("BCSQ", "synonymous|A|E|p|+|1R|100C>T,stop_gained|A|E|p|+|1R>1*|100C>G,intron|B|F|p", "C", "T", "", "synonymous_variant"),
        ("BCSQ", "synonymous|A|E|p|+|1R|100CAA>CA,stop_gained|A|E|p|+|1R>1*|100CAA>C", "CA", "C", OLD + "1", "synonymous_variant"),
        ("BCSQ", "synonymous|A|E|p|+|1R|99C>T,stop_gained|A|E|p|+|1R>1*|99C>G", "CA", "C", "", "stop_gained"),
    ],
    ids=["VEP", "VEP, other", "indel", "trimmed", "trimmed, other", "annotated after the split", "none named: the worst",
         "an insertion beside a substitution", "the substitution", "small letters", "snpEff", "snpEff trimmed", "csq", "csq trimmed", "csq, none named: the worst"],
)  # fmt: skip
def test_a_site_that_was_annotated_before_it_was_split(
    source: str, text: str, ref: str, alt: str, info: str, expected: str
) -> None:
    """bcftools norm copies the annotation of all ALTs into each record: only the record's own may count."""
    assert read(source, text, ref=ref, alts=[alt], info=info).terms[0] == expected


@pytest.mark.parametrize(("alt", "term"), [("T", "synonymous_variant"), ("G", "stop_gained")])
def test_the_number_of_an_allele_is_that_of_the_unsplit_site(alt: str, term: str) -> None:
    """ALLELE_NUM 2 stays 2 in the record that norm makes of the second ALT, where it is the first."""
    header = Header("a.vcf", info={"CSQ": "Format: Allele|ALLELE_NUM|Consequence|SYMBOL"})
    text = "T|1|synonymous_variant|A,G|2|stop_gained|A"
    assert interpreter(header).of(text, pos=100, ref="C", alts=[alt], alt=0).terms == (term,)


def test_a_gene_without_a_symbol_has_its_identifier() -> None:
    assert read("CSQ", "T|missense_variant||ENSG1|ENST1").gene == "ENSG1"
    assert read("CSQ", "T|missense_variant|A|ENSG1|ENST1").gene == "A"


@pytest.mark.parametrize("word", ["NA", "NaN", "NULL", "None", ".", "-", "?"])
def test_a_word_for_nothing_is_no_symbol(word: str) -> None:
    assert read("CSQ", f"T|missense_variant|{word}|ENSG1|ENST1").gene == "ENSG1"
    assert read("CSQ", f"T|missense_variant|{word}|{word}|ENST1").gene == ""
    assert read("CSQ", f"T|stop_gained|A||,T|missense_variant|{word}|ENSG1|").others == "ENSG1=missense_variant"


def test_further_genes_with_coding_terms() -> None:
    text = "T|stop_gained|A|||,T|missense_variant|B|||,T|synonymous_variant|B|||,T|intron_variant|C|||"
    assert read("CSQ", text).others == "B=missense_variant"


def test_back_references() -> None:
    cells = ["1\t5\t.\tC\tT\t.\t.\tBCSQ=@9", "1\t9\t.\tC\tT\t.\t.\tBCSQ=missense|A|E|p|-|1A>1V|5C>T+9C>T"]
    header = Header("a.vcf", samples=["T"])
    referred = back_references(records(header, [f"{text}\tGT\t0/1".split("\t") for text in cells], "T", "BCSQ"))
    assert resolve("@9", "1", referred) == "missense|A|E|p|-|1A>1V|5C>T+9C>T"
    assert resolve("intron|A,@9", "1", referred).startswith("intron|A,missense")
    assert resolve("@10", "1", referred) == ""


def test_every_alias_leads_to_a_term() -> None:
    assert set(ALIASES.values()) <= set(RANK)
    assert not set(ALIASES) & set(TERMS)


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("MISSENSE_VARIANT", "missense_variant"),
        ("5_prime_utr_variant", "5_prime_UTR_variant"),
        ("non_synonymous_codon", "missense_variant"),
        ("synonymous_codon", "synonymous_variant"),
        ("inframe_codon_gain", "inframe_insertion"),
        ("inframe_codon_loss", "inframe_deletion"),
        ("initiator_codon_change", "start_lost"),
        ("splice_donor_5th_base_variant", "splice_donor_5th_base_variant"),
        ("Missense_Mutation", "Missense_Mutation"),
    ],
)
def test_terms_in_old_spellings(written: str, term: str) -> None:
    assert read("CSQ", f"T|{written}|A").terms == (term,)


def test_the_order_of_terms_is_that_of_ensembl() -> None:
    """Ensembl's table of calculated consequences, release 110, as far as a definition counts a term; typed by hand."""
    order = [
        "splice_acceptor_variant",
        "splice_donor_variant",
        "stop_gained",
        "frameshift_variant",
        "stop_lost",
        "start_lost",
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
        "5_prime_UTR_variant",
        "3_prime_UTR_variant",
        "non_coding_transcript_exon_variant",
        "intron_variant",
        "NMD_transcript_variant",
        "non_coding_transcript_variant",
        "upstream_gene_variant",
        "downstream_gene_variant",
        "intergenic_variant",
    ]
    assert [term for term in TERMS if term in order] == order


@pytest.mark.parametrize(("source", "expected_some"), [("CSQ", False), ("CSQ", True), ("BCSQ", True)])
def test_an_annotation_that_no_record_has_is_told(source: str, expected_some: bool) -> None:
    header = Header("a.vcf", info={source: TEXT[source]})
    told = f"^a\\.vcf: INFO/{source} is absent from all 4 records; expected an annotation by .*the same names"
    with pytest.raises(InputError, match=told):
        check_understood(interpreter(header), header, 4, expected_some=expected_some)


def test_a_choice_that_no_transcript_bears_is_told() -> None:
    header = Header("a.vcf", info={"CSQ": "Format: Allele|Consequence|SYMBOL|MANE_SELECT"})
    reader = interpreter(header, transcripts="mane")
    assert reader.of("T|missense_variant|A|,T|synonymous_variant|A|", pos=9, ref="C", alts=["T"], alt=0).terms == ()
    with pytest.raises(InputError, match=r"INFO/CSQ marks no transcript as MANE_SELECT in all 4 records; expected"):
        check_understood(reader, header, 4, expected_some=True)


def test_outside_of_genes_bcftools_writes_nothing() -> None:
    header = Header("a.vcf", info={"BCSQ": TEXT["BCSQ"]})
    check_understood(interpreter(header), header, 4, expected_some=False)
    check_understood(interpreter(header), header, 0, expected_some=True)


def test_blocks_that_may_both_be_the_alts_own_count_in_whatever_order_they_stand() -> None:
    """VEP spells C>CA alone `A`, and `CA` beside a C>A that was split off; terms are known from an earlier record."""
    blocks = ["CA|frameshift_variant|G|g|E1|||||", "A|synonymous_variant|G|g|E2|||||"]
    reader = interpreter(Header("a.vcf", info={"CSQ": VEP}))
    orders = [blocks, blocks[::-1], blocks]
    found = [reader.of(",".join(order), pos=100, ref="C", alts=["CA"], alt=0) for order in orders]
    assert [(one.transcript, one.terms) for one in found] == [("E1", ("frameshift_variant",))] * 3
