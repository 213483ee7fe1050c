"""A mapping proposed for tables of other people, for a person to confirm; it is never applied by itself.

What is not known stands as `CONFIRM`, which no mapping takes: the proposal runs only after somebody has decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from biomarkers.clinical.imports import headings, registry, units
from biomarkers.clinical.imports.guesses import CONFIRM, LIKELY, SURE, Table, details, printable, scalar
from biomarkers.errors import Problems
from biomarkers.io import foreign, schemas, workbooks
from biomarkers.io.cells import IDENTIFYING


def proposed(paths: Sequence[Path]) -> str:
    """The text of a mapping for these tables. Raises InputError for files that cannot be read."""
    problems = Problems()
    tables = [table for path in paths for table in _tables(path, problems)]
    problems.stop_if_any()
    blocks: dict[str, list[list[str]]] = {}
    notes: list[str] = []
    for table in tables:
        notes += _formats(table)
        made = dict(_blocks(table))
        notes += [] if made else [f"{_place(table)}: no heading is known for a patient, so nothing is proposed"]
        for sheet, lines in made.items():
            blocks.setdefault(sheet, []).append(lines)
    text = [
        "# A mapping proposed by `biomarkers import --suggest`, for a person to confirm: nothing of it was applied.",
        "# sure: a standard name. likely: confirm that it means this. CONFIRM: put what is right in its place, since a",
        "# mapping with CONFIRM is refused. Paths are relative to the folder of the mapping. See docs/import.md.",
        *(f"# {printable(note)}" for note in notes),
    ]
    for sheet, parts in blocks.items():
        text.append(f"{sheet}:")
        if sheet == "patients" and len(parts) > 1:
            text.append("# Files that tell of the same patients are joined (join, in docs/import.md), not listed.")
        for part in parts:
            head, *rest = part
            text += [f"- {head}", *(f"  {line}" for line in rest)]
    return "\n".join(text) + "\n"


def _tables(path: Path, problems: Problems) -> Iterator[Table]:
    """The tables of a file: one, or one for each sheet of a workbook that can be read."""
    if workbooks.is_workbook(path):
        for name in problems.catch(workbooks.filled, path) or []:
            cells = problems.catch(workbooks.read, path, name)
            if cells is not None and cells.rows:
                yield Table(str(path), name, None, cells)
        return
    comment = "#"
    cells = problems.catch(foreign.read, path, comment=comment)
    if cells is not None:
        yield Table(str(path), None, comment if foreign.begins_with(path, comment) else None, cells)


def _place(table: Table) -> str:
    return table.file + (f"[{table.sheet}]" if table.sheet else "")


def _formats(table: Table) -> Iterator[str]:
    """Formats with an importer of their own that the headings show."""
    there = {headings.key(name) for name in table.cells.header}
    importers = {each.name for each in registry.formats()}
    for name, groups in headings.formats().items():
        if name in importers and any(set(group) <= there for group in groups):
            yield f"{_place(table)} looks like {name}: `biomarkers import {name} ...` knows its columns and words"


def _blocks(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The sheets that a table may feed, each with the lines of its block."""
    patient = table.of("patients").get("patient")
    if patient is None:
        return
    scores = table.scores()
    long = [name for name in ("mutations", "adverse_events", "lesions", "pdl1") if _feeds(table, name)]
    if table.repeats(patient[0]) and _feeds(table, "assessments"):
        long.append("assessments")
    if long:
        yield long[0], _block(table, long[0], keep=False)
        return
    if scores:
        yield "pdl1", _scores(table, patient[0], scores)
    if not table.repeats(patient[0]):
        yield "patients", _block(table, "patients", keep=True)
    elif not scores:
        yield "features", _block(table, "features", keep=True)


