"""Sides of a cutoff by hand: numbers, and intervals whose high end does not belong to them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from biomarkers.stats import cuts

NAN = math.nan


@pytest.mark.parametrize(
    "low, high, at, side, expected",
    [
        (10, 10, 10, ">=", 1),
        (10, 10, 10, ">", 0),
        (9.999999999999998, 9.999999999999998, 10, ">=", 0),
        (10.000000000000002, 10.000000000000002, 10, ">", 1),
        (1, 50, 1, ">=", 1),
        (1, 50, 1, ">", NAN),
        (1, 50, 10, ">=", NAN),
        (1, 50, 50, ">=", 0),
        (1, 50, 50, ">", 0),
        (0, 1, 1, ">=", 0),
        (50, 100, 100, ">=", NAN),
        (50, 100, 100, ">", 0),
        (100, 100, 100, ">=", 1),
        (NAN, NAN, 10, ">=", NAN),
        (10, 10, NAN, ">", NAN),
    ],
)
def test_sides(low: float, high: float, at: float, side: str, expected: float) -> None:
    found = cuts.sides(np.array([low]), np.array([high]), at=at, side=side)
    assert found.tolist() == pytest.approx([expected], nan_ok=True)
    assert (cuts.is_above(low, at=at, side=side), cuts.is_below(low, high, at=at, side=side)) == (
        expected == 1,
        expected == 0,
    )


def test_names() -> None:
    assert cuts.names(158.0, ">") == ("> 158", "<= 158")
    assert cuts.names(10, ">=") == (">= 10", "< 10")
