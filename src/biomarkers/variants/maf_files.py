"""A MAF in place of a VCF for `biomarkers variants`: its samples, the table and the record beside it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from biomarkers.errors import InputError, Problem, count, first_few, log
from biomarkers.genome import regions
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.maf_cells import Maf
from biomarkers.variants.maf_in import Reader
from biomarkers.variants.maf_patients import People, join
from biomarkers.variants.maf_samples import Listed, Normals, of_names, why_missing
from biomarkers.variants.maf_samples import normals as normals_of
from biomarkers.variants.maf_tally import Tally, unknown_classes
from biomarkers.variants.maf_words import place_of
from biomarkers.variants.rows import COLUMNS
from biomarkers.variants.rules import NO_VARIANT, Rules
from biomarkers.variants.stream import Area

NUMBERED = {"23": "X", "24": "Y", "25": "X or Y", "26": "MT"}
"""Numbers that PLINK gives to chromosomes, which no reference of this program has."""
COMMON = "common_variant"
USUAL = {"Mutation_Status": "Somatic", "Validation_Status": "Valid", "judgement": "KEEP"}
BUILDS = ((r"GRCh38|hg38", "GRCh38"), (r"GRCh37|hg19|b37|hs37d5|human_g1k_v37", "GRCh37"))


class Reading(NamedTuple):
    """How a MAF is read. listed: the sequenced samples, None when nobody listed them; frequency: the column.

    alone: whether all calls were made without a matched normal; None: what the file says. people: patients that the
    samples are joined to, None where samples name them.
    """

    listed: Listed | None
    alone: bool | None
    frequency: str
    people: People | None = None

    def settings(self, rules: Rules) -> dict[str, Any]:
        """Everything that decided, for the record."""
        told = {"paired": self.alone is False, "tumor_only": self.alone is True}
        return {"annotation": "MAF", **told, "population_af_field": self.frequency, **asdict(rules)}


def write(
    path: Path,
    definitions: Sequence[Definition],
    rules: Rules,
    area: Area,
    hotspots: Hotspots,
    out: BinaryIO,
    reading: Reading,
) -> dict[str, Any]:
    """Write the variants table of a MAF; returns what the record beside it says.

    Raises InputError for a MAF that cannot be read or understood, or whose read counts cannot answer the thresholds.
    """
    rows = reader(path, definitions, rules, area, hotspots, reading)
    maf, normals, listed = rows.maf, rows.normals, rows.listed
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    names = [*COLUMNS, "variant_classification"]
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if (value := row.get(name)) is None else value for name in names])
    text.detach()
    tally = rows.tally
    check(maf.file, tally, rules, area)
    hotspots.named_as(maf.file, tally.contigs, "Chromosome")
    missing = _missing(tally)
    _warn(maf, tally, rules, normals, missing)
    if listed and listed.normals:
        log.info("%s: %d normals on the list of samples get no burden", path, len(listed.normals))
    return _summary(maf, tally, definitions, rules, missing)


def reader(
    path: Path, definitions: Sequence[Definition], rules: Rules, area: Area, hotspots: Hotspots, reading: Reading
) -> Reader:
    """The rows of a MAF, whose samples are joined to their patients.

    Raises InputError for a file that is no MAF, and for samples that cannot be joined.
    """
    maf = Maf(path, reading.frequency)
    listed = reading.listed or (of_names(maf.sequenced) if maf.sequenced else None)
    normals = normals_of(maf, reading.alone)
    joined = join(maf, list(filter(None, normals.alone)), listed, reading.people)
    return Reader(
        maf,
        definitions,
        rules=rules,
        territory=area.territory,
        hotspots=hotspots,
        listed=joined.listed,
        patients_listed=reading.listed is not None or joined.listed is not listed,
        normals=normals,
        patients=joined.patients,
    )


def check(file: str, tally: Tally, rules: Rules, area: Area) -> None:
    """Raise InputError where the file as a whole does not answer."""
    total = tally.rows.total()
    if not tally.samples:
        raise InputError(
            Problem.said(file, "file", "has no rows", "at least one mutation, or the sequenced samples in --samples")
        )
    remark = unknown_classes(tally, file)
    if remark:
        log.warning(remark)
    if area.contigs:
        _check_places(file, tally, area)
    if not total:
        return
    if not tally.passed:
        raise InputError(_nothing_passes(file, tally.filters.most_common(1)[0][0]))
    if not tally.somatic:
        found = "is that of germline or LOH in every row that passes"
        raise InputError(Problem.said(file, "Mutation_Status", found, "somatic mutations in at least one row"))
    if (rules.tumor_depth or rules.alt_reads or rules.vaf) and tally.without_reads.total() == total:
        expected = "read counts (t_depth, t_ref_count), or --tumor-depth 0 --alt-reads 0 --vaf 0 to do without"
        which = f"{len(tally.rows)} of {count(len(tally.rows), 'sample')}, such as {next(iter(tally.rows))}"
        raise InputError(
            Problem.said(file, "t_alt_count", f"is missing, or above t_depth, in every row of {which}", expected)
        )


def _nothing_passes(file: str, status: str) -> Problem:
    """The problem of a MAF of which no row passes; status: what the most rows have in the column `filter`."""
    if status == NO_VARIANT:
        return Problem.said(file, "Tumor_Seq_Allele2", "is the reference's in most rows", "an allele that differs")
    column, _, value = status.partition("=")
    if value:
        return Problem(file, column, value, f"another value, such as {USUAL[column]}, in at least one row")
    words = dict.fromkeys(word for word in re.split("[;,]", status) if word != "PASS")
    option = " ".join(f"--accept-filters {word}" for word in words) + " where this says nothing against a call"
    if status == ".":
        option = "--accept-unfiltered where a missing FILTER means accepted"
    return Problem(file, "FILTER", status, f"PASS in at least one row, or {option}")


def _check_places(file: str, tally: Tally, area: Area) -> None:
    """Raise InputError where positions and territory cannot be compared."""
    if tally.rows and not tally.contigs:
        raise InputError(Problem(file, "Chromosome", None, "positions, since --regions says where mutations count"))
    if not tally.contigs:
        return
    problem = regions.naming_problem(file, tally.contigs, area.file, area.contigs, "Chromosome")
    if problem:
        raise InputError(problem)
    numbers = [name for name in tally.contigs if place_of(name) in NUMBERED and name not in area.contigs]
    if numbers:
        expected = f"{NUMBERED[place_of(numbers[0])]} as in {area.file}"
        raise InputError(Problem(file, "Chromosome", numbers[0], expected))
    if len(tally.builds) > 1:
        raise InputError(Problem.said(file, "NCBI_Build", _builds(tally), "that of --regions alone"))


def _builds(tally: Tally) -> str:
    return "names several: " + ", ".join(f"{name} (line {number})" for name, number in tally.builds.items())


def _missing(tally: Tally) -> dict[str, str]:
    """Samples that have rows but no burden, with the reason."""
    reasons = {
        sample: why_missing(n, tally.reasons.get(sample, Counter()), tally.listed)
        for sample, n in tally.rows.items()
        if not tally.judged[sample]
    }
    return {sample: reason for sample, reason in reasons.items() if reason}


def _warn(maf: Maf, tally: Tally, rules: Rules, normals: Normals, missing: dict[str, str]) -> None:
    """Say what lessens the answer."""
    said: list[str] = []
    if tally.unknown_status:
        words = ", ".join(f"'{word}' ({n})" for word, n in tally.unknown_status.most_common())
        said.append(f"values of Mutation_Status that are not understood, so that their rows do not count: {words}")
    if tally.unfiltered and not rules.accept_unfiltered:
        rows = count(tally.unfiltered, "row has no FILTER and does not count", "rows have no FILTER and do not count")
        said.append(f"{rows} (--accept-unfiltered takes them)")
    if (rules.tumor_depth or rules.alt_reads or rules.vaf) and tally.without_reads.total():
        without = "without read counts"
        rows = count(tally.without_reads.total(), f"row {without} does not count", f"rows {without} do not count")
        said.append(rows)
    said += [
        f"{count(n, 'row has', 'rows have')} {what} (first: line {tally.lines[what]})" for what, n in tally.odd.items()
    ]
    if tally.differing:
        what = ", ".join(dict.fromkeys(word for words in tally.differing.values() for word in words))
        several = f"in several rows that differ in {what} (lines {first_few(tally.differing, apart='; ')})"
        variants = count(len(tally.differing), f"variant stands {several}", f"variants stand {several}")
        said.append(f"{variants}; one row of each counts: that of the worst consequence, else with reads, else first")
    if tally.flagged:
        words = ", ".join(f"{word} ({n})" for word, n in tally.flagged.most_common())
        said.append(f"counted rows with GDC_FILTER, by which GDC leaves rows out of its open MAFs: {words}")
    common = sum(n for text, n in tally.filters.items() if {*re.split("[;,]", text)} - {"PASS"} == {COMMON})
    if common and COMMON not in rules.accept_filters and False in tally.alone.values():
        said.append(
            f"{count(common, 'row has', 'rows have')} FILTER {COMMON}, by which vcf2maf marks what many people have, "
            f"somatic beside a matched normal or not: they do not count (--accept-filters {COMMON} takes them)"
        )
    if tally.filters[NO_VARIANT]:
        said.append(
            f"{count(tally.filters[NO_VARIANT], 'row holds', 'rows hold')} no variant: every allele is the reference's"
        )
    if len(tally.builds) > 1:
        said.append(f"NCBI_Build {_builds(tally)}; mutations of two builds are not compared")
    if normals.pools:
        said.append(
            f"the normal {first_few(sorted(normals.pools))} is by its name a pool, which takes no germline variant "
            "away; give --tumor-only, or --paired where it is the patient's own"
        )
    if True in tally.alone.values() and not tally.with_frequency:
        said.append("tumor-only calls without a population allele frequency: germline variants stay in the count")
    if tally.common_unless_paired:
        said.append(
            f"{count(tally.common_unless_paired, 'counted row has', 'counted rows have')} a population frequency of at "
            f"least {rules.max_population_af}, and nothing says whether a matched normal was used: give --tumor-only "
            "or --paired"
        )
    if missing:
        shown = first_few((f"{sample}: {reason}" for sample, reason in missing.items()), apart="; ")
        remedy = (
            " (--accept-filters takes values of FILTER that say nothing against a call)" if "FILTER " in shown else ""
        )
        said.append(f"the burden of {count(len(missing), 'sample')} is missing, not 0: {shown}{remedy}")
    if not tally.listed:
        said.append(
            "a sample without a mutation does not stand in a MAF; name all sequenced samples with --samples, or "
            "their burden is missing instead of 0"
        )
    for text in said:
        log.warning("%s: %s", maf.file, text)


def _summary(
    maf: Maf, tally: Tally, definitions: Sequence[Definition], rules: Rules, missing: dict[str, str]
) -> dict[str, Any]:
    total = tally.rows.total()
    found = set(tally.alone.values())
    known = bool(found) and None not in found
    remarks = []
    if not (rules.tumor_depth or rules.alt_reads or rules.vaf):
        remarks.append("no threshold of depth, reads or fraction applied")
    if not known:
        remarks.append("the MAF does not say whether a matched normal was used")
    return {
        "samples": [{"patient": patient, "sample": sample} for sample, patient in tally.samples.items()],
        "missing": missing,
        "sequenced_samples_known": tally.listed,
        "tumor_only": found.pop() if len(found) == 1 else None,
        "population_af_fields": list(maf.layout.frequencies),
        "population_af_known": tally.with_frequency,
        "annotation": {"field": "MAF"},
        "definitions": {d.name: sorted(d.terms) for d in definitions},
        "records": total,
        "rows": total,
        "remarks": remarks,
        "counts": {d.name: tally.counts[d.name] for d in definitions},
    }


def build_of(origin: Mapping[str, Any] | None) -> str:
    """NCBI_Build that the record beside a variants table tells, `.` where it does not."""
    told = json.dumps((origin or {}).get("annotation", {}))
    return next((name for pattern, name in BUILDS if re.search(pattern, told, re.I)), ".")


def check_once(samples: Sequence[str], files: Sequence[str]) -> None:
    """Raise InputError for a sample that stands in two of the tables."""
    doubles = [sample for sample, n in Counter(samples).items() if n > 1]
    if doubles:
        raise InputError([Problem(files[0], "sample", s, "each sample in one table only") for s in doubles])
