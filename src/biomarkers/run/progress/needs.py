"""What the steps of a run took of memory and time, as what the next run may ask a cluster for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problem, printable
from biomarkers.io.files import shipped
from biomarkers.io.lines import numbered, whole_text

PLACES = ("results/benchmarks", "benchmarks")
"""Below a run's folder, or below a prefix that another workflow gave."""
MEASURED = re.compile(r'"results/benchmarks/(\w+)')
"""Rules that are measured, as their files name the place."""
SECONDS, MEGABYTES = "s", "max_rss"
"""Columns of Snakemake's benchmarks: wall-clock time, and the most memory that was resident at once, in MiB.

Its seconds of processor time (`cpu_time`, `mean_load`) are too low: programs that live between two looks are not there.
"""
BETWEEN = 2
"""Seconds between two looks at a job's memory, after a quarter of a minute in which there are two a second."""
MOST = 1e12
"""Beyond all seconds and megabytes of a job."""
LEAST_MINUTES, LEAST_MB, ROUNDED_MB = 10, 500, 100
"""Less is not worth asking for: a job waits longer than that, and starting a program takes as much."""


class Need(NamedTuple):
    """The most that a rule's jobs took. Memory in MB, time in minutes; None where no job was long enough to measure."""

    jobs: int
    megabytes: float | None
    minutes: float | None


class Needs(NamedTuple):
    """What was measured, by rule; absent: rules without a measured job; unreadable: files that were left out, why."""

    folder: Path
    by_rule: Mapping[str, Need]
    absent: Sequence[str]
    unreadable: Sequence[str]


def look_often(timer: Any) -> None:
    """Let Snakemake look at a job's memory every few seconds: it waits 30, and a program of 20 is never seen.

    timer: Snakemake's class that measures a job; the interval of one of its objects is also the number of early looks.
    """
    schedule = timer._schedule

    def sooner(self: Any) -> None:
        if self._times_called > self._interval:
            self._interval = min(self._interval, BETWEEN)
        schedule(self)

    timer._schedule = sooner


def find(run: str | Path) -> Needs:
    """Read the benchmarks of a run. Raises InputError for a folder that has none."""
    folder = next((Path(run, place) for place in PLACES if Path(run, place).is_dir()), None)
    files = sorted(folder.rglob("*.tsv")) if folder else []
    if folder is None or not files:
        expected = f"a run of which a measured step has ended ({PLACES[0]})"
        raise InputError(Problem.said(printable(run), "folder", "has no benchmarks", expected))
    rows: dict[str, list[tuple[float | None, float | None]]] = {}
    unreadable = []
    for file in files:
        rule = file.relative_to(folder).parts[0].removesuffix(".tsv")
        try:
            rows.setdefault(rule, []).extend(_read(file))
        except InputError as error:
            unreadable.append(str(error))
    texts = [whole_text(path) for path in sorted((shipped("workflow") / "rules").glob("*.smk"))]
    measured = {rule for text in texts for rule in MEASURED.findall(text)}
    found = {rule: Need(len(each), _most(each, 0), _most(each, 1)) for rule, each in sorted(rows.items()) if each}
    return Needs(folder, found, sorted(measured - found.keys()), unreadable)


def _read(file: Path) -> list[tuple[float | None, float | None]]:
    """Memory and time of each row of a benchmark, None where it has `NA` or `-`. Raises InputError for another file."""
    lines = [(number, line.split("\t")) for number, line in numbered(file) if line.strip()]
    header = lines[0][1] if lines else []
    if not {SECONDS, MEGABYTES} <= {*header}:
        expected = f"a benchmark of Snakemake, with the columns {SECONDS} and {MEGABYTES}"
        raise InputError(Problem.said(printable(file), "file", "is of another kind", expected))
    found = []
    for number, cells in lines[1:]:
        values: list[float | None] = []
        for column, unit in ((MEGABYTES, 2**20 / 1e6), (SECONDS, 1 / 60)):
            cell = cells[header.index(column)] if len(cells) == len(header) else ""
            value = None if cell in ("NA", "-", "nan") else _number(cell)
            if value is not None and not 0 <= value <= MOST:
                raise InputError(Problem(printable(file), column, cell, f"a number from 0 to {MOST:g}", number))
            values.append(None if value is None else value * unit)
        found.append((values[0], values[1]))
    return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _most(rows: Sequence[tuple[float | None, float | None]], at: int) -> float | None:
    return max((value for row in rows if (value := row[at]) is not None), default=None)


def profile(needs: Needs, margin: float) -> str:
    """The part of a profile that asks for what was seen times a margin: YAML, with what it stands on as comments."""
    lines = [
        f"# Proposed from {printable(needs.folder)}: the most that a job of each step took, times {margin:g};",
        f"# at least {LEAST_MB} MB and {LEAST_MINUTES} minutes. It holds for samples of that size and as many threads,",
        "# and doubles with each retry. Copy it into the profile (docs/running.md, On Slurm).",
        f"# Memory is looked at every {BETWEEN} seconds (as a module of another workflow, or under another Snakemake",
        "# than it was tried with, every 30): a peak between two looks is not in it.",
    ]
    body = []
    for rule, need in needs.by_rule.items():
        body += [f"  {rule}:  # {need.jobs} job{'s' * (need.jobs != 1)}"]
        body += _asked("mem_mb", need.megabytes, margin, LEAST_MB, ROUNDED_MB, "MB")
        body += _asked("runtime", need.minutes, margin, LEAST_MINUTES, 1, "min")
    lines += ["set-resources:", *body] if body else []
    if needs.absent:
        lines.append(f"# No data, so that they ask for what they did: {', '.join(needs.absent)}.")
    lines.append("# Steps that are not named here are not measured.")
    lines += [f"# Left out: {problem}" for problem in needs.unreadable]
    return "\n".join(lines) + "\n"


def _asked(key: str, most: float | None, margin: float, least: int, step: int, unit: str) -> list[str]:
    if most is None:
        return [f"    # {key}: every job was too short to be measured"]
    value = max(least, math.ceil(most * margin / step) * step)
    return [f"    {key}: {value} * 2 ** (attempt - 1)  # at most {most:.{0 if unit == 'MB' else 1}f} {unit}"]
