"""What the first reads of a file tell before any job runs: no FASTQ, foreign mates, another encoding, a copy.

The whole of every FASTQ is read when it is aligned; a look at its beginning finds most mistakes in seconds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, Problems, count, log
from biomarkers.io import alignments
from biomarkers.io.lines import OTHER_KINDS, reading
from biomarkers.run.lanes import Lane
from biomarkers.run.samples import Samples

READS = 200
"""Reads of each file that are looked at."""
ENOUGH = 20
"""Reads by whose names and bases a file is known again."""
PHRED64 = ("@", "P")
"""Qualities that never lie below the first letter and reach the second have offset 64, as those of Illumina before 1.8
(Cock et al., Nucleic Acids Res 2010, 38:1767). With offset 33 they would run from 31 to at least 47: sequencers write 2
to 12 for their worst bases and hardly more than 41 for their best."""
NOTHING = "at least one; take its row out of the sheet if there are none"


PACKED = "FASTQ, plain or gzip; unpack it with "
OTHERS = {
    b"BAM\x01": ("a BAM", "FASTQ; give it as bam"),
    b"CRAM": ("a CRAM", "FASTQ; give it as bam"),
    b"@HD\t": ("a SAM", "FASTQ; make it a BAM with samtools view -b and give it as bam"),
    b"@SQ\t": ("a SAM", "FASTQ; make it a BAM with samtools view -b and give it as bam"),
    **{sign: (kind, f"FASTQ, plain or gzip; {remedy}") for sign, (kind, remedy) in OTHER_KINDS.items()},
    b"PK\x03\x04": ("a zip archive", f"{PACKED}unzip, a file for each lane and mate"),
    b"\x1f\x8b": ("packed by gzip twice", f"{PACKED}gzip -d, once"),
    b"NCBI.sra": ("an SRA archive", "FASTQ; make it with fasterq-dump --split-files"),
    b"version https://git-lfs": ("a pointer of Git LFS", "the file itself; fetch it with git lfs pull"),
    b"<": ("a web page", "FASTQ; was a login page saved in place of the file? Download it again"),
}
"""What else is given as FASTQ, by its first bytes (after gzip, if it is gzip), and what to do."""


class Read(NamedTuple):
    """One read; line: of its name in the file (1-based)."""

    line: int
    name: str
    bases: str
    qualities: str


class Place(NamedTuple):
    """A file in the sheet."""

    patient: str
    line: int
    column: str
    file: str


def check_lanes(found: Samples, sheet: str, problems: Problems) -> None:
    """The first reads of every lane's files: FASTQ, with mates, in Phred+33, and not those of another lane."""
    seen: dict[object, Place] = {}  # by header, where there is one, and names and bases of the first reads
    for sample in found.sequenced:
        for lane in sample.lanes:
            reads = {column: problems.catch(_first, column, file) for column, file in _files(lane).items()}
            first, second = reads.get("fastq_1"), reads.get("fastq_2")
            if first and second:
                _check_mates(lane, first, second, problems)
            elif first and first[1:] and not lane.read_2 and _alternate(first):
                expected = "single reads, or mates in two files: "
                expected += "it holds both in turn (fastp --interleaved_in separates them)"
                problems.add(Problem.said(lane.read_1, "file", "holds pairs of reads", expected, 1))
            for column, file in _files(lane).items():
                if (found_reads := reads[column]) and lane.group is None:
                    header = str(alignments.header(file)) if column == "bam" else ""
                    own = Place(sample.patient, lane.line, column, file)
                    other = seen.setdefault((header, *(read[1:3] for read in found_reads[:ENOUGH])), own)
                    if other != own:
                        _check_copy(sheet, own, other, problems)


def check_groups(file: str, groups: set[str]) -> None:
    """The first reads of an aligned BAM or CRAM: there are some, each with one of these read groups.

    Raises InputError else. All its reads are looked at by the job that takes it over (docs/methods.md, 7.6).
    """
    try:
        first = list(itertools.islice(alignments.read_groups(file), READS))
    except (OSError, ValueError):
        raise InputError(Problem.said(file, "file", "is truncated or damaged", alignments.WHOLE)) from None
    for name, group in first:
        if group not in groups:
            expected = "one of the header's @RG; give each read its group with samtools addreplacerg"
            raise InputError(Problem(file, f"read group of {name}", group, expected))
    if not first:
        raise InputError(Problem.said(file, "file", "has no reads", NOTHING))


def _files(lane: Lane) -> dict[str, str]:
    """Files of a lane by column."""
    if lane.is_bam:
        return {"bam": lane.read_1}
    return {"fastq_1": lane.read_1} | ({"fastq_2": lane.read_2} if lane.read_2 else {})


