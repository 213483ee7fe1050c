"""Correction of p-values for many tests (docs/methods.md, 6).

>>> import numpy as np
>>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(6).tolist(), holm(np.array([0.01, 0.04, 0.03])).tolist()
([0.03, 0.04, 0.04], [0.03, 0.06, 0.06])
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from biomarkers.stats.arrays import Floats


def benjamini_hochberg(p_values: Floats) -> Floats:
    """The smallest false discovery rate at which each test is rejected; none missing, in the order given."""
    order = np.argsort(p_values)[::-1]
    total = len(order)
    return _placed(np.minimum.accumulate(p_values[order] * (total / np.arange(total, 0, -1))), order)


def holm(p_values: Floats) -> Floats:
    """The smallest family-wise error at which each test is rejected; none missing, in the order given."""
    order = np.argsort(p_values)
    return _placed(np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1)), order)


def _placed(corrected: Floats, order: npt.NDArray[np.intp]) -> Floats:
    """Corrected values of the tests in `order`, at most 1, where those tests stand."""
    placed = np.empty(len(order))
    placed[order] = np.minimum(corrected, 1.0)
    return placed
