"""The one store of the page: what its figures, tables and patients are drawn from, as compact JSON.

A table is kept by column; a column of words that repeat as its words and their places (`levels`, `codes`). Figures
that show the same data share them. The page's script unpacks what it draws, when it draws it (`scripts/store.js`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from biomarkers.genome.protein import position
from biomarkers.report import wording
from biomarkers.report.blocks import Cell, Section, Table, single
from biomarkers.report.figures.oncoprint import KINDS, kind_of
from biomarkers.report.figures.style import DARK, STYLE, Figure
from biomarkers.report.given import Tables
from biomarkers.report.members import chosen, counted, members, without
from biomarkers.report.numbers import estimate, interval, median, missing, p_phrase, percent
from biomarkers.report.sections.characteristics import own_columns
from biomarkers.report.sections.compare import choices

LARGEST = 1.7976931348623157e308
"""What stands for infinity, which JSON does not have; the script sorts it as it is."""
TOLD = ("hazard_ratio", "odds_ratio", "auc", "hodges_lehmann")
"""Kinds of estimates that a comparison of groups tells in words."""
MANY_ROWS = 3000
"""Of a table with more rows the page has numbers of six digits only, so that one of all genes stays small."""
OF_VARIANT = ("patient", "chrom", "pos", "filter", "gene", "consequence", "hgvsp", "exclusion")
"""What a patient's entry tells of a variant (`scripts/patients.js`); of 1,000 patients the rest was a quarter of the
page."""
PLACES = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Marks of groups in the store's memberships; `-` is none."""
DIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of text, by which a name could show as another one (Unicode TR 36, 3.1)."""


def store(given: Tables, parts: Sequence[Section]) -> dict[str, Any]:
    """All that the page's script needs, ready for JSON: patients, tests, memberships, mutations, figures, tables."""
    blocks = [block for part in parts for block in single(part.blocks)]
    figures = [block for block in blocks if isinstance(block, Figure)]
    kept = chosen(given)
    results, groups = (None if rows is None else _held(rows, kept) for rows in (given.results, given.groups))
    return {
        "patients": packed(given.cohort),
        "labels": {str(name): wording.label(name) for name in given.cohort},
        "further": own_columns(given.cohort, None),
        "details": {name: packed(table) for name, table in details(given, kept["gene"]).items()},
        "tests": None if results is None else packed(results),
        "texts": {
            "tests": None if results is None else packed(of_tests(results)),
            "groups": None if groups is None else packed(of_groups(groups)),
        },
        "groups": None if groups is None else packed(groups),
        "memberships": memberships(given),
        "listed": listed(given, kept),
        "without": {str(number): _places(given, names) for number, names in without(given).items()},
        "data": {
            name: packed(pd.DataFrame(rows)) for f in figures for name, rows in f.spec.get("datasets", {}).items()
        },
        "files": {f.name: f.file for f in figures},
        "figures": {f.name: {key: value for key, value in f.spec.items() if key != "datasets"} for f in figures},
        "tables": {block.name: _table(block) for block in blocks if isinstance(block, Table)},
        "compare": choices(given, kept),
        "style": STYLE | {"kinds": KINDS},
        "dark": DARK,
    }


def _held(rows: pd.DataFrame, kept: Mapping[str, set[str]]) -> pd.DataFrame:
    """Rows of the tests or of the groups but those of genes and features that the page does not hold one by one."""
    for marker_class, markers in kept.items():
        rows = rows[rows["marker_class"].ne(marker_class) | rows["marker"].isin(markers)]
    return rows


def neutral(text: str) -> str:
    r"""The same text without characters that turn its direction.

    >>> neutral("gpj.\u202eexe")
    'gpj.exe'
    """
    return text if text.isascii() else "".join(c for c in text if c not in DIRECTIONAL)


def packed(frame: pd.DataFrame) -> dict[str, Any]:
    """A table by column, as `{"rows": 2, "columns": {"age": [50, null]}}`."""
    return {"rows": len(frame), "columns": {str(name): _column(frame[name].tolist()) for name in frame}}


def memberships(given: Tables) -> dict[str, Any]:
    """By test, its groups and the group of each patient of the cohort as one mark in a line, in the cohort's order."""
    if given.memberships is None:
        return {}
    places = given.places
    found = {}
    for test, rows in given.memberships.groupby("test", sort=False):
        groups = rows["group"].drop_duplicates().tolist()
        if len(groups) > len(PLACES):
            continue
        marks = ["-"] * len(places)
        of_group = dict(zip(groups, PLACES, strict=False))
        for patient, group in zip(rows["patient"], rows["group"], strict=True):
            if patient in places:
                marks[places[patient]] = of_group[group]
        found[str(test)] = {"groups": groups, "of": "".join(marks)}
    return found


