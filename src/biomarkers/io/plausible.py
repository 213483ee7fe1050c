"""Numbers that can hardly be true, by the ranges of `schemas/plausible.yaml`: said, never changed (rule 11.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from biomarkers.errors import count, first_few
from biomarkers.io import schemas
from biomarkers.io.spellings import snake

ENOUGH = 3
"""Fewest values whose median is judged."""


OTHER_SCALE = re.compile(r"(.*_)?(log\d*p?\d?|ln|z_?score|scaled|rank|quartile|quantile|group|flag|unit)(_.*)?")
"""Names of what was made of a number, which may be any."""


@cache
def of_column(name: str) -> dict[str, Any] | None:
    """What is declared of a column; None of one that may hold any number.

    >>> of_column("OS_MONTHS")["values"], of_column("Age (years)")["values"], of_column("ldh")
    ([0, 240], [0, 120], None)
    >>> of_column("Ki-67 %")["values"], of_column("log2_tmb_per_mb"), of_column("os_months_group")
    ([0, 100], None, None)
    """
    plain = snake(name.replace("%", " percent "))
    if OTHER_SCALE.fullmatch(plain):
        return None
    return next((rule for rule in schemas.plausible() if re.fullmatch(rule["columns"], plain)), None)


def sentences(table: pd.DataFrame) -> list[str]:
    """What is to be said of the columns of a table with `patient`; text is not judged.

    >>> sentences(pd.DataFrame({"patient": ["P1", "P2"], "age": [61, 44000], "os_months": [912.0, 20201201]}))[0]
    "age is outside 0 to 120 of 1 patient (P2: 44000): days, a year of birth or a spreadsheet's day number rather than years?"
    """  # noqa: E501
    found = []
    for name in table.columns.drop("patient", errors="ignore"):
        rule, cells = of_column(str(name)), table[name]
        if rule and pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
            values = cells.astype("float64").set_axis(table["patient"]).dropna()
            found += [f"{name} {said}: {rule['rather']}?" for said in _of_values(values, rule)]
    return found


def _of_values(values: pd.Series, rule: dict[str, Any]) -> Iterator[str]:
    """The whole column, else its single values by patient."""
    (least, most), (low, high) = rule["values"], rule.get("median", rule["values"])
    broken = bool((values % 1 != 0).any())
    if len(values) >= ENOUGH and not low <= values.median() <= high:
        yield f"has a median of {values.median():.15g} and reaches {values.max():.15g}"
    elif broken and values.max() <= rule.get("beyond", -1):
        yield f"has broken numbers and reaches {values.max():.15g} only"
    elif len(outside := values[(values < least) | (values > most)]):
        shown = first_few(f"{patient}: {value:.15g}" for patient, value in outside.items())
        yield f"is outside {least} to {most} of {count(len(outside), 'patient')} ({shown})"
