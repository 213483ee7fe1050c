"""The sample sheet: which files belong to which sample, and what is to be done with them.

A *sample* is one biopsy or blood draw of a patient; a *lane* is one row of the sheet that is to be aligned. The entry
of a sample says where it joins the path: `lanes` (FASTQ or unaligned BAM), `alignment` (BAM or CRAM) or `vcf`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import alignments, tables, vcf
from biomarkers.io.cells import MISSING_WORDS, check_cells
from biomarkers.run.checks import sheet_rows
from biomarkers.run.lanes import Lane, plain_word

Entry = Literal["lanes", "alignment", "vcf"]
HEADER = 1
"""Line in which a problem of a column's name is told."""


@dataclass(frozen=True)
class Sample:
    """One sample of the sheet.

    file: the BAM, CRAM or VCF where the entry is not `lanes`. Of a VCF: parts are further files of the same call;
    vcf_tumor, vcf_normal its columns as far as the sheet names them; is_annotated, whether it has consequences.
    purity: stated share of tumor cells, 0 to 1.
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
    parts: tuple[str, ...] = ()
    vcf_tumor: str | None = None
    vcf_normal: str | None = None

    @property
    def vcfs(self) -> list[str]:
        """Files of the sample's call, when it enters as VCF."""
        return [self.file, *self.parts] if self.entry == "vcf" and self.file else []

    @property
    def files(self) -> list[str]:
        """What the sample is made of: FASTQ, BAM, CRAM or VCF, each file once."""
        reads = (file for lane in self.lanes for file in (lane.read_1, lane.read_2) if file)
        return list(dict.fromkeys([*reads, *([self.file] if self.file else []), *self.parts]))

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
        return self._normals.get(tumor.patient)

    @cached_property
    def _normals(self) -> dict[str, Sample]:
        """The first normal of each patient."""
        return {s.patient: s for s in reversed(self.by_name.values()) if not s.is_tumor}


def read(
    path: str,
    problems: Problems,
    *,
    tumor_only: bool | Literal["auto"] = "auto",
    realign: bool = False,
    looks: bool = True,
    missing: Collection[str] = MISSING_WORDS,
) -> Samples:
    """Samples of a sheet, none where it cannot be read; everything wrong or inconsistent is added to `problems`.

    tumor_only: whether a tumor may lack a normal (`auto`: only when the sheet has no normal at all). realign: aligned
    files are taken back to reads. looks: whether files must be there; where they are not, alignments are taken for
    aligned and VCFs for not annotated. missing: words for missing.
    """
    cells = problems.catch(tables.read_cells, path)
    if cells is None:
        return Samples({})
    wrong = Problems()
    columns = check_cells(cells, "samples", missing=missing, problems=wrong)
    problems.add(*wrong.found)
    told = {problem.line for problem in wrong.found}
    if told & {None, HEADER}:
        return Samples({})
    if not cells.rows:
        problems.add(Problem.said(path, "file", "has no rows", "at least one sample"))
    rows = [
        {name: values[position] for name, (_, values) in columns.items() if values[position] is not None}
        | {"line": line}
        for position, line in enumerate(cells.lines)
        if line not in told
    ]
    rows = sheet_rows.one_caller(path, rows, problems)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        sheet_rows.check_row(path, row, problems, looks=looks)
        if "sample" in row:
            grouped.setdefault(row["sample"], []).append(row)
    sheet_rows.check_files_once(path, rows, problems)
    if told:  # What rows say together needs all of them.
        return Samples({})
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
        header = vcf.Vcf(file).header
    except InputError:
        return False
    return any(f"##INFO=<ID={field}," in header for field in ("CSQ", "ANN", "BCSQ"))


def _sample(path: str, name: str, rows: list[dict[str, Any]], problems: Problems, realign: bool) -> Sample:
    first = rows[0]
    words = {"1": "tumor", "0": "normal"}
    status = [words.get(row.get("status", ""), row.get("status")) for row in rows]
    sheet_rows.check_alike(path, rows, status, problems)
    common = {
        "patient": first.get("patient", ""),
        "sample": name,
        "is_tumor": status[0] == "tumor",
        "paired": None if "paired" not in first else first["paired"] == "1",
        "purity": first.get("purity"),
        "line": first["line"],
        "vcf_tumor": next((row["vcf_tumor"] for row in rows if "vcf_tumor" in row), None),
        "vcf_normal": next((row["vcf_normal"] for row in rows if "vcf_normal" in row), None),
    }
    entries = [_entry(row, realign) for row in rows]
    for row, entry in zip(rows, entries, strict=True):
        one_call = entry == "vcf" and row.get("variantcaller") == first.get("variantcaller")
        if entry != entries[0] or (entry != "lanes" and row is not first and not one_call):
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
    file = first.get("vcf") if entries[0] == "vcf" else sheet_rows.alignment_of(first)
    if entries[0] != "vcf" or file is None:
        return Sample(entry=entries[0], file=file, **common)
    parts = tuple(row["vcf"] for row in rows[1:] if row.get("vcf"))
    annotated = [is_annotated(each) for each in (file, *parts)]
    for row, own in zip(rows, annotated, strict=False):
        if own != annotated[0]:
            kind = "with" if annotated[0] else "without"
            expected = f"a VCF {kind} consequences, like its other part in line {first['line']}"
            problems.add(Problem(path, "vcf", row["vcf"], expected, row["line"]))
    return Sample(entry="vcf", file=file, parts=parts, is_annotated=annotated[0], **common)


def _entry(row: dict[str, Any], realign: bool) -> Entry:
    """Where a row joins the path; a BAM or CRAM whose header names no reference sequence is to be aligned."""
    if row.get("vcf"):
        return "vcf"
    alignment = sheet_rows.alignment_of(row)
    if alignment is None or realign:
        return "lanes"
    header = header_of(alignment)
    return "lanes" if header is not None and not header.get("SQ") else "alignment"


def _lanes(path: str, name: str, rows: list[dict[str, Any]], problems: Problems) -> tuple[Lane, ...]:
    """Lanes of a sample; a BAM or CRAM gives one for each read group, with the library that its header names."""
    lanes: dict[str, Lane] = {}
    for row in rows:
        lane, alignment = row.get("lane", "1"), sheet_rows.alignment_of(row)
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
