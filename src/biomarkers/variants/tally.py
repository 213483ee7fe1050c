"""What was seen while the rows of a VCF passed by, and what passed before a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from operator import lt

from biomarkers.genome.changes import trimmed
from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.callers.reader import Reader
from biomarkers.variants.consequence import NOTHING, Consequence
from biomarkers.variants.evidence import Evidence
from biomarkers.variants.rules import BASES, DUPLICATE, NO_VARIANT, Passing, Rules
from biomarkers.variants.split_sites import SplitDepths
from biomarkers.variants.vcf import SINGLE, Record

Place = tuple[str, int, str, str]
"""Contig, position, reference and ALT without the bases that they share."""


class Tally:
    """What was seen while the rows passed by.

    records: all; filters: how many have each FILTER (PASS where the caller writes none); annotations: those whose
    annotation was looked at. rows: all; with_depth, with_reads, with_frequency: those with a measured depth, a count of
    the variant's reads, a population frequency; inside: those within the territory. passing: those whose FILTER passes;
    judged: those of them that tell of this tumor; counting: those that count; in_normal, lost: places of those that
    count and of those that fall to `alt_reads` or `vaf`, and are in the normal; untold: places of those that lack
    nothing but a consequence, of which the annotation says nothing; blank: those of which the tumor's column says
    nothing. normal_blank: those that pass and of which the normal's column says nothing.
    earlier: what passed in records before a number, asked for once when positions are out of order; in order, a
    repetition follows at once. repeated: what passed more than once. alike: alleles that are the reference's.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.annotations = self.rows = 0
        self.filters: Counter[str] = Counter()
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
        self.passing = self.judged = self.counting = self.blank = self.normal_blank = 0
        self.in_normal: list[str] = []
        self.lost: list[str] = []
        self.untold: list[str] = []
        self.counted: Counter[str] = Counter()
        """Events by the row's `counted_in`."""
        self.contigs: dict[str, None] = {}
        self.chrom, self.pos, self.in_order = "", 0, True
        self.passed: set[Place] = set()
        """What passed and begins at `pos` of `chrom`, the present position, or behind; out of order: anywhere above."""
        self.repeated: set[Place] = set()
        self.alike = 0
        self.split_depths = SplitDepths()
        self.earlier = earlier

    def see(
        self,
        records: Sequence[Record],
        small: Sequence[bool],
        reads: Sequence[Evidence],
        population: Sequence[float | None],
        places: Sequence[str],
    ) -> None:
        """Take down what was seen of every ALT, whether it passes or not; small: whether its bases are spelt out."""
        rows = len(reads)
        self.records += len(records)
        looked_at = iter(small)
        whole = len(records) == rows and all([len(record.alts) == 1 for record in records])
        self.annotations += (
            sum(small) if whole else sum([any([next(looked_at) for _ in record.alts]) for record in records])
        )
        self.rows += rows
        self.with_depth += rows - [seen.depth for seen in reads].count(None)
        self.with_reads += rows - [seen.alt_reads for seen in reads].count(None)
        self.with_frequency += rows - list(population).count(None)
        self.inside += list(places).count("")
        self.split_depths.see(records, reads)

    def miss(
        self,
        records: Sequence[Record],
        texts: Sequence[str],
        effects: Sequence[Consequence],
        exclusion: Sequence[str],
        source: str,
    ) -> None:
        """Take down ALTs of which the annotation, INFO/`source`, should say something and does not.

        VEP and snpEff write of every ALT what it does, csq of those within genes only.
        """
        if NOTHING not in effects:
            return
        for record, text, found, why in zip(records, texts, effects, exclusion, strict=True):
            mute = found == NOTHING and why == "consequence" and not text.strip(BASES)
            if mute and (source != "BCSQ" or record.annotation):
                self.untold.append(f"{record.place} {record.ref}>{text}")

    def again(self, records: Sequence[Record], passes: Sequence[bool]) -> dict[int, str]:
        """Why some of the records' ALTs, by their number among all, are no variants of their own.

        passes: whether each passes FILTER. They passed before, in this spelling or a padded one, or are the
        reference's.
        """
        if self._follow(records):
            last = records[-1]
            self.pos = last.pos
            # An insertion or deletion begins behind its first base, and so at the next record's position.
            ends = zip(records[-2:], passes[-2:], strict=True)
            self.passed = {place_of(record, record.alts[0]) for record, passed in ends if passed}
            return {}
        found: dict[int, str] = {}
        each = iter(enumerate(passes))
        for record in records:
            if record.pos != self.pos or record.chrom != self.chrom:
                self._move(record.chrom, record.pos, record.number)
            for allele, (row, passed) in zip(record.alts, each):  # noqa: B905 - of all that are left
                if allele == record.ref:
                    found[row] = NO_VARIANT
                    self.alike += 1
                elif passed and (place := place_of(record, allele)) in self.passed:
                    found[row] = DUPLICATE
                    self.repeated.add(place)
                elif passed:
                    self.passed.add(place)
        return found

    def of_all(
        self,
        records: Sequence[Record],  # noqa: ARG002
        texts: Sequence[str],  # noqa: ARG002
        passes: Sequence[bool],  # noqa: ARG002
        columns: tuple[Sequence[str], Sequence[float | None], Sequence[str]],
    ) -> tuple[Sequence[str], Sequence[float | None], Sequence[str]]:
        """Marks, population frequencies and further genes of ALTs, as each record tells them."""
        return columns

    def _follow(self, records: Sequence[Record]) -> bool:
        """Whether each of these records has one ALT, not padded, and stands behind all before on the same contig."""
        if not self.in_order:
            return False
        mine, positions = self.chrom, [self.pos, *[record.pos for record in records]]
        return (
            all(
                [
                    chrom == mine
                    and len(alts) == 1
                    and ((ref in SINGLE and alts[0] in SINGLE and ref != alts[0]) or _is_trimmed(ref, alts[0]))
                    for _, chrom, _, ref, alts, _, _, _, _, _, _ in records
                ]
            )
            and all(map(lt, positions, positions[1:]))
            and all([place[1] < positions[1] for place in self.passed])
        )

    def _move(self, chrom: str, pos: int, number: int) -> None:
        """Go to another position."""
        if self.in_order:
            self.in_order = pos > self.pos if chrom == self.chrom else chrom not in self.contigs
            behind = {place for place in self.passed if place[0] == chrom and place[1] >= pos}
            self.passed = behind if self.in_order else self.earlier(number)
        self.contigs[chrom] = None
        self.chrom, self.pos = chrom, pos


class Apart(Tally):
    """Of records that are judged each by itself."""

    def again(self, records: Sequence[Record], passes: Sequence[bool]) -> dict[int, str]:  # noqa: ARG002
        """No ALT passed before."""
        return {}


def passed_before(
    records: Iterable[Record], allele_filter: AlleleFilter, reader: Reader, rules: Rules, number: int
) -> set[Place]:
    """ALTs that passed in records before this one."""
    passing = Passing(rules)
    return {
        place_of(record, allele)
        for record in takewhile(lambda record: record.number < number, records)
        for alt, allele in enumerate(record.alts)
        if passing[allele_filter.of(record, alt)] or reader.is_unfiltered(record)
    }


def _is_trimmed(ref: str, alt: str) -> bool:
    """Whether an allele shares no base with the reference but one in front of an insertion or deletion."""
    return ref[-1] != alt[-1:] and (ref[0] != alt[:1] or len(ref) == 1 or len(alt) == 1)


def place_of(record: Record, allele: str) -> Place:
    """Where an ALT of the record stands, whatever bases its spelling is padded with."""
    return (record.chrom, *trimmed(record.pos, record.ref, allele))
