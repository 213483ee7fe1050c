"""A comparison of two runs as text: what they were made from, patients, values, tests, rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from biomarkers.errors import count, first_few
from biomarkers.run.comparison.changes import Change, Comparison
from biomarkers.run.comparison.tables import FLOW, KINDS, RATES, TESTS

LISTED = 25
"""Patients, tests or rates that a section lists; the table of changes has all."""
ROLES = ("primary", "secondary", "exploratory")
WEIGHTY = ("estimate", "p_value", "q_value", "n", "n_events", "role")
"""Columns of a test that the text shows, in this order."""
ELSEWHERE = ("endpoints", "tmb", "pdl1_selected")
"""Tables of patients whose columns the cohort has, too."""


def text(found: Comparison) -> str:
    """The summary, ending in a line end."""
    lines = [
        f"Old: {found.old.folder}{_version(found.old.version)}",
        f"New: {found.new.folder}{_version(found.new.version)}",
        *(f"  note: {note}" for note in [*found.old.notes, *found.new.notes]),
    ]
    for title, section in (
        ("What the runs were made from", _sources(found)),
        ("Patients", _patients(found)),
        ("Columns", _columns(found)),
        ("Values of patients in both", _values(found)),
        ("Tests", _tests(found)),
        ("Rates", _results(found, RATES)),
        ("Adverse events", _results(found, "adverse_events_summary")),
        ("Flow", _results(found, FLOW)),
        ("Not compared", _not_compared(found)),
    ):
        told = list(section)
        if told:
            lines += ["", title, *(f"  {line}" for line in told)]
    if not found.changes:
        lines += ["", "Nothing changed."]
    return "\n".join(lines) + "\n"


def _sources(found: Comparison) -> Iterator[str]:
    files = [one for one in _of(found, "source") if one.table == "files"]
    for one in _of(found, "source"):
        if one in files[LISTED:]:
            continue
        if one.table == "sheets":
            yield f"{one.column}: {one.why}"
        elif one.table == "files":
            yield f"{one.column}: {_file(one)}"
        else:
            yield f"{one.table}: {_changed(one)}"
    yield from _rest(len(files), "files")
    if found.changes and not list(_of(found, "source")):
        yield "no difference in settings, plan, sheets, files or version"


def _patients(found: Comparison) -> Iterator[str]:
    for what, word in (("patient_added", "added"), ("patient_removed", "removed")):
        why: dict[str, str] = {}
        for one in _of(found, what):
            why.setdefault(str(one.patient), one.why or "")
        grouped = defaultdict(list)
        for patient, reason in why.items():
            grouped[reason].append(patient)
        for reason, names in grouped.items():
            shown = first_few(names, LISTED)
            yield f"{word}: {len(names)} ({shown}): {reason}"


def _columns(found: Comparison) -> Iterator[str]:
    for one in found.changes:
        if one.what in ("column_added", "column_removed"):
            yield f"{one.table}.{one.column}: {one.what[7:]}: {one.why}"


def _values(found: Comparison) -> Iterator[str]:
    changes = [one for one in found.changes if one.patient and one.what in ("value", "row_added", "row_removed")]
    if not changes:
        return
    by_patient: dict[str, list[Change]] = defaultdict(list)
    for one in changes:
        by_patient[str(one.patient)].append(one)
    values = sum(one.what == "value" for one in changes)
    yield f"{count(len(by_patient), 'patient')}, {count(values, 'value')} in all tables"
    for patient, own in list(by_patient.items())[:LISTED]:
        shown = [one for one in own if one.table not in ELSEWHERE] or own
        # A reason is told after the values that it is the reason of.
        shown = [one for one in shown if "_reason" not in str(one.column)] or shown
        grouped: dict[str, list[str]] = defaultdict(list)
        for one in shown:
            told = _changed(one)
            grouped[one.why or ""].append(told if one.column else f"{one.table} {one.item} {one.what[4:]}")
        for why, cells in grouped.items():
            yield f"{patient}: {', '.join(cells)}"
            yield f"  because {why}"
    yield from _rest(len(by_patient), "patients")


def _tests(found: Comparison) -> Iterator[str]:
    by_test: dict[str, list[Change]] = defaultdict(list)
    for one in found.changes:
        if one.table == TESTS and one.item and (one.column in WEIGHTY or not one.column):
            by_test[str(one.item)].append(one)

    def weight(test: str) -> tuple[int, bool]:
        role = found.roles.get(test, "")
        return (ROLES.index(role) if role in ROLES else len(ROLES), not any(one.note for one in by_test[test]))

    yield from (f"primary {t}: unchanged" for t, role in found.roles.items() if role == ROLES[0] and t not in by_test)
    ordered = sorted(by_test, key=weight)
    notable = sum(not weight(test)[1] for test in ordered)
    if ordered:
        yield f"{len(ordered)} changed, came or went; {notable} of them crossed 0.05, turned round, are new or gone"
    for test in ordered[:LISTED]:
        own = sorted(by_test[test], key=lambda one: WEIGHTY.index(one.column) if one.column else 0)
        told = [
            f"{_changed(one)}{f' ({one.note})' if one.note else ''}"
            if one.column
            else f"{'new' if one.what == 'row_added' else 'gone'}{f' ({one.note})' if one.note else ''}"
            for one in own
        ]
        yield f"{found.roles.get(test, '')} {test}: {', '.join(told)}"
        yield f"  because {own[0].why}"
    yield from _rest(len(ordered), "tests")


def _results(found: Comparison, table: str) -> Iterator[str]:
    rows: dict[str, list[Change]] = defaultdict(list)
    for one in found.changes:
        if one.table == table and one.item:
            rows[str(one.item)].append(one)
    for row, own in list(rows.items())[:LISTED]:
        told = [_changed(one) if one.column else one.what[4:] for one in own]
        yield f"{row}: {', '.join(told)}"
    if rows:
        yield from _rest(len(rows), "rows")
        yield f"because {next(iter(rows.values()))[0].why}"


def _not_compared(found: Comparison) -> Iterator[str]:
    for one in _of(found, "table_missing"):
        yield f"{one.table}: only the {'old' if one.old else 'new'} run has it"
    told = {*found.compared, *(one.table for one in _of(found, "table_missing"))}
    neither = [kind.name for kind in KINDS if kind.name not in told]
    if neither:
        yield f"{', '.join(neither)}: neither run has it"


def _of(found: Comparison, what: str) -> Iterable[Change]:
    return (one for one in found.changes if one.what == what)


def _rest(n: int, things: str) -> Iterator[str]:
    if n > LISTED:
        yield f"... and {n - LISTED} {things} more (all of them with --changes FILE)"


def _file(one: Change) -> str:
    return "content differs" if one.old and one.new else f"only in the {'old' if one.old else 'new'} run"


def _version(version: str) -> str:
    return f" (biomarkers {version})" if version else ""


def _changed(one: Change) -> str:
    """What a cell was and is; with every digit where four tell no difference.

    >>> _changed(Change("value", "cohort", "P1", "tmb", "2.00001", "2.00004", None))
    'tmb 2.00001 -> 2.00004'
    """
    old, new = _cell(one.old), _cell(one.new)
    if old == new:
        old, new = str(one.old), str(one.new)
    return f"{one.column or 'biomarkers'} {old} -> {new}"


def _cell(cell: str | None) -> str:
    """A cell as it is read by eye: numbers to four digits, nothing as `(none)`."""
    if cell in (None, ""):
        return "(none)"
    try:
        number = float(str(cell))
    except ValueError:
        return str(cell)
    return str(cell) if number.is_integer() else f"{number:.4g}"
