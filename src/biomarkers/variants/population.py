"""Population allele frequency from named fields, never a caller's own INFO/AF (docs/methods.md, 1.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from biomarkers.errors import InputError, Problem, nearest
from biomarkers.variants.consequence import Interpreter
from biomarkers.variants.vcf import Header, info_value

DATABASE = re.compile(
    r"(?<![a-z])(?:dbnsfp_?)?(?:gnom_?ad|exac|1000_?g|1kg|g1000|k1?g(?=[_.])|1000genomes|thousand_?genomes|tgp|"
    r"esp(?![a-z])|evs(?![a-z])|topmed|bravo|uk10k|hrc(?![a-z])|kaviar|alfa(?![a-z])|swegen|tommo|hgvd|abraom|krgdb|"
    r"genome_?asia|iranome|gme(?![a-z])|indigen)|(?<![a-z])af_?(?:1000_?g|1kg|exac|esp|tgp|gnom_?ad)",
    re.I,
)
"""Collections of the genomes of healthy or unselected people, in the names that annotators give to their fields."""
FREQUENCY = re.compile(r"(?:(?<![a-z])|gnomad|exac|1000g|1kg|esp)m?af(?![a-z])|freq|frq(?![a-z])|[_.]all$", re.I)
"""Words by which a name says that the field holds a frequency; `_ALL` is ANNOVAR's."""
NO_FREQUENCY = re.compile(
    r"(?:^|[_.])(?:a[cn]|n?hom\w*|hemi|het\w*|count|filter\w*|raw|pops|rank\w*|score|cov\w*|flag)(?:$|[_.])",
    re.I,
)
"""Words that name what stands beside the frequency: counts, filters, the population in which it is highest; and
gnomAD's `AF_raw`, which counts genotypes of poor quality."""
PART = re.compile(
    r"(?:^|[_.])(?:afr|ami|amr|asj|eas|eur?|fin|mid|mde|nfe|oth|remaining|sas|female|male|xx|xy)(?:$|[_.])", re.I
)
"""One population of a collection. One allele among its few genomes is a frequency of 1e-4 and more, so it is read only
where there is nothing else; ESP's two (EA, AA) are all there is of ESP."""
NAMED = re.compile(
    r"population_af|popaf|max_?af|max_aaf_all|pop_?freq_?max|(?:pop|grp)_?max_?af|af_(?:joint|exomes|genomes)|"
    r"(?:(?:controls(?:_and_biobanks)?|non_(?:cancer|neuro|topmed|v2))_)?af_?(?:pop|grp)_?max(?:_joint)?|"
    r"(?:controls(?:_and_biobanks)?|non_(?:cancer|neuro|topmed|v2))_af|"
    r"af_(?:afr|ami|amr|asj|eas|fin|mid|nfe|oth|remaining|sas)(?:_joint)?|(?:afr|amr|eas|eur|sas)_af|caf|topmed",
    re.I,
)
"""Names without a database's: Mutect2's POPAF, VEP's MAX_AF, gnomAD's own (AF_popmax, AF_grpmax_joint, non_cancer_AF,
AF_nfe), GEMINI's and ANNOVAR's largest, the populations of the 1000 Genomes, dbSNP's CAF and TOPMED. Not POP_AF of
Mutect2 before 4.1: it is 0.001 for every allele that its resource lacks; nor faf95, which is 0 of a rare allele."""
IN_ANNOTATION = re.compile(r"af|gmaf|(?:aa|ea)_af|(?:aa|ea|afr|amr|eas|eur|sas)_maf", re.I)
"""Names that VEP gives to frequencies of the 1000 Genomes and of ESP; in INFO they may be a caller's."""
OWN = frozenset({"AF", "VAF", "MAF", "FREQ"})
"""INFO fields of callers."""
REFERENCE_FIRST = frozenset({"CAF", "TOPMED"})
"""Fields of dbSNP that begin with the reference's frequency."""
EXACT, ROUNDED = "POPULATION_AF", "POPAF"
"""What a run adds from its germline resource, and what Mutect2 made of the same resource with two digits."""
RANGE = "an allele frequency from 0 to 1 (--population-af-field names another field, or none)"
KEPT = 10_000
"""Distinct sets of annotated frequencies that are remembered; most variants have none."""

