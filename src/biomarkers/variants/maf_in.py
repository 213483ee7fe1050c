"""A Mutation Annotation Format (MAF) file of TCGA, GDC, cBioPortal or vcf2maf as rows of the table `variants`.

Alleles and positions stay as the MAF spells them (`-` for none, Start_Position). The rules are those for a VCF, in the
same order; what a file does not hold is said, never taken for granted (docs/methods.md, 1.19).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from biomarkers.errors import InputError, LineProblems, Problem, Problems, count
from biomarkers.genome.consequence_terms import terms_in
from biomarkers.genome.gene_names import is_date, is_gene
from biomarkers.genome.protein import lengthened
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.io import words
from biomarkers.io.lines import ends_within_a_line
from biomarkers.variants.evidence import Evidence, in_normal
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.maf_cells import Maf, alleles, alternative, position, share, whole
from biomarkers.variants.maf_samples import NAMED, Listed, Normals, is_name, is_normal, patient_of
from biomarkers.variants.maf_tally import Tally
from biomarkers.variants.maf_words import Mark, build_name, mark_of
from biomarkers.variants.repeats import Judged, Place, Told, place_in_maf, rows_together
from biomarkers.variants.rules import (
    DUPLICATE,
    NO_VARIANT,
    ByReads,
    Passing,
    Rules,
    Territory,
    behind_reads,
    changed_bases,
    first_failure,
    outside,
    passes_otherwise,
)
from biomarkers.variants.vcf import changed


class Reader:
    """The rows of a MAF by the rules (iterate once); `tally` is filled meanwhile.

    listed: every sequenced tumor, so that those without a mutation count as zero; None: only what the MAF itself names.
    patients_listed: the list has their patients, too. normals: against what each sample was called. patients: patient
    by sample as far as they were joined to a sheet.
    """

    def __init__(
        self,
        maf: Maf,
        definitions: Sequence[Definition],
        *,
        rules: Rules,
        territory: Territory,
        hotspots: Hotspots,
        listed: Listed | None,
        patients_listed: bool,
        normals: Normals,
        patients: Mapping[str, str] | None = None,
    ) -> None:
        self.maf, self.layout, self.file, self.definitions = maf, maf.layout, maf.file, definitions
        self.rules, self.territory, self.hotspots, self.normals = rules, territory, hotspots, normals
        self.tally = Tally(dict(listed.tumors) if listed else {}, listed=listed is not None)
        self._not_tumors = listed.normals if listed else frozenset()
        self.listed = listed
        self.patients, self._patients_listed = patients or {}, patients_listed
        self._told: dict[Place, Told] = {}
        self._passing, self._by_reads = Passing(rules), ByReads(rules)
        self._needs_reads = bool(rules.tumor_depth or rules.alt_reads or rules.vaf)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows of the table `variants` with one more column, `variant_classification`.

        Raises InputError in the end, for malformed lines and for samples that the list does not name.
        """
        problems, strangers = LineProblems(self.file), dict[str, int]()
        alone = copy(self)
        alone.tally = Tally()
        self._told, self.tally.differing = rows_together(self.maf, alone._alone_row)
        short, number, cells = 0, 0, [""] * self.layout.width
        for number, cells in self.maf.rows():
            short += len(cells) < self.layout.width
            row = problems.catch(self._row, number, cells)
            if row is None:
                continue
            sample = row["sample"]
            if sample not in self.tally.samples:
                if self.tally.listed or is_normal(sample):
                    strangers.setdefault(sample, number)
                patient = self.patients.get(sample, patient_of(sample))
                if sample not in strangers and not is_name(patient) and not self.layout.get(cells, "patient"):
                    problems.add(Problem(self.file, "Tumor_Sample_Barcode", sample, NAMED, number))
                self.tally.samples[sample] = patient
            if not self._patients_listed and (patient := self.layout.get(cells, "patient")):
                self.tally.samples[sample] = patient
            row["patient"] = self.tally.samples[sample]
            yield row
        if short == 1 and len(cells) < self.layout.width and ends_within_a_line(self.maf.path):
            expected = f"{self.layout.width}, as all others have, and an end: is the file truncated?"
            problems.add(Problem.said(self.file, "last row", f"has {count(len(cells), 'column')}", expected, number))
        problems.add(*(self._stranger(sample, line) for sample, line in strangers.items()))
        problems.stop_if_any()

    def _alone_row(self, number: int, cells: list[str]) -> Judged | None:
        """A row as it is judged without the others; None where it fails FILTER or is not understood."""
        row = Problems().catch(self._row, number, cells)
        return None if row is None or row["exclusion"] == "filter" else Judged(row, self._mark(cells).germline)

    def _mark(self, cells: list[str]) -> Mark:
        get = self.layout.get
        return mark_of(get(cells, "status"), get(cells, "validation"), get(cells, "judgement"))

    def _stranger(self, sample: str, number: int) -> Problem:
        if sample in self._not_tumors or is_normal(sample):
            told = "the list says" if sample in self._not_tumors else "its name says"
            expected = f"a tumor; {told} that this is a normal"
        else:
            expected = "a sample of the list of sequenced samples (add it there, or take its rows out of the MAF)"
        return Problem(self.file, "Tumor_Sample_Barcode", sample, expected, number)

    def _row(self, number: int, cells: list[str]) -> dict[str, Any]:
        get, tally, rules, layout = self.layout.get, self.tally, self.rules, self.layout
        if any(cells[layout.width :]) or len(cells) <= max(layout.at[key] for key in ("sample", "class", "gene")):
            why = "a truncated file?" if len(cells) < layout.width else "does the header lack a name?"
            expected = f"{layout.width} columns as in the header ({why})"
            raise InputError(Problem.said(self.file, "row", f"has {count(len(cells), 'column')}", expected, number))
        sample = get(cells, "sample")
        if not sample:
            raise InputError(Problem(self.file, "Tumor_Sample_Barcode", None, "a sample", number))
        chrom, pos = get(cells, "chrom"), position(self.file, number, get(cells, "pos"))
        ref, alt = self._alleles(number, cells)
        if pos and "e" in get(cells, "pos").lower():
            tally.strange("a position with an exponent, whose last digits may be lost", number)
        reads = self._reads(number, cells)
        terms = terms_in(get(cells, "consequence")) or terms_in(get(cells, "class"))
        gene = get(cells, "gene")
        gene = gene if is_gene(gene) else ""
        if is_date(gene):
            tally.strange("a day for their gene, which a spreadsheet made of such as SEPT9", number)
        protein = lengthened(get(cells, "protein") or get(cells, "short"))
        alone = self._alone(number, sample, get(cells, "tumor_only"))
        population = self._population(number, cells, alt, alone)
        mark = self._mark(cells)
        here = place_in_maf(sample, chrom, pos, ref, alt)
        told = self._told.get(here)
        status, accepted = self._filter(number, mark, get(cells, "filter"), bool(alt) and alt == ref, here, told)
        population = told.population if told and accepted else population
        where = _changed(pos, ref, alt)
        place = "target" if self.territory.regions else ""
        if where is not None and place:
            place = outside(chrom, *where, terms, self.territory)
        spelt = anchored(pos or 0, ref, alt) if where else (pos or 0, ref, alt)
        hot = self.hotspots.hits(chrom, *spelt, gene, protein)
        common = not hot and population is not None and population >= rules.max_population_af
        germline = mark.germline or bool(told and told.germline) or bool(alone and common)
        later = behind_reads(rules, germline=germline, hot=hot)
        exclusion = first_failure(accepted, place, self._by_reads[reads], later)
        names = [d.name for d in self.definitions if terms and terms[0] in d.terms] if not exclusion else []
        events = whole(self.file, number, "events", get(cells, "events")) or (
            1 if rules.mnv == "event" else changed_bases(ref, alt)
        )
        for name in names:
            tally.counts[name] += events
        if names and (flagged := get(cells, "gdc")):
            tally.flagged.update(re.split("[;,]", flagged))
        tally.with_frequency += population is not None
        tally.common_unless_paired += bool(names and common and alone is None)
        tally.known += bool(terms)
        if not terms:
            tally.unknown[get(cells, "class")] += 1
        if mark.unknown:
            tally.unknown_status[mark.unknown] += 1
        tally.filters[status] += 1
        tally.passed += accepted
        tally.somatic += accepted and not (mark.germline or (told and told.germline))
        if chrom:
            tally.contigs[chrom] = None
        if build := get(cells, "build"):
            tally.builds.setdefault(build_name(build), number)
        tally.alone[sample] = alone
        self._judge(sample, status, accepted, reads, bool(terms), get(cells, "class"), bool(where and chrom))
        return {
            "patient": "",
            "sample": sample,
            "chrom": chrom,
            "pos": pos,
            "ref": ref,
            "alt": alt,
            "filter": status,
            "depth": reads.depth,
            "alt_reads": reads.alt_reads,
            "vaf": reads.vaf,
            "caller_af": None,
            "gene": gene,
            "transcript": get(cells, "transcript"),
            "consequence": "&".join(terms),
            "hgvsp": protein,
            "population_af": population,
            "exclusion": exclusion or ("" if names else "consequence"),
            "counted_in": ",".join(names),
            "tumor_only": None if alone is None else int(alone),
            "n_events": events,
            "other_genes": told.others if told and accepted else get(cells, "others"),
            "passes_otherwise": passes_otherwise(exclusion, later),
            **self._normal(number, cells, seen=accepted and not alone),
            "variant_classification": get(cells, "class"),
        }

    def _alleles(self, number: int, cells: list[str]) -> tuple[str, str]:
        """Reference and the tumor's allele that differs from it."""
        ref, first, second = alleles(self.file, number, self.layout, cells)
        alt = alternative(ref, first, second)
        if ref and first not in ("", ref) and second not in ("", ref, first):
            self.tally.strange("two alleles beside the reference, of which Tumor_Seq_Allele2 is taken", number)
        return ref, alt

    def _reads(self, number: int, cells: list[str]) -> Evidence:
        """Depth and variant reads; a depth below the variant's reads is no depth."""
        depth, reads, rest = (
            whole(self.file, number, key, self.layout.get(cells, key)) for key in ("depth", "alt_reads", "ref_reads")
        )
        if depth is not None and reads is not None and depth < reads:
            self.tally.strange("a t_depth below their t_alt_count", number)
            depth = None
        if not depth and rest is not None and reads is not None:
            depth = rest + reads
        return Evidence(depth, reads, None, reads / depth if reads is not None and depth else None)

    def _normal(self, number: int, cells: list[str], *, seen: bool) -> dict[str, Any]:
        """The normal's reads and whether they show the variant (docs/methods.md, 1.17), of a row that is looked at."""
        keys = ("normal_depth", "normal_alt_reads", "normal_ref_reads")
        depth, reads, rest = (
            whole(self.file, number, key, self.layout.get(cells, key)) if seen else None for key in keys
        )
        if reads is None:
            return {}
        depth = depth or (None if rest is None else rest + reads)
        found = Evidence(depth, reads, None, reads / depth if depth else None)
        shown = "" if depth is None else str(int(in_normal(found, self.rules)))
        return {"normal_depth": depth, "normal_alt_reads": reads, "in_normal": shown}

    def _population(self, number: int, cells: list[str], alt: str, alone: bool | None) -> float | None:
        """Population allele frequency; one that is not understood stops only where it decides."""
        try:
            return share(self.file, number, self.layout, cells, alt)
        except InputError:
            if alone:
                raise
            self.tally.strange("a population frequency that is not understood", number)
            return None

    def _alone(self, number: int, sample: str, told: str) -> bool | None:
        answer = words.read("flag", told or "0", (0, 1))
        if answer is None:
            raise InputError(Problem(self.file, "tumor_only", told, "yes or no", number))
        return self.normals.alone.get(sample) if told == "" or self.normals.is_stated else answer == "1"

    def _filter(
        self, number: int, mark: Mark, site: str, same: bool, here: Place, told: Told | None
    ) -> tuple[str, bool]:
        """Text of the column `filter`, and whether the row passes. same: whether the allele is the reference's."""
        if mark.status:
            return mark.status, False
        if same:
            return NO_VARIANT, False
        status = "PASS" if self.layout.passes_all or site.upper() == "PASS" else site or "."
        if not self._passing[status]:
            self.tally.unfiltered += status == "."
            return status, False
        if here is None:
            self.tally.strange("no position or no alleles, so that a repetition would not be seen", number)
        return (DUPLICATE, False) if told and told.line != number else (status, True)

    def _judge(
        self, sample: str, status: str, accepted: bool, reads: Evidence, known: bool, word: str, placed: bool
    ) -> None:
        """Tell whether the row was understood, so that a sample may be zero by it, or why not."""
        tally = self.tally
        tally.rows[sample] += 1
        blind = not reads.depth or reads.alt_reads is None
        tally.without_reads[sample] += blind
        if not accepted and status in (DUPLICATE, NO_VARIANT):
            return
        reason = ""
        if not accepted:
            reason = status if "=" in status else "no FILTER" if status == "." else f"FILTER {status}"
        elif not known:
            reason = f"unknown class {word or '(empty)'}"
        elif blind and self._needs_reads:
            reason = "no read counts"
        elif not reads.alt_reads and self._needs_reads:
            reason = "no read of the variant"
        elif self.territory.regions is not None and not placed:
            reason = "no position"
        if reason:
            tally.reasons.setdefault(sample, Counter())[reason] += 1
        else:
            tally.judged[sample] += 1


def anchored(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """A MAF's insertion or deletion with an unknown base in front, as a VCF has it; other changes as they are.

    >>> anchored(101, "AA", "-"), anchored(100, "-", "TT"), anchored(100, "C", "T")
    ((100, 'NAA', 'N'), (100, 'N', 'NTT'), (100, 'C', 'T'))
    """
    if alt == "-":
        return pos - 1, "N" + ref, "N"
    return (pos, "N", "N" + alt) if ref == "-" else (pos, ref, alt)


def _changed(pos: int | None, ref: str, alt: str) -> tuple[int, int] | None:
    if not pos or not ref or not alt or alt.startswith("<"):
        return None if not pos else (pos - 1, pos)
    return changed(*anchored(pos, ref, alt))
