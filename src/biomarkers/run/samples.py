"""The sample sheet: which files belong to which sample, and what is to be done with them.

A *sample* is one biopsy or blood draw of a patient; a *lane* is one row of the sheet that is to be aligned. The entry
of a sample says where it joins the path: `lanes` (FASTQ or unaligned BAM), `alignment` (BAM or CRAM) or `vcf`.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from biomarkers.errors import Problem, Problems
from biomarkers.io import alignments
from biomarkers.run.lanes import Lane, plain_word

log = logging.getLogger("biomarkers")

Entry = Literal["lanes", "alignment", "vcf"]
GERMLINE_CALLERS = frozenset({"haplotypecaller", "deepvariant", "sentieon_haplotyper", "sentieon_dnascope"})
"""Names that nf-core/sarek gives to callers which make germline VCFs only (column variantcaller)."""

LONGEST = 60
"""Characters of a name: sample, library and lane stand together in names of files, which may have 255 bytes."""
EXISTS = "a file that exists (paths are relative to the run's folder)"
UNSPEAKABLE = re.compile(r"^-|[{}\n]")
SPEAKABLE = "a path without { and } (Snakemake's marks) that does not begin with - (./-x is right)"
_FASTQ = (re.compile(r"\.(bam|cram|sam)$", re.IGNORECASE), "FASTQ; give BAM and CRAM in the column bam")
_BAM = (re.compile(r"\.f(ast)?q(\.gz)?$", re.IGNORECASE), "BAM or CRAM; give FASTQ in fastq_1 and fastq_2")
FILES = {"fastq_1": _FASTQ, "fastq_2": _FASTQ, "bam": _BAM, "cram": _BAM, "vcf": (re.compile("(?!)"), "")}
"""Columns of files, with the endings that belong into another column, and what is said of them."""


@dataclass(frozen=True)
class Sample:
    """One sample of the sheet.

    file: the BAM, CRAM or VCF where the entry is not `lanes`; is_annotated: of a VCF. purity: stated share of tumor
    cells, 0 to 1.
    """

    patient: str
    sample: str
    is_tumor: bool
    entry: Entry
    lanes: tuple[Lane, ...] = ()
    file: str | None = None
    paired: bool | None = None
    is_annotated: bool = False
    purity: float | None = None
    line: int = 0

    @property
    def libraries(self) -> list[str]:
        """Names of the sample's libraries in the order of the sheet."""
        return list(dict.fromkeys(lane.library for lane in self.lanes))


@dataclass(frozen=True)
class Samples:
    """Every sample of the sheet by name, in its order."""

    by_name: dict[str, Sample]

    @property
    def tumors(self) -> list[Sample]:
        """Tumors, however they come."""
        return [sample for sample in self.by_name.values() if sample.is_tumor]

    @property
    def called(self) -> list[Sample]:
        """Tumors whose variants are called here, from reads."""
        return [sample for sample in self.tumors if sample.entry != "vcf"]

    @property
    def sequenced(self) -> list[Sample]:
        """Tumors and normals that come as reads or alignments."""
        return [sample for sample in self.by_name.values() if sample.entry != "vcf"]

    def normal_of(self, tumor: Sample) -> Sample | None:
        """The matched normal of a tumor, None when it has none."""
        return next((s for s in self.by_name.values() if s.patient == tumor.patient and not s.is_tumor), None)


def build(
    path: str,
    columns: dict[str, tuple[str, list[Any]]],
    lines: list[int],
    problems: Problems,
    *,
    tumor_only: bool | Literal["auto"] = "auto",
    realign: bool = False,
) -> Samples:
    """Samples of a checked sheet; everything inconsistent is added to `problems`.

    columns: as `tables.check_cells` gives them; lines: line of each row. tumor_only: whether a tumor may lack a normal
    (`auto`: only when the sheet has no normal at all). realign: aligned files are taken back to reads.
    """
    rows = [
        {name: values[position] for name, (_, values) in columns.items() if values[position] is not None}
        | {"line": line}
        for position, line in enumerate(lines)
    ]
    rows = _one_caller(path, rows, problems)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        _check_row(path, row, problems)
        if "sample" in row:
            grouped.setdefault(row["sample"], []).append(row)
    _check_files_once(path, rows, problems)
    samples = Samples({name: _sample(path, name, members, problems, realign) for name, members in grouped.items()})
    _check_normals(path, samples, problems, tumor_only)
    return samples


def header_of(file: str) -> dict[str, Any] | None:
    """Header of a BAM or CRAM; None when it cannot be read, of which `headers` speaks."""
    try:
        return alignments.header(file)
    except (OSError, ValueError):
        return None


