"""Cells of a Mutation Annotation Format (MAF) file, by the names in its header, whatever their case and order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from biomarkers.errors import InputError, Problem, Problems, nearest
from biomarkers.genome.consequence_terms import TERMS_OF_CLASS, plain
from biomarkers.io.lines import MOST_DIGITS, SPREADSHEET_ERRORS, is_comment, is_whole_number, numbered
from biomarkers.io.maf_comments import LISTS
from biomarkers.variants.other_formats import problem_of
from biomarkers.variants.population import PART, RANGE, is_frequency

NAMES = {
    "sample": ("tumor_sample_barcode",),
    "class": ("variant_classification",),
    "gene": ("hugo_symbol",),
    "chrom": ("chromosome",),
    "pos": ("start_position",),
    "ref": ("reference_allele",),
    "alt": ("tumor_seq_allele2",),
    "alt_1": ("tumor_seq_allele1",),
    "build": ("ncbi_build",),
    "filter": ("filter",),
    "gdc": ("gdc_filter",),
    # Names behind the first: of the Broad Institute's (Firehose) and Washington University's MAFs of TCGA.
    "depth": ("t_depth", "ttotcov", "i_ttotcov"),
    "ref_reads": ("t_ref_count", "i_t_ref_count"),
    "alt_reads": ("t_alt_count", "i_t_alt_count", "tvarcov", "i_tvarcov"),
    "normal_depth": ("n_depth", "ntotcov", "i_ntotcov"),
    "normal_ref_reads": ("n_ref_count", "i_n_ref_count"),
    "normal_alt_reads": ("n_alt_count", "i_n_alt_count", "nvarcov", "i_nvarcov"),
    "consequence": ("consequence",),
    "transcript": ("transcript_id", "feature"),
    "protein": ("hgvsp",),
    "short": ("hgvsp_short", "protein_change", "amino_acid_change"),
    "normal": ("matched_norm_sample_barcode",),
    "status": ("mutation_status",),
    "validation": ("validation_status",),
    "judgement": ("judgement", "i_judgement"),
    # What `biomarkers maf` adds, so that nothing is lost on the way out and in.
    "patient": ("patient",),
    "tumor_only": ("tumor_only",),
    "events": ("n_events",),
    "others": ("other_genes",),
}
SHOWN = {"sample": "Tumor_Sample_Barcode", "class": "Variant_Classification", "gene": "Hugo_Symbol"}
MISSING = frozenset(
    (
        *("", ".", "na", "n/a", "-1", "nan", "null", "__unknown__", "[not available]", "[unknown]", "[not applicable]"),
        *map(str.lower, SPREADSHEET_ERRORS),
    )
)
"""Words for no value, in small letters; `__UNKNOWN__` is Oncotator's and Funcotator's, those in brackets are TCGA's."""
NO_COUNT = frozenset({"-", "none", "unknown"})
VEP = frozenset(("afr_af", "amr_af", "eas_af", "eur_af", "sas_af", "gmaf"))
"""Columns beside which `AF` is VEP's, of the 1000 Genomes; without them it may be the tumor's own."""
OF_ALLELE = re.compile(r"(?:([ACGTN]+|-):)?(.*)", re.DOTALL)
PLACE = re.compile(r"[1-9][0-9]{0,14}$")
IUPAC = {
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
}
"""Letters for one of several bases (Cornish-Bowden 1985); of a genotype both bases stand there."""
ALLELE = re.compile(rf"[ACGTN{''.join(IUPAC)}]+|-+|<.+>")


