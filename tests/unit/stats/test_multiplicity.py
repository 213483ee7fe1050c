"""Corrections by their definitions (Benjamini and Hochberg 1995, Holm 1979), worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from biomarkers.stats.multiplicity import benjamini_hochberg, holm

P = np.array([0.02, 0.005, 0.9, 0.03])


def test_benjamini_hochberg() -> None:
    assert benjamini_hochberg(P) == pytest.approx([0.04, 0.02, 0.9, 0.04], rel=1e-12)


def test_holm() -> None:
    assert holm(P) == pytest.approx([0.06, 0.02, 0.9, 0.06], rel=1e-12)
    assert holm(np.array([0.7])) == pytest.approx([0.7])
