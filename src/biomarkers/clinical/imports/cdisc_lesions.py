"""Lesions of a CDISC study: the measurements of TR, one row per lesion and visit, with what TU says of each lesion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from biomarkers.clinical.imports.cdisc_files import Dataset
from biomarkers.errors import Problem, Problems, count

HEADER = ["USUBJID", "TRDTC", "TRDY", "TRLNKID", "TUSTRESC", "TULOC", "NODAL", "DIAMETER", "TUMSTATE"]
SHORT_AXIS = ("SAXIS", "LPERP", "SDIAM", "DIAM", "DIAMETER")
"""Tests (TRTESTCD) of a node's short axis, the first that was done."""
LONG_AXIS = ("LDIAM", "DIAM", "DIAMETER")
STATE = ("TUMSTATE", "LESSTATE", "STATE")
ROLE = re.compile(r"\b(non[- ]?target|target|new)\b", re.IGNORECASE)
TOO_SMALL = re.compile(r"too small", re.IGNORECASE)
GONE = re.compile(r"\b(absent|disappeared|resolved)\b", re.IGNORECASE)
TOO_SMALL_SIZE = {"mm": "5", "cm": "0.5"}
"""What a lesion that is too small to measure counts: 5 mm (RECIST 1.1, section 4.3.1)."""


class Made(NamedTuple):
    """table: columns `HEADER`. unit: of the diameters. notes: what was done beside it."""

    table: Dataset
    unit: str | None
    notes: list[str]


class _Lesion(NamedTuple):
    """What TU says of a lesion: TARGET, NON-TARGET or NEW, and where it lies."""

    role: str
    site: str


def make(tr: Dataset, tu: Dataset | None, evaluator: str | None, problems: Problems) -> Made:
    """One row per subject, lesion and visit, as one evaluator read it (None: TR names none)."""
    known = _lesions(tu, evaluator)
    notes: list[str] = []
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    tests: dict[tuple[str, str, str], dict[str, str]] = {}
    lines: dict[tuple[str, str, str], int] = {}
    small = 0
    own = tr.taken(_is_read_by(row, "TR", evaluator) and bool(row.get("TRLNKID")) for row in tr.rows)
    dates, moved = _visit_dates(own)
    unit = _unit(own, problems)
    for row, line in zip(own.rows, own.lines, strict=True):
        code, said = row.get("TRTESTCD", "").upper(), row.get("TRSTRESC") or row.get("TRORRES", "")
        if code not in (*SHORT_AXIS, *LONG_AXIS, *STATE) or not said:
            continue
        key = (row["USUBJID"], row["TRLNKID"], dates.get(_visit(row), _when(row)))
        lesion = known.get(key[:2], _Lesion("", ""))
        value = row.get("TRSTRESN") or said
        if TOO_SMALL.search(said) and not re.fullmatch(r"\d+\.?\d*", value):
            value, small = TOO_SMALL_SIZE[unit], small + 1
        measured = tests.setdefault(key, {})
        if measured.setdefault(code, value) != value:
            expected = f"one {code} of {key[1]} on {key[2]} by one evaluator ('{measured[code]}' stands before)"
            problems.add(Problem(tr.path, "TRSTRESC", said, expected, line))
        found = ROLE.search(lesion.role) or ROLE.search(row.get("TRGRPID", "")) or ROLE.search(row["TRLNKID"])
        role = found[1].upper().replace(" ", "-") if found else lesion.role or row.get("TRGRPID", "")
        rows[key] = {"TUSTRESC": role, "TULOC": lesion.site, "VISITNUM": row.get("VISITNUM", "")}
        lines.setdefault(key, line)
    made = []
    for key, row in rows.items():
        made.append(_row(key, row, tests[key]))
    if small:
        notes.append(f"lesions too small to measure count 5 mm ({count(small, 'measurement')})")
    if moved:
        notes.append(f"scans of one visit on several days count on the last of them ({count(moved, 'visit')})")
    table = Dataset("lesions", tr.path, HEADER, made, [lines[key] for key in rows])
    if tu is not None:
        table = _with_new(table, tu, evaluator, dates, problems)
    return Made(table, None if unit == "mm" else unit, notes)


def _unit(tr: Dataset, problems: Problems) -> str:
    """The unit of all diameters; mm where none is told. Others, and several, are a problem."""
    of_sizes = {*SHORT_AXIS, *LONG_AXIS}
    units = {row.get("TRSTRESU", "").casefold() for row in tr.rows if row.get("TRTESTCD", "").upper() in of_sizes}
    units.discard("")
    if len(units) > 1 or units - {"mm", "cm"}:
        problems.add(Problem(tr.path, "TRSTRESU", ", ".join(sorted(units)), "mm or cm in all rows"))
        return "mm"
    return next(iter(units), "mm")


