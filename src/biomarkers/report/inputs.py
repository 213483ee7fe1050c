"""The tables and the plan of a page: read, checked, and named with their checksums."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import Problems
from biomarkers.io import files, schemas, tables, yamls
from biomarkers.report.given import Source, Tables

SCHEMAS = {"adverse_events": "adverse_events_summary", "steps": "denominator_steps"}
"""Schemas of tables that have another name on the page."""


def read(plan: Path | None, **paths: Path | None) -> Tables:
    """The plan and the tables of the names of `Tables`, None where one is not given.

    Raises InputError with every problem of every file.
    """
    problems = Problems()
    settings = None if plan is None else problems.catch(yamls.load_checked, plan, "plan")
    content: Mapping[str, Any] = {} if settings is None else settings.data
    given = {name: path for name, path in paths.items() if path is not None}
    read = {name: problems.catch(_complete, path, name, content) for name, path in given.items()}
    problems.stop_if_any()
    frames = {name: frame for name, frame in read.items() if frame is not None}
    sources = [_source(name, path, len(frames[name])) for name, path in given.items()]
    sources += [] if plan is None else [_source("plan", plan, None)]
    return Tables(**frames, plan=content, sources=sources)


def _complete(path: Path, name: str, plan: Mapping[str, Any]) -> pd.DataFrame:
    """The table with every column of its schema, empty where the file has none; a cohort is left as it is."""
    schema = SCHEMAS.get(name, name)
    if schema == "cohort":
        return tables.read(path, schema, text_columns=_levels(plan))
    frame = tables.read(path, schema)
    empty = {"number": float("nan"), "integer": float("nan")}
    rules = schemas.load(schema)["properties"]
    return frame.assign(**{c: empty.get(rule["type"]) for c, rule in rules.items() if c not in frame})


def _levels(plan: Mapping[str, Any]) -> set[str]:
    """Columns of the cohort that are categories, whatever their cells look like: the plan's markers with levels."""
    markers = plan.get("markers") or {}
    return {n for n, rule in markers.items() if rule["kind"] in ("categorical", "ordinal") or rule.get("levels")}


def _source(name: str, path: Path, rows: int | None) -> Source:
    return Source(name.replace("_", " "), path.name, rows, files.digests(path).sha256)
