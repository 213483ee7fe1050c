"""Columns of a clinical sheet that are not read although their heading means one that is: nobody would notice.

A sheet may have columns of its own, so that `date_of_death` beside no `death_date` would leave everybody alive, and
`reader` beside no `evaluator` would mix the readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from biomarkers.clinical.imports import headings
from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas, spellings
from biomarkers.io.cells import LATEST

CLOSE = 0.85
"""Likeness from which a heading is a misspelt one (difflib)."""


def check(path: str | Path, sheet: str, frame: pd.DataFrame, problems: Problems) -> None:
    """Add a problem for each column whose heading is another spelling of, or a known name for, one that is absent.

    sheet: the schema of the frame. Of the patients sheet, whose other columns are covariates, a known name counts where
    the cells are days (`last contact`), since `response` or `status` may well be one.
    """
    for column, meant in _meant(sheet, frame):
        problems.add(Problem(str(path), "column", column, f"{meant}, or a name that is less like it", 1))


def _meant(sheet: str, frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    rules = schemas.load(sheet)["properties"]
    days = {name: rule["x-day"] for name, rule in rules.items() if "x-day" in rule}
    taken = {*frame.columns} | {other for pair in days.items() if {*pair} & {*frame.columns} for other in pair}
    absent = [name for name in rules if name not in taken]
    for column in (str(name) for name in frame.columns if name not in rules and not str(name).endswith(LATEST)):
        close = get_close_matches(column, absent, n=1, cutoff=CLOSE)
        spelt = [name for name in absent if headings.key(name) == headings.key(column)]
        known = [one.target for one in headings.meanings(column) if one.sheet == sheet and one.target in absent]
        if sheet == "patients" and not _has_days(frame[column]):
            known = []
        for meant in [*close, *spelt, *known][:1]:
            yield column, meant


def _has_days(cells: pd.Series) -> bool:
    """Whether there are cells and all of them are days, however they are written."""
    words = cells.dropna().astype(str).drop_duplicates()
    return len(words) > 0 and all(schemas.is_date(word) or spellings.DAY_ELSEWHERE.fullmatch(word) for word in words)
