"""Rank tests of many markers against the same two groups, side by side; `ranks` has the tests of one.

values: markers x patients, none missing, any unit. Every rule of ranks stands here once, and one marker is the table
of one row (docs/methods.md, 6.3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from biomarkers.stats import shifts
from biomarkers.stats.arrays import Booleans, Floats
from biomarkers.stats.intervals import Interval, Tested, Z

ALL_EQUAL = "all values are equal"


class RankTests(NamedTuple):
    """Mann-Whitney test, Hodges-Lehmann shift (in the marker's unit) and AUC of the first group against the second."""

    test: Tested
    shift: Interval
    area: Interval


class Placed(NamedTuple):
    """Of each marker the values of both groups in order, and how many of the other group each of them exceeds.

    first, second: markers x patients of the group. over_second, over_first: patients of the other group below each
    value of `first` and of `second`, ties a half. ties: sum over ties of t^3 - t.
    """

    first: Floats
    second: Floats
    over_second: Floats
    over_first: Floats
    ties: Floats

    @property
    def sizes(self) -> tuple[int, int]:
        """Patients of the first and of the second group."""
        return self.first.shape[1], self.second.shape[1]


def placed(values: Floats, first: Booleans) -> Placed:
    """The order of the patients by each marker; first: who is in the first group, as columns of `values`."""
    rows, patients = values.shape
    order = np.argsort(values, axis=1)
    value, ours = np.take_along_axis(values, order, axis=1), first[order]
    sizes = int(first.sum()), int((~first).sum())
    own, other = (np.flatnonzero(part).reshape(rows, size) for part, size in zip((ours, ~ours), sizes, strict=True))
    begins = np.ones((rows, patients + 1), dtype=bool)
    np.not_equal(value[:, 1:], value[:, :-1], out=begins[:, 1:-1])
    if begins.all():
        # of those before a value all but its own group's are the other's
        row_starts = patients * np.arange(rows)[:, None]
        over, above = ((at - row_starts - np.arange(at.shape[1])).astype(float) for at in (own, other))
        return Placed(value.take(own), value.take(other), over, above, np.zeros(rows))
    place = np.arange(patients + 1)
    start = np.maximum.accumulate(np.where(begins, place, 0), axis=1)[:, :-1]
    end = np.minimum.accumulate(np.where(begins, place, patients)[:, :0:-1], axis=1)[:, ::-1]
    length = (end - start) * begins[:, :-1].astype(float)
    of_second = np.zeros((rows, patients + 1))
    np.cumsum(~ours, axis=1, out=of_second[:, 1:])
    # a value is above the others before its tie and half of those in it
    over, above = (
        ((np.take_along_axis(before, start, axis=1) + np.take_along_axis(before, end, axis=1)) / 2).take(at)
        for before, at in ((of_second, own), (place - of_second, other))
    )
    return Placed(value.take(own), value.take(other), over, above, (length**3 - length).sum(axis=1))


def tests(values: Floats, first: Booleans) -> list[RankTests]:
    """Every rank test of each marker, by the normal approximation; both groups are non-empty."""
    found = placed(values, first)
    moved = shifts.hodges_lehmann(found.first, found.second, shifts.asymptotic_depth(*found.sizes))
    return [*map(RankTests, mann_whitney(found), moved, auc(found))]


def mann_whitney(found: Placed) -> list[Tested]:
    """The test of each marker, normal approximation with tie and continuity correction; the statistic is U."""
    m, n = found.sizes
    total = float(m + n)
    u = found.over_second.sum(axis=1)
    variance = m * n / 12 * (total + 1 - found.ties / (total * max(total - 1, 1)))
    equal = found.ties == total**3 - total
    z = (np.maximum(u, m * n - u) - m * n / 2 - 0.5) / np.sqrt(np.where(equal, 1.0, variance))
    p_values = np.where(equal, 1.0, np.minimum(1.0, scipy.special.erfc(z / np.sqrt(2))))
    said = "normal approximation, corrected for ties and continuity"
    cells = zip(u.tolist(), p_values.tolist(), equal.tolist(), strict=True)
    return [Tested(statistic, p, ALL_EQUAL if same else said) for statistic, p, same in cells]


def auc(found: Placed) -> list[Interval]:
    """Chance that a value of the first group exceeds one of the second (ties a half), with DeLong's interval.

    The interval is cut at 0 and 1, and NaN where it has no width (complete separation, or a group of one).
    """
    m, n = found.sizes
    shares = found.over_second / n, 1 - found.over_first / m
    means = [share.mean(axis=1) for share in shares]
    spreads = [
        ((share - mean[:, None]) ** 2).sum(axis=1) / max(share.shape[1] - 1, 1) / share.shape[1]
        for share, mean in zip(shares, means, strict=True)
    ]
    area, error = means[0], np.sqrt(spreads[0] + spreads[1])
    known = (error > 0) & (min(m, n) > 1)
    low = np.where(known, np.maximum(0.0, area - Z * error), np.nan)
    high = np.where(known, np.minimum(1.0, area + Z * error), np.nan)
    return [Interval(*limits) for limits in zip(area.tolist(), low.tolist(), high.tolist(), strict=True)]
