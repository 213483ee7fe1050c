"""What a MAF says of the normal: never more than is known."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.variants.maf_out import as_maf

NORMAL = ("Matched_Norm_Sample_Barcode", "Match_Norm_Seq_Allele1", "Match_Norm_Seq_Allele2")


def table(tumor_only: int | None) -> pd.DataFrame:
    row = {
        "patient": "P1", "sample": "T1", "chrom": "chr17", "pos": 100, "ref": "C", "alt": "T", "filter": "PASS",
        "depth": 30, "alt_reads": 4, "gene": "TP53", "transcript": "E1", "consequence": "missense_variant",
        "hgvsp": "p.Arg175His", "exclusion": None, "counted_in": "merino_wes", "tumor_only": tumor_only, "n_events": 1,
    }  # fmt: skip
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("tumor_only", "normal", "status"),
    [(0, ["N1", "C", "C"], "Somatic"), (1, [None, None, None], "Unknown"), (None, [None, None, None], "Unknown")],
    ids=["paired", "tumor alone", "nobody says"],
)
def test_the_normals_alleles_are_told_where_there_is_a_normal(
    tumor_only: int | None, normal: list[str | None], status: str
) -> None:
    (row,) = as_maf(table(tumor_only), normals={"T1": "N1"}).rows
    assert [row[name] for name in NORMAL] == normal
    assert row["Mutation_Status"] == status and row["t_ref_count"] == 26
