"""BAM and CRAM, and the headers and indexes of VCFs, by pysam; what htslib itself would write to the terminal is held.

Functions raise OSError or ValueError for a file that htslib cannot read, unless they say otherwise.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

NAME_AND_TAGS = "required_fields=0xc03"
"""htslib's option for a CRAM: SAM_QNAME, SAM_FLAG, SAM_AUX, SAM_RGAUX; its bases stay packed and need no reference."""
INFO = re.compile(r"^##INFO=<ID=([^,>]+)", re.MULTILINE)
WHOLE = "a whole BAM or CRAM; copy it again and compare checksums"


class VcfHeader(NamedTuple):
    """What the head of a VCF tells.

    fields: names in INFO; lengths: bases by contig, None where it does not say;
    contigs: those with records, by the index where there is one, else the first record's and those of `lengths`.
    """

    fields: frozenset[str]
    lengths: dict[str, int | None]
    contigs: list[str]


class OddHeaderError(ValueError):
    """A header whose lines are not as the SAM specification has them, in a file that may be whole."""


def header(file: str) -> dict[str, Any]:
    """Header of a BAM or CRAM by its two-letter codes: `{"SQ": [{"SN": "chr1", "LN": 248956422}], ...}`."""
    with _opened(file) as alignments:
        try:
            found = dict(alignments.header.to_dict())
        except (AssertionError, KeyError, ValueError) as error:
            raise OddHeaderError(str(error)) from None
        if not all("SN" in line and "LN" in line for line in found.get("SQ", [])):
            # The text is free to say less than the table of the file.
            pairs = zip(alignments.references, alignments.lengths, strict=True)
            found["SQ"] = [{"SN": name, "LN": bases} for name, bases in pairs]
        return found


def is_whole(file: str) -> bool:
    """Whether a BAM or CRAM, aligned or not, has its end (samtools quickcheck)."""
    import pysam
    from pysam.utils import SamtoolsError

    try:
        pysam.quickcheck("-u", file)
    except SamtoolsError:
        return False
    return True


def reads(file: str) -> Iterator[Any]:
    """Reads of a BAM (pysam's AlignedSegment) in the order of the file.

    None of a CRAM, whose reads cannot be had without the reference.
    """
    with _opened(file) as alignments:
        if not alignments.is_cram:
            yield from alignments.fetch(until_eof=True)


def read_groups(file: str) -> Iterator[tuple[str, str | None]]:
    """Name and read group of each read of a BAM or CRAM; None for a read without one. No reference is needed."""
    with _opened(file, [NAME_AND_TAGS]) as alignments:
        for read in alignments.fetch(until_eof=True):
            yield str(read.query_name), str(read.get_tag("RG")) if read.has_tag("RG") else None


def vcf_header(file: str) -> VcfHeader:
    """The head of a VCF (plain, gzip, bgzip) or BCF. Raises InputError for anything else."""
    import pysam

    from biomarkers.io.vcf import Vcf

    path, index = Path(file), Path(f"{file}.tbi")
    opened = Vcf(file)
    fields = frozenset(INFO.findall(opened.header))
    lengths = {name: opened.lengths.get(name) for name in opened.contigs}
    if index.is_file() and index.stat().st_mtime >= path.stat().st_mtime:
        pysam.set_verbosity(0)
        with pysam.TabixFile(file) as table:
            return VcfHeader(fields, lengths, list(table.contigs))
    first = next(iter(opened), None)
    return VcfHeader(fields, lengths, [*([] if first is None else first[:1]), *lengths])


def _opened(file: str, options: list[str] | None = None) -> Any:
    import pysam

    pysam.set_verbosity(0)
    # Of a damaged file pysam prints a traceback of closing what it could not open, beside what it raises.
    hooks = sys.excepthook, sys.unraisablehook
    sys.excepthook, sys.unraisablehook = lambda *_: None, lambda _: None
    try:
        return pysam.AlignmentFile(file, check_sq=False, format_options=options)
    except NotImplementedError as error:  # gzip, not bgzip: nobody can go back in it
        raise ValueError(str(error)) from None
    finally:
        sys.excepthook, sys.unraisablehook = hooks
