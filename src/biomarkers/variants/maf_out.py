"""Rows of a variants table as a Mutation Annotation Format (MAF) file.

Source: MAF specification 2.4.1 (TCGA, 2014) for columns 1 to 34 and their order, GDC MAF format 1.0.0; coordinates and
kinds as vcf2maf writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.genome.consequence_terms import classify
from biomarkers.genome.gene_names import NO_GENE
from biomarkers.genome.protein import shortened
from biomarkers.io import tables
from biomarkers.io.maf_comments import LISTED

VERSION = "#version 2.4"
NOT_SOMATIC = {"germline": "Germline", "not_somatic": "None", "unknown": "Undetermined"}
"""Mutation_Status by exclusion."""
KINDS = {1: "SNP", 2: "DNP", 3: "TNP"}


class Change(NamedTuple):
    """Where and what, as a MAF says it. start, end: 1-based, closed; of an insertion the two bases beside it."""

    start: int
    end: int
    ref: str
    alt: str
    kind: str
    in_frame: bool


def change(pos: int, ref: str, alt: str) -> Change:
    """A VCF's alleles without the bases that they share behind, then in front; `-` for none. A MAF's own alleles stay.

    One base is left to be shared in front, so that the shortest spelling of a VCF comes out as vcf2maf writes it; the
    longer haplotypes of FreeBayes become the change that they stand for.

    >>> change(100, "C", "T"), change(100, "CAA", "C")
    (Change(start=100, end=100, ref='C', alt='T', kind='SNP', in_frame=True), \
Change(start=101, end=102, ref='AA', alt='-', kind='DEL', in_frame=False))
    >>> change(100, "C", "CTTT"), change(100, "-", "TTT")
    (Change(start=100, end=101, ref='-', alt='TTT', kind='INS', in_frame=True), \
Change(start=100, end=101, ref='-', alt='TTT', kind='INS', in_frame=True))
    >>> change(14309, "GCGCCT", "GTGCCT")
    Change(start=14310, end=14310, ref='C', alt='T', kind='SNP', in_frame=True)
    """
    if ref == "-":
        return Change(pos, pos + 1, ref, alt, "INS", len(alt) % 3 == 0)
    alt = "" if alt == "-" else alt
    start, anchor = pos, ref[:1] == alt[:1]
    while len(ref) > anchor and len(alt) > anchor and ref != alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref != alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    in_frame = (len(ref) - len(alt)) % 3 == 0
    if len(ref) == len(alt):
        return Change(start, start + len(ref) - 1, ref, alt, KINDS.get(len(ref), "ONP"), in_frame)
    if not ref:
        return Change(start - 1, start, "-", alt, "INS", in_frame)
    kind = "INS" if len(ref) < len(alt) else "DEL"
    return Change(start, start + len(ref) - 1, ref, alt or "-", kind, in_frame)


class Maf(NamedTuple):
    """Rows with columns of the schema `maf`, None where missing.

    left_out: rows that a MAF cannot hold (symbolic or missing alleles, the bases NA, no position).
    """

    rows: list[dict[str, object]]
    left_out: int


def as_maf(
    table: pd.DataFrame,
    *,
    include: str = "eligible",
    tumor_only: bool | None = None,
    normals: dict[str, str] | None = None,
    build: str = ".",
    center: str = ".",
) -> Maf:
    """MAF rows of a variants table, in its order.

    include: `eligible` (passed every rule but that of consequence: what burden and genes are counted from), `passed`
    (the caller's filters alone) or `all`. tumor_only: where the table does not say; None: unknown. normals: name of the
    normal by tumor sample. build, center: as in NCBI_Build and Center, `.` for unknown.
    """
    exclusion = table["exclusion"].fillna("")
    if include == "eligible":
        table = table[exclusion.isin(["", "consequence"])]
    elif include == "passed":
        table = table[exclusion != "filter"]
    rows = tables.records(table)
    small = [
        row for row in rows if _spelt(row["ref"]) and _spelt(row["alt"]) and None not in (row["chrom"], row["pos"])
    ]
    made = [_row(row, tumor_only=tumor_only, normals=normals or {}, build=build, center=center) for row in small]
    # The bases N and A are in a MAF the word for missing.
    held = [row for row in made if "NA" not in (row["Reference_Allele"], row["Tumor_Seq_Allele2"])]
    return Maf(held, len(rows) - len(held))


def heading(samples: Sequence[str]) -> list[str]:
    """Comment lines above the header; samples: every sequenced one, also those without a row."""
    return [VERSION, f"{LISTED} {' '.join(samples)}"]


def _spelt(allele: object) -> bool:
    return isinstance(allele, str) and (allele == "-" or allele.isalpha())


def _class(row: Mapping[Any, Any], term: str, what: Change) -> str:
    """Class of a term; a class that no vocabulary has stays what it was in the MAF that it came from."""
    if term or "variant_classification" not in row:
        return classify(term, what.kind, what.in_frame)
    return str(row["variant_classification"] or "")


def _filter(row: Mapping[Any, Any]) -> object:
    """FILTER, which is PASS of a record without one that passed.

    Its caller never writes one, or the user took unfiltered calls: when the MAF is read again it passes as well.
    """
    status = row.get("filter")
    passed = "filter" in row and status in (None, ".") and row.get("exclusion") != "filter"
    return "PASS" if passed else status


def _status(row: Mapping[Any, Any], status: object, *, paired: bool) -> str:
    """Mutation_Status: what is not somatic stays so when the MAF is read again."""
    if row.get("exclusion") in NOT_SOMATIC:
        return NOT_SOMATIC[str(row["exclusion"])]
    return "Somatic" if paired and status == "PASS" else "Unknown"


def _row(
    row: Mapping[Any, Any], *, tumor_only: bool | None, normals: dict[str, str], build: str, center: str
) -> dict[str, object]:
    pos, sample = int(str(row["pos"])), str(row["sample"])
    what = change(pos, str(row["ref"]).upper(), str(row["alt"]).upper())
    terms = str(row.get("consequence") or "")
    alone = row.get("tumor_only")
    alone = tumor_only if alone is None else bool(alone)
    depth, reads = row.get("depth"), row.get("alt_reads")
    paired, status = alone is False, _filter(row)
    protein = str(row.get("hgvsp") or "")
    return {
        "Hugo_Symbol": row.get("gene") or NO_GENE,
        "Entrez_Gene_Id": 0,
        "Center": center,
        "NCBI_Build": build,
        "Chromosome": row["chrom"],
        "Start_Position": what.start,
        "End_Position": what.end,
        "Strand": "+",
        "Variant_Classification": _class(row, terms.split("&", 1)[0], what),
        "Variant_Type": what.kind,
        "Reference_Allele": what.ref,
        "Tumor_Seq_Allele1": what.ref,
        "Tumor_Seq_Allele2": what.alt,
        "Tumor_Sample_Barcode": sample,
        "Matched_Norm_Sample_Barcode": (normals.get(sample) or "NORMAL") if paired else None,
        "Match_Norm_Seq_Allele1": what.ref if paired else None,
        "Match_Norm_Seq_Allele2": what.ref if paired else None,
        "Mutation_Status": _status(row, status, paired=paired),
        "HGVSp": protein or None,
        "HGVSp_Short": shortened(protein) or None,
        "Transcript_ID": row.get("transcript"),
        "t_depth": depth,
        "t_ref_count": None if depth is None or reads is None else max(0, int(str(depth)) - int(str(reads))),
        "t_alt_count": reads,
        "Consequence": terms.replace("&", ",") or None,
        "FILTER": status,
        "vcf_pos": pos,
        "population_af": row.get("population_af"),
        "exclusion": row.get("exclusion"),
        "counted_in": row.get("counted_in"),
        "patient": row["patient"],
        "tumor_only": None if alone is None else int(alone),
        "n_events": row.get("n_events"),
        "other_genes": row.get("other_genes"),
    }
