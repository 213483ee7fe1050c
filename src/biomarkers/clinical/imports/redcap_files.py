"""A CSV export of REDCap and its data dictionary: rows of records, events and instances, fields of forms, choices.

An export has a column for the record, `redcap_event_name`, `redcap_repeat_instrument`, `redcap_repeat_instance`, then
the fields of each form and `FORM_complete`. Its cells are codes (raw) or labels, its headings names or labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from biomarkers.errors import Problem, Problems, first_few
from biomarkers.io import foreign
from biomarkers.io.cells import MISSING, Cells
from biomarkers.io.spellings import snake

DICTIONARY = {"variable_field_name": "name", "field_name": "name", "form_name": "form", "field_type": "type"} | {
    "field_label": "label",
    "choices_calculations_or_slider_labels": "choices",
    "select_choices_or_calculations": "choices",
    "text_validation_type_or_show_slider_number": "validation",
    "text_validation_min": "least",
    "text_validation_max": "most",
    "identifier": "identifier",
}
"""Headings of a data dictionary, as the web page and as the API write them."""
OWN = {
    "redcap_event_name": "event",
    "event_name": "event",
    "redcap_repeat_instrument": "instrument",
    "repeat_instrument": "instrument",
    "redcap_repeat_instance": "instance",
    "repeat_instance": "instance",
    "redcap_data_access_group": "",
    "data_access_group": "",
    "redcap_survey_identifier": "",
    "survey_identifier": "",
    "survey_timestamp": "",
}
"""Headings of REDCap's own columns, of which some are read."""
LABELLED = re.compile(r"(.*) \(choice=(.*)\)", re.DOTALL)
TICKED = {"1": True, "checked": True, "0": False, "unchecked": False}
YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
COMPLETE = {"0", "1", "2"}
CODE = re.compile(r"-?\d|1\d|20|-?(66|77|88|99|666|777|888|999)")
"""Numbers that projects take as codes; the last ones stand for kinds of missing."""


@dataclass
class Field:
    """A field. choices: label by code, None where it has none or nobody says; option: of a checkbox, the one it is."""

    name: str
    form: str
    at: int
    label: str = ""
    kind: str = ""
    choices: dict[str, str] | None = None
    option: str | None = None
    group: str = ""
    identifier: bool = False
    least: float | None = None
    most: float | None = None


class Row(NamedTuple):
    """A row of the export. cells: by field, decoded, empty where missing."""

    record: str
    event: str
    instance: str
    cells: dict[str, str]
    line: int


@dataclass
class Export:
    """An export as it was understood. told: what was left out, with counts."""

    path: str
    rows: list[Row]
    fields: list[Field]
    told: list[str] = field(default_factory=list)

    @property
    def forms(self) -> list[str]:
        """Forms in their order."""
        return list(dict.fromkeys(each.form for each in self.fields))


def choices(text: str) -> dict[str, str]:
    """Label by code of a dictionary's cell.

    >>> choices("1, Complete response | 2, Partial response | -9, Not done, ever")
    {'1': 'Complete response', '2': 'Partial response', '-9': 'Not done, ever'}
    """
    parts = (part.partition(",") for part in text.split("|"))
    return {code.strip(): label.strip() for code, comma, label in parts if comma}


def is_dictionary(cells: Cells) -> bool:
    """Whether a table is a data dictionary."""
    return {"name", "form", "type"} <= {DICTIONARY.get(snake(name)) for name in cells.header}


def find(source: Path, problems: Problems) -> tuple[Cells, Cells | None] | None:
    """The export and the data dictionary, where there is one beside it, of a folder or a file."""
    paths = [source] if source.is_file() else sorted(source.glob("*.csv"))
    beside = sorted(source.parent.glob("*.csv")) if source.is_file() else []
    tables = {path: cells for path in paths if (cells := problems.catch(foreign.read, path)) is not None}
    exports = [cells for cells in tables.values() if not is_dictionary(cells)]
    dictionaries = [cells for cells in tables.values() if is_dictionary(cells)]
    for path in beside:
        other = None if path == source or dictionaries else Problems().catch(foreign.read, path)
        if other is not None and is_dictionary(other):
            dictionaries.append(other)
    if problems.found:
        return None
    for found, what in ((exports, "export"), (dictionaries, "data dictionary")):
        if len(found) > 1:
            named = ", ".join(Path(cells.path).name for cells in found)
            expected = f"one {what} (all records and fields in one CSV), or the path of one"
            problems.add(Problem.said(str(source), "folder", f"has {len(found)}: {named}", expected))
    if not exports:
        expected = "a CSV export of records (Data Exports, Reports, and Stats: CSV / Microsoft Excel)"
        problems.add(Problem.said(str(source), "source", "has no export", expected))
    if problems.found:
        return None
    return exports[0], dictionaries[0] if dictionaries else None


