"""Order statistics of the differences of two groups: numpy on all of them is the oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from biomarkers.stats import shifts

DRAWN = {
    "normal": lambda random, n: random.normal(size=n),
    "skewed": lambda random, n: np.exp(4 * random.normal(size=n)),
    "few levels": lambda random, n: random.integers(0, 4, n).astype(float),
    "most are 0": lambda random, n: np.where(random.random(n) < 0.7, 0.0, random.exponential(size=n)),
    "far outliers": lambda random, n: np.round(random.normal(size=n), 1) + 1e6 * (random.random(n) < 0.05),
    "one value": lambda random, n: np.ones(n),
}


@pytest.mark.parametrize("drawn", DRAWN)
@pytest.mark.parametrize("guess", [shifts.GRID_ERROR, 0.0])
@pytest.mark.parametrize("sizes", [(1, 1), (3, 40), (60, 150), (300, 200)])
def test_place_among_all_differences(
    monkeypatch: pytest.MonkeyPatch, drawn: str, sizes: tuple[int, int], guess: float
) -> None:
    """Against all differences in order; small groups are formed whole, large ones are guessed or searched."""
    monkeypatch.setattr(shifts, "GRID_ERROR", guess)
    random = np.random.default_rng(sizes)
    first, second = (np.sort(DRAWN[drawn](random, n)) for n in sizes)
    known = np.sort(np.subtract.outer(first, second).ravel())
    rounding = 1e-15 * max(first.max(), second.max(), 1)
    last = len(known) - 1
    places = [(0, 0), (len(known) // 40,) * 2, (last // 2, len(known) // 2), (last, last)]
    (found,) = shifts.differences(first[None], second[None], places)
    assert found == pytest.approx(known[np.array(places)], rel=1e-12, abs=rounding)


def test_differences_are_not_all_formed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 400 x 600 values without ties a few thousand are put in order for each place."""
    random, formed = np.random.default_rng(8), []
    between = shifts._between

    def counted(first: Any, second: Any, row: Any, starts: Any, inside: Any) -> list[list[float]]:
        formed.extend((starts[:, 0] - starts[:, 1]).sum(axis=1).tolist())
        return between(first, second, row, starts, inside)

    monkeypatch.setattr(shifts, "_between", counted)
    first, second = np.sort(random.normal(size=400)), np.sort(np.exp(random.normal(size=600)))
    shifts.hodges_lehmann(first[None], second[None], shifts.asymptotic_depth(400, 600))
    assert len(formed) == 3
    assert max(formed) < 8000


def test_equal_differences_take_their_first_and_last_place() -> None:
    """Of 0, 1, 1, 2 the value 1 has places 1 and 2."""
    first, second = np.array([1.0, 2.0]), np.array([0.0, 1.0])
    assert shifts._all_at(first, second, 1.0, (1, 2))
    assert not shifts._all_at(first, second, 1.0, (0, 1)) and not shifts._all_at(first, second, 1.0, (2, 3))
