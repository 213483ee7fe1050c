"""A vendor's target BED made fit for a reference: refused in words, or sorted, merged, padded and shared out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from biomarkers.errors import InputError, LineProblems, Problem, Problems, log, nearest
from biomarkers.genome.bed import REMEDY, Entry, read_entries
from biomarkers.genome.regions import Regions, of_rows, other_spelling, padded, rows, size
from biomarkers.io.lines import is_whole_number, numbered

MOSTLY = 0.9
"""Share of the targets that end with an exon and begin one base behind its start, which betrays the same."""
LONGEST_PIECE = 1_000_000
"""Bases up to which an interval stays whole in one shard: callers look at neighboring bases together."""
TILED = 10
"""Neighbors exactly one base apart, none of them touching, that betray closed 1-based intervals."""
PROBE_SHARE = 0.5
PROBES = 20
"""Share and number of intervals one base shorter than a round probe length that betray the same."""


def read_targets(path: str | Path) -> Regions:
    """Merged intervals of targets that no reference is at hand for; refused where `clean` would say 1-based.

    What `clean` made of a vendor's file may look so by chance: three columns, sorted, none touching.
    """
    entries = read_entries(path)
    rows_alone = [entry[:3] for entry in entries]
    regions = of_rows(rows_alone)
    if rows_alone != list(rows(regions)) or any(entry.columns > 3 for entry in entries):
        Problems(*one_based(str(path), entries)).stop_if_any()
    return regions


def starts_behind(targets: Regions, coding: Regions) -> bool:
    """Whether targets that end where coding sequence ends begin one base behind its start: they count from 1."""
    same = behind = 0
    for contig in targets.keys() & coding.keys():
        _, at, other = np.intersect1d(targets[contig][:, 1], coding[contig][:, 1], return_indices=True)
        late = targets[contig][at, 0] - coding[contig][other, 0]
        same, behind = same + int((late == 0).sum()), behind + int((late == 1).sum())
    return behind >= TILED and behind > MOSTLY * (same + behind)


def prepared(
    targets: Path,
    reference: Path,
    *,
    padding: int,
    parts: int,
    one_based: bool,
    track: str | None,
    rename_contigs: bool,
) -> tuple[Regions, list[Regions]]:
    """The targets as `clean` leaves them, and so many parts of about equal bases with a padding in bases.

    The reference's .fai is read in its place where it is there. one_based, track, rename_contigs: as the command has
    them. Raises InputError with what is wrong with both files.
    """
    problems = Problems()
    if padding < 0:
        problems.add(Problem("command line", "--padding", padding, "a whole number of at least 0"))
    index = Path(f"{reference}.fai")
    read, source = (fai_lengths, index) if index.is_file() else (fasta_lengths, reference)
    lengths = problems.catch(read, source) or {}
    entries = problems.catch(read_entries, targets, one_based=one_based, track=track) or []
    problems.stop_if_any()
    if rename_contigs:
        entries = renamed(entries, lengths)
    found = clean(str(targets), entries, lengths, str(reference))
    intervals = sum(len(pairs) for pairs in found.values())
    log.info("%s: %d intervals, %d bases in %d after merging", targets, len(entries), size(found), intervals)
    return found, shards(found, parts, padding, lengths) if parts else []


def renamed(entries: list[Entry], lengths: Mapping[str, int]) -> list[Entry]:
    """Entries whose contigs are spelt as the reference spells them (`17` as `chr17`), where that is what differs."""
    names = {entry.contig for entry in entries} - set(lengths)
    spelt = {name: other_spelling(name) for name in names if other_spelling(name) in lengths}
    return [entry._replace(contig=spelt.get(entry.contig, entry.contig)) for entry in entries]


def clean(shown: str, entries: list[Entry], lengths: Mapping[str, int], reference: str) -> Regions:
    """Merged intervals in the reference's order of contigs.

    lengths: bases by contig. Raises InputError for contigs that the reference does not have, ends beyond a contig,
    and sizes of intervals that are not 0-based half-open.
    """
    problems = LineProblems(shown)
    told: set[str] = set()
    for entry in entries:
        length = lengths.get(entry.contig)
        if length is None and entry.contig not in told:
            told.add(entry.contig)
            problems.add(Problem(shown, "chrom", entry.contig, _contig(entry.contig, lengths, reference), entry.line))
        elif length is not None and entry.end > length:
            expected = f"at most {length}, the length of {entry.contig} in {reference} (same genome build?)"
            problems.add(Problem(shown, "end", entry.end, expected, entry.line))
    if not problems.found:
        problems.add(*one_based(shown, entries))
    problems.stop_if_any()
    regions = of_rows(entry[:3] for entry in entries)
    return {contig: regions[contig] for contig in lengths if contig in regions}


def shards(regions: Regions, number: int, padding: int, lengths: Mapping[str, int]) -> list[Regions]:
    """Padded intervals in `number` parts of about equal bases, in genome order, none empty.

    An interval stays whole unless it is longer than LONGEST_PIECE and than a part, or there are fewer intervals than
    parts. Raises InputError when there are fewer bases than parts.
    """
    wide = padded(regions, padding, lengths)
    total = sum(end - start for _, start, end in rows(wide))
    if total < number:
        raise InputError(Problem("command line", "--shard", number, f"at most {total} parts, one base each"))
    longest = max(LONGEST_PIECE, math.ceil(total / number))
    pieces = [piece for row in rows(wide) for piece in _cut(row, math.ceil((row[2] - row[1]) / longest))]
    while len(pieces) < number:
        at = max(range(len(pieces)), key=lambda i: pieces[i][2] - pieces[i][1])
        pieces[at : at + 1] = _cut(pieces[at], 2)
    sizes = np.array([end - start for _, start, end in pieces])
    ends = np.cumsum(sizes)
    parts: list[Regions] = []
    first = 0
    for part in range(1, number + 1):
        last = int(np.abs(ends - total * part / number).argmin()) + 1
        last = min(max(last, first + 1), len(pieces) - (number - part))
        parts.append(of_rows(pieces[first:last]))
        first = last
    return parts


def fai_lengths(path: str | Path) -> dict[str, int]:
    """Bases by contig from a FASTA index."""
    lengths: dict[str, int] = {}
    for number, line in numbered(path):
        cells = line.split("\t")
        whole = len(cells) >= 5 and all(map(is_whole_number, cells[1:5]))
        if not whole or (int(cells[3]) == 0 and int(cells[1]) > 0):
            raise InputError(Problem(str(path), "row", line, "a FASTA index (samtools faidx)", number))
        lengths[cells[0]] = int(cells[1])
    return lengths


def fasta_lengths(path: str | Path) -> dict[str, int]:
    """Bases by contig from the FASTA itself."""
    lengths: dict[str, int] = {}
    name = None
    for number, line in numbered(path):
        if line.startswith(">"):
            name = (line[1:].split() or [""])[0]
            if name in lengths:
                raise InputError(Problem(str(path), "contig", name, "each contig once", number))
            lengths[name] = 0
        elif name is not None:
            lengths[name] += len(line.strip())
        elif line.strip():
            raise InputError(Problem(str(path), "row", line, "a FASTA file, beginning with '>'", number))
    if not lengths:
        raise InputError(Problem.said(str(path), "file", "is empty", "a FASTA file"))
    return lengths


def _cut(row: tuple[str, int, int], parts: int) -> list[tuple[str, int, int]]:
    contig, start, end = row
    bounds = np.linspace(start, end, max(parts, 1) + 1).astype(int).tolist()
    return [(contig, low, high) for low, high in itertools.pairwise(bounds)]


def _contig(contig: str, lengths: Mapping[str, int], reference: str) -> str:
    other = other_spelling(contig)
    if other in lengths:
        rename = (
            "if both are of the same genome build, give --rename-contigs; in a run `reference: {rename_contigs: true}`"
        )
        return f"'{other}' as in {reference} ({rename})"
    return f"a contig of {reference}{nearest(contig, lengths)}"


def one_based(shown: str, entries: list[Entry]) -> list[Problem]:
    """The problem of a file whose sizes show closed 1-based intervals."""
    ordered = sorted(entries)
    pairs = [(a, b) for a, b in itertools.pairwise(ordered) if a.contig == b.contig]
    apart = [b for a, b in pairs if b.start - a.end == 1]
    touching = any(b.start <= a.end for a, b in pairs)
    if len(apart) >= TILED and not touching:
        what = f"is one base after the interval before it, as {len(apart)} others are"
        return [Problem.said(shown, "start", what, REMEDY, apart[0].line)]
    sizes = [entry.end - entry.start for entry in entries]
    short = [size for size in sizes if size > 40 and (size + 1) % 20 == 0]
    if len(short) >= PROBES and len(short) >= PROBE_SHARE * len(sizes):
        usual = max(set(short), key=short.count)
        return [Problem.said(shown, "end", f"is {usual} bases after the start in most lines", REMEDY)]
    return []
