"""Times that are one: the same day written with two roundings (docs/methods.md, 4.9)."""

from __future__ import annotations

import numpy as np

from biomarkers.stats.arrays import Floats

DAYS_PER_MONTH = 30.4375
"""365.25 / 12, of every time in months (docs/methods.md, 4.1; as in admiralonco)."""
TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))
"""1.5e-8, as R's `timefix`: of the mean of the distinct times, or of their unit."""


def tied(time: Floats) -> Floats:
    """The times (any unit, none missing), with those that rounding alone sets apart made equal to their smallest.

    Neighbours among the distinct times are one as in R's aeqSurv, which coxph, survdiff and survfit call.

    >>> tied(np.array([3.0, 2.0, 3.0 + 4e-16, 2.00001])).tolist()
    [3.0, 2.0, 3.0, 2.00001]
    """
    distinct = np.unique(time)
    if len(distinct) < 2:
        return time
    near = np.diff(distinct) <= TOLERANCE * max(1.0, float(np.abs(distinct).mean()))
    if not near.any():
        return time
    kept = distinct[np.append(True, ~near)]
    return np.asarray(kept[np.searchsorted(kept, time, side="right") - 1], dtype=np.float64)
