"""Stretches of a FASTA, with its index and without; oracle: htslib (pysam)."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biomarkers.io.fasta import Stretch, bases

TEXT = ">a x\nACGTAC\nGTTTAA\nGC\n>b\r\nacgtN\r\nMRac\r\n>c\n\n>d\nA\n"


@pytest.fixture(scope="module")
def fasta(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("fasta") / "g.fa"
    path.write_bytes(TEXT.encode())
    pysam.faidx(str(path))
    return path


@settings(max_examples=60)
@given(
    places=st.lists(st.tuples(st.sampled_from("abd"), st.integers(0, 16), st.integers(1, 9)), min_size=1, max_size=6)
)
def test_stretches(fasta, places):
    wanted = [Stretch(contig, start, start + size) for contig, start, size in places]
    with pysam.FastaFile(str(fasta)) as oracle:
        right = [oracle.fetch(*each).upper() for each in wanted]
    assert bases(fasta, f"{fasta}.fai", wanted) == bases(fasta, None, wanted) == right


def test_beyond_a_contig_there_are_no_bases(fasta):
    wanted = [Stretch("a", -2, 2), Stretch("a", 13, 99), Stretch("e", 0, 1), Stretch("d", 5, 9)]
    assert bases(fasta, f"{fasta}.fai", wanted) == bases(fasta, None, wanted) == ["AC", "C", "", ""]
