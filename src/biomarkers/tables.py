"""Tables in and out of files: TSV or CSV, checked against their schema, written whole or not at all.

A table that was read has its file's line numbers as index (named `line`, 1-based, header = 1), so that later checks
can still say where a value stands. Types follow the schema: `number` becomes float64, `integer` Int64, `format: date`
datetime64, the rest text (object); missing is NaN, <NA> or NaT.
"""

from __future__ import annotations

import csv
import gzip
import io
import logging
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from biomarkers import schemas
from biomarkers.errors import InputError, Problem, Problems, nearest

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger("biomarkers")

MISSING = ("", "NA")
INFINITE = ("inf", "-inf")
"""Unbounded estimates and limits; numbers only where the schema says `x-infinite: true`."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
IDENTIFYING = re.compile(
    r"(^|_)(first|last|sur|family|given|full|patient)_?name($|_)|^name$|birth|^dob$|(^|_)(mrn|ssn|nhs)($|_)|medical_?record"
    r"|record_?number|^(e_?mail|phone|telephone|address|street|zip|postcode)$",
    re.IGNORECASE,
)
"""Column names that suggest direct identifiers (names, birth dates, record numbers)."""


def read(path: str | Path, schema: str, *, text_columns: Collection[str] = ()) -> pd.DataFrame:
    """The table in `path`, checked against the schema of that name.

    text_columns: columns outside the schema that are categories whatever their cells look like; any other such
    column is numeric when its cells are numbers, and text among mostly numbers is a problem.
    Raises InputError with every problem of the file.
    """
    header, rows, lines = read_cells(path)
    return from_cells(path, header, rows, lines, schema, text_columns=text_columns)


def read_cells(path: str | Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows of stripped cells and the line number of each row. UTF-8 (BOM allowed) or Latin-1, CRLF or LF."""
    shown = str(path)
    text = _read_text(path)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first or not re.search("[,;]", first) else max(",;", key=first.count)
    csv.field_size_limit(1 << 26)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    problems = Problems()
    rows: list[list[str]] = []
    lines: list[int] = []
    header: list[str] = []
    start = 1
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not header:
                header = cells
                continue
            if len(cells) != len(header):
                problems.add(
                    Problem(shown, "row", f"{len(cells)} cells", f"{len(header)} cells as in the header", line)
                )
                continue
            rows.append(cells)
            lines.append(line)
    except csv.Error as error:
        problems.add(Problem(shown, "row", str(error), "cells with balanced quotation marks", start))
    if not header:
        problems.add(Problem(shown, "file", "empty", "a header line"))
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.add(Problem(shown, "column", column, "each column name once", 1))
    problems.stop_if_any()
    return header, rows, lines


def read_into(problems: Problems, path: str | Path, schema: str) -> pd.DataFrame | None:
    """As `read`, but the file's problems are added to `problems`, so that further checks can say what else is wrong.

    Bad cells are missing in the table. None when the file is no table or lacks a column that it must have.
    """
    cells = problems.catch(read_cells, path)
    if cells is None:
        return None
    table = from_cells(path, *cells, schema, problems=problems)
    rule = schemas.load(schema)
    must = [*rule.get("required", []), *rule.get("x-columns", [])]
    return table if set(must) <= set(table.columns) else None


def from_cells(
    path: str | Path,
    header: list[str],
    rows: list[list[str]],
    lines: list[int],
    schema: str,
    *,
    text_columns: Collection[str] = (),
    problems: Problems | None = None,
) -> pd.DataFrame:
    """As `read`, from cells that are already in memory; `path` is used in messages only.

    problems: takes the problems instead of an InputError; bad cells are then missing in the table.
    """
    import pandas as pd

    index = pd.Index(lines, name="line", dtype="int64")
    columns = check_cells(path, header, rows, lines, schema, text_columns=text_columns, problems=problems)
    return pd.DataFrame({name: _series(values, kind, index) for name, (kind, values) in columns.items()}, index=index)


def check_cells(
    path: str | Path,
    header: list[str],
    rows: list[list[str]],
    lines: list[int],
    schema: str,
    *,
    text_columns: Collection[str] = (),
    problems: Problems | None = None,
) -> dict[str, tuple[str, list[Any]]]:
    """Kind (number, integer, date, string) and typed values of each column, None where missing; needs no pandas.

    Raises InputError with every problem of the table, or adds them to `problems` where given.
    """
    shown = str(path)
    definition = schemas.load(schema)
    properties: dict[str, Any] = definition["properties"]
    required: list[str] = definition.get("required", [])
    stop, problems = problems is None, problems or Problems()
    for column in [*required, *definition.get("x-columns", [])]:
        if column not in header:
            others = [c for c in header if c not in properties]
            problems.add(Problem(shown, column, None, f"a column of that name{nearest(column, others)}", 1))
    extra = definition.get("additionalProperties", True)
    for column in header:
        if column not in properties and extra is False:
            known = ", ".join(properties)
            problems.add(Problem(shown, "column", column, f"one of {known}{nearest(column, properties)}", 1))
        if definition.get("x-patient-data") and IDENTIFYING.search(column):
            log.warning(
                "%s:1: column '%s' looks like a direct identifier; remove it before sharing results",
                shown,
                column,
            )
    columns: dict[str, tuple[str, list[Any]]] = {}
    for position, column in enumerate(header):
        cells = [row[position] for row in rows]
        other = extra if isinstance(extra, dict) else _inferred(cells, column in text_columns)
        rule = properties.get(column, other)
        columns[column] = _typed_column(shown, column, cells, lines, rule, column in required, problems)
    key = definition.get("x-key", [])
    if key and all(column in header for column in key):
        _check_unique(shown, key, [[row[header.index(c)] for c in key] for row in rows], lines, problems)
    if stop:
        problems.stop_if_any()
    return columns


