"""Population frequencies of the ALT that is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from biomarkers.errors import InputError
from biomarkers.genome.tmb_definitions import built_in
from biomarkers.variants.consequence import interpreter
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Field, Frequency, frequency, is_frequency, not_read, unit
from biomarkers.variants.rules import Rules
from biomarkers.variants.stream import Job, Reading, area
from biomarkers.variants.vcf import Header


def reading(*names: str, allele: int = -1, **places: int) -> Frequency:
    """Frequencies of INFO fields, and of the subfields of CSQ at their places."""
    fields = [Field(f"INFO/{name}", -1, unit(name, "")) for name in names]
    return Frequency([*fields, *(Field(f"CSQ/{name}", at) for name, at in places.items())], allele)


@pytest.mark.parametrize(
    ("fields", "info", "cells", "alts", "alt", "expected"),
    [
        (reading(gnomADe_AF=1), "", ["T", "1e-5&0.2"], 1, 0, 0.2),
        (reading(gnomADe_AF=1), "", ["T", "."], 1, 0, None),
        (reading(gnomADe_AF=1), "", ["T"], 1, 0, None),
        (reading(gnomADe_AF=1, gnomADg_AF=2, MAX_AF=3), "", ["T", "0", "0.02", "1e-3"], 1, 0, 0.02),
        (reading(gnomADe_AF=1, gnomADg_AF=2), "", ["T", "0.03"], 1, 0, 0.03),
        (reading(gnomADe_AF=1, gnomADg_AF=2), "", ["T", "0", ""], 1, 0, 0.0),
        (reading("POPULATION_AF"), "POPULATION_AF=0.2,1e-5", [], 2, 0, 0.2),
        (reading("POPULATION_AF"), "POPULATION_AF=0.2,1e-5", [], 2, 1, 1e-5),
        (reading("POPULATION_AF"), "DP=3", [], 2, 1, None),
        (reading("POPAF", MAX_AF=1), "POPAF=3", ["T", ""], 1, 0, 1e-3),
        (reading("POPAF", "gnomad_AF"), "POPAF=7.3;gnomad_AF=0.01", [], 1, 0, 0.01),
        (reading("POPAF", "POPULATION_AF"), "POPAF=4.91;POPULATION_AF=1.21818e-05", [], 1, 0, 1.21818e-05),
        (reading("POPAF", "POPULATION_AF"), "POPAF=4;POPULATION_AF=.", [], 1, 0, 1e-4),
        (reading("POPAF", "POPULATION_AF", "gnomad_AF"), "POPAF=1;POPULATION_AF=0.01;gnomad_AF=0.02", [], 1, 0, 0.02),
        (reading("gnomad_AF"), "gnomad_AF=2%", [], 1, 0, 0.02),
        (reading("CAF"), "CAF=0.9,0.08,0.02", [], 2, 1, 0.02),
        (reading(GMAF=1, allele=0), "", ["T", "T:0.3"], 1, 0, 0.3),
        (reading(GMAF=1, allele=0), "", ["T", "C:0.3"], 1, 0, None),
    ],
)
def test_the_largest_of_the_fields_that_have_a_value(
    fields: Frequency, info: str, cells: list[str], alts: int, alt: int, expected: float | None
) -> None:
    for _ in range(2):  # the second time from memory
        found = fields.of(info, cells, alts, alt, "a.vcf", "chr1", 9)
        assert found == (None if expected is None else pytest.approx(expected, rel=1e-12))


def test_any_number_of_fields_in_any_order() -> None:
    """Oracle: numpy's largest of those that are there."""
    random = np.random.default_rng(12)
    for _ in range(200):
        values = [None if random.random() < 0.4 else float(f"{random.random():.3g}") for _ in range(6)]
        texts = ["" if value is None else f"{value:.3g}" for value in values]
        names = {f"gnomAD{i}_AF": i for i in range(3)}
        info = ";".join(["DP=1", *(f"x{i}_AF={text or '.'}" for i, text in enumerate(texts[3:]))])
        found = reading("x0_AF", "x1_AF", "x2_AF", **names).of(info, texts[:3], 1, 0, "a.vcf", "chr1", 9)
        known = [value for value in values if value is not None]
        assert found == (pytest.approx(np.max(known), rel=1e-12) if known else None)


