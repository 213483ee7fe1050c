"""What was measured of a sample: the tools' reports as text, and the variants table of a tumor; named numbers out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.errors import printable
from biomarkers.io import jsons, schemas
from biomarkers.io.lines import is_whole_number
from biomarkers.io.spellings import NUMBER

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


def _number(text: str, what: str) -> float:
    """A number of at least 0 as tools write it. Raises ValueError for other text, also where Python would read it."""
    if not (text.isascii() and NUMBER.fullmatch(text) and 0 <= float(text) < math.inf):
        raise ValueError(f"{what} as a number of at least 0, which is '{printable(text)}'")
    return float(text)


def _part(part: float, whole: float, what: str) -> float | None:
    """The share of a part that is counted apart from the whole. Raises ValueError for more than the whole."""
    if part > whole:
        raise ValueError(f"{what}, which are {part:.15g} of {whole:.15g}")
    return share(part, whole)


def of_reads(stats: str, duplicates: Sequence[str], programs: Iterable[str] = ()) -> Measured:
    """From `samtools stats` over all reads and the reports of `samtools markdup`, one a library, none for a given BAM.

    Primary reads; duplicates among the mapped ones. programs: what the header of a given BAM says was run. Where none
    is marked in a given BAM and no program removed them, `duplicates_marked` is no, and the share is undetermined
    (docs/methods.md, 10.4); it is missing where the setting left marking out.
    """
    texts = _summary(stats)

    def number(name: str) -> float:
        return _number(texts[name], f"the line `{name}` of samtools stats")

    total, mapped = int(number("raw total sequences")), int(number("reads mapped"))
    marked = [report for report in map(_markdup, duplicates) if report is not None]
    unmarked = len(marked) < len(duplicates)
    known = not unmarked and (bool(marked) or number("reads duplicated") > 0)
    marks = "left out" if unmarked else "yes" if known else "no" if mapped else None
    if marks == "no" and any(REMOVES.search(program) for program in programs):
        marks = "removed"
    repeated = int(number("reads duplicated")) if known else None
    optical = None
    if marked and not unmarked:
        optical = sum(r["DUPLICATE PAIR OPTICAL"] + r["DUPLICATE SINGLE OPTICAL"] for r in marked)
    pairs = number("inward oriented pairs") + number("outward oriented pairs")
    values = {
        "total_reads": total,
        "mapped_percent": _part(mapped, total, "no more mapped reads than reads"),
        "duplicates_marked": marks,
        "duplicate_reads": repeated,
        "duplicate_percent": None
        if repeated is None
        else _part(repeated, mapped, "no more duplicates than mapped reads"),
        "optical_duplicate_percent": None if optical is None else share(optical, mapped),
        "insert_size": number("insert size average") if pairs else None,
        "insert_size_sd": number("insert size standard deviation") if pairs else None,
        "error_rate_percent": 100 * number("error rate") if number("bases mapped (cigar)") else None,
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
    numbers = [
        [_number(cell, "each row of mosdepth's thresholds") for cell in (*row[1:3], *row[4:])] for row in lines[1:]
    ]
    length = sum(row[1] - row[0] for row in numbers)
    # The mean stands rounded to 0.01 in the summary.
    size, bases = (_number(cell, "the row total_region of mosdepth's summary") for cell in rows["total_region"][1:3])
    values: dict[str, Any] = {"mean_target_depth": bases / size if size else None}
    for column, depth in enumerate(DEPTHS, start=2):
        deep = sum(row[column] for row in numbers)
        values[f"targets_{depth}x_percent"] = _part(deep, length, f"no more bases of {depth}X than bases")
    return Measured.of(values)


def of_capture(hs_metrics: str) -> Measured:
    """From Picard's HsMetrics with the targets as baits; `?` or nothing stands for what Picard could not tell."""
    lines = hs_metrics.splitlines()
    try:
        start = next(i for i, line in enumerate(lines) if line.startswith("## METRICS CLASS"))
        row = dict(zip(lines[start + 1].split("\t"), lines[start + 2].split("\t"), strict=False))
        on, near, off = (_number(row[f"{place}_BAIT_BASES"], f"{place}_BAIT_BASES") for place in ("ON", "NEAR", "OFF"))
        told = {
            "fold_80": row["FOLD_80_BASE_PENALTY"],
            "at_dropout": row["AT_DROPOUT"],
            "gc_dropout": row["GC_DROPOUT"],
        }
    except (StopIteration, IndexError, KeyError):
        raise ValueError("the row of metrics of CollectHsMetrics") from None
    values: dict[str, Any] = {"on_target_percent": share(on, on + near + off)}
    values |= {name: _number(text, name.upper()) if text not in ("", "?") else None for name, text in told.items()}
    return Measured.of(values)


