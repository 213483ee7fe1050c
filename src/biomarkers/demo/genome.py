"""A simulated exome: two contigs of random sequence with protein-coding genes that obey the genetic code.

Coordinates are 0-based and half-open unless a name ends in `pos` (1-based, as in VCF and GFF3).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from biomarkers.demo.genes import NAMED

BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
COMPLEMENT = bytes.maketrans(b"ACGT", b"TGCA")
AMINO_ACIDS = "KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF"
"""The standard genetic code (NCBI table 1), codons AAA, AAC, AAG, AAT, ACA, ... in the order of the bases ACGT."""
CODONS = tuple(a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT")
CODE = dict(zip(CODONS, AMINO_ACIDS, strict=True))
SENSE = tuple(codon for codon in CODONS if CODE[codon] != "*")

CONTIGS = ("chr1", "chr2")
CODING_BP = 1_085_000
"""Coding bases of all genes; those that are targeted, too, are above the 1 Mb below which a burden is warned of."""
EXON_BP = 800
"""About the length of a coding exon. Longer than real ones, so that fewer bases are sequenced beside them."""
OTHER_BP = (1200, 2400)
"""Coding bases of a gene that has only a number."""
FLANK = 2000
UTR5, UTR3 = 80, 120
TARGET_MARGIN = 10
"""Bases by which a capture target reaches beyond its exon."""
UNTARGETED_EVERY = 45
"""One exon in this many has no capture target, so that targets and coding sequence differ as they do in real kits."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Transcript:
    """One transcript: exon and coding intervals in ascending genome order."""

    name: str
    exons: tuple[Span, ...]
    cds: tuple[Span, ...]


@dataclass(frozen=True)
class Gene:
    """One protein-coding gene; the first transcript has every exon."""

    name: str
    identifier: str
    contig: str
    strand: str
    span: Span
    transcripts: tuple[Transcript, ...]


@dataclass(frozen=True)
class Genome:
    """Contig sequences (upper-case text), genes, and merged capture targets by contig."""

    contigs: dict[str, str]
    genes: tuple[Gene, ...]
    targets: dict[str, tuple[Span, ...]]

    @cached_property
    def coding(self) -> dict[str, np.ndarray]:
        """By contig: boolean per base, True in the coding sequence of any transcript."""
        return self._mask(
            (g.contig, span) for g in self.genes for transcript in g.transcripts for span in transcript.cds
        )

    @cached_property
    def targeted(self) -> dict[str, np.ndarray]:
        """By contig: boolean per base, True in a capture target."""
        return self._mask((contig, span) for contig, spans in self.targets.items() for span in spans)

    @cached_property
    def shares(self) -> np.ndarray:
        """Each gene's share of the coding sequence of all genes, shape (genes,)."""
        lengths = np.array([sum(end - start for start, end in gene.transcripts[0].cds) for gene in self.genes])
        return np.asarray(lengths / lengths.sum())

    @cached_property
    def offsets(self) -> dict[str, int]:
        """Where each contig begins on the joined genome."""
        lengths = [len(sequence) for sequence in self.contigs.values()]
        return dict(zip(self.contigs, np.cumsum([0, *lengths[:-1]]).tolist(), strict=True))

    @property
    def countable_bp(self) -> int:
        """Bases that are both targeted and coding: the denominator when no coverage is known."""
        return int(sum((self.coding[c] & self.targeted[c]).sum() for c in self.contigs))

    def gene_at(self, contig: str, position: int) -> Gene | None:
        """The gene whose span holds the 0-based position (genes never overlap)."""
        starts, genes = self._by_start[contig]
        number = bisect.bisect_right(starts, position) - 1
        return genes[number] if number >= 0 and position < genes[number].span[1] else None

    @cached_property
    def _by_start(self) -> dict[str, tuple[list[int], list[Gene]]]:
        """By contig: starts of its genes and the genes, in order."""
        found = {}
        for contig in self.contigs:
            genes = sorted((gene for gene in self.genes if gene.contig == contig), key=lambda gene: gene.span)
            found[contig] = ([gene.span[0] for gene in genes], genes)
        return found

    def _mask(self, spans: Iterable[tuple[str, Span]]) -> dict[str, np.ndarray]:
        masks = {name: np.zeros(len(sequence), dtype=bool) for name, sequence in self.contigs.items()}
        for contig, (start, end) in spans:
            masks[contig][start:end] = True
        return masks