@pytest.mark.parametrize("text", ["2", "-0.1", "x", "nan", "0.1&2"])
def test_what_is_no_frequency_is_told_with_its_place(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.vcf:chr1:9: CSQ/AF is '.*'; expected an allele frequency from 0 to 1"):
        reading(AF=0).of("", [text], 1, 0, "a.vcf", "chr1", 9)


NAMES = "Allele|Consequence|SYMBOL|Feature|CANONICAL|IMPACT|gnomADe_AC|ABC_AF|{}|gnomADe_AN|CLIN_SIG"


@pytest.mark.parametrize("transcripts", [1, 2], ids=["one transcript", "a tie"])
@pytest.mark.parametrize(("name", "asked"), [("gnomADe_AF", "auto"), ("gnomADx_AF", "CSQ/gnomADx_AF")])
def test_a_frequency_behind_all_other_subfields_is_read(name: str, asked: str, transcripts: int) -> None:
    """VEP lists the frequencies after everything that the consequence needs, and more subfields after them."""
    header = Header("a.vcf", info={"CSQ": f"Format: {NAMES.format(name)}"})
    reader = interpreter(header)
    found = frequency(header, reader, asked)
    block = "T|missense_variant|A|E{}|YES|MODERATE|0.3|0.4|0.002|0.5|benign"
    text = ",".join(block.format(i) for i in range(transcripts))
    cells = reader.of(text, pos=100, ref="C", alts=["T"], alt=0).cells
    assert found.of("", cells, 1, 0, "a.vcf", "chr1", 9) == pytest.approx(0.002, rel=1e-12)


@pytest.mark.parametrize(
    ("info", "subfields", "expected"),
    [
        ([], ["gnomADg_AF"], ["CSQ/gnomADg_AF"]),
        (["gnomADg_AF"], [], ["INFO/gnomADg_AF"]),
        (
            [],
            ["AF", "EUR_AF", "MAX_AF", "gnomADg_AF", "gnomADe_AF", "MAX_AF_POPS"],
            ["CSQ/AF", "CSQ/MAX_AF", "CSQ/gnomADg_AF", "CSQ/gnomADe_AF"],
        ),
        (["AF", "POPAF", "POPULATION_AF"], [], ["INFO/POPAF", "INFO/POPULATION_AF"]),
        (["AF", "VAF", "TUMOR_AF", "POP_AF"], [], []),
        (["FREQ"], [], []),
        ([], ["gnomADe_AFR_AF", "EUR_AF"], ["CSQ/gnomADe_AFR_AF", "CSQ/EUR_AF"]),
    ],
    ids=[
        "genomes",
        "genomes in INFO",
        "what VEP writes but single populations",
        "in INFO",
        "a caller's own",
        "another of a caller",
        "nothing but single populations",
    ],
)
def test_fields_that_are_found_by_themselves(info: list[str], subfields: list[str], expected: list[str]) -> None:
    fields = {name: "x" for name in info}
    fields["CSQ"] = "Format: " + "|".join(["Allele", "Consequence", *subfields])
    header = Header("a.vcf", info=fields)
    assert frequency(header, interpreter(header), "auto").names == expected


# Names as VEP, snpEff with dbNSFP, ANNOVAR, vcfanno, Illumina, scout and dbSNP write them.
POPULATIONS = [
    "gnomADe_AF",
    "gnomADg_AF",
    "gnomAD_AF",
    "gnomad_AF",
    "gnomADe_AFR_AF",
    "gnomADe_AF_NFE",
    "GNOMAD_EXOMES_AF",
    "MAX_AF",
    "AF_popmax",
    "AF_grpmax",
    "gnomad_popmax_af",
    "GNOMADAF",
    "GNOMADAF_popmax",
    "EXACAF",
    "EXACMAX_AF",
    "1000GAF",
    "AF1000G",
    "ExAC_ALL",
    "gnomAD_exome_ALL",
    "1000g2015aug_all",
    "esp6500siv2_all",
    "AF_EXAC",
    "AF_ESP",
    "AF_TGP",
    "dbNSFP_gnomAD_exomes_AF",
    "dbNSFP_1000Gp3_AF",
    "dbNSFP_ESP6500_EA_AF",
    "EUR_AF",
    "TOPMED",
    "CAF",
    "gnomAD4.1_joint_AF",
    "UK10K_AF",
    "AF_grpmax_joint",
    "AF_joint",
    "AF_nfe",
    "non_cancer_AF",
    "controls_AF_popmax",
    "max_aaf_all",
    "PopFreqMax",
]
OTHERS = [
    "AF",
    "VAF",
    "TVAF",
    "TUMOR_AF",
    "NORMAL_AF",
    "PURPLE_AF",
    "PON_AF",
    "MLEAF",
    "FREQ",
    "HIAF",
    "SAF",
    "MAF",
    "gnomADe_AC",
    "gnomAD_AN",
    "gnomAD_nhomalt",
    "gnomAD_AF_raw",
    "MAX_AF_POPS",
    "gnomAD_popmax",
    "gnomADe",
    "gnomAD_faf95",
    "faf95",
    "fafmax_faf95_max_gen_anc",
    "grpmax_joint",
    "AF_tumor",
    "1000G",
    "response_freq",
    "espresso_AF",
    "POP_AF",
]


def test_names_of_populations_and_others() -> None:
    assert [name for name in POPULATIONS if not is_frequency(name, in_annotation=False)] == []
    assert [name for name in OTHERS if is_frequency(name, in_annotation=False)] == []


def test_the_fields_that_a_message_offers() -> None:
    """A custom annotation of VEP that is called after gnomAD, and a lower bound: neither is taken for a frequency."""
    info = {"CSQ": "Format: Allele|Consequence|gnomADg|gnomADg_AC", "faf95": "x", "SAF95": "x", "DP": "x"}
    header = Header("a.vcf", info=info)
    reader = interpreter(header)
    assert frequency(header, reader, "auto").names == []
    assert not_read(header, reader) == ["INFO/faf95", "CSQ/gnomADg"]


def test_the_brackets_of_an_old_dbsnp() -> None:
    found = reading("CAF").of("CAF=[0.9,0.08,0.02]", [], 2, 1, "a.vcf", "chr1", 9)
    assert found == pytest.approx(0.02, rel=1e-12)


def test_a_field_that_only_its_description_knows() -> None:
    about = {
        "GND_FREQ": "Gnomad variant frequency",
        "FR": "Estimated population frequency of variant",
        "CSQ": "Format: ",
    }
    header = Header("a.vcf", info=about | {"CSQ": "Format: Allele|Consequence"})
    assert frequency(header, interpreter(header), "auto").names == ["INFO/GND_FREQ"]


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("POPAF", "negative log 10 population allele frequencies of alt alleles", "-log10"),
        ("POPAF", "x", "-log10"),
        ("POPAF", "population allele frequencies of alt alleles", "fraction"),
        ("gnomad_AF", "-log10 of the allele frequency", "-log10"),
        ("ESP_AF", "allele frequency in percent", "percent"),
        ("gnomADe_AF", "Frequency of existing variant in gnomAD exomes", "fraction"),
    ],
)
def test_units(name: str, description: str, expected: str) -> None:
    assert unit(name, description) == expected


