"""`duckdb` (export): a database with a table for each of the run, typed and with a comment on every column."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from biomarkers.errors import InputError, Problem, log
from biomarkers.io import databases, schemas
from biomarkers.io.databases import Table, View, quoted
from biomarkers.report import described
from biomarkers.run.exports.finished import Finished

ENDING = ".duckdb"
ABOUT = "about"
BURDENS = "cohort_burdens"


def write(found: Finished, out: Path) -> None:
    """Write the database. Raises InputError for a file in its place that is no database of an export."""
    if out.exists() and ABOUT not in databases.tables(out):
        expected = "a name that is not taken, or a database that an export wrote"
        raise InputError(Problem.said(str(out), "--out", "is another file", expected))
    told = pd.DataFrame([*found.told().items()], columns=["item", "meaning"])
    about = Table(told, "What run this is.", {"item": "What is told.", "meaning": "In words."}, ["item"])
    tables = {ABOUT: about} | {name: table(name, frame, found.definitions) for name, frame in found.frames.items()}
    variants = found.variants()
    if (first := next(variants, None)) is not None:
        further = (table("variants", frame).frame for frame in variants)
        tables["variants"] = table("variants", first)._replace(further=further)
    databases.write(out, tables, _views(tables))


def table(name: str, frame: pd.DataFrame, definitions: Collection[str] = ()) -> Table:
    """A table of the run with what its schema says: flags are booleans, and its key holds where no part is missing.

    definitions: of burden that the run has.
    """
    schema = schemas.load(name)
    rules = {str(column): described.rule(name, str(column), definitions=definitions) for column in frame}
    flags = [
        column for column, rule in rules.items() if rule.get("enum") == [0, 1] and {*frame[column].dropna()} <= {0, 1}
    ]
    typed = frame.astype(dict.fromkeys(flags, "boolean"))
    names = _told_apart(name, [*rules])
    key = [column for column in schema.get("x-key", []) if column in frame and frame[column].notna().all()]
    return Table(
        typed.set_axis(names, axis="columns"),
        " ".join(schema["description"].split()),
        {new: described.meaning(rules[old]) for old, new in zip(rules, names, strict=True)},
        key if len(key) == len(schema.get("x-key", [])) else (),
    )


def _told_apart(name: str, columns: list[str]) -> list[str]:
    """Names that differ in more than their case, which SQL does not see."""
    found: list[str] = []
    taken = {column.casefold() for column in columns}
    for column in columns:
        new, number = column, 1
        while new.casefold() in {one.casefold() for one in found} or (number > 1 and new.casefold() in taken):
            number += 1
            new = f"{column}_{number}"
        if new != column:
            log.warning(
                "%s: the column %s is %s in the database, since case tells no names apart there", name, column, new
            )
        found.append(new)
    return found


def _views(tables: dict[str, Table]) -> dict[str, View]:
    """The cohort with the burdens of the sample that stands for each patient, one row a definition."""
    if not {"cohort", "tmb"} <= tables.keys():
        return {}
    of_tmb = {str(column) for column in tables["tmb"].frame}
    cohort = [str(column) for column in tables["cohort"].frame if column == "patient" or column not in of_tmb]
    shown = [f"c.{quoted(column)}" for column in cohort]
    shown += [f"t.{quoted(str(column))}" for column in tables["tmb"].frame if column != "patient"]
    of_sample = " AND t.sample = c.tumor_sample" if "tumor_sample" in cohort else ""
    query = f"SELECT {', '.join(shown)} FROM cohort c LEFT JOIN tmb t ON t.patient = c.patient{of_sample}"
    return {
        BURDENS: View(query, "The cohort beside each definition of the burden of the sample that stands for a patient.")
    }