def read(cells: Cells, dictionary: Cells | None, problems: Problems) -> Export | None:
    """The export with its codes decoded. Codes of which nobody says what they mean are a problem."""
    known = {} if dictionary is None else _fields(dictionary)
    placed = _record_first(cells, known, problems)
    if placed is None:
        return None
    cells = placed
    own, fields = _headings(cells, known)
    if not own.keys() & {"instrument", "event"} and not any(snake(name).endswith("complete") for name in cells.header):
        expected = "a column redcap_event_name, redcap_repeat_instrument or FORM_complete, as REDCap's exports have"
        problems.add(Problem.said(cells.path, "file", "is no export of REDCap", expected, 1))
        return None
    if dictionary is None and (coded := _coded(cells, fields)):
        found = f"holds codes whose meaning nobody says ({first_few(coded)})"
        expected = "an export with labels, or the project's data dictionary (CSV) beside it"
        problems.add(Problem.said(cells.path, "file", found, expected))
        return None
    export = Export(cells.path, [], fields)
    unknown: Counter[tuple[str, str]] = Counter()
    for row, line in zip(cells.rows, cells.lines, strict=True):
        if row[0] in MISSING:
            problems.add(Problem(cells.path, cells.header[0], None, "the record that the row belongs to", line))
            continue
        found_cells = {}
        for each in fields:
            text = _decoded(each, row[each.at])
            if text is None:
                unknown[each.name, row[each.at]] += 1
            elif text:
                found_cells[each.name] = text
        _untick(fields, found_cells)
        event, instance = (row[own[name]] if name in own else "" for name in ("event", "instance"))
        export.rows.append(Row(row[0], event, instance, found_cells, line))
    for (name, word), n in unknown.items():
        export.told.append(f"{name}: '{word}' is beyond the range of its field and left missing ({n})")
    return export


def _record_first(cells: Cells, known: dict[str, Field], problems: Problems) -> Cells | None:
    """The export with the record as its first column, which is the dictionary's first field, wherever it stands."""
    if not known:
        return cells
    record, *others = known.values()
    first = cells.header[0]
    for name in (record.name, record.label):
        if name and name in cells.header:
            at = cells.header.index(name)
            header, *rows = ([row[at], *row[:at], *row[at + 1 :]] for row in (cells.header, *cells.rows))
            return cells._replace(header=header, rows=rows)
    if first and any(first in (each.name, each.label) for each in others):
        expected = f"{record.name}, the record, which is the first field of the data dictionary"
        problems.add(Problem(cells.path, "first column", first, expected, 1))
        return None
    return cells


def _fields(dictionary: Cells) -> dict[str, Field]:
    """The fields of a data dictionary by name."""
    at = {DICTIONARY[snake(name)]: place for place, name in enumerate(dictionary.header) if snake(name) in DICTIONARY}
    found = {}
    for row in dictionary.rows:
        said = {key: row[place] for key, place in at.items()}
        name, kind = said["name"].strip(), said["type"].strip().casefold()
        listed = choices(said.get("choices", "")) if kind in ("radio", "dropdown", "checkbox") else YES_NO.get(kind)
        bounds = (_number(said.get(key, "")) for key in ("least", "most"))
        label = re.sub(r"<[^>]+>", "", said.get("label", "")).strip()
        secret = said.get("identifier", "").casefold() in ("y", "yes", "1")
        found[name] = Field(name, said["form"], -1, label, kind, listed, None, "", secret, *bounds)
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _headings(cells: Cells, known: dict[str, Field]) -> tuple[dict[str, int], list[Field]]:
    """Places of REDCap's own columns, and the fields in order with the form that each belongs to."""
    by_label = _by_label(cells.header, known)
    own: dict[str, int] = {}
    fields: list[Field] = []
    waiting: list[Field] = []
    ended = 0
    for at, heading in enumerate(cells.header):
        word = snake(heading)
        if at == 0 or not heading or word in OWN or word.endswith("_timestamp"):
            if at and OWN.get(word):
                own[OWN[word]] = at
            continue
        if word == "complete" or (word.endswith("_complete") and heading not in known):
            ended += 1
            form = word.removesuffix("complete").strip("_") or f"form_{ended}"
            for each in waiting:
                each.form = each.form or form
            waiting = []
            continue
        made = _field(heading, at, known, by_label)
        taken = [each.name for each in fields]
        if made.name in taken:  # Labels such as Date stand in several forms.
            made.name = next(name for n in range(2, len(taken) + 3) if (name := f"{made.name}_{n}") not in taken)
        fields.append(made)
        waiting.append(made)
    for each in waiting:
        each.form = each.form or "form"
    return own, fields


