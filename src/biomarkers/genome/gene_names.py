"""What stands in place of a gene's symbol where a variant lies in none."""

from __future__ import annotations

import pandas as pd

NO_GENE = "Unknown"
"""The word of the MAF specification (Hugo_Symbol)."""
NONE = frozenset({NO_GENE.casefold(), ".", "-"})


def is_gene(symbol: str) -> bool:
    """Whether a cell names a gene.

    >>> is_gene("TP53"), is_gene("Unknown"), is_gene(".")
    (True, False, False)
    """
    return symbol.casefold() not in NONE


def of_genes(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose column `gene` names one."""
    return frame[~frame["gene"].str.casefold().isin(NONE)]
