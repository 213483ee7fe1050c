"""Reads as the field has them: each file is right, or refused with the reason."""

from __future__ import annotations

import bz2
import functools
import gzip
import json
import lzma
import random
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

import builders
from biomarkers.cli.app import run

BASES = "".join(random.Random(3).choices("ACGT", k=3000))
ALIGN = {
    **{"genome": "genome.fa", "aligner": "bwa", "trim": "False", "mark": "True", "optical": 100, "threads": 1},
    **{"bam": "out.bam", "index": "out.bai", "duplicates": "duplicates.txt", "trimming": "trimming"},
}
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


def write_reads(path: Path, groups: list[str | None], header_groups: list[str], *, unrated: int = 0) -> None:
    """A BAM or CRAM with a read for each of `groups`, by position; the last `unrated` have mapping quality 255."""
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "chr1", "LN": len(BASES)}]}
    header["RG"] = [{"ID": name, "SM": "T1", "LB": "x"} for name in header_groups]
    kind = {".bam": "wb", ".cram": "wc"}[path.suffix]
    with pysam.AlignmentFile(path, kind, header=header, reference_filename=str(path.parent / "genome.fa")) as out:
        for number, group in enumerate(groups):
            read = pysam.AlignedSegment(out.header)
            read.query_name, read.reference_id, read.reference_start, read.cigarstring = f"r{number}", 0, number, "50M"
            read.mapping_quality = 255 if number >= len(groups) - unrated else 60
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
    assert done.returncode == (2 if outside else 0), done.stderr
    if outside:
        count = groups.count(None) or outside
        assert f"{path.name}: has {count} of 1000 reads " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("ending", ["bam", "cram"])
def test_the_remedy_for_reads_without_a_group_can_be_followed(call, tmp_path, ending):
    path = tmp_path / f"in.{ending}"
    write_reads(path, ["a"] * 300 + [None] * 31, ["a"])
    done = call("aligned", alignment=path.name, **ALIGNED)
    said = done.stderr.splitlines()[-1]
    assert done.returncode == 2 and f"in.{ending}: has 31 of 331 reads without a read group (RG)" in said
    remedy = said[said.index("samtools addreplacerg") :]
    more = " --reference genome.fa" if ending == "cram" else ""
    assert remedy == f"samtools addreplacerg -m orphan_only -R a -o NEW.bam{more} in.{ending}"
    subprocess.run(remedy.split(), cwd=tmp_path, check=True, capture_output=True)
    done = call("aligned", alignment="NEW.bam", **ALIGNED)
    assert done.returncode == 0, done.stderr


def test_a_lane_of_one_group_loses_no_read_of_another(call, tmp_path):
    """Aligned again by read group, reads of a group that the header lacks would be in no lane."""
    write_reads(tmp_path / "in.bam", ["a", "b", "c", "a"], ["a", "b"])
    done = call("align", "1.a", r"@RG\tID:T1.1.a\tSM:T1", "in.bam", "-", "a", **ALIGN)
    assert done.returncode == 2, done.stderr
    assert "in.bam: has 1 of 4 reads whose read group (RG) is not in its header, such as c" in done.stderr


@pytest.mark.parametrize(("unrated", "status"), [(10, 0), (11, 2), (1000, 2)])
def test_reads_without_mapping_quality_are_told_above_one_in_a_hundred(call, tmp_path, unrated, status):
    """GATK's MappingQualityAvailableReadFilter leaves 255 out; STAR gives it to every read that maps once."""
    write_reads(tmp_path / "in.bam", ["a"] * 1000, ["a"], unrated=unrated)
    done = call("aligned", alignment="in.bam", **ALIGNED)
    assert done.returncode == status, done.stderr
    assert (f"in.bam: has {unrated} of 1000 reads of mapping quality 255 (unknown)" in done.stderr) == bool(status)


@pytest.mark.parametrize(("content", "name"), [("bam", "in.cram"), ("cram", "in.bam")])
def test_an_alignment_is_what_its_content_is_whatever_its_name(call, tmp_path, content, name):
    write_reads(tmp_path / f"x.{content}", ["a"] * 9, ["a"])
    (tmp_path / f"x.{content}").rename(tmp_path / name)
    done = call("aligned", alignment=name, **ALIGNED)
    assert done.returncode == 0, done.stderr
    assert subprocess.run(["samtools", "quickcheck", "out.bam"], cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "out.bam").read_bytes()[:2] == b"\x1f\x8b"


