"""Reads as the field has them: each file is right, or refused with the reason."""

from __future__ import annotations

import functools
import random
import subprocess
from pathlib import Path

import pysam
import pytest

import builders

BASES = "".join(random.Random(3).choices("ACGT", k=3000))
ALIGNED = {
    **{"genome": "genome.fa", "fai": "genome.fa.fai", "dictionary": "genome.dict", "threads": 2},
    **{"bam": "out.bam", "index": "out.bam.bai"},
}


@pytest.fixture
def call(project, tmp_path):
    """Run a shell file in a folder with a genome and its indexes."""
    (tmp_path / "genome.fa").write_text(f">chr1\n{BASES}\n")
    for command in ("samtools faidx genome.fa", "samtools dict genome.fa -o genome.dict", "bwa index genome.fa"):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    return functools.partial(builders.script, project, tmp_path)


def write_reads(path: Path, groups: list[str | None], header_groups: list[str]) -> None:
    """A BAM or CRAM with a read for each of `groups`, in the order of their positions."""
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": len(BASES)}]}
    header["RG"] = [{"ID": name, "SM": "T1", "LB": "x"} for name in header_groups]
    kind = {".bam": "wb", ".cram": "wc"}[path.suffix]
    with pysam.AlignmentFile(path, kind, header=header, reference_filename=str(path.parent / "genome.fa")) as out:
        for number, group in enumerate(groups):
            read = pysam.AlignedSegment(out.header)
            read.query_name, read.reference_id, read.reference_start, read.cigarstring = f"r{number}", 0, number, "50M"
            read.mapping_quality = 60
            read.query_sequence = BASES[number : number + 50]
            read.query_qualities = pysam.qualitystring_to_array("I" * 50)
            if group is not None:
                read.set_tag("RG", group)
            out.write(read)


@pytest.mark.parametrize("ending", ["bam", "cram"])
@pytest.mark.parametrize("seed", range(6))
def test_reads_outside_the_groups_of_the_header_are_counted_over_the_whole_file(call, tmp_path, ending, seed):
    """Oracle: a loop of pysam over all reads. Mutect2 leaves such reads out; GATK's HasReadGroup asks the header."""
    draw = random.Random(seed)
    known = draw.sample(["a", "b b", 'quo"te', "back\\slash", "1.L3", "a||b", "[RG]"], draw.randint(1, 4))
    foreign = [None, "a ", "A", "other"] if seed % 2 else [None]
    many = draw.choice([0, 1, 7, 200])
    groups = draw.choices(known, k=1000 - many) + draw.choices(foreign, k=many)
    path = tmp_path / f"in.{ending}"
    write_reads(path, groups, known)
    with pysam.AlignmentFile(path, reference_filename=str(tmp_path / "genome.fa")) as reads:
        found = [read.get_tag("RG") if read.has_tag("RG") else None for read in reads]
    assert found == groups
    outside = sum(group not in known for group in groups)
    done = call("aligned", alignment=path.name, **ALIGNED)
    assert done.returncode == (1 if outside else 0), done.stderr
    if outside:
        count = groups.count(None) or outside
        assert f"{path.name}: has {count} of 1000 reads " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("ending", ["bam", "cram"])
def test_the_remedy_for_reads_without_a_group_can_be_followed(call, tmp_path, ending):
    path = tmp_path / f"in.{ending}"
    write_reads(path, ["a"] * 300 + [None] * 31, ["a"])
    done = call("aligned", alignment=path.name, **ALIGNED)
    said = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and f"in.{ending}: has 31 of 331 reads without a read group (RG)" in said
    remedy = said[said.index("samtools addreplacerg") :]
    assert remedy == f"samtools addreplacerg -m orphan_only -R a -o NEW.bam in.{ending}"
    subprocess.run([*remedy.split(), "--reference", "genome.fa"], cwd=tmp_path, check=True, capture_output=True)
    done = call("aligned", alignment="NEW.bam", **ALIGNED)
    assert done.returncode == 0, done.stderr


def test_a_lane_of_one_group_loses_no_read_of_another(call, tmp_path):
    """Aligned again by read group, reads of a group that the header lacks would be in no lane."""
    write_reads(tmp_path / "in.bam", ["a", "b", "c", "a"], ["a", "b"])
    options = {"genome": "genome.fa", "aligner": "bwa", "trim": "False", "mark": "True", "optical": 100, "threads": 1}
    options |= {"bam": "out.bam", "index": "out.bai", "duplicates": "duplicates.txt", "trimming": "trimming"}
    done = call("align", "1.a", r"@RG\tID:T1.1.a\tSM:T1", "in.bam", "-", "a", **options)
    assert done.returncode == 1, done.stderr
    assert "in.bam: has 1 of 4 reads whose read group (RG) is not in its header, such as c" in done.stderr


@pytest.mark.parametrize(("content", "name"), [("bam", "in.cram"), ("cram", "in.bam")])
def test_an_alignment_is_what_its_content_is_whatever_its_name(call, tmp_path, content, name):
    write_reads(tmp_path / f"x.{content}", ["a"] * 9, ["a"])
    (tmp_path / f"x.{content}").rename(tmp_path / name)
    done = call("aligned", alignment=name, **ALIGNED)
    assert done.returncode == 0, done.stderr
    assert subprocess.run(["samtools", "quickcheck", "out.bam"], cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "out.bam").read_bytes()[:2] == b"\x1f\x8b"
