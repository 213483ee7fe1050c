"""Few tumor cells hide variants: their estimate, what falls to the thresholds, and when a burden is a lower bound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.errors import count
from biomarkers.genome.consequence_terms import CODING, worst_term
from biomarkers.genome.tmb_definitions import LOW_TUMOR_CONTENT as LOW
from biomarkers.genome.tmb_definitions import Definition

LEAST = 5
"""Fewest variants that an estimate or a share is told from (docs/methods.md, 1.16): of fewer one alone would decide."""
MOST_BELOW = 0.2
"""Share of a definition's variants that may fall to `alt_reads` or `vaf` (docs/methods.md, 1.16)."""
BELOW = ("alt_reads", "vaf")
"""Exclusions that grow as tumor cells become fewer; the depth of a site does not."""


class TumorCells(NamedTuple):
    """Share of tumor cells, 0 to 1. stated: by the sheet; estimated: twice the median fraction of `n` variants."""

    stated: float | None = None
    estimated: float | None = None
    n: int = 0


class Hidden(NamedTuple):
    """Events that a definition would count: `below` but for `alt_reads` or `vaf`, `shallow` but for `depth`."""

    below: int
    shallow: int


def estimate(table: pd.DataFrame, stated: float | None = None) -> TumorCells:
    """Tumor cells of one sample from its rows of a variants table (docs/methods.md, 1.16).

    Taken are coding variants, synonymous ones too, that pass every rule but `alt_reads` and `vaf`: those rules cut the
    low fractions off, and with them what is to be seen. Missing with fewer than `LEAST` variants of known fraction.
    """
    passed = (table["exclusion"].isna() | (table["exclusion"] == "consequence")).to_numpy(bool)
    passed |= _but_for(table, BELOW)
    consequences = table["consequence"].to_numpy()
    passed[passed] = [worst_term(_word(cell)) in CODING for cell in consequences[passed]]
    fractions = table["vaf"].to_numpy("float64")[passed]
    fractions = fractions[~np.isnan(fractions)]
    if len(fractions) < LEAST:
        return TumorCells(stated, None, len(fractions))
    return TumorCells(stated, min(1.0, 2 * float(np.median(fractions))), len(fractions))


def hidden(table: pd.DataFrame, definition: Definition) -> Hidden | None:
    """What a definition would count of one sample but for the reads; None for a table that does not tell."""
    if "passes_otherwise" not in table:
        return None
    events = table["n_events"].fillna(1).to_numpy("int64") if "n_events" in table else None
    consequences = table["consequence"].to_numpy()

    def counted(kinds: tuple[str, ...]) -> int:
        rows = [row for row in _but_for(table, kinds).nonzero()[0] if definition.counts(_word(consequences[row]))]
        return len(rows) if events is None else int(events[rows].sum())

    return Hidden(counted(BELOW), counted(("depth",)))


def lower_bound(cells: TumorCells, counted: int, found: Hidden | None) -> str | None:
    """Why a burden is a lower bound (docs/methods.md, 1.16), None when nothing says that it is."""
    reasons = []
    if cells.stated is not None and cells.stated < LOW:
        reasons.append(f"stated purity {cells.stated:.2f}")
    if cells.estimated is not None and cells.estimated < LOW:
        reasons.append(
            f"tumor cells about {cells.estimated:.0%} (twice the median fraction of {count(cells.n, 'variant')})"
        )
    if found is not None and counted + found.below >= LEAST and found.below > MOST_BELOW * (counted + found.below):
        reasons.append(f"{found.below} of {counted + found.below} variants fall to alt_reads or vaf")
    return f"{', '.join(reasons)}: the burden is a lower bound" if reasons else None


def too_shallow(counted: int, found: Hidden | None, territory: str | None) -> str | None:
    """Why a burden over a territory that was not measured (`assumed`) is a lower bound: too many fall to `depth`."""
    if found is None or territory is None or counted + found.shallow < LEAST:
        return None
    if found.shallow <= MOST_BELOW * (counted + found.shallow):
        return None
    return (
        f"{found.shallow} of {counted + found.shallow} variants fall to depth, but the {territory} territory has "
        "their bases: the burden is a lower bound"
    )


def few(counted: int, found: Hidden | None) -> str | None:
    """What is said, without a verdict, of variants below the thresholds where they are too few for a share."""
    if found is None or not found.below or counted + found.below >= LEAST:
        return None
    fall = count(counted + found.below, "variant falls", "variants fall")
    return f"{found.below} of {fall} to alt_reads or vaf: too few to judge"


def _but_for(table: pd.DataFrame, exclusions: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which rows only one of these exclusions keeps from counting, consequence aside.

    A variant without a single read is not in the tumor: a joint call lists those of its other tumors, too.
    """
    exclusion = table["exclusion"].to_numpy()
    rows = np.fromiter((cell in exclusions for cell in exclusion), bool, len(exclusion))
    if "passes_otherwise" not in table or not rows.any():
        return rows & False
    otherwise = table["passes_otherwise"].to_numpy("float64", na_value=np.nan) == 1
    found: npt.NDArray[np.bool_] = rows & otherwise & (table["vaf"].to_numpy("float64", na_value=np.nan) != 0)
    return found


def _word(cell: object) -> str:
    """A cell of text, empty where it is missing."""
    return cell if isinstance(cell, str) else ""
