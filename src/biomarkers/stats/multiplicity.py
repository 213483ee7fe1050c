"""Correction of p-values for many tests (docs/methods.md, 6).

>>> import numpy as np
>>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(6).tolist(), holm(np.array([0.01, 0.04, 0.03])).tolist()
([0.03, 0.04, 0.04], [0.03, 0.06, 0.06])
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def benjamini_hochberg(p_values: Floats) -> Floats:
    """The smallest false discovery rate at which each test is rejected; none missing, in the order given."""
    return _corrected(p_values, "fdr_bh")


def holm(p_values: Floats) -> Floats:
    """The smallest family-wise error at which each test is rejected; none missing, in the order given."""
    return _corrected(p_values, "holm")


def _corrected(p_values: Floats, method: str) -> Floats:
    from statsmodels.stats.multitest import multipletests

    corrected: Floats = multipletests(p_values, method=method)[1]
    return corrected
