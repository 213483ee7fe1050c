"""A reader called in this process on files of which one was changed, and what is wrong about what it did.

What may not be: an exception, a warning of Python, more than 30 s of processor time or 2 GB of memory for a file,
something written by a command that did not end well; and, of what was written, a table that its own schema refuses or
that holds `nan`, and one that differs when the same input is written with CRLF, a byte-order mark, another order of its
columns, or packed otherwise.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import logging
import os
import re
import resource
import shutil
import signal
import sys
import traceback
import warnings
import zlib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import vl_convert

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from changes import unpacked  # noqa: E402
from readers import Reader, bgzip  # noqa: E402

from biomarkers.cli import _command  # noqa: E402
from biomarkers.cli.app import run  # noqa: E402
from biomarkers.errors import InputError  # noqa: E402
from biomarkers.io import files, spellings, tables  # noqa: E402

LONGEST, MOST = 30, 2_000_000
"""Seconds of processor time, and kB of memory, for one file."""
NO_CELL = re.compile(r"(?:^|\t)(nan|-?inf|None|<NA>|NaT)(?=\t|$)", re.MULTILINE)
"""What Python writes of a number or date that is none."""
SCHEMAS = {"selected": "pdl1_selected", "rejected": "pdl1_rejected"}
"""Of tables that are not named as the option that writes them."""


class Outcome(NamedTuple):
    """Exit status, what was said, what was written by name, and what is wrong about it, else nothing."""

    status: int
    said: str
    made: dict[str, bytes]
    fault: str


_parsed = cache(_command._parsed)
_command._parsed = lambda function, words: _parsed(function, tuple(words))
"""The same command line is read once: that takes longer than what most commands do with so small a file."""


def _undrawn(spec: object, **_: object) -> str:
    """In place of a drawing: what Vega is given must be JSON, without numbers that are none."""
    json.dumps(spec, allow_nan=False)
    return "<svg></svg>"


vl_convert.vegalite_to_svg = _undrawn
vl_convert.svg_to_pdf = vl_convert.svg_to_png = lambda drawn, **_: drawn.encode()
vl_convert.javascript_bundle = lambda script: script
os.environ["OMP_NUM_THREADS"] = "1"
"""Vega's machine reads no file, takes most of the time, starts threads and wants more memory than a child may have;
with one core the program draws in this process."""


def judged(reader: Reader, data: bytes, folder: Path) -> Outcome:
    """What the reader makes of its files when `data` stands in the one that is changed; the files stay in `folder`."""
    outcome = called(reader, data, folder)
    if outcome.fault or outcome.status:
        return outcome
    wrong = _unreadable(reader, outcome.made, data)
    if not wrong and zlib.crc32(data) % 8 == 0:
        wrong = _otherwise(reader, data, outcome, folder.with_name(f"{folder.name}.same"))
    return outcome._replace(fault=wrong)


def called(reader: Reader, data: bytes, folder: Path) -> Outcome:
    """What the reader makes of it, without a look at what is in the tables that it wrote."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "made").mkdir(parents=True)
    os.chdir(folder)
    for name, content in reader.files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data if name == reader.spoiled[0] else content)
    before = _files(folder)
    said, wrong, status = io.StringIO(), "", 1
    logging.root.handlers[:] = [logging.StreamHandler(said)]
    logging.root.setLevel(logging.INFO)  # the program does so only where it finds no handler
    signal.signal(signal.SIGPROF, _slow)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        with (
            warnings.catch_warnings(record=True) as warned,
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", ResourceWarning)
            status = run(reader.words.split())
    except BaseException as error:
        return Outcome(1, said.getvalue(), {}, f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    made = {name: content for name, content in _files(folder).items() if before.get(name) != content}
    told = said.getvalue()
    if status not in (0, 1, 2) or "likely a fault" in told or "Traceback (most" in told:
        wrong = told
    elif warned:
        wrong = "\n".join(f"warning: {one.filename}:{one.lineno}: {one.message}" for one in warned)
    elif status and not told.strip():
        wrong = "ended without a word"
    elif status and (made or _files(folder).keys() != before.keys()):
        wrong = f"exit status {status}, but written: {sorted(made)}\n{told}"
    elif resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST:
        wrong = f"more than {MOST} kB of memory"
    return Outcome(status, told, made, wrong)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _slow(*_: object) -> None:
    raise TimeoutError(f"more than {LONGEST} s of processor time")


def _text(content: bytes) -> str:
    return (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode(errors="replace")


def _unreadable(reader: Reader, made: dict[str, bytes], data: bytes) -> str:
    """What is wrong with a table that was written: words of Python in it, or its own schema refuses it."""
    options = {path: option.removeprefix("--") for option, path in _pairs(reader.words)}
    given = (unpacked(data) or data).decode(errors="replace")
    for name, content in made.items():
        path = Path(name)
        if ".tsv" not in path.suffixes or name == "out/import.tsv":
            continue
        found = NO_CELL.search(text := _text(content))
        if (
            found
            and found[1].casefold() not in given.casefold()
            and not ("inf" in found[1] and reader.words.startswith("associate"))
        ):
            return f"{name} holds '{found[1]}'"
        option = options.get(name, path.name.split(".")[0])
        schema = SCHEMAS.get(option, option)
        if not files.packaged(f"schemas/{schema}.schema.yaml").exists():
            continue
        try:
            frame = tables.read(path, schema)
        except InputError as error:
            if "expected a number, as in" in str(error):
                continue  # words among numbers of a column that no schema knows: told where it is used
            return f"{name} is refused by its own schema {schema}: {error}"
        if len({len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t")}) != 1:
            return f"{name} has rows of different length"
        again = {str(column): tables._as_texts(frame[column]) for column in frame.columns}
        for column, *cells in _by_column(text):
            pairs = [*zip(cells, again.get(column, cells), strict=True)]
            if found_other := [pair for pair in pairs if not _same(*pair)]:
                return f"{name} is another one when it is read and written again: {column} {found_other[:2]}"
    return ""


def _same(one: str, other: str) -> bool:
    """Whether a cell is as it was, or the same number; a date without its day may stand for one.

    Characters that cannot be seen are left out of numbers when a table is read.
    """
    if one == other or re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", one):
        return True
    try:
        return float(spellings.UNSEEN.sub("", one)) == float(other)
    except ValueError:
        return False


def _pairs(words: str) -> list[tuple[str, str]]:
    return [*pairwise(words.replace("=", " ").split())]


def _by_column(text: str) -> list[tuple[str, ...]]:
    """The columns of a table in the order of their names."""
    return sorted(zip(*csv.reader(io.StringIO(text, newline=""), delimiter="\t"), strict=True))


def ways(name: str, data: bytes) -> dict[str, bytes]:
    """The same content written otherwise, by how."""
    if data[:2] == b"\x1f\x8b":
        whole = unpacked(data)
        return {} if whole is None else {"packed in one piece": gzip.compress(whole), "packed in blocks": bgzip(whole)}
    path = Path(name)
    if path.suffix in (".xlsx", ".xpt", ".bam", ".cram", ".bcf", ".fai") or b"\r" in data or b"\0" in data:
        return {}
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or path.suffix in (".json", ".jsonl", ".log"):
        return {}
    found = {} if b'"' in data else {"CRLF": data.replace(b"\n", b"\r\n")}
    if path.suffix not in (".tsv", ".csv"):
        return found
    with contextlib.suppress(UnicodeDecodeError, csv.Error):
        text = data.decode()
        found["byte-order mark"] = b"\xef\xbb\xbf" + data
        first = text.split("\n", 1)[0]
        separator = "\t" if "\t" in first else max(",;", key=first.count)
        if separator in first and '"' not in text:
            rows = [line.split(separator) for line in text.split("\n")]
            whole = {len(row) for row in rows if row != [""]} == {len(rows[0])}
            if whole and all(row[-1] and row[0] for row in rows if row != [""]):
                found["columns in another order"] = "\n".join(separator.join(row[::-1]) for row in rows).encode()
    return found


def _otherwise(reader: Reader, data: bytes, outcome: Outcome, folder: Path) -> str:
    """How the same input written otherwise gives another output."""
    if reader.words.startswith(("report", "pictures", "status", "resources", "check")):
        return ""
    for how, same in ways(reader.spoiled[0], data).items():
        if how == "columns in another order" and reader.words.startswith("compare"):
            continue  # it tells changes in the order of the columns
        other = called(reader, same, folder)
        if other.fault or other.status:
            return f"{how}: {other.fault or other.said}"
        for name, content in outcome.made.items():
            if ".tsv" not in Path(name).suffixes or name == "out/import.tsv":
                continue
            if name not in other.made or _by_column(_text(other.made[name])) != _by_column(_text(content)):
                return f"{how}: {name} is another one"
    return ""
