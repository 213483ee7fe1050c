"""What `biomarkers import` does, by a mapping or by a format: what it writes into its folder, and what it says."""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.clinical.imports import grammar, registry, sheets, sources
from biomarkers.clinical.imports.columns import Told
from biomarkers.clinical.imports.mapping import SHEETS, Declared
from biomarkers.clinical.imports.registry import Prepared
from biomarkers.clinical.imports.sheets import Sheet
from biomarkers.errors import InputError, Problem, Problems, count, first_few, log, printable
from biomarkers.io import folders, schemas, tables, yamls
from biomarkers.io.cells import MISSING_WORDS, plain

NAMED = {
    "unmapped": "not understood and left missing",
    "doubtful": "a point is read as the decimal mark, though it may set thousands apart,",
}
"""Statuses of which every word is named, and what is said of them."""
MARKS = ("import.tsv", "mapping.yaml")
"""By these a folder is known as one that an import wrote."""
OTHERS = (*(f"{name}.tsv" for name in SHEETS), "gene_panels.tsv")


def _texts(
    mapping: Declared,
    sheets: Mapping[str, Sheet],
    *,
    folder: Path | None,
    out: Path,
    clinical: Mapping[str, str] | None,
) -> dict[str, str]:
    """The files by their path within `out`.

    folder: to which the paths of the mapping are relative; they are written relative to `out`, so that the copy of the
    mapping can be run again. None for an importer, whose tables have names of their own. clinical: further keys of the
    config's block of that name; None for no config.
    """
    found = {f"{name}.tsv": sheet.text() for name, sheet in sheets.items()}
    found["import.tsv"] = tables.as_text(table(sheets), "import")
    found["mapping.yaml"] = yamls.dumped(mapping.data if folder is None else _moved(mapping.data, folder, out))
    if clinical is None:
        return found
    paths = {name: f"{name}.tsv" for name in sheets} | dict(clinical)
    heading = "# Run with: biomarkers run --directory THIS_FOLDER --cores 2\n"
    found["config/config.yaml"] = heading + yamls.dumped({"clinical": paths})
    return found


def _moved(data: dict[str, Any], folder: Path, out: Path) -> dict[str, Any]:
    """The mapping with each `file` relative to another folder."""
    moved = copy.deepcopy(data)
    for name in SHEETS:
        given = moved.get(name, [])
        for block in given if isinstance(given, list) else [given]:
            for place in (block, *block.get("join", [])):
                place["file"] = os.path.relpath(folder / place["file"], out)
    return moved


NOT_APPLICABLE = frozenset(map(plain, ("NA", "N/A", "n.a.", "#N/A", "-", ".", "NaN", "NaT", "null", "not applicable")))
"""Words for missing that leave no doubt: there is nothing to tell."""


def table(sheets: Mapping[str, Sheet]) -> pd.DataFrame:
    """What was done with each column and word; schema `import`."""
    rows = [
        {
            "sheet": name,
            "column": told.column,
            "source": told.source or None,
            "word": told.word or None,
            "meaning": told.meaning,
            "status": told.status,
            "n": told.n,
            "example": told.example,
        }
        for name, sheet in sheets.items()
        for told in sheet.told
    ]
    return tables.of_rows(rows, "import")


def warnings(sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """What a person must look at: words that were not understood, what was left out and why."""
    for name, sheet in sheets.items():
        groups: dict[tuple[str, str, str], list[Told]] = {}
        for told in sheet.told:
            if told.status in NAMED:
                groups.setdefault((told.column, told.source, told.status), []).append(told)
            elif told.status == "missing" and (says := _said_by_nothing(name, told)):
                yield says
            elif told.status == "left_out" and not is_asked_for(told):
                of = f"{name}.{printable(told.column)}" if told.column else name
                yield f"{of}: {told.meaning} ({told.n}; {told.example})"
        for (column, source, status), every in groups.items():
            listed = first_few(f"'{printable(told.word)}' {told.n} ({told.example})" for told in every)
            remedies = "".join(f"; {remedy}" for remedy in dict.fromkeys(told.remedy for told in every) if remedy)
            n = sum(told.n for told in every)
            cells = f"{n} cell{'s' * (n != 1)}"
            yield f"{name}.{column} from {printable(source)}: {NAMED[status]} in {cells}: {listed}{remedies}"


def _said_by_nothing(name: str, told: Told) -> str | None:
    """Of a word for missing where an empty cell says something: what it now says, unless the word says so itself."""
    meaning = schemas.load(name)["properties"].get(told.column, {}).get("x-empty")
    if meaning is None or not told.word or plain(told.word) in NOT_APPLICABLE:
        return None
    of = f"{name}.{told.column} from {printable(told.source)}"
    return f"{of}: '{printable(told.word)}' ({told.n}; {told.example}) is taken for an empty cell: {meaning}"


def is_asked_for(told: Told) -> bool:
    """Whether rows were left out because the mapping says so."""
    return not told.column and (told.meaning or "").startswith(("left out by where", "distinct", "rows:"))


def summary(sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """One line a sheet: its rows, patients and columns."""
    for name, sheet in sheets.items():
        patients = len({row.cells.get("patient") for row in sheet.rows})
        ours = [column for column in sheet.header if column in schemas.load(name)["properties"]]
        further = len(sheet.header) - len(ours)
        columns = ", ".join(ours) + (f" and {count(further, 'covariate')}" if further else "")
        yield f"{name}: {count(len(sheet.rows), 'row')} of {count(patients, 'patient')}, columns {columns}"
        for told in filter(is_asked_for, sheet.told):
            yield f"{name}: {told.meaning} ({count(told.n, 'row')} of {told.example})"


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
    written = _texts(
        prepared.mapping,
        found,
        folder=None if prepared.tables else prepared.folder,
        out=out,
        clinical=None if sheets_only else prepared.clinical,
    )
    written |= prepared.beside
    if (out / "mapping.yaml").resolve() == Path(prepared.mapping.path).resolve():
        del written["mapping.yaml"]  # A person's own, with its comments.
    folders.write_texts(written, out, MARKS, OTHERS)
    for sentence in warnings(found):
        log.warning(sentence)
    for sentence in summary(found):
        log.info(sentence)
