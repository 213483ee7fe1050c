"""Many tables of one kind, as a cohort of a thousand samples has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas, tables
from biomarkers.io.cells import Cells

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = 5000
"""Rows of small tables that are checked together."""


def read_several(paths: Iterable[Path], schema: str, key: Sequence[str], problems: Problems) -> pd.DataFrame | None:
    """The rows of all tables as one; a `key` that stands in two of them, or twice in one, is added to `problems`.

    None when no table could be read.
    """
    import pandas as pd

    paths = [*paths]
    caught = zip(paths, read_each(paths, schema, problems), strict=True)
    found = [(path, frame) for path, frame in caught if frame is not None]
    seen: dict[tuple[str, ...], str] = {}
    for path, frame in found:
        for line, *cells in frame[[*key]].itertuples():
            if tuple(cells) in seen:
                expected = f"each {' and '.join(key[-2:])} once (first in {seen[tuple(cells)]})"
                problems.add(Problem(str(path), "+".join(key), " ".join(cells), expected, int(line)))
            seen.setdefault(tuple(cells), f"{path}:{line}")
    return pd.concat([frame for _, frame in found], ignore_index=True) if found else None


def read_each(paths: Iterable[Path], schema: str, problems: Problems) -> Iterator[pd.DataFrame | None]:
    """As `read` of each, in order; None where a table has problems, which are added when its turn comes.

    Of a thousand small tables the set-up of each check takes longest: those with one header are checked together, as
    long as no cell of them needs a word. Where one does, each is checked by itself.
    """
    batch: list[tuple[Path, Cells | None, Problems]] = []
    rows = 0
    for path in paths:
        own = Problems()
        cells = own.catch(tables.read_cells, path)
        batch.append((path, cells, own))
        rows += 0 if cells is None else len(cells.rows)
        if rows >= TOGETHER:
            yield from _each(batch, schema, problems)
            batch, rows = [], 0
    yield from _each(batch, schema, problems)


def _each(
    batch: Sequence[tuple[Path, Cells | None, Problems]], schema: str, problems: Problems
) -> Iterator[pd.DataFrame | None]:
    whole = _together([cells for _, cells, _ in batch if cells is not None], schema)
    start = 0
    for path, cells, own in batch:
        if cells is None:
            problems.add(*own.found)
            yield None
        elif whole is None:
            yield problems.catch(tables.read, path, schema)
        else:
            yield whole.iloc[start : start + len(cells.rows)]
            start += len(cells.rows)


def _together(read: Sequence[Cells], schema: str) -> pd.DataFrame | None:
    """The rows of all tables as one; None unless they have one header of the schema's columns and no cell needs a word.

    Types of further columns, and words for missing, hang on the other cells of their file.
    """
    rule = schemas.load(schema)
    alike = len(read) > 1 and all(cells.header == read[0].header for cells in read)
    if not alike or rule.get("x-missing-words") or not {*read[0].header} <= rule["properties"].keys():
        return None
    rows, lines = [row for cells in read for row in cells.rows], [line for cells in read for line in cells.lines]
    own, notes = Problems(), list[str]()
    frame = own.catch(tables.from_cells, read[0]._replace(rows=rows, lines=lines), schema, problems=own, notes=notes)
    return None if own.found or notes else frame
