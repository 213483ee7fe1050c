"""Rows of the sample sheet, each by itself and against the others: files that exist, each once, of one kind."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from biomarkers.errors import Problem, Problems, log

KINDS = {"collected": "date", "purity": "share", "vcf_tumor": "column", "vcf_normal": "column"}
"""What a column says of the sample, which one row may say for all."""
Row = dict[str, Any]
"""Cells that are not empty, by column, and `line`."""
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


def one_caller(path: str, rows: list[Row], problems: Problems) -> list[Row]:
    """Rows with one VCF for each sample: that of Mutect2, the caller of this workflow, where sarek ran several."""
    callers: dict[Any, list[Row]] = {}
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


def alignment_of(row: Row) -> str | None:
    """The BAM or CRAM of a row, in whichever column."""
    return row.get("bam") or row.get("cram")


def check_row(path: str, row: Row, problems: Problems, *, looks: bool = True) -> None:
    """Kind, files and names of one row; a VCF's status is filled in. looks: whether the files must be there."""

    def refuse(column: str, expected: str) -> None:
        problems.add(Problem(path, column, row.get(column), expected, row["line"]))

    given = row | {"bam": alignment_of(row)}
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
            for wanted in filter(None, (_instead_of(file) if looks else None, other if foreign.search(file) else None)):
                refuse(column, wanted)


def _instead_of(file: str) -> str | None:
    """What is expected in place of a file that cannot be used."""
    if not os.path.isfile(file):
        return EXISTS
    if Path(file).stat().st_size == 0:
        return "a file that is not empty"
    if UNSPEAKABLE.search(file):
        return SPEAKABLE
    return None if os.access(file, os.R_OK) else "a file that you may read (see ls -l)"


def check_files_once(path: str, rows: list[Row], problems: Problems) -> None:
    """A file under two names is still one file: links are followed.

    A VCF may hold several samples: that each is another of its columns is seen where they are chosen (`vcf_entry`).
    """
    seen: dict[tuple[str, str | None], tuple[int, str]] = {}
    for row in rows:
        for column in FILES:
            file = row.get(column)
            if not file:
                continue
            whose = row.get("sample") if column == "vcf" else None
            line, other = seen.setdefault((os.path.realpath(file), whose), (row["line"], column))
            if (line, other) != (row["line"], column):
                expected = f"each file once (already {other} of line {line})"
                problems.add(Problem(path, column, file, expected, row["line"]))


def check_alike(path: str, rows: list[Row], status: list[str | None], problems: Problems) -> None:
    """Rows of one sample must agree in what is the sample's, not the file's."""
    first = rows[0]
    for row, own in zip(rows, status, strict=True):
        if row.get("patient") != first.get("patient"):
            expected = f"patient {first.get('patient')}, as in line {first['line']}: a sample belongs to one patient"
            problems.add(Problem(path, "patient", row.get("patient"), expected, row["line"]))
        if own != status[0]:
            expected = f"the status of line {first['line']}, for the same sample"
            problems.add(Problem(path, "status", row.get("status"), expected, row["line"]))
        for column, kind in KINDS.items():
            if first.get(column) != row.get(column, first.get(column)):
                expected = f"the {kind} of line {first['line']}, for the same sample"
                problems.add(Problem(path, column, row.get(column), expected, row["line"]))
            if column.startswith("vcf_") and column in row and not row.get("vcf"):
                problems.add(Problem(path, column, row[column], "a VCF beside it, in the column vcf", row["line"]))
