"""The consequence of an ALT, from VEP's CSQ, snpEff's ANN or bcftools' BCSQ, read by the names in the header."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from biomarkers.errors import InputError, Problem, count
from biomarkers.genome.consequence_terms import CODING, RANK, TERMS, standard
from biomarkers.genome.gene_names import is_gene
from biomarkers.genome.protein import hgvs_from_bcsq, hgvs_protein
from biomarkers.settings_variants import Annotation
from biomarkers.variants.alleles import Site, of_allele, of_another, of_change, of_one_alt, unsplit, with_cell
from biomarkers.variants.vcf import Header, new

FIELDS = ("CSQ", "BCSQ", "ANN")
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
    "term": ("Consequence", "Annotation", "consequence"),
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
    """What an ALT does.

    terms: SO terms of the chosen transcript, worst first, so that the first is the worst consequence, on which the
    definitions decide. others: further genes with coding terms. cells: of the chosen transcript. blocks: of every one.
    """

    gene: str
    transcript: str
    terms: tuple[str, ...]
    protein: str
    others: str
    cells: list[str]
    blocks: list[str]


class Term(NamedTuple):
    """A consequence cell such as `missense_variant&splice_region_variant`. rank: of its worst term, 0 is worst."""

    rank: int
    terms: tuple[str, ...]
    coding: bool


NOTHING = Consequence("", "", (), "", "", [], [])
LEAST_CODING = max(RANK[term] for term in CODING)
"""Rank behind which no term is a coding one."""
KEPT = 10_000
"""Distinct consequence cells that are remembered; a real file has some hundreds."""


class Interpreter:
    """Reads one annotation field.

    at: place of each known subfield. unknown: how often each unknown term came; known: whether any block had a known
    one. left_out: blocks of transcripts that were not chosen.
    """

    def __init__(self, source: str, names: list[str], transcripts: str) -> None:
        self.source, self.names, self.transcripts = source, names, transcripts
        self.unknown: Counter[str] = Counter()
        self.known = False
        self.left_out = 0
        self.at = {
            key: next((self.names.index(name) for name in options if name in self.names), -1)
            for key, options in NAMES.items()
        }
        self._terms: dict[str, Term] = {}
        self._ranks: dict[str, int] = {}
        self._names_alt = self.at["dna" if self.source == "BCSQ" else "allele"]
        self._split = max(self.at.values()) + 1
        self._mane, self._canonical, self._cds = (self.at[key] for key in ("mane", "canonical", "cds"))
        self._transcript, self._term_at = self.at["transcript"], self.at["term"]
        self._gene, self._gene_id = self.at["gene"], self.at["gene_id"]
        self._start = max(self._term_at, self._gene, self._names_alt) + 1
        self._ties = max(self._mane, self._canonical, self._cds, self._transcript, self._start - 1) + 1

    def keep(self, place: int) -> None:
        """Split the chosen block at least as far as this subfield, which then stands in `Consequence.cells`."""
        self._split = max(self._split, place + 1)

    def of(self, text: str, *, pos: int, ref: str, alts: list[str], alt: int, info: str = "") -> Consequence:
        """Consequence of ALT number `alt` (from 0) from the annotation's text; NOTHING when no block is its own.

        info: the record's INFO, which may tell the site before it was split.
        """
        blocks, start = text.split(","), self._start
        starts = [block.split("|", start) for block in blocks]
        columns = list(zip(*starts, strict=False))  # those that every block has
        if len(alts) > 1:
            blocks = self._own(blocks, Site(pos, ref, alts, alt))
        elif not of_one_alt(starts, columns, self._names_alt):
            site = unsplit(info)
            blocks = self._own(blocks, site or Site(pos, ref, alts, alt), known=site is not None) or blocks
        elif of_another(starts[0], self._names_alt, ref, alts[0]):
            return NOTHING
        every, blocks = blocks, blocks if self.transcripts == "worst" else self._marked(blocks)
        if len(blocks) < len(starts):
            starts = [block.split("|", start) for block in blocks]
            columns = list(zip(*starts, strict=False))
        at, ranked = self._term_at, self._ranks
        try:
            ranks = [ranked[term] for term in columns[at]]
        except (IndexError, KeyError):
            starts = [cells for cells in starts if len(cells) > at]
            columns = list(zip(*starts, strict=False))
            ranks = [self._learn(cells[at]).rank for cells in starts]
        if not ranks:
            return NOTHING._replace(blocks=every)
        best = min(ranks)
        if ranks.count(best) == 1:
            chosen = self._whole(starts[ranks.index(best)])
        else:
            chosen = self._preferred([starts[number] for number, rank in enumerate(ranks) if rank == best])
        gene, terms = self._name(chosen[self._gene].strip(), chosen), self._term(chosen[at]).terms
        others = "" if best > LEAST_CODING else self._others(starts, columns, ranks, gene)
        protein, transcript = self._protein(chosen, terms), chosen[self._transcript].strip()
        return new(Consequence, (gene, transcript, terms, protein, others, chosen, every))

    def _marked(self, blocks: list[str]) -> list[str]:
        """Blocks of the transcripts that are asked for; the others are counted as left out."""
        flag = self.at[self.transcripts]
        marked = [b for b in blocks if _cell(b.split("|", flag + 1), flag) not in ("", "0", ".")]
        self.left_out += len(blocks) - len(marked)
        return marked

    def _further(self, cells: list[str], number: int) -> list[str]:
        """Split a block as far as its first `number` subfields, empty where it is short, and the rest behind them."""
        rest = cells.pop()
        cells += rest.split("|", number - len(cells))
        if len(cells) <= number:
            cells += [""] * (number + 1 - len(cells))
        return cells

    def _whole(self, cells: list[str]) -> list[str]:
        """The subfields of a block up to the last known one.

        An empty cell follows, which is what a subfield reads that the annotation does not have (place -1).
        """
        whole = self._further(cells, self._split)
        whole[-1] = ""
        return whole

    def _term(self, text: str) -> Term:
        return self._terms.get(text) or _term(text)

    def _learn(self, text: str) -> Term:
        """Term of a cell. Only cells with a known term are kept, so that every unknown one is counted."""
        term = self._term(text)
        if term.rank < len(RANK):
            self.known = True
            if len(self._terms) < KEPT:
                self._terms[text], self._ranks[text] = term, term.rank
        else:
            self.unknown.update(term.terms)
        return term

    def _own(self, blocks: list[str], site: Site, *, known: bool = True) -> list[str]:
        """Blocks of the site's ALT. known: whether the site's other ALTs are."""
        if self.source == "BCSQ":
            return of_change(blocks, self.at["dna"], site)
        if self.at["number"] >= 0 and len(site.alts) > 1:
            return with_cell(blocks, self.at["number"], [str(site.alt + 1)])
        texts, vep = (self._transcript, self._term_at), self.names[self.at["term"]] == NAMES["term"][0]
        return of_allele(blocks, self.at["allele"], site, texts, vep=vep, known=known)

    def _preferred(self, tied: list[list[str]]) -> list[str]:
        """Cells of the block that is MANE before canonical before the longest coding sequence before the first name."""
        mane, canonical, cds, number = self._mane, self._canonical, self._cds, self._ties
        # All at once: most blocks are long enough, and a call for each takes half as long again.
        whole = [cells[:-1] + cells[-1].split("|", number - self._start) for cells in tied]
        tied = whole if min(map(len, whole)) > number else [self._further(cells, number) for cells in tied]
        if mane >= 0:
            tied = [cells for cells in tied if cells[mane].strip() not in ("", ".")] or tied
        if canonical >= 0 and len(tied) > 1:
            tied = [cells for cells in tied if cells[canonical].strip() in ("YES", "1")] or tied
        if cds >= 0 and len(tied) > 1 and len({cells[cds] for cells in tied}) > 1:
            lengths = [_length(cells[cds]) for cells in tied]
            longest = max(lengths)
            tied = [cells for cells, length in zip(tied, lengths, strict=True) if length == longest]
        chosen = tied[0]
        if len(tied) > 1 and self._transcript >= 0:
            names = [cells[self._transcript].strip() for cells in tied]
            chosen = tied[names.index(min(names))]
        return self._whole(chosen)  # what none of these rules asks for is split off from the chosen one alone

    def _others(self, starts: list[list[str]], columns: list[tuple[str, ...]], ranks: list[int], gene: str) -> str:
        """Other genes than `gene` that are hit by a coding term, each with its worst."""
        at = self._gene
        if 0 <= at < len(columns) and columns[at].count(gene) == len(starts):
            return ""
        worst: dict[str, Term] = {}
        for start, rank in zip(starts, ranks, strict=True):
            if rank > LEAST_CODING:
                continue
            name = start[at].strip() if 0 <= at < len(start) else ""
            if name == gene:
                continue
            term = self._term(start[self._term_at])
            name = self._name(name, start) if term.coding else ""
            if name and name != gene and (name not in worst or rank < worst[name].rank):
                worst[name] = term
        return ";".join(f"{name}={'&'.join(term.terms)}" for name, term in sorted(worst.items()))

    def _name(self, symbol: str, cells: list[str]) -> str:
        """The gene's symbol, else the identifier in these cells; empty where neither names one."""
        name = symbol if is_gene(symbol) else self._whole(cells)[self._gene_id].strip()
        return name if is_gene(name) else ""

    def _protein(self, cells: list[str], terms: tuple[str, ...]) -> str:
        if self.at["change"] >= 0:
            return hgvs_from_bcsq(cells[self.at["change"]].strip(), terms)
        return hgvs_protein(cells[self.at["protein"]].strip())


