"""The rows of a delimited text as people and programs write them: quotes within cells, cells left over at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from biomarkers.errors import Problem, Problems, log

Row = tuple[int, list[str]]
"""Line that a row begins in (1-based) and its stripped cells."""


def rows(shown: str, text: str, delimiter: str, problems: Problems) -> Iterator[Row]:
    """Each row of the file `shown` that has a filled cell, the header first, up to a quotation that does not end.

    In a text with tabs a quotation mark belongs to its cell (`5" lesion`) unless it stands at both ends; where the
    lines do not fit their header so, quoted cells hold tabs or line ends, as spreadsheets write them.
    """
    if delimiter == "\t":
        read = unquoted if '"' in text else str.strip
        split = [(n, [*map(read, line.split("\t"))]) for n, line in enumerate(text.split("\n"), 1)]
        found = [(line, cells) for line, cells in split if any(cells)]
        if '"' not in text or all(_fits(cells, found[0][1]) for _, cells in found):
            yield from found
            return
    csv.field_size_limit(1 << 26)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start, last = 1, 0
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            cells = [cell.strip() for cell in row]
            if any(cells):
                last = line
                yield line, cells
    except csv.Error as error:
        expected = "cells with balanced quotation marks"
        problems.add(Problem.said(shown, "row", f"cannot be read ({error})", expected, last + 1))


def unquoted(cell: str) -> str:
    """A stripped cell without the quotation marks around it; a mark within it is written twice there.

    >>> [unquoted(cell) for cell in ('"a b" ', '5" lesion', '"Smith" type', '"an ""x"" here"', '"')]
    ['a b', '5" lesion', '"Smith" type', 'an "x" here', '"']
    """
    bare = cell.strip()
    inner = bare[1:-1]
    if len(bare) > 1 and bare[0] == bare[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"').strip()
    return bare


def fitted(cells: list[str], header: list[str]) -> list[str]:
    """A row without empty cells after the last column, and with empty ones for last columns that have no name."""
    if len(cells) == len(header):
        return cells
    named = max((place for place, name in enumerate(header, 1) if name), default=0)
    while len(cells) > len(header) and not cells[-1]:
        cells = cells[:-1]
    return [*cells, *[""] * (len(header) - len(cells))] if len(cells) >= named else cells


def without_unnamed(shown: str, header: list[str], body: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Header and rows without columns that have no name; those that hold something are named on the log."""
    unnamed = [place for place, name in enumerate(header) if not name]
    for place in unnamed:
        filled = sum(bool(row[place]) for row in body)
        if filled:
            said = "%s: column %d has no name and is not read (filled cells: %d)"
            log.warning(said, shown, place + 1, filled)
    if not unnamed:
        return header, body
    kept = [place for place, name in enumerate(header) if name]
    return [header[place] for place in kept], [[row[place] for place in kept] for row in body]


def _fits(cells: list[str], header: list[str]) -> bool:
    return len(fitted(cells, header)) == len(header)
