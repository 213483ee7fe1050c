"""Corrections by their definitions (Benjamini and Hochberg 1995, Holm 1979), worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from statsmodels.stats.multitest import multipletests

from biomarkers.stats.multiplicity import benjamini_hochberg, holm

P = np.array([0.02, 0.005, 0.9, 0.03])


def test_benjamini_hochberg() -> None:
    assert benjamini_hochberg(P) == pytest.approx([0.04, 0.02, 0.9, 0.04], rel=1e-12)


def test_holm() -> None:
    assert holm(P) == pytest.approx([0.06, 0.02, 0.9, 0.06], rel=1e-12)
    assert holm(np.array([0.7])) == pytest.approx([0.7])


@pytest.mark.parametrize(("ours", "method"), [(benjamini_hochberg, "fdr_bh"), (holm, "holm")])
def test_many_as_statsmodels(ours: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]], method: str) -> None:
    """With ties, zeros and ones, and of no test."""
    random = np.random.default_rng(5)
    p_values = np.concatenate([random.random(300) ** 3, [0.0, 1.0, 1.0], random.integers(0, 9, 40) / 10])
    assert ours(p_values) == pytest.approx(multipletests(p_values, method=method)[1], rel=1e-12)
    assert not len(ours(np.array([])))
