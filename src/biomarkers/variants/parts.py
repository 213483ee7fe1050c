"""A large VCF in parts, each read by a process of its own.

What one process would have made of the file holds: where a part cannot vouch for that, nothing of any part is used.
"""

from __future__ import annotations

import io
import logging
import marshal
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple, NoReturn, cast

from biomarkers.errors import InputError
from biomarkers.io.lines import DAMAGED, PIECE, numbered, opened
from biomarkers.variants.consequence import Interpreter
from biomarkers.variants.eligibility import Tally

LEAST = 1 << 18
"""Bytes of a bgzip file that are worth a process."""
PACKING = 8
"""How many times as large a VCF is as text."""
BLOCK = b"\x1f\x8b\x08\x04", b"\x06\x00BC\x02\x00"
"""A bgzip block starts with the former and, after six bytes, the latter; its length less 1 follows (SAM specification,
section 4.1)."""
SUMS = ("records", "unfiltered", "annotations", "rows", "with_depth", "with_reads", "inside", "with_frequency")


class Cores(NamedTuple):
    """How a file may be shared out. scratch: makes a file without a name for a part's rows; least: see `LEAST`."""

    threads: int = 1
    scratch: Callable[[], BinaryIO] | None = None
    least: int = LEAST


class Part(NamedTuple):
    """Records that stand together. block: where in the file its first bgzip block (or its text) starts; skip, length:
    bytes of text from there to the first record, and from that to the end of the last (None: to the file's end).
    """

    block: int
    skip: int
    length: int | None


class Apart(Exception):
    """A part met what only the whole file can answer."""


class Text(io.RawIOBase):
    """The text of one part."""

    def __init__(self, path: str, part: Part) -> None:
        self._raw = opened(path, packed=True)
        self._handle, self._left, self._parent = _unpacked(self._raw, part.block), part.length, os.getppid()
        self._handle.seek(part.skip, os.SEEK_CUR)

    def read(self, size: int = -1) -> bytes:
        if os.getppid() != self._parent:
            raise Apart("nobody waits for the rows")
        if self._left is None:
            return self._handle.read(size)
        piece = self._handle.read(min(size, self._left))
        if self._left and not piece:
            raise EOFError("shorter than its blocks say")
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._handle.close()
        self._raw.close()
        super().close()


def lines(path: str, part: Part) -> Iterator[tuple[int, str]]:
    """The part's lines, numbered from 1: a message with such a number must not be shown."""
    return numbered(path, cast(BinaryIO, Text(path, part)))


