"""Tables as tools write them: large, without a schema, of known columns; read fast, and told where they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.errors import InputError, Problem
from biomarkers.io.lines import is_whole_number, reading, unreadable, whole_text

if TYPE_CHECKING:
    import pandas as pd

MOST = 2**31 - 1
"""The largest position that a BAM holds (SAM specification, section 4.2), and more than any count."""


def pieces(path: str | Path, kinds: Mapping[str, str | None], *, lines: int, what: str) -> Iterator[pd.DataFrame]:
    """A tab-separated table without a header, at most so many lines at once; none of an empty file.

    kinds: names of its first columns with their pandas type, None where that is inferred; text stays as it stands.
    Raises InputError for a file that is no such table; what: the file that it should be.
    """
    import pandas as pd

    with reading(path) as handle:
        try:
            yield from pd.read_csv(
                handle,
                sep="\t",
                header=None,
                names=list(kinds),
                usecols=range(len(kinds)),
                dtype={name: kind for name, kind in kinds.items() if kind},
                keep_default_na=False,
                chunksize=lines,
            )
        except pd.errors.EmptyDataError:
            return
        except (ValueError, OverflowError, IndexError, pd.errors.ParserError) as error:
            raise unreadable(path, error, what) from None


def columns(path: str | Path, kinds: Mapping[str, str], *, comment: str | tuple[str, ...], what: str) -> pd.DataFrame:
    """Columns of a tab-separated table with a header, below lines that begin with `comment`.

    kinds: pandas type of each (`int64` for counts and positions, `float64`, `category`). Raises InputError with every
    column that is missing and every cell that is none; what: the tool whose table it should be.
    """
    import numpy as np
    import pandas as pd

    shown = str(path)
    try:
        with open(path, encoding="utf-8") as handle, np.errstate(invalid="raise"):
            above = next((number for number, line in enumerate(handle) if not line.startswith(comment)), 0)
            table = pd.read_csv(path, sep="\t", skiprows=above, usecols=list(kinds), dtype=dict(kinds), na_filter=False)
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error, f"a readable table of {what}") from None
    except (ValueError, ArithmeticError):
        raise InputError(_problems(shown, kinds, comment, f"a complete table of {what}")) from None
    numbers = table.select_dtypes("int64")
    if ((numbers < 0) | (numbers > MOST)).to_numpy().any():
        raise InputError(_problems(shown, kinds, comment, f"a complete table of {what}"))
    return table


def _whole_number(text: str) -> int:
    """A count or a position. Raises ValueError for what is none."""
    if not is_whole_number(text.strip()) or int(text) > MOST:
        raise ValueError(text)
    return int(text)


def _problems(shown: str, kinds: Mapping[str, str], comment: str | tuple[str, ...], whole: str) -> list[Problem]:
    """What keeps a file from being the table that `columns` reads."""
    lines = whole_text(shown).split("\n")
    start = next((number for number, line in enumerate(lines) if not line.startswith(comment)), len(lines))
    header = lines[start].split("\t") if start < len(lines) else []
    if missing := [name for name in kinds if name not in header]:
        return [Problem(shown, f"column {name}", None, whole, start + 1) for name in missing]
    number_of: dict[str, Callable[[str], object]] = {"int64": _whole_number, "float64": float}
    found = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not line:
            continue
        cells = dict(zip(header, line.split("\t"), strict=False))
        for name, kind in kinds.items():
            try:
                number_of.get(kind, str)(cells.get(name, ""))
            except ValueError:
                expected = "a whole number of at least 0, below 2^31" if kind == "int64" else "a number"
                found.append(Problem(shown, name, cells.get(name), expected, number))
    return found or [Problem.said(shown, "file", "is no table", whole)]
