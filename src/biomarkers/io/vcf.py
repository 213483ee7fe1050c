"""VCF and BCF in: htslib parses and judges a file (pysam); what htslib passes over in silence is told here.

A record is handed out as the cells of its text, whatever the file's format. Numbers of type Float have six significant
digits there, since htslib keeps them in 32 bits, unless they are asked for `as_written`.
"""

from __future__ import annotations

import os
import tempfile
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

from pysam import VariantFile, VariantHeader, VariantRecord, set_encoding_error_handler, set_verbosity

from biomarkers.errors import InputError, Problem, count, log
from biomarkers.io.lines import DAMAGED, check_kind, head, is_gzip, opened

SILENT, ERRORS = 0, 1
"""Levels of htslib's own messages, which would reach the user's terminal in place of ours."""
FIXED = 8
"""Columns from CHROM to INFO."""
EMPTY = "\0"
"""What htslib writes where the values of all samples are empty and the header does not declare the field."""
WHOLE = "records as the VCF specification says (was the file cut?)"
REFUSED = (OSError, ValueError, TypeError)
"""What pysam raises of a damaged file, the last where it closes one that was opened by a handle."""
NO_HEADER = "does not have valid header"
"""What pysam says of a VCF whose header htslib cannot read; all else that it refuses is no VCF."""
TWICE = "invalid tag"
"""What pysam says of a record whose FORMAT names a field twice, over which htslib only warns."""
CUT = "{} columns as in the #CHROM line (was the file cut?)"
UTF_8 = "text in UTF-8 (iconv converts it)"


class Vcf:
    """An open VCF (plain, gzip, bgzip) or BCF; iterate for its records.

    path: as given, for messages. samples: names of their columns in order. contigs: those that the header declares;
    lengths: bases of those whose length it states. header: its text as htslib understood it.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises InputError for what is no VCF or BCF, or is a bgzip file without its end."""
        self.path, self._texts = str(path), frozenset[str]()
        opened(path, packed=True).close()
        check_kind(self.path, head(self.path, 32), "a VCF or BCF")  # htslib ends the process over a file of xz
        set_verbosity(SILENT)
        try:
            self._opened: VariantFile | None = _opened(self.path)
            header = self._opened.header
            self.header = _text(header)
            self.samples: list[str] = list(header.samples)
            contigs = list(header.contigs.values())
            self.contigs: list[str] = [contig.name for contig in contigs]
            self.lengths: dict[str, int] = {contig.name: contig.length for contig in contigs if contig.length}
        except UnicodeDecodeError:
            raise InputError(Problem.said(self.path, "header", "is not in UTF-8", UTF_8)) from None
        except REFUSED as error:
            if NO_HEADER in str(error):
                raise InputError(self._header_problem()) from None
            expected = "a VCF or BCF: its first line is ##fileformat=VCFv4.x"
            raise InputError(Problem.said(self.path, "file", "has no header of a VCF", expected)) from None

    def __iter__(self) -> Iterator[list[str]]:
        """The cells of each record. Raises InputError, with the record before, where htslib stops or a cell is missing.

        htslib takes a line that ends before its FORMAT column for a whole one.
        """
        width = FIXED + (1 + len(self.samples) if self.samples else 0)
        before: list[str] = []
        number = 0
        try:
            for number, record in enumerate(self._records(), 1):  # noqa: B007 - where it stopped
                cells = _cells(str(record), width)
                if len(cells) != width:
                    break
                cells[-1] = cells[-1][:-1]
                before = cells
                yield cells
            else:
                _check_lines(self.path, width)
                return
            found, expected = f"has {count(len(cells), 'column')}{_reason(self.path, number)}", CUT.format(width)
        except UnicodeDecodeError:
            found, expected = "is not in UTF-8", UTF_8
        except REFUSED as error:
            found, expected = f"cannot be read{_reason(self.path, number + 1)}", WHOLE
            if TWICE in str(error):
                found, expected = "names a field of FORMAT twice", "each field once"
        _check_lines(self.path, width)
        place = f"record after {before[0]}:{before[1]}" if before else "first record"
        raise InputError(Problem.said(self.path, place, found, expected))

    def as_written(self, names: Iterable[str]) -> Vcf:
        """The same file, of whose records these fields of INFO are as the text has them, whatever the header declares.

        htslib makes 0 of 0.05 in an Integer, and 12.5 of 12.5% in a Float.
        """
        self._texts = frozenset(names)
        return self

    def _records(self) -> Iterator[VariantRecord]:
        """Once more from the start when asked again."""
        reader, self._opened = self._opened or _opened(self.path), None
        for name in self._texts.intersection(reader.header.info):
            reader.header.info.remove_header(name)
            reader.header.add_line(f'##INFO=<ID={name},Number=.,Type=String,Description="">')
        try:
            yield from reader
        finally:
            with suppress(*REFUSED):
                reader.close()

    def _header_problem(self) -> Problem:
        if _ends_in_cr(self.path):
            expected = "lines that end in LF (`tr '\\r' '\\n'` converts them)"
            return Problem.said(self.path, "header", "has lines that end in CR only, as on old Macs", expected)
        found, expected = f"cannot be read{_reason(self.path)}", "lines as the VCF specification says"
        return Problem.said(self.path, "header", found, expected)

    def whole_header(self) -> str:
        """The header with a line for each contig and field that records have and it does not declare.

        htslib adds them as it reads. Raises InputError as iteration does.
        """
        deque(Vcf(self.path), maxlen=0)
        reader = _opened(self.path)
        deque(reader, maxlen=0)
        return _text(reader.header)


