"""Tables of thousands of numbers a row: columns that hold nothing but numbers are read by pyarrow, the others as cells.

A file is read so where that changes nothing: plain, of tabs, each row as wide as the header. In any other one, and in
a column with anything that is no number, each cell is looked at (`tables.read_cells`), so that it can be told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from biomarkers.io.cells import MISSING, Cells, Numbers

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow

LEAST_BYTES, LEAST_COLUMNS = 1 << 20, 100
"""Size and width of a table from which it is worth while."""

BLANK = re.compile(rb"\n[ \t\n\v\f]")
"""How a line that may be blank begins, after the end of the one above; a quicker search than `find`."""


class Split(NamedTuple):
    """A table whose columns of numbers are apart, and the header as it stands in the file."""

    cells: Cells
    header: list[str]


class Coded(NamedTuple):
    """The cells of a column as its different words and, of each cell, the place of its word."""

    words: list[str]
    codes: npt.NDArray[np.int32]


def split(path: str | Path, texts: Collection[str]) -> Split | None:
    """The cells of the columns `texts` and of those with anything but numbers, and the numbers of the others.

    None for a file that is to be read cell by cell.
    """
    data = Path(path).read_bytes() if Path(path).is_file() else b""
    first = data.find(b"\n")
    if len(data) < LEAST_BYTES or first < 0 or not is_plain(data, first) or _has_hexadecimal(data, first):
        return None
    header = [name.strip() for name in data[:first].decode().split("\t")]
    if len(header) < LEAST_COLUMNS or len(set(header)) < len(header) or "" in header:
        return None
    return _split(str(path), data, header, texts, data.count(b"\n") - data.endswith(b"\n"))


def is_plain(data: bytes, first: int) -> bool:
    """Whether no cell is quoted, no letter beyond ASCII, and no line below the header may be blank.

    first: length of the header. Rows of another width are refused by pyarrow.
    """
    if not data.isascii() or any(sign in data for sign in (b'"', b"\r", b"\0")):
        return False
    return not BLANK.search(data, first)


def _has_hexadecimal(data: bytes, first: int) -> bool:
    """Whether there may be a 0x10, which is a number to pyarrow and none here."""
    return any(data.find(letter, first) > 0 and data.find(b"0" + letter, first) > 0 for letter in (b"x", b"X"))


def in_codes(data: bytes, header: list[str]) -> dict[str, Coded] | None:
    """The cells of a table of text by column; None where a row has another width."""
    import pyarrow

    found = _columns(data, header, dict.fromkeys(header, pyarrow.string()))
    if found is None:
        return None
    coded = {name: found[name].combine_chunks().dictionary_encode() for name in header}
    return {name: Coded(one.dictionary.to_pylist(), one.indices.to_numpy()) for name, one in coded.items()}


def _split(path: str, data: bytes, header: list[str], texts: Collection[str], rows: int) -> Split | None:
    import numpy as np
    import pyarrow

    asked = [name for name in header if name not in texts]
    as_text = dict.fromkeys(set(header).difference(asked), pyarrow.string())
    # most often all are numbers; else pyarrow finds out which
    found = _columns(data, header, as_text | dict.fromkeys(asked, pyarrow.float64())) or _columns(data, header, as_text)
    if found is None:
        return None
    # one array, whose rows are the columns, as a frame has them
    values, filled = np.empty((len(asked), rows)), []
    names: list[str] = []
    for name in asked:
        column = found[name]
        if pyarrow.types.is_integer(column.type):
            column = column.cast(pyarrow.float64(), safe=False)
        if pyarrow.types.is_floating(column.type) and column.null_count < rows:
            values[len(names)] = column.to_numpy()
            filled.append(rows - column.null_count)
            names.append(name)
    values = values[: len(names)]
    finite = np.count_nonzero(np.isfinite(values), axis=1) == filled
    if not finite.all():
        names, values = [*itertools.compress(names, finite)], values[finite]
    ready = {*names}
    kept = [name for name in header if name not in ready]
    if len(kept) > len(as_text):
        found = _columns(data, header, dict.fromkeys(kept, pyarrow.string()), only=kept)
    if found is None:
        return None
    columns = [[cell.strip() for cell in found[name].to_pylist()] for name in kept]
    body = [list(row) for row in zip(*columns, strict=True)]
    return Split(Cells(path, [*kept, *names], body, [*range(2, rows + 2)], Numbers(names, values)), header)


def _columns(
    data: bytes, header: list[str], types: Mapping[str, pyarrow.DataType], only: Collection[str] = ()
) -> pyarrow.Table | None:
    """All columns, or `only` some, of these types or, where none is given, of that which pyarrow finds; else None."""
    from pyarrow import ArrowInvalid, csv, py_buffer, system_memory_pool

    block = max(1 << 24, 4 * (data.find(b"\n") + 1))
    # one core of a shared machine is all that a job has
    reading = csv.ReadOptions(column_names=header, skip_rows=1, block_size=block, use_threads=False)
    parsing = csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False)
    converting = csv.ConvertOptions(
        include_columns=[*only], column_types=types, null_values=[*MISSING], strings_can_be_null=False
    )
    try:
        # pyarrow's own pool is made for many threads: its first pages cost as much time as all of the reading
        return csv.read_csv(py_buffer(data), reading, parsing, converting, memory_pool=system_memory_pool())
    except ArrowInvalid:
        return None