def _length(text: str) -> int:
    """Length of the coding sequence in a cell such as `524/1182`, 0 where it does not say."""
    position = text.partition("/")[2].strip()
    return int(position) if position.isdecimal() else 0


def _term(text: str) -> Term:
    words = [standard(word.lstrip("*")) for word in text.split("&") if word not in ("", ".")]
    words.sort(key=lambda word: RANK.get(word, len(RANK)))
    rank = RANK.get(words[0], len(RANK)) if words else len(RANK)
    return Term(rank, tuple(words), any(word in CODING for word in words))


def interpreter(header: Header, *, annotation: str = "auto", transcripts: str = Annotation.transcripts) -> Interpreter:
    """The reader of the VCF's annotation. Raises InputError when there is none, or it cannot answer `transcripts`."""
    declared = [name for name in FIELDS if name in header.info]
    wanted = declared[:1] if annotation == "auto" else [name for name in declared if name == annotation]
    if not wanted:
        raise InputError(Problem.said(header.path, f"INFO/{_asked(annotation)}", _found(header), REMEDY))
    source = wanted[0]
    names = subfields(header.info[source])
    found = Interpreter(source, names, transcripts)
    if found.at["term"] < 0:
        expected = "a header whose Description lists the subfields, among them Consequence; " + REMEDY
        raise InputError(Problem(header.path, f"INFO/{source}", header.info[source], expected))
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
            return [name.strip(" '\"[]*") for name in listed.split("|")]
    return []


