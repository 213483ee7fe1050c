"""Tables in and out of files: TSV or CSV, checked against their schema, written whole or not at all.

A table that was read has its file's line numbers as index (named `line`, 1-based, header = 1), so that later checks
can still say where a value stands. Types follow the schema: `number` becomes float64, `integer` Int64, `format: date`
datetime64, the rest text (object); missing is NaN, <NA> or NaT.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from biomarkers.errors import Problem, Problems, count, nearest
from biomarkers.io import below, files, rows, schemas, spellings, wide_tables
from biomarkers.io.cells import LATEST, MISSING_WORDS, Cells, check_cells, plain
from biomarkers.io.lines import whole_text
from biomarkers.io.spellings import NUMBER

if TYPE_CHECKING:
    import pandas as pd


def read(
    path: str | Path,
    schema: str,
    *,
    text_columns: Collection[str] = (),
    missing: Collection[str] = MISSING_WORDS,
    used: Collection[str] | None = None,
) -> pd.DataFrame:
    """The table in `path`, checked against the schema of that name.

    text_columns: columns outside the schema that are categories whatever their cells look like; any other such
    column is numeric when its cells are numbers, and text among mostly numbers is a problem. missing: words for
    missing, in sheets that people write. used: further columns that are used, by default all; text among numbers is a
    note in the others.
    Raises InputError with every problem of the file.
    """
    rule = schemas.load(schema)
    wide = wide_tables.split(path, {*_own_columns(rule), *text_columns}) if _may_be_split(rule, missing) else None
    cells = read_cells(path) if wide is None else wide.cells
    table = from_cells(cells, schema, text_columns=text_columns, missing=missing, used=used)
    if wide is None:
        return table
    place = {name: at for at, name in enumerate(schemas.own_names(rule, wide.header))}
    in_order = sorted(table.columns, key=lambda name: place[str(name).removesuffix(LATEST)])
    return table if in_order == [*table.columns] else table[in_order]


def _own_columns(rule: Mapping[str, Any]) -> set[str]:
    """Columns that a schema knows, under each name that they may have."""
    known = rule["properties"]
    return {*known, *rule.get("required", ()), *(name for one in known.values() for name in one.get("x-also", ()))}


def _may_be_split(rule: Mapping[str, Any], missing: Collection[str]) -> bool:
    """Whether numbers of further columns are what they look like: neither the schema nor a missing word says more."""
    free = rule.get("additionalProperties", True) is True
    return free and not (rule.get("x-missing-words") and any(NUMBER.fullmatch(plain(word)) for word in missing))


def read_cells(path: str | Path) -> Cells:
    """The cells of a table of UTF-8 (BOM allowed), GB18030 or Windows-1252, lines ending in LF, CRLF or CR.

    Raises InputError for what is no table.
    """
    shown = str(path)
    text = whole_text(path, "text in UTF-8 (TSV or CSV)")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first or not re.search("[,;]", first) else max(",;", key=first.count)
    problems = Problems()
    body: list[list[str]] = []
    lines: list[int] = []
    header: list[str] = []
    for line, cells in rows.rows(shown, text, delimiter, problems):
        if not header:
            header = cells
            continue
        whole = rows.fitted(cells, header)
        if len(whole) != len(header):
            found = f"has {count(len(cells), 'cell')}"
            expected = f"{count(len(header), 'cell')} as in the header{below.hint(cells)}"
            problems.add(Problem.said(shown, "row", found, expected, line))
            continue
        body.append(whole)
        lines.append(line)
    if not header:
        problems.add(Problem.said(shown, "file", "is empty", "a header line"))
    for column in sorted({c for c in header if c and header.count(c) > 1}):
        problems.add(Problem(shown, "column", column, "each column name once", 1))
    problems.stop_if_any()
    header, body = rows.without_unnamed(shown, header, body)
    return Cells(shown, header, body, lines)


def read_into(
    problems: Problems,
    path: str | Path,
    schema: str,
    missing: Collection[str] = MISSING_WORDS,
    used: Collection[str] | None = None,
) -> pd.DataFrame | None:
    """As `read`, but the file's problems are added to `problems`, so that further checks can say what else is wrong.

    Bad cells are missing in the table. None when the file is no table or lacks a column that it must have.
    """
    cells = problems.catch(read_cells, path)
    if cells is None:
        return None
    table = from_cells(cells, schema, missing=missing, used=used, problems=problems)
    return None if schemas.absent(schemas.load(schema), table.columns) else table


def from_cells(
    cells: Cells,
    schema: str,
    *,
    text_columns: Collection[str] = (),
    missing: Collection[str] = MISSING_WORDS,
    used: Collection[str] | None = None,
    problems: Problems | None = None,
    quiet: bool = False,
) -> pd.DataFrame:
    """As `read`, from cells that are already in memory; quiet as in `check_cells`.

    problems: takes the problems instead of an InputError; bad cells are then missing in the table.
    """
    import pandas as pd

    index = pd.Index(cells.lines, name="line", dtype="int64")
    columns = check_cells(
        cells,
        schema,
        text_columns=text_columns,
        missing=missing,
        used=used,
        problems=problems,
        quiet=quiet,
    )
    typed = pd.DataFrame({name: series(values, kind, index) for name, (kind, values) in columns.items()}, index=index)
    if not cells.numbers.names:
        return typed
    numbers = pd.DataFrame(cells.numbers.columns.T, index=index, columns=cells.numbers.names)
    return pd.concat([typed, numbers], axis=1)


def of_rows(rows: Sequence[Mapping[str, Any]], schema: str, *, index: pd.Index | None = None) -> pd.DataFrame:
    """Rows as a table whose columns have the types of their schema, missing where a row lacks one.

    An optional column that no row has is left out. index: of the rows, by default their position.
    """
    import pandas as pd

    rule = schemas.load(schema)
    absent = set(rule.get("x-optional", [])).difference(*rows)
    kinds = {name: "date" if one.get("format") == "date" else one["type"] for name, one in rule["properties"].items()}
    index = pd.RangeIndex(len(rows)) if index is None else index
    columns = {name: [row.get(name) for row in rows] for name in kinds if name not in absent}
    frame = pd.DataFrame(columns, index=index, dtype="object")
    return frame.assign(
        **{name: series(values, kinds[name], index) for name, values in columns.items() if kinds[name] != "string"}
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by column, None where a cell is missing."""
    names, columns = [str(name) for name in table.columns], []
    for (_, column), missing in zip(table.items(), table.isna().to_numpy().T, strict=True):
        cells = column.tolist()
        if missing.any():
            cells = [None if nothing else cell for cell, nothing in zip(cells, missing.tolist(), strict=True)]
        columns.append(cells)
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def write_all(made: Mapping[str, pd.DataFrame], asked: Mapping[str, Path | None]) -> None:
    """Write the tables that are asked for as TSV (gzip when the name ends in .gz): all of them appear, or none.

    made, asked: the tables, and where each is to stand, by schema; None for one that is not asked for. The schema's
    columns come first and in its order; further columns follow. Floats keep every digit. A frame that lacks a column of
    its schema is a bug and raises KeyError before anything is written.
    """
    files.write_texts(as_texts(made, asked))