def _text(header: VariantHeader) -> str:
    """The lines of a header; a byte that is no UTF-8 is U+FFFD there: a command line or a description is no name."""
    strict = set_encoding_error_handler("replace")
    try:
        return str(header)
    finally:
        set_encoding_error_handler(strict)


def _cells(text: str, width: int) -> list[str]:
    """The cells of a record's text; width: how many there are in a whole one.

    A long INFO stands between short cells. Python splits a text a character after the other and searches many at once.
    """
    if EMPTY in text:
        text = text.replace(EMPTY, "")
    cells = text.split("\t", FIXED - 1)
    cells += cells.pop().rsplit("\t", width - FIXED)
    return text.split("\t") if "\t" in cells[min(FIXED, len(cells)) - 1] else cells


def _opened(path: str) -> VariantFile:
    """The file as pysam opens it, from behind a byte-order mark, which some editors put before the text.

    Of a path pysam would ask for an index, and refuse what gzip packed.
    """
    with open(path, "rb", buffering=0) as handle:
        handle.seek(len(BOM_UTF8) if head(path).startswith(BOM_UTF8) else 0)
        return VariantFile(handle)


def _ends_in_cr(path: str) -> bool:
    """Whether the first line of a text ends in CR alone; htslib knows no such end and takes the file for one line."""
    with opened(path) as handle, suppress(*DAMAGED):
        line = handle.readline(1 << 16)
        return b"\r" in line.rstrip(b"\r\n")
    return False


def _reason(path: str, records: int = 0) -> str:
    """What htslib says last within so many records, in brackets; empty where it says nothing.

    It only ever writes that to the process's stderr, so the file is read again.
    """
    with tempfile.TemporaryFile() as said:
        terminal = os.dup(2)
        os.dup2(said.fileno(), 2)
        set_verbosity(ERRORS)
        try:
            with suppress(*REFUSED), closing(_opened(path)) as reader:
                deque(islice(reader, records), maxlen=0)
        finally:
            set_verbosity(SILENT)
            os.dup2(terminal, 2)
            os.close(terminal)
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").splitlines()
    errors = [line.partition("] ")[2] for line in lines if line.startswith("[E::")]
    return f" ({errors[-1]})" if errors else ""


def _check_lines(path: str, width: int) -> None:
    """Find what htslib leaves out of the lines of plain text: columns behind the last, and the end of the last line.

    In a packed file checksums and the end marker show what was cut.
    """
    if is_gzip(head(path)) or head(path).startswith(b"BCF"):
        return
    line, before, place = b"\n", b"", "first record"
    with opened(path) as handle:
        for number, line in enumerate(handle, 1):
            if not before and line.removeprefix(BOM_UTF8).startswith(b"#"):
                continue
            columns = line.count(b"\t") + 1
            if columns != width:
                if before:
                    place = "record after " + ":".join(before.decode("utf-8", "replace").split("\t")[:2])
                raise InputError(
                    Problem.said(path, place, f"has {count(columns, 'column')}", CUT.format(width), number)
                )
            before = line
    if not line.endswith(b"\n"):
        # A number in it may be a part of one (30,1 of 30,12). Yet scripts write whole files so, and htslib takes them.
        log.warning("%s: its last line does not end; was the file cut?", path)
