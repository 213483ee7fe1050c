"""Responses and times to an event that ADaM states: ADRS and ADTTE, as joins of a mapping to the subjects."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from biomarkers.clinical.imports import dates
from biomarkers.clinical.imports.cdisc_files import Dataset
from biomarkers.clinical.imports.units import DAYS
from biomarkers.errors import Problem, Problems

BEST = {"best_response": "BOR", "confirmed_best_response": "CBOR"}
"""Columns and PARAMCD, also with a suffix for the evaluator (BORINV)."""
LABELS = {
    "BOR": re.compile(r"best overall response", re.IGNORECASE),
    "CBOR": re.compile(r"(best confirmed|confirmed best) overall response", re.IGNORECASE),
}
"""What PARAM says of them, where PARAMCD has another name."""
TIMES = {"pfs": "PFS", "os": "OS"}
EVALUATORS = r"(INV\w*|IRC|IRF|ICR|BICR|BIRC|IRA|LRESP)?"
"""Suffixes of PARAMCD that name who judged; PFS2, another endpoint, has none of them."""
INVESTIGATOR = re.compile(r"INV|INVESTIGATOR", re.IGNORECASE)
UNITS = {
    "days": ("day", "days", "d"),
    "weeks": ("week", "weeks"),
    "months": ("month", "months", "mo"),
    "years": ("year", "years"),
}
IN_PARAM = re.compile(r"\b(day|days|week|weeks|month|months|year|years)\b", re.IGNORECASE)
CLOSE = 0.02
"""Share by which a time may differ from its dates in another length of a month (30, 30.4, 30.4375 days)."""


class Stated(NamedTuple):
    """What a block of a mapping gets: tables by name, joins, and columns."""

    tables: dict[str, Dataset]
    joins: list[dict[str, Any]]
    columns: dict[str, Any]


def best_responses(dataset: Dataset, treated: set[str] | None, notes: list[str]) -> Stated:
    """Best responses that ADRS states, of the treated."""
    own = _of_treated(dataset, treated, "ADRS", notes)
    found = Stated({}, [], {})
    for target, code in BEST.items():
        chosen = chosen_code(own, code, notes)
        if chosen is None:
            continue
        _join(found, own, chosen)
        found.columns[target] = {"from": f"{chosen}_AVALC"}
    return found


def times(dataset: Dataset, treated: set[str] | None, notes: list[str], problems: Problems) -> Stated:
    """PFS and OS that ADTTE states, of the treated; CNSR 0 is the event."""
    own = _of_treated(dataset, treated, "ADTTE", notes)
    found = Stated({}, [], {})
    for name, code in TIMES.items():
        chosen = chosen_code(own, code, notes)
        if chosen is None:
            continue
        rows = [row for row in own.rows if row.get("PARAMCD") == chosen]
        unit = _unit(rows)
        if unit is None:
            expected = "days, weeks, months or years in AVALU or PARAM, or STARTDT and ADT that tell it"
            said = f"of {chosen} has no unit that is known"
            problems.add(Problem.said(dataset.path, "AVAL", said, expected))
            continue
        _join(found, own, chosen)
        found.columns[f"{name}_months"] = {"from": f"{chosen}_AVAL", "unit": unit}
        found.columns[f"{name}_event"] = {"from": f"{chosen}_CNSR", "cnsr": True}
    others = Counter(row.get("PARAMCD", "") for row in own.rows) - Counter(
        row.get("PARAMCD", "") for row in own.rows if f"{row.get('PARAMCD')}_ADTTE" in _named(found)
    )
    if others:
        listed = ", ".join(f"{name} {n}" for name, n in others.items())
        notes.append(f"ADTTE: parameters that have no column in the patients sheet are not read: {listed}")
    return found


def _of_treated(dataset: Dataset, treated: set[str] | None, name: str, notes: list[str]) -> Dataset:
    """With nothing stated of subjects who were never treated, whose endpoints are empty."""
    if treated is None:
        return dataset
    nothing = dict.fromkeys(("AVAL", "AVALC", "CNSR"), "")
    rows = [row if row["USUBJID"] in treated else row | nothing for row in dataset.rows]
    left = len({row["USUBJID"] for row in dataset.rows} - treated)
    if left:
        notes.append(f"{name}: what is stated of {left} subjects without a first dose is not read")
    return dataset._replace(rows=rows)


def chosen_code(dataset: Dataset, code: str, notes: list[str]) -> str | None:
    """The PARAMCD of a parameter: that name, else the only one that begins so, else the investigator's."""
    labels = {row.get("PARAMCD", ""): row.get("PARAM", "") for row in dataset.rows}
    every = [name for name in labels if re.fullmatch(code + EVALUATORS, name.upper())]
    if not every and code in LABELS:
        every = [name for name, label in labels.items() if LABELS[code].match(label)]
    if code in every:
        chosen = code
    else:
        of_investigator = [name for name in every if INVESTIGATOR.search(f"{name[len(code) :]} {labels[name]}")]
        candidates = every if len(every) == 1 else of_investigator
        if len(candidates) != 1:
            if every:
                notes.append(f"{code} is not read: which of {', '.join(every)} counts is not told by their names")
            return None
        chosen = candidates[0]
    others = [name for name in every if name != chosen]
    if others:
        notes.append(f"{chosen} is read as {code}; not {', '.join(others)}")
    return chosen


def _join(found: Stated, dataset: Dataset, code: str) -> None:
    """Add the table of one parameter, by its analysis record (ANL01FL) where a subject has several, and its join."""
    own = dataset.taken(row.get("PARAMCD") == code for row in dataset.rows)
    several = len(own.rows) > len({row["USUBJID"] for row in own.rows})
    if several and own.has("ANL01FL"):
        own = own.taken(row.get("ANL01FL") == "Y" for row in own.rows)
    name = f"{code}_{dataset.name}"
    found.tables[name] = own
    found.joins.append({"file": name, "by": {"USUBJID": "USUBJID"}, "prefix": f"{code}_"})


def _named(found: Stated) -> Sequence[str]:
    return list(found.tables)


def _unit(rows: Sequence[Mapping[str, str]]) -> str | None:
    """The unit of AVAL: of AVALU, of PARAM, or the one in which every time is that between its dates."""
    said = {row.get("AVALU", "").casefold() for row in rows} - {""}
    if not said:
        said = {word.casefold() for row in rows for word in IN_PARAM.findall(row.get("PARAM", ""))}
    units = {unit for unit, words in UNITS.items() if said & {*words}}
    if said:
        return next(iter(units)) if len(units) == 1 and len(said) == 1 else None
    pairs = [(float(row["AVAL"]), between) for row in rows if row.get("AVAL") and (between := _days_between(row))]
    fitting = [
        unit
        for unit, length in DAYS.items()
        if pairs and all(abs(value * length - days) <= CLOSE * days + 1 for value, days in pairs)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _days_between(row: Mapping[str, str]) -> int | None:
    """Days from STARTDT to ADT, both included; None where one is no date."""
    found = [dates.clear(row.get(name) or row.get(f"{name}M", "")) for name in ("STARTDT", "ADT")]
    start, end = (datetime.date.fromisoformat(day) if day else None for day in found)
    return None if start is None or end is None else (end - start).days + 1
