"""Files of `biomarkers tmb`: variants tables with the JSON beside them, denominators, verdicts, calibrations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.burden import judged, tumor_cells
from biomarkers.burden.tmb import Calibration, Sample, count, counted
from biomarkers.errors import InputError, Problem, Problems, log
from biomarkers.genome.tmb_definitions import Definition
from biomarkers.io import many_tables, provenance, tables

VERDICTS = {"pass": "pass", "ok": "pass", "warn": "warn", "fail": "fail", "failed": "fail"}

READ = ("filter", "depth", "alt_reads", "vaf")
"""Columns of a variants table that a burden reads beside those that all tables have; a MAF is made without them."""


RECORD: dict[str, Any] = {"annotation": dict, "definitions": dict, "missing": dict, "samples": list, "remarks": list}
SETTINGS: dict[str, Any] = {"tumor_depth": (int, float), "normal_share": (int, float), "accept_filters": list}
"""Of which type what a burden reads of the JSON beside a table is, and of its settings."""


class Variants(NamedTuple):
    """A variants table as read; origin: the JSON beside it, None when there is none."""

    path: str
    table: pd.DataFrame
    origin: dict[str, Any] | None


def read_variants(paths: Sequence[Path], problems: Problems, needed: Sequence[str] = ()) -> list[Variants]:
    """The tables with the records beside them, without those that have problems, which are added to `problems`.

    needed: columns that must be there beside those of every table of variants.
    """
    read = zip(paths, many_tables.read_each(paths, "variants", problems), strict=True)
    found = [problems.catch(_with_record, path, table, needed) for path, table in read if table is not None]
    return [one for one in found if one is not None]


def _with_record(path: Path, table: pd.DataFrame, needed: Sequence[str]) -> Variants:
    """Raises InputError without a needed column, and without rows and JSON: nobody knows whose the table is."""
    if lacking := [column for column in needed if column not in table]:
        raise InputError([Problem(str(path), column, None, "a column of this name", 1) for column in lacking])
    beside = provenance.beside(path)
    origin = provenance.read(beside)
    whose = origin is not None and ({"patient", "sample"} <= origin.keys() or "samples" in origin)
    if origin is not None and not (whose and "definitions" in origin and _is_readable(origin)):
        raise InputError(Problem.said(str(beside), "file", "has other content", "the JSON of this table"))
    if table.empty and origin is None:
        expected = f"{beside.name} beside a table without rows, to say whose it is"
        raise InputError(Problem(str(path), "sample", None, expected))
    return Variants(str(path), table, origin)


def _is_readable(origin: Mapping[str, Any]) -> bool:
    asked = ((origin, RECORD), (origin["settings"], SETTINGS))
    typed = all(isinstance(of[name], kind) for of, kinds in asked for name, kind in kinds.items() if name in of)
    return typed and all(isinstance(one, dict) and {"patient", "sample"} <= {*one} for one in origin.get("samples", []))


def default_definitions(found: Sequence[Variants]) -> list[str]:
    """Definitions that the tables were made with, in their order; the usual two when no table says so."""
    names = [name for one in found if one.origin for name in one.origin["definitions"]]
    return list(dict.fromkeys(names)) or ["merino_wes", "nonsynonymous"]


def read_denominators(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Rows by sample. Raises InputError for a bad table or a sample that stands in two of them."""
    problems = Problems()
    found: dict[str, dict[str, Any]] = {}
    for path, table in zip(paths, many_tables.read_each(paths, "denominator", problems), strict=True):
        if table is None:
            continue
        for line, row in zip(table.index, tables.records(table), strict=True):
            name = row["sample"]
            if name in found:
                problems.add(Problem(str(path), "sample", name, "each sample in one denominator only", int(line)))
            found[name] = row | {"file": str(path)}
    problems.stop_if_any()
    return found


