"""What stands in place of a gene's symbol where a variant lies in none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NO_GENE = "Unknown"
"""The word of the MAF specification (Hugo_Symbol)."""
NONE = frozenset((NO_GENE.casefold(), "", ".", "-", "?", "na", "n/a", "#n/a", "nan", "null", "none"))
"""That word and those for a missing value, which annotators and the programs behind them write; no gene has such a
symbol."""

DATE = re.compile(r"\d{1,2}-(mar|sep|dec|oct|apr)|(mar|sep|dec|oct|apr)-\d{2}|(19|20)\d\d-\d\d-\d\d.*", re.IGNORECASE)


def is_gene(symbol: str) -> bool:
    """Whether a cell names a gene.

    >>> is_gene("TP53"), is_gene("Unknown"), is_gene("NaN"), is_gene("")
    (True, False, False, False)
    """
    return symbol.casefold() not in NONE


def is_date(symbol: str) -> bool:
    """Whether a cell has the day that spreadsheets make of genes such as SEPT9 and MARCH1.

    >>> is_date("9-Sep"), is_date("2001-03-01"), is_date("SEPT9"), is_date("HLA-A")
    (True, True, False, False)
    """
    return DATE.fullmatch(symbol) is not None


def of_genes(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose column `gene` names one."""
    return frame[~frame["gene"].str.casefold().isin(NONE)]
