"""A mapping proposed for tables of other people, for a person to confirm; it is never applied by itself.

What is not known stands as `CONFIRM`, which no mapping takes: the proposal runs only after somebody has decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from biomarkers.clinical.imports import headings, registry, units
from biomarkers.clinical.imports.guesses import CONFIRM, LIKELY, SURE, Table, details, printable, scalar
from biomarkers.errors import Problems
from biomarkers.io import foreign, schemas, workbooks
from biomarkers.io.cells import Cells
from biomarkers.io.headers import IDENTIFYING

SAS_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,7}")
TITLES, TITLES_ABOVE_PATIENTS = 6, 40
"""Rows among which the headings of a table with titles are looked for; farther down only such as name a patient."""


def proposed(paths: Sequence[Path]) -> str:
    """The text of a mapping for these tables. Raises InputError for files that cannot be read."""
    problems = Problems()
    notes: list[str] = []
    tables = [table for path in paths for table in _tables(path, problems, notes)]
    problems.stop_if_any()
    blocks: dict[str, list[list[str]]] = {}
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


def _tables(path: Path, problems: Problems, notes: list[str]) -> Iterator[Table]:
    """The tables of a file: one, or one for each sheet of a workbook; what a sheet lacks is added to `notes`."""
    if workbooks.is_workbook(path):
        for name in problems.catch(workbooks.filled, path) or []:
            own = Problems()
            table = _with_header(path, partial(workbooks.read, path, name), {"sheet": name}, own)
            notes += [str(problem) for problem in own.found]
            if table is not None and table.cells.rows:
                yield table
        return
    comment = "#" if problems.catch(foreign.begins_with, path, "#") else None
    head = {"comment": comment} if comment else {}
    own = Problems()
    table = _with_header(path, partial(foreign.read, path, comment=comment), head, own)
    if table is not None and len(table.cells.header) == 1 and " " in table.cells.header[0]:
        # The headings show no separator but blanks, as R's write.table leaves them.
        split = Problems().catch(foreign.read, path, comment=comment, separator="blanks")
        table = table if split is None else Table(str(path), head | {"separator": "blanks"}, split)
    problems.add(*own.found)
    if table is not None:
        yield table


def _with_header(path: Path, read: Callable[..., Cells], head: dict[str, str], problems: Problems) -> Table | None:
    """A table whose headings may stand below titles: the first of its rows under which most columns have a heading.

    Of two rows of headings, such as labels above CDISC's names, the lower one is taken.
    """
    found = problems.catch(read)
    if found is not None and len(found.header) > 1:
        if found.rows and _are_names(found.rows[0]):
            line = found.lines[0]
            return Table(str(path), head | {"header": str(line)}, read(header=(line,)))
        return Table(str(path), head, found)
    for line in range(2, TITLES_ABOVE_PATIENTS + 1):
        own = Problems()
        cells = own.catch(read, header=(line,))
        if cells is None or not all(cells.header) or len(cells.header) < 2 or not cells.rows:
            continue
        if line <= TITLES or any(one.target == "patient" for name in cells.header for one in headings.meanings(name)):
            problems.found.clear()
            return Table(str(path), head | {"header": str(line)}, cells)
    return None if found is None else Table(str(path), head, found)


def _are_names(cells: list[str]) -> bool:
    """Whether a row holds names of variables as SAS has them, of which the first is that of patients."""
    is_named = all(map(SAS_NAME.fullmatch, cells)) and len({*cells}) == len(cells)
    return is_named and any(one.target == "patient" for one in headings.meanings(cells[0]))


def _place(table: Table) -> str:
    return table.file + (f"[{table.head['sheet']}]" if "sheet" in table.head else "")


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
    is_named = headings.key(table.head.get("sheet", Path(table.file).stem)) == "assessments"
    if (table.repeats(patient[0]) or is_named) and _feeds(table, "assessments"):
        long.append("assessments")
    if long:
        yield long[0], _block(table, long[0], keep=False)
        return
    if scores:
        yield "pdl1", _scores(table, patient[0], scores)
    yield "patients", _block(table, "patients", keep=True)


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
    named = table.of(sheet)
    patient = table.of("patients")["patient"]
    lines = _head(table)
    alike = [*table.columns]
    if sheet == "patients" and table.repeats(patient[0]):
        alike = table.constant(patient[0])
        lines.append("distinct: true  # several rows a patient: columns are taken that are alike in all of them")
        named = {target: found for target, found in named.items() if found[0] in alike}
    lines.append("columns:")
    rules = schemas.load(sheet)["properties"]
    taken = set()
    for target in ["patient", *(target for target in rules if target != "patient")]:
        found = named.get(target) or (patient if target == "patient" else None)
        if found is not None:
            heading, meaning, others = found
            taken.add(heading)
            lines += [f"  {line}" for line in _column(table, target, rules[target], heading, meaning, others)]
    for time in [name for name in rules if name.endswith("_months")]:
        there = [name for name in (time, time.replace("_months", "_event")) if name in named]
        if len(there) == 1:
            other = ({time, time.replace("_months", "_event")} - {*there}).pop()
            lines.append(f"  # {there[0]} is left out while there is no {other} (no heading is known for it)")
    for target in schemas.absent({**schemas.load(sheet), "x-columns": []}, {*named, "patient"}):
        lines.append(f"  {target}: {CONFIRM}  # no heading is known for it, and {sheet} needs it")
    if table.visits:
        lines.append(f"# side by side, each an entry of rows (docs/import.md): {printable(', '.join(table.visits))}")
    scores = {name for name, _ in table.scores()} if sheet == "patients" else set()
    rest = [name for name in table.columns if name not in {*taken, *scores, *table.visits}]
    carried = [name for name in rest if not IDENTIFYING.search(name)]
    differ = [name for name in carried if name not in alike]
    carried = [name for name in carried if name in alike]
    lines += [f"# not taken, as they differ within a patient: {printable(', '.join(differ))}"] if differ else []
    if keep and carried:
        lines.append("keep:")
        known = {own: name for own in table.columns if (name := headings.covariate(own))}
        is_named = table.inner or not known.keys().isdisjoint(carried)
        names = known | table.inner
        lines += [_kept(table, one, names) if is_named else f"- {scalar(one)}" for one in carried]
    elif carried:
        lines.append(f"# not taken: {printable(', '.join(carried))}")
    lines += [
        f"# not carried, as it looks like a direct identifier: {printable(name)}"
        for name in rest
        if IDENTIFYING.search(name)
    ]
    return lines


def _kept(table: Table, heading: str, names: Mapping[str, str]) -> str:
    """A covariate under the name that its cells or a known heading give it (names), where no other column has it."""
    name = names.get(heading, heading)
    if name in table.columns or [*names.values()].count(name) > 1:
        name = heading
    return f"  {scalar(name)}: {{{', '.join([f'from: {scalar(heading)}', *table.extract(heading)])}}}"


def _head(table: Table) -> list[str]:
    """What a block says of its file."""
    lines = [f"file: {scalar(table.file)}"]
    lines += [f"{key}: {value if key == 'header' else scalar(value)}" for key, value in table.head.items()]
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
    if "collected" not in named:
        lines.append(
            "  # collected: no heading is known for it; undated specimens need `pdl1: {undated: accept}` in a run"
        )
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
        levels = {cell[:2].upper() for cell in table.filled(heading)}
        kind = found.score_type or (levels.pop() if len(levels) == 1 and levels <= {"IC", "TC"} else CONFIRM)
        lines.append(f"- score_type: {{value: {kind}}}  # of TPS, CPS, IC, TC, TAP")
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
    given = [*table.extract(heading), *given]
    inner = ", ".join([f"from: {scalar(heading)}", *given])
    text = f"{target}: {{{inner}}}" if given else f"{target}: {scalar(heading)}"
    return [f"{text}  # {said}{f'; {note}' if note else ''}"]
