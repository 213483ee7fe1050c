"""Files out, whole or not at all; what a file's content is known by; and the data that comes with the program."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from biomarkers.errors import InputError, Problem


class Digests(NamedTuple):
    """Hexadecimal digests of a file's bytes: names for its content. MD5 is no protection."""

    md5: str
    sha256: str


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Of a disk or quota that is full, or a file that is larger than allowed (`ulimit -f`)."""

UNFINISHED = ".unfinished."
"""Part of the name of a file that is being written."""


@contextmanager
def publish(*paths: str | Path) -> Iterator[list[Path]]:
    """Temporary paths, one for each final path, renamed together when the block succeeds and removed when not.

    The temporary files keep the final names' endings and stand in the final folders, which are made when absent.
    Raises InputError for a folder that cannot be written.
    """
    targets = [Path(path) for path in paths]
    temporary: list[Path] = []
    try:
        for target in targets:
            temporary.append(_temporary(target))
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        for source, target in zip(temporary, targets, strict=True):
            source.chmod(0o666 & ~umask)
            source.replace(target)
    except OSError as error:
        # Of a disk that fills while a file is written Python names no file.
        if error.filename is None and error.errno in FULL and targets:
            error.filename = str(targets[0])
        raise
    finally:
        for source in temporary:
            source.unlink(missing_ok=True)


def _temporary(target: Path) -> Path:
    """An empty file beside `target`, with its ending. Raises InputError where none can stand."""
    ending = "".join(target.suffixes[-2:])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # When this, or a name that is too long, shows at the renaming, some of the files are there already.
        if target.is_dir():
            raise InputError(Problem.said(str(target), "file", "is a folder", "a file, or a name that is not taken"))
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}{UNFINISHED}", suffix=ending, dir=target.parent)
    except OSError as error:
        found = f"cannot be written ({error.strerror})"
        raise InputError(Problem.said(str(target), "folder", found, "one in which files can be written")) from None
    os.close(handle)
    return Path(name)


def sweep(*folders: str | Path) -> None:
    """Remove what writers that were killed have left in these folders, and links to what is no longer there.

    Nobody may be writing there. A job on a cluster asks for the size of its input, and fails at such a link.
    """
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                is_unfinished = name.startswith(".") and UNFINISHED in name
                if is_unfinished or (os.path.islink(path) and not os.path.exists(path)):
                    with suppress(OSError):
                        os.unlink(path)


def rewrite(path: Path, text: str) -> None:
    """Change the text of a file and not its date, so that it is no newer than what was made of it."""
    before = path.stat()
    with publish(path) as (temporary,):
        temporary.write_text(text, "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def write_texts(texts: Mapping[Path, str] | Mapping[str | Path, str] | Mapping[Path, str | bytes]) -> None:
    """Write files of UTF-8 text (gzip where the name ends in .gz) or of bytes: all of them appear, or none.

    The same text gives the same bytes.
    """
    with publish(*texts) as temporary:
        for target, text in zip(temporary, texts.values(), strict=True):
            fill(target, text)


def fill(path: Path, text: str | bytes) -> None:
    """Write a text, or bytes, into one of the temporary paths of `publish`."""
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    path.write_bytes(gzip.compress(data, 6, mtime=0) if path.suffix == ".gz" else data)


@contextmanager
def compressed(path: Path) -> Iterator[BinaryIO]:
    """A binary file for writing, gzip where the name ends in .gz, for what is too large to be held as one text.

    The same content gives the same bytes. Level 1 keeps up with what makes the rows.
    """
    with open(path, "wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with gzip.GzipFile("", "wb", 1, raw, mtime=0) as out:
            yield cast(BinaryIO, out)


def md5_of(text: str) -> str:
    """MD5 of a text as it stands in a file of UTF-8, which is that of the file where it is not packed.

    >>> md5_of("")
    'd41d8cd98f00b204e9800998ecf8427e'
    """
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()


def md5(path: str | Path) -> str:
    """MD5 of a file, by which a table's record names its inputs."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def digests(path: str | Path) -> Digests:
    """MD5 and SHA-256 of a file, in one reading."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with open(path, "rb") as handle:
        while piece := handle.read(1 << 20):
            md5.update(piece)
            sha256.update(piece)
    return Digests(md5.hexdigest(), sha256.hexdigest())


def packaged(place: str) -> Path:
    """Path of a file or folder that comes with the program; place: its path within the package."""
    return Path(__file__).parent.parent / place


def shipped(place: str) -> Path:
    """Path of what belongs to the project beside the program, such as the workflow; installed, it has a copy."""
    copy = packaged(place)
    return copy if copy.exists() else packaged("").resolve().parents[1] / place


def packaged_text(place: str) -> str:
    """Text of a file that comes with the program."""
    return packaged(place).read_text("utf-8")


@cache
def packaged_toml(place: str) -> dict[str, Any]:
    """What a TOML file says that comes with the program."""
    import tomllib

    return tomllib.loads(packaged_text(place))
