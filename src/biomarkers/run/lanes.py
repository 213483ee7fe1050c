"""A lane: the reads of one row of the sheet, or of one read group of a file, and how they are named in a BAM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from biomarkers.errors import InputError
from biomarkers.io.lines import numbered


@dataclass(frozen=True)
class Lane:
    """One lane's reads: `read_1` alone for single-end FASTQ or a BAM or CRAM that is to be aligned.

    line: row of the sheet (1-based). header: the read group as the file itself states it. group: the read group whose
    reads are taken, when the file holds several.
    """

    lane: str
    library: str
    read_1: str
    read_2: str | None
    line: int
    header: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None

    @property
    def is_bam(self) -> bool:
        """True for an unaligned BAM instead of FASTQ."""
        return self.read_1.endswith((".bam", ".cram"))


def read_group(sample: str, lane: Lane, first_name: str) -> str:
    r"""Read group line for `bwa mem -H` (tabs as \t): platform and unit of the file, else of an Illumina name.

    >>> read_group("T1", Lane("L3", "T1", "x.fq", None, 2), "ST-E00267:86:H7HY2CCXX:3:2121:6258:39967")
    '@RG\\tID:T1.L3\\tSM:T1\\tLB:T1\\tPU:H7HY2CCXX.3.T1\\tPL:ILLUMINA'
    >>> read_group("T1", Lane("1", "T1", "x.fq", None, 2), "SRR1.1")
    '@RG\\tID:T1.1\\tSM:T1\\tLB:T1\\tPU:T1.1\\tPL:ILLUMINA'
    >>> read_group("T1", Lane("1", "A", "x.bam", None, 2, {"PU": "F1.2", "PL": "DNBSEQ"}), "")
    '@RG\\tID:T1.1\\tSM:T1\\tLB:A\\tPU:F1.2\\tPL:DNBSEQ'
    """
    parts = first_name.split(":")
    word = "".join(c for c in "".join(parts[2:3]) if c.isalnum() or c in "-_")
    illumina = len(parts) >= 7 and word and parts[3].isdecimal()
    guess = f"{word}.{parts[3]}.{sample}" if illumina else f"{sample}.{lane.lane}"
    unit, platform = plain_word(lane.header.get("PU", "")) or guess, plain_word(lane.header.get("PL", "")) or "ILLUMINA"
    return rf"@RG\tID:{sample}.{lane.lane}\tSM:{sample}\tLB:{lane.library}\tPU:{unit}\tPL:{platform}"


def first_read_name(file: str) -> str:
    """Name of a FASTQ's first read; empty for a file that cannot be read, of which the job itself then speaks."""
    try:
        _, line = next(numbered(file), (1, ""))
    except InputError:
        return ""
    return (line.removeprefix("@").split() or [""])[0]


def words_of(sample: str, lanes: Iterable[Lane]) -> list[str]:
    """Five words for each lane, as the shell file `align.sh` takes them; `-` for what is absent.

    Lane, @RG line, first file, second file, and the read group whose reads are taken.
    """
    words = []
    for lane in lanes:
        group = read_group(sample, lane, "" if lane.is_bam else first_read_name(lane.read_1))
        words += [lane.lane, group, lane.read_1, lane.read_2 or "-", lane.group or "-"]
    return words


def plain_word(text: str) -> str:
    """Text as a name that may reach a shell or a path (see `schemas.NAME`); empty when nothing is left."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).lstrip("._-")