class Layout:
    """Where the columns stand. Raises InputError for a header without the columns that a burden needs."""

    def __init__(self, file: str, line: int, header: str, frequency: str, *, unfiltered: bool = False) -> None:
        names = [name.strip().strip('"').lower() for name in header.split("\t")]
        self.width = len(names)
        self.at = {
            key: next((names.index(name) for name in options if name in names), -1) for key, options in NAMES.items()
        }
        problems = Problems(*_other_format(file, line, names))
        problems.stop_if_any()
        for key, shown in SHOWN.items():
            if self.at[key] < 0:
                hint = nearest(shown.lower(), names)
                expected = f"this column in the header of a MAF, separated by tabs{hint}"
                problems.add(Problem(file, shown, None, expected, line))
        for name in sorted({names[at] for at in self.at.values() if at >= 0 and names.count(names[at]) > 1}):
            expected = "this column once, since the two may differ: rename or delete the one that is not meant"
            problems.add(Problem.said(file, name, "stands twice", expected, line))
        self.frequencies = _frequencies(names, frequency)
        if frequency not in ("auto", "none") and not self.frequencies:
            expected = "a column of the MAF, auto or none" + nearest(frequency.lower(), names)
            problems.add(Problem(file, "--population-af-field", frequency, expected))
        problems.stop_if_any()
        self.passes_all = self.at["filter"] < 0 and not unfiltered
        """Whether a file without the column FILTER holds only what passed."""

    def get(self, cells: list[str], key: str) -> str:
        """Text of a cell, empty where it is missing."""
        at = self.at[key]
        text = cells[at].strip() if 0 <= at < len(cells) else ""
        return "" if text.lower() in MISSING else text