def _feeds(table: Table, sheet: str) -> bool:
    """Whether a table has what a sheet of several rows a patient must have."""
    found = {*table.of(sheet)}
    marks = {
        "adverse_events": {"grade", "soc", "serious", "related"},
        "lesions": {"diameter_mm", "role"},
        "pdl1": {"value"},
    }
    return not schemas.absent(
        {**schemas.load(sheet), "x-columns": []}, found | ({"role"} if sheet == "lesions" else set())
    ) and (sheet not in marks or bool(found & marks[sheet]))


def _block(table: Table, sheet: str, *, keep: bool) -> list[str]:
    """The lines of a block."""
    named = table.of(sheet) if sheet != "features" else {}
    patient = table.of("patients")["patient"]
    lines = _head(table)
    lines.append("columns:")
    rules = schemas.load(sheet)["properties"]
    taken = set()
    for target in ["patient", *(target for target in rules if target != "patient")]:
        found = named.get(target) or (patient if target == "patient" else None)
        if found is not None:
            heading, meaning, others = found
            taken.add(heading)
            lines += [f"  {line}" for line in _column(table, target, rules[target], heading, meaning, others)]
    for target in schemas.absent({**schemas.load(sheet), "x-columns": []}, {*named, "patient"}):
        lines.append(f"  {target}: {CONFIRM}  # no heading is known for it, and {sheet} needs it")
    scores = {name for name, _ in table.scores()} if sheet == "patients" else set()
    rest = [name for name in table.columns if name not in taken | scores]
    carried = [name for name in rest if not IDENTIFYING.search(name)]
    if keep and carried:
        lines.append("keep:")
        lines += [f"- {scalar(name)}" for name in carried]
    elif carried:
        lines.append(f"# not taken: {printable(', '.join(carried))}")
    lines += [
        f"# not carried, as it looks like a direct identifier: {printable(name)}"
        for name in rest
        if name not in carried
    ]
    return lines


def _head(table: Table) -> list[str]:
    """What a block says of its file."""
    lines = [f"file: {scalar(table.file)}"]
    lines += [f"sheet: {scalar(table.sheet)}"] if table.sheet else []
    lines += [f"comment: {json.dumps(table.comment)}"] if table.comment else []
    return lines


def _scores(table: Table, patient: str, scores: list[tuple[str, headings.Score]]) -> list[str]:
    """The block of PD-L1 scores: a row for each column of them."""
    lines = _head(table)
    named = table.of("pdl1")
    lines += ["columns:", f"  patient: {scalar(patient)}  # {LIKELY}"]
    rules = schemas.load("pdl1")["properties"]
    for target in ("collected", "assay"):
        if target in named:
            lines += [f"  {line}" for line in _column(table, target, rules[target], *named[target])]
    if "assay" not in named:
        lines.append(
            f"  assay: {{value: {CONFIRM}}}  # such as 22C3, 28-8, SP263, SP142; take the line away if unknown"
        )
    lines.append("rows:")
    for heading, found in scores:
        values = {number for cell in table.filled(heading) if (number := units.number(cell)) is not None}
        unit = ""
        if found.unit is None and values and max(values) <= 1 and any(0 < value < 1 for value in values):
            unit = f", unit: {CONFIRM}"
        source = f"{{from: {scalar(heading)}{unit}}}" if unit else scalar(heading)
        lines.append(f"- score_type: {{value: {found.score_type or CONFIRM}}}  # of TPS, CPS, IC, TC, TAP")
        lines.append(f"  value: {source}" + ("  # fraction or percent?" if unit else ""))
    return lines


def _column(
    table: Table, target: str, rule: dict[str, object], heading: str, meaning: headings.Meaning, others: list[str]
) -> list[str]:
    """The line of a column, and comments on what a person must decide."""
    said = SURE if meaning.sure else LIKELY
    if others:
        said += f"; or {', '.join(map(printable, others))}"
    given, note = details(table, target, rule, heading, meaning)
    inner = ", ".join([f"from: {scalar(heading)}", *given])
    text = f"{target}: {{{inner}}}" if given else f"{target}: {scalar(heading)}"
    return [f"{text}  # {said}{f'; {note}' if note else ''}"]
