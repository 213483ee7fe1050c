"""The shift between two groups: order statistics of all differences of a pair, which are never all formed.

Values are of any unit, none missing, both groups non-empty (docs/methods.md, 6.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from biomarkers.stats.arrays import Floats, Integers
from biomarkers.stats.intervals import Interval, Z

FEW, SEARCHES = 4, 40
"""Differences per patient that are put in order at once, and steps of the search for them."""

QUANTILES, GRID_ERROR = 64, 0.002
"""Quantiles of each group in the first guess, and by how much of all differences it may miss; else a longer search."""


def asymptotic_depth(m: int, n: int) -> int:
    """Which difference from either end is a limit of the shift, by the normal approximation; below 1: none is."""
    return math.floor(m * n / 2 - Z * math.sqrt(m * n * (m + n + 1) / 12))


def hodges_lehmann(first: Floats, second: Floats, depth: int) -> list[Interval]:
    """Median of all differences first - second, and those at `depth` (from 1) from either end as limits.

    first, second: markers x patients of the group, each row in order.
    """
    size = first.shape[1] * second.shape[1]
    limits = [] if depth < 1 else [(depth - 1, depth - 1), (size - depth, size - depth)]
    found = differences(first, second, [((size - 1) // 2, size // 2), *limits])
    middle = found[:, 0].mean(axis=1).tolist()
    ends = found[:, 1:, 0].tolist() if limits else [(-math.inf, math.inf)] * len(middle)
    return [Interval(shift, low, high) for shift, (low, high) in zip(middle, ends, strict=True)]


def differences(first: Floats, second: Floats, places: Sequence[tuple[int, int]]) -> Floats:
    """The differences first - second of each row that stand at `places` (from 0) when all m x n are in order.

    first, second: markers x patients of the group, each row in order. places: pairs of the same place or of
    neighbours. Returned: markers x pairs x 2. Those at most a bound are counted along the sorted values. A grid of
    quantiles of both groups gives two bounds about each place; what lies between them is formed and put in order. Where
    they do not hold the place, or hold too much, the bounds are searched for (`_searched`).
    """
    m, n = first.shape[1], second.shape[1]
    size, enough, asked = m * n, FEW * (m + n), np.array(places)
    if size <= enough:
        return np.asarray(np.sort(_all_of(first, second), axis=1)[:, asked])
    grid = _all_of(_quantiles(first), _quantiles(second))
    at = _about(tuple(near for near, _ in places), size, grid.shape[1])
    grid.partition(at.ravel(), axis=1)
    starts = np.array([_starts(*row) for row in zip(first, second, grid[:, at[[0, 2]]], strict=True)])
    below, upto = np.moveaxis(size - starts.sum(axis=3), 1, 0)
    held = (below <= asked[:, 0]) & (asked[:, 1] < upto) & (upto <= below + 2 * enough)
    row, pair = np.nonzero(held)
    found = np.empty((*held.shape, 2))
    found[held] = _between(first, second, row, starts[row, :, pair], asked[pair] - below[held][:, None])
    for i, j in np.argwhere(~held):
        middle = float(grid[i, at[1, j]])
        all_there = _all_at(first[i], second[i], middle, places[j])
        found[i, j] = middle if all_there else _searched(first[i], second[i], places[j])
    return found


def _all_of(first: Floats, second: Floats) -> Floats:
    """All differences of each row, in no order."""
    return np.asarray((first[:, :, None] - second[:, None, :]).reshape(len(first), -1))


@lru_cache(maxsize=1_000)
def _about(places: tuple[int, ...], size: int, grid: int) -> Integers:
    """Where in the grid the bounds below and above each place, of `size`, stand: below, at and above it x places."""
    about = np.array(places) / size + np.array([[-GRID_ERROR], [0.0], [GRID_ERROR]])
    return np.asarray((np.clip(about, 0, 1) * (grid - 1)).astype(int))


def _quantiles(values: Floats) -> Floats:
    """At most 64 values of each sorted row, each in the middle of an equal share of it."""
    size = values.shape[1]
    return np.asarray(values[:, _middles(size, min(size, QUANTILES))])


@lru_cache(maxsize=1_000)
def _middles(size: int, count: int) -> Integers:
    """The places in the middle of `count` equal shares of `size` values."""
    return np.asarray(((np.arange(count) + 0.5) * (size / count)).astype(int))


def _starts(first: Floats, second: Floats, bounds: Floats) -> Integers:
    """Of each bound and value of `first`: its differences at most the bound are those with the values from there on."""
    return np.asarray(second.searchsorted(first - bounds[..., None]))


def _all_at(first: Floats, second: Floats, value: float, near: tuple[int, int]) -> bool:
    """Whether all of these places are taken by differences of that value, of which there may be many in tied data."""
    fewer = int(np.searchsorted(second, first - value, side="right").sum())
    most = int(np.searchsorted(second, first - value).sum())
    size = len(first) * len(second)
    return size - fewer <= near[0] and near[-1] < size - most


def _between(first: Floats, second: Floats, row: Integers, starts: Integers, inside: Integers) -> Floats:
    """The differences of row `row[i]` at the pair of places `inside[i]` among those between two bounds.

    starts: as `_starts` gives them, of each i from the low and from the high bound and every value of `first`; those
    above the low bound and at most the high one are between.
    """
    from_low, from_high = starts[:, 0], starts[:, 1]
    width = (from_low - from_high).ravel()
    ends = width.cumsum()
    column = np.arange(ends[-1] if len(ends) else 0)
    column += ((from_high + second.shape[1] * row[:, None]).ravel() - ends + width).repeat(width)
    differences = first[row].ravel().repeat(width) - second.ravel().take(column)
    until = ends[first.shape[1] - 1 :: first.shape[1]]
    begins = np.append(0, until)[:-1]
    for begin, end, near in zip(begins.tolist(), until.tolist(), inside.tolist(), strict=True):
        differences[begin:end].partition(near)
    return np.asarray(differences[begins[:, None] + inside])


def _searched(first: Floats, second: Floats, near: tuple[int, int]) -> Floats:
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
        at = _starts(first, second, np.array(middle))
        count = size - int(at.sum())
        if count > near[-1]:
            high, from_high, upto = middle, at, count
        elif count <= near[0]:
            low, from_low, below = middle, at, count
        if upto - below <= enough:
            break
    between = np.array([[from_low, from_high]])
    return np.asarray(
        _between(first[None], second[None], np.zeros(1, dtype=int), between, np.array([near]) - below)[0],
        dtype=np.float64,
    )
