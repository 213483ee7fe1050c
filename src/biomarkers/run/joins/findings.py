"""What a finished run holds of one sample's burden: tables and records, where the run or single commands left them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import InputError, Problem, first_few, nearest
from biomarkers.io import provenance, tables
from biomarkers.io.files import md5
from biomarkers.run.written import PLACE

PLACES = (PLACE["tmb"], "burden/tmb.tsv", "tmb.tsv")
"""Where a run's table of burdens may stand, from its folder, its results, or where commands were called by hand."""


@dataclass(frozen=True)
class Findings:
    """Everything about one sample. Paths in the records are relative to `folder`, the run's.

    rows: of the table of burdens at `table`, one a definition. record: the JSON of `biomarkers tmb`; chain: that of
    `biomarkers provenance`, empty when there is none. origin: the JSON beside the variants table. steps: bases left, by
    step. quality: the row of qc.tsv.
    """

    folder: Path
    table: Path
    sample: str
    rows: list[dict[str, Any]]
    record: dict[str, Any] = field(default_factory=dict)
    chain: dict[str, Any] = field(default_factory=dict)
    variants: pd.DataFrame | None = None
    variants_file: str | None = None
    origin: dict[str, Any] = field(default_factory=dict)
    denominator: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    quality: dict[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    """Files whose content is no longer that of the chain."""


def find(folder: str | Path, sample: str) -> Findings:
    """Read what a run says of a sample. Raises InputError for a folder without burdens and for an unknown sample."""
    run = Path(folder)
    table = _table(run)
    burdens = tables.read(table, "tmb")
    rows = [row for row in tables.records(burdens) if row["sample"] == sample]
    if not rows:
        raise InputError(_unknown(run, table, burdens, sample))
    whole_run = table.resolve().parts[-3:] == Path(PLACES[0]).parts
    base = table.resolve().parents[2] if whole_run else table.parent
    record = provenance.read(provenance.beside(table)) or {}
    chain = provenance.read(table.with_name(table.name + ".json")) or {}
    told = next((one for one in record.get("variants", []) if _is_of(one, sample)), None)
    listed = chain.get("samples", {}).get(sample, {}).get("variants")
    named = told["file"] if told else listed
    path = None if named is None else _there(base, table, named)
    variants = None
    if path is not None:
        whole = tables.read(path, "variants")
        variants = whole[whole["sample"] == sample]
    return Findings(
        folder=base,
        table=table,
        sample=sample,
        rows=rows,
        record=record,
        chain=chain,
        variants=variants,
        variants_file=named,
        origin=(told or {}).get("origin") or {},
        denominator=next((one for one in record.get("denominators", []) if one["sample"] == sample), {}),
        steps=_steps(table, sample),
        quality=_quality(base / PLACE["qc"], sample),
        changed=tuple(_changed(base, chain, sample)),
    )


def _table(run: Path) -> Path:
    """The table of burdens of a run. Raises InputError where there is none, with what to do."""
    expected = f"the folder of a run that has its burdens ({PLACES[0]})"
    if not run.is_dir():
        found = "is a file" if run.exists() else "does not exist"
        raise InputError(Problem.said(str(run), "folder", found, expected))
    for place in PLACES:
        if (run / place).is_file():
            return run / place
    own = [path for path in sorted(run.glob("*.json")) if _is_burden(path)]
    beside = [table for path in own if (table := path.with_suffix(".tsv")).is_file()]
    if len(beside) == 1:
        return beside[0]
    found = "holds several tables of burdens" if beside else "has no burdens"
    if not beside and (run / "config" / "config.yaml").is_file():
        found, expected = "has no burdens yet", "a run that came so far: start it (again) with snakemake"
    raise InputError(Problem.said(str(run), "folder", found, expected))


def _is_burden(path: Path) -> bool:
    try:
        return (provenance.read(path) or {}).get("command") == "tmb"
    except InputError:
        return False


def _is_of(one: dict[str, Any], sample: str) -> bool:
    """Whether a variants table of the record holds the sample."""
    origin = one.get("origin") or {}
    names = [entry["sample"] for entry in origin.get("samples", [])] or [origin.get("sample")]
    return sample in names


def _there(base: Path, table: Path, named: str) -> Path | None:
    """A file that a record names, as it stands now; the folder may have moved."""
    places = (base / named, Path(named), table.parent / Path(named).name)
    return next((place for place in places if place.is_file()), None)


def _steps(table: Path, sample: str) -> dict[str, int]:
    path = table.with_name(f"{sample}.steps.tsv")
    if not path.is_file():
        return {}
    rows = tables.records(tables.read(path, "denominator_steps"))
    return {row["step"]: int(row["bp"]) for row in rows if row["sample"] == sample}


def _quality(path: Path, sample: str) -> dict[str, Any]:
    rows = tables.records(tables.read(path, "qc")) if path.is_file() else []
    return next((row for row in rows if row["sample"] == sample), {})


def _changed(base: Path, chain: dict[str, Any], sample: str) -> Iterator[str]:
    """Tables of the burden that are not what the chain has; large files are not read."""
    files = chain.get("files", {})
    for path in (PLACES[0], chain.get("samples", {}).get(sample, {}).get("variants", "")):
        if path in files and (base / path).is_file() and md5(base / path) != files[path]["md5"]:
            yield path


def _unknown(run: Path, table: Path, burdens: pd.DataFrame, sample: str) -> Problem:
    """What is wrong with a name that no row has: that of a patient, of a normal, or nobody's."""
    names = list(dict.fromkeys(map(str, burdens["sample"])))
    own = list(dict.fromkeys(map(str, burdens.loc[burdens["patient"] == sample, "sample"])))
    if own:
        return Problem("command line", "--sample", sample, f"a sample, of this patient {' or '.join(own)}")
    quality = _quality(run / PLACE["qc"], sample)
    if quality.get("role") == "normal":
        return Problem("command line", "--sample", sample, "a tumor sample; this one is a normal, which has no burden")
    expected = f"a sample of {table}: {first_few(names, 10)}{nearest(sample, names)}"
    return Problem("command line", "--sample", sample, expected)
