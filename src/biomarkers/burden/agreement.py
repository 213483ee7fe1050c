"""How far the definitions of burden agree over a cohort."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from biomarkers.io import tables


def agreement(tmb: pd.DataFrame, *, cut: float) -> pd.DataFrame:
    """One row per pair of definitions: samples with both, Spearman's rho, median ratio, calls that differ at `cut`.

    tmb: rows of the table `tmb`. cut: per Mb, high at or above. Rho is missing below three samples or without spread,
    the ratio (first / second, of samples with a second above 0) without such samples.
    """
    import numpy as np

    wide = tmb.pivot_table(values="tmb_per_mb", index="sample", columns="definition", aggfunc="first")
    wide = wide.reindex(columns=list(dict.fromkeys(tmb["definition"])))
    found = []
    for first, second in combinations(dict.fromkeys(tmb["definition"]), 2):
        both = wide[[first, second]].dropna()
        spread = len(both) >= 3 and bool((both.max() > both.min()).all())
        above = both[both[second] > 0]
        found.append(
            {
                "definition_1": first,
                "definition_2": second,
                "n": len(both),
                "rho": float(np.corrcoef(both.rank().to_numpy().T)[1, 0]) if spread else None,
                "median_ratio": float((above[first] / above[second]).median()) if len(above) else None,
                "cut": cut,
                "n_discordant": int(((both[first] >= cut) != (both[second] >= cut)).sum()),
            }
        )
    return tables.of_rows(found, "agreement")
