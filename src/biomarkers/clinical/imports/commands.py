"""What `biomarkers import` does: by a mapping, by a format, or a proposal of a mapping."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from biomarkers.clinical.imports import grammar, registry, results, sheets, sources
from biomarkers.clinical.imports.registry import Prepared
from biomarkers.clinical.imports.sheets import Sheet
from biomarkers.errors import InputError, Problem, Problems, log
from biomarkers.io import folders
from biomarkers.io.cells import MISSING_WORDS


def check_usage(
    format: str | None, source: Path | None, mapping: Path | None, suggest: Sequence[Path] | None, out: Path | None
) -> None:
    """Raise InputError unless one way of importing is asked for, whole."""
    problems = Problems()
    ways = [name for name, given in (("FORMAT", format), ("--mapping", mapping), ("--suggest", suggest)) if given]
    if len(ways) != 1:
        known = ", ".join([*(each.name for each in registry.formats()), *registry.OF_CALLERS])
        found = f"is {' and '.join(ways)}" if ways else "is missing"
        expected = f"one of FORMAT SOURCE --out DIR ({known}), --mapping FILE --out DIR, --suggest FILE"
        raise InputError(Problem.said("command line", "what to import", found, expected))
    if format and source is None:
        problems.add(Problem("command line", "SOURCE", None, f"the file or folder that is {format}"))
    if not suggest and out is None:
        problems.add(Problem("command line", "--out", None, "the folder to write"))
    problems.stop_if_any()


def by_mapping(path: Path, out: Path, *, missing: Collection[str] = MISSING_WORDS, sheets_only: bool = False) -> None:
    """Make the sheets of a mapping and write them into `out`; sheets_only: without a config that runs them."""
    mapping = grammar.load(path)
    _write(Prepared(mapping, path.parent), out, missing, sheets_only=sheets_only)


def by_format(
    name: str, source: Path, out: Path, *, missing: Collection[str] = MISSING_WORDS, sheets_only: bool = False
) -> None:
    """Make the sheets of a source in a known format and write them into `out`."""
    problems = Problems()
    prepared = registry.prepare(name, source, problems)
    problems.stop_if_any()
    if prepared is not None:
        for note in prepared.notes:
            log.info(note)
        _write(prepared, out, missing, sheets_only=sheets_only)


def made(prepared: Prepared, problems: Problems, missing: Collection[str] = MISSING_WORDS) -> dict[str, Sheet]:
    """The sheets of a mapping and its tables; what is wrong is added to `problems`."""
    read = sources.reader(prepared.folder, prepared.tables)
    return sheets.make(prepared.mapping, read, problems, missing=missing)


def _write(prepared: Prepared, out: Path, missing: Collection[str], *, sheets_only: bool) -> None:
    problems = Problems()
    found = made(prepared, problems, missing)
    problems.stop_if_any()
    texts = results.texts(
        prepared.mapping,
        found,
        folder=None if prepared.tables else prepared.folder,
        out=out,
        clinical=None if sheets_only else prepared.clinical,
    )
    texts |= prepared.beside
    if (out / "mapping.yaml").resolve() == Path(prepared.mapping.path).resolve():
        del texts["mapping.yaml"]  # A person's own, with its comments.
    folders.write_texts(texts, out, results.MARKS, results.OTHERS)
    for sentence in results.warnings(found):
        log.warning(sentence)
    for sentence in results.summary(found):
        log.info(sentence)
