"""Many tables of one kind, as a cohort of a thousand samples has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biomarkers.errors import Problem, Problems
from biomarkers.io import headers, lines, schemas, tables, wide_tables
from biomarkers.io.cells import Told, empty_words, respelled
from biomarkers.io.typed import typed_column

if TYPE_CHECKING:
    import pandas as pd

TOGETHER = 1 << 24
"""Characters of small tables that are checked together."""


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
    batch: list[tuple[Path, str]] = []
    size = 0
    for path in paths:
        text = Problems().catch(lines.whole_text, path) or ""
        batch.append((path, text))
        size += len(text)
        if size >= TOGETHER:
            yield from _each(batch, schema, problems)
            batch, size = [], 0
    yield from _each(batch, schema, problems)


def _each(batch: Sequence[tuple[Path, str]], schema: str, problems: Problems) -> Iterator[pd.DataFrame | None]:
    heads, bodies = {text.partition("\n")[0] for _, text in batch}, [_body(text) for _, text in batch]
    whole = _together(heads.pop(), bodies, schema) if len(heads) == 1 and len(bodies) > 1 else None
    start = 0
    for (path, _), body in zip(batch, bodies, strict=True):
        end = start + body.count("\n")
        yield problems.catch(tables.read, path, schema) if whole is None else whole.iloc[start:end]
        start = end


def _body(text: str) -> str:
    """The lines below the header, each with its end."""
    body = text.partition("\n")[2]
    return body if not body or body.endswith("\n") else f"{body}\n"


def _together(header: str, bodies: Sequence[str], schema: str) -> pd.DataFrame | None:
    """The rows of all tables of one header as one; None unless they are plain and no cell needs a word.

    Each distinct cell of a column is checked once. Words for missing, and types of columns that the schema does not
    know, hang on the other cells of their file.
    """
    import numpy as np
    import pandas as pd

    names = [name.strip() for name in header.split("\t")]
    data = "".join([header, "\n", *bodies]).encode()
    if len(names) == 1 or len({*names}) < len(names) or not wide_tables.is_plain(data, len(header)):
        return None
    found = wide_tables.in_codes(data, names)
    typed = None if found is None else _typed({name: found[name].words for name in names}, schema)
    if found is None or typed is None:
        return None
    line = np.concatenate([np.arange(2, body.count("\n") + 2) for body in bodies])
    columns = {name: tables.series(values, kind).take(found[name].codes) for name, (kind, values) in typed.items()}
    whole = pd.DataFrame({name: column.array for name, column in columns.items()}, index=pd.Index(line, name="line"))
    key = schemas.load(schema).get("x-key")
    return None if key and whole.duplicated(key).any() else whole


def _typed(columns: Mapping[str, list[str]], schema: str) -> dict[str, tuple[str, list[Any]]] | None:
    """As `check_cells` of the different cells of many tables' columns; None where one needs a word.

    None too where more than the cell tells what it is: a column that the schema does not know, a part of a date, words
    for missing.
    """
    definition = schemas.load(schema)
    rules, problems, notes = definition["properties"], Problems(), list[str]()
    related = definition.get("x-missing-words") or any({"x-partial", "x-day"} & rule.keys() for rule in rules.values())
    if related or not columns.keys() <= rules.keys():
        return None
    headers.check("", [*columns], definition, problems, quiet=True)
    found = {}
    for column, given in columns.items():
        none = dict.fromkeys(empty_words(rules[column]), (None, column not in definition.get("required", [])))
        cells = respelled(column, [cell.strip() for cell in given], rules[column], Told("", True, notes))
        found[column] = typed_column("", column, cells, [*range(len(cells))], rules[column], none, problems)
    return None if problems.found or notes else found
