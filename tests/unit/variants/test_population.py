"""Population frequencies of the ALT that is asked for."""

from __future__ import annotations

import pytest

from biomarkers.errors import InputError
from biomarkers.variants.population import Frequency


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
    found = Frequency(fields).of(info, cells, alts, alt, "a.vcf", 7)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-12))


@pytest.mark.parametrize("text", ["2", "-0.1", "x", "nan", "0.1&2"])
def test_what_is_no_frequency_is_told_with_its_line(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.vcf:7: CSQ/AF is '.*'; expected an allele frequency from 0 to 1"):
        Frequency({"CSQ/AF": 0}).of("", [text], 1, 0, "a.vcf", 7)
