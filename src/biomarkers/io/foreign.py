"""Delimited tables of other people: comment lines, titles above the headings, a separator that they name."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import rows
from biomarkers.io.cells import Cells
from biomarkers.io.lines import whole_text

SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "blanks": " "}


def read(
    path: str | Path, *, comment: str | None = None, separator: str | None = None, header: Collection[int] = ()
) -> Cells:
    """The cells of a text table as they stand; its headings may be repeated or empty, as its user need not take them.

    comment: what lines begin with that are no rows. separator: a word of `SEPARATORS`, by default told by the headings.
    header: lines of the headings (1-based), by default the first that is filled and no comment; of several the words
    of a column stand one after another.
    Raises InputError with every row that does not fit the headings.
    """
    shown, problems = str(path), Problems()
    lines = whole_text(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["" if comment and line.startswith(comment) else line for line in lines]
    if header:
        above = min(header) - 1
        kept[:above] = [""] * min(above, len(kept))
    if separator == "blanks":
        kept = [" ".join(line.split()) for line in kept]
    first = next((line for line in kept if line.strip()), "")
    mark = _told_by(first) if separator is None else SEPARATORS[separator]
    csv.field_size_limit(1 << 26)
    headings: list[str] = []
    body: list[list[str]] = []
    places: list[int] = []
    line = 0
    try:
        for line, cells in rows.rows("\n".join(kept), mark):
            if not headings:
                headings = cells
                continue
            if line in header or line < max(header, default=0):
                headings = joined(headings, cells) if line in header else headings
                continue
            whole = rows.fitted(cells, headings)
            if len(whole) != len(headings):
                found = f"has {len(cells)} cell{'s' * (len(cells) != 1)}"
                expected = f"{len(headings)} cells as in the header (or another separator, header or comment)"
                problems.add(Problem.said(shown, "row", found, expected, line))
                continue
            body.append(whole)
            places.append(line)
    except csv.Error as error:
        expected = "cells with balanced quotation marks"
        problems.add(Problem.said(shown, "row", f"cannot be read ({error})", expected, line + 1))
    if not headings:
        raise InputError(Problem.said(shown, "file", "is empty", "a header line"))
    problems.stop_if_any()
    return Cells(shown, [" ".join(name.split()) for name in headings], body, places)


def joined(above: list[str], below: list[str]) -> list[str]:
    """Headings in two lines as one.

    >>> joined(["", "PFS", "PFS"], ["ID", "months", "event"])
    ['ID', 'PFS months', 'PFS event']
    """
    wide = max(len(above), len(below))
    pairs = zip([*above, *[""] * (wide - len(above))], [*below, *[""] * (wide - len(below))], strict=True)
    return [" ".join(part for part in pair if part) for pair in pairs]


def _told_by(first: str) -> str:
    """The separator that a line of headings shows."""
    if "\t" in first or not re.search("[,;|]", first):
        return "\t"
    return max(",;|", key=first.count)