def of_trimming(reports: Sequence[str]) -> Measured:
    """From fastp's JSON, one a lane: share of reads in which adapter was found; missing where trimming was left out."""
    found = [jsons.parsed(report) for report in reports]
    if any(not isinstance(report, dict) or "summary" not in report for report in found):
        raise ValueError("the block summary of fastp's JSON")
    if not found or any("adapter_cutting" not in report for report in found):
        return Measured({"adapter_percent": None})
    reads = sum(_counted(report, "summary", "before_filtering", "total_reads") for report in found)
    cut = sum(_counted(report, "adapter_cutting", "adapter_trimmed_reads") for report in found)
    return Measured.of({"adapter_percent": _part(cut, reads, "no more reads with adapter than reads")})


def _counted(report: Any, *keys: str) -> int:
    """A count within blocks of JSON. Raises ValueError where one is missing or is none."""
    for key in keys:
        report = report.get(key) if isinstance(report, dict) else None
    if type(report) is not int or report < 0:
        raise ValueError(f"a count {'.'.join(keys)} in fastp's JSON")
    return report


def of_contamination(row: Mapping[str, Any]) -> Measured:
    """From a row of the table `contamination`; an estimate from too few sites is told and not judged."""
    names = {"contamination": "contamination", "error": "contamination_error", "sites": "contamination_sites"}
    values = {column: row.get(name) for name, column in names.items()}
    values["contamination_applied"] = row["applied"]
    tried = values["contamination_sites"] is not None
    return Measured(values, ("contamination",) if tried and row["applied"] != "yes" else ())


def _summary(stats: str) -> dict[str, str]:
    """The lines SN of samtools stats by name."""
    found = {}
    for line in stats.splitlines():
        cells = line.split("\t")
        if cells[0] == "SN" and len(cells) >= 3:
            found[cells[1].rstrip(":")] = cells[2]
    for name in ("raw total sequences", "reads mapped", "reads duplicated", "error rate", "insert size average"):
        if name not in found:
            raise ValueError(f"the line `{name}` of samtools stats")
    return found


def _markdup(report: str) -> dict[str, int] | None:
    """Numbers of a report of `samtools markdup`, None where duplicates were not marked."""
    if report.startswith("duplicates were not marked"):
        return None
    pairs = (line.rsplit(": ", 1) for line in report.splitlines() if ": " in line)
    numbers = {pair[0]: int(pair[1]) for pair in pairs if is_whole_number(pair[1].strip())}
    if "DUPLICATE TOTAL" not in numbers:
        raise ValueError("the line `DUPLICATE TOTAL` of samtools markdup")
    return numbers


TRANSITIONS = {"AG", "GA", "CT", "TC"}
DEAMINATED = {"CT", "GA"}