def as_texts(made: Mapping[str, pd.DataFrame], asked: Mapping[str, Path | None]) -> dict[Path, str]:
    """What `write_all` writes, by path."""
    return {path: as_text(made[schema], schema) for schema, path in asked.items() if path is not None}


def as_text(frame: pd.DataFrame, schema: str) -> str:
    """The table as it is written: TSV with a header line, empty cells for missing values, ISO dates."""
    ordered = [*schemas.load(schema)["properties"]]
    optional = set(schemas.load(schema).get("x-optional", []))
    ordered = [c for c in ordered if c in frame.columns or c not in optional]
    columns = [*ordered, *(c for c in frame.columns if c not in ordered)]
    return _joined([columns, *zip(*(_as_texts(frame[c]) for c in columns), strict=True)])


def _joined(rows: Sequence[Sequence[str]]) -> str:
    """Rows of as many cells each as lines; through `csv`, which takes longer, where a cell must be quoted."""
    text = "\n".join(map("\t".join, rows)) + "\n"
    as_wide = text.count("\t") == len(rows) * (len(rows[0]) - 1) > 0 and text.count("\n") == len(rows)
    if as_wide and '"' not in text and "\r" not in text:
        return text
    written: list[str] = []
    # csv quotes a CR in a cell only where one ends the line; bare it would be a line's end to many readers.
    csv.writer(SimpleNamespace(write=written.append), delimiter="\t", lineterminator="\r\n").writerows(rows)
    return "".join(line.removesuffix("\r\n") + "\n" for line in written)


def _as_texts(column: pd.Series) -> list[str]:
    """The cells of a column as they are written, empty where missing; `to_csv` takes twice as long."""
    from pandas import isna

    if column.dtype.kind == "M":
        column = column.dt.strftime("%Y-%m-%d")
    if column.dtype == "float64":
        return ["" if cell != cell else repr(cell) for cell in column.tolist()]
    if column.dtype == "object":
        return [cell if isinstance(cell, str) else "" if isna(cell) else str(cell) for cell in column.tolist()]
    return ["" if missing else str(cell) for cell, missing in zip(column.tolist(), column.isna(), strict=True)]


def rows_as_text(rows: Sequence[Mapping[str, Any]], schema: str, columns: Sequence[str] = ()) -> str:
    """As `as_text` of rows that all have the same columns, None missing; numbers are whole or floats. Needs no pandas.

    columns: those to write, by default the schema's and then others of the first row. A job that writes a row for each
    of a thousand tumors would spend most of its time on reading pandas.
    """
    ordered = [*columns] or [name for name in schemas.load(schema)["properties"] if name in rows[0]]
    ordered += [] if columns else [name for name in rows[0] if name not in ordered]
    cells = (
        ["" if value is None else value if isinstance(value, str) else str(value) for value in map(row.get, ordered)]
        for row in rows
    )
    return _joined([ordered, *cells])


def check_known(
    path: str | Path,
    frame: pd.DataFrame,
    column: str,
    known: Collection[object],
    where: str,
    problems: Problems,
) -> None:
    """Add a problem for every filled cell of `column` that is not among `known`; `where` names their origin."""
    allowed = set(known)
    names = [str(v) for v in allowed]
    strangers = frame[column].dropna()
    strangers = strangers[~strangers.isin(allowed)]
    alike = spellings.alike(names) if len(strangers) else {}
    for line, value in strangers.items():
        twins = alike.get(spellings.like(str(value)), [])
        hint = f" (did you mean '{twins[0]}'?)" if len(twins) == 1 else nearest(str(value), names)
        problems.add(Problem(str(path), column, value, f"a {column} of {where}{hint}", int(str(line))))


def series(values: list[Any], kind: str, index: pd.Index | None = None) -> pd.Series:
    """Typed cells as a column of their kind (number, integer, date, string), missing where None."""
    import pandas as pd

    if kind == "number":
        return pd.Series(values, index=index, dtype="float64")
    if kind == "integer":
        return pd.Series(values, index=index, dtype="Int64")
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="object"), errors="coerce"))
    return pd.Series([math.nan if value is None else value for value in values], index=index, dtype="object")