def pairs(number: int) -> tuple[str, str]:
    """FASTQ of the first and of the second mates of pairs that lie along the genome, 100 bases apart."""
    complement = str.maketrans("ACGT", "TGCA")
    records: tuple[list[str], list[str]] = ([], [])
    for i in range(number):
        at = i % 2800
        for mate, bases in enumerate((BASES[at : at + 60], BASES[at + 100 : at + 160].translate(complement)[::-1])):
            records[mate].append(f"@r{i}/{mate + 1}\n{bases}\n+\n{'I' * len(bases)}\n")
    return "".join(records[0]), "".join(records[1])


def names_of(path: Path) -> list[str]:
    with pysam.AlignmentFile(path) as reads:
        return sorted(f"{read.query_name}/{1 + read.is_read2}" for read in reads)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("names", [("a.fastq", "b.fastq"), ("a.fq.gz", "b.fq.gz"), ("a.fq", "b.fq.gz"), ("a", "b.GZ")])
@pytest.mark.parametrize("packed", [(True, True), (False, False), (True, False)])
def test_a_fastq_is_what_its_content_is_whatever_its_name(call, tmp_path, names, packed, paired):
    texts = pairs(40)
    for name, text, is_gzip in zip(names, texts, packed, strict=True):
        (tmp_path / name).write_bytes(gzip.compress(text.encode()) if is_gzip else text.encode())
    done = call("align", "1", r"@RG\tID:T1.1\tSM:T1", names[0], names[1] if paired else "-", "-", **ALIGN)
    assert done.returncode == 0, done.stderr
    expected = [line[1:] for text in texts for line in text.splitlines() if line.startswith("@")]
    if not paired:
        expected = [name for name in expected if name.endswith("/1")]
    assert names_of(tmp_path / "out.bam") == sorted(expected)


