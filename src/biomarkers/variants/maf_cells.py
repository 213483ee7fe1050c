"""Cells of a Mutation Annotation Format (MAF) file, by the names in its header, whatever their case and order."""

from __future__ import annotations

import re

from biomarkers.errors import InputError, Problem, Problems, nearest

NAMES = {
    "sample": ("tumor_sample_barcode",),
    "class": ("variant_classification",),
    "gene": ("hugo_symbol",),
    "chrom": ("chromosome",),
    "pos": ("start_position",),
    "ref": ("reference_allele",),
    "alt": ("tumor_seq_allele2",),
    "alt_1": ("tumor_seq_allele1",),
    "filter": ("filter",),
    "depth": ("t_depth",),
    "ref_reads": ("t_ref_count",),
    "alt_reads": ("t_alt_count",),
    "consequence": ("consequence",),
    "transcript": ("transcript_id", "feature"),
    "protein": ("hgvsp",),
    "short": ("hgvsp_short", "protein_change", "amino_acid_change"),
    "normal": ("matched_norm_sample_barcode",),
    "status": ("mutation_status",),
    "validation": ("validation_status",),
    # What `biomarkers maf` adds, so that nothing is lost on the way out and in.
    "patient": ("patient",),
    "tumor_only": ("tumor_only",),
    "events": ("n_events",),
    "others": ("other_genes",),
}
LISTED = "#sequenced_samples:"
"""cBioPortal's comment with every sequenced sample, also those without a mutation."""
MUST = ("sample", "class", "gene")
FREQUENCIES = ("population_af", "gnomade_af", "gnomad_af", "gnomad_exomes_af", "exac_af")
MISSING = frozenset({"", ".", "NA", "-1", "nan"})
PLACE = re.compile(r"[1-9]\d*$")


class Layout:
    """Where the columns stand. Raises InputError for a header without the columns that a burden needs."""

    def __init__(self, file: str, line: int, header: str, frequency: str) -> None:
        names = [name.strip().lower() for name in header.split("\t")]
        self.width = len(names)
        self.at = {
            key: next((names.index(name) for name in options if name in names), -1) for key, options in NAMES.items()
        }
        problems = Problems()
        for key in MUST:
            if self.at[key] < 0:
                shown = {"sample": "Tumor_Sample_Barcode", "class": "Variant_Classification", "gene": "Hugo_Symbol"}
                hint = nearest(shown[key].lower(), names)
                expected = f"this column in the header of a MAF, separated by tabs{hint}"
                problems.add(Problem(file, shown[key], None, expected, line))
        wanted = FREQUENCIES if frequency == "auto" else () if frequency == "none" else (frequency.lower(),)
        self.frequencies = [name for name in wanted if name in names]
        self.frequency_at = names.index(self.frequencies[0]) if self.frequencies else -1
        if frequency not in ("auto", "none") and not self.frequencies:
            expected = "a column of the MAF, auto or none" + nearest(frequency.lower(), names)
            problems.add(Problem(file, "--population-af-field", frequency, expected))
        problems.stop_if_any()
        self.has_reads = self.at["alt_reads"] >= 0 and (self.at["depth"] >= 0 or self.at["ref_reads"] >= 0)

    def get(self, cells: list[str], key: str) -> str:
        """Text of a cell, empty where it is missing."""
        at = self.at[key]
        text = cells[at].strip() if 0 <= at < len(cells) else ""
        return "" if text in MISSING else text


def allele(file: str, number: int, layout: Layout, cells: list[str], key: str) -> str:
    """An allele as the MAF spells it, `-` for none, empty where it is missing."""
    at = layout.at[key]
    text = cells[at].strip().upper() if 0 <= at < len(cells) else ""
    if text in ("NA", "."):
        return ""
    column = NAMES[key][0]
    if text and not re.fullmatch(r"[ACGTN]+|-+|<.+>", text):
        raise InputError(Problem(file, column, text, "bases A, C, G, T, N, or - for none", number))
    return "-" if text.startswith("-") else text


def position(file: str, number: int, text: str) -> int | None:
    """Start_Position, 1-based; None where it is missing."""
    if text and not PLACE.match(text):
        raise InputError(Problem(file, "Start_Position", text, "a whole number of at least 1", number))
    return int(text) if text else None


def whole(file: str, number: int, key: str, text: str) -> int | None:
    """A count, also written as 12.0; None where it is missing."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0 or value != int(value):
        raise InputError(Problem(file, NAMES[key][0], text, "a whole number of reads", number))
    return int(value)


def share(file: str, number: int, layout: Layout, cells: list[str]) -> float | None:
    """Population allele frequency, the highest of several; None where it is missing."""
    at = layout.frequency_at
    text = cells[at].strip() if 0 <= at < len(cells) else ""
    if text in MISSING:
        return None
    try:
        value = max(float(part) for part in re.split("[,&]", text) if part)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError(Problem(file, layout.frequencies[0], text, "an allele frequency from 0 to 1", number))
    return value