def is_annotated(file: str) -> bool:
    """True for a VCF whose header declares consequences: CSQ (VEP), ANN (snpEff) or BCSQ (bcftools csq)."""
    try:
        return not alignments.vcf_header(file).fields.isdisjoint(("CSQ", "ANN", "BCSQ"))
    except (OSError, ValueError):
        return False


def _one_caller(path: str, rows: list[dict[str, Any]], problems: Problems) -> list[dict[str, Any]]:
    """Rows with one VCF for each sample: that of Mutect2, the caller of this workflow, where sarek ran several."""
    callers: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("vcf") and row.get("variantcaller"):
            callers.setdefault(row.get("sample"), []).append(row)
            if row["variantcaller"].lower() in GERMLINE_CALLERS:
                expected = "somatic calls (such as mutect2); take the row of a germline caller out of the sheet"
                problems.add(Problem(path, "variantcaller", row["variantcaller"], expected, row["line"]))
    left_out = set()
    for sample, members in callers.items():
        chosen = [row for row in members if row["variantcaller"].lower() == "mutect2"]
        if len(members) > 1 and len(chosen) == 1:
            others = [row for row in members if row is not chosen[0]]
            left_out |= {row["line"] for row in others}
            named = ", ".join(f"{row['variantcaller']} (line {row['line']})" for row in others)
            log.warning("%s: sample %s is counted from mutect2; left out: %s", path, sample, named)
    return [row for row in rows if row["line"] not in left_out]


def _alignment_of(row: dict[str, Any]) -> str | None:
    return row.get("bam") or row.get("cram")


def _check_row(path: str, row: dict[str, Any], problems: Problems) -> None:
    def refuse(column: str, expected: str) -> None:
        problems.add(Problem(path, column, row.get(column), expected, row["line"]))

    given = row | {"bam": _alignment_of(row)}
    kinds = [kind for kind in ("fastq_1", "bam", "vcf") if given.get(kind)]
    if len(kinds) != 1 and not row.get("spring_1"):
        found = f"names {' and '.join(kinds)}" if kinds else "names no file"
        expected = "one kind of file in a row: fastq_1 (with fastq_2), or bam, or vcf"
        problems.add(Problem.said(path, "row", found, expected, row["line"]))
    for column in ("spring_1", "spring_2"):
        if row.get(column):
            refuse(column, "FASTQ in fastq_1 and fastq_2 instead (spring --decompress makes them)")
    if row.get("vcf"):
        # A somatic VCF is a tumor's; sheets of nf-core/sarek's annotate step have no status.
        row.setdefault("status", "tumor")
    elif "status" not in row:
        refuse("status", "tumor (or 1) or normal (or 0)")
    for column in ("patient", "sample", "lane", "library"):
        if len(row.get(column, "")) > LONGEST:
            refuse(column, f"at most {LONGEST} characters, since it becomes part of file names")
    if row.get("fastq_2") and not row.get("fastq_1"):
        refuse("fastq_1", "the file of the first mates beside fastq_2")
    for column, (foreign, other) in FILES.items():
        if file := row.get(column):
            for wanted in filter(None, (_instead_of(file), other if foreign.search(file) else None)):
                refuse(column, wanted)


def _instead_of(file: str) -> str | None:
    """What is expected in place of a file that cannot be used."""
    if not Path(file).is_file():
        return EXISTS
    if Path(file).stat().st_size == 0:
        return "a file that is not empty"
    if UNSPEAKABLE.search(file):
        return SPEAKABLE
    return None if os.access(file, os.R_OK) else "a file that you may read (see ls -l)"


def _check_files_once(path: str, rows: list[dict[str, Any]], problems: Problems) -> None:
    """A file under two names is still one file: links are followed."""
    seen: dict[str, tuple[int, str]] = {}
    for row in rows:
        for column in FILES:
            file = row.get(column)
            if not file:
                continue
            line, other = seen.setdefault(os.path.realpath(file), (row["line"], column))
            if (line, other) != (row["line"], column):
                expected = f"each file once (already {other} of line {line})"
                problems.add(Problem(path, column, file, expected, row["line"]))


