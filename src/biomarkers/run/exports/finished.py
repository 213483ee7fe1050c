"""A finished run as it is exported: its tables by the names of their schemas, and what is told of it beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from biomarkers.errors import InputError, Problem, Problems, first_few, log
from biomarkers.io import files, many_tables, provenance, schemas, tables
from biomarkers.io.lines import whole_text
from biomarkers.run.comparison import sources
from biomarkers.run.progress import earlier_pages, status
from biomarkers.run.written import PLACE, WRITTEN

SHEETS = ("patients", "assessments", "lesions", "adverse_events", "mutations")
"""Sheets that the user gave, of which the columns of the schema are exported: others may name people."""
SELDOM = ("design", "power", "visits", "readers", "discordant", "presets", "null_hits", "concordance", "lesions")
"""Tables that most runs have not, or without rows: that they are absent is no news."""
RECORD, CHAIN, PAGE = "results/association/record.json", sources.CHAIN, "results/report/index.html"
PATIENT_DATA = "It holds data of patients, and is as confidential as their sheets."
FINISHED = "a finished run"


@dataclass(frozen=True)
class Finished:
    """A run. frames: its tables by name, with the types of their schemas; absent: names of those that it has not.

    title: of the plan or the config. ended: when its last job was done, empty where nothing tells. version: of the
    program that made it, with the commit. settings: its config, every default filled in.
    """

    folder: Path
    frames: Mapping[str, pd.DataFrame]
    absent: tuple[str, ...]
    title: str
    ended: str
    version: str
    settings: Mapping[str, Any]

    @property
    def definitions(self) -> set[str]:
        """The definitions of burden that the run has."""
        return {*self.frames["tmb"]["definition"]} if "tmb" in self.frames else set()

    def told(self) -> dict[str, str]:
        """What stands beside the tables: which run it is, when it was made and by what, and how it is read."""
        told = {
            "title": self.title,
            "run": self.folder.resolve().name,
            "finished": self.ended or "not recorded",
            "biomarkers": self.version or "not recorded",
            "patients": PATIENT_DATA,
            "missing": "An empty cell (NULL in a database) is a missing value, and never 0.",
            "not in this run": ", ".join(self.absent),
        }
        return {item: meaning for item, meaning in told.items() if meaning}

    def variants(self) -> Iterator[pd.DataFrame]:
        """The variants of the samples in the table of burdens, file by file, each with every column of the schema.

        Those of a thousand exomes do not fit into memory together. Raises InputError after the last one.
        """
        if "tmb" not in self.frames:
            return
        problems, samples = Problems(), self.frames["tmb"]["sample"]
        columns = schemas.columns("variants")
        types = tables.of_rows([dict.fromkeys(columns)], "variants").dtypes.to_dict()
        folder = self.folder / "results/variants"
        paths = sorted([*folder.glob("*.variants.tsv.gz"), *folder.glob("maf/*.variants.tsv.gz")])
        for frame in many_tables.read_each(paths, "variants", problems):
            if frame is not None and len(own := frame[frame["sample"].isin(samples)]):
                yield own.reindex(columns=columns).astype(types)
        problems.stop_if_any()


def read(run: Path) -> Finished:
    """The tables of a run. Raises InputError with all that is wrong where it is none, or not finished."""
    sources.check_runs(run)
    problems = Problems(*_unfinished(run))
    problems.add(*(problems.catch(list, _changed(run)) or ()))
    side = sources.side(run)
    if (run / sources.CONFIG).is_file():
        given = {*side.paths, *(["samples"] if side.settings.get("sarek.samples") else [])}
        problems.add(*_left(run, given))
    levels = _levels(side.plan)
    frames = {}
    for each in WRITTEN:
        if (run / each.place).is_file():
            frames[each.name] = problems.catch(
                tables.read, run / each.place, each.name, text_columns=levels, missing=(), used=()
            )
    words = side.settings.get("missing_words") or ()
    for name in SHEETS:
        if name not in frames and name in side.paths and (run / side.paths[name]).is_file():
            sheet = problems.catch(tables.read, run / side.paths[name], name, missing=words, used=())
            frames[name] = None if sheet is None else sheet[[c for c in schemas.columns(name) if c in sheet]]
    problems.stop_if_any()
    for path in sources.newer(run, side.paths):
        log.warning("%s is newer than the results: where it was changed since, run it again", path)
    have = {name: frame for name, frame in frames.items() if frame is not None}
    absent = [name for name in dict.fromkeys((*(each.name for each in WRITTEN), *SHEETS)) if name not in have]
    if told := [name for name in absent if name not in SELDOM]:
        log.info("%s: not in this run: %s", run, first_few(told, len(told)))
    return Finished(
        folder=run,
        frames=have,
        absent=tuple(absent),
        title=str(side.settings.get("report.title") or side.plan.get(("title",)) or run.resolve().name),
        ended=_ended(run),
        version=side.version or _version(run),
        settings=side.settings,
    )


def _unfinished(run: Path) -> Iterator[Problem]:
    """What the journal of the run says, where it is there."""
    try:
        found = status.find(run)
    except InputError:
        return
    done, jobs = found.counted()["done"], len(found.jobs)
    if found.is_alive:
        yield Problem.said(str(run), "folder", "has a run that goes on", f"{FINISHED}: wait for its end")
    elif done < jobs:
        said = f"has a run of which {done:,} of {jobs:,} jobs are done"
        yield Problem.said(str(run), "folder", said, f"{FINISHED}: `biomarkers status` tells what to do")


def _changed(run: Path) -> Iterator[Problem]:
    """Tables that are not those which the records beside them name, and a page that is of an earlier run."""
    expected = f"that of the last run: run it again (`biomarkers run` in {run})"
    record = provenance.read(run / RECORD) or {}
    told = {one["file"]: one["md5"] for one in record.get("inputs", [])}
    told |= {PLACE["results"]: record["results"]} if "results" in record else {}
    chain = (provenance.read(run / CHAIN) or {}).get("files", {})
    told |= {place: chain[place]["md5"] for place in (PLACE["tmb"], PLACE["qc"]) if place in chain}
    for name, md5 in told.items():
        if (run / name).is_file() and files.md5(run / name) != md5:
            yield Problem.said(str(run / name), "file", "is not the one that the results were made of", expected)
    if (run / PAGE).is_file() and earlier_pages.MARK.search(whole_text(run / PAGE)):
        found = "is of an earlier run; a later one was to make it anew and has not done so"
        yield Problem.said(str(run / PAGE), "file", found, expected)


def _left(run: Path, given: Collection[str]) -> Iterator[Problem]:
    """Tables of which the config no longer names what they are made of."""
    for each in WRITTEN:
        if each.of and not {*each.of} & {*given} and (run / each.place).is_file():
            found = f"is of an earlier run: {sources.CONFIG} names no {' or '.join(each.of)}"
            expected = "tables of one run: remove it, or name there what it was made of"
            yield Problem.said(str(run / each.place), "file", found, expected)


def _levels(plan: Mapping[sources.Place, Any]) -> set[str]:
    """Columns that are categories by the plan, whatever their cells look like."""
    return {
        place[1]
        for place, value in plan.items()
        if place[0] == "markers"
        and (place[2:] == ("levels",) or (place[2:] == ("kind",) and value in ("categorical", "ordinal")))
    }


def _ended(run: Path) -> str:
    """When the last run of the folder was done; empty without a journal."""
    try:
        return status.find(run).last
    except InputError:
        return str((provenance.read(run / CHAIN) or {}).get("written", ""))


def _version(run: Path) -> str:
    return str((provenance.read(run / RECORD) or {}).get("biomarkers", ""))
