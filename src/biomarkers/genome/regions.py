"""Genomic intervals: 0-based, half-open, merged, so that a base is counted once.

>>> a = merged({"chr1": [(10, 20), (15, 30)], "chr2": [(0, 5)]})
>>> size(a)
25
>>> intersect(a, merged({"chr1": [(25, 40)]}))["chr1"].tolist()
[[25, 30]]
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from biomarkers.errors import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPLICE_BASES = 2
"""Bases of an intron next to coding sequence that hold the splice acceptor or donor (Sequence Ontology SO:0001629)."""

Regions = dict[str, "NDArray[np.int64]"]
"""Contig -> array of shape (n, 2): start, end; sorted, disjoint, not even touching."""


def merged(intervals: Mapping[str, Iterable[tuple[int, int]] | NDArray[np.int64]]) -> Regions:
    """Sorted and merged intervals; overlapping and touching ones become one, empty ones vanish."""
    import numpy as np

    regions: Regions = {}
    for contig, values in intervals.items():
        listed = values if isinstance(values, np.ndarray) else list(values)
        pairs = np.asarray(listed, dtype=np.int64).reshape(-1, 2)
        pairs = pairs[pairs[:, 1] > pairs[:, 0]]
        if not len(pairs):
            continue
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        reach = np.maximum.accumulate(pairs[:, 1])
        first = np.concatenate([[True], pairs[1:, 0] > reach[:-1]])
        last = np.concatenate([first[1:], [True]])
        regions[contig] = np.column_stack([pairs[first, 0], reach[last]])
    return regions


def of_rows(intervals: Iterable[tuple[str, int, int]]) -> Regions:
    """Merged intervals of rows (contig, start, end); contigs in their order of appearance."""
    found: dict[str, list[tuple[int, int]]] = {}
    for contig, start, end in intervals:
        found.setdefault(contig, []).append((start, end))
    return merged(found)


def intersect(first: Regions, second: Regions) -> Regions:
    """Bases that lie in both."""
    import numpy as np

    common: Regions = {}
    for contig in first:
        if contig not in second:
            continue
        a, b = first[contig], second[contig]
        low = np.searchsorted(b[:, 1], a[:, 0], side="right")
        high = np.searchsorted(b[:, 0], a[:, 1], side="left")
        counts = np.maximum(high - low, 0)
        if not counts.sum():
            continue
        left = np.repeat(np.arange(len(a)), counts)
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        right = np.repeat(low, counts) + offsets
        starts = np.maximum(a[left, 0], b[right, 0])
        ends = np.minimum(a[left, 1], b[right, 1])
        common[contig] = np.column_stack([starts, ends])
    return common


def subtract(first: Regions, second: Regions) -> Regions:
    """Bases of the first that do not lie in the second."""
    import numpy as np

    gaps: Regions = {}
    for contig in first:
        taken = second.get(contig, np.empty((0, 2), dtype=np.int64))
        top = max(int(first[contig][-1, 1]), int(taken[-1, 1]) if len(taken) else 0)
        starts = np.concatenate([[0], taken[:, 1]])
        ends = np.concatenate([taken[:, 0], [top]])
        gaps[contig] = np.column_stack([starts, ends])
    return intersect(first, merged(gaps))


def padded(regions: Regions, bases: int, lengths: Mapping[str, int] | None = None) -> Regions:
    """Every interval widened by `bases` on both sides, kept within 0 and the contig's length, merged again."""
    import numpy as np

    wide: dict[str, NDArray[np.int64]] = {}
    for contig, pairs in regions.items():
        starts = np.maximum(pairs[:, 0] - bases, 0)
        ends = pairs[:, 1] + bases
        if lengths is not None:
            ends = np.minimum(ends, lengths[contig])
        wide[contig] = np.column_stack([starts, ends])
    return merged(wide)


def size(regions: Regions) -> int:
    """Number of bases."""
    return int(sum((pairs[:, 1] - pairs[:, 0]).sum() for pairs in regions.values()))


def rows(regions: Regions) -> Iterator[tuple[str, int, int]]:
    """Contig, start, end of every interval; contigs in their order of appearance."""
    for contig, pairs in regions.items():
        for start, end in pairs.tolist():
            yield contig, start, end


class Lookup:
    """Answers at once whether a stretch of a contig touches any interval.

    >>> Lookup(merged({"chr1": [(10, 20)]})).touches("chr1", 19, 25)
    True
    """

    def __init__(self, regions: Regions) -> None:
        self._starts = {contig: pairs[:, 0].tolist() for contig, pairs in regions.items()}
        self._ends = {contig: pairs[:, 1].tolist() for contig, pairs in regions.items()}

    def touches(self, contig: str, start: int, end: int) -> bool:
        """True when [start, end), 0-based, shares a base with an interval; False for an empty stretch."""
        starts = self._starts.get(contig)
        if starts is None or end <= start:
            return False
        last = bisect_right(starts, end - 1) - 1
        return last >= 0 and self._ends[contig][last] > start


def other_spelling(contig: str) -> str:
    """The contig's name in the other convention.

    >>> other_spelling("chr17"), other_spelling("17"), other_spelling("chrM"), other_spelling("MT")
    ('17', 'chr17', 'MT', 'chrM')
    """
    if contig.startswith("chr"):
        bare = contig[3:]
        return "MT" if bare == "M" else bare
    return "chr" + ("M" if contig == "MT" else contig)


def naming_problem(
    file: str, contigs: Iterable[str], reference: str, known: Iterable[str], column: str = "chrom"
) -> Problem | None:
    """A problem when contigs of `file` are named by another convention than in `reference`, or none is shared."""
    names, others = list(dict.fromkeys(contigs)), set(known)
    if problem := spelling_problem(file, names, reference, others, column):
        return problem
    if names and others and not others.intersection(names):
        expected = f"a contig of {reference}, such as '{min(others)}'"
        return Problem(file, column, names[0], expected)
    return None


def spelling_problem(
    file: str, contigs: Iterable[str], reference: str, known: Collection[str], column: str
) -> Problem | None:
    """A problem when contigs of `file` are named by another convention than in `reference`."""
    for contig in contigs:
        if contig not in known and other_spelling(contig) in known:
            expected = f"'{other_spelling(contig)}' as in {reference} (rename the contigs of one of the two files)"
            return Problem(file, column, contig, expected)
    return None
