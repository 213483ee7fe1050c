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
import re
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


NASTY = [
    *("", " ", ".", "-", "nan", "NaN", "inf", "-inf", "1e400", "-1e400", "1e-400", "-1", "-0", "+5", "007", "1.0", "1.5", "1,5", "1 000", "0x10"),
    *("1_000", "1e5", "99999999999999999999", "2147483648", "-9223372036854775809", "\u00b2", "\u0663", "\uff15", "\u2212" + "1", "5\u00a0", "\u200b5", "\ufeff5"),
    *("NA", "N/A", "None", "null", "true", "=1+1", "#REF!", "0", "0000-00-00", "2024-02-30", "2024-13-01", "20240101", "01/02/2024", "45000", "50%", "<1", "5-3"),
    *("a\0b", "a\rb", '"', '"a', "a\u2028b", "a\x0bb", "\udc80", "e\u0301", "x" * 300, "9" * 5000),
]  # fmt: skip
"""What one field of a right file is replaced by."""


def one_field(data: bytes, chance: random.Random) -> bytes:
    """The file with one of its fields replaced; a field ends at one of the separators that the file has."""
    separators = [one for one in (b"\t", b",", b";", b":", b"|", b"=", b" ", b'"') if one in data]
    separator = chance.choice([*separators[:1] * 3, *separators, b"\n"])
    fields = re.split(b"(" + re.escape(separator) + b"|\n)", data)
    nasty = "7" * 10_000_000 if chance.random() < 0.004 else chance.choice(NASTY)
    fields[2 * chance.randrange(len(fields) // 2 + 1)] = nasty.encode(errors="surrogateescape")
    return b"".join(fields)


def otherwise_written(data: bytes, chance: random.Random) -> bytes:
    """The same text in another encoding, with other line ends, or its first or last lines twice, its tabs as spaces."""
    lines = data.split(b"\n")
    first = next((number for number, line in enumerate(lines) if not line.startswith(b"#")), 0)
    other = chance.choice([lines[first], lines[0], lines[-2] if len(lines) > 1 else b""])
    return chance.choice([
        lambda: data.replace(b"\n", b"\r"),
        lambda: data.replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\r\n", 1),
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.decode("latin-1").encode(chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"])),
        lambda: data.replace(b"\t", b"    "),
        lambda: data.replace(b"\t", b" ", 1),
        lambda: data.replace(b"\t", b"\t\t", chance.randrange(1, 4)),
        lambda: b"\n".join([*lines[: first + 1], other, *lines[first + 1 :]]),
        lambda: b"\n".join([*lines, other]),
        lambda: data + data,
        lambda: b"\n".join(lines[: first + 1]),
        lambda: b"\n".join(lines[first + 1 :]),
        lambda: b"\n".join(line.rpartition(b"\t")[0] or line for line in lines),
        lambda: b"\n".join(line + b"\tx" for line in lines),
        lambda: data.rstrip(b"\n"),
        lambda: b"\n\n" + data.replace(b"\n", b"\n\n"),
        lambda: b"",
    ])()  # fmt: skip


def _spoil(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed anywhere, one or two fields replaced, or the whole written otherwise."""
    how = chance.random()
    if how < 0.4:
        return changed(data, chance)
    if how < 0.85:
        return one_field(one_field(data, chance) if chance.random() < 0.3 else data, chance)
    return otherwise_written(data, chance)


def spoiled(name: str, data: bytes, chance: random.Random) -> bytes:
    """The content of a packed file changed and packed again, most times; else cut, packed twice, or its bytes changed."""
    packed = data[:2] == b"\x1f\x8b"
    if packed and chance.random() < 0.15:
        whole = gzip.decompress(data)
        return chance.choice(
            [data[: chance.randrange(len(data))], data[:-28], data + data, whole, gzip.compress(data), data + b"x"]
        )
    if name.endswith(".xlsx") or packed:
        if chance.random() < 0.2:
            return changed(data, chance)
        return _zip(data, chance) if name.endswith(".xlsx") else bgzip(_spoil(gzip.decompress(data), chance))
    return _spoil(data, chance)


def _zip(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        names = whole.namelist()
        victim = chance.choice([name for name in names if "sheet" in name] if chance.random() < 0.6 else names)
        for name in names:
            content = whole.read(name)
            made.writestr(name, _spoil(content, chance) if name == victim else content)
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
