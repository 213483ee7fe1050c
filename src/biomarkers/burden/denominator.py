"""The territory a burden is divided by: merged target ∩ coding ∩ callable, in bp (docs/methods.md, 1.10)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from biomarkers.burden import coding as genes
from biomarkers.burden import coverage
from biomarkers.errors import InputError, Problem, Problems, first_few, log
from biomarkers.genome.bed import REMEDY
from biomarkers.genome.regions import SPLICE_BASES, Regions, intersect, naming_problem, padded, size, subtract
from biomarkers.genome.targets import read_targets, starts_behind
from biomarkers.io.lines import numbered
from biomarkers.settings import CallableBases


class Denominator(NamedTuple):
    """Territory of one sample.

    regions: bases a coding variant may count in, `callable_bp` in all; splice: callable target bases within 2 bp of
    coding sequence, outside of it; steps: (step, bp left) from the targets on; source: callable or assumed.
    """

    regions: Regions
    splice: Regions
    target_bp: int
    coding_bp: int
    callable_bp: int
    source: str
    steps: list[tuple[str, int]]


def denominator(
    targets: Regions, coding: Regions, tumor: Regions | None = None, normal: Regions | None = None
) -> Denominator:
    """Territory of one sample. tumor, normal: bases deep enough; without tumor coverage all bases are assumed to be.

    All regions are merged, so that a base of two targets or ten transcripts is counted once.
    """
    inside = intersect(targets, coding)
    coding_bp = size(inside)
    steps = [("target", size(targets)), ("coding", coding_bp)]
    near = subtract(intersect(targets, padded(coding, SPLICE_BASES)), coding)
    for name, covered in (("tumor_depth", tumor), ("normal_depth", normal)):
        if covered is not None:
            inside, near = intersect(inside, covered), intersect(near, covered)
            steps.append((name, size(inside)))
    source = "assumed" if tumor is None else "callable"
    return Denominator(inside, near, size(targets), coding_bp, size(inside), source, steps)


def measure(
    targets: Path,
    coding: Path,
    *,
    tumor_coverage: Path | None,
    normal_coverage: Path | None,
    rules: CallableBases,
    problems: Problems,
) -> Denominator:
    """The territory by its files: targets (BED), gene models, mosdepth's depth of the tumor and of its normal.

    problems: what is wrong already. Raises InputError with that and what is wrong with the files, contigs of different
    names included.
    """
    if normal_coverage is not None and tumor_coverage is None:
        problems.add(Problem("command line", "--tumor-coverage", None, "the tumor's depth beside the normal's"))
    target = problems.catch(read_targets, targets)
    exons = problems.catch(genes.coding_bases, str(coding), numbered(coding))
    tumor = problems.catch(coverage.deep, tumor_coverage, rules.tumor_depth) if tumor_coverage else None
    normal = problems.catch(coverage.deep, normal_coverage, rules.normal_depth) if normal_coverage else None
    known = [(str(coding), list(exons or {}))]
    known += [(str(path), deep.contigs) for path, deep in ((tumor_coverage, tumor), (normal_coverage, normal)) if deep]
    named = (
        [naming_problem(str(targets), target, file, contigs) for file, contigs in known] if target is not None else []
    )
    problems.add(*(problem for problem in named if problem))
    if target is not None and exons is not None and starts_behind(target, exons):
        problems.add(Problem.said(str(targets), "start", f"is one base behind that of most exons of {coding}", REMEDY))
    if problems.found or target is None or exons is None:
        raise InputError(problems.found)
    found = denominator(target, exons, tumor and tumor.deep, normal and normal.deep)
    if found.coding_bp == 0:
        expected = f"bases of {coding} (same build?)"
        raise InputError(Problem.said(str(targets), "file", "holds no base of coding sequence", expected))
    for path, covered in ((tumor_coverage, tumor), (normal_coverage, normal)):
        if covered and (untold := covered.untold(intersect(target, exons))):
            log.warning(
                "%s: tells no depth of %d of %d coding target bases (%s): they are not callable, and variants there "
                "do not count; is the file whole, and of this genome?",
                *(path, sum(untold.values()), found.coding_bp),
                first_few(f"{contig}: {bases:,}" for contig, bases in untold.items()),
            )
    return found


def row(found: Denominator, sample: str, rules: CallableBases) -> dict[str, str | int | None]:
    """Row of the schema `denominator`; a depth that was not asked of any base is missing."""
    asked = dict(found.steps)
    depths = {"tumor_depth": rules.tumor_depth, "normal_depth": rules.normal_depth}
    return {
        "sample": sample,
        "target_bp": found.target_bp,
        "coding_bp": found.coding_bp,
        "callable_bp": found.callable_bp,
        "denominator_source": found.source,
        **{f"min_{step}": depth if step in asked else None for step, depth in depths.items()},
    }