def _sample(path: str, name: str, rows: list[dict[str, Any]], problems: Problems, realign: bool) -> Sample:
    first = rows[0]
    words = {"1": "tumor", "0": "normal"}
    status = [words.get(row.get("status", ""), row.get("status")) for row in rows]
    for row, own in zip(rows, status, strict=True):
        if row.get("patient") != first.get("patient"):
            expected = f"patient {first.get('patient')}, as in line {first['line']}: a sample belongs to one patient"
            problems.add(Problem(path, "patient", row.get("patient"), expected, row["line"]))
        if own != status[0]:
            expected = f"the status of line {first['line']}, for the same sample"
            problems.add(Problem(path, "status", row.get("status"), expected, row["line"]))
        for column, what in (("collected", "date"), ("purity", "share")):
            if first.get(column) != row.get(column, first.get(column)):
                expected = f"the {what} of line {first['line']}, for the same sample"
                problems.add(Problem(path, column, row.get(column), expected, row["line"]))
    common = {
        "patient": first.get("patient", ""),
        "sample": name,
        "is_tumor": status[0] == "tumor",
        "paired": None if "paired" not in first else first["paired"] == "1",
        "purity": first.get("purity"),
        "line": first["line"],
    }
    entries = [_entry(row, realign) for row in rows]
    for row, entry in zip(rows, entries, strict=True):
        if entry != entries[0] or (entry != "lanes" and row is not first):
            expected = f"one row for a sample with a BAM or VCF, or several rows of lanes (line {first['line']})"
            if entry == "alignment":
                expected += "; `reads: {realign: true}` in the config makes lanes of aligned files"
            if entry == "vcf":
                expected += "; of several callers keep the one to count from"
            problems.add(Problem(path, "sample", name, expected, row["line"]))
    if entries[0] == "lanes":
        return Sample(entry="lanes", lanes=_lanes(path, name, rows, problems), **common)
    if entries[0] == "vcf" and not common["is_tumor"]:
        problems.add(Problem(path, "status", first.get("status"), "tumor, for a somatic VCF", first["line"]))
    file = first.get("vcf") if entries[0] == "vcf" else _alignment_of(first)
    annotated = entries[0] == "vcf" and file is not None and is_annotated(file)
    return Sample(entry=entries[0], file=file, is_annotated=annotated, **common)


def _entry(row: dict[str, Any], realign: bool) -> Entry:
    """Where a row joins the path; a BAM or CRAM whose header names no reference sequence is to be aligned."""
    if row.get("vcf"):
        return "vcf"
    alignment = _alignment_of(row)
    if alignment is None or realign:
        return "lanes"
    header = header_of(alignment)
    return "lanes" if header is not None and not header.get("SQ") else "alignment"


def _lanes(path: str, name: str, rows: list[dict[str, Any]], problems: Problems) -> tuple[Lane, ...]:
    """Lanes of a sample; a BAM or CRAM gives one for each read group, with the library that its header names."""
    lanes: dict[str, Lane] = {}
    for row in rows:
        lane, alignment = row.get("lane", "1"), _alignment_of(row)
        reads = row.get("fastq_1") or alignment or ""
        if alignment and not alignment.endswith((".bam", ".cram")):
            expected = "a file whose name ends in .bam or .cram, to be aligned here"
            problems.add(Problem(path, "bam", alignment, expected, row["line"]))
        header = header_of(alignment) if alignment else None
        groups = [] if header is None else header.get("RG", [])
        several = len(groups) > 1
        for group in groups or [{}]:
            own = f"{lane}.{plain_word(group['ID'])}" if several else lane
            library = row.get("library") or plain_word(group.get("LB", "")) or name
            if own in lanes:
                expected = f"a lane of its own for each row of sample {name} (also in line {lanes[own].line})"
                problems.add(Problem(path, "lane", lane, expected, row["line"]))
                continue
            chosen = group["ID"] if several else None
            lanes[own] = Lane(own, library, reads, row.get("fastq_2"), row["line"], group, chosen)
    return tuple(lanes.values())


def _check_normals(path: str, samples: Samples, problems: Problems, tumor_only: bool | Literal["auto"]) -> None:
    normals: dict[str, Sample] = {}
    for sample in samples.by_name.values():
        if sample.is_tumor:
            continue
        if first := normals.get(sample.patient):
            expected = f"one normal sample per patient (the other is {first.sample} in line {first.line})"
            problems.add(Problem(path, "sample", sample.sample, expected, sample.line))
        normals.setdefault(sample.patient, sample)
        if not any(tumor.patient == sample.patient for tumor in samples.tumors):
            expected = f"a tumor sample of patient {sample.patient} beside this normal"
            problems.add(Problem(path, "sample", sample.sample, expected, sample.line))
    for tumor in samples.called:
        pairs = bool(normals) if tumor_only == "auto" else not tumor_only
        if (pairs or tumor.paired) and tumor.paired is not False and tumor.patient not in normals:
            expected = (
                f"a normal sample of patient {tumor.patient}, as the other patients have; "
                "or `calling: {tumor_only: true}` in the config to call it without one"
            )
            problems.add(Problem(path, "sample", tumor.sample, expected, tumor.line))
