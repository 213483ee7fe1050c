"""The territory base by base: coding sequence, depth and splice bases on intervals small enough to count by hand."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.burden import coverage
from biomarkers.burden.coding import coding_bases
from biomarkers.burden.denominator import denominator
from biomarkers.errors import InputError
from biomarkers.genome.regions import Regions, merged, size


def regions(*pairs: tuple[int, int]) -> Regions:
    return merged({"chr1": list(pairs)})


def shown(found: Regions) -> dict[str, list[list[int]]]:
    return {contig: [[int(a), int(b)] for a, b in pairs] for contig, pairs in found.items() if len(pairs)}


def coding(*lines: str) -> dict[str, list[list[int]]]:
    return shown(coding_bases("g", enumerate(lines, 1)))


def feature(kind: str, start: int, end: int) -> str:
    return f"chr1\tx\t{kind}\t{start}\t{end}\t.\t+\t0\tID=a"


def test_features_are_one_based_and_closed_and_the_stop_codon_of_gtf_is_coding() -> None:
    assert coding(feature("CDS", 1, 9), feature("stop_codon", 10, 12), feature("exon", 1, 500)) == {"chr1": [[0, 12]]}


def test_a_feature_at_base_0_is_refused() -> None:
    with pytest.raises(InputError, match="g:1: start is '0-9'"):
        coding(feature("CDS", 0, 9))


def test_the_sequence_after_fasta_is_not_read() -> None:
    assert coding(feature("CDS", 1, 9), "##FASTA", feature("CDS", 50, 60)) == {"chr1": [[0, 9]]}


def test_bed_is_zero_based_and_a_bed12_line_is_refused() -> None:
    assert coding("chr1\t0\t9", "chr1\t5\t12") == {"chr1": [[0, 12]]}
    with pytest.raises(InputError, match="a BED12 line spans introns"):
        coding("chr1\t0\t900\tn\t0\t+\t0\t900\t0\t2\t10,10\t0,890")


def test_splice_bases_are_two_callable_target_bases_beside_coding_sequence() -> None:
    """CDS 10-20; target 5-24; tumor 0-22: acceptors 8, 9 and donors 20, 21; the coding bases are not among them."""
    found = denominator(regions((5, 24)), regions((10, 20)), regions((0, 22)), regions((0, 100)))
    assert shown(found.splice) == {"chr1": [[8, 10], [20, 22]]}
    assert shown(found.regions) == {"chr1": [[10, 20]]}
    shallow = denominator(regions((5, 24)), regions((10, 20)), regions((9, 21)), regions((0, 21)))
    assert shown(shallow.splice) == {"chr1": [[9, 10], [20, 21]]}
    assert size(denominator(regions((10, 20)), regions((10, 20))).splice) == 0


def test_steps_and_source() -> None:
    pair = denominator(regions((0, 50)), regions((10, 60)), regions((20, 99)), regions((0, 45)))
    assert pair.steps == [("target", 50), ("coding", 40), ("tumor_depth", 30), ("normal_depth", 25)]
    assert (pair.source, pair.target_bp, pair.coding_bp, pair.callable_bp) == ("callable", 50, 40, 25)
    alone = denominator(regions((0, 50)), regions((10, 60)), regions((20, 99)))
    assert (alone.source, alone.callable_bp) == ("callable", 30)
    assumed = denominator(regions((0, 50)), regions((10, 60)))
    assert (assumed.source, assumed.callable_bp, len(assumed.steps)) == ("assumed", 40, 2)


PAIRS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1])), max_size=5)


@given(PAIRS, PAIRS, PAIRS, PAIRS)
def test_territory_against_sets_of_bases(
    targets: list[tuple[int, int]],
    exons: list[tuple[int, int]],
    tumor: list[tuple[int, int]],
    normal: list[tuple[int, int]],
) -> None:
    """Base by base in Python sets, which share nothing with the intervals; overlapping and touching ones among them."""

    def bases(pairs: Iterable[tuple[int, int]]) -> set[int]:
        return {base for start, end in pairs for base in range(start, end)}

    found = denominator(regions(*targets), regions(*exons), regions(*tumor), regions(*normal))
    target, coding, callable_ = bases(targets), bases(exons), bases(tumor) & bases(normal)
    near = {base + step for base in coding for step in (-2, -1, 1, 2)} - coding
    assert (found.target_bp, found.coding_bp) == (len(target), len(target & coding))
    assert found.callable_bp == len(target & coding & callable_)
    assert bases(pair for pairs in shown(found.regions).values() for pair in pairs) == target & coding & callable_
    assert bases(pair for pairs in shown(found.splice).values() for pair in pairs) == near & target & callable_


def depth(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "d.bed.gz"
    path.write_bytes(gzip.compress("".join(f"chr1\t{line}\n" for line in lines).encode()))
    return path


def test_a_band_must_end_where_the_threshold_is(tmp_path: Path) -> None:
    deep, contigs, _ = coverage.deep(depth(tmp_path, "0\t10\t0:25", "10\t15\t25:60", "15\t20\t60:inf"), 25)
    assert shown(deep) == {"chr1": [[10, 20]]} and contigs == ["chr1"]
    with pytest.raises(InputError, match="expected bands with a bound at 25"):
        coverage.deep(depth(tmp_path, "0\t10\t0:26", "10\t20\t26:inf"), 25)


@pytest.mark.parametrize("lines", [1, 2, 1_000_000])
def test_a_file_in_pieces_is_the_same_and_names_the_right_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setattr(coverage, "CHUNK", lines)
    good = ["0\t10\t25", "10\t20\t30", "20\t30\t24", "30\t40\t99"]
    assert shown(coverage.deep(depth(tmp_path, *good), 25)[0]) == {"chr1": [[0, 20], [30, 40]]}
    with pytest.raises(InputError, match=r"d\.bed\.gz:4: depth is 'x'"):
        coverage.deep(depth(tmp_path, *good[:3], "30\t40\tx"), 25)


@pytest.mark.parametrize(("minimum", "expected"), [(0, [[0, 20]]), (1, [[10, 20]]), (25, [[10, 20]])])
def test_what_mosdepth_names_no_coverage_is_deep_enough_only_for_a_minimum_of_0(
    tmp_path: Path, minimum: int, expected: list[list[int]]
) -> None:
    path = depth(tmp_path, "0\t10\tNO_COVERAGE", "10\t20\t25:inf")
    assert shown(coverage.deep(path, minimum)[0]) == {"chr1": expected}
