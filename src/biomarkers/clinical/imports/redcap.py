"""`redcap` (import): a CSV export of REDCap, one row a visit, with the project's data dictionary beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import cbioportal_words as scores
from biomarkers.clinical.imports import grammar, headings, redcap_files
from biomarkers.clinical.imports.redcap_files import Export, Field
from biomarkers.clinical.imports.registry import Prepared, reserved
from biomarkers.errors import Problems, first_few, log
from biomarkers.io import schemas
from biomarkers.io.cells import Cells
from biomarkers.io.files import packaged_toml
from biomarkers.io.headers import IDENTIFYING
from biomarkers.io.spellings import snake
from biomarkers.io.yamls import Settings

RECORD = "record"
"""Heading of the record in the tables of forms, beside `event` and `instance`."""
RECORDS = "records"
NEEDED = {
    "adverse_events": ({"term", "grade"},),
    "lesions": ({"date", "lesion", "role"},),
    "assessments": ({"date", "response"},),
    "pdl1": ({"score_type", "value"},),
}
"""Columns by which a form is known as that of a sheet, in the order in which they are asked."""
FILLED = {"adverse_events": "term", "lesions": "lesion", "assessments": "response", "pdl1": "value"}
"""Column without which a row of a form, begun and not filled in, says nothing."""
MAPPING = "mapping.yaml"
GENERAL = ("start_date", "date_start", "start", "date", "end_date")
"""Labels that mean a day of the treatment in one form and of anything else in another."""


def prepare(source: Path, problems: Problems) -> Prepared | None:
    """One table a form, and the mapping that the fields' names give, or that of a mapping.yaml beside the export."""
    found = redcap_files.find(source, problems)
    export = None if found is None else redcap_files.read(*found, problems)
    if export is None or problems.found:
        return None
    for said in export.told:
        log.warning("%s: %s", export.path, said)
    tables = {RECORDS: _records(export)} | {form: _table(export, form) for form in export.forms}
    folder = source if source.is_dir() else source.parent
    if (folder / MAPPING).is_file():
        notes = (f"{folder / MAPPING} is the mapping in force; its files are {', '.join(tables)}",)
        return Prepared(grammar.load(folder / MAPPING), folder, tables, notes)
    data, notes_of = _Maker(export, tables).mapping()
    return Prepared(grammar.read(export.path, Settings(data, {})), folder, tables, tuple(notes_of))


def _records(export: Export) -> Cells:
    """Every record once."""
    first = {row.record: row.line for row in reversed(export.rows)}
    order = dict.fromkeys(row.record for row in export.rows)
    return Cells(export.path, [RECORD], [[record] for record in order], [first[record] for record in order])


def _table(export: Export, form: str) -> Cells:
    """The rows in which a form has anything filled, with its fields."""
    names = [each.name for each in export.fields if each.form == form]
    taken = [row for row in export.rows if any(name in row.cells for name in names)]
    rows = [[row.record, row.event, row.instance, *(row.cells.get(name, "") for name in names)] for row in taken]
    return Cells(export.path, [RECORD, "event", "instance", *names], rows, [row.line for row in taken])


