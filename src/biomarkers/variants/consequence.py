"""The consequence of an ALT, from VEP's CSQ, snpEff's ANN or bcftools' BCSQ, read by the names in the header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.variants.ontology import CODING, RANK, TERMS, standard
from biomarkers.variants.protein import hgvs_from_bcsq, hgvs_protein
from biomarkers.variants.vcf import Header

FIELDS = ("CSQ", "BCSQ", "ANN")
TRANSCRIPTS = ("worst", "mane", "canonical", "pick")
OTHER_ANNOTATORS = {
    "FUNCOTATION": "Funcotator",
    "Func.refGene": "ANNOVAR",
    "ExonicFunc.refGene": "ANNOVAR",
    "EFF": "an old snpEff (before 4.1)",
}
REMEDY = (
    "an annotation by bcftools csq --local-csq (BCSQ), VEP (--vcf --symbol --hgvs --canonical --mane; CSQ) "
    "or snpEff (ANN)"
)
NAMES = {
    "allele": ("Allele",),
    "number": ("ALLELE_NUM",),
    "term": ("Consequence", "Annotation"),
    "gene": ("SYMBOL", "Gene_Name", "gene"),
    "gene_id": ("Gene", "Gene_ID"),
    "transcript": ("Feature", "Feature_ID", "transcript"),
    "protein": ("HGVSp", "HGVS.p"),
    "mane": ("MANE_SELECT", "MANE"),
    "canonical": ("CANONICAL",),
    "pick": ("PICK",),
    "cds": ("CDS_position", "CDS.pos / CDS.length"),
    "change": ("amino_acid_change",),
    "dna": ("dna_change",),
}


class Consequence(NamedTuple):
    """What an ALT does. terms: SO terms of the chosen transcript, worst first, so that the first is the worst
    consequence, on which the definitions decide; others: further genes with coding terms."""

    gene: str
    transcript: str
    terms: tuple[str, ...]
    protein: str
    others: str
    cells: list[str]


class Term(NamedTuple):
    """A consequence cell such as `missense_variant&splice_region_variant`. rank: of its worst term, 0 is worst."""

    rank: int
    terms: tuple[str, ...]
    coding: bool


NOTHING = Consequence("", "", (), "", "", [])


@dataclass
class Interpreter:
    """Reads one annotation field. at: place of each known subfield; seen: how often each unknown term came."""

    source: str
    names: list[str]
    transcripts: str = "worst"
    unknown: Counter[str] = field(default_factory=Counter)
    known: int = 0

    def __post_init__(self) -> None:
        self.at = {
            key: next((self.names.index(name) for name in options if name in self.names), -1)
            for key, options in NAMES.items()
        }
        self._terms: dict[str, Term] = {}
        self._split = max(self.at.values()) + 1

    def of(self, text: str, *, pos: int, ref: str, alts: list[str], alt: int) -> Consequence:
        """Consequence of ALT number `alt` (from 0) from the annotation's text; NOTHING when no block is its own."""
        blocks = text.split(",")
        if len(alts) > 1 or self.source == "BCSQ":
            blocks = self._own(blocks, pos, ref, alts, alt)
        if self.transcripts != "worst":
            flag = self.at[self.transcripts]
            blocks = [b for b in blocks if _cell(b.split("|", flag + 1), flag) not in ("", "0", ".")]
        if not blocks:
            return NOTHING
        at = self.at["term"]
        best, tied, coding = len(RANK) + 1, [], []
        for block in blocks:
            cells = block.split("|", at + 1)
            if len(cells) <= at:
                continue
            term = self._terms.get(cells[at]) or self._learn(cells[at])
            if term.terms and term.rank == len(RANK):
                self.unknown.update(term.terms)
            elif term.terms:
                self.known += 1
            if term.rank < best:
                best, tied = term.rank, [block]
            elif term.rank == best:
                tied.append(block)
            if term.coding:
                coding.append(block)
        if not tied:
            return NOTHING
        split = [block.split("|", self._split) for block in tied]
        cells = split[0] if len(split) == 1 else min(split, key=self._preference)
        gene = self._gene(cells)
        others = self._others(coding, gene) if len(coding) > 1 else ""
        return Consequence(
            gene,
            _cell(cells, self.at["transcript"]),
            self._terms[cells[at]].terms,
            self._protein(cells),
            others,
            cells,
        )

    def _learn(self, text: str) -> Term:
        words = [standard(word.lstrip("*")) for word in text.split("&") if word not in ("", ".")]
        words.sort(key=lambda word: RANK.get(word, len(RANK)))
        rank = RANK.get(words[0], len(RANK)) if words else len(RANK)
        term = Term(rank, tuple(words), any(word in CODING for word in words))
        if len(self._terms) < 10_000:
            self._terms[text] = term
        return term

    def _own(self, blocks: list[str], pos: int, ref: str, alts: list[str], alt: int) -> list[str]:
        if self.source == "BCSQ":
            at = self.at["dna"]
            mine = f"{pos}{ref}>{alts[alt]}"
            changes = [_cell(block.split("|"), at) for block in blocks]
            alone = len(alts) == 1
            return [b for b, c in zip(blocks, changes, strict=True) if alone or c == "" or mine in c.split("+")]
        if self.at["number"] >= 0:
            at, wanted = self.at["number"], {str(alt + 1)}
        else:
            at, wanted = self.at["allele"], {alts[alt]} if self.source == "ANN" else _vep_allele(ref, alts, alt)
        return [block for block in blocks if _cell(block.split("|", at + 1), at) in wanted]

    def _preference(self, cells: list[str]) -> tuple[bool, bool, int, str]:
        position = _cell(cells, self.at["cds"]).partition("/")[2].strip()
        length = int(position) if position.isdigit() else 0
        return (
            _cell(cells, self.at["mane"]) in ("", "."),
            _cell(cells, self.at["canonical"]) not in ("YES", "1"),
            -length,
            _cell(cells, self.at["transcript"]),
        )

    def _gene(self, cells: list[str]) -> str:
        return _cell(cells, self.at["gene"]) or _cell(cells, self.at["gene_id"])

    def _others(self, blocks: list[str], gene: str) -> str:
        worst: dict[str, Term] = {}
        at = self.at["term"]
        for block in blocks:
            cells = block.split("|", self._split)
            name, term = self._gene(cells), self._terms[cells[at]]
            if name and name != gene and (name not in worst or term.rank < worst[name].rank):
                worst[name] = term
        return ";".join(f"{name}={'&'.join(term.terms)}" for name, term in sorted(worst.items()))

    def _protein(self, cells: list[str]) -> str:
        if self.at["change"] >= 0:
            return hgvs_from_bcsq(_cell(cells, self.at["change"]), self._terms[cells[self.at["term"]]].terms)
        return hgvs_protein(_cell(cells, self.at["protein"]))


