"""Which columns the cohort has, and which table each comes from: declared in the schema `cohort`, read here.

`cohort` joins by it, and `check` asks it before anything has run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from biomarkers.errors import Problem
from biomarkers.io import schemas
from biomarkers.io.cells import LATEST

PER_DEFINITION = "{definition}"
"""Stands in a column's name for each definition of burden but the first."""

File = tuple[str, Collection[str]]
"""A file as messages name it, and its columns."""


def from_table(table: str) -> dict[str, str]:
    """Columns that are taken from `table`, with their name there; empty for one that is computed from it."""
    found = {}
    for column, rule in schemas.load("cohort")["properties"].items():
        for source in rule.get("x-from", []):
            name, _, own = source.partition(".")
            if name == table:
                found[column] = own
    return found


def made(tables: Iterable[str], *, definitions: Sequence[str] = ()) -> list[str]:
    """Columns that the cohort has when these tables are joined, each once.

    tables: `tmb`, `mutations`, `sample_selection` (of mutations without burdens), `pdl1_selected`. definitions: of the
    burden, all but the one that is `tmb_per_mb`.
    """
    listed: list[str] = []
    for table in tables:
        for column in from_table(table):
            names = definitions if PER_DEFINITION in column else [""]
            listed += [column.replace(PER_DEFINITION, name) for name in names]
    return list(dict.fromkeys(listed))


def not_written() -> list[str]:
    """Columns of the patients sheet that do not enter the cohort: the durations made from them do."""
    rules = schemas.load("cohort")["properties"]
    columns = [column for column, rule in rules.items() if not rule.get("x-written", True)]
    return [*columns, *(column + LATEST for column in columns)]


def of_words() -> list[str]:
    """Columns that the cohort's tables make and that hold words, which no test of numbers takes."""
    rules = schemas.load("cohort")["properties"]
    return [column for column, rule in rules.items() if rule.get("type") == "string"]


def by_file(
    made: Sequence[str], *, patients: File, endpoints: File | None = None, features: File | None = None
) -> list[File]:
    """Which columns each file brings, without `patient`; endpoints replace those that the patients sheet states."""
    derived = set(endpoints[1]) if endpoints else set()
    own = [column for column in patients[1] if column not in derived and column not in not_written()]
    files = [("tmb, mutations and pdl1", made), endpoints, (patients[0], own), features]
    return [(file[0], [str(c) for c in file[1] if c != "patient"]) for file in files if file is not None]


def collisions(sources: Iterable[File]) -> list[Problem]:
    """A problem for each column that two files would bring."""
    owner: dict[str, str] = {}
    problems = []
    for file, columns in sources:
        for column in columns:
            if column in owner:
                problems.append(Problem(file, "column", column, f"a name that {owner[column]} does not bring", 1))
            owner.setdefault(column, file)
    return problems