class Maf:
    """A MAF as it stands: comments, header and, as often as asked for, the cells of its rows.

    frequency: column of the population allele frequency, `auto` or `none`. Raises InputError for another format and
    for a header without what a burden needs.
    """

    def __init__(self, path: str | Path, frequency: str) -> None:
        self.path, self.file = path, str(path)
        self.sequenced: list[str] = []
        comments = []
        for number, line in numbered(path):
            if is_comment(line):
                comments.append(line)
                self._take_comment(line, number)
            elif line.strip():
                self.header = number
                text = "\n".join(comments)
                unfiltered = "Funcotator" in text and not re.search("remove-filtered-variants[ =]+true", text)
                self.layout = Layout(self.file, number, line, frequency, unfiltered=unfiltered)
                return
        raise InputError(Problem.said(self.file, "file", "is empty", "a MAF with a header line (Hugo_Symbol, ...)"))

    def rows(self, *keys: str) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every row; keys: the last cell holds what stands behind the columns of these.

        R quotes every text, a spreadsheet those with a comma.
        """
        cuts = max([self.layout.at[key] for key in keys]) + 1 if keys else -1
        for number, line in numbered(self.path):
            if number > self.header and line.strip() and not is_comment(line):
                yield number, line.replace('"', "").split("\t", cuts)

    def _take_comment(self, line: str, number: int) -> None:
        if line.startswith("#CHROM\tPOS"):
            raise InputError(Problem.said(self.file, "file", "is a VCF", "a MAF; give a VCF with --vcf", number))
        if listed := LISTS.match(line):
            self.sequenced += re.split(r"[\s,;]+", listed[1].strip()) if listed[1].strip() else []


def allele(file: str, number: int, layout: Layout, cells: list[str], key: str) -> str:
    """An allele as the MAF spells it, `-` for none, empty where it is missing."""
    at = layout.at[key]
    text = cells[at].strip().upper() if 0 <= at < len(cells) else ""
    if text.lower() in MISSING:
        return ""
    if text and not ALLELE.fullmatch(text):
        expected = "bases A, C, G, T, N (or IUPAC's letter for several), or - for none"
        raise InputError(Problem(file, NAMES[key][0], text, expected, number))
    return "-" if text.startswith("-") else text


def alleles(file: str, number: int, layout: Layout, cells: list[str]) -> tuple[str, str, str]:
    """Reference, Tumor_Seq_Allele1 and Tumor_Seq_Allele2."""
    ref, first, second = (allele(file, number, layout, cells, key) for key in ("ref", "alt_1", "alt"))
    return ref, first, second


def alternative(ref: str, first: str, second: str) -> str:
    """The tumor's allele that differs from the reference, empty where none is known, the reference where none differs.

    first, second: Tumor_Seq_Allele1 and 2; the second goes before the first (TCGA's files of 2008 have the variant in
    either). IUPAC's letter of a genotype is read as its base that is not the reference.

    >>> alternative("C", "C", "T"), alternative("G", "A", "G"), alternative("G", "G", "G"), alternative("C", "", "Y")
    ('T', 'A', 'G', 'T')
    """
    found = [_other_base(ref, allele) for allele in (second, first) if allele]
    return next((allele for allele in found if allele != ref), ref if found else "")


def position(file: str, number: int, text: str) -> int | None:
    """Start_Position, 1-based, also written 16902876.0 or 1.69e7; None where it is missing."""
    value = _integer(text) if text and not PLACE.match(text) else None
    if text and value is None and not PLACE.match(text):
        raise InputError(Problem(file, "Start_Position", text, "a whole number of at least 1", number))
    if value is not None:
        return value
    return int(text) if text else None


def whole(file: str, number: int, key: str, text: str) -> int | None:
    """A count, also written as 12.0; None where it is missing."""
    if not text or text.lower() in NO_COUNT:
        return None
    if is_whole_number(text):
        return int(text)
    value = _integer(text)
    if value is None:
        try:
            value = 0 if float(text) == 0 else None
        except ValueError:
            value = None
    if value is None:
        raise InputError(Problem(file, NAMES[key][0], text, "a whole number of reads", number))
    return value


def share(file: str, number: int, layout: Layout, cells: list[str], alt: str) -> float | None:
    """Population allele frequency, the largest of several columns and values (docs/methods.md, 1.4).

    VEP before 90 writes `T:0.02`; a frequency that names another allele is not this one's, nor is that of a minor
    allele (GMAF) without its name.
    """
    found = None
    for name, at in layout.frequencies.items():
        text = cells[at].strip() if at < len(cells) else ""
        if text == "-" or text.lower() in MISSING:
            continue
        parts = [OF_ALLELE.match(part) for part in re.split("[,&]", text) if part]
        minor = name.endswith("maf")
        own = [part[2] for part in parts if part and (part[1] == alt or not (part[1] or minor))]
        if parts and not own:
            continue
        try:
            value = max(map(float, own))
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise InputError(Problem(file, name, text, RANGE, number))
        found = value if found is None else max(found, value)
    return found


def _frequencies(names: list[str], asked: str) -> dict[str, int]:
    """Place by name of the columns with population frequencies; of parts of a population only where nothing else is."""
    if asked != "auto":
        return {asked.lower(): names.index(asked.lower())} if asked.lower() in names and asked != "none" else {}
    by_vep = not VEP.isdisjoint(names)
    known = {name: at for at, name in enumerate(names) if is_frequency(name, in_annotation=by_vep)}
    return {name: at for name, at in known.items() if not PART.search(name)} or known


def _other_format(file: str, line: int, names: list[str]) -> Iterator[Problem]:
    """The problem of a table that is known to be something else."""
    if "hugo_symbol" not in names and (other := problem_of(file)):
        yield other
        return
    named = {"tumor_sample_barcode", "hugo_symbol", "chromosome"} & set(names)
    if not named and any(plain(name) in TERMS_OF_CLASS and "_" in name for name in names):
        expected = "the line with the names of the columns (Hugo_Symbol, ...) above it"
        yield Problem.said(file, "first row", "holds a mutation", expected, line)


def _other_base(ref: str, allele: str) -> str:
    bases = set(IUPAC.get(allele, allele)) - {ref}
    return bases.pop() if allele in IUPAC and len(bases) == 1 else allele


def _integer(text: str) -> int | None:
    """A whole number of at least 1 that is written with a point or an exponent; None for any other text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 1 or value != value.to_integral_value() or value.adjusted() >= MOST_DIGITS:
        return None
    return int(value) if text.isascii() and "_" not in text else None
