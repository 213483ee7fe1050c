"""Are genes and targets of the reference's build, and do they meet? Told before hours are spent on reads."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from biomarkers.errors import Problem, Problems
from biomarkers.genome.regions import Regions, intersect, of_rows, size
from biomarkers.io.lines import numbered, reading
from biomarkers.run.headers import Genome

log = logging.getLogger("biomarkers")

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
        if words[0] == "##sequence-region" and len(words) == 4 and words[3].isdigit():
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
    """Coding bases. Raises InputError as `biomarkers coding` does."""
    from biomarkers.burden.coding import coding_bases

    return coding_bases(genes, _lines(genes))


def _lines(genes: str) -> Iterator[tuple[int, str]]:
    """Lines that can hold coding bases; the many others of a GFF or GTF are passed over without decoding."""
    gff = False
    with reading(genes) as handle:
        for number, raw in enumerate(handle, 1):
            if raw.startswith(b"##FASTA"):
                return
            if gff and b"\tCDS\t" not in raw and b"\tstop_codon\t" not in raw:
                continue
            cells = raw.split(b"\t", 5)
            gff = gff or (len(cells) > 5 and cells[3].isdigit() and not cells[1].isdigit() and not raw.startswith(b"#"))
            yield number, raw.decode("utf-8", "replace").rstrip("\r\n")


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
