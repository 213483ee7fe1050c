"""What the record beside a table of variants tells of a MAF that is made from it."""

from __future__ import annotations

from typing import Any

import pytest

from biomarkers.variants.maf_files import build_of


@pytest.mark.parametrize(
    ("origin", "build"),
    [
        ({"annotation": {"reference": "file:///data/Homo_sapiens_assembly38.GRCh38.fa"}}, "GRCh38"),
        ({"annotation": {"VEP": '"v105" cache="vep_cache/homo_sapiens/105_GRCh37"'}}, "GRCh37"),
        ({"annotation": {"reference": "/data/HG19.fa"}}, "GRCh37"),
        ({"annotation": {"field": "CSQ"}}, "."),
        ({"inputs": [{"file": "hg38.vcf"}]}, "."),
        ({}, "."),
        (None, "."),
    ],
)
def test_the_build_is_what_the_annotation_names(origin: dict[str, Any] | None, build: str) -> None:
    assert build_of(origin) == build
