"""The gene table: one row per variant and gene, for tests of genes by carriers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from biomarkers.genome.consequence_terms import CODING, worst_term

NOT_STATED = "not_stated"
"""Consequence of a variant of which none is told: a word of no vocabulary, since the column must be filled."""

PLACE = ("sample", "chrom", "pos", "ref", "alt", "hgvsp")


def mutations(variants: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Columns patient, gene, consequence and where the variant is.

    variants: variants tables. A row is made for every gene in which the worst term of a variant that passed all rules
    but that of consequence is one of `CODING`, or is not understood (docs/methods.md, 6.9).
    """
    columns = ["patient", "gene", "consequence", *PLACE]
    if not variants:
        return pd.DataFrame(columns=columns)
    listed = [_passed(table, [*columns, "other_genes"]) for table in variants]
    return _of_genes(pd.concat(listed, ignore_index=True), columns).reset_index(drop=True)


def _passed(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The rows that passed all rules but that of consequence."""
    exclusion = table["exclusion"]
    passed = (exclusion.isna() | (exclusion == "consequence")).to_numpy()
    return table.reindex(columns=columns).loc[passed]


def _of_genes(passed: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A row for each gene in which a variant is a coding one, or one that is not understood, in their order.

    Without a coding one there is no gene to test, and so nobody of whom it needs to be known.
    """
    first = passed[columns]
    if passed["other_genes"].notna().any():
        more = passed[passed["other_genes"].notna()]
        entries = more["other_genes"].str.split(";").explode().str.partition("=")
        others = more.loc[entries.index, columns]
        others = others.assign(gene=entries[0].to_numpy(), consequence=entries[2].to_numpy())
        first = pd.concat([first, others])
    first = first.assign(consequence=first["consequence"].fillna(NOT_STATED))[first["gene"].notna()]
    worst = first["consequence"].map(worst_term)
    coding = worst.isin(CODING)
    return first[coding | (worst.eq("") & bool(coding.any()))].sort_index(kind="stable")