def check_understood(reader: Interpreter, header: Header, records: int, *, expected_some: bool) -> None:
    """Raise InputError when a file with records gave no known term.

    expected_some: whether the annotator must have written something; bcftools csq writes nothing for records
    outside genes, so with regions given only a record within them proves that it did not do its work.
    """
    if reader.known or not records:
        return
    column = f"INFO/{reader.source}"
    if reader.left_out and not reader.unknown:
        found = f"marks no transcript as {NAMES[reader.transcripts][0]} in all {count(records, 'record')}"
        expected = f"such a mark, or another choice than {reader.transcripts} of --transcripts"
        raise InputError(Problem.said(header.path, column, found, expected))
    if reader.unknown:
        term = reader.unknown.most_common(1)[0][0]
        raise InputError(Problem(header.path, column, term, f"Sequence Ontology terms such as {TERMS[12]}; {REMEDY}"))
    if reader.source != "BCSQ" or expected_some:
        hint = "; do the contigs of the gene model and of the VCF have the same names?"
        found = f"is absent from all {count(records, 'record')}"
        raise InputError(Problem.said(header.path, column, found, REMEDY + hint))


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if 0 <= at < len(cells) else ""


def _asked(annotation: str) -> str:
    return "CSQ, BCSQ or ANN" if annotation == "auto" else annotation


def _found(header: Header) -> str:
    for name, tool in OTHER_ANNOTATORS.items():
        if name in header.info:
            return f"is missing (annotated by {tool}, INFO/{name})"
    return "is missing"
