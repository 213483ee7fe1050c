"""Rules of counting on files as the field writes them: population frequencies, germline in the normal, zeros, FILTER.

The files under `field_cases` are shared data; others are made up here after the public file named beside them.
"""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli.app import run
from biomarkers.io import tables


def variants(vcf: Path | str, out: Path, *options: str) -> list[str]:
    """The column `exclusion` of a call's table, empty for what counts; the call must succeed."""
    table = out / "T.variants.tsv.gz"
    assert run(["variants", "--vcf", str(vcf), "--tumor-sample", "auto", "--variants", str(table), *options]) == 0
    return tables.read(table, "variants")["exclusion"].fillna("").tolist()


def test_the_largest_frequency_decides_where_exomes_have_zero(shared_data: Path, tmp_path: Path) -> None:
    """ensembl-vep 414: gnomADe_AF 0 where gnomADg_AF is 0.02, or only MAX_AF says it."""
    file = shared_data / "field_cases" / "vcf" / "gnomad_zero.vcf"
    assert variants(file, tmp_path) == ["germline", "germline", "germline", ""]
