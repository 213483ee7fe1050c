"""Text in: the lines of a file, plain or gzip, with their numbers; a file that is cut, damaged or no text is told."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from biomarkers.errors import InputError, Problem
from biomarkers.io import encodings, files

BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""Empty block that ends a whole bgzip file (SAM specification, section 4.1.2); without it the file was cut."""
BGZIP_BLOCK = 1 << 16
"""Most bytes that one of its blocks unpacks to."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Characters that drive a terminal or that no text has."""
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What reading a gzip file that was cut or changed raises."""
REMEDY = "copy it again and compare checksums"


MOST, RATIO = 1 << 26, 200
"""Unpacked bytes and, beyond them, how many times as large as the packed ones they may be. Tables, sequences and
intervals pack to a fifth or a twentieth; a file of one byte repeated, to a thousandth, would fill the memory."""


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip file as they are unpacked; Raises InputError once they are more than such files have."""

    def __init__(self, path: str | Path) -> None:
        self.path, self.packed, self.size = path, open(path, "rb"), 0  # noqa: SIM115 (closed with it)
        self.unpacked = gzip.GzipFile(fileobj=self.packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self.unpacked.readinto(buffer)
        self.size += size
        if self.size > max(MOST, RATIO * self.packed.tell()):
            found = f"unpacks to more than {RATIO} times its size ({self.size} bytes so far)"
            expected = "a file of text, which packs to a fifth or a twentieth; is it what it should be?"
            raise InputError(Problem.said(str(self.path), "file", found, expected))
        return size

    def close(self) -> None:
        self.packed.close()
        super().close()


def _unpacked(path: str | Path) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Unpacked(path), 1 << 16))


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The letters that bytes which are no UTF-8 are in Windows-1252, so that two names do not become one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows", _windows)


def unreadable(path: str | Path, error: Exception, expected: str) -> InputError:
    """The message for a file that is not there, or that cannot be read for another reason."""
    if isinstance(error, FileNotFoundError):
        return InputError(Problem(str(path), "file", None, "a file at this path"))
    found = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    return InputError(Problem.said(str(path), "file", found, expected))


def is_gzip(start: bytes) -> bool:
    """Whether these are the first bytes of a gzip file."""
    return start[:2] == b"\x1f\x8b"


def is_bgzip(start: bytes) -> bool:
    """Whether these first 18 bytes of a file have bgzip's extra field (SAM specification, section 4.1)."""
    return start[:4] == b"\x1f\x8b\x08\x04" and start[12:16] == b"BC\x02\x00"


OTHER_KINDS = {
    b"BZh": ("packed by bzip2", "unpack it with bunzip2"),
    b"\x28\xb5\x2f\xfd": ("packed by zstd", "unpack it with zstd -d"),
    b"\xfd7zXZ\x00": ("packed by xz", "unpack it with xz -d"),
    b"\x04\x22\x4d\x18": ("packed by lz4", "unpack it with lz4 -d"),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", "unpack it with 7z x"),
    b"\x1f\x9d": ("packed by compress", "unpack it with gzip -d"),
    b"version https://git-lfs": ("a pointer of Git LFS", "fetch the file itself with git lfs pull"),
    b"<!doctype html": ("a web page", "was a login page saved in place of the file? Download it again"),
    b"<html": ("a web page", "was a login page saved in place of the file? Download it again"),
    b"%PDF-": ("a PDF", "export the table itself"),
    b"PK\x03\x04": (
        "a zip archive or a workbook",
        "unpack it, or save its table as text (biomarkers import xlsx makes clinical sheets of a workbook)",
    ),
}
"""What else is given as a text, by its first bytes, and what to do."""


def check_kind(path: str | Path, start: bytes, expected: str) -> None:
    """Raise InputError for a file whose first bytes are those of another kind; expected: what it should be."""
    for sign, (kind, remedy) in OTHER_KINDS.items():
        if start[: len(sign)].lower() == sign.lower():
            raise InputError(Problem.said(str(path), "file", f"is {kind}", f"{expected}; {remedy}"))


def head(path: str | Path, size: int = 18) -> bytes:
    """The first bytes of a file as they stand; fewer where it is shorter."""
    with open(path, "rb") as raw:
        return raw.read(size)


def check_end(path: str | Path) -> None:
    """Raise InputError for a bgzip file without its end marker."""
    with open(path, "rb") as raw:
        if not is_bgzip(raw.read(18)):
            return
        raw.seek(-min(len(BGZIP_END), os.path.getsize(path)), os.SEEK_END)
        if raw.read() != BGZIP_END:
            expected = f"a whole bgzip file (its end marker is missing); {REMEDY}"
            raise InputError(Problem.said(str(path), "file", "is truncated", expected))


def opened(path: str | Path, *, packed: bool = False) -> BinaryIO:
    """The bytes of a file, unpacked when its content is gzip; packed: as they stand.

    Raises InputError when it is missing, a folder, a pipe, or a bgzip file without its end; a gzip file that was cut
    shows only when it is read (`reading` tells it).
    """
    shown = str(path)
    try:
        if not os.path.isfile(path) and not os.path.isdir(path) and os.path.exists(path):
            raise InputError(
                Problem.said(shown, "file", "is a pipe or a device", "a file on disk: it is read more than once")
            )
        check_end(path)
        zipped = is_gzip(head(path, 2))
        if zipped and packed:
            _check_start(path)
        return _unpacked(path) if zipped and not packed else open(path, "rb")
    except OSError as error:
        raise unreadable(path, error, "a readable file") from None