def split(path: str, cores: Cores) -> list[Part]:
    """Parts that together hold every record in order, or none where one process reads the file as soon.

    A part starts where contig or position differ from the record before, so that a repeated ALT meets its first.
    Only a bgzip file or plain text is split; whatever is odd (nothing is said about it here) is for one process.
    """
    if cores.threads < 2 or not hasattr(os, "fork"):
        return []
    try:
        with opened(path, packed=True) as raw:
            size, zipped = os.fstat(raw.fileno()).st_size, raw.read(2) == BLOCK[0][:2]
            number = min(cores.threads, size // (cores.least * (1 if zipped else PACKING)))
            if number < 2:
                return []
            places = [(0, 0), *(_blocks(raw, size, number) if zipped else _even(size, number))]
            # Of each part: its block, what is passed over in it, and where its text starts in all the text.
            starts: list[tuple[int, int, int]] = []
            for block, before in places:
                skip = _to_next_place(_unpacked(raw, block)) if starts else _to_first_record(_unpacked(raw, 0))
                if skip is not None and (not starts or before + skip > starts[-1][2]):
                    starts.append((block, skip, before + skip))
    except (ValueError, OSError, InputError):
        return []
    except DAMAGED:
        return []
    ends = [start for _, _, start in starts[1:]]
    found = [Part(block, skip, end - start) for (block, skip, start), end in zip(starts, ends, strict=False)]
    return [*found, Part(*starts[-1][:2], None)] if found else []


def _unpacked(raw: BinaryIO, at: int) -> BinaryIO:
    from isal import igzip

    raw.seek(at)
    zipped = raw.read(2) == BLOCK[0][:2]
    raw.seek(at)
    return cast(BinaryIO, igzip.IGzipFile(fileobj=raw, mode="rb")) if zipped else raw


def _even(size: int, number: int) -> list[tuple[int, int]]:
    return [(size * part // number,) * 2 for part in range(1, number)]


def _blocks(raw: BinaryIO, size: int, number: int) -> list[tuple[int, int]]:
    """Where a bgzip file's blocks divide it evenly, with the text before. Raises ValueError for another file."""
    file, at, text = raw.fileno(), 0, 0
    found: list[tuple[int, int]] = []
    head = os.pread(file, 18, 0)
    while head:
        if len(found) < number - 1 and at >= size * (len(found) + 1) // number:
            found.append((at, text))
        if (head[:4], head[10:16]) != BLOCK:
            raise ValueError("no bgzip block")
        at += int.from_bytes(head[16:], "little") + 1
        # A block ends with the length of its text.
        both = os.pread(file, 22, at - 4)
        text, head = text + int.from_bytes(both[:4], "little"), both[4:]
    return found


def _to_first_record(handle: BinaryIO) -> int:
    text, end = b"", -1
    while end < 0:
        piece = handle.read(PIECE)
        text += piece
        start = text.find(b"\n#CHROM\t") + 1
        if not piece or not text.startswith(b"##"):
            raise ValueError("no header as it should be")
        end = text.find(b"\n", start) if start else -1
    return end + 1


def _to_next_place(handle: BinaryIO) -> int | None:
    """Bytes to the first record at another place than the one before it; None where no such follows.

    Raises ValueError for what is no record, and where positions go backwards.
    """
    # Most likely this is the middle of a line.
    passed = len(handle.readline())
    before = None
    while line := handle.readline():
        if line.startswith(b"#"):
            raise ValueError("in the header")
        name, position, _ = line.split(b"\t", 2)
        chrom, pos = name.decode("utf-8", "replace"), int(position)
        if before is not None and before != (chrom, pos):
            if before[0] == chrom and pos < before[1]:
                raise ValueError("out of order")
            return passed
        before = chrom, pos
        passed += len(line)
    return None


def together(work: Callable[[int], Any], number: int) -> list[Any] | None:
    """What `work` returns (of built-in types) for 0, 1, ... each in a forked process; None when any of them failed.

    A process shares nothing with this one but open files, says nothing, and ends with this one at the latest.
    """
    running: list[tuple[int, BinaryIO]] = []
    found: list[Any] = []
    try:
        # A signal between fork and `_run` would make the new process clean up what belongs to this one.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            for part in range(number):
                answer, own = os.pipe()
                running.append((0, os.fdopen(answer, "rb")))
                try:
                    process = os.fork()
                    if not process:
                        _run(work, part, own, held)
                    running[-1] = process, running[-1][1]
                finally:
                    os.close(own)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        while running:
            process, pipe = running[0]
            data = pipe.read()
            _, status = os.waitpid(process, 0)
            running.pop(0)[1].close()
            if status:
                return None
            found.append(marshal.loads(data))
    except OSError:
        return None
    finally:
        for process, pipe in running:
            pipe.close()
            if process:
                with suppress(OSError):
                    os.kill(process, signal.SIGKILL)
                    os.waitpid(process, 0)
    return found


def _run(work: Callable[[int], Any], part: int, own: int, held: Any) -> NoReturn:
    status = 1
    try:
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        log = logging.getLogger("biomarkers")
        log.handlers, log.propagate = [_Strict()], False
        data = marshal.dumps(work(part))
        while data:
            data = data[os.write(own, data) :]
        status = 0
    finally:
        # Whatever went wrong: one process reads the file again and says it.
        os._exit(status)


class _Strict(logging.Handler):
    """A message would have this part's line numbers, and might come once from every part."""

    def emit(self, record: logging.LogRecord) -> None:
        raise Apart(record.getMessage())


def seen(tally: Tally, interpreter: Interpreter, counts: Counter[str]) -> Any:
    """What a part leaves behind besides its rows."""
    sums = [getattr(tally, name) for name in SUMS]
    return sums, list(tally.contigs), dict(counts), interpreter.known, dict(interpreter.unknown)


def add_up(found: Sequence[Any], tally: Tally, interpreter: Interpreter, counts: Counter[str]) -> bool:
    """Add what the parts left behind, in order; False, and nothing is added, where a contig comes again later."""
    contigs: list[str] = []
    for _, names, *_ in found:
        # `split` has seen that positions go up where a contig goes on.
        contigs += names[1:] if contigs and names[:1] == contigs[-1:] else names
    if len(set(contigs)) < len(contigs):
        return False
    tally.contigs.update(dict.fromkeys(contigs))
    for sums, _, counted, known, unknown in found:
        for name, value in zip(SUMS, sums, strict=True):
            setattr(tally, name, getattr(tally, name) + value)
        counts.update(counted)
        interpreter.known |= known
        interpreter.unknown.update(unknown)
    return True
