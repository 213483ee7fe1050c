"""Who read the scans, on an anonymous page: a role stays, a name gets a number (docs/methods.md, 11.10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from biomarkers.report.given import Tables

COLUMNS = {
    "assessments": ("evaluator",),
    "readers": ("reader", "other"),
    "discordant": ("reader", "other"),
    "rates": ("reader", "other"),
}
"""Columns that name a reader, by table."""
ROLE = re.compile(
    r"the|local|site|central|independent|blinded|external|internal|primary|secondary|first|second|third|adjudicat\w+|"
    r"investigators?|sponsor|hospital|reviews?|reviewers?|reads?|readers?|readings?|rad|radiolog\w+|oncolog\w+|assess\w+|"
    r"evaluators?|committee|imaging|consensus|lab|core|inv|icr|bicr|birc|irc|irf|iro|ircr|[abc]",
    re.IGNORECASE,
)
"""Words for what a reader is, which name nobody."""


def is_role(name: str) -> bool:
    """Whether a reader is called by a role or a number.

    >>> [is_role(name) for name in ("BICR", "investigator", "Reader 2", "reader_B", "IRC1", "2", "AB", "Dr. Site")]
    [True, True, True, True, True, True, False, False]
    """
    return all(ROLE.fullmatch(word) for word in re.findall(r"[^\W\d_]+", name))


def names(given: Tables) -> list[str]:
    """The readers of the tables and of the settings who are called by a name."""
    frames = given.frames()
    found = {str(given.settings.get("endpoints", {}).get("evaluator") or "")}
    for table, columns in COLUMNS.items():
        for column in [name for name in columns if name in frames.get(table, ())]:
            found |= {str(name) for name in frames[table][column].dropna().unique()}
    return sorted(name for name in found if not is_role(name))


def numbered(fresh: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """A number for each name.

    >>> numbered(["Dr. Miller", "Smith"], {"Smith": "reader 1"})
    {'Smith': 'reader 1', 'Dr. Miller': 'reader 2'}
    """
    found = dict(known)
    for name in fresh:
        found.setdefault(name, f"reader {len(found) + 1}")
    return found


def hidden(given: Tables, numbers: Mapping[str, str]) -> Tables:
    """The tables and settings with numbers in place of these names."""

    def told(name: Any) -> Any:
        return numbers.get(name, name)

    frames, changed = given.frames(), dict[str, Any]()
    for table, columns in COLUMNS.items():
        named = [name for name in columns if name in frames.get(table, ())]
        if named:
            changed[table] = frames[table].assign(**{name: frames[table][name].map(told) for name in named})
    if "rates" in frames:
        changed["rates"] = _agreements(changed.get("rates", frames["rates"]))
    endpoints = given.settings.get("endpoints", {})
    if "evaluator" in endpoints:
        told_of = {**endpoints, "evaluator": told(endpoints["evaluator"])}
        changed["settings"] = {**given.settings, "endpoints": told_of}
    return replace(given, **changed)


def _agreements(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates with the agreements of readers called by their numbers; where no column has their names, by none."""
    of_pair = rates["endpoint"].eq("best_response_agreement")
    pairs = rates["reader"] + " vs " + rates["other"] if "reader" in rates else pd.Series(None, rates.index, "object")
    return rates.assign(definition=rates["definition"].mask(of_pair, pairs.fillna("two readers")))
