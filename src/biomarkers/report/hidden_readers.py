"""Who read the scans, on an anonymous page: a role stays, a name gets a number (docs/methods.md, 11.10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from biomarkers.report.given import Tables

COLUMNS = {"assessments": ("evaluator",), "readers": ("reader", "other"), "discordant": ("reader", "other")}
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
    if "rates" in frames and "definition" in frames["rates"]:
        changed["rates"] = frames["rates"].assign(definition=frames["rates"]["definition"].map(_pair(told)))
    endpoints = given.settings.get("endpoints", {})
    if "evaluator" in endpoints:
        told_of = {**endpoints, "evaluator": told(endpoints["evaluator"])}
        changed["settings"] = {**given.settings, "endpoints": told_of}
    return replace(given, **changed)


def _pair(told: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What numbers the readers of `first vs second`, as their agreement among the rates is called."""
    return lambda cell: " vs ".join(map(told, cell.split(" vs "))) if isinstance(cell, str) else cell