def _first(column: str, file: str) -> list[Read]:
    """The first reads of a file; of a BAM the first mates. Raises InputError when it is none, damaged or empty."""
    if file.endswith(".cram"):
        return []
    reads = list(itertools.islice(_of_bam(file) if column == "bam" else _of_fastq(file), READS))
    if not reads:
        raise InputError(Problem.said(file, "file", "has no reads", NOTHING))
    if column != "bam":
        letters = set().union(*(read.qualities for read in reads))
        if letters and min(letters) >= PHRED64[0] and max(letters) >= PHRED64[1]:
            expected = "qualities of Phred+33; these are Phred+64 (fastp --phred64 writes them anew)"
            raise InputError(Problem(file, "quality", reads[0].qualities[:20], expected, reads[0].line + 3))
    return reads


def _of_bam(file: str) -> Iterator[Read]:
    try:
        for number, read in enumerate(alignments.reads(file), 1):
            if not (read.is_read2 or read.is_secondary or read.is_supplementary):
                yield Read(number, str(read.query_name), str(read.get_forward_sequence()), "")
    except (OSError, ValueError):
        raise InputError(Problem.said(file, "file", "is truncated or damaged", alignments.WHOLE)) from None


def _of_fastq(file: str) -> Iterator[Read]:
    lines = _lines(file)
    for line in itertools.count(1, 4):
        record = list(itertools.islice(lines, 4))
        if not record:
            return
        whole = "a record of four lines: @name, bases, +, as many qualities"
        if any(text.endswith("\r") for text in record):
            expected = "lines that end as on Linux; convert it with dos2unix"
            raise InputError(Problem.said(file, "line", "ends as on Windows (CR LF)", expected, line))
        if not record[0].startswith("@") or (len(record) > 2 and not record[2].startswith("+")):
            at = line if not record[0].startswith("@") else line + 2
            raise InputError(Problem(file, "record", record[at - line][:40], f"FASTQ: {whole}", at))
        if len(record) < 4 or len(record[1]) != len(record[3]):
            found = f"has {count(len(record), 'line')}"
            if len(record) == 4:
                found = f"has {count(len(record[3]), 'quality', 'qualities')} of {count(len(record[1]), 'base')}"
            raise InputError(Problem.said(file, "record", found, f"{whole}; is the file whole?", line))
        name = (record[0][1:].split() or [""])[0]
        yield Read(line, name.removesuffix("/1").removesuffix("/2"), record[1], record[3])


def _lines(file: str) -> Iterator[str]:
    """Lines of a plain or gzipped text without their line feed. Raises InputError when it is neither."""
    with reading(file) as handle:
        for number, line in enumerate(handle):
            for start, (kind, remedy) in OTHERS.items() if not number else ():
                if line.startswith(start):
                    raise InputError(Problem.said(file, "file", f"is {kind}", remedy))
            if not number and line[257:262] == b"ustar":
                raise InputError(
                    Problem.said(file, "file", "is a tar archive", f"{PACKED}tar -x, a file for each lane")
                )
            if not number and b"\0" in line:
                raise InputError(Problem.said(file, "file", "is binary data", "FASTQ, plain or gzip"))
            yield line.decode("latin-1").removesuffix("\n")


def _check_mates(lane: Lane, first: list[Read], second: list[Read], problems: Problems) -> None:
    """Mates have the same names in the same order, and other bases."""
    for one, two in zip(first, second, strict=False):
        if one.name != two.name:
            expected = f"'{one.name}', as in {lane.read_1}: the files are not mates; check fastq_1 and fastq_2"
            problems.add(Problem(str(lane.read_2), "mate", two.name, expected, two.line))
            return


def _alternate(reads: list[Read]) -> bool:
    """Whether each name stands twice in a row, as in a file of interleaved mates."""
    return all(one.name == two.name for one, two in zip(reads[::2], reads[1::2], strict=False))


def _check_copy(sheet: str, own: Place, other: Place, problems: Problems) -> None:
    """Reads that begin as those of another file are a copy of it; between patients this is only warned of."""
    if other.patient == own.patient:
        expected = f"reads of its own; it begins with the reads of {other.column} in line {other.line}"
        problems.add(Problem(sheet, own.column, own.file, f"{expected}: one file under two names?", own.line))
    else:
        said = "%s:%s: %s begins with the reads of line %s, of patient %s: one file under two names?"
        log.warning(said, sheet, own.line, own.file, other.line, other.patient)
