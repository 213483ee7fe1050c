"""What was seen while the rows of a VCF passed by, and what passed before a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from operator import lt

from biomarkers.variants.alleles import AlleleFilter
from biomarkers.variants.callers.reader import Reader
from biomarkers.variants.evidence import Evidence
from biomarkers.variants.expression import Place
from biomarkers.variants.rules import Passing, Rules
from biomarkers.variants.vcf import Record


class Tally:
    """What was seen while the rows passed by.

    records: all; filters: how many have each FILTER (PASS where the caller writes none); annotations: those whose
    annotation was looked at. rows: all; with_depth, with_reads, with_frequency: those with a measured depth, a count of
    the variant's reads, a population frequency; inside: those within the territory. passing: those whose FILTER passes;
    judged: those of them that tell of this tumor; counting: those that count; in_normal, lost: places of those that
    count and of those that fall to `alt_reads` or `vaf`, and are in the normal; blank: those of which the tumor's
    column says nothing. normal_blank: those that pass and of which the normal's column says nothing.
    earlier: what passed in records before a number, asked for once when positions are out of order; in order, a
    repetition follows at once.
    """

    def __init__(self, earlier: Callable[[int], set[Place]]) -> None:
        self.records = self.annotations = self.rows = 0
        self.filters: Counter[str] = Counter()
        self.with_depth = self.with_reads = self.inside = self.with_frequency = 0
        self.passing = self.judged = self.counting = self.blank = self.normal_blank = 0
        self.in_normal: list[str] = []
        self.lost: list[str] = []
        self.counted: Counter[str] = Counter()
        """Events by the row's `counted_in`."""
        self.contigs: dict[str, None] = {}
        self.chrom, self.pos, self.in_order = "", 0, True
        self.passed: set[Place] = set()
        """What passed at the present position, `chrom` and `pos`; out of order: anywhere above."""
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

    def again(self, records: Sequence[Record], passes: Sequence[bool]) -> list[int]:
        """Numbers of the records' ALTs, counted together, that pass and did so before. passes: whether each does."""
        if self._follow(records):
            last = records[-1]
            self.pos, self.passed = last.pos, {(last.chrom, last.pos, last.ref, last.alts[0])} if passes[-1] else set()
            return []
        found: list[int] = []
        each = iter(enumerate(passes))
        for record in records:
            if record.pos != self.pos or record.chrom != self.chrom:
                self._move(record.chrom, record.pos, record.number)
            for allele, (row, passed) in zip(record.alts, each):  # noqa: B905 - of all that are left
                place = (record.chrom, record.pos, record.ref, allele)
                if passed and place in self.passed:
                    found.append(row)
                elif passed:
                    self.passed.add(place)
        return found

    def _follow(self, records: Sequence[Record]) -> bool:
        """Whether each of these records has one ALT and stands behind all before on the same contig."""
        positions = [self.pos, *[record.pos for record in records]]
        return (
            self.in_order
            and all([record.chrom == self.chrom and len(record.alts) == 1 for record in records])
            and all(map(lt, positions, positions[1:]))
        )

    def _move(self, chrom: str, pos: int, number: int) -> None:
        """Go to another position."""
        if self.in_order:
            self.in_order = pos > self.pos if chrom == self.chrom else chrom not in self.contigs
            self.passed = set() if self.in_order else self.earlier(number)
        self.contigs[chrom] = None
        self.chrom, self.pos = chrom, pos


def passed_before(
    records: Iterable[Record], allele_filter: AlleleFilter, reader: Reader, rules: Rules, number: int
) -> set[Place]:
    """ALTs that passed in records before this one."""
    passing = Passing(rules)
    return {
        (record.chrom, record.pos, record.ref, allele)
        for record in takewhile(lambda record: record.number < number, records)
        for alt, allele in enumerate(record.alts)
        if passing[allele_filter.of(record, alt)] or reader.is_unfiltered(record)
    }
