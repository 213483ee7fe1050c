"""Lanes as words of a command."""

from __future__ import annotations

import gzip

import pytest

from biomarkers.run.lanes import Lane, first_read_name, words_of

READ = "@ST-E00267:86:H7HY2CCXX:3:2121:6258:39967 1:N:0:1\nACGT\n+\nIIII\n"


def test_a_lane_is_five_words_and_its_unit_comes_from_its_first_read(tmp_path):
    first = tmp_path / "1.fq.gz"
    first.write_bytes(gzip.compress(READ.encode()))
    single = Lane("L3", "T1", str(first), None, 2)
    group = r"@RG\tID:T1.L3\tSM:T1\tLB:T1\tPU:H7HY2CCXX.3.T1\tPL:ILLUMINA"
    assert words_of("T1", [single]) == ["L3", group, str(first), "-", "-"]
    pair = Lane("L4", "a", str(first), "2.fq", 2)
    assert words_of("T1", [single, pair])[5:] == [
        "L4",
        group.replace("L3", "L4").replace("LB:T1", "LB:a"),
        str(first),
        "2.fq",
        "-",
    ]
    bam = Lane("1", "T1", "reads.bam", None, 2, {"PU": "F1.2"}, "x")
    assert words_of("T1", [bam]) == ["1", r"@RG\tID:T1.1\tSM:T1\tLB:T1\tPU:F1.2\tPL:ILLUMINA", "reads.bam", "-", "x"]


@pytest.mark.parametrize(("text", "name"), [(READ, "ST-E00267:86:H7HY2CCXX:3:2121:6258:39967"), ("", ""), ("@\n", "")])
def test_name_of_the_first_read(tmp_path, text, name):
    (tmp_path / "plain.fq").write_text(text)
    assert first_read_name(str(tmp_path / "plain.fq")) == name


def test_a_file_that_cannot_be_read_has_no_first_read(tmp_path):
    (tmp_path / "cut.fq.gz").write_bytes(gzip.compress(READ.encode())[:20])
    (tmp_path / "binary.fq").write_bytes(b"BAM\1\0\0\n")
    for name in ("cut.fq.gz", "binary.fq", "absent.fq"):
        assert first_read_name(str(tmp_path / name)) == ""
