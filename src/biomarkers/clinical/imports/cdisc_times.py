"""Responses and times to an event of a CDISC study: as ADRS and ADTTE state them, and visits of RS and ADRS."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from biomarkers.clinical.imports import dates
from biomarkers.clinical.imports.cdisc_files import Dataset
from biomarkers.clinical.imports.mapping import bare
from biomarkers.clinical.imports.units import DAYS
from biomarkers.errors import Problem, Problems, count, log
from biomarkers.io import schemas, words

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
    codes = (row.get("PARAMCD", "") for row in own.rows)
    others = Counter(code for code in codes if f"{code}_ADTTE" not in found.tables)
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
        notes.append(f"{name}: what is stated of {count(left, 'subject')} without a first dose is not read")
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
    if others or (code in TIMES.values() and chosen != code):
        notes.append(f"{chosen} is read as {code}" + (f"; not {', '.join(others)}" if others else ""))
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


VISITS = "OVR"
"""PARAMCD of overall responses at visits, also with a suffix for the evaluator."""
RESPONSE = {"NON-CR/NON-PD": "NON-CR/NON-PD", "NON-CR / NON-PD": "NON-CR/NON-PD", "NN": "NON-CR/NON-PD"}
"""Words that need a meaning of their own; others are read as in every sheet."""
KNOWN = {bare(word) for word in RESPONSE}
RESPONSES = tuple(schemas.load("assessments")["properties"]["response"]["enum"])


def of_adrs(dataset: Dataset, notes: list[str]) -> Dataset | None:
    """The rows of ADRS that are overall responses at visits; None where it has none."""
    chosen = chosen_code(dataset, VISITS, notes)
    return None if chosen is None else dataset.taken(row.get("PARAMCD") == chosen for row in dataset.rows)


def evaluators(dataset: Dataset) -> list[str]:
    """The columns of ADRS that tell who read a visit."""
    names = [name for name in ("RSEVALID", "RSEVAL", "AEVAL", "EVAL") if dataset.has(name)]
    by_category = [
        name
        for name in ("PARCAT2", "PARCAT1")
        if any(re.search(r"investigator|independent|central|bicr|irc", row.get(name, ""), re.I) for row in dataset.rows)
    ]
    return names or by_category[:1]


def overall(results: Dataset, notes: list[str], problems: Problems) -> Dataset:
    """Overall responses of RS, by RECIST 1.1 where it has several criteria."""
    dataset = results.taken(row.get("RSTESTCD", "").upper() == "OVRLRESP" for row in results.rows)
    criteria = Counter(row.get("RSCAT", "") for row in dataset.rows)
    if len(criteria) < 2:
        return dataset
    recist = next((name for name in criteria if re.fullmatch(r"RECIST(\s*1\.1)?", name.upper())), None)
    if recist is None:
        problems.add(Problem(results.path, "RSCAT", ", ".join(sorted(criteria)), "RECIST 1.1 among them"))
        return dataset
    others = ", ".join(f"{name or '(empty)'} {n}" for name, n in criteria.items() if name != recist)
    notes.append(f"responses by {recist} are taken, not those by other criteria ({others})")
    return dataset.taken(row.get("RSCAT", "") == recist for row in dataset.rows)


RECIST = re.compile(r"RECIST[\s_-]*(V(ERSION)?\.?\s*)?(1(\.[01])?)?", re.IGNORECASE)
"""What RSCAT says of responses by RECIST; iRECIST and mRECIST are other criteria."""


def usable(dataset: Dataset, response: str, days: Sequence[str], problems: Problems) -> Dataset:
    """The rows with a response that is known and a day; the others are said. All rows where no response is known.

    Words of another scale are a problem: else only what it shares with RECIST (PD, NE) would be read.
    """
    undated, kept = 0, []
    strange: Counter[str] = Counter()
    for row in dataset.rows:
        cell, is_dated = row.get(response, ""), any(row.get(name) for name in days)
        known = bare(cell) in KNOWN or words.read("response", cell, RESPONSES) is not None
        if cell and not known:
            strange[cell] += 1
        undated += known and not is_dated
        kept.append(known and is_dated)
    if not any(kept):  # The words of another scale: the mapping's own message says what was expected.
        return dataset
    others = sorted({name for row in dataset.rows if (name := row.get("RSCAT", "")) and not RECIST.fullmatch(name)})
    if strange and (others or strange.total() > sum(kept) + undated):
        expected = "responses of RECIST 1.1"
        expected += f" (RSCAT is {', '.join(others)})" if others else ""
        expected += (
            f"; {strange.total()} of {strange.total() + sum(kept) + undated} are none: give them as assessments by "
        )
        expected += "a mapping (docs/import.md), without this file in the folder"
        problems.add(Problem(dataset.path, response, ", ".join(strange), expected))
    elif others:
        said = "%s: RSCAT is %s: its responses are read as those of RECIST 1.1, whose words they are"
        log.warning(said, dataset.path, ", ".join(others))
    empty = len(kept) - sum(kept) - undated - strange.total()
    if undated:
        log.warning("%s: responses without a day are not used (rows: %d)", dataset.path, undated)
    if empty:
        log.info("%s: rows without a response (not done) are left out: %d", dataset.path, empty)
    if strange:
        listed = ", ".join(f"'{word}' {n}" for word, n in strange.most_common())
        log.warning("%s: %s is not understood, so these assessments are left out: %s", dataset.path, response, listed)
    return dataset.taken(kept)
