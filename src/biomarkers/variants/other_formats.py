"""Lists of variants that are neither VCF nor MAF, known by how they begin: what they are, and what to give instead."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.io.lines import numbered

FIRST = 40
"""Lines that are looked at."""
ANNOTATED = "annotated by VEP, snpEff or bcftools csq"


class Format(NamedTuple):
    """A format. starts: how its first line may begin; holds: what stands in its first lines; names: of its columns.

    One of these is enough, all in small letters; of the names all must be there.
    """

    found: str
    expected: str
    starts: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


ICGC = Format(
    "is a table of simple somatic mutations of ICGC, with a row for each transcript that a mutation hits",
    "a MAF, such as icgcSimpleMutationToMAF of maftools makes of it",
    names=frozenset(("icgc_mutation_id",)),
)
FORMATS = (
    Format(
        "is Illumina's CombinedVariantOutput.tsv, a report of selected variants without their filters",
        f"the VCF of the same sample (such as MergedSmallVariants.genome.vcf), {ANNOTATED}",
        starts=("[analysis details]", "[run details]"),
        holds=("[small variants]",),
    ),
    Format(
        "is MuTect's call_stats, in which no consequence is told",
        f"the VCF that MuTect writes beside it (its option --vcf), {ANNOTATED}",
        starts=("## mutector",),
        names=frozenset(("contig", "position", "ref_allele", "alt_allele", "judgement")),
    ),
    Format(
        "is a table of ANNOVAR (multianno), in which no tumor, filter or reads are told",
        f"the VCF that it was made from, {ANNOTATED}, or a MAF such as annovarToMaf of maftools makes of it",
        names=frozenset(("chr", "start", "ref", "alt", "func.*", "exonicfunc.*")),
    ),
    Format(
        "is a report of Foundation Medicine (XML), which names selected variants only",
        f"the VCF of the same sample, {ANNOTATED}, or a MAF of all of its somatic variants",
        holds=("foundationmedicine.", "<rr:resultsreport", "<variant-report"),
    ),
    Format(
        "is VarScan's own table, in which no consequence is told",
        f"the VCF that VarScan writes with --output-vcf 1, {ANNOTATED}",
        names=frozenset(("chrom", "position", "ref", "var", "somatic_status")),
    ),
    ICGC,
    ICGC._replace(names=frozenset(("icgc_donor_id", "mutated_to_allele"))),
    Format(
        "is a variants table of this program, whose variants are judged already",
        "the VCF or MAF that it was made from (tmb --variants counts the table)",
        names=frozenset(("chrom", "pos", "exclusion", "counted_in", "passes_otherwise")),
    ),
)
MAF = Format("is a MAF", "a VCF; give a MAF with --maf", names=frozenset(("hugo_symbol", "tumor_sample_barcode")))


def problem_of(path: str | Path, *more: Format) -> Problem | None:
    """What a file is that was taken for a VCF or MAF and is neither; None where its first lines do not tell."""
    try:
        lines = [(number, line.strip().lower()) for number, line in islice(numbered(path), FIRST)]
    except InputError:
        return None
    lines = [(number, line) for number, line in lines if line]
    for one in (*FORMATS, *more):
        for number, line in lines:
            first = number == lines[0][0] and line.startswith(one.starts or ("\0",))
            if first or any(text in line for text in one.holds) or (one.names and _has(line, one.names)):
                return Problem.said(str(path), "file", one.found, one.expected, number)
    return None


def _has(line: str, names: frozenset[str]) -> bool:
    columns = {cell.strip(' "') for cell in line.split("\t" if "\t" in line else ",")}
    columns |= {f"{cell.partition('.')[0]}.*" for cell in columns if "." in cell}
    return names <= columns