Unit = Literal["fraction", "percent", "-log10"]


class Field(NamedTuple):
    """One field. name: `INFO/POPAF`, `CSQ/gnomADe_AF`; at: place among the annotation's subfields, -1 for INFO."""

    name: str
    at: int
    unit: Unit = "fraction"

    @property
    def key(self) -> str:
        """The name within INFO or the annotation."""
        return self.name.partition("/")[2]


class Frequency:
    """The largest of the frequencies that several fields have for an ALT.

    fields: empty: nothing is known. allele: place of the subfield that spells the ALT, -1 for none. last: the furthest
    place that is read.
    """

    def __init__(self, fields: Sequence[Field], allele: int = -1) -> None:
        self.names = [field.name for field in fields]
        self.last = max([field.at for field in fields], default=-1)
        # This is asked for every ALT: names are taken apart and places written only once.
        self._info = sorted([(field, field.key) for field in fields if field.at < 0], key=lambda one: one[1] == ROUNDED)
        self.in_info = [key for _, key in self._info]
        self._annotated = [field for field in fields if field.at >= 0]
        self._at = [field.at for field in self._annotated]
        self._allele = allele
        self._known: dict[tuple[str, ...], float | None] = {}

    def of(self, info: str, cells: Sequence[str], alts: int, alt: int, path: str, chrom: str, pos: int) -> float | None:
        """Frequency (fraction) of ALT number `alt` of `alts`; None when no field has it.

        cells: its annotation. path, chrom, pos: for messages.
        """
        found = self._of_cells(cells, path, (chrom, pos)) if self._at else None
        exact = False
        for field, key in self._info:
            text = None if exact and key == ROUNDED else info_value(info, key)
            if not text:
                continue
            values = text.strip("[]").split(",")
            if len(values) == alts + 1 and key in REFERENCE_FIRST:
                del values[0]
            if len(values) == alts:
                values = [values[alt]]
            mine = _largest(field, values, "", path, (chrom, pos))
            exact = exact or (key == EXACT and mine is not None)
            found = larger(found, mine)
        return found

    def of_blocks(self, blocks: Sequence[str], path: str, chrom: str, pos: int) -> float | None:
        """The largest frequency that the annotation has for an ALT, whichever of its transcripts it stands beside."""
        found = None
        for block in blocks if self._at else ():
            found = larger(found, self._of_cells(block.split("|", self.last + 1), path, (chrom, pos)))
        return found

    def _of_cells(self, cells: Sequence[str], path: str, place: tuple[str, int]) -> float | None:
        try:
            texts = tuple([cells[at] for at in self._at])
        except IndexError:
            texts = tuple([cells[at] if at < len(cells) else "" for at in self._at])
        if texts in self._known:
            return self._known[texts]
        found, spelled = None, cells[self._allele] if 0 <= self._allele < len(cells) else ""
        for field, text in zip(self._annotated, texts, strict=True):
            found = larger(found, _largest(field, text.split("&"), spelled, path, place))
        # A frequency that names its allele (`T:0.01`) is not another ALT's.
        if len(self._known) < KEPT and not any([":" in text for text in texts]):
            self._known[texts] = found
        return found


def larger(one: float | None, other: float | None) -> float | None:
    """The larger of two frequencies, of which either may be unknown."""
    return other if one is None else one if other is None else max(one, other)


def _largest(field: Field, values: Sequence[str], allele: str, path: str, place: tuple[str, int]) -> float | None:
    """The largest of a field's values; VEP before 90 writes `T:0.01`, of which only the ALT's own counts."""
    found = None
    for value in values:
        named, _, text = value.rpartition(":")
        if text in ("", ".") or (named and named != allele):
            continue
        number = _number(text, field.unit)
        if not 0 <= number <= 1:
            raise InputError(Problem(path, field.name, value, RANGE, f"{place[0]}:{place[1]}"))
        found = larger(found, number)
    return found


