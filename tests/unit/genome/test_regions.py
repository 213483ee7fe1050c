"""Interval arithmetic against sets of bases."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.errors import InputError
from biomarkers.genome import bed
from biomarkers.genome.bed import read_bed
from biomarkers.genome.regions import (
    Lookup,
    Regions,
    intersect,
    merged,
    naming_problem,
    padded,
    rows,
    size,
    subtract,
)

INTERVALS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda t: (t[0], t[0] + t[1])), max_size=12)


def bases(regions: Regions) -> set[int]:
    return {base for _, start, end in rows(regions) for base in range(start, end)}


def listed(intervals: list[tuple[int, int]]) -> set[int]:
    return {base for start, end in intervals for base in range(start, end)}


@given(INTERVALS, INTERVALS, st.integers(0, 4))
def test_as_sets(a: list[tuple[int, int]], b: list[tuple[int, int]], width: int) -> None:
    first, second = merged({"1": a}), merged({"1": b})
    assert bases(first) == listed(a) and size(first) == len(listed(a))
    assert bases(intersect(first, second)) == listed(a) & listed(b)
    assert bases(subtract(first, second)) == listed(a) - listed(b)
    wide = {base + shift for base in listed(a) for shift in range(-width, width + 1)}
    assert bases(padded(first, width, {"1": 45})) == {base for base in wide if 0 <= base < 45}
    ends = [(start, end) for _, start, end in rows(first)]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(ends))


@given(INTERVALS, st.integers(0, 50), st.integers(0, 5))
def test_lookup(a: list[tuple[int, int]], start: int, width: int) -> None:
    touches = Lookup(merged({"1": a})).touches("1", start, start + width)
    assert touches == bool(listed(a) & set(range(start, start + width)))
    assert not Lookup(merged({"1": a})).touches("2", start, start + 5)


@pytest.mark.parametrize(
    ("names", "known", "expected"),
    [
        (["17"], ["chr17"], "'chr17' as in ref"),
        (["chr17"], ["17"], "'17' as in ref"),
        (["chrM"], ["MT", "1"], "'MT' as in ref"),
        (["chr1", "X"], ["chr1", "chrX"], "'chrX' as in ref"),
        (["a"], ["b"], "a contig of ref, such as 'b'"),
        (["chr1", "chrUn"], ["chr1"], None),
        ([], ["chr1"], None),
    ],
)
def test_naming(names: list[str], known: list[str], expected: str | None) -> None:
    problem = naming_problem("f", names, "ref", known)
    assert problem is None if expected is None else problem is not None and problem.expected.startswith(expected)


def test_read_bed(tmp_path: Path) -> None:
    path = tmp_path / "a.bed"
    path.write_text("track x\n1\t5\t9\r\n1 7 12\n")
    assert bases(read_bed(path)) == set(range(5, 12))
    path.write_text("#nothing\n")
    assert read_bed(path, may_be_empty=True) == {}
    path.write_text("1\t5\n1\ta\t9\n1\t9\t5\n")
    with pytest.raises(InputError) as caught:
        read_bed(path)
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]


def test_a_folder_or_damage_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a readable file"):
        read_bed(tmp_path)
    (tmp_path / "a.bed.gz").write_bytes(b"\x1f\x8bnot gzip")
    with pytest.raises(InputError, match="truncated or damaged"):
        read_bed(tmp_path / "a.bed.gz")


def test_a_file_that_unpacks_to_millions_of_lines_is_refused_on_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr(bed, "MOST", 1000)
    (tmp_path / "x.bed.gz").write_bytes(gzip.compress(b"chr1\t1\t5\n" * 1001, mtime=0))
    with pytest.raises(InputError, match=r"x.bed.gz: file has more lines; expected targets, which have at most 1,000"):
        bed.read_bed(tmp_path / "x.bed.gz")
    (tmp_path / "x.bed.gz").write_bytes(gzip.compress(b"chr1\t1\t5\n" * 1000, mtime=0))
    assert bed.read_bed(tmp_path / "x.bed.gz")
