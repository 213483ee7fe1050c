"""Cohorts of tests: patients drawn by a seed with the columns that a test asks for, their plans and tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from biomarkers.cli.app import run
from biomarkers.io import tables

ENDPOINTS = """\
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
"""


def plan(*markers: str, primary: str = "marker: tmb_per_mb, endpoint: response", **keys: str) -> str:
    """A plan of response and progression-free time. markers: an entry each; keys: the plan's others."""
    listed = "".join(f"  {one}\n" for one in markers) + "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"primary: {{{primary}}}\n{ENDPOINTS}markers:\n{listed}"


def drawn(n: int, seed: int, **columns: Any) -> pd.DataFrame:
    """Patients p0, p1, ... with burden, age, response and progression-free time; columns: others, or in their place.

    A column that is a function makes its values from a generator and the table so far.
    """
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"patient": [f"p{i}" for i in range(n)], "tmb_per_mb": random.gamma(2, 5, n).round(1)})
    frame["age"] = random.integers(40, 80, n)
    frame["responder"] = (random.random(n) < 0.2 + 0.3 * (frame["tmb_per_mb"] >= 10)).astype(int)
    frame["pfs_months"] = (random.exponential(6 + frame["tmb_per_mb"] / 2) + 0.1).round(2)
    frame["pfs_event"] = (random.random(n) < 0.8).astype(int)
    for name, column in columns.items():
        frame[name] = column(random, frame) if callable(column) else column
    return frame


def chosen(*words: Any) -> Any:
    """A column of words, each as often as the others."""
    return lambda random, frame: random.choice(words, len(frame))


def written(folder: Path, frame: pd.DataFrame, name: str = "cohort") -> Path:
    """The table as a file of this name."""
    frame.to_csv(folder / f"{name}.tsv", sep="\t", index=False)
    return folder / f"{name}.tsv"


def trial(folder: Path, cohort: pd.DataFrame, plan: str, mutations: pd.DataFrame | None = None) -> Path:
    """The folder with these files."""
    (folder / "plan.yaml").write_text(plan)
    for name, frame in (("cohort", cohort), ("mutations", mutations)):
        if frame is not None:
            written(folder, frame, name)
    return folder


def carried(patients: pd.Series, carriers: Mapping[str, Any]) -> pd.DataFrame:
    """A table of mutations. carriers: by gene who of the patients carries a missense variant."""
    rows = [(patient, gene, "missense_variant") for gene, own in carriers.items() for patient in patients[own]]
    return pd.DataFrame(rows, columns=["patient", "gene", "consequence"])


def associated(folder: Path, *options: str, names: tuple[str, ...] = ("results", "groups")) -> dict[str, pd.DataFrame]:
    """The tables `names` that `associate` makes of the files of a folder: cohort, plan and, if there, mutations."""
    assert run(["associate", *_inputs(folder), *options, *_tables(folder, names)]) == 0
    return {name: tables.read(folder / f"{name}.tsv", name) for name in names}


def page(folder: Path, *options: str, names: tuple[str, ...] = ("results", "groups", "memberships")) -> Path:
    """The page of the files of a folder and of the tables `names` that `associate` makes of them."""
    associated(folder, *options, names=names)
    assert run(["report", *_inputs(folder), *_tables(folder, names), f"--page={folder}/index.html"]) == 0
    return folder / "index.html"


def _inputs(folder: Path) -> list[str]:
    found = {"cohort": "cohort.tsv", "plan": "plan.yaml", "mutations": "mutations.tsv"}
    return [f"--{name}={folder / file}" for name, file in found.items() if (folder / file).exists()]


def _tables(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [f"--{name.replace('_', '-')}={folder / name}.tsv" for name in names]
