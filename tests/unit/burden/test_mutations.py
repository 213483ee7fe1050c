"""The gene table holds what passed, once per gene."""

from __future__ import annotations

import pandas as pd

from biomarkers.burden.mutations import mutations


def table(**columns: list[object]) -> pd.DataFrame:
    rows = len(columns["gene"])
    base = {
        "patient": ["P"] * rows,
        "sample": ["T"] * rows,
        "chrom": ["1"] * rows,
        "pos": list(range(rows)),
        "ref": ["C"] * rows,
        "alt": ["T"] * rows,
        "hgvsp": [None] * rows,
        "exclusion": [None] * rows,
        "other_genes": [None] * rows,
    }
    return pd.DataFrame({**base, **columns})


def test_passed_coding_variants_by_gene() -> None:
    found = mutations(
        [
            table(
                gene=["A", "B", "C", "D", None],
                consequence=[
                    "missense_variant",
                    "synonymous_variant",
                    "stop_gained",
                    "intron_variant",
                    "missense_variant",
                ],
                exclusion=[None, "consequence", "vaf", "consequence", None],
            )
        ]
    )
    assert found[["gene", "consequence"]].to_numpy().tolist() == [
        ["A", "missense_variant"],
        ["B", "synonymous_variant"],
    ]


def test_what_is_not_understood_stays_beside_what_is() -> None:
    """Without it `associate` would take its patient for wild type of the gene."""
    rows = {"gene": ["A", "B", "C", None], "exclusion": [None, "consequence", "consequence", "consequence"]}
    found = mutations([table(**rows, consequence=["stop_gained", "new_term", None, None])])
    assert found["gene"].tolist() == ["A", "B", "C"]
    assert found["consequence"].tolist() == ["stop_gained", "new_term", "not_stated"]
    assert mutations([table(**rows, consequence=["intron_variant", "new_term", None, None])]).empty


def test_a_variant_in_two_genes_gives_two_rows() -> None:
    found = mutations(
        [
            table(
                gene=["A", "Z"],
                consequence=["stop_gained", "missense_variant"],
                other_genes=["B=missense_variant;C=synonymous_variant", None],
            )
        ]
    )
    assert list(zip(found["gene"], found["consequence"], found["pos"], strict=True)) == [
        ("A", "stop_gained", 0),
        ("B", "missense_variant", 0),
        ("C", "synonymous_variant", 0),
        ("Z", "missense_variant", 1),
    ]


def test_no_table_no_rows() -> None:
    assert list(mutations([]).columns[:3]) == ["patient", "gene", "consequence"]