def shared(path: Path, found: Sequence[Variants], sizes: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Denominators by sample, where the one row of a table stands for every sample without a row of its own.

    Raises InputError for a bad table and for one of several rows.
    """
    table = tables.read(path, "denominator")
    if len(table) != 1:
        expected = "one row, which stands for every sample; rows of single samples belong to --denominator"
        raise InputError(Problem.said(str(path), "file", f"has {len(table)} rows", expected))
    row = tables.records(table)[0] | {"file": str(path)}
    names = [name for one in found for _, name, _ in by_sample(one)]
    return {name: row | {"sample": name} for name in names} | dict(sizes)


class Status(NamedTuple):
    """The verdict on a sample: pass, warn or fail, and why."""

    verdict: str
    reasons: str = ""


def read_status(path: Path) -> dict[str, Status]:
    """The verdict by sample."""
    rows = tables.records(tables.read(path, "sample_status"))
    return {str(row["sample"]): Status(VERDICTS[str(row["status"])], row.get("reasons") or "") for row in rows}


def read_purity(path: Path) -> dict[str, float]:
    """Stated share of tumor cells (0 to 1) by sample, of those that have one. Raises InputError where rows differ."""
    table = tables.read(path, "purity")
    found: dict[str, tuple[float, int]] = {}
    problems = Problems()
    stated = table[table["purity"].notna()]
    for line, name, value in zip(stated.index, stated["sample"], stated["purity"], strict=True):
        first = found.setdefault(str(name), (float(value), int(line)))
        if first[0] != value:
            expected = f"{first[0]}, as in line {first[1]}, for the same sample"
            problems.add(Problem(str(path), "purity", value, expected, int(line)))
    problems.stop_if_any()
    return {name: value for name, (value, _) in found.items()}


def read_calibration(path: Path, assay: str) -> Calibration:
    """The row of one assay. Raises InputError when the table has none."""
    table = tables.read(path, "calibration")
    rows = table[table["assay"] == assay]
    if rows.empty:
        known = ", ".join(map(str, table["assay"]))
        raise InputError(Problem(str(path), "assay", assay, f"one of {known}"))
    row = rows.iloc[0]
    return Calibration(assay, float(row["slope"]), float(row["intercept"]), str(row["source"]))


def read_stated(path: str | None, entered: Collection[str], problems: Problems) -> frozenset[str]:
    """Samples of a run's stated denominators, all among `entered`, those that came as VCF; the others are measured."""
    if path is None or not Path(path).is_file():
        return frozenset()
    table = problems.catch(tables.read, path, "denominator")
    if table is None:
        return frozenset()
    tables.check_known(path, table, "sample", entered, "the sheet that enters as VCF, or of clinical.maf", problems)
    return frozenset(map(str, table["sample"]))


def check_calibration(config: str | Path, line: int | None, burden: Mapping[str, Any], problems: Problems) -> None:
    """Add a problem unless a run's calibration table and assay come together and the table has the assay."""
    table, assay = burden["calibration"], burden["assay"]
    if (table is None) != (assay is None):
        lacking = "burden.calibration" if table is None else "burden.assay"
        problems.add(Problem(str(config), lacking, None, "burden.calibration and burden.assay together", line))
    elif table is not None and Path(table).is_file():
        problems.catch(read_calibration, Path(table), str(assay))


def samples(
    found: Sequence[Variants],
    definitions: Sequence[Definition],
    *,
    sizes: Mapping[str, Mapping[str, Any]],
    assumed_bp: int | None,
    status: Mapping[str, Status] | None,
    purity: Mapping[str, float] | None = None,
) -> list[Sample]:
    """Every sample of the tables, in their order, with its counts, territory and verdict.

    One table and one denominator belong together whatever the names, which is said. Raises InputError for a sample
    without a denominator, for one that stands in two tables, and for one with more variants than stated bases.
    """
    problems = Problems()
    listed: list[Sample] = []
    seen: dict[str, str] = {}
    lone = len(found) == 1 and len(sizes) == 1 and assumed_bp is None
    for one in found:
        for patient, name, table in by_sample(one):
            if name in seen:
                problems.add(Problem(one.path, "sample", name, f"each sample in one table only (also in {seen[name]})"))
                continue
            seen[name] = one.path
            size = sizes.get(name)
            if size is None and lone and len(set(one.table["sample"])) <= 1:
                size = next(iter(sizes.values()))
                log.warning("%s: the only denominator, of %s, is taken for %s", size["file"], size["sample"], name)
            if size is None and assumed_bp is None:
                known = ", ".join(sizes)
                problems.add(Problem(one.path, "sample", name, f"a sample of the denominators: {known}"))
                continue
            size = size or {"callable_bp": assumed_bp, "denominator_source": "assumed"}
            sample = _sample(one, patient, name, table, definitions, size, status, (purity or {}).get(name))
            problems.add(*_too_small(one.path, sample))
            listed.append(sample)
    problems.stop_if_any()
    return listed


def _too_small(path: str, sample: Sample) -> list[Problem]:
    """The problem of a territory that was not measured and has fewer bases than variants: its unit was mistaken."""
    most, bases = max(sample.counts.values(), default=0), sample.callable_bp
    if sample.denominator_source == "callable" or not bases or most <= bases:
        return []
    expected = f"a territory of more than {bases} bp for its {most} variants (in bp, not Mb)"
    return [Problem(path, "sample", sample.sample, expected)]


def origin(
    found: Sequence[Variants],
    definitions: Sequence[Definition],
    used: Sequence[Path],
    *,
    sizes: Mapping[str, Mapping[str, Any]],
    assumed_bp: int | None,
    calibration: Calibration | None,
) -> dict[str, Any]:
    """The record that stands beside the table `tmb`: terms, thresholds, annotation, territory, files of each value."""
    return provenance.record(
        "tmb",
        {
            "definitions": {d.name: sorted(d.terms) for d in definitions},
            "assumed_bp": assumed_bp,
            "calibration": None if calibration is None else calibration._asdict(),
        },
        used,
        variants=[{"file": one.path, "origin": one.origin} for one in found],
        denominators=list(sizes.values()),
    )


def by_sample(one: Variants) -> list[tuple[str, str, pd.DataFrame]]:
    """Patient, sample and rows of every sample. The record of a MAF lists its samples, also those without rows."""
    if one.origin is not None and "samples" in one.origin:
        rows = dict(list(one.table.groupby("sample", sort=False)))
        empty = one.table.iloc[:0]
        return [(str(s["patient"]), str(s["sample"]), rows.get(s["sample"], empty)) for s in one.origin["samples"]]
    if one.table.empty:
        owner = one.origin or {}
        return [(str(owner["patient"]), str(owner["sample"]), one.table)]
    patients, names = one.table["patient"].unique(), one.table["sample"].unique()
    if len(patients) == len(names) == 1:
        return [(str(patients[0]), str(names[0]), one.table)]
    groups = one.table.groupby(["patient", "sample"], sort=False)
    return [(str(patient), str(sample), table) for (patient, sample), table in groups]


def missing(one: Variants) -> dict[str, str]:
    """Why a sample of the table has no burden, by sample: nothing of it was judged (docs/methods.md, 1.18)."""
    return dict((one.origin or {}).get("missing", {}))


def _sample(
    one: Variants,
    patient: str,
    name: str,
    table: pd.DataFrame,
    definitions: Sequence[Definition],
    size: Mapping[str, Any],
    status: Mapping[str, Status] | None,
    purity: float | None,
) -> Sample:
    origin: dict[str, Any] = one.origin or {"settings": {}}
    from_table = origin["definitions"] if one.origin else _named(one.table)
    warnings = []
    quality = None if status is None else status.get(name)
    if status is not None and quality is None and "samples" not in origin:  # A MAF's samples have no quality.
        warnings.append("absent from the quality table")
    depth = origin["settings"].get("tumor_depth")
    callable_depth = size.get("min_tumor_depth")
    if depth is not None and callable_depth is not None and depth != callable_depth:
        warnings.append(f"variants need depth {depth} but callable bases {callable_depth}")
    tumor_only = _tumor_only(one, table)
    if tumor_only and not origin.get("population_af_known") and origin.get("rows"):
        warnings.append("no population allele frequency: germline variants are counted")
    warnings += judged.doubtful(table, origin["settings"])
    rows = {d.name: counted(table, d, evaluated=_same(d, from_table)) for d in definitions}
    return Sample(
        patient=patient,
        sample=name,
        counts={definition: count(table, own) for definition, own in rows.items()},
        tumor_only=tumor_only,
        coding_bp=size.get("coding_bp"),
        callable_bp=size.get("callable_bp"),
        denominator_source=size["denominator_source"],
        quality=quality.verdict if quality else None,
        reasons=quality.reasons.replace("; ", ", ") if quality else "",
        cells=tumor_cells.estimate(table, purity),
        hidden={d.name: tumor_cells.hidden(table, d) for d in definitions},
        zero=judged.zero(table, origin, size["denominator_source"], missing(one).get(name)),
        said={definition: judged.of_counted(table, own) for definition, own in rows.items()},
        remarks=[*judged.rules_of_the_user(origin["settings"]), *origin.get("remarks", [])],
        warnings=warnings,
        annotation=origin.get("annotation", {}).get("field"),
    )


def _same(definition: Definition, evaluated: Any) -> bool:
    """Whether `counted_in` answers for this definition: same name and, where the terms are told, the same terms."""
    if isinstance(evaluated, dict):
        return evaluated.get(definition.name) == sorted(definition.terms)
    return definition.name in evaluated


def _named(table: pd.DataFrame) -> set[str]:
    return {name for cell in table["counted_in"].dropna().unique() for name in str(cell).split(",")}


def _tumor_only(one: Variants, table: pd.DataFrame) -> bool | None:
    if "tumor_only" in table and table["tumor_only"].notna().any():
        return bool((table["tumor_only"] == 1).any())
    told = None if one.origin is None else one.origin.get("tumor_only", False)
    return None if told is None else bool(told)
