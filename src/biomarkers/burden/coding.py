"""Coding bases from gene models (GFF3, GTF) or a BED; a base is counted once, UTR never."""

from __future__ import annotations

import re
from collections.abc import Iterable

from biomarkers.errors import InputError, LineProblems, Problem, Problems, count
from biomarkers.genome.bed import bed_entry, is_heading
from biomarkers.genome.regions import Regions, merged
from biomarkers.io.lines import is_whole_number

FEATURES = frozenset({"CDS", "stop_codon"})
"""GTF of Ensembl and GENCODE leaves the stop codon out of CDS; a variant in it changes the protein (stop_lost)."""
NAMED = re.compile(r"\.(gff3?|gtf)(\.gz)?$", re.IGNORECASE)
"""How files of gene models are called, so that a row which is none is not taken for one of a BED."""


def coding_bases(shown: str, lines: Iterable[tuple[int, str]]) -> Regions:
    """Merged coding intervals of all transcripts.

    shown: the file, for messages. lines: number and text. GFF and GTF (nine columns, 1-based, closed) are told from BED
    (0-based, half-open) and interval list (1-based, closed) by their name, else by their content. Raises
    InputError with every bad line, and when there is no coding base.
    """
    problems = LineProblems(shown)
    found: dict[str, set[tuple[int, int]]] = {}  # transcripts of a gene share most of their exons
    gff: bool | None = bool(NAMED.search(shown)) or None
    listed = False
    for number, line in lines:
        if line.startswith("##FASTA"):
            break
        listed = listed or line.startswith("@")
        if line.startswith("#") or (not gff and is_heading(line)):
            continue
        if not gff:
            cells = line.split("\t")
            if gff is None:
                gff = len(cells) >= 8 and all(map(is_whole_number, cells[3:5])) and not is_whole_number(cells[1])
        if not gff and len(cells) >= 12 and is_whole_number(cells[9]):
            expected = "coding exons as BED with one interval a line, or GFF3 or GTF (a BED12 line spans introns)"
            raise InputError(Problem.said(shown, "row", "has 12 columns", expected, number))
        if gff:
            interval = _feature(shown, number, line, problems)
        else:
            entry = bed_entry(shown, number, line, int(listed), problems)
            interval = entry and entry[:3]
        if interval is not None:
            found.setdefault(interval[0], set()).add(interval[1:])
    problems.stop_if_any()
    regions = merged({contig: [*intervals] for contig, intervals in found.items()})
    if not regions:
        what = "has no CDS feature" if gff else "is empty"
        raise InputError(Problem.said(shown, "file", what, "coding bases: features of type CDS, or BED intervals"))
    return regions


def _feature(shown: str, number: int, line: str, problems: Problems) -> tuple[str, int, int] | None:
    """The interval (0-based, half-open) of a line of GFF3 or GTF, None if it is not coding; as `bed_entry`."""
    cells = line.split("\t", 8)
    if len(cells) < 8:
        if line.strip():
            found = f"has {count(len(cells), 'column')}"
            problems.add(Problem.said(shown, "row", found, "nine columns separated by tabs", number))
        return None
    contig, _, kind, start, end = cells[:5]
    if kind not in FEATURES:
        return None
    if not (is_whole_number(start) and is_whole_number(end) and 1 <= int(start) <= int(end)):
        problems.add(Problem(shown, "start", f"{start}-{end}", "1-based positions, start <= end", number))
        return None
    return contig, int(start) - 1, int(end)