def _by_label(headings: list[str], known: dict[str, Field]) -> dict[str, list[str]]:
    """Names of the fields of each label, in the dictionary's order, of labels that as many headings have as fields.

    Headings and dictionary have one order, so that the second `Date` of one is that of the other.
    """
    found: dict[str, list[str]] = {}
    ticked: dict[str, list[str]] = {}
    for each in known.values():
        if each.kind != "descriptive":
            (ticked if each.kind == "checkbox" else found).setdefault(each.label, []).append(each.name)
    found = {label: names for label, names in found.items() if headings.count(label) == len(names)}
    return found | {label: names for label, names in ticked.items() if len(names) == 1 and label not in found}


def _field(heading: str, at: int, known: dict[str, Field], by_label: dict[str, list[str]]) -> Field:
    """The field of a heading, which is a name or a label; a checkbox has a heading for each of its options."""
    labelled = LABELLED.fullmatch(heading)
    base, _, code = heading.partition("___")
    if labelled:
        base, code = labelled[1], labelled[2]
    names = by_label.get(base, [])
    named = base if base in known else (names[0] if names else None)
    if base not in known and len(names) > 1:
        del names[0]
    if not code:
        if named is None:
            return Field(snake(heading), "", at, heading)
        return replace(known[named], at=at)
    told = known.get(named or "") or Field(snake(base), "", at, base)
    listed = told.choices or {}
    option = code if labelled else listed.get(code, listed.get(code.replace("_", "-"), code))
    return replace(
        told, name=f"{told.name}_{snake(option)}", at=at, kind="checkbox", choices=None, option=option, group=told.name
    )


def _coded(cells: Cells, fields: list[Field]) -> list[str]:
    """Fields that hold nothing but small whole numbers where the export is a raw one."""
    told = [at for at, heading in enumerate(cells.header) if snake(heading).endswith("_complete")]
    told += [each.at for each in fields if each.option is not None]
    if not any(row[at] in COMPLETE for row in cells.rows for at in told):
        return []
    found = []
    for each in fields:
        filled = {row[each.at] for row in cells.rows} - set(MISSING)
        if each.option is not None or (filled and all(map(CODE.fullmatch, filled))):
            found.append(each.name)
    return found


def _decoded(each: Field, cell: str) -> str | None:
    """What a cell says; empty where nothing, None outside the field's range. A code that is none stays as it is."""
    if cell in MISSING:
        return ""
    if each.option is not None:
        ticked = TICKED.get(cell.casefold(), None if cell.casefold() != each.option.casefold() else True)
        return None if ticked is None else str(int(ticked))
    if each.choices:
        return each.choices.get(cell, cell)
    value = _number(cell)
    low = value is not None and each.least is not None and value < each.least
    high = value is not None and each.most is not None and value > each.most
    return None if low or high else cell


def _untick(fields: Iterable[Field], cells: dict[str, str]) -> None:
    """Drop a checkbox none of whose options is ticked: nobody says whether it was asked."""
    groups: dict[str, list[str]] = {}
    for each in fields:
        if each.option is not None:
            groups.setdefault(each.group, []).append(each.name)
    for names in groups.values():
        if not any(cells.get(name) == "1" for name in names):
            for name in names:
                cells.pop(name, None)
