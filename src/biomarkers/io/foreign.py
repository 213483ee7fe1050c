"""Delimited tables of other people: comment lines, titles above the headings, a separator that they name."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems, count
from biomarkers.io import below, rows
from biomarkers.io.cells import Cells
from biomarkers.io.lines import SPREADSHEET_ERRORS, whole_text

NAMED = re.compile(r'"?sep=([,;|\t])"?[,;|\t]*', re.IGNORECASE)
"""A first line by which Excel knows the separator, and which is no row."""
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "blanks": " "}


def read(
    path: str | Path, *, comment: str | None = None, separator: str | None = None, header: Collection[int] = ()
) -> Cells:
    """The cells of a text table as they stand; its headings may be repeated or empty, as its user need not take them.

    comment: what lines begin with that are no rows. separator: a word of `SEPARATORS`, by default told by the headings.
    header: lines of the headings (1-based), by default the first that is filled and no comment; of several the words
    of a column stand one after another. A first column without a heading, as R writes row names, is `ROW_NAMES`.
    Raises InputError with every row that does not fit the headings.
    """
    shown, problems = str(path), Problems()
    text = whole_text(path, "a table as text")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [
        "" if comment and line.startswith(comment) and not line.startswith(SPREADSHEET_ERRORS) else line
        for line in lines
    ]
    if header:
        above = min(header) - 1
        kept[:above] = [""] * min(above, len(kept))
    if separator == "blanks":
        kept = [" ".join(line.split()) for line in kept]
    place = next((place for place, line in enumerate(kept) if line.strip()), 0)
    named = NAMED.fullmatch(kept[place])
    if named is not None:
        kept[place] = ""
    first = next((line for line in kept if line.strip()), "")
    mark = (named[1] if named else _told_by(first)) if separator is None else SEPARATORS[separator]
    last = max(header, default=0)
    headings: list[str] = []
    found: list[rows.Row] = []
    for line, cells in rows.rows(shown, "\n".join(kept), mark, problems):
        if not headings or line in header:
            headings = joined(headings, cells)
        elif line > last:
            found.append((line, cells))
    if not headings:
        raise InputError(Problem.said(shown, "file", "is empty", "a header line"))
    headings = with_row_names(headings, [cells for _, cells in found])
    body = [(line, rows.fitted(cells, headings)) for line, cells in found]
    for line, whole in body:
        if len(whole) != len(headings):
            odd = f"has {count(len(whole), 'cell')}"
            expected = f"{count(len(headings), 'cell')} as in the header (or another separator, header or comment)"
            expected += below.hint(whole)
            problems.add(Problem.said(shown, "row", odd, expected, line))
    problems.stop_if_any()
    return Cells(
        shown, [" ".join(name.split()) for name in headings], [whole for _, whole in body], [line for line, _ in body]
    )


def begins_with(path: str | Path, mark: str) -> bool:
    """Whether the first filled line of a text begins with a mark."""
    return next((line for line in whole_text(path).splitlines() if line.strip()), "").startswith(mark)


ROW_NAMES = "row names"
"""Heading of a first column that has none."""


def with_row_names(headings: list[str], body: list[list[str]]) -> list[str]:
    """The headings with one for row names as R writes them: of an unnamed first column, or of one cell more a row.

    >>> with_row_names(["", "age"], [["A", "7"]]), with_row_names(["age"], [["A", "7"], ["B", "8"]])
    (['row names', 'age'], ['row names', 'age'])
    >>> with_row_names(["age"], [["7", ""], ["8", ""]])
    ['age']
    """
    if len(headings) > 1 and not headings[0] and all(cells and cells[0] for cells in body):
        return [ROW_NAMES, *headings[1:]]
    more = all(len(cells) == len(headings) + 1 and cells[0] for cells in body)
    if body and more and any(cells[-1] for cells in body):
        return [ROW_NAMES, *headings]
    return headings


def joined(above: list[str], below: list[str]) -> list[str]:
    """Headings in two lines as one.

    >>> joined(["", "PFS", "PFS"], ["ID", "months", "event"])
    ['ID', 'PFS months', 'PFS event']
    """
    wide = max(len(above), len(below))
    pairs = zip([*above, *[""] * (wide - len(above))], [*below, *[""] * (wide - len(below))], strict=True)
    return [" ".join(part for part in pair if part) for pair in pairs]


def _told_by(first: str) -> str:
    """The separator that a line of headings shows, outside of quotation marks.

    >>> _told_by('"ID";"OS, months";"PFS, months"'), _told_by("ID,PFS;OS,x")
    (';', ',')
    """
    bare = re.sub(r'"[^"]*"', "", first)
    if "\t" in bare or not re.search("[,;|]", bare):
        return "\t"
    return max(",;|", key=bare.count)