def _row(key: tuple[str, str, str], row: Mapping[str, str], tests: Mapping[str, str]) -> dict[str, str]:
    """A row of the table from the tests of a lesion at a visit."""
    subject, lesion, when = key
    is_node = "LYMPH" in row["TULOC"].upper() or (not row["TULOC"] and "SAXIS" in tests)
    axes = SHORT_AXIS if is_node else LONG_AXIS
    diameter = next((tests[code] for code in axes if code in tests), "")
    state = next((tests[code] for code in STATE if code in tests), "")
    if row["TUSTRESC"] == "TARGET":
        gone = GONE.search(diameter) or (not diameter and GONE.search(state))
        diameter, state = ("0" if gone else diameter), ""
    day = "TRDTC" if "-" in when[1:] else "TRDY"
    cells = {"USUBJID": subject, "TRLNKID": lesion, day: when, "TUSTRESC": row["TUSTRESC"], "TULOC": row["TULOC"]}
    return dict.fromkeys(HEADER, "") | cells | {"NODAL": str(int(is_node)), "DIAMETER": diameter, "TUMSTATE": state}


def _when(row: Mapping[str, str], domain: str = "TR") -> str:
    """The date of a row, else its study day."""
    return row.get(f"{domain}DTC", "")[:10] or row.get(f"{domain}DY", "")


def _visit(row: Mapping[str, str]) -> tuple[str, str]:
    return row["USUBJID"], row.get("VISITNUM", "") or _when(row)


def _visit_dates(tr: Dataset) -> tuple[dict[tuple[str, str], str], int]:
    """The last day of each visit on which a lesion was measured, and how many visits have several."""
    every: dict[tuple[str, str], set[str]] = {}
    for row in tr.rows:
        if _when(row):
            every.setdefault(_visit(row), set()).add(_when(row))
    latest = {visit: max(days, key=lambda day: (day.count("-"), day)) for visit, days in every.items()}
    return latest, sum(len(days) > 1 for days in every.values())


def evaluator_of(row: Mapping[str, str], domain: str) -> str:
    """Who read a row, in capitals: the identifier where there is one, else the kind of evaluator."""
    return (row.get(f"{domain}EVALID") or row.get(f"{domain}EVAL", "")).upper()


def _is_read_by(row: Mapping[str, str], domain: str, evaluator: str | None) -> bool:
    own = evaluator_of(row, domain)
    return evaluator is None or own == evaluator or (domain == "TU" and not own)


def _lesions(tu: Dataset | None, evaluator: str | None) -> dict[tuple[str, str], _Lesion]:
    """Lesions by subject and link; those that the evaluator identified come before those of others."""
    found: dict[tuple[str, str], _Lesion] = {}
    rows = [] if tu is None else [row for row in tu.rows if row.get("TULNKID")]
    for row in sorted(rows, key=lambda row: not _is_read_by(row, "TU", evaluator)):
        lesion = _Lesion(row.get("TUSTRESC") or row.get("TUORRES", ""), row.get("TULOC", ""))
        found.setdefault((row["USUBJID"], row["TULNKID"]), lesion)
    return found


def _with_new(
    table: Dataset, tu: Dataset, evaluator: str | None, dates: Mapping[tuple[str, str], str], problems: Problems
) -> Dataset:
    """The table with new lesions of TU that were never measured, on their own day or on that of their visit."""
    rows, lines = [*table.rows], [*table.lines]
    measured = {(row["USUBJID"], row["TRLNKID"]) for row in table.rows}
    for row, line in zip(tu.rows, tu.lines, strict=True):
        said = row.get("TUSTRESC") or row.get("TUORRES", "")
        found = ROLE.search(said)
        link = row.get("TULNKID") or f"NEW-{row.get('TUSEQ') or line}"
        is_new = found is not None and found[1].upper() == "NEW" and _is_read_by(row, "TU", evaluator)
        if not is_new or (row["USUBJID"], link) in measured:
            continue
        when = _when(row, "TU") or dates.get((row["USUBJID"], row.get("VISITNUM", "")), "")
        if not when:
            expected = "a date (or a visit that TR dates): a new lesion is progression"
            problems.add(Problem.said(tu.path, "TUDTC", "is empty", expected, line))
            continue
        rows.append(_row((row["USUBJID"], link, when), {"TUSTRESC": "NEW", "TULOC": row.get("TULOC", "")}, {}))
        lines.append(line)
        measured.add((row["USUBJID"], link))
    return table._replace(rows=rows, lines=lines)