def of_variants(table: pd.DataFrame, *, orientation: bool, vaf: float, excess: float, least: int) -> Measured:
    """Counts over the table `variants` of one tumor.

    orientation: whether the read orientation filter is known to have run, so that zero removed is a value.
    vaf, excess, least: see `ffpe`. Ti/Tv is undetermined without a transversion.
    """
    passed = table[table["exclusion"] != "filter"]
    ref, alt = passed["ref"].astype(str), passed["alt"].astype(str)
    snv = (ref.str.len() == 1) & (alt.str.len() == 1)
    indel = ref.str.len() != alt.str.len()
    changes = (ref + alt)[snv].str.upper()
    transitions = int(changes.isin(TRANSITIONS).sum())
    transversions = len(changes) - transitions
    removed = table["filter"].map(lambda text: "orientation" in _filters(text)).astype(bool)
    values: dict[str, Any] = {
        "n_pass": len(passed),
        "n_snv": int(snv.sum()),
        "n_indel": int(indel.sum()),
        "n_mnv": int((~snv & ~indel).sum()),
        "n_counted": int(table["exclusion"].isna().sum()),
        "ti_tv": transitions / transversions if transversions else None,
        "n_orientation_filtered": int(removed.sum()) if orientation or removed.any() else None,
    }
    reasons = schemas.load("variants")["properties"]["exclusion"]["enum"]
    values |= {f"excluded_{reason}": int((table["exclusion"] == reason).sum()) for reason in reasons}
    return Measured.together([Measured.of(values, ["ti_tv"]), ffpe(table, vaf=vaf, excess=excess, least=least)])


def ffpe(table: pd.DataFrame, *, vaf: float, excess: float, least: int) -> Measured:
    """Whether C>T (and G>A) is in excess at low fraction, as formalin leaves it (docs/methods.md, 10.3).

    Deaminated cytosine is read as C>T in few of the fragments, so artefacts stand at low fraction, while true C>T of a
    signature (ultraviolet, ageing) stands at all fractions (Do and Dobrovic, Clin Chem 2015, 61:64). Taken are SNVs
    that passed, or that the orientation filter alone removed, without those known as germline and, as a joint call
    lists those of its other tumors, without those of which the tumor has no read. `ffpe_like` is yes when the exact
    95 % interval (Clopper-Pearson) of the share below `vaf` lies above both `excess` and the share at higher fraction,
    no when it lies below one of them, else undetermined; so too with fewer than `least` SNVs below `vaf`.
    The share at higher fraction is a bound only with `least` SNVs of its own.
    """
    from biomarkers.stats.proportions import clopper_pearson

    only = table["filter"].map(lambda text: _filters(text) == {"orientation"}).astype(bool)
    kept = table[((table["exclusion"] != "filter") | only) & (table["exclusion"] != "germline")]
    change = (kept["ref"].astype(str) + kept["alt"].astype(str)).str.upper()
    kept, change = kept[change.str.len() == 2], change[change.str.len() == 2]
    is_low, is_high = (kept["vaf"] > 0) & (kept["vaf"] < vaf), kept["vaf"] >= vaf
    low, high = int(is_low.sum()), int(is_high.sum())
    changed_low, changed_high = (int(change[part].isin(DEAMINATED).sum()) for part in (is_low, is_high))
    bounds = [excess, *([changed_high / high] if high >= least else [])]
    flag = "undetermined"
    if low >= max(least, 1):
        interval = clopper_pearson(changed_low, low)
        if interval.low > max(bounds):
            flag = "yes"
        elif interval.high < max(bounds):
            flag = "no"
    values = {
        "n_low_vaf": low,
        "deamination_low_vaf_percent": share(changed_low, low),
        "deamination_high_vaf_percent": share(changed_high, high),
        "ffpe_like": flag,
    }
    return Measured(values, tuple(name for name, value in values.items() if value in (None, "undetermined")))


def _filters(text: object) -> set[str]:
    """Names in a FILTER cell, whatever separates them; empty for a missing one."""
    return set(text.replace(",", ";").replace("|", ";").split(";")) - {""} if isinstance(text, str) else set()
