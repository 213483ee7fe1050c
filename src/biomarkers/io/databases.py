"""Tables as a database of DuckDB: one file, with types, keys and comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.io import files

if TYPE_CHECKING:
    import pandas as pd

TYPES = {"b": "BOOLEAN", "i": "BIGINT", "u": "BIGINT", "f": "DOUBLE", "M": "DATE"}
"""Of a column by the kind of its numpy type; all else is text."""


class Table(NamedTuple):
    """A table to be written. about: what its rows are; columns: what each column is.

    key: columns that tell rows apart, none of them ever missing; empty where there is no such key. further: frames with
    the same columns whose rows follow, read when their turn comes.
    """

    frame: pd.DataFrame
    about: str
    columns: Mapping[str, str]
    key: Sequence[str] = ()
    further: Iterable[pd.DataFrame] = ()


class View(NamedTuple):
    """A query under a name of its own; about: what it shows."""

    query: str
    about: str


def write(path: Path, tables: Mapping[str, Table], views: Mapping[str, View]) -> None:
    """Write a database: the file appears whole or not at all. Missing cells are NULL.

    Names of columns differ in more than their case, which SQL does not see. Raises InputError where DuckDB is lacking.
    """
    with files.publish(path) as (temporary,):
        temporary.unlink()  # An empty file is no database.
        beside = temporary.with_name(temporary.name + ".wal")
        try:
            with _opened(temporary) as database:
                for name, table in tables.items():
                    _fill(database, name, table)
                for name, view in views.items():
                    database.execute(f"CREATE VIEW {quoted(name)} AS {view.query}")
                    database.execute(f"COMMENT ON VIEW {quoted(name)} IS {_text(view.about)}")
        finally:
            beside.unlink(missing_ok=True)


def tables(path: Path) -> list[str]:
    """Names of the tables of a database; none of any other file."""
    duckdb = _duckdb()
    try:
        with _opened(path, read_only=True) as database:
            return [str(row[0]) for row in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    except duckdb.Error:
        return []


def quoted(name: str) -> str:
    """A name as SQL has it.

    >>> quoted("CA 19-9")
    '"CA 19-9"'
    """
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        expected = "DuckDB beside this program: pip install 'biomarkers-trial[duckdb]'"
        raise InputError(Problem.said("command line", "duckdb", "is not installed", expected)) from None
    return duckdb


@contextmanager
def _opened(path: Path, *, read_only: bool = False) -> Iterator[Any]:
    # Nothing of this program but `download` uses a network: DuckDB would fetch extensions that it takes to be needed.
    config = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    # The usual blocks of 256 kB would make a trial's hundreds of small columns 12 MB in place of 1.
    config |= {} if read_only else {"default_block_size": "16384"}
    database = _duckdb().connect(str(path), read_only=read_only, config=config)
    try:
        yield database
    finally:
        database.close()


def _fill(database: Any, name: str, table: Table) -> None:
    """Make a table with its types, key, comments and rows."""
    import pyarrow as pa

    arrow = {"BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32()}
    # The types of pandas that know missing values name themselves as those of numpy do.
    types = {str(column): TYPES.get(table.frame[column].dtype.kind, "VARCHAR") for column in table.frame}
    parts = [f"{quoted(column)} {kind}" for column, kind in types.items()]
    parts += [f"PRIMARY KEY ({', '.join(map(quoted, table.key))})"] if table.key else []
    database.execute(f"CREATE TABLE {quoted(name)} ({', '.join(parts)})")
    database.execute(f"COMMENT ON TABLE {quoted(name)} IS {_text(table.about)}")
    for column, about in table.columns.items():
        database.execute(f"COMMENT ON COLUMN {quoted(name)}.{quoted(column)} IS {_text(about)}")
    schema = pa.schema([(column, arrow.get(kind, pa.string())) for column, kind in types.items()])
    for frame in chain([table.frame], table.further):
        database.register("given", pa.Table.from_pandas(frame, schema=schema, preserve_index=False))
        database.execute(f"INSERT INTO {quoted(name)} SELECT * FROM given")
        database.unregister("given")