def write(frame: pd.DataFrame, path: str | Path, schema: str) -> None:
    """Write one table; see `write_all`."""
    write_all({path: (frame, schema)})


def write_all(tables: Mapping[str | Path, tuple[pd.DataFrame, str]]) -> None:
    """Write tables as TSV (gzip when the name ends in .gz): all of them appear, or none.

    The schema's columns come first and in its order; further columns follow. Floats keep every digit. A frame that
    lacks a column of its schema is a bug and raises KeyError before anything is written.
    """
    texts = {path: as_text(frame, schema) for path, (frame, schema) in tables.items()}
    with publish(*texts) as temporary:
        for target, text in zip(temporary, texts.values(), strict=True):
            data = text.encode("utf-8")
            target.write_bytes(gzip.compress(data, 6, mtime=0) if target.suffix == ".gz" else data)


def as_text(frame: pd.DataFrame, schema: str) -> str:
    """The table as it is written: TSV with a header line, empty cells for missing values, ISO dates."""
    ordered = [*schemas.load(schema)["properties"]]
    optional = set(schemas.load(schema).get("x-optional", []))
    ordered = [c for c in ordered if c in frame.columns or c not in optional]
    frame = frame[[*ordered, *(c for c in frame.columns if c not in ordered)]]
    return str(frame.to_csv(sep="\t", index=False, na_rep="", date_format="%Y-%m-%d", lineterminator="\n"))


@contextmanager
def publish(*paths: str | Path) -> Iterator[list[Path]]:
    """Temporary paths, one for each final path, renamed together when the block succeeds and removed when not.

    The temporary files keep the final names' endings and stand in the final folders, which are made when absent.
    """
    targets = [Path(path) for path in paths]
    temporary: list[Path] = []
    try:
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            ending = "".join(target.suffixes[-2:])
            handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=ending, dir=target.parent)
            os.close(handle)
            temporary.append(Path(name))
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        for source, target in zip(temporary, targets, strict=True):
            source.chmod(0o666 & ~umask)
            source.replace(target)
    finally:
        for source in temporary:
            source.unlink(missing_ok=True)


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
    for line, value in frame[column].dropna().items():
        if value not in allowed:
            hint = nearest(str(value), names)
            problems.add(Problem(str(path), column, value, f"a {column} of {where}{hint}", int(str(line))))


def _read_text(path: str | Path) -> str:
    shown = str(path)
    try:
        data = Path(path).read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise InputError(Problem(shown, "file", None, "a file at this path")) from None
    except (OSError, EOFError) as error:
        raise InputError(Problem(shown, "file", str(error), "a readable, complete file")) from None
    if b"\x00" in data:
        raise InputError(Problem(shown, "file", "binary or UTF-16 data", "text in UTF-8 (TSV or CSV)"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _inferred(cells: list[str], is_text: bool) -> dict[str, Any]:
    """Rule for a column that the schema does not name: numbers when more than half of the cells are numbers."""
    filled = [cell for cell in cells if cell not in MISSING]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
    if is_text or not filled or numbers * 2 <= len(filled):
        return {"type": "string"}
    share = f"a number, as in {numbers} of the {len(filled)} filled cells of this column, or NA"
    return {"type": "number", "errorMessage": share}


def _typed_column(
    shown: str,
    column: str,
    cells: list[str],
    lines: list[int],
    rule: dict[str, Any],
    required: bool,
    problems: Problems,
) -> tuple[str, list[Any]]:
    """Kind and typed cells of a column; bad cells become missing and a problem. Each distinct cell is checked once."""
    kinds = rule.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next(k for k in kinds if k != "null")
    check = schemas.validator(rule)
    known: dict[str, tuple[Any, bool]] = {cell: (None, not required) for cell in MISSING}
    values = []
    for line, cell in zip(lines, cells, strict=True):
        if cell not in known:
            value = float(cell) if rule.get("x-infinite") and cell in INFINITE else _typed(cell, kind)
            known[cell] = (value, True) if check.is_valid(value) else (None, False)
        value, good = known[cell]
        if not good:
            hint = _hint(cell, rule.get("enum", []))
            problems.add(Problem(shown, column, cell or "empty", schemas.expected(rule) + hint, line))
        values.append(value)
    return ("date" if rule.get("format") == "date" else kind), values


def _series(values: list[Any], kind: str, index: pd.Index) -> pd.Series:
    import pandas as pd

    if kind == "number":
        return pd.Series(values, index=index, dtype="float64")
    if kind == "integer":
        return pd.Series(values, index=index, dtype="Int64")
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="object"), errors="coerce"))
    return pd.Series(values, index=index, dtype="object").where(lambda s: s.notna())


def _typed(cell: str, kind: str) -> Any:
    if kind == "integer" and WHOLE.fullmatch(cell):
        return int(float(cell)) if "." in cell else int(cell)
    if kind == "number" and NUMBER.fullmatch(cell):
        return float(cell)
    return cell


def _check_unique(shown: str, key: list[str], values: list[list[str]], lines: list[int], problems: Problems) -> None:
    first: dict[tuple[str, ...], int] = {}
    for line, value in zip(lines, values, strict=True):
        cells = tuple(value)
        if cells in first:
            name = "+".join(key)
            problems.add(
                Problem(shown, name, " ".join(cells), f"each {name} once (first in line {first[cells]})", line)
            )
        first.setdefault(cells, line)


def _hint(cell: str, words: list[Any]) -> str:
    """Hint for a misspelt word of an enumeration, also when only its case is wrong."""
    known = [str(word) for word in words if word is not None]
    return nearest(cell, known) or nearest(cell.upper(), known) or nearest(cell.lower(), known)
