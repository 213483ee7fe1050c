"""Which foreign formats there are: each is a module of this folder whose first line says so.

An importer is a file NAME.py here whose first line is a docstring of the form `NAME` (import): what it reads. (with the
backquotes), and which has a function `prepare(source, problems)` that gives a `Prepared`: a declared mapping in the
grammar of a user's own (data in NAME.yaml beside it where the format is fixed, see `shipped`; else made of what stands
in the source, see `grammar.read`), and, by the names that stand under `file` there, the tables that it read out of the
foreign container. Names that it does not give are files relative to `folder`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

from biomarkers.clinical.imports.mapping import Declared
from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import files, schemas
from biomarkers.io.cells import Cells

FOLDER = "clinical/imports"
OF_CALLERS = ("sarek",)
"""Formats of `biomarkers import` that are no clinical tables: results of callers, which `biomarkers.run` reads."""
SUMMARY = re.compile(r'"""`(\w+)` \(import\): (.+?)\.(?:""")?$')


@dataclass(frozen=True)
class Prepared:
    """What an importer gives: the mapping in force, tables by the names in it, and where other files are.

    notes: what a person should know of how the mapping was chosen. clinical: further keys of the block `clinical` of a
    config that runs the sheets, such as the path of a MAF relative to the folder of the sheets. beside: further files
    of that folder, by name.
    """

    mapping: Declared
    folder: Path
    tables: Mapping[str, Cells] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    clinical: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


class Format(NamedTuple):
    """A foreign format and what its importer reads."""

    name: str
    summary: str


def formats() -> list[Format]:
    """Every format, by name; no importer is imported."""
    names = sorted(path.name for path in files.packaged(FOLDER).glob("*.py"))
    heads = (files.packaged_text(f"{FOLDER}/{name}").partition("\n")[0] for name in names)
    return [Format(*found.groups()) for head in heads if (found := SUMMARY.match(head))]


def prepare(name: str, source: Path, problems: Problems) -> Prepared | None:
    """What the importer of a format makes of a source; None where it could not, which is in `problems`.

    Raises InputError for a format that there is not.
    """
    known = [each.name for each in formats()]
    if name not in known:
        known += OF_CALLERS
        raise InputError(Problem.unknown("command line", "format", "FORMAT", known, word=name))
    module = import_module(f"biomarkers.clinical.imports.{name}")
    return cast("Callable[[Path, Problems], Prepared | None]", module.prepare)(source, problems)


def reserved() -> set[str]:
    """Columns that tables of this program have, like which no covariate may be named."""
    return {name for table in ("endpoints", "cohort", "pdl1_selected") for name in schemas.load(table)["properties"]}


def shipped(name: str, file: str | None = None) -> Declared:
    """The mapping that comes with an importer as data (NAME.yaml, or another file beside it)."""
    from biomarkers.clinical.imports import grammar

    return grammar.load(files.packaged(f"{FOLDER}/{file or name + '.yaml'}"))
