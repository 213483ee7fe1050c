"""A folder of files of many kinds, written whole: what a simulated trial is."""

from __future__ import annotations

import filecmp
import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.io import files, workers


class File(NamedTuple):
    """A file: path within its folder, content, and how it is stored.

    kind: `text`; `fasta` (with .fai); `gzip`; `bgzip` (blocked gzip); `vcf` (with .tbi); `bam` (the
    content is SAM; with .bai).
    """

    path: str
    kind: str
    content: bytes


Making = Callable[[], Iterable[File]]
"""Makes files when it is called, which takes long; it can be sent to another process."""


def write(contents: Iterable[File | Making], out: Path, parts: Sequence[str]) -> bool:
    """Write the files beside `out` and move its folders `parts` there whole, in place of what they hold.

    Half of those that take long to make are made in a second process, where there is a core for it. False when the
    folders hold exactly these files already: they are left untouched.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name[:40]}.", dir=out.parent))
    try:
        temporary.chmod(0o755)
        makings: list[Making] = []
        for one in contents:
            if isinstance(one, File):
                _store(temporary, one)
            else:
                makings.append(one)
        half = len(makings) // 2
        with workers.beside(1) as other:
            others = other.submit(_make, temporary, makings[half:])
            _make(temporary, makings[:half])
            others.result()
        made_files = {p.relative_to(temporary) for p in temporary.rglob("*") if p.is_file()}
        old_files = {p.relative_to(out) for part in parts for p in (out / part).rglob("*") if p.is_file()}
        if made_files == old_files and all(filecmp.cmp(temporary / p, out / p, shallow=False) for p in made_files):
            return False
        out.mkdir(exist_ok=True)
        for part in parts:
            if (out / part).exists():
                shutil.rmtree(out / part)
            (temporary / part).rename(out / part)
        return True
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _make(folder: Path, makings: Iterable[Making]) -> None:
    for making in makings:
        for file in making():
            _store(folder, file)


def _store(folder: Path, file: File) -> None:
    """Write one file in its form, with its index."""
    import pysam

    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.kind in ("text", "fasta"):
        target.write_bytes(file.content)
        if file.kind == "fasta":
            pysam.faidx(str(target))
    elif file.kind == "bam":
        text = target.with_suffix(".sam")
        text.write_bytes(file.content)
        pysam.view("-1", "--no-PG", "-o", str(target), str(text), catch_stdout=False)
        text.unlink()
        pysam.index(str(target))
    elif file.kind == "gzip":
        target.write_bytes(gzip.compress(file.content, 1, mtime=0))
    else:
        with pysam.BGZFile(str(target), "wb", None) as handle:
            handle.write(file.content)
        if file.kind == "vcf":
            pysam.tabix_index(str(target), preset="vcf", force=True)


def write_texts(texts: Mapping[str, str], out: Path, marks: Sequence[str], others: Sequence[str]) -> None:
    """Write text files into `out`, all or none, and remove those of `others` that are not among them.

    texts: by path within the folder. out: the command's `--out`. Raises InputError for a folder that holds something
    and that this did not write: one without the files `marks`.
    """
    if out.exists() and not out.is_dir():
        raise InputError(Problem.said(str(out), "--out", "is a file", "a folder, or a name that is not taken"))
    held = any(not path.is_dir() for path in out.rglob("*"))  # Snakemake makes the folders of its outputs.
    if held and not all((out / mark).is_file() for mark in marks):
        expected = f"an empty folder, or one that was written so before (with {' and '.join(marks)})"
        raise InputError(Problem.said(str(out), "--out", "holds other files", expected))
    files.write_texts({out / name: text for name, text in texts.items()})
    for name in set(others) - texts.keys():
        (out / name).unlink(missing_ok=True)


def renew(texts: Mapping[str, str], out: Path, parts: Sequence[str]) -> None:
    """Write text files into folders `parts` of `out`, and remove what else stands there.

    texts: by path within `out`. What has not changed is not touched.
    """
    there = {str(path.relative_to(out)) for part in parts for path in (out / part).rglob("*") if path.is_file()}
    old = {name: (out / name).read_text("utf-8") for name in there & texts.keys()}
    files.write_texts({out / name: text for name, text in texts.items() if old.get(name) != text})
    for name in there - texts.keys():
        (out / name).unlink()
    for folder in sorted((path for part in parts for path in (out / part).rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def temporary(texts: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these text files, which is removed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="biomarkers.") as place:
        folder = Path(place)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        yield folder
