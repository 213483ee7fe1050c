"""Population frequencies of the ALT that is asked for."""

from __future__ import annotations

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.consequence import interpreter
from biomarkers.variants.population import Frequency, frequency
from biomarkers.variants.vcf import Header


@pytest.mark.parametrize(
    ("fields", "info", "cells", "alts", "alt", "expected"),
    [
        ({"CSQ/gnomADe_AF": 1}, "", ["T", "1e-5&0.2"], 1, 0, 0.2),
        ({"CSQ/gnomADe_AF": 1}, "", ["T", "."], 1, 0, None),
        ({"CSQ/gnomADe_AF": 1}, "", ["T"], 1, 0, None),
        ({"INFO/POPULATION_AF": -1}, "POPULATION_AF=0.2,1e-5", [], 2, 0, 0.2),
        ({"INFO/POPULATION_AF": -1}, "POPULATION_AF=0.2,1e-5", [], 2, 1, 1e-5),
        ({"INFO/POPULATION_AF": -1}, "DP=3", [], 2, 1, None),
        ({"CSQ/MAX_AF": 1, "INFO/POPAF": -1}, "POPAF=3", ["T", ""], 1, 0, 1e-3),
    ],
)
def test_the_first_field_that_has_a_value(
    fields: dict[str, int], info: str, cells: list[str], alts: int, alt: int, expected: float | None
) -> None:
    found = Frequency(fields).of(info, cells, alts, alt, "a.vcf", "chr1", 9)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-12))


@pytest.mark.parametrize("text", ["2", "-0.1", "x", "nan", "0.1&2"])
def test_what_is_no_frequency_is_told_with_its_place(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.vcf:chr1:9: CSQ/AF is '.*'; expected an allele frequency from 0 to 1"):
        Frequency({"CSQ/AF": 0}).of("", [text], 1, 0, "a.vcf", "chr1", 9)


NAMES = "Allele|Consequence|SYMBOL|Feature|CANONICAL|IMPACT|gnomADe_AFR_AF|AF|{}|gnomADe_EAS_AF|CLIN_SIG"


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
            ["AF", "EUR_AF", "MAX_AF", "gnomADg_AF", "gnomADe_AF"],
            ["CSQ/gnomADe_AF", "CSQ/gnomADg_AF", "CSQ/MAX_AF"],
        ),
        (["AF", "POPAF", "POPULATION_AF"], ["AF"], ["INFO/POPULATION_AF", "INFO/POPAF"]),
        (["AF"], ["AF"], []),
    ],
    ids=["genomes", "genomes in INFO", "exomes first", "a name of its own first", "AF is never one"],
)
def test_fields_that_are_found_by_themselves(info: list[str], subfields: list[str], expected: list[str]) -> None:
    fields = {name: "x" for name in info}
    fields["CSQ"] = "Format: " + "|".join(["Allele", "Consequence", *subfields])
    header = Header("a.vcf", info=fields)
    assert frequency(header, interpreter(header), "auto").names == expected


@pytest.mark.parametrize("text", ["-0.5", "-400", "x"])
def test_a_logarithm_that_is_no_frequency(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.vcf:chr1:9: INFO/POPAF is '.*'; expected an allele frequency"):
        Frequency({"INFO/POPAF": -1}).of(f"POPAF={text}", [], 1, 0, "a.vcf", "chr1", 9)


def test_none_asks_for_no_frequency() -> None:
    header = Header("a.vcf", info={"CSQ": "Format: Allele|Consequence|gnomADe_AF", "POPAF": "x"})
    assert frequency(header, interpreter(header), "none").names == []
