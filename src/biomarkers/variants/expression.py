"""A user's own rule for what is somatic: an expression of bcftools, evaluated by bcftools (docs/methods.md, 1.4)."""

from __future__ import annotations

from biomarkers.errors import InputError, Problem, log
from biomarkers.variants.vcf import alleles

Place = tuple[str, int, str, str]
"""Contig, position, reference, ALT."""


def holding(path: str, expression: str) -> frozenset[Place]:
    """The ALTs of a VCF for which the expression holds, each asked for itself: sites with several ALTs are split first.

    Raises InputError with bcftools' own words for an expression that it does not take, RunError where it is not found.
    """
    from biomarkers.io import bcftools

    answer = bcftools.selected(bcftools.SPLIT, path, expression)
    if answer.source:
        whole = bcftools.selected(bcftools.WHOLE, path, expression)
        if not (whole.source or whole.query):
            log.warning(
                "%s: --somatic is asked of records, not of ALTs: they cannot be split (%s)", path, answer.source
            )
        answer = whole
    if answer.source:
        found = f"cannot be read by bcftools, which evaluates --somatic ({answer.source})"
        raise InputError(Problem.said(path, "records", found, "records as the VCF specification says"))
    if answer.query:
        expected = f"an expression of bcftools, which says: {answer.query}"
        raise InputError(Problem(path, "--somatic", expression, expected))
    if not answer.lines:
        log.warning("%s: the expression '%s' of --somatic holds for no record", path, expression)
    return frozenset(
        (chrom, int(pos), ref.upper(), alt) for chrom, pos, ref, alts in answer.lines for alt in alleles(alts)
    )