def build(rng: np.random.Generator, *, coding_bp: int = CODING_BP) -> Genome:
    """A genome of two contigs, genes on both strands, some with a second transcript, `coding_bp` coding bases and more.

    The named genes (some 160 kb) are always there and lie among the others.
    """
    lengths = {gene.name: gene.length for gene in NAMED}
    while (missing := coding_bp - sum(lengths.values())) > 0:
        number = len(lengths) - len(NAMED) + 1
        lengths[f"GENE{number:03d}"] = min(int(rng.integers(*OTHER_BP)), max(missing, OTHER_BP[0]))
    order = rng.permutation(list(lengths)).tolist()
    contigs: dict[str, str] = {}
    genes: list[Gene] = []
    for contig, names in zip(CONTIGS, (order[::2], order[1::2]), strict=True):
        parts = [_random(rng, FLANK)]
        end = FLANK
        for name in names:
            sequence, gene = _gene(rng, len(genes) + 1, name, lengths[name], contig, end)
            parts += [sequence, _random(rng, int(rng.integers(300, 900)))]
            end += len(parts[-2]) + len(parts[-1])
            genes.append(gene)
        contigs[contig] = "".join([*parts, _random(rng, FLANK)])
    return Genome(contigs, tuple(genes), _targets(genes))


def translate(sequence: str) -> str:
    """Protein of a coding sequence; `*` is a stop.

    >>> translate("ATGGCCTAA")
    'MA*'
    """
    return "".join(CODE[sequence[i : i + 3]] for i in range(0, len(sequence) - 2, 3))


def reverse_complement(sequence: str) -> str:
    """The other strand, read in its own direction.

    >>> reverse_complement("AACG")
    'CGTT'
    """
    return sequence.translate(COMPLEMENT)[::-1]


def fasta(genome: Genome, width: int = 60) -> str:
    """The reference as FASTA text."""
    lines = []
    for name, sequence in genome.contigs.items():
        lines += [f">{name}", *(sequence[i : i + width] for i in range(0, len(sequence), width))]
    return "\n".join(lines) + "\n"


def bed(genome: Genome) -> str:
    """The capture targets as BED text, one line a target, named by gene."""
    lines = []
    for contig, spans in genome.targets.items():
        for start, end in spans:
            gene = genome.gene_at(contig, start + TARGET_MARGIN)
            lines.append(f"{contig}\t{start}\t{end}\t{gene.name if gene else '.'}")
    return "\n".join(lines) + "\n"


def gff3(genome: Genome) -> str:
    """The genes in the Ensembl dialect of GFF3 that `bcftools csq -g` reads."""
    lines = ["##gff-version 3"]
    lines += [f"##sequence-region {name} 1 {len(sequence)}" for name, sequence in genome.contigs.items()]
    for gene in genome.genes:

        def line(kind: str, span: Span, attributes: str, phase: str = ".", gene: Gene = gene) -> str:
            return f"{gene.contig}\tdemo\t{kind}\t{span[0] + 1}\t{span[1]}\t.\t{gene.strand}\t{phase}\t{attributes}"

        about = f"Name={gene.name};biotype=protein_coding"
        lines.append(line("gene", gene.span, f"ID=gene:{gene.identifier};{about};gene_id={gene.identifier}"))
        for transcript in gene.transcripts:
            parent = f"Parent=transcript:{transcript.name}"
            whole = (transcript.exons[0][0], transcript.exons[-1][1])
            identity = f"ID=transcript:{transcript.name};Parent=gene:{gene.identifier}"
            lines.append(line("mRNA", whole, f"{identity};{about};transcript_id={transcript.name}"))
            first, last = transcript.cds[0][0], transcript.cds[-1][1]
            left, right = ("five_prime_UTR", "three_prime_UTR")[:: 1 if gene.strand == "+" else -1]
            for start, end in transcript.exons:
                lines.append(line("exon", (start, end), parent))
                if start < first:
                    lines.append(line(left, (start, first), parent))
                if end > last:
                    lines.append(line(right, (last, end), parent))
            for span, phase in zip(transcript.cds, _phases(transcript.cds, gene.strand), strict=True):
                protein = f"ID=CDS:{transcript.name}P;{parent};protein_id={transcript.name}P"
                lines.append(line("CDS", span, protein, str(phase)))
    return "\n".join(lines) + "\n"


