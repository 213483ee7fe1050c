"""The territory a burden is divided by: merged target ∩ coding ∩ callable, in bp (methods.md, section 1)."""

from __future__ import annotations

from typing import NamedTuple

from biomarkers.genome.regions import SPLICE_BASES, Regions, intersect, padded, size, subtract


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