class _Maker:
    """Puts the mapping together."""

    def __init__(self, export: Export, tables: dict[str, Cells]) -> None:
        self.export, self.tables = export, tables
        self.words: dict[str, dict[str, list[str]]] = packaged_toml("clinical/imports/redcap_words.toml")
        self.notes: list[str] = []
        self.taken: set[str] = set()
        self.left_out: dict[str, list[str]] = {"identifiers": [], "free text or files": []}
        self.reserved = reserved()

    def fields(self, form: str) -> list[Field]:
        """The fields of a form."""
        return [each for each in self.export.fields if each.form == form]

    def columns(self, form: str, sheet: str) -> dict[str, str]:
        """Field by column of a sheet, as far as names or labels tell."""
        known: dict[str, str] = {}
        for each in self.fields(form):
            for word in (each.label, each.name):
                known[snake(word)] = each.name
        found: dict[str, str] = {}
        for target, names in self.words[sheet].items():
            own = next((known[name] for name in names if name in known), None)
            if own is not None and own not in found.values():
                found[target] = own
        return found | self.by_headings(form, sheet, found)

    def by_headings(self, form: str, sheet: str, found: dict[str, str]) -> dict[str, str]:
        """Further columns by the headings of other tables, in other languages, too: of patients the days alone.

        Nobody confirms what an import takes, so of patients whose fields may be of any form nothing else is.
        """
        rules: dict[str, Any] = schemas.load(sheet)["properties"]
        more: dict[str, str] = {}
        for each in self.fields(form):
            for one in headings.meanings(each.label or each.name):
                is_day = rules[one.target].get("format") == "date" if one.sheet == sheet else False
                if one.sheet != sheet or not (is_day or sheet in NEEDED) or one.target in {*found, *more, "patient"}:
                    continue
                if each.name not in {*found.values(), *more.values()} and snake(each.label) not in GENERAL:
                    more[one.target] = each.name
        return more

    def unread(self, form: str, columns: dict[str, str]) -> str:
        """What a form that is a sheet has besides its columns; without a dictionary all fields are of one form."""
        others = [each.name for each in self.fields(form) if each.name not in columns.values()]
        return f"; not read of it: {first_few(others)}" if others else ""

    def mapping(self) -> tuple[dict[str, Any], list[str]]:
        """The mapping's data and what to say of it."""
        data: dict[str, Any] = {"patients": {}}
        for form in self.export.forms:
            for sheet, needed in NEEDED.items():
                columns = self.columns(form, sheet)
                if any(every <= columns.keys() for every in needed):
                    self.taken.add(form)
                    filled = {columns[FILLED[sheet]]: {"filled": True}}
                    block = {"file": form, "columns": {"patient": RECORD, **columns}, "where": filled, "clean": True}
                    data.setdefault(sheet, []).append(block)
                    self.notes.append(f"{self.export.path}: the form {form} is {sheet}{self.unread(form, columns)}")
                    break
        data["patients"] = self.patients(data)
        for why, names in self.left_out.items():
            if names:
                self.notes.append(f"{self.export.path}: {why}, so not carried: {', '.join(names)}")
        return data, self.notes

    def patients(self, data: dict[str, Any]) -> dict[str, Any]:
        """Patients: every form with one row a record, joined to the records."""
        columns: dict[str, Any] = {"patient": RECORD}
        keep: dict[str, Any] = {}
        joins = []
        for form in self.export.forms:
            table = self.tables[form] = self.tables[form] if form in self.taken else _merged(self.tables[form])
            if form in self.taken or not table.rows:
                continue
            if len({row[0] for row in table.rows}) < len(table.rows):
                several = f"the form {form} has several rows a record and is none of our sheets"
                log.warning("%s: %s; it is not read (a %s beside the export can say how)", table.path, several, MAPPING)
                continue
            known = {target: name for target, name in self.columns(form, "patients").items() if target not in columns}
            kept = self.covariates(form, {*known.values()}, data)
            if not known and not kept:
                continue
            self.tables[form] = _without(table, ("event", "instance"))
            joins.append({"file": form, "by": RECORD})
            columns |= {target: self.column(form, target, name) for target, name in known.items()}
            keep |= kept
        block: dict[str, Any] = {"file": RECORDS, "columns": columns, "clean": True}
        return block | ({"join": joins, "keep": keep} if joins else {})

    def column(self, form: str, target: str, name: str) -> Any:
        """A column of the patients; the words of an event are those of other exports, too."""
        if not target.endswith("_event"):
            return name
        known = scores.events(self.tables[form].column(name)) | {"yes": "1", "no": "0", "true": "1", "false": "0"}
        return {"from": name, "values": known}

    def covariates(self, form: str, used: set[str], data: dict[str, Any]) -> dict[str, Any]:
        """Fields that are kept, by the name that they get; PD-L1 of a stated type becomes a row of its own sheet."""
        kept: dict[str, Any] = {}
        rows = []
        for each in self.fields(form):
            if each.name in used:
                continue
            if each.identifier or IDENTIFYING.search(each.name):
                self.left_out["identifiers"].append(each.name)
            elif each.kind in ("notes", "file", "descriptive"):
                self.left_out["free text or files"].append(each.name)
            elif stated := scores.score_of(each.name.upper(), each.label):
                assay = {"assay": {"value": stated[1]}} if stated[1] else {}
                rows.append({"score_type": {"value": stated[0]}, "value": each.name} | assay)
            else:
                name = f"{each.name}_stated" if each.name in self.reserved else each.name
                labels = [*dict.fromkeys((each.choices or {}).values())]
                kept[name] = (
                    {"from": each.name, "values": dict(zip(labels, labels, strict=True))} if labels else each.name
                )
        if rows:
            data.setdefault("pdl1", []).append(
                {"file": form, "columns": {"patient": RECORD}, "rows": rows, "clean": True}
            )
        return kept


def _merged(table: Cells) -> Cells:
    """One row a record where its rows do not contradict one another (a form filled in over several events)."""
    first: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        own = first.setdefault(row[0], list(row))
        lines.setdefault(row[0], line)
        for at in range(3, len(row)):
            if row[at] and own[at] and row[at] != own[at]:
                return table
            own[at] = own[at] or row[at]
    return table._replace(rows=[*first.values()], lines=[*lines.values()])


def _without(table: Cells, headings: tuple[str, ...]) -> Cells:
    """A table without some columns."""
    kept = [at for at, name in enumerate(table.header) if name not in headings]
    return table._replace(
        header=[table.header[at] for at in kept], rows=[[row[at] for at in kept] for row in table.rows]
    )
