"""Rows of the two tables, roles, families and the correction for many tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association.specification import Named
from biomarkers.stats.intervals import NAN


@dataclass(frozen=True)
class Row:
    """One estimate of one test, as the contract's result table has it.

    n: patients in the test; n_missing: those of the cohort who are not. marker_class: declared, genes, features,
    adjusted, covariates. named: which test of a plan would be this one (method by cut); role and q are added later.
    """

    endpoint: str
    marker: str
    method: str
    contrast: str
    n: int
    n_events: int | None
    n_missing: int
    estimate: float = NAN
    estimate_type: str = ""
    ci_low: float = NAN
    ci_high: float = NAN
    statistic: float = NAN
    p_value: float = NAN
    note: str = ""
    marker_class: str = "declared"
    named: Named | None = None
    role: str = "exploratory"
    family: str = ""
    q_value: float = NAN

    @property
    def test(self) -> tuple[str, ...]:
        """What identifies the test; rows of one test share a p-value. The note names a multivariable model."""
        model = self.note if self.marker_class in ("adjusted", "covariates") else ""
        return self.endpoint, self.marker, self.method, self.contrast, model


@dataclass(frozen=True)
class Group:
    """One row of the group table."""

    endpoint: str
    marker: str
    group: str
    n: int
    n_events: int | None
    estimate: float
    estimate_type: str
    ci_low: float = NAN
    ci_high: float = NAN


class Compared(NamedTuple):
    """Rows for both tables."""

    rows: list[Row]
    groups: list[Group]


class Association(NamedTuple):
    """The two tables of `biomarkers associate`."""

    results: pd.DataFrame
    groups: pd.DataFrame


COLUMNS = [
    *("family", "role", "endpoint", "marker", "method", "contrast", "n", "n_events", "n_missing"),
    *("estimate", "estimate_type", "ci_low", "ci_high", "statistic", "p_value", "q_value", "note"),
]


def with_roles(rows: Iterable[Row], primary: Named, secondary: Sequence[Named]) -> list[Row]:
    """Rows with role and family.

    The first row of the primary test is primary; its further estimates are exploratory but stay in its family, so
    that their p counts once. A family is role x endpoint x marker class (methods.md, 6).
    """
    done: list[Row] = []
    primary_test: tuple[str, ...] | None = None
    for row in rows:
        role = family_role = "exploratory"
        if row.named == primary and primary_test is None:
            primary_test, role, family_role = row.test, "primary", "primary"
        elif row.test == primary_test:
            family_role = "primary"
            row = replace(row, note=row.note + ("; " if row.note else "") + "further estimate of the primary test")
        elif row.named is not None and row.named in secondary:
            role = family_role = "secondary"
        family = f"{family_role} {row.endpoint} {row.marker_class}"
        done.append(replace(row, role=role, family=family))
    return done


def with_q_values(rows: Sequence[Row]) -> list[Row]:
    """Rows with q: Benjamini-Hochberg within each family, Holm over the primary; a test's p counts once."""
    from statsmodels.stats.multitest import multipletests

    families: dict[str, dict[tuple[str, ...], float]] = {}
    for row in rows:
        if not np.isnan(row.p_value):
            families.setdefault(row.family, {})[row.test] = row.p_value
    q_values: dict[tuple[str, tuple[str, ...]], float] = {}
    for family, tests in families.items():
        method = "holm" if family.startswith("primary ") else "fdr_bh"
        adjusted = multipletests(list(tests.values()), method=method)[1]
        q_values.update({(family, test): float(q) for test, q in zip(tests, adjusted, strict=True)})
    return [replace(row, q_value=q_values.get((row.family, row.test), NAN)) for row in rows]


def as_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """The result table: primary first, then secondary, then exploratory, each in the order in which it was made."""
    rank = {"primary": 0, "secondary": 1, "exploratory": 2}
    ordered = sorted(rows, key=lambda row: rank[row.role])
    frame = pd.DataFrame([[getattr(row, column) for column in COLUMNS] for row in ordered], columns=COLUMNS)
    return frame.astype({"n": "Int64", "n_events": "Int64", "n_missing": "Int64"})


def group_frame(groups: Iterable[Group]) -> pd.DataFrame:
    """The group table; a group that several tests share stands once."""
    unique = list(dict.fromkeys(groups))
    return pd.DataFrame([astuple(group) for group in unique], columns=[f.name for f in fields(Group)])
