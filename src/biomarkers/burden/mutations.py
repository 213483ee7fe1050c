"""The gene table: one row per variant and gene, for tests of genes by carriers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from biomarkers.genome.consequence_terms import CODING, worst_term

PLACE = ("sample", "chrom", "pos", "ref", "alt", "hgvsp")


def mutations(variants: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Columns patient, gene, consequence and where the variant is.

    variants: variants tables. A row is made for every gene in which the worst term of a variant that passed all rules
    but that of consequence is one of `CODING`.
    """
    listed = [_one(table) for table in variants]
    columns = ["patient", "gene", "consequence", *PLACE]
    return pd.concat(listed, ignore_index=True)[columns] if listed else pd.DataFrame(columns=columns)


def _one(table: pd.DataFrame) -> pd.DataFrame:
    passed = table[table["exclusion"].isna() | (table["exclusion"] == "consequence")]
    passed = passed.reindex(columns=[*passed.columns, *(c for c in ("gene", *PLACE) if c not in passed.columns)])
    first = passed[["patient", "gene", "consequence", *PLACE]]
    if "other_genes" in passed and passed["other_genes"].notna().any():
        more = passed[passed["other_genes"].notna()]
        entries = more["other_genes"].str.split(";").explode().str.partition("=")
        others = more.loc[entries.index, ["patient", *PLACE]]
        others = others.assign(gene=entries[0].to_numpy(), consequence=entries[2].to_numpy())
        first = pd.concat([first, others])
    worst = first["consequence"].fillna("").map(worst_term)
    return first[first["gene"].notna() & worst.isin(CODING)].sort_index(kind="stable")
