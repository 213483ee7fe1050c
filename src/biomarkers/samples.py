"""The sample sheet: which files belong to which sample, and what is to be done with them.

A *sample* is one biopsy or blood draw of a patient; a *lane* is one row of the sheet that is to be aligned. The entry
of a sample says where it joins the path: `lanes` (FASTQ or unaligned BAM), `alignment` (BAM or CRAM) or `vcf`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from biomarkers.errors import Problem, Problems

Entry = Literal["lanes", "alignment", "vcf"]


@dataclass(frozen=True)
class Lane:
    """One lane's reads: `read_1` alone for single-end FASTQ or unaligned BAM. line: row of the sheet (1-based)."""

    lane: str
    library: str
    read_1: str
    read_2: str | None
    line: int

    @property
    def is_bam(self) -> bool:
        """True for an unaligned BAM instead of FASTQ."""
        return self.read_1.endswith((".bam", ".cram"))


@dataclass(frozen=True)
class Sample:
    """One sample of the sheet. file: the BAM, CRAM or VCF where the entry is not `lanes`; is_annotated: of a VCF."""

    patient: str
    sample: str
    is_tumor: bool
    entry: Entry
    lanes: tuple[Lane, ...] = ()
    file: str | None = None
    paired: bool | None = None
    is_annotated: bool = False
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
        same = [s for s in self.by_name.values() if s.patient == tumor.patient and not s.is_tumor]
        return same[0] if same else None


def build(
    path: str,
    columns: dict[str, tuple[str, list[Any]]],
    lines: list[int],
    problems: Problems,
    *,
    tumor_only: bool | Literal["auto"] = "auto",
    is_unaligned: Callable[[str], bool] = lambda file: False,
    is_annotated: Callable[[str], bool] = lambda file: False,
) -> Samples:
    """Samples of a checked sheet; everything inconsistent is added to `problems`.

    columns: as `tables.check_cells` gives them; lines: line of each row. tumor_only: whether a tumor may lack a normal
    (`auto`: only when the sheet has no normal at all). is_unaligned: tells an unaligned BAM from an aligned one.
    is_annotated: tells a VCF that carries consequences.
    """
    rows = [
        {name: values[position] for name, (_, values) in columns.items() if values[position] is not None}
        | {"line": line}
        for position, line in enumerate(lines)
    ]
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        _check_row(path, row, problems)
        if "sample" in row:
            grouped.setdefault(row["sample"], []).append(row)
    _check_files_once(path, rows, problems)
    found = {
        name: _sample(path, name, members, problems, is_unaligned, is_annotated) for name, members in grouped.items()
    }
    samples = Samples(found)
    _check_normals(path, samples, problems, tumor_only)
    return samples


def read_group(sample: str, lane: str, library: str, first_name: str) -> str:
    r"""Read group line for `bwa mem -R` (tabs as \t), with the flow cell from an Illumina read name when it has one.

    >>> read_group("T1", "L3", "T1", "ST-E00267:86:H7HY2CCXX:3:2121:6258:39967")
    '@RG\\tID:T1.L3\\tSM:T1\\tLB:T1\\tPU:H7HY2CCXX.3.T1\\tPL:ILLUMINA'
    >>> read_group("T1", "1", "T1", "SRR1.1")
    '@RG\\tID:T1.1\\tSM:T1\\tLB:T1\\tPU:T1.1\\tPL:ILLUMINA'
    """
    parts = first_name.split(":")
    word = "".join(c for c in "".join(parts[2:3]) if c.isalnum() or c in "-_")
    illumina = len(parts) >= 7 and word and parts[3].isdigit()
    unit = f"{word}.{parts[3]}.{sample}" if illumina else f"{sample}.{lane}"
    return rf"@RG\tID:{sample}.{lane}\tSM:{sample}\tLB:{library}\tPU:{unit}\tPL:ILLUMINA"


def _alignment_of(row: dict[str, Any]) -> str | None:
    return row.get("bam") or row.get("cram")


