"""The shift between two groups: order statistics of all differences of a pair, which are never all formed.

Groups are sorted arrays of any unit, none missing, each non-empty (docs/methods.md, 6.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from biomarkers.stats.intervals import Interval, Z

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Places = tuple[int, ...]

FEW, SEARCHES = 4, 40
"""Differences per patient that are put in order at once, and steps of the search for them."""

QUANTILES, GRID_ERROR = 64, 0.0025
"""Quantiles of each group in the first guess, and by how much of all differences it may miss; else a longer search."""


def asymptotic_depth(m: int, n: int) -> int:
    """Which difference from either end is a limit of the shift, by the normal approximation; below 1: none is."""
    return math.floor(m * n / 2 - Z * math.sqrt(m * n * (m + n + 1) / 12))


def hodges_lehmann(first: Floats, second: Floats, depth: int) -> Interval:
    """Median of all differences first - second, and those at `depth` (from 1) from either end as limits."""
    size = len(first) * len(second)
    middle = ((size - 1) // 2, size // 2)
    limits = [] if depth < 1 else [(depth - 1,), (size - depth,)]
    (one, other), *found = differences(first, second, [middle, *limits])
    low, high = (limit for (limit,) in found) if found else (-math.inf, math.inf)
    return Interval((one + other) / 2, low, high)


def differences(first: Floats, second: Floats, places: Sequence[Places]) -> list[list[float]]:
    """The differences first - second that stand at `places` (from 0) when all m x n are in order.

    places: groups of neighbours. Those at most a bound are counted along the sorted values. A grid of quantiles of both
    groups gives two bounds about each place; what lies between them is formed and put in order. Where they do not hold
    the place, or hold too much, the bounds are searched for (`_searched`).
    """
    size, enough = len(first) * len(second), FEW * (len(first) + len(second))
    if size <= enough:
        every = np.sort(np.subtract.outer(first, second), axis=None)
        return [[float(every[place]) for place in near] for near in places]
    grid = np.subtract.outer(_quantiles(first), _quantiles(second)).ravel()
    at = _about(tuple(near[0] for near in places), size, len(grid))
    grid.partition(at.ravel())
    low, middle, high = grid[at]
    starts = _starts(first, second, np.concatenate([low, high])).reshape(2, len(places), -1)
    below, upto = (size - starts.sum(axis=2)).tolist()
    found: list[list[float]] = [[] for _ in places]
    held, inside = [], []
    for i, near in enumerate(places):
        if below[i] <= near[0] and near[-1] < upto[i] <= below[i] + 2 * enough:
            held.append(i)
            inside.append([place - below[i] for place in near])
        elif _all_at(first, second, float(middle[i]), near):
            found[i] = [float(middle[i])] * len(near)
        else:
            found[i] = _searched(first, second, near)
    from_low, from_high = starts[:, held]
    for i, values in zip(held, _between(first, second, from_low, from_high, inside), strict=True):
        found[i] = values
    return found


@lru_cache(maxsize=1_000)
def _about(places: Places, size: int, grid: int) -> Integers:
    """Where in the grid the bounds below and above each place, of `size`, stand: below, at and above it x places."""
    about = np.array(places) / size + np.array([[-GRID_ERROR], [0.0], [GRID_ERROR]])
    return np.asarray((np.clip(about, 0, 1) * (grid - 1)).astype(int))


def _quantiles(values: Floats) -> Floats:
    """At most 64 values of a sorted group, each in the middle of an equal share of it."""
    count = min(len(values), QUANTILES)
    return np.asarray(values[_middles(len(values), count)])


@lru_cache(maxsize=1_000)
def _middles(size: int, count: int) -> Integers:
    """The places in the middle of `count` equal shares of `size` values."""
    return np.asarray(((np.arange(count) + 0.5) * (size / count)).astype(int))


def _starts(first: Floats, second: Floats, bounds: Floats) -> Integers:
    """Of each bound and value of `first`: its differences at most the bound are those with the values from there on."""
    return np.searchsorted(second, np.subtract.outer(-bounds, -first))


def _all_at(first: Floats, second: Floats, value: float, near: Places) -> bool:
    """Whether all of these places are taken by differences of that value, of which there may be many in tied data."""
    fewer = int(np.searchsorted(second, first - value, side="right").sum())
    most = int(np.searchsorted(second, first - value).sum())
    size = len(first) * len(second)
    return size - fewer <= near[0] and near[-1] < size - most


def _between(
    first: Floats, second: Floats, from_low: Integers, from_high: Integers, inside: Sequence[Sequence[int]]
) -> list[list[float]]:
    """The differences at the places `inside[i]` among those above the i-th low bound and at most the i-th high one.

    from_low, from_high: as `_starts` gives them, bounds x values of `first`.
    """
    width = (from_low - from_high).ravel()
    ends = width.cumsum()
    column = np.arange(ends[-1] if len(ends) else 0) + (from_high.ravel() - ends + width).repeat(width)
    differences = np.tile(first, len(inside)).repeat(width) - second[column]
    found, start = [], 0
    for near, end in zip(inside, ends[len(first) - 1 :: len(first)].tolist(), strict=True):
        part = differences[start:end]
        part.partition(near)
        found.append([float(part[place]) for place in near])
        start = end
    return found


def _searched(first: Floats, second: Floats, near: Places) -> list[float]:
    """As `differences`: bounds close in on the place, as if counts rose evenly between them, at last by halves.

    Ties that no bound divides stay among what is formed.
    """
    n, size = len(second), len(first) * len(second)
    low, high = float(first[0] - second[-1]), float(first[-1] - second[0])
    from_low, from_high = np.full(len(first), n), np.zeros(len(first), dtype=np.int64)
    below, upto, enough = 0, size, FEW * (len(first) + n)
    for step in range(SEARCHES):
        middle = (low + high) / 2
        if step < SEARCHES / 2:
            share = (near[0] + (1 if step % 2 else -1) * enough / 3 - below) / (upto - below)
            middle = low + min(max(share, 0.01), 0.99) * (high - low)
        if not low < middle < high:
            continue
        at = _starts(first, second, np.array([middle]))[0]
        count = size - int(at.sum())
        if count > near[-1]:
            high, from_high, upto = middle, at, count
        elif count <= near[0]:
            low, from_low, below = middle, at, count
        if upto - below <= enough:
            break
    return _between(first, second, from_low[None], from_high[None], [[place - below for place in near]])[0]
