"""What an import did, as a table and in short on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from biomarkers.clinical.imports.columns import Told
from biomarkers.clinical.imports.sheets import Sheet
from biomarkers.errors import printable
from biomarkers.io import schemas
from biomarkers.io.cells import plain

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 6
"""Words that one line on the screen names."""
NOT_APPLICABLE = frozenset(map(plain, ("NA", "N/A", "n.a.", "#N/A", "-", ".", "NaN", "NaT", "null", "not applicable")))
"""Words for missing that leave no doubt: there is nothing to tell."""


def table(sheets: Mapping[str, Sheet]) -> pd.DataFrame:
    """What was done with each column and word; schema `import`."""
    import pandas as pd

    rows = [
        {
            "sheet": name,
            "column": told.column,
            "source": told.source or None,
            "word": told.word or None,
            "meaning": told.meaning,
            "status": told.status,
            "n": told.n,
            "example": told.example,
        }
        for name, sheet in sheets.items()
        for told in sheet.told
    ]
    names = ["sheet", "column", "source", "word", "meaning", "status", "n", "example"]
    return pd.DataFrame(rows, columns=names).astype({"n": "Int64"})


def warnings(sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """What a person must look at: words that were not understood, what was left out and why."""
    for name, sheet in sheets.items():
        groups: dict[tuple[str, str], list[Told]] = {}
        for told in sheet.told:
            if told.status == "unmapped":
                groups.setdefault((told.column, told.source), []).append(told)
            elif told.status == "missing" and (says := _said_by_nothing(name, told)):
                yield says
            elif told.status == "left_out" and not is_asked_for(told):
                of = f"{name}.{printable(told.column)}" if told.column else name
                yield f"{of}: {told.meaning} ({told.n}; {told.example})"
        for (column, source), every in groups.items():
            listed = ", ".join(f"'{printable(told.word)}' {told.n} ({told.example})" for told in every[:SHOWN])
            rest = f" and {len(every) - SHOWN} other words" if len(every) > SHOWN else ""
            n = sum(told.n for told in every)
            cells = f"{n} cell{'s' * (n != 1)}"
            what = f"not understood and left missing in {cells}: {listed}{rest}"
            yield f"{name}.{column} from {printable(source)}: {what}"


def _said_by_nothing(name: str, told: Told) -> str | None:
    """Of a word for missing where an empty cell says something: what it now says, unless the word says so itself."""
    meaning = schemas.load(name)["properties"].get(told.column, {}).get("x-empty")
    if meaning is None or not told.word or plain(told.word) in NOT_APPLICABLE:
        return None
    of = f"{name}.{told.column} from {printable(told.source)}"
    return f"{of}: '{printable(told.word)}' ({told.n}; {told.example}) is taken for an empty cell: {meaning}"


def is_asked_for(told: Told) -> bool:
    """Whether rows were left out because the mapping says so."""
    return not told.column and (told.meaning or "").startswith(("left out by where", "distinct", "rows:"))


def summary(sheets: Mapping[str, Sheet]) -> Iterator[str]:
    """One line a sheet: its rows, patients and columns."""
    for name, sheet in sheets.items():
        patients = len({row.cells.get("patient") for row in sheet.rows})
        ours = [column for column in sheet.header if column in schemas.load(name)["properties"]]
        further = len(sheet.header) - len(ours)
        columns = ", ".join(ours) + (f" and {further} covariate{'s' * (further != 1)}" if further else "")
        yield f"{name}: {len(sheet.rows)} rows of {patients} patients, columns {columns}"
        for told in filter(is_asked_for, sheet.told):
            yield f"{name}: {told.meaning} ({told.n} rows of {told.example})"