def _check_row(path: str, row: dict[str, Any], problems: Problems) -> None:
    kinds = [
        k for k, v in {"fastq_1": row.get("fastq_1"), "bam": _alignment_of(row), "vcf": row.get("vcf")}.items() if v
    ]
    if len(kinds) != 1:
        value = " and ".join(kinds) or "no file"
        expected = "one kind of file in a row: fastq_1 (with fastq_2), or bam, or vcf"
        problems.add(Problem(path, "row", value, expected, row["line"]))
    if row.get("fastq_2") and not row.get("fastq_1"):
        problems.add(Problem(path, "fastq_1", None, "the file of the first mates beside fastq_2", row["line"]))
    for column in ("fastq_1", "fastq_2", "bam", "cram", "vcf"):
        file = row.get(column)
        if file and not Path(file).is_file():
            problems.add(
                Problem(path, column, file, "a file that exists (paths are relative to the run's folder)", row["line"])
            )
        elif file and Path(file).stat().st_size == 0:
            problems.add(Problem(path, column, file, "a file that is not empty", row["line"]))


def _check_files_once(path: str, rows: list[dict[str, Any]], problems: Problems) -> None:
    seen: dict[str, tuple[int, str]] = {}
    for row in rows:
        for column in ("fastq_1", "fastq_2", "bam", "cram", "vcf"):
            file = row.get(column)
            if file and file in seen:
                line, other = seen[file]
                problems.add(
                    Problem(path, column, file, f"each file once (already {other} of line {line})", row["line"])
                )
            elif file:
                seen[file] = (row["line"], column)


def _sample(
    path: str,
    name: str,
    rows: list[dict[str, Any]],
    problems: Problems,
    is_unaligned: Callable[[str], bool],
    is_annotated: Callable[[str], bool],
) -> Sample:
    first = rows[0]
    status = {"1": "tumor", "0": "normal"}
    for row in rows[1:]:
        if row.get("patient") != first.get("patient"):
            expected = f"patient {first.get('patient')}, as in line {first['line']}: a sample belongs to one patient"
            problems.add(Problem(path, "patient", row.get("patient"), expected, row["line"]))
        if status.get(row.get("status", ""), row.get("status")) != status.get(
            first.get("status", ""), first.get("status")
        ):
            expected = f"the status of line {first['line']}, for the same sample"
            problems.add(Problem(path, "status", row.get("status"), expected, row["line"]))
        if first.get("collected") != row.get("collected", first.get("collected")):
            expected = f"the date of line {first['line']}, for the same sample"
            problems.add(Problem(path, "collected", row.get("collected"), expected, row["line"]))
    common = {
        "patient": first.get("patient", ""),
        "sample": name,
        "is_tumor": first.get("status") in ("tumor", "1"),
        "paired": None if "paired" not in first else first["paired"] == "1",
        "line": first["line"],
    }
    entries = [_entry(row, is_unaligned) for row in rows]
    for row, entry in zip(rows, entries, strict=True):
        if entry != entries[0] or (entry != "lanes" and row is not first):
            expected = f"one row for a sample with a BAM or VCF, or several rows of lanes (line {first['line']})"
            problems.add(Problem(path, "sample", name, expected, row["line"]))
    if entries[0] == "lanes":
        return Sample(entry="lanes", lanes=_lanes(path, name, rows, problems), **common)
    if entries[0] == "vcf" and not common["is_tumor"]:
        problems.add(Problem(path, "status", first.get("status"), "tumor, for a somatic VCF", first["line"]))
    file = first.get("vcf") if entries[0] == "vcf" else _alignment_of(first)
    annotated = entries[0] == "vcf" and file is not None and is_annotated(file)
    return Sample(entry=entries[0], file=file, is_annotated=annotated, **common)


def _entry(row: dict[str, Any], is_unaligned: Callable[[str], bool]) -> Entry:
    if row.get("vcf"):
        return "vcf"
    alignment = _alignment_of(row)
    return "alignment" if alignment and not is_unaligned(alignment) else "lanes"


def _lanes(path: str, name: str, rows: list[dict[str, Any]], problems: Problems) -> tuple[Lane, ...]:
    lanes: dict[str, Lane] = {}
    for row in rows:
        lane = row.get("lane", "1")
        if lane in lanes:
            expected = f"a lane of its own for each row of sample {name} (also in line {lanes[lane].line})"
            problems.add(Problem(path, "lane", lane, expected, row["line"]))
            continue
        reads = row.get("fastq_1") or _alignment_of(row) or ""
        lanes[lane] = Lane(lane, row.get("library", name), reads, row.get("fastq_2"), row["line"])
    return tuple(lanes.values())


def _check_normals(path: str, samples: Samples, problems: Problems, tumor_only: bool | Literal["auto"]) -> None:
    normals: dict[str, Sample] = {}
    for sample in samples.by_name.values():
        if sample.is_tumor:
            continue
        if sample.patient in normals:
            first = normals[sample.patient]
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
