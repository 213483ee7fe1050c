"""What stands in place of a gene's symbol where a variant lies in none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NO_GENE = "Unknown"
"""The word of the MAF specification (Hugo_Symbol)."""
NONE = frozenset((NO_GENE.casefold(), "", ".", "-", "?", "na", "n/a", "#n/a", "nan", "null", "none"))
"""That word and those for a missing value, which annotators and the programs behind them write; no gene has such a
symbol."""


def is_gene(symbol: str) -> bool:
    """Whether a cell names a gene.

    >>> is_gene("TP53"), is_gene("Unknown"), is_gene("NaN"), is_gene("")
    (True, False, False, False)
    """
    return symbol.casefold() not in NONE


def of_genes(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose column `gene` names one."""
    return frame[~frame["gene"].str.casefold().isin(NONE)]
