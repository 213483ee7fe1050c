"""Roles and families of the rows, the correction for many tests, and the tables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from biomarkers.association.rows import METHOD_NAMES, Columns, Row
from biomarkers.association.specification import Named
from biomarkers.stats import multiplicity
from biomarkers.stats.intervals import LEVEL, NAN, joined

RANK = {"primary": 0, "secondary": 1, "exploratory": 2}
"""Order of the roles in the result table."""

INNER = ("corrected_with", "named", "asks", "place", "counted")
"""Columns that the result table does not have."""

NUMBERS = {"estimate", "ci_low", "ci_high", "statistic", "p_value", "q_value", "cut_at", "gate_p", "landmark_months"}
NUMBERS |= {"per", "months"}


class Group(NamedTuple):
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
    marker_class: str = "declared"
    of_marker: str = ""
    with_marker: str = ""


class Compared(NamedTuple):
    """Rows for both tables."""

    rows: list[Row]
    groups: list[Group]


class Association(NamedTuple):
    """The tables of `biomarkers associate`; models, predictions and curves are of the prediction, empty without one."""

    results: pd.DataFrame
    groups: pd.DataFrame
    memberships: pd.DataFrame
    models: pd.DataFrame
    predictions: pd.DataFrame
    curves: pd.DataFrame
    cutpoint_profiles: pd.DataFrame


def with_roles(
    columns: Columns, primary: Named, secondary: Sequence[Named], *, across_endpoints: bool = False
) -> Columns:
    """Rows with role and family.

    The first row of the primary test is primary; its further estimates are exploratory but stay in its family, so
    that their p counts once. Of tests that ask the same, the one that the plan names counts, else the first of
    METHOD_NAMES with a p; the others stay in their family without a q. A family is role x endpoint x marker class
    (docs/methods.md, 6.2); across_endpoints: role x marker class (6.29).
    """
    notes, primary_test = [*columns["note"]], ""
    roles = ["exploratory"] * len(notes)
    of_family = [*roles]
    for i, (named, test) in enumerate(zip(columns["named"], columns["test"], strict=True)):
        if named == primary and not primary_test:
            primary_test, roles[i], of_family[i] = test, "primary", "primary"
        elif test == primary_test:
            of_family[i] = "primary"
            notes[i] = joined(notes[i], "further estimate of the primary test")
        elif named is not None and named in secondary:
            roles[i] = of_family[i] = "secondary"
    endpoints = ["all endpoints"] * len(notes) if across_endpoints else columns["endpoint"]
    named_so = zip(columns["family"], of_family, endpoints, columns["corrected_with"], strict=True)
    families = [given or f"{role} {endpoint} {others}" for given, role, endpoint, others in named_so]
    leading = _leading(columns, of_family)
    counted = [True] * len(notes)
    for i, (lead, test, p_value) in enumerate(zip(leading, columns["test"], columns["p_value"], strict=True)):
        if columns["test"][lead] == test:
            continue
        families[i], counted[i] = families[lead], False
        if not math.isnan(p_value):
            other = METHOD_NAMES[columns["method"][lead].removeprefix("firth_")]
            notes[i] = joined(notes[i], f"one hypothesis with {other}, where its q stands")
    return {**columns, "role": roles, "family": families, "counted": counted, "note": notes}


def _leading(columns: Columns, of_family: Sequence[str]) -> list[int]:
    """Of each row the one that counts for what both ask."""
    places = {prefix + name: place for place, name in enumerate(METHOD_NAMES) for prefix in ("", "firth_")}
    given = zip(columns["endpoint"], columns["marker"], columns["asks"], columns["test"], strict=True)
    asked = [(endpoint, marker, *what) if what else (test,) for endpoint, marker, what, test in given]
    counting: dict[tuple[str, ...], tuple[int, int, int]] = {}
    ranked = zip(asked, of_family, columns["p_value"], columns["method"], strict=True)
    for i, (what, role, p_value, method) in enumerate(ranked):
        rank = (2 * RANK[role] + math.isnan(p_value), places.get(method, 0), i)
        counting[what] = min(rank, counting.get(what, rank))
    return [counting[what][-1] for what in asked]


def with_gates(columns: Columns, gates: Sequence[Named]) -> Columns:
    """Rows with the plan's fixed sequence: the primary test, then these in order (docs/methods.md, 6.29).

    The corrected p of each is the largest p up to it; a test without a p ends the sequence. Nothing without gates.
    """
    number, largest = len(columns["note"]), 0.0
    done: Columns = {**columns, "gate": [None] * number, "gate_p": [NAN] * number, "note": [*columns["note"]]}
    for place, named in enumerate([None, *gates] if gates else [], start=1):
        found = columns["role"] if named is None else columns["named"]
        position = found.index(named or "primary") if (named or "primary") in found else None
        own = NAN if position is None else columns["p_value"][position]
        reached, largest = largest <= LEVEL, max(largest, 1.0 if np.isnan(own) else own)
        if position is not None:
            decision = f"rejected at {LEVEL:g}" if largest <= LEVEL else "not rejected"
            said = decision if reached else "not tested, since one before it was not rejected"
            done["gate"][position], done["gate_p"][position] = place, largest
            note = f"fixed sequence, {place} of {len(gates) + 1}: {said}"
            done["note"][position] = joined(done["note"][position], note)
    return done


def with_q_values(columns: Columns) -> Columns:
    """Rows with q: Benjamini-Hochberg within each family, Holm over the primary; a test's p counts once.

    An estimate without a p of its own, such as a Brier score, has no q.
    """
    p_values, keys = columns["p_value"], [*zip(columns["family"], columns["test"], strict=True)]
    corrected = [own and not math.isnan(p) for own, p in zip(columns["counted"], p_values, strict=True)]
    families: dict[str, dict[str, float]] = {}
    for (family, test), p_value in itertools.compress(zip(keys, p_values, strict=True), corrected):
        families.setdefault(family, {})[test] = p_value
    q_values: dict[tuple[str, str], float] = {}
    for family, tests in families.items():
        correct = multiplicity.holm if family.startswith("primary ") else multiplicity.benjamini_hochberg
        adjusted = correct(np.array(list(tests.values())))
        q_values.update({(family, test): q for test, q in zip(tests, adjusted.tolist(), strict=True)})
    return {**columns, "q_value": [q_values[key] if own else NAN for key, own in zip(keys, corrected, strict=True)]}


def as_frame(columns: Columns) -> pd.DataFrame:
    """The result table: primary first, then secondary, then exploratory, each in the order in which it was made."""
    cells = {
        name: np.array(column, dtype=float if name in NUMBERS else object)
        for name, column in columns.items()
        if name not in INNER
    }
    frame = pd.DataFrame(cells).astype({name: "Int64" for name in ("n", "n_events", "n_missing", "gate")})
    ranks = np.array([RANK[role] for role in columns["role"]], dtype=int)
    return frame.iloc[np.argsort(ranks, kind="stable")].reset_index(drop=True) if ranks.min(initial=2) < 2 else frame


def group_frame(groups: Iterable[Group]) -> pd.DataFrame:
    """The group table; a group that several tests share stands once, one of nobody does not stand."""
    return pd.DataFrame([group for group in dict.fromkeys(groups) if group.n], columns=[*Group._fields])