def details(given: Tables, genes: Collection[str]) -> dict[str, pd.DataFrame]:
    """What is known of each patient beside the cohort; `changes`: the variants that make carriers of these genes.

    genes: those that the page holds one by one; their changes have a kind, and the position in the protein where known.
    Mutations stand for variants where these were not given. Changes of a protein are without the transcript's name.
    """
    found = given.details()
    for name in {"mutations", "variants"} & set(found):
        found[name] = found[name][[column for column in OF_VARIANT if column in found[name]]]
        if "hgvsp" in found[name]:
            short = found[name]["hgvsp"].str.replace(r"^[^:]*:(?=p\.)", "", regex=True)
            found[name] = found[name].assign(hgvsp=short)
    rows = found.get("mutations")
    if rows is None or "gene" not in rows:
        return found
    if "variants" in found:
        del found["mutations"]
    rows = rows[rows.index.isin(counted(given).index) & rows["gene"].isin(genes)]
    changes = rows.get("hgvsp", pd.Series(None, index=rows.index, dtype="object"))
    places = {text: position(text) for text in changes.dropna().unique()}
    kinds = {text: kind_of(str(text)) for text in rows["consequence"].unique()}
    made = rows[["patient", "gene", "consequence"]].assign(
        hgvsp=changes, position=changes.map(places), kind=rows["consequence"].map(kinds)
    )
    found["changes"] = made.dropna(axis=1, how="all")
    return found


def of_tests(results: pd.DataFrame) -> pd.DataFrame:
    """Of each test its p, q and estimate as they are written; estimates only of the kinds that a comparison tells."""
    kinds = results["estimate_type"].where(results["estimate_type"].isin(TOLD) & results["estimate"].notna())
    columns = (kinds, results["estimate"], results["ci_low"], results["ci_high"])
    return pd.DataFrame(
        {
            "p_text": [p_phrase(value) for value in results["p_value"]],
            "q_text": [p_phrase(value).replace("p", "q", 1) for value in results["q_value"]],
            "estimate_text": [
                None if missing(kind) else f"{wording.estimate_type(kind)} {interval(*values)}"
                for kind, *values in zip(*columns, strict=True)
            ],
        }
    )


def of_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Of each group its rate, median time or median as it is written."""
    columns = (groups["estimate_type"], groups["estimate"], groups["ci_low"], groups["ci_high"])
    return pd.DataFrame({"text": [_of_group(str(kind), *values) for kind, *values in zip(*columns, strict=True)]})


def _of_group(kind: str, value: Any, low: Any, high: Any) -> str:
    if kind == "median_months":
        return median(value, low, high)
    return interval(value, low, high, percent if kind == "rate" else estimate)


def listed(given: Tables, kept: Mapping[str, set[str]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """By class and marker the places of who is in which group of a gene, a set of genes or a feature."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for (marker_class, marker), comparisons in members(given).items():
        if marker not in kept.get(marker_class, (marker,)):
            continue
        found.setdefault(marker_class, {})[marker] = [
            {
                "groups": {group: _places(given, names) for group, names in one.listed.items()},
                "others": one.others,
                "assayed": one.assayed,
            }
            for one in comparisons
        ]
    return found


def _places(given: Tables, names: Sequence[str]) -> list[int]:
    """The places of patients in the cohort."""
    return [given.places[name] for name in names]


def _column(values: list[Any]) -> Any:
    plain = [value if type(value) is str else _plain(value) for value in values]
    words = [value for value in plain if value is not None]
    levels = list(dict.fromkeys(words)) if {*map(type, words)} == {str} else []
    if not levels or 2 * len(levels) > len(words):
        return plain
    codes = {level: code for code, level in enumerate(levels)}
    return {"levels": levels, "codes": [None if value is None else codes[value] for value in plain]}


def _plain(value: Any) -> Any:
    """A cell as JSON has it: None where missing, a day as ISO 8601, a whole number without a point."""
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is not float:
        if isinstance(value, pd.Timestamp):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, Mapping | list | str):
            return value
    if value is pd.NA or value is pd.NaT or value != value:
        return None
    number = float(value)
    if math.isinf(number):
        return math.copysign(LARGEST, number)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _table(table: Table) -> dict[str, Any]:
    """Columns with what the script must know of them; cells by column: texts, numbers behind them, hints."""
    titles = [column.title for column in table.columns]
    columns = [
        {
            "title": column.title,
            **{key: value for key, value in (("help", help_), ("kind", column.kind), ("asked", column.asked)) if value},
            **({"number": 1} if column.is_number else {}),
            **({"room": column.room} if column.room else {}),
            **({"hidden": 1} if column.hidden else {}),
            **({"within": titles.index(column.within)} if column.within else {}),
        }
        for column, help_ in zip(table.columns, table.helps, strict=True)
    ]
    folded = {str(place): _cells(rows, len(columns)) for place, rows in table.folded.items()}
    found = {"caption": table.caption, "columns": columns, "rows": len(table.rows)}
    found |= {"ordered": 1} if table.ordered else {}
    return found | {"cells": _cells(table.rows, len(columns))} | ({"folded": folded} if folded else {})


def _cells(rows: list[list[Cell]], n: int) -> list[dict[str, Any]]:
    found, many = [], len(rows) > MANY_ROWS
    for place in range(n):
        cells = [row[place] for row in rows]
        parts: dict[str, Any] = {"t": _column([cell.text for cell in cells])}
        if any(cell.sort is not None for cell in cells):
            parts["s"] = _column(
                [float(f"{cell.sort:.6g}") if many and cell.sort is not None else cell.sort for cell in cells]
            )
        if any(cell.hint for cell in cells) and not many:
            parts["h"] = _column([cell.hint or None for cell in cells])
        found.append(parts)
    return found