def _check_start(path: str | Path) -> None:
    """Unpack the start of a file that another program will read, up to where it is known to be no bomb."""
    if _has_few_blocks(path):
        return
    with _unpacked(path) as handle, suppress(*DAMAGED):
        raw = cast(_Unpacked, cast(io.BufferedReader, handle).raw)
        while raw.packed.tell() < MOST / RATIO and handle.read(1 << 20):
            pass


def _has_few_blocks(path: str | Path) -> bool:
    """Whether that start is of blocks of bgzip that cannot hold more than is allowed: each says how long it is."""
    with open(path, "rb") as raw:
        for _ in range(MOST // BGZIP_BLOCK):
            start = raw.read(18)
            if raw.tell() >= MOST / RATIO or not start:
                return True
            if not is_bgzip(start):
                return False
            raw.seek(int.from_bytes(start[16:18], "little") + 1 - len(start), os.SEEK_CUR)
    return False


@contextmanager
def reading(path: str | Path) -> Iterator[BinaryIO]:
    """As `opened`, closed at the end; damage that shows only while the block reads becomes an InputError, too."""
    try:
        with opened(path) as handle:
            yield handle
    except DAMAGED as error:
        found = f"is truncated or damaged ({error})"
        raise InputError(Problem.said(str(path), "file", found, f"a whole gzip file; {REMEDY}")) from None


def numbered(path: str | Path) -> Iterator[tuple[int, str]]:
    """Line number (1-based) and text of every line, without its ending; plain or gzip by content.

    A line ends with LF, CRLF or, as on old Macs, CR. Raises InputError when the file is missing, a folder, truncated
    or not a text.
    """
    with reading(path) as handle:
        check_kind(path, head(path, 32), "a text file")
        for number, line in enumerate(io.TextIOWrapper(handle, "utf-8-sig", "windows", newline=None), 1):
            if "\0" in line:
                raise _no_text(path, number, line)
            yield number, line.removesuffix("\n")


def _no_text(path: str | Path, number: int, line: str) -> InputError:
    """The message for a line with a NUL byte, which binary data has in its first one."""
    if line.startswith("BCF"):
        return InputError(Problem.said(str(path), "file", "is a BCF", "a VCF (bcftools view -Oz makes one)"))
    if number == 1:
        return InputError(Problem.said(str(path), "file", "is binary data", "a text file"))
    return InputError(Problem.said(str(path), "row", "has a NUL byte", f"text; {REMEDY}", number))


SPREADSHEET_ERRORS = ("#N/A", "#NV", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
"""What a spreadsheet writes into a cell whose formula failed."""


def is_comment(line: str) -> bool:
    r"""Whether a line is a comment, and no row whose first cell is a spreadsheet's error.

    >>> is_comment("#version 2.4"), is_comment("#N/A\tP1\tMissense_Mutation")
    (True, False)
    """
    return line.startswith("#") and not line.startswith(SPREADSHEET_ERRORS)


MOST_DIGITS = 15
"""More digits are no position, length or count, and a double would not hold them."""


def is_whole_number(text: str) -> bool:
    """Whether a cell is a whole number of at least 0 that a position, a length or a count may be.

    >>> is_whole_number("007"), is_whole_number("-1"), is_whole_number("\u00b2"), is_whole_number("9" * 16)
    (True, False, False, False)
    """
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS


def ends_within_a_line(path: str | Path) -> bool:
    """Whether the last line of plain text lacks its ending, as where a file was cut; a packed file tells it itself."""
    if is_gzip(head(path, 2)) or not os.path.getsize(path):
        return False
    with open(path, "rb") as raw:
        raw.seek(-1, os.SEEK_END)
        return raw.read() not in (b"\n", b"\r")


def whole_text(path: str | Path, expected: str = "") -> str:
    """Text of a file, unpacked when it is gzip; UTF-8 (BOM allowed), GB18030 or with bytes of Windows-1252.

    expected: what the file should be; one of another kind is refused then. Raises InputError when unreadable.
    """
    shown = str(path)
    try:
        with _unpacked(path) if is_gzip(head(path, 2)) else open(path, "rb") as handle:
            data = handle.read()
    except (OSError, *DAMAGED) as error:
        raise unreadable(path, error, "a readable, complete file") from None
    if expected or b"\x00" in data:
        expected = expected or "text in UTF-8 (TSV or CSV)"
        check_kind(path, data[:32], expected)
        if b"\x00" in data:
            raise InputError(Problem.said(shown, "file", "is binary or UTF-16 data", expected))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = encodings.of(data, shown, data.count(b"\n", 0, error.start) + 1)
    return data.decode("gb18030") if encoding == "gb18030" else data.decode("utf-8-sig", "windows")


def last(path: str | Path, number: int, size: int = 1 << 16) -> list[str]:
    """The last lines of a log that are not empty, with what is no text or would drive a terminal escaped.

    size: bytes at its end that are looked at, since logs of tools grow. None where it cannot be read.
    """
    try:
        with open(path, "rb") as raw:
            raw.seek(-min(size, os.path.getsize(path)), os.SEEK_END)
            text = raw.read(size).decode("utf-8", "backslashreplace")
    except OSError:
        return []
    found = [line for line in re.split("[\r\n]+", text) if line.strip()]
    return [CONTROL.sub(lambda each: f"\\x{ord(each[0]):02x}", line) for line in found[-number:]]


def legible(path: str | Path) -> str:
    """The text of a log, which is written anew where it holds bytes that are no text or would drive a terminal.

    Programs write such bytes when they show a damaged file, and Snakemake's terminal reads the log after us.
    """
    try:
        data = Path(path).read_bytes()
    except OSError:
        return ""
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    if text.encode() != data:
        with suppress(OSError, InputError):
            files.write_texts({Path(path): text})
    return text
