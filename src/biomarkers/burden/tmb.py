"""Tumor mutation burden: counted variants per callable megabase with its exact Poisson interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from biomarkers.burden.judged import Zero
from biomarkers.burden.tumor_cells import Hidden, TumorCells, few, lower_bound, too_shallow
from biomarkers.genome.tmb_definitions import FDA_CUTOFF, Definition
from biomarkers.io import tables
from biomarkers.stats.intervals import Interval
from biomarkers.stats.poisson import garwood

SMALLEST_MB = 1.0
"""Below this territory a burden is unreliable (Vega 2021: panels under 0.667 Mb are; docs/methods.md, 1.12)."""
CALLABLE_SHARE = 0.8
"""Share of the coding target bases that must be callable for a good denominator (docs/methods.md, 1.12)."""


class Calibration(NamedTuple):
    """A linear rule that turns this assay's value into the reference assay's: slope * value + intercept (per Mb)."""

    assay: str
    slope: float
    intercept: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What is known of one tumor sample. counts: variants by definition; tumor_only: None when nobody said.

    quality: pass, warn or fail of its quality control, None without; reasons: of that verdict. said: by definition,
    what is to be said of the variants that it counts. remarks: anything that each row must say. hidden: by definition,
    what only its reads exclude; None for a definition where the table does not tell. zero: whether a count of 0 is one.
    annotation: the field that consequences were read from.
    """

    patient: str
    sample: str
    counts: Mapping[str, int]
    tumor_only: bool | None
    coding_bp: int | None = None
    callable_bp: int | None = None
    denominator_source: str | None = None
    quality: str | None = None
    reasons: str = ""
    cells: TumorCells = field(default=TumorCells())
    hidden: Mapping[str, Hidden | None] = field(default_factory=dict)
    zero: Zero = field(default=Zero())
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remarks: Sequence[str] = field(default=())
    warnings: Sequence[str] = field(default=())
    annotation: str | None = None


def counted(table: pd.DataFrame, definition: Definition, *, evaluated: bool) -> pd.Series:
    """Which rows of one sample a definition counts.

    table: rows of a variants table. evaluated: the table's `counted_in` knows the definition; else the worst
    consequence decides for the rows that passed every other rule.
    """
    if evaluated:
        counts = [isinstance(names, str) and definition.name in names.split(",") for names in table["counted_in"]]
    else:
        passed = table["exclusion"].isna() | (table["exclusion"] == "consequence")
        terms = (cell if isinstance(cell, str) else "" for cell in table["consequence"])
        counts = [rest and definition.counts(cell) for rest, cell in zip(passed, terms, strict=True)]
    return pd.Series(counts, index=table.index, dtype=bool)


def count(table: pd.DataFrame, rows: pd.Series) -> int:
    """Events of counted rows: a multi-nucleotide variant may be several (docs/methods.md, 1.8)."""
    return int(table["n_events"].fillna(1)[rows].sum()) if "n_events" in table else int(rows.sum())


def rows(
    samples: Sequence[Sample], definitions: Sequence[Definition], calibration: Calibration | None = None
) -> pd.DataFrame:
    """One row per sample and definition, in the order given, with the columns of the table `tmb`."""
    found = [_row(sample, definition.name, calibration) for sample in samples for definition in definitions]
    return tables.of_rows(found, "tmb")


def _row(sample: Sample, definition: str, calibration: Calibration | None) -> dict[str, object]:
    bases = sample.callable_bp
    n, hidden = sample.counts[definition], sample.hidden.get(definition)
    nothing = sample.zero if n == 0 else Zero()
    failed = _failure(sample) or nothing.missing
    megabases = math.nan if bases is None else bases / 1e6
    value = Interval() if failed else Interval(*(number / megabases for number in garwood(n)))
    assumed = None if sample.denominator_source == "callable" else sample.denominator_source
    bounds = [] if failed else [*filter(None, [lower_bound(sample.cells, n, hidden), too_shallow(n, hidden, assumed)])]
    warnings = list(sample.warnings) if failed else [*sample.warnings, *_warnings(sample, megabases)]
    warnings += bounds
    said = [*sample.said.get(definition, ()), *sample.remarks]
    notes = [*filter(None, [failed, nothing.remark]), *warnings, *said, *filter(None, [few(n, hidden)])]
    if sample.tumor_only:
        notes.append("tumor-only call: rare germline variants may be counted")
    if value.estimate >= FDA_CUTOFF:
        notes.append("at or above 10 per Mb: not the FDA-approved test")
    calibrated = math.nan if calibration is None else calibration.slope * value.estimate + calibration.intercept
    if calibrated < 0:
        notes.append(f"calibrated value missing: {calibrated:.4g} per Mb is no burden")
        calibrated = math.nan
    row: dict[str, object] = {
        "patient": sample.patient,
        "sample": sample.sample,
        "definition": definition,
        "n_variants": None if nothing.missing else n,
        "callable_bp": bases,
        "callable_mb": megabases,
        "denominator_source": sample.denominator_source,
        "tmb_per_mb": value.estimate,
        "ci_low": value.low,
        "ci_high": value.high,
        "tumor_only": None if sample.tumor_only is None else int(sample.tumor_only),
        "purity": sample.cells.stated,
        "tumor_content": sample.cells.estimated,
        "n_below_threshold": None if hidden is None or nothing.missing else hidden.below,
        "n_threshold_free": None if hidden is None or nothing.missing else n + sum(hidden),
        "lower_bound": None if failed else int(bool(bounds)),
        "status": "failed" if failed else "warn" if warnings else "ok",
        "doubt": "; ".join(filter(None, [failed, *warnings])) or None,
        "note": "; ".join(notes),
        "annotation": sample.annotation,
    }
    if calibration is not None:
        row["tmb_per_mb_calibrated"] = calibrated
        row["calibration"] = f"{calibration.assay}: {calibration.source}"
    return row


def _failure(sample: Sample) -> str | None:
    if sample.quality == "fail":
        return f"quality control failed{_why(sample)}"
    if not sample.callable_bp:
        return "no callable base"
    return None


def _why(sample: Sample) -> str:
    return f": {sample.reasons}" if sample.reasons else ""


def _warnings(sample: Sample, megabases: float) -> list[str]:
    found = []
    if sample.quality == "warn":
        found.append(f"quality control warned{_why(sample)}")
    if megabases < SMALLEST_MB:
        found.append(f"{megabases:.3f} Mb is below 1 Mb: unreliable")
    if sample.coding_bp and sample.callable_bp is not None and sample.denominator_source == "callable":
        share = sample.callable_bp / sample.coding_bp
        if share < CALLABLE_SHARE:
            found.append(f"only {share:.0%} of the coding target bases are callable (below 80 %)")
    return found
