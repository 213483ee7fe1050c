"""A MAF in place of a VCF for `biomarkers variants`: its samples, the table and the record beside it."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from biomarkers.errors import InputError, Problem
from biomarkers.genome import regions
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.io.lines import numbered
from biomarkers.variants import maf_in
from biomarkers.variants.eligibility import COLUMNS
from biomarkers.variants.hotspots import Hotspots
from biomarkers.variants.rules import Rules
from biomarkers.variants.stream import Area

log = logging.getLogger("biomarkers")

CASES = "case_list_ids:"
BUILDS = ((r"GRCh38|hg38", "GRCh38"), (r"GRCh37|hg19|b37|hs37d5|human_g1k_v37", "GRCh37"))


class Reading(NamedTuple):
    """How a MAF is read. patients: patient by sequenced sample, None when nobody listed them; frequency: the column."""

    patients: dict[str, str] | None
    paired: bool
    frequency: str

    def settings(self, rules: Rules) -> dict[str, Any]:
        """Everything that decided, for the record."""
        return {"annotation": "MAF", "paired": self.paired, "population_af_field": self.frequency, **asdict(rules)}


def read_samples(path: Path) -> dict[str, str]:
    """Patient by sample for every sequenced sample, in the file's order.

    A table with the columns `sample` and, where it has one, `patient` (also SAMPLE_ID and PATIENT_ID, as in the
    data_clinical_sample.txt of cBioPortal), or a case list of cBioPortal. Raises InputError for a file without samples
    or with a sample of two patients.
    """
    lines = [(n, line) for n, line in numbered(path) if line.strip() and not line.startswith("#")]
    for _, line in lines:
        if line.startswith(CASES):
            return {name: maf_in.patient_of(name) for name in line[len(CASES) :].split()}
    if not lines:
        raise InputError(Problem.said(str(path), "file", "is empty", "a table with the column sample"))
    comma = "\t" not in lines[0][1] and "," in lines[0][1]
    cells = list(csv.reader((line for _, line in lines), delimiter="," if comma else "\t"))
    header = [name.strip().lower().removesuffix("_id") for name in cells[0]]
    if "sample" not in header:
        expected = "a column sample or SAMPLE_ID, or a case list of cBioPortal"
        raise InputError(Problem(str(path), "sample", None, expected, lines[0][0]))
    found: dict[str, str] = {}
    problems = []
    for (number, _), row in zip(lines[1:], cells[1:], strict=True):
        named = dict(zip(header, (cell.strip() for cell in row), strict=False))
        sample = named.get("sample", "")
        patient = named.get("patient") or maf_in.patient_of(sample)
        if not sample or found.setdefault(sample, patient) != patient:
            expected = "a sample" if not sample else f"each sample with one patient (above: {found[sample]})"
            problems.append(Problem(str(path), "sample", sample or None, expected, number))
    if problems or not found:
        raise InputError(problems or Problem(str(path), "sample", None, "at least one sample"))
    return found


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
    tally = maf_in.Tally()
    rows = maf_in.read(
        str(path),
        numbered(path),
        definitions,
        rules=rules,
        territory=area.territory,
        hotspots=hotspots,
        patients=reading.patients,
        paired=reading.paired,
        frequency=reading.frequency,
        tally=tally,
    )
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    names = [*COLUMNS, "variant_classification"]
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if (value := row.get(name)) is None else value for name in names])
    text.detach()
    _check(path, tally, rules, area)
    return _summary(tally, definitions, rules)


def _check(path: Path, tally: maf_in.Tally, rules: Rules, area: Area) -> None:
    """Raise InputError where the file as a whole does not answer; warn of what only lessens it."""
    file, total = str(path), tally.rows.total()
    if not tally.samples:
        raise InputError(
            Problem.said(file, "file", "has no rows", "at least one mutation, or the sequenced samples in --samples")
        )
    remark = maf_in.unknown_classes(tally, file)
    if remark:
        log.warning(remark)
    if area.contigs and tally.contigs:
        problem = regions.naming_problem(file, tally.contigs, area.file, area.contigs, "Chromosome")
        if problem:
            raise InputError(problem)
    if area.contigs and total and not tally.contigs:
        raise InputError(Problem(file, "Chromosome", None, "positions, since --regions says where mutations count"))
    if total and not tally.passed:
        first = tally.filters.most_common(1)[0][0]
        expected = "PASS in at least one row, or --accept-unfiltered where a missing FILTER means accepted"
        raise InputError(Problem(file, "FILTER", first, expected))
    if rules.tumor_depth or rules.alt_reads or rules.vaf:
        blind = [sample for sample, n in tally.rows.items() if tally.without_reads[sample] == n]
        if blind:
            which = f"{len(blind)} of {len(tally.rows)} samples, such as {blind[0]}"
            expected = "read counts (t_depth, t_ref_count), or --tumor-depth 0 --alt-reads 0 --vaf 0 to do without"
            raise InputError(Problem.said(file, "t_alt_count", f"is missing in every row of {which}", expected))
        if tally.without_reads.total():
            log.warning("%s: %d rows without read counts do not count", file, tally.without_reads.total())
    if not tally.listed:
        log.warning(
            "%s: a sample without a mutation does not stand in a MAF; name all sequenced samples with --samples, or "
            "their burden is missing instead of 0",
            file,
        )


def _summary(tally: maf_in.Tally, definitions: Sequence[Definition], rules: Rules) -> dict[str, Any]:
    total = tally.rows.total()
    known = len(tally.normals) == len(tally.rows) and bool(tally.rows)
    remarks = []
    if not (rules.tumor_depth or rules.alt_reads or rules.vaf):
        remarks.append("no threshold of depth, reads or fraction applied")
    if not known:
        remarks.append("the MAF does not say whether a matched normal was used")
    return {
        "samples": [{"patient": patient, "sample": sample} for sample, patient in tally.samples.items()],
        "sequenced_samples_known": tally.listed,
        "tumor_only": False if known else None,
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