@pytest.mark.parametrize("text", ["-0.5", "-400", "x"])
def test_a_logarithm_that_is_no_frequency(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.vcf:chr1:9: INFO/POPAF is '.*'; expected an allele frequency"):
        reading("POPAF").of(f"POPAF={text}", [], 1, 0, "a.vcf", "chr1", 9)


def test_none_asks_for_no_frequency() -> None:
    header = Header("a.vcf", info={"CSQ": "Format: Allele|Consequence|gnomADe_AF", "POPAF": "x"})
    assert frequency(header, interpreter(header), "none").names == []


@pytest.mark.parametrize("transcripts", ["worst", "canonical"])
def test_a_frequency_beside_another_transcript_is_the_allele_s(tmp_path: Path, transcripts: str) -> None:
    """Also where no transcript is marked as the one that is asked for; another ALT's is not this one's."""
    header = (
        "##fileformat=VCFv4.2\n"
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="x. Format: Allele|Consequence|CANONICAL|gnomAD_AF">\n'
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT\n"
    )
    blocks = {
        100: "T|missense_variant|YES|,T|intron_variant||0.01",
        200: "T|missense_variant|YES|0.00001,T|intron_variant||0.000001",
        300: "T|missense_variant||,T|intron_variant||0.2",
        400: "T|missense_variant|YES|,A|intron_variant||0.3",
    }
    rows = []
    for pos, text in blocks.items():
        alts, reads = ("T,A", "40,20,30") if "A|" in text else ("T", "40,20")
        rows.append(f"chr1\t{pos}\t.\tC\t{alts}\t.\tPASS\tCSQ={text}\tGT:AD:DP\t0/1:{reads}:90\n")
    (tmp_path / "a.vcf").write_text(header + "".join(rows))
    job = Job(str(tmp_path / "a.vcf"), "T", "T", "T", transcripts=transcripts)
    found = Reading(job, [built_in()["all_coding"]], Rules(), area(None, None, ""), Hotspots())
    assert [row.population_af for row in found] == [0.01, 0.00001, 0.2, None, 0.3]
