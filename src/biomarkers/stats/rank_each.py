"""Rank tests of many markers against the same two groups, side by side; `ranks` has the tests of one.

values: markers x patients, none missing, any unit. Every rule of ranks stands here once, and one marker is the table
of one row (docs/methods.md, 6.3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from biomarkers.stats import shifts
from biomarkers.stats.intervals import Interval, Tested, Z

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ALL_EQUAL = "all values are equal"


class RankTests(NamedTuple):
    """Mann-Whitney test, Hodges-Lehmann shift (in the marker's unit) and AUC of the first group against the second."""

    test: Tested
    shift: Interval
    area: Interval


class Placed(NamedTuple):
    """Of each marker its values in order, whose they are, and how many of the other group each exceeds.

    value, ours: markers x patients, ours True for the first group. exceeded: patients of the other group below the
    value, ties a half. ties: sum over ties of t^3 - t. sizes: of the first and the second group.
    """

    value: Floats
    ours: Booleans
    exceeded: Floats
    ties: Floats
    sizes: tuple[int, int]

    def of(self, first: bool) -> Floats:
        """The sorted values of one group: markers x its patients."""
        return np.asarray(self.value[self.ours == first].reshape(len(self.value), -1))


def placed(values: Floats, first: Booleans) -> Placed:
    """The order of the patients by each marker; first: who is in the first group, as columns of `values`."""
    rows, patients = values.shape
    order = np.argsort(values, axis=1, kind="stable")
    value, ours = np.take_along_axis(values, order, axis=1), first[order]
    above = np.zeros((rows, patients + 1))
    np.cumsum(~ours, axis=1, out=above[:, 1:])
    # patients of the second and of the first group before each place
    of_second, of_first = above, np.arange(patients + 1) - above
    begins = np.ones((rows, patients + 1), dtype=bool)
    np.not_equal(value[:, 1:], value[:, :-1], out=begins[:, 1:-1])
    if begins.all():
        ties = np.zeros(rows)
        lower, upper = (
            np.where(ours, of_second[:, :-1], of_first[:, :-1]),
            np.where(ours, of_second[:, 1:], of_first[:, 1:]),
        )
    else:
        place = np.arange(patients + 1)
        start = np.maximum.accumulate(np.where(begins, place, 0), axis=1)[:, :-1]
        end = np.minimum.accumulate(np.where(begins, place, patients)[:, :0:-1], axis=1)[:, ::-1]
        length = (end - start) * begins[:, :-1].astype(float)
        ties = (length**3 - length).sum(axis=1)
        lower, upper = (
            np.where(ours, *(np.take_along_axis(counts, at, axis=1) for counts in (of_second, of_first)))
            for at in (start, end)
        )
    return Placed(value, ours, (lower + upper) / 2, ties, (int(first.sum()), int((~first).sum())))


def tests(values: Floats, first: Booleans) -> list[RankTests]:
    """Every rank test of each marker, by the normal approximation; both groups are non-empty."""
    found = placed(values, first)
    depth = shifts.asymptotic_depth(*found.sizes)
    pairs = zip(found.of(first=True), found.of(first=False), strict=True)
    moved = (shifts.hodges_lehmann(one, other, depth) for one, other in pairs)
    return [*map(RankTests, mann_whitney(found), moved, auc(found))]


def mann_whitney(found: Placed) -> list[Tested]:
    """The test of each marker, normal approximation with tie and continuity correction; the statistic is U."""
    m, n = found.sizes
    total = float(m + n)
    u = (found.exceeded * found.ours).sum(axis=1)
    variance = m * n / 12 * (total + 1 - found.ties / (total * max(total - 1, 1)))
    equal = found.value[:, 0] == found.value[:, -1]
    z = (np.maximum(u, m * n - u) - m * n / 2 - 0.5) / np.sqrt(np.where(equal, 1.0, variance))
    p_values = np.where(equal, 1.0, np.minimum(1.0, special.erfc(z / np.sqrt(2))))
    said = "normal approximation, corrected for ties and continuity"
    cells = zip(u.tolist(), p_values.tolist(), equal.tolist(), strict=True)
    return [Tested(statistic, p, ALL_EQUAL if same else said) for statistic, p, same in cells]


def auc(found: Placed) -> list[Interval]:
    """Chance that a value of the first group exceeds one of the second (ties a half), with DeLong's interval.

    The interval is cut at 0 and 1, and NaN where it has no width (complete separation, or a group of one).
    """
    m, n = found.sizes
    share = np.where(found.ours, found.exceeded / n, 1 - found.exceeded / m)
    means, spreads = [], []
    for group, size in ((found.ours, m), (~found.ours, n)):
        mean = (share * group).sum(axis=1) / size
        means.append(mean)
        spreads.append((np.where(group, share - mean[:, None], 0.0) ** 2).sum(axis=1) / max(size - 1, 1) / size)
    area, error = means[0], np.sqrt(spreads[0] + spreads[1])
    known = (error > 0) & (min(m, n) > 1)
    low = np.where(known, np.maximum(0.0, area - Z * error), np.nan)
    high = np.where(known, np.minimum(1.0, area + Z * error), np.nan)
    return [Interval(*limits) for limits in zip(area.tolist(), low.tolist(), high.tolist(), strict=True)]
