"""The variants that the page shows of each sample: those that change a protein, counted or not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from biomarkers.genome.tmb_definitions import built_in

PROTEIN_CHANGING = built_in()["nonsynonymous"]
OF_VARIANT = ["patient", "sample", "chrom", "pos", "filter", "gene", "consequence", "hgvsp", "exclusion"]
MOST_EXCLUDED = 50


def changing(frame: pd.DataFrame) -> pd.DataFrame:
    """The variants of a sample's table that change a protein, counted or not."""
    changes = [_changes(word) for word in frame["consequence"].tolist()]
    return frame.reindex(columns=OF_VARIANT).loc[changes]


@cache
def _changes(consequence: object) -> bool:
    return isinstance(consequence, str) and PROTEIN_CHANGING.counts(consequence)


def in_order(of_samples: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The variants of all tables, of each those that count first, then the others in the order of the reasons.

    Of those that do not count at most `MOST_EXCLUDED` of a sample: a caller's own rejects may be thousands.
    """
    table = np.repeat(range(len(of_samples)), [len(frame) for frame in of_samples])
    frame = pd.concat(of_samples, ignore_index=True)
    reason = frame["exclusion"].eq("filter").astype(int) + frame["exclusion"].notna()
    order = np.lexsort((reason, table))
    frame, table, reason = frame.iloc[order], table[order], reason.iloc[order]
    place = frame.groupby([table, frame["sample"], reason.gt(0)], sort=False).cumcount()
    return frame[reason.eq(0) | place.lt(MOST_EXCLUDED)].reset_index(drop=True)
