"""Which readers share a parser: `python families.py` writes the table of README.md.

The parser of a reader is the module that opens its changed file, seen by Python's audit events: the innermost of those
in the call that are no helper of every file. Readers of one family differ in the schema and in what becomes of the
rows. A file that only a C library opens has the library's name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import judge  # noqa: E402
from readers import DATA, Reader, readers  # noqa: E402

HELPERS = {"io.lines", "io.files", "io.provenance", "io.headers", "io.many_tables", "io.wide_tables", "errors"}
"""Rooms that every reader passes, or that only join what others read."""
CALLERS = {
    "variants.listing",
    "variants.maf_samples",
    "burden.inputs",
    "report.reading",
    "run.cohort",
    "run.sequenced",
    "run.vcf_entry",
}
"""Rooms that also look at the file's sum or head, and hand it to a parser."""
LIBRARIES = {".bam": "pysam", ".cram": "pysam", ".xpt": "pyreadstat"}


def parser(reader: Reader, folder: Path) -> str:
    """The modules of `biomarkers` that parse the changed file of a reader."""
    _opened.clear()
    _wanted[:] = [str(folder / reader.spoiled[0])]
    judge.called(reader, reader.files.get(reader.spoiled[0], b""), folder)
    _wanted.clear()
    found = {next((one for one in modules if one not in HELPERS), modules[-1]) for modules in _opened}
    least = found - CALLERS - HELPERS or found
    return " + ".join(sorted(each for each in least if not each.startswith("cli.")) or sorted(least)) or _library(
        reader
    )


def _library(reader: Reader) -> str:
    return LIBRARIES.get(Path(reader.spoiled[0]).suffix, "unknown")


_opened: set[tuple[str, ...]] = set()
_wanted: list[str] = []


def _modules(frame: FrameType | None) -> Iterator[str]:
    """The modules of the program in a call, innermost first."""
    while frame:
        _, inside, name = frame.f_code.co_filename.partition("/src/biomarkers/")
        if inside:
            yield name.removesuffix(".py").replace("/", ".")
        frame = frame.f_back


def _noted(event: str, given: tuple[object, ...]) -> None:
    if event != "open" or not _wanted or not isinstance(given[0], str | bytes | os.PathLike):
        return
    if os.path.abspath(os.fsdecode(given[0])) == _wanted[0] and (modules := tuple(_modules(sys._getframe(1)))):
        _opened.add(modules)


def families(chosen: list[Reader], folder: Path) -> dict[str, list[str]]:
    """The names of the readers by parser."""
    found: dict[str, list[str]] = {}
    for each in chosen:
        found.setdefault(parser(each, folder), []).append(each.kind)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.addaudithook(_noted)
    for name, kinds in families(readers(DATA), Path(sys.argv[1]).absolute()).items():
        print(f"| `{name}` | {len(kinds)} | {', '.join(sorted(kinds))} |")
