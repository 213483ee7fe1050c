"""What the tools measured: their reports as text in, named numbers out.

Shares are in percent, lengths and depths in bases and reads. A number whose basis is empty is None in the result and
its name stands in `undetermined`: looked at, but not to be told. Raises ValueError naming what a damaged report lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from biomarkers.io import jsons

DEPTHS = (10, 25)
"""Depths at which mosdepth counts target bases: callable normal and tumor bases by default (Merino 2020)."""


REMOVES = re.compile(
    r"REMOVE_DUPLICATES[= ]true|markdup\b.* -r\b|removeDups|\brmdup\b|umi_?tools.* dedup|fgbio.*Consensus"
    r"|\bgencore\b|\blocatit\b",
    re.IGNORECASE,
)
"""Programs and options that take duplicates away: Picard, samtools and sambamba, samblaster, Sentieon, UMI-tools, and
makers of consensus reads (fgbio, gencore, LocatIt)."""


class Measured(NamedTuple):
    """Numbers by column of the table `qc`; undetermined: columns that were looked at and cannot be told."""

    numbers: dict[str, Any]
    undetermined: tuple[str, ...] = ()

    @classmethod
    def of(cls, numbers: dict[str, Any], asked: Iterable[str] | None = None) -> Measured:
        """Numbers of which those asked for (default: all) and missing were looked at and cannot be told."""
        return cls(numbers, tuple(name for name in (numbers if asked is None else asked) if numbers[name] is None))

    @classmethod
    def together(cls, parts: Sequence[Measured]) -> Measured:
        """What several reports tell of one sample."""
        numbers = {name: value for part in parts for name, value in part.numbers.items()}
        return cls(numbers, tuple(name for part in parts for name in part.undetermined))


def share(part: float, whole: float) -> float | None:
    """100 * part / whole; None without a whole."""
    return None if whole == 0 else 100.0 * part / whole


def of_reads(stats: str, duplicates: Sequence[str], programs: Iterable[str] = ()) -> Measured:
    """From `samtools stats` over all reads and the reports of `samtools markdup`, one a library, none for a given BAM.

    Primary reads; duplicates among the mapped ones. programs: what the header of a given BAM says was run. Where none
    is marked in a given BAM and no program removed them, `duplicates_marked` is no, and the share is undetermined
    (docs/methods.md, 10.4); it is missing where the setting left marking out.
    """
    numbers = _summary(stats)
    total, mapped = int(numbers["raw total sequences"]), int(numbers["reads mapped"])
    marked = [report for report in map(_markdup, duplicates) if report is not None]
    unmarked = len(marked) < len(duplicates)
    known = not unmarked and (bool(marked) or numbers["reads duplicated"] > 0)
    marks = "left out" if unmarked else "yes" if known else "no" if mapped else None
    if marks == "no" and any(REMOVES.search(program) for program in programs):
        marks = "removed"
    repeated = int(numbers["reads duplicated"]) if known else None
    optical = None
    if marked and not unmarked:
        optical = sum(r["DUPLICATE PAIR OPTICAL"] + r["DUPLICATE SINGLE OPTICAL"] for r in marked)
    pairs = numbers["inward oriented pairs"] + numbers["outward oriented pairs"]
    values = {
        "total_reads": total,
        "mapped_percent": share(mapped, total),
        "duplicates_marked": marks,
        "duplicate_reads": repeated,
        "duplicate_percent": None if repeated is None else share(repeated, mapped),
        "optical_duplicate_percent": None if optical is None else share(optical, mapped),
        "insert_size": numbers["insert size average"] if pairs else None,
        "insert_size_sd": numbers["insert size standard deviation"] if pairs else None,
        "error_rate_percent": 100 * numbers["error rate"] if numbers["bases mapped (cigar)"] else None,
    }
    asked = ["mapped_percent", "error_rate_percent", "insert_size", "insert_size_sd"]
    asked += ["duplicate_reads", "duplicate_percent"] if not unmarked else []
    asked += ["optical_duplicate_percent"] if marked and not unmarked else []
    return Measured.of(values, asked)


def of_depth(summary: str, thresholds: str) -> Measured:
    """From mosdepth's summary and thresholds (10, 25) over the targets: duplicates left out, overlapping mates once."""
    rows = {line.split("\t")[0]: line.split("\t") for line in summary.splitlines()}
    if "total_region" not in rows or rows.get("chrom", [])[1:4] != ["length", "bases", "mean"]:
        raise ValueError("the row total_region of mosdepth's summary")
    lines = [line.split("\t") for line in thresholds.splitlines()]
    if not lines or lines[0] != ["#chrom", "start", "end", "region", *(f"{depth}X" for depth in DEPTHS)]:
        raise ValueError("the columns 10X and 25X of mosdepth's thresholds")
    length = sum(int(row[2]) - int(row[1]) for row in lines[1:])
    # The mean stands rounded to 0.01 in the summary.
    bases, size = int(rows["total_region"][2]), int(rows["total_region"][1])
    values: dict[str, Any] = {"mean_target_depth": bases / size if size else None}
    for column, depth in enumerate(DEPTHS, start=4):
        values[f"targets_{depth}x_percent"] = share(sum(int(row[column]) for row in lines[1:]), length)
    return Measured.of(values)


