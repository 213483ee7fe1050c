"""Intervals as the text of a BED: 0-based, half-open, tab-separated; what else kits and tools put into one is known."""

from __future__ import annotations

import re
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.genome.regions import Regions, of_rows, rows
from biomarkers.io.lines import numbered

NAMES_OF_COLUMNS = re.compile(r"(chr|chrom|chromosome|contig)\s+(chrom)?_?(start|begin)\b", re.IGNORECASE)
"""A row of column names, which some kits' files begin with."""


def read_bed(path: str | Path, *, may_be_empty: bool = False) -> Regions:
    """Merged intervals of a BED file, plain or gzip; header, track, browser and comment lines are skipped.

    Raises InputError with every bad line; a file without an interval is a problem too,
    unless it may be empty (no base of a failed sample is callable).
    """
    shown = str(path)
    problems = Problems()
    lines = ((number, line) for number, line in numbered(path) if not is_heading(line))
    regions = of_rows(filter(None, (bed_interval(shown, number, line, problems) for number, line in lines)))
    problems.stop_if_any()
    if not regions and not may_be_empty:
        raise InputError(Problem.said(shown, "file", "is empty", "at least one interval: contig, start, end"))
    return regions


def is_heading(line: str) -> bool:
    """True for lines of a BED that hold no interval."""
    heading = not line.strip() or line.startswith(("#", "track", "browser", "@"))
    return heading or NAMES_OF_COLUMNS.match(line) is not None


def bed_interval(shown: str, number: int, line: str, problems: Problems) -> tuple[str, int, int] | None:
    """Contig, start, end of a BED line, or None after adding its problem."""
    cells = line.split("\t") if "\t" in line else line.split()
    if len(cells) < 3:
        problems.add(Problem(shown, "row", line.strip(), "contig, start, end, separated by tabs", number))
        return None
    contig, start, end = (cell.strip() for cell in cells[:3])
    good = True
    for column, value in (("start", start), ("end", end)):
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            problems.add(Problem(shown, column, value, "a whole number of at least 0", number))
            good = False
    if not contig:
        problems.add(Problem.said(shown, "chrom", "is empty", "the name of a contig", number))
        good = False
    if good and int(end) < int(start):
        problems.add(Problem(shown, "end", end, f"a number of at least the start, {start}", number))
        good = False
    return (contig, int(start), int(end)) if good else None


def as_bed(regions: Regions) -> str:
    """Text of a three-column BED."""
    return "".join(f"{contig}\t{start}\t{end}\n" for contig, start, end in rows(regions))
