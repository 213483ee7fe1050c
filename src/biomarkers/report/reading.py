"""The tables and the plan of the page, read and checked against one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import Problem, Problems
from biomarkers.io import files, jsons, many_tables, provenance, schemas, subset, tables, yamls
from biomarkers.io.cells import MISSING_WORDS
from biomarkers.report import changes, member_files
from biomarkers.report.given import SCHEMAS, OfPlan, Source, Tables


def read(
    plan: Path | None,
    missing: Collection[str] = MISSING_WORDS,
    *,
    record: Path | None = None,
    multiqc: str | None = None,
    variants: Sequence[Path] = (),
    settings_in_force: str | None = None,
    **paths: Path | None,
) -> Tables:
    """The plan and the tables of the names of `Tables`, None where one is not given; missing: words for missing.

    record: of which plan the results are. multiqc: address for a link. variants: a table for each sample.
    settings_in_force: the run's config as JSON.
    Raises InputError with every problem of every file.
    """
    problems = Problems()
    settings = None if plan is None else problems.catch(yamls.load_checked, plan, "plan")
    content: Mapping[str, Any] = {} if settings is None else settings.data
    given = {name: path for name, path in paths.items() if path is not None}
    read = {name: problems.catch(_complete, path, name, content, missing) for name, path in given.items()}
    results, members = read.get("results"), read.get("memberships")
    if results is not None and members is not None:
        member_files.check_members(given, results, members, problems)
    if (cohort := read.get("cohort")) is not None and members is not None:
        member_files.check_patients(given, cohort, members, problems)
    groups = read.get("groups")
    if groups is not None and results is not None:
        member_files.fill_classes(groups, results)
    if groups is not None and members is not None:
        member_files.check_carriers(given, groups, members, problems)
    said = subset.as_text(subset.restrictions(content.get("subset")))
    if results is not None:
        _check_subset(given["results"], results, said, problems)
    of_samples = [
        changes.changing(frame) for frame in many_tables.read_each(variants, "variants", problems) if frame is not None
    ]
    told = None if record is None else problems.catch(provenance.read, record)
    problems.stop_if_any()
    frames = {name: frame for name, frame in read.items() if frame is not None}
    sources = [_source(name, path, len(frames[name])) for name, path in given.items()]
    sources += [] if plan is None else [_source("plan", plan, None)]
    if of_samples:
        frames["variants"] = changes.in_order(of_samples)
    total = len(frames["cohort"])
    if said and settings is not None and plan is not None:
        frames["cohort"] = _in_subset(frames["cohort"], settings, plan, given["cohort"])
    if "memberships" in frames:
        frames["memberships"] = member_files.one_by_one(frames["memberships"])
    in_force = jsons.parsed(settings_in_force or "{}")
    read_in: dict[str, Any] = dict(frames)
    read_in |= {"of_plan": _agreement(plan, given.get("results"), told), "multiqc": multiqc or ""}
    return Tables(**read_in, plan=content, settings=in_force, sources=sources, subset=said, everybody=total)


def _check_subset(path: Path, results: pd.DataFrame, said: str, problems: Problems) -> None:
    """Add a problem where the tests are of other patients than the plan's subset: the page would show two kinds."""
    tested = sorted(set(results["subset"].fillna("")))
    if tested and tested != [said]:
        expected = f"the subset of the plan ({said or 'none'}), by which associate is to be called again"
        problems.add(Problem(str(path), "subset", tested[-1] or None, expected))


def _in_subset(cohort: pd.DataFrame, settings: yamls.Settings, plan: Path, path: Path) -> pd.DataFrame:
    """The patients to whom the plan restricts the analysis. Raises InputError for a subset that cannot be told."""
    chosen = subset.restrictions(settings.data.get("subset"))
    subset.check_all(chosen, cohort, str(path), plan, settings)
    return cohort[subset.reasons(cohort, chosen).eq("")].reset_index(drop=True)


def _complete(path: Path, name: str, plan: Mapping[str, Any], missing: Collection[str]) -> pd.DataFrame:
    """The table with every column of its schema, empty where the file has none; a cohort is left as it is."""
    schema = SCHEMAS.get(name, name)
    if schema == "cohort":
        return tables.read(path, schema, text_columns=_levels(plan), missing=missing, used=())
    frame = tables.read(path, schema, missing=missing, used=())
    empty = {"number": float("nan"), "integer": float("nan")}
    rules = schemas.load(schema)["properties"]
    return frame.assign(**{c: empty.get(rule["type"]) for c, rule in rules.items() if c not in frame})


def _levels(plan: Mapping[str, Any]) -> set[str]:
    """Columns of the cohort that are categories, whatever their cells look like: the plan's markers with levels."""
    markers = plan.get("markers") or {}
    return {n for n, rule in markers.items() if rule["kind"] in ("categorical", "ordinal") or rule.get("levels")}


def _agreement(plan: Path | None, results: Path | None, record: Mapping[str, Any] | None) -> OfPlan | None:
    """Compare the MD5 of the plan and of the results with those that `associate` recorded."""
    if plan is None:
        return None
    found = files.md5(plan)
    if record is None or results is None:
        return OfPlan(plan.name, found, None)
    inputs = {one["md5"] for one in record.get("inputs", [])}
    if found not in inputs:
        return OfPlan(plan.name, found, False, "they were made with another plan, or the plan was changed since")
    if results.suffix != ".gz" and record.get("results") != files.md5(results):
        return OfPlan(plan.name, found, False, "the table of results is not the one that was recorded")
    return OfPlan(plan.name, found, True)


def _source(name: str, path: Path, rows: int | None) -> Source:
    return Source(name.replace("_", " "), path.name, rows, files.digests(path).sha256)
