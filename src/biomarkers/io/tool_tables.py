"""Tables as tools write them: large, without a schema, of known columns; read fast, and told where they are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from biomarkers.errors import InputError, Problem
from biomarkers.io.lines import reading, unreadable, whole_text

if TYPE_CHECKING:
    import pandas as pd


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
        except (ValueError, IndexError, pd.errors.ParserError) as error:
            raise unreadable(path, error, what) from None


def columns(path: str | Path, kinds: Mapping[str, str], *, comment: str | tuple[str, ...], what: str) -> pd.DataFrame:
    """Columns of a tab-separated table with a header, below lines that begin with `comment`.

    kinds: pandas type of each (`int64`, `float64`, `category`). Raises InputError with every column that is missing or
    every cell that is no number; what: the tool whose table it should be.
    """
    import pandas as pd

    shown = str(path)
    try:
        with open(path, encoding="utf-8") as handle:
            above = next((number for number, line in enumerate(handle) if not line.startswith(comment)), 0)
        return pd.read_csv(path, sep="\t", skiprows=above, usecols=list(kinds), dtype=dict(kinds), na_filter=False)
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error, f"a readable table of {what}") from None
    except ValueError:
        raise InputError(_problems(shown, kinds, comment, f"a complete table of {what}")) from None


def _problems(shown: str, kinds: Mapping[str, str], comment: str | tuple[str, ...], whole: str) -> list[Problem]:
    """What keeps a file from being the table that `columns` reads."""
    lines = whole_text(shown).splitlines()
    start = next((number for number, line in enumerate(lines) if not line.startswith(comment)), len(lines))
    header = lines[start].split("\t") if start < len(lines) else []
    if missing := [name for name in kinds if name not in header]:
        return [Problem(shown, f"column {name}", None, whole, start + 1) for name in missing]
    number_of = {"int64": int, "float64": float}
    found = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        cells = dict(zip(header, line.split("\t"), strict=False))
        for name, kind in kinds.items():
            try:
                number_of.get(kind, str)(cells.get(name, ""))
            except ValueError:
                found.append(Problem(shown, name, cells.get(name), "a number", number))
    return found or [Problem.said(shown, "file", "is no table", whole)]
