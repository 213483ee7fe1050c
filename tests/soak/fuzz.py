"""Files changed at random, for each kind of a group: `python fuzz.py GROUP SECONDS SEED FOLDER`, in a process of its own.

What may not be: an exception, a crash, more than 30 s of processor time or 1 GB of memory for a file, and something
written by a command that did not end well. The files of such a fault are left in FOLDER; exit status 1.
"""

# ruff: noqa: E402, E501
from __future__ import annotations

import contextlib
import gzip
import io
import os
import random
import resource
import shutil
import signal
import sys
import time
import zipfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from readers import GROUPS, Reader, bgzip

from biomarkers.cli.app import run

LONGEST, MOST = 30, 1_000_000
"""Seconds of processor time, and kB of memory, for one file."""
BITS = [
    *(b"\0", b"\xff\xfe", b"\t", b"\n", b"\r", b'"', b"'", b"NA", b"-1", b"1e400", b"nan", b"inf", b"99999999999999999999"),
    *(b"=1+1", b"\xe2\x80\xae", b"{", b"}", b"[", b"]", b":", b"&a", b"*a", b"!!python/object", b"%", b"$(x)", b"../"),
    *(b"0000-00-00", b"9999-12-31", b"2024", b"1,5", b";", b",", b"#", b"<", b">", b"|", b"null", b"true", b"~", b" ", b"."),
    *(b"\xef\xbb\xbf", b"/", b"-9223372036854775808", b"4294967296", b"1_000", "\u00b2".encode(), "\u0663".encode(), b"2024-02-30"),
    *(b"<<: *a", b"? ", b"- ", b"|\n", b"0x1F", b"1:30", b"on", b"\x1b[2J", b"\xc3\x28", b"A" * 5000, b"\t" * 300, b"(" * 2000, b"[" * 2000),
]  # fmt: skip
"""What is put into a file, or in place of a part of it."""


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some replaced, put in, left out or repeated, cut, or with their lines or cells exchanged."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        start = chance.randrange(len(data) + 1)
        end = start + chance.randrange(1, 40)
        how = chance.randrange(9)
        if how == 0:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = b"\n".join(lines)
        elif how == 1 and chance.random() < 0.3:
            data = data[:start]
        elif how == 2 and (cells := data.replace(b"\n", b"\t\n\t").split(b"\t")):
            one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
            cells[one], cells[other] = cells[other], cells[one]
            data = b"\t".join(cells).replace(b"\t\n\t", b"\n")
        else:
            middle = chance.choice([bytes([chance.randrange(256)]), chance.choice(BITS), b"", data[start:end] * 2])
            data = data[:start] + middle + data[chance.choice([start, end]) :]
    return data


def spoiled(name: str, data: bytes, chance: random.Random) -> bytes:
    """The content of a packed file changed and packed again, three times of four; else its bytes as they are."""
    if chance.random() < 0.25:
        return changed(data, chance)
    if name.endswith(".xlsx"):
        return _zip(data, chance)
    if data[:2] == b"\x1f\x8b":
        return bgzip(changed(gzip.decompress(data), chance))
    return changed(data, chance)


def _zip(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        names = whole.namelist()
        victim = chance.choice([name for name in names if "sheet" in name] if chance.random() < 0.6 else names)
        for name in names:
            content = whole.read(name)
            made.writestr(name, changed(content, chance) if name == victim else content)
    return out.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fault(reader: Reader, folder: Path, chance: random.Random) -> str:
    """Spoil a file, call the command; what was wrong about that, else nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.chdir(folder)
    victim = chance.choice(reader.spoiled)
    for name, data in reader.files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(spoiled(name, data, chance) if name == victim else data)
    Path("made").mkdir()
    before, said = _files(folder), io.StringIO()
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            status = run(reader.words.split())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if status not in (0, 1, 2) or "likely a fault" in said.getvalue():
        return said.getvalue()
    if status and not said.getvalue().strip():
        return "ended without a word"
    if status and _files(folder) != before:
        return f"exit status {status}, but written: {sorted(_files(folder).keys() - before.keys())}\n{said.getvalue()}"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST:
        return f"more than {MOST} kB of memory"
    return ""


def _slow(*_: object) -> None:
    raise TimeoutError(f"more than {LONGEST} s of processor time")


def tried(reader: Reader, seconds: float, seed: int, folder: Path) -> bool:
    """Try files of a kind for so many seconds of processor time; whether none was a fault."""
    chance, begun, number = random.Random(seed), time.process_time(), 0
    while (spent := time.process_time() - begun) < seconds:
        number += 1
        if told := fault(reader, folder, chance):
            print(f"{reader.kind}: after {number} files and {spent:.0f} s: {told} ({folder})", flush=True)
            return False
    print(f"{reader.kind}: {number} files in {spent:.0f} s, no fault", flush=True)
    return True


def main(group: str, seconds: str, seed: str, place: str) -> None:
    """Every kind of a group in turn."""
    from conftest import PROJECT

    data = Path(os.environ.get("BIOMARKERS_DATA", PROJECT.parent / "shared" / "data"))
    signal.signal(signal.SIGPROF, _slow)
    kinds = enumerate(GROUPS[group](data))
    places = Path(place).absolute()
    whole = [tried(reader, float(seconds), int(seed), places / f"{number}") for number, reader in kinds]
    sys.exit(not all(whole))


if __name__ == "__main__":
    main(*sys.argv[1:])