def _random(rng: np.random.Generator, length: int) -> str:
    return BASES[rng.integers(0, 4, length)].tobytes().decode()


def _gene(
    rng: np.random.Generator, number: int, name: str, coding_bp: int, contig: str, offset: int
) -> tuple[str, Gene]:
    """Sequence and description of one gene at `offset`; built along the transcript, then put on its strand."""
    lengths = _exon_lengths(rng, coding_bp)
    skipped = 1 + int(rng.integers(0, len(lengths) - 2)) if number % 3 == 0 and len(lengths) > 2 else None
    if skipped is not None:
        lengths[skipped] -= lengths[skipped] % 3
    lengths[-1] -= lengths.sum() % 3
    ends = np.cumsum(lengths)
    while True:
        coding = "".join(["ATG", *(SENSE[i] for i in rng.integers(0, len(SENSE), int(ends[-1]) // 3 - 2)), "TGA"])
        if skipped is None or "*" not in translate(coding[: ends[skipped - 1]] + coding[ends[skipped] :])[:-1]:
            break
    sequence, begin = _random(rng, UTR5), 0
    exons: list[Span] = []
    cds: list[Span] = []
    for length, end in zip(lengths.tolist(), ends.tolist(), strict=True):
        cds.append((len(sequence), len(sequence) + length))
        sequence += coding[end - length : end]
        if end == ends[-1]:
            sequence += _random(rng, UTR3)
        exons.append((begin, len(sequence)))
        if end != ends[-1]:
            sequence += "GT" + _random(rng, int(rng.integers(120, 320))) + "AG"
        begin = len(sequence)
    strand = "+" if rng.random() < 0.5 else "-"
    if strand == "-":
        sequence = reverse_complement(sequence)

    def place(spans: list[Span], leave_out: int | None = None) -> tuple[Span, ...]:
        kept = [span for i, span in enumerate(spans) if i != leave_out]
        if strand == "-":
            kept = [(len(sequence) - end, len(sequence) - start) for start, end in reversed(kept)]
        return tuple((start + offset, end + offset) for start, end in kept)

    transcripts = [Transcript(f"DEMOT{number:04d}1", place(exons), place(cds))]
    if skipped is not None:
        transcripts.append(Transcript(f"DEMOT{number:04d}2", place(exons, skipped), place(cds, skipped)))
    span = (offset, offset + len(sequence))
    return sequence, Gene(name, f"DEMOG{number:04d}", contig, strand, span, tuple(transcripts))


def _exon_lengths(rng: np.random.Generator, coding_bp: int) -> np.ndarray:
    """Coding bases of two exons or more, `coding_bp` together, shape (exons,)."""
    number = max(2, round(coding_bp / EXON_BP))
    weights = rng.uniform(0.7, 1.3, number)
    lengths = np.floor(coding_bp * weights / weights.sum()).astype(np.int64)
    lengths[-1] += coding_bp - lengths.sum()
    return np.asarray(lengths)


def _phases(cds: tuple[Span, ...], strand: str) -> list[int]:
    """GFF3 phase of each coding interval: bases to skip to the next codon start."""
    step = 1 if strand == "+" else -1
    before = np.cumsum([0, *(end - start for start, end in cds[::step])])[:-1]
    return [int(phase) for phase in -before[::step] % 3]


def _targets(genes: list[Gene]) -> dict[str, tuple[Span, ...]]:
    """Exons with their untranslated ends and a margin, but for one exon in `UNTARGETED_EVERY`."""
    spans: dict[str, list[Span]] = {contig: [] for contig in CONTIGS}
    exons = [(gene.contig, exon) for gene in genes for exon in gene.transcripts[0].exons]
    for number, (contig, (start, end)) in enumerate(exons, start=1):
        if number % UNTARGETED_EVERY:
            spans[contig].append((start - TARGET_MARGIN, end + TARGET_MARGIN))
    return {contig: tuple(sorted(found)) for contig, found in spans.items()}