def of_capture(hs_metrics: str) -> Measured:
    """From Picard's HsMetrics with the targets as baits; `?` or nothing stands for what Picard could not tell."""
    lines = hs_metrics.splitlines()
    try:
        start = next(i for i, line in enumerate(lines) if line.startswith("## METRICS CLASS"))
        row = dict(zip(lines[start + 1].split("\t"), lines[start + 2].split("\t"), strict=False))
        on, near, off = (float(row[f"{place}_BAIT_BASES"]) for place in ("ON", "NEAR", "OFF"))
        told = {
            "fold_80": row["FOLD_80_BASE_PENALTY"],
            "at_dropout": row["AT_DROPOUT"],
            "gc_dropout": row["GC_DROPOUT"],
        }
    except (StopIteration, IndexError, KeyError):
        raise ValueError("the row of metrics of CollectHsMetrics") from None
    values: dict[str, Any] = {"on_target_percent": share(on, on + near + off)}
    values |= {name: float(text) if text not in ("", "?") else None for name, text in told.items()}
    return Measured.of(values)


def of_trimming(reports: Sequence[str]) -> Measured:
    """From fastp's JSON, one a lane: share of reads in which adapter was found; missing where trimming was left out."""
    found = [jsons.parsed(report) for report in reports]
    if any("summary" not in report for report in found):
        raise ValueError("the block summary of fastp's JSON")
    if not found or any("adapter_cutting" not in report for report in found):
        return Measured({"adapter_percent": None})
    reads = sum(report["summary"]["before_filtering"]["total_reads"] for report in found)
    cut = sum(report["adapter_cutting"]["adapter_trimmed_reads"] for report in found)
    return Measured.of({"adapter_percent": share(cut, reads)})


def of_contamination(row: Mapping[str, Any]) -> Measured:
    """From a row of the table `contamination`; an estimate from too few sites is told and not judged."""
    names = {"contamination": "contamination", "error": "contamination_error", "sites": "contamination_sites"}
    values = {column: row.get(name) for name, column in names.items()}
    values["contamination_applied"] = row["applied"]
    tried = values["contamination_sites"] is not None
    return Measured(values, ("contamination",) if tried and row["applied"] != "yes" else ())


def _summary(stats: str) -> dict[str, float]:
    found = {}
    for line in stats.splitlines():
        cells = line.split("\t")
        if cells[0] == "SN" and len(cells) >= 3:
            found[cells[1].rstrip(":")] = float(cells[2])
    for name in ("raw total sequences", "reads mapped", "reads duplicated", "error rate", "insert size average"):
        if name not in found:
            raise ValueError(f"the line `{name}` of samtools stats")
    return found


def _markdup(report: str) -> dict[str, int] | None:
    """Numbers of a report of `samtools markdup`, None where duplicates were not marked."""
    if report.startswith("duplicates were not marked"):
        return None
    pairs = (line.rsplit(": ", 1) for line in report.splitlines() if ": " in line)
    numbers = {pair[0]: int(pair[1]) for pair in pairs if pair[1].strip().isdecimal()}
    if "DUPLICATE TOTAL" not in numbers:
        raise ValueError("the line `DUPLICATE TOTAL` of samtools markdup")
    return numbers
