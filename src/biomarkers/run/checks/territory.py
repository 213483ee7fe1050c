"""Are genes and targets of the reference's build, and do they meet? Told before hours are spent on reads."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast

from biomarkers.errors import Problem, Problems, log
from biomarkers.genome.regions import Regions, intersect, merged, of_rows, size
from biomarkers.io.lines import is_whole_number, numbered, reading
from biomarkers.run.checks.headers import Genome

CODING_SHARE = 0.2
"""Least share of coding bases in the targets of an exome or a panel (docs/methods.md, 1.10): exome kits have half and
more, with all UTRs a third."""
CODING_REACHED = 0.5
"""Share of all coding bases on targets from which on a low share of the targets is that of a genome, not a mistake."""


def check(reference: dict[str, Any], genome: Genome, problems: Problems) -> None:
    """Gene models must lie on the reference's contigs and have coding bases on the targets.

    reference: that block of a run's config, whose genes and targets are looked at where they are there.
    """
    genes, bed = reference["genes"], reference["targets"]
    if genes is None or not Path(genes).is_file():
        return
    told = _declared(genes, genome)
    if told:
        problems.add(*told)
        return
    coding = problems.catch(_coding, genes)
    if coding is None:
        return
    beyond = _beyond(genes, coding, genome)
    if beyond:
        problems.add(beyond)
    elif bed is not None and Path(bed).is_file():
        _check_share(bed, _targets(reference, genome), genes, coding, problems)


def _declared(genes: str, genome: Genome) -> list[Problem]:
    """The first `##sequence-region` of a GFF3 that is longer than the reference's contig."""
    for number, line in numbered(genes):
        if not line.startswith("#"):
            break
        words = line.split()
        if words[0] == "##sequence-region" and len(words) == 4 and is_whole_number(words[3]):
            length = genome.lengths.get(words[1])
            if length is not None and int(words[3]) > length:
                expected = f"at most {length}, its length in {genome.fasta}: genes of another genome build?"
                return [Problem(genes, f"sequence-region of {words[1]}", words[3], expected, number)]
            if length is not None and words[2] == "1" and int(words[3]) != length:
                said = "%s:%s: sequence-region of %s ends at %s, where it has %s bases in %s: genes of another build?"
                log.warning(said, genes, number, words[1], words[3], length, genome.fasta)
                break
    return []


def _coding(genes: str) -> Regions:
    """Coding bases as `biomarkers coding` finds them, of a GFF or GTF that is as it should be in a third of the time.

    Raises InputError where it is not.
    """
    from biomarkers.burden.coding import coding_bases

    try:
        found = merged(_intervals(genes))
    except (ValueError, IndexError, OverflowError):
        found = {}
    return found or coding_bases(genes, numbered(genes))


def _intervals(genes: str) -> dict[str, list[tuple[int, int]]]:
    """0-based, half-open intervals of coding features by contig; none of a BED. Raises ValueError or IndexError."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    with reading(genes) as handle:
        # Lines of a large buffer come without Python's own gzip reader in between.
        for raw in io.BufferedReader(cast(io.RawIOBase, handle), 1 << 20):
            if b"\tCDS\t" in raw or b"\tstop_codon\t" in raw:
                contig, _, _, start, end, _ = raw.split(b"\t", 5)
                found.setdefault(contig, []).append((int(start) - 1, int(end)))
    return {contig.decode("utf-8", "replace"): intervals for contig, intervals in found.items()}


def _beyond(genes: str, coding: Regions, genome: Genome) -> Problem | None:
    """The problem of a coding base beyond the end of its contig."""
    for contig, intervals in coding.items():
        length = genome.lengths.get(contig)
        last = int(intervals[-1][1])
        if length is not None and last > length:
            expected = f"at most {length}, the length of {contig} in {genome.fasta}: genes of another genome build?"
            return Problem(genes, f"end of a CDS on {contig}", last, expected)
    return None


def _targets(reference: dict[str, Any], genome: Genome) -> Regions:
    """The targets, which `headers` has looked at."""
    from biomarkers.genome import targets
    from biomarkers.genome.bed import read_entries

    asked = {"one_based": reference["one_based_targets"], "track": reference["target_track"]}
    entries = read_entries(reference["targets"], **asked)
    if reference["rename_contigs"]:
        entries = targets.renamed(entries, genome.lengths)
    return of_rows(entry[:3] for entry in entries)


def _check_share(bed: str, targets: Regions, genes: str, coding: Regions, problems: Problems) -> None:
    both = size(intersect(targets, coding))
    share, reached = both / size(targets), both / size(coding)
    if both == 0:
        expected = f"coding bases of {genes} on the targets, which the burden is divided by (same genome build?)"
        problems.add(Problem.said(bed, "file", "holds no base of coding sequence", expected))
    elif share < CODING_SHARE and reached < CODING_REACHED:
        said = (
            "%s: only %.1f %% of the target bases are coding in %s (an exome: half and more): genes of another build?"
        )
        log.warning(said, bed, 100 * share, genes)
