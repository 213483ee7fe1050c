"""Agreement of two readers beyond chance: Cohen's kappa with its large-sample interval (Fleiss, Cohen, Everitt 1969).

>>> import numpy as np
>>> found = kappa(np.array([[20, 5], [10, 15]]))
>>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3)
(0.4, 0.151, 0.649)
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from biomarkers.stats.intervals import NO_ESTIMATE, Interval, Z


def kappa(table: npt.NDArray[np.int64], *, linear: bool = False) -> Interval:
    """Cohen's kappa of a square table of counts, the first reader's categories in rows, the second's in columns.

    linear: weights that fall by the distance of ordered categories. No estimate where chance alone agrees always (one
    category in use); no limits where the readers agree always, as the variance of the sample is then zero.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    if table.sum() == 0 or len(table) < 2 or (np.minimum(table.sum(0), table.sum(1)) == table.sum()).any():
        return NO_ESTIMATE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # Its tests against zero divide by the variance under chance.
        found = cohens_kappa(table, wt="linear" if linear else None)
    estimate, error = float(found.kappa), float(found.std_kappa)
    if not error > 0:
        return Interval(estimate)
    return Interval(estimate, max(-1.0, estimate - Z * error), min(1.0, estimate + Z * error))