def test_reads_reach_the_aligner_in_the_order_of_their_file(call, tmp_path):
    """With several threads of fastp the order, and with it the alignment, was another in each run."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "bwa").write_text("#!/bin/bash\ncat > asked.fq\n")
    (tmp_path / "tools" / "bwa").chmod(0o755)
    for name, text in zip(("1.fq", "2.fq"), pairs(20_000), strict=True):
        (tmp_path / name).write_text(text)
    call("align", "1", r"@RG\tID:T1.1\tSM:T1", "1.fq", "2.fq", "-", **ALIGN)
    asked = (tmp_path / "asked.fq").read_text().splitlines()[::4]
    wanted = [f"@r{i}/{mate}\tRG:Z:T1.1" for i in range(20_000) for mate in (1, 2)]
    first_other = next((pair for pair in zip(asked, wanted, strict=False) if pair[0] != pair[1]), None)
    assert (len(asked), first_other) == (len(wanted), None)


def test_rows_of_multiqc_do_not_collapse(call, project, tmp_path):
    """Two lanes with files of one name, in samples whose names hold words that MultiQC cuts off."""
    for number, (sample, lane) in enumerate([("Mc.trim.T", "1"), ("Mc.trim.T", "2"), ("Mc.trim_summary", "1")]):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        texts = pairs(30 + number)
        for name, text in zip(("reads_R1.fastq", "reads_R2.fastq"), texts, strict=True):
            (folder / name).write_text(text)
        words = (
            lane,
            rf"@RG\tID:{sample}.{lane}\tSM:{sample}",
            f"{folder.name}/reads_R1.fastq",
            f"{folder.name}/reads_R2.fastq",
            "-",
        )
        outputs = {"bam": f"{sample}.{lane}.bam", "index": f"{number}.bai", "duplicates": f"{sample}.{lane}.txt"}
        done = call("align", *words, **(ALIGN | outputs | {"trimming": f"fastp/{sample}"}))
        assert done.returncode == 0, done.stderr
    command = [
        "multiqc",
        "--config",
        project / "workflow" / "multiqc.yaml",
        "--data-format",
        "json",
        "--filename",
        "m",
        ".",
    ]
    subprocess.run(
        [Path(sys.executable).parent / command[0], *command[1:]], cwd=tmp_path, check=True, capture_output=True
    )
    saved = json.loads((tmp_path / "m_data" / "multiqc_data.json").read_text())["report_saved_raw_data"]
    rows = {"Mc.trim.T.1", "Mc.trim.T.2", "Mc.trim_summary.1"}
    assert set(saved["multiqc_fastp"]) == rows
    assert set(saved["multiqc_samtools_markdup"]) == rows


PACKED = {
    "bzip2": (bz2.compress, "is packed by bzip2; expected FASTQ, plain or gzip; unpack it with bunzip2"),
    "xz": (lzma.compress, "is packed by xz; expected FASTQ, plain or gzip; unpack it with xz -d"),
    "zstd": (lambda text: b"\x28\xb5\x2f\xfd" + text, "is packed by zstd; expected FASTQ, plain or gzip"),
    "twice": (lambda text: gzip.compress(gzip.compress(text)), "is packed by gzip twice; expected FASTQ"),
    "zip": (lambda text: b"PK\x03\x04" + text, "is a zip archive; expected FASTQ"),
    "sra": (lambda text: b"NCBI.sra" + text, "is an SRA archive; expected FASTQ; make it with fasterq-dump"),
    "page": (lambda text: b"<!DOCTYPE html>\n" + text, "is a web page; expected FASTQ; was a login page saved"),
    "lfs": (lambda text: b"version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS; expected the file"),
    "tar": (lambda text: b"a.fastq".ljust(257, b"\0") + b"ustar\0" + text, "is a tar archive; expected FASTQ"),
    "tar.gz": (
        lambda text: gzip.compress(b"a".ljust(257, b"\0") + b"ustar" + text),
        "is a tar archive; expected FASTQ",
    ),
    "sam": (lambda text: b"@HD\tVN:1.6\n" + text, "is a SAM; expected FASTQ; make it a BAM with samtools view -b"),
}


@pytest.mark.parametrize("name", ["reads.fastq.gz", "reads.fastq"])
@pytest.mark.parametrize("kind", PACKED)
def test_what_is_no_gzip_is_named_with_what_unpacks_it(tmp_path, monkeypatch, capsys, kind, name):
    monkeypatch.chdir(tmp_path)
    pack, message = PACKED[kind]
    Path(name).write_bytes(pack(pairs(30)[0].encode()))
    Path("s.tsv").write_text(f"patient\tsample\tstatus\tfastq_1\nP1\tT1\ttumor\t{name}\n")
    Path("g.fa").write_text(f">chr1\n{BASES}\n")
    Path("t.bed").write_text("chr1\t100\t400\n")
    Path("g.gff3").write_text("chr1\tx\tCDS\t101\t400\t.\t+\t0\tParent=transcript:ENST1\n")
    Path("c.yaml").write_text("samples: s.tsv\nreference: {fasta: g.fa, targets: t.bed, genes: g.gff3}\n")
    assert run(["check", "--config", "c.yaml"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{name}: file {message}") and said.count("\n") == 1, said


def test_why_a_job_failed_stands_last_also_when_its_log_is_no_text(project, tmp_path, shared_data):
    """fastp shows the damaged record; its bytes broke the terminal's logger, and the reason stood far above the end."""
    folder = builders.hcc1395(builders.RunFolder(tmp_path, project / "workflow" / "Snakefile"), shared_data)
    source = shared_data / "hcc1395_exome" / "HCC1395_L3_R2.fastq.gz"
    lines = gzip.decompress(source.read_bytes()).splitlines(keepends=True)
    lines[2001] = b"\xff\xfe\x1b[2J" + lines[2001][7:90] + b"\n"
    (tmp_path / "damaged_R2.fastq").write_bytes(b"".join(lines))
    sheet = tmp_path / "config" / "samples.tsv"
    sheet.write_text(sheet.read_text().replace(str(source), "damaged_R2.fastq"))
    done = folder.run("results/reads/HCC1395.bam")
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    log = "results/logs/align/HCC1395.log"
    assert b"\x1b" not in (tmp_path / log).read_bytes() and "\\xff\\xfe" in (tmp_path / log).read_text("utf-8")
    last = done.stderr.rstrip().splitlines()[-1]
    assert (
        last.startswith("align of HCC1395 (patient P1) failed: ") and f"(whole log: {log}; when it is put right" in last
    )
    assert "HCC1395_L3_R1.fastq.gz or its mate: is truncated or damaged; copy it again and compare checksums" in last