def interpreter(header: Header, *, annotation: str = "auto", transcripts: str = "worst") -> Interpreter:
    """The reader of the VCF's annotation. Raises InputError when there is none, or it cannot answer `transcripts`."""
    declared = [name for name in FIELDS if name in header.info]
    wanted = declared[:1] if annotation == "auto" else [name for name in declared if name == annotation]
    if not wanted:
        raise InputError(Problem(header.path, f"INFO/{_asked(annotation)}", _found(header), REMEDY))
    source = wanted[0]
    names = subfields(header.info[source].description)
    found = Interpreter(source, names, transcripts)
    if found.at["term"] < 0:
        expected = "a header whose Description lists the subfields, among them Consequence; " + REMEDY
        raise InputError(Problem(header.path, f"INFO/{source}", header.info[source].description, expected))
    if transcripts != "worst" and found.at[transcripts] < 0:
        expected = f"a subfield {NAMES[transcripts][0]} in INFO/{source} (VEP --{transcripts}), or --transcripts worst"
        raise InputError(Problem(header.path, "--transcripts", transcripts, expected))
    return found


def subfields(description: str) -> list[str]:
    """Names of the `|`-separated parts as the header's Description lists them.

    >>> subfields("Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL")
    ['Allele', 'Consequence', 'SYMBOL']
    >>> subfields("Functional annotations: 'Allele | Annotation | Gene_Name' ")
    ['Allele', 'Annotation', 'Gene_Name']
    """
    for mark in ("Format:", "annotations:"):
        if mark in description:
            listed = description.split(mark, 1)[1]
            return [name.strip() for name in listed.strip(" '\"").split("|")]
    return []


def check_understood(reader: Interpreter, header: Header, records: int, *, expected_some: bool) -> None:
    """Raise InputError when a file with records gave no known term.

    expected_some: whether the annotator must have written something; bcftools csq writes nothing for records
    outside genes, so with regions given only a record within them proves that it did not do its work.
    """
    if reader.known or not records:
        return
    column = f"INFO/{reader.source}"
    if reader.unknown:
        term = reader.unknown.most_common(1)[0][0]
        raise InputError(Problem(header.path, column, term, f"Sequence Ontology terms such as {TERMS[12]}; {REMEDY}"))
    if reader.source != "BCSQ" or expected_some:
        hint = "; do the contigs of the gene model and of the VCF have the same names?"
        raise InputError(Problem(header.path, column, f"absent from all {records} records", REMEDY + hint))


def back_references(lines: Iterable[tuple[int, str]], value: Callable[[str, str], str | None]) -> dict[str, str]:
    """`contig:position` -> BCSQ text for every position that another record's BCSQ points to by `@position`."""
    wanted: set[str] = set()
    texts: dict[str, str] = {}
    for _, line in lines:
        cells = line.split("\t", 8)
        text = value(cells[7], "BCSQ") if len(cells) > 7 else None
        if not text:
            continue
        for block in text.split(","):
            if block.startswith("@"):
                wanted.add(f"{cells[0]}:{block[1:]}")
        texts[f"{cells[0]}:{cells[1]}"] = text
    return {place: texts[place] for place in wanted if place in texts}


def resolve(text: str, chrom: str, referred: dict[str, str]) -> str:
    """BCSQ text in which every `@position` is replaced by what stands at that position."""
    if "@" not in text:
        return text
    blocks: list[str] = []
    for block in text.split(","):
        if block.startswith("@"):
            there = referred.get(f"{chrom}:{block[1:]}", "")
            blocks += [b for b in there.split(",") if b and not b.startswith("@")]
        else:
            blocks.append(block)
    return ",".join(blocks)


def _vep_allele(ref: str, alts: list[str], alt: int) -> set[str]:
    """How VEP writes an ALT: without the first base when all alleles share it and one of them is an indel."""
    indel = any(len(a) != len(ref) for a in alts)
    shared = all(a[:1] == ref[:1] for a in alts if a != "*")
    if indel and shared and alts[alt] != "*":
        return {alts[alt][1:] or "-"}
    return {alts[alt]}


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if 0 <= at < len(cells) else ""


def _asked(annotation: str) -> str:
    return "CSQ, BCSQ or ANN" if annotation == "auto" else annotation


def _found(header: Header) -> str | None:
    for name, tool in OTHER_ANNOTATORS.items():
        if name in header.info:
            return f"absent, but annotated by {tool} (INFO/{name})"
    return None
