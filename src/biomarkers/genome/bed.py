"""Intervals as text: BED (0-based, half-open) and Picard interval list (1-based, closed), as kits and tools write them.

Every file of targets is read here, so that all commands find the same bases in it (docs/methods.md, 1.10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, LineProblems, Problem, Problems, count
from biomarkers.genome.regions import Regions, of_rows, rows
from biomarkers.io.lines import is_whole_number, numbered

NAMES_OF_COLUMNS = re.compile(r"(chr|chrom|chromosome|contig)\s+(chrom)?_?(start|begin)\b", re.IGNORECASE)
"""A row of column names, which some kits' files begin with."""
TRACK_NAME = re.compile(r"""\bname=(?:"([^"]*)"|'([^']*)'|(\S+))""")
POSITION = re.compile(r"browser\s+position\s+(\S+):([\d,]+)-([\d,]+)")
"""Where UCSC's browser begins to show a file: a 1-based, closed interval."""
MOST = 2_000_000
"""Lines with an interval from which a file is none of targets: the largest kits have half a million."""
REMEDY = (
    "0-based half-open intervals (is the file 1-based? then biomarkers targets --one-based subtracts 1 from each "
    "start; in a run `reference: {one_based_targets: true}`)"
)
COLUMNS_ALONE = "where it counts from 0, take only its first three columns"


class Entry(NamedTuple):
    """An interval of the file, 0-based, half-open, with its line and the number of the line's columns."""

    contig: str
    start: int
    end: int
    line: int
    columns: int


@dataclass
class _Seen:
    """What a file says beside its intervals. is_list: it is an interval list; position: of its `browser` line."""

    is_list: bool
    position: tuple[str, int, int] | None = None
    track: str = ""
    strands: int = 0
    tracks: dict[str, list[Entry]] = field(default_factory=dict)

    def take_heading(self, line: str, number: int) -> None:
        """What a line without an interval says."""
        self.is_list = self.is_list or line.startswith("@")
        if line.startswith("track"):
            name = TRACK_NAME.search(line)
            self.track = next(filter(None, name.groups()), "") if name else ""
            self.track = self.track or f"the track of line {number}"
        elif found := POSITION.match(line):
            self.position = found[1], int(found[2].replace(",", "")), int(found[3].replace(",", ""))


def read_bed(path: str | Path, *, may_be_empty: bool = False) -> Regions:
    """Merged intervals of a BED file or interval list, as `read_entries`.

    A file without an interval is a problem, unless it may be empty (no base of a failed sample is callable).
    """
    return of_rows(entry[:3] for entry in read_entries(path, may_be_empty=may_be_empty))


def read_entries(
    path: str | Path, *, one_based: bool = False, track: str | None = None, may_be_empty: bool = False
) -> list[Entry]:
    """Intervals of a BED, or of a Picard interval list, which is 1-based; plain or gzip, in the file's order.

    An interval list is known by its `@` header, or by its name's ending. one_based: the starts of a BED count from 1,
    too. track: the name of the only track that is wanted of several; NimbleGen puts targets and probes into one file.
    Raises InputError with the bad lines, for several tracks of which none is wanted, and for a file that looks 1-based.
    """
    shown, problems = str(path), LineProblems(str(path))
    seen = _Seen(shown.lower().removesuffix(".gz").endswith(".interval_list"))
    for number, line in numbered(path):
        if is_heading(line):
            seen.take_heading(line, number)
            continue
        if number > MOST:
            expected = f"targets, which have at most {MOST:,}"
            raise InputError(Problem.said(shown, "file", "has more lines", expected))
        entry = bed_entry(shown, number, line, int(one_based or seen.is_list), problems)
        if entry is not None:
            seen.tracks.setdefault(seen.track, []).append(entry)
            seen.strands += entry.columns in (4, 5) and _cells(line)[3].strip() in ("+", "-")
    problems.stop_if_any()
    entries = _wanted(shown, seen.tracks, track)
    if not entries and not may_be_empty:
        raise InputError(Problem.said(shown, "file", "is empty", "at least one interval: contig, start, end"))
    if entries and not (one_based or seen.is_list):
        _check_zero_based(shown, entries, seen)
    return entries


def is_heading(line: str) -> bool:
    """True for lines of a BED that hold no interval."""
    heading = not line.strip() or line.startswith(("#", "track", "browser", "@"))
    return heading or NAMES_OF_COLUMNS.match(line) is not None


def bed_interval(shown: str, number: int, line: str, problems: Problems) -> tuple[str, int, int] | None:
    """Contig, start, end of a BED line, or None after adding its problem."""
    cells = _cells(line)
    if len(cells) < 3:
        problems.add(Problem(shown, "row", line.strip(), "contig, start, end, separated by tabs", number))
        return None
    contig, start, end = (cell.strip() for cell in cells[:3])
    good = True
    for column, value in (("start", start), ("end", end)):
        if not is_whole_number(value):
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


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def bed_entry(shown: str, number: int, line: str, shift: int, problems: Problems) -> Entry | None:
    """The interval of a line, or None after adding its problem; shift: what its start counts from, 0 or 1."""
    interval = bed_interval(shown, number, line, problems)
    if interval is None:
        return None
    contig, start, end = interval
    cells = _cells(line)
    if _has_blocks(cells):
        expected = "1: the gaps between blocks are no targets; make each block a line (bedtools bed12tobed6)"
        problems.add(Problem(shown, "blockCount", cells[9], expected, number))
    if start < shift:
        problems.add(Problem(shown, "start", start, "a position of at least 1 in a 1-based file", number))
    elif start - shift == end:
        problems.add(Problem(shown, "end", end, f"a number above the start; {REMEDY}", number))
    return Entry(contig, start - shift, end, number, len(cells))


def _has_blocks(cells: list[str]) -> bool:
    """True for the cells of a BED12 (UCSC) line that holds several blocks: their number, then sizes and starts."""
    if len(cells) < 12 or not is_whole_number(cells[9]) or int(cells[9]) < 2:
        return False
    return all(len(cell.strip().strip(",").split(",")) == int(cells[9]) for cell in cells[10:12])


def _wanted(shown: str, tracks: dict[str, list[Entry]], track: str | None) -> list[Entry]:
    """Entries of the wanted track, or of the only one."""
    names = ", ".join(f"'{name}' ({count(len(found), 'line')})" for name, found in tracks.items())
    if track is not None:
        if track not in tracks:
            raise InputError(Problem("command line", "--track", track, f"a track of {shown}: {names or 'it has none'}"))
        return tracks[track]
    if len(tracks) > 1:
        expected = (
            "one: targets and probes are different territories (biomarkers targets --track NAME keeps one; in a run "
            "`reference: {target_track: NAME}`)"
        )
        raise InputError(Problem.said(shown, "track", f"is not one: {names}", expected))
    return next(iter(tracks.values()), [])


def _check_zero_based(shown: str, entries: list[Entry], seen: _Seen) -> None:
    """Raise InputError for a BED with the columns or the first position of a file that counts from 1."""
    first = entries[0]
    if seen.position == first[:3]:
        found = f"of the first interval is that of the line `browser position`, which counts from 1: {first.start}"
        raise InputError(Problem.said(shown, "start", found, REMEDY, first.line))
    if seen.strands == len(entries):
        found = "holds strands, as in an interval list that lost its header"
        raise InputError(Problem.said(shown, "column 4", found, f"{REMEDY}; {COLUMNS_ALONE}", first.line))
