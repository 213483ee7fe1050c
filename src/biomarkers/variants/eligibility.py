"""Which variants count: ordered rules of methods.md section 1, the first that fails is the row's `exclusion`.

Records are judged many at a time, a column after the other, since a step that nothing needs (further ALTs, marks,
hot spots) is then left out for all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.variants.alleles import AlleleFilter, resolve
from biomarkers.variants.callers.dialects import PANELS
from biomarkers.variants.callers.reader import Reader, Way
from biomarkers.variants.consequence import NOTHING, Consequence, Interpreter
from biomarkers.variants.evidence import UNSEEN, Evidence
from biomarkers.variants.expression import Place
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.population import Frequency, larger
from biomarkers.variants.rows import Block
from biomarkers.variants.rules import (
    BASES,
    BY_READS,
    MARKED,
    ByReads,
    Counted,
    InNormal,
    Passing,
    Rules,
    Territory,
    behind_reads,
    changed_bases,
    first_failure,
    is_blank,
    outside,
    passes_otherwise,
    without_reads,
)
from biomarkers.variants.tally import Tally
from biomarkers.variants.vcf import Header, Record, changed, info_value


class Alleles(NamedTuple):
    """ALTs as columns: the record of each, which of its ALTs it is (from 0), and how the record is read."""

    records: Sequence[Record]
    numbers: Sequence[int]
    texts: Sequence[str]
    ways: Sequence[Way]


class Judge:
    """Judges every ALT of a file's records by the rules, in their order.

    referred: BCSQ texts that `@` references point to. chosen: the somatic ones, by the user's expression; None: the
    caller says which. `tally` is filled as the rows are taken; `marks` are the exclusions that the marks of the last
    block's ALTs mean, of each record by itself.
    """

    def __init__(
        self,
        header: Header,
        interpreter: Interpreter,
        definitions: Sequence[Definition],
        *,
        rules: Rules,
        tumor_only: bool,
        territory: Territory,
        frequency: Frequency,
        hotspots: Hotspots,
        referred: dict[str, str],
        allele_filter: AlleleFilter,
        tally: Tally,
        chosen: Collection[Place] | None = None,
    ) -> None:
        self.path, self.rules, self.tumor_only, self.territory = header.path, rules, tumor_only, territory
        self._interpreter, self._frequency, self._hotspots, self._tally = interpreter, frequency, hotspots, tally
        self._referred, self._allele_filter = referred, allele_filter
        self._passing, self._by_reads, self._counted = Passing(rules), ByReads(rules), Counted(definitions)
        self._chosen, self._asks_reads = chosen, bool(rules.tumor_depth or rules.alt_reads or rules.vaf)
        self._lacking = (None,) if rules.alt_reads or rules.vaf else (None, 0)
        self.reader = Reader(header, rules)
        self._panels = [flag for flag in PANELS if flag in header.info] if tumor_only else []
        self._in_normal = InNormal(rules)
        self.marks: Sequence[str] = ()

    def block(self, records: Sequence[Record]) -> Block:
        """The rows of every ALT of records that stand one behind another.

        Each has the first rule that it fails or the definitions that it counts in. Nothing is dropped, so that every
        ALT's annotation is read. Raises InputError for the first record that is not understood.
        """
        alleles = self._alleles(records)
        small = [not text.strip(BASES) for text in alleles.texts]
        try:
            reads = self._reads(alleles)
            effects = self._consequences(alleles, small)
            population = self._populations(alleles, effects)
        except InputError:
            # A column after the other, the first problem may not be that of the first record.
            for record in records if len(records) > 1 else ():
                self.block([record])
            raise
        status, passes = self._statuses(records, alleles)
        normal, self.marks = self._beside(alleles, passes, reads)
        gene, transcript, terms, protein, further, *_ = zip(*effects, strict=True) if effects else [()] * 5
        marks, population, others = self._tally.of_all(
            alleles.records, alleles.texts, passes, (self.marks, population, further)
        )
        hot, places = self._places(alleles, effects)
        later = self._later(alleles, marks, hot, population)
        exclusion = list(map(first_failure, passes, places, map(self._by_reads.__getitem__, reads), later))
        counted = ["" if why else self._counted[found] for why, found in zip(exclusion, terms, strict=True)]
        events = self._events(alleles)
        for names, number in zip(counted, events, strict=True):
            self._tally.counted[names] += number
        exclusion = [why if why or names else "consequence" for why, names in zip(exclusion, counted, strict=True)]
        otherwise = [
            passes_otherwise(why, behind) if why in BY_READS else ""
            for why, behind in zip(exclusion, later, strict=True)
        ]
        self._tally.see(records, small, reads, population, places)
        self._tally.miss(alleles.records, alleles.texts, effects, exclusion, self._interpreter.source)
        beside = self._note_passing(alleles, passes, reads, normal, marks, exclusion)
        _, chrom, pos, ref, *_ = zip(*alleles.records, strict=True) if effects else [()] * 4
        depth, alt_reads, share, vaf = zip(*reads, strict=True) if reads else [()] * 4
        joined = [found[0] if len(found) == 1 else "&".join(found) for found in terms]
        verdict: Block = (exclusion, counted, events, others, otherwise, *beside)
        seen = (chrom, pos, ref, alleles.texts, status, depth, alt_reads, vaf, share)
        return (*seen, gene, transcript, joined, protein, population, *verdict)

    def _alleles(self, records: Sequence[Record]) -> Alleles:
        ways = self.reader.ways(records)
        if all([len(record.alts) == 1 for record in records]):
            return Alleles(records, [0] * len(records), [record.alts[0] for record in records], ways)
        each = [
            (record, alt, way) for record, way in zip(records, ways, strict=True) for alt in range(len(record.alts))
        ]
        return Alleles(
            [record for record, _, _ in each],
            [alt for _, alt, _ in each],
            [record.alts[alt] for record, alt, _ in each],
            [way for _, _, way in each],
        )

    def _reads(self, alleles: Alleles) -> list[Evidence]:
        """The tumor's reads."""
        records, numbers, _, ways = alleles
        try:
            return [
                way.of(record.sample, record.info, record.alts, alt)
                for way, record, alt in zip(ways, records, numbers, strict=True)
            ]
        except (ValueError, IndexError) as error:
            raise self._not_understood(records[0], records[0].sample, error) from None

    def _beside(
        self, alleles: Alleles, passes: Sequence[bool], reads: Sequence[Evidence]
    ) -> tuple[list[Evidence], list[str]]:
        """The normal's reads of what passes, and the marks, which may ask for those of any site with several ALTs."""
        records, numbers, _, ways = alleles
        try:
            normal = [
                self.reader.normal(way, record, alt) if passed else UNSEEN
                for way, record, alt, passed in zip(ways, records, numbers, passes, strict=True)
            ]
            return normal, self._marks(alleles, passes, reads)
        except (ValueError, IndexError) as error:
            each = zip(*alleles, passes, reads, strict=True)
            for record, alt, text, way, passed, seen in each if len(records) > 1 else ():
                self._beside(Alleles([record], [alt], [text], [way]), [passed], [seen])
            raise self._not_understood(records[0], records[0].normal or records[0].sample, error) from None

    def _not_understood(self, record: Record, text: str, error: Exception) -> InputError:
        expected = f"values of {record.format} ({error})"
        return InputError(Problem(self.path, "FORMAT", text, expected, record.place))

    def _consequences(self, alleles: Alleles, small: Sequence[bool]) -> list[Consequence]:
        """What each ALT does; only of changed bases an annotation can tell."""
        of, referred = self._interpreter.of, self._referred
        texts = [record.annotation for record in alleles.records]
        if referred:
            texts = [resolve(text, record.chrom, referred) for text, record in zip(texts, alleles.records, strict=True)]
        return [
            of(text, pos=record.pos, ref=record.ref, alts=record.alts, alt=alt, info=record.info)
            if text and known
            else NOTHING
            for text, known, record, alt in zip(texts, small, alleles.records, alleles.numbers, strict=True)
        ]

    def _populations(self, alleles: Alleles, effects: Sequence[Consequence]) -> Sequence[float | None]:
        of, path = self._frequency.of, self.path
        if not self._frequency.names:
            return [None] * len(effects)
        found = [
            of(record.info, effect.cells, len(record.alts), alt, path, record.chrom, record.pos)
            for record, alt, effect in zip(alleles.records, alleles.numbers, effects, strict=True)
        ]
        if not self.tumor_only:  # In a paired call no frequency decides; annotators write it beside each transcript.
            return found
        return [
            larger(known, self._frequency.of_blocks(effect.blocks, path, record.chrom, record.pos))
            for known, record, effect in zip(found, alleles.records, effects, strict=True)
        ]

    def _statuses(self, records: Sequence[Record], alleles: Alleles) -> tuple[list[str], list[bool]]:
        """FILTER of each ALT, and whether it passes: not what passed before or is none, always if it is not written."""
        if self._allele_filter.asked(records):
            of = self._allele_filter.of
            status = [of(record, alt) for record, alt in zip(alleles.records, alleles.numbers, strict=True)]
        else:
            status = [record.filter for record in alleles.records]
        passes = list(map(self._passing.__getitem__, status))
        sites = [record.filter for record in records]
        if any([way.dialect.unfiltered for way in alleles.ways]):
            written = zip(passes, alleles.records, alleles.ways, strict=True)
            passes = [passed or (record.filter == "." and way.dialect.unfiltered) for passed, record, way in written]
            ways = self.reader.ways(records)
            sites = ["PASS" if w.dialect.unfiltered and s == "." else s for s, w in zip(sites, ways, strict=True)]
        self._tally.filters.update(sites)
        for row, why in self._tally.again(records, passes).items():
            status[row], passes[row] = why, False
        return status, passes

    def _marks(self, alleles: Alleles, passes: Sequence[bool], reads: Sequence[Evidence]) -> list[str]:
        """The exclusions of ALTs that neither the user's expression nor the caller takes for somatic; else empty."""
        if self._chosen is None and not self._may_lack(reads):
            return [MARKED.get(kind, "") for kind in self.reader.kinds(*alleles, passes)]
        return [
            self._mark(Alleles([record], [alt], [text], [way]), passed, seen)
            for record, alt, text, way, passed, seen in zip(*alleles, passes, reads, strict=True)
        ]

    def _may_lack(self, reads: Sequence[Evidence]) -> bool:
        """Whether the genotype is asked if the tumor has one of these ALTs: no rule of reads tells (joint calls)."""
        return any([seen.alt_reads in self._lacking and seen.vaf in self._lacking for seen in reads])

    def _mark(self, allele: Alleles, passes: bool, reads: Evidence) -> str:
        record, alt = allele.records[0], allele.numbers[0]
        if self._may_lack([reads]) and (mark := without_reads(record, alt)):
            self._tally.blank += mark == "unknown"
            return mark
        if self._chosen is not None:
            place = (record.chrom, record.pos, record.ref, record.alts[alt])
            return "" if place in self._chosen else "not_somatic"
        return MARKED.get(self.reader.kinds(*allele, [passes])[0], "")

    def _places(self, alleles: Alleles, effects: Sequence[Consequence]) -> tuple[Sequence[bool], Sequence[str]]:
        """Whether each is a hot spot, and why it lies outside the territory."""
        hot: Sequence[bool] = [False] * len(effects)
        places: Sequence[str] = [""] * len(effects)
        records, texts = alleles.records, alleles.texts
        if self._hotspots:
            hot = [
                self._hotspots.hits(record.chrom, record.pos, record.ref, text, effect.gene, effect.protein)
                for record, text, effect in zip(records, texts, effects, strict=True)
            ]
        if self.territory.regions is not None:
            places = [
                outside(record.chrom, *changed(record.pos, record.ref, text), effect.terms, self.territory)
                for record, text, effect in zip(records, texts, effects, strict=True)
            ]
        return hot, places

    def _later(
        self, alleles: Alleles, marks: Sequence[str], hot: Sequence[bool], population: Sequence[float | None]
    ) -> Sequence[str]:
        """The first rule behind those of reads that each fails, consequence aside."""
        if not self.tumor_only and not any(hot):
            return marks
        return [
            mark
            or behind_reads(
                self.rules,
                germline=self.tumor_only and not listed and self._is_common(record.info, frequency),
                hot=listed,
            )
            for record, mark, listed, frequency in zip(alleles.records, marks, hot, population, strict=True)
        ]

    def _is_common(self, info: str, population: float | None) -> bool:
        """Whether many people have an ALT, by its frequency or by the panel of normals."""
        if population is not None and population >= self.rules.max_population_af:
            return True
        return any([info_value(info, flag) is not None for flag in self._panels])

    def _events(self, alleles: Alleles) -> list[int]:
        if self.rules.mnv == "event":
            return [1] * len(alleles.texts)
        return [changed_bases(record.ref, text) for record, text in zip(alleles.records, alleles.texts, strict=True)]

    def _note_passing(
        self,
        alleles: Alleles,
        passes: Sequence[bool],
        reads: Sequence[Evidence],
        normal: Sequence[Evidence],
        marks: Sequence[str],
        exclusion: Sequence[str],
    ) -> list[Sequence[int | str | None]]:
        """Take down what passes FILTER; returns the last columns: the normal's reads, and what they show."""
        tally = self._tally
        tally.passing += sum(passes)
        tally.counting += exclusion.count("")
        shows = ["" if seen is UNSEEN else self._in_normal[seen] for seen in normal]
        for row, passed in enumerate(passes):
            if not passed:
                continue
            seen, beside, record = reads[row], normal[row], alleles.records[row]
            known = seen.depth is not None and seen.alt_reads is not None
            tally.judged += marks[row] != "unknown" and (known or not self._asks_reads)
            if not beside.depth:
                tally.normal_blank += bool(record.normal) and is_blank(record.normal, record.format)
            if shows[row] == "1" and not marks[row] and exclusion[row] in ("", "alt_reads", "vaf"):
                place = f"{record.place} {record.ref}>{alleles.texts[row]}"
                (tally.lost if exclusion[row] else tally.in_normal).append(place)
        return [[seen.depth for seen in normal], [seen.alt_reads for seen in normal], shows]