@lru_cache(maxsize=10_000)
def _number(text: str, unit: Unit) -> float:
    """The frequency that a text means; -1 when it means none."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return -1.0
    if unit == "-log10":
        return 10.0**-number if number >= 0 else -1.0
    return number / 100 if unit == "percent" or text.endswith("%") else number


def frequency(header: Header, interpreter: Interpreter, asked: str) -> Frequency:
    """The fields to read: `auto` takes every known one that the header declares, `none` none.

    The interpreter is told to keep the subfields that are read. Raises InputError when the named field is not
    declared, or is the caller's own INFO/AF.
    """
    found = Frequency(_fields(header, interpreter, asked), interpreter.at["allele"])
    interpreter.keep(found.last)
    return found


def _fields(header: Header, interpreter: Interpreter, asked: str) -> list[Field]:
    if asked == "none":
        return []
    declared = {f"INFO/{name}": Field(f"INFO/{name}", -1, unit(name, about)) for name, about in header.info.items()}
    for at, name in enumerate(interpreter.names):
        declared[f"{interpreter.source}/{name}"] = Field(f"{interpreter.source}/{name}", at, unit(name, ""))
    if asked == "auto":
        known = [
            field
            for field in declared.values()
            if is_frequency(field.key, in_annotation=field.at >= 0)
            or (field.at < 0 and _is_described(field.key, header.info[field.key]))
        ]
        return [field for field in known if not PART.search(field.key)] or known
    if asked == "INFO/AF":
        expected = "a population frequency; INFO/AF is the caller's own (rename it, such as to INFO/POPULATION_AF)"
        raise InputError(Problem(header.path, "--population-af-field", asked, expected))
    if asked not in declared:
        expected = f"a declared field, written INFO/NAME, CSQ/NAME or ANN/NAME{nearest(asked, declared)}"
        raise InputError(Problem(header.path, "--population-af-field", asked, expected))
    return [declared[asked]]


def not_read(header: Header, interpreter: Interpreter) -> list[str]:
    """Declared fields that are named after a database of populations and hold no count."""
    names = [*(f"INFO/{name}" for name in header.info), *(f"{interpreter.source}/{name}" for name in interpreter.names)]
    known = [name for name in names if DATABASE.search(name) or re.search(r"(?<![a-z])faf9[59]", name, re.I)]
    return [name for name in known if not NO_FREQUENCY.search(name)]


def is_frequency(name: str, *, in_annotation: bool) -> bool:
    """Whether a field's name says that it holds an allele frequency in a population.

    >>> [is_frequency(name, in_annotation=False) for name in ("gnomADg_AF", "dbNSFP_ExAC_AF", "gnomAD_AC", "TUMOR_AF")]
    [True, True, False, False]
    >>> is_frequency("AF", in_annotation=True), is_frequency("AF", in_annotation=False)
    (True, False)
    """
    if NAMED.fullmatch(name) or (in_annotation and IN_ANNOTATION.fullmatch(name)):
        return True
    # The frequency of a MAF field may be that of the reference; VEP says whose it is (`T:0.01`), others do not.
    if not in_annotation and re.search("maf$", name, re.I):
        return False
    return bool(DATABASE.search(name) and FREQUENCY.search(name)) and not NO_FREQUENCY.search(name)


def _is_described(name: str, description: str) -> bool:
    """Whether a field whose name says too little is described as a database's frequency (`GND_FREQ`: gnomAD's)."""
    if name in OWN or NO_FREQUENCY.search(name) or not FREQUENCY.search(name):
        return False
    return bool(DATABASE.search(description) and re.search("frequenc", description, re.I))


def unit(name: str, description: str) -> Unit:
    """How a field writes frequencies. Mutect2's POPAF is -log10, by its header line; others say so in theirs.

    >>> unit("POPAF", "negative log 10 population allele frequencies of alt alleles"), unit("gnomAD_AF", "")
    ('-log10', 'fraction')
    """
    plainly = "frequenc" in description.lower() and "log" not in description.lower()
    if (name == "POPAF" and not plainly) or re.search(r"(?:-|neg\w*[ -]*)log[ _-]?10", description, re.I):
        return "-log10"
    return "percent" if re.search(r"percent|[(]%[)]|in %", description, re.I) else "fraction"
