"""The flow of patients as a trunk: each step holds a part of the one before, and who leaves has one reason.

The table of the flow counts every step among all enrolled patients. Here a step loses only those who were still in:
first the steps that all of the primary analysis passed, then the primary analysis, then what part of it has more
(docs/methods.md, 11.8).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from biomarkers.report import reasons, wording
from biomarkers.report.given import Tables
from biomarkers.report.numbers import missing, text_of

PRIMARY = "in_primary_analysis"
ORDER = tuple(wording.STEPS)


class Leaving(NamedTuple):
    """Patients who leave at a step for one reason."""

    reason: str
    patients: list[str]


class Held(NamedTuple):
    """A step of the trunk: how many are still in, and who left before it, by reason."""

    name: str
    n: int
    left: list[Leaving]


class Trunk(NamedTuple):
    """The steps in order, and what the table says of steps that cannot be drawn, as sentences."""

    steps: list[Held]
    unknown: list[str]


def trunk(given: Tables) -> Trunk:
    """The trunk of the flow. Empty where the table of the flow does not tell how many were enrolled."""
    if given.flow is None:
        return Trunk([], [])
    listed = [name for name in ORDER if given.flow["step"].eq(name).any()]
    counts: Mapping[str, Any] = dict(given.flow.groupby("step", sort=False)["n"].first())
    excluded = {name: excluded_at(given, name) for name in listed}
    enrolled = counts.get("enrolled", float("nan"))
    if missing(enrolled):
        return Trunk([], [])
    n, steps, unknown, out = int(enrolled), [], [], set[str]()
    for name in _in_order(listed, excluded):
        if not missing(counts[name]) and int(counts[name]) + len(excluded[name]) == int(enrolled):
            leaving = {patient: why for patient, why in excluded[name].items() if patient not in out}
            out |= set(leaving)
            steps.append(Held(name, n := n - len(leaving), _by_reason(leaving)))
        else:
            unknown.append(_told(given.flow, name, given.cohort))
    return Trunk(steps, unknown)


def excluded_at(given: Tables, step: str) -> dict[str, str]:
    """By patient, why a step does not hold them: from the table of exclusions, else from the table of the flow."""
    if given.exclusions is not None:
        rows = given.exclusions[given.exclusions["step"].eq(step)]
        return {
            row.patient: reasons.reason(text_of(row.reason), getattr(row, "column", None)) for row in wording.each(rows)
        }
    if given.flow is None:
        return {}
    found: dict[str, str] = {}
    for row in wording.each(given.flow[given.flow["step"].eq(step)]):
        why = reasons.plain(text_of(row.reason), list(map(str, given.cohort)))
        found |= {name.strip(): why for name in text_of(row.patients).split(",") if name.strip()}
    return found


def not_evaluable(given: Tables) -> pd.Series:
    """By row of the cohort, whether the response could not be evaluated or nothing tells of it."""
    names = given.cohort["patient"]
    if given.flow is not None and given.flow["step"].eq("evaluable").any():
        return names.isin(excluded_at(given, "evaluable"))
    if "best_response" not in given.cohort:
        return pd.Series(False, index=names.index)
    best = given.cohort["best_response"]
    return best.isna() | best.isin(["NE", "MISSING"])


def _in_order(listed: list[str], excluded: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Steps that hold the whole primary analysis first, then it, then those that it does not need."""
    if PRIMARY not in listed:
        return listed
    others = [name for name in listed if name != PRIMARY]
    before = [name for name in others if set(excluded[name]) <= set(excluded[PRIMARY])]
    return [*before, PRIMARY, *(name for name in others if name not in before)]


def _by_reason(leaving: Mapping[str, str]) -> list[Leaving]:
    found: dict[str, list[str]] = {}
    for patient, why in leaving.items():
        found.setdefault(why, []).append(patient)
    return [Leaving(why, names) for why, names in sorted(found.items(), key=lambda each: -len(each[1]))]


def _told(flow: pd.DataFrame, name: str, cohort: pd.DataFrame) -> str:
    """What the table says of a step whose patients it does not name."""
    said = []
    for row in wording.each(flow[flow["step"].eq(name)]):
        held = "" if missing(row.n) else f"{int(row.n):,}"
        out = "" if missing(row.excluded) or not row.excluded else f"{int(row.excluded)} left out"
        why = reasons.plain(text_of(row.reason), list(map(str, cohort)))
        said.append(": ".join(filter(None, [", ".join(filter(None, [held, out])) or "not known", why])))
    return f"{wording.STEPS[name]}: {'; '.join(said)}."
