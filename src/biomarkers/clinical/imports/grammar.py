"""The grammar of a mapping: what a `mapping.yaml` may say, checked like the config, every problem at once.

A mapping names for each sheet of ours the files, columns and words that it is made of (docs/import.md).
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from biomarkers.clinical.imports import dates, marks, units
from biomarkers.clinical.imports.mapping import SHEETS, Block, Column, Container, Declared, Join, bare
from biomarkers.errors import Problem, Problems
from biomarkers.io import schemas, yamls


def load(path: str | Path) -> Declared:
    """The mapping in a YAML file. Raises InputError with everything wrong in it."""
    return read(path, yamls.load(path))


def read(path: str | Path, settings: yamls.Settings) -> Declared:
    """The mapping that a YAML file, or an importer of a fixed format, holds. Raises InputError as `load`."""
    problems = Problems()
    settings = yamls.Settings(_worded(settings.data), settings.lines)
    yamls.check(path, settings, schema(), problems)
    problems.stop_if_any()
    reader = _Reader(path, settings, problems)
    found = [reader.block(name, key, data) for name in SHEETS for key, data in _blocks(settings.data, name)]
    if not found:
        problems.add(Problem.said(str(path), "file", "names no sheet", f"at least one of {', '.join(SHEETS)}"))
    problems.stop_if_any()
    return Declared(str(path), tuple(found), tuple(settings.data.get("missing", ())), settings.data, settings.lines)


def schema() -> dict[str, Any]:
    """The JSON Schema of a whole mapping: that of `mapping` with those of its blocks and their columns in place."""
    whole = copy.deepcopy(schemas.load("mapping"))
    for name in SHEETS:
        block = _block_schema(name)
        message = {"errorMessage": "a block with file and columns, or a list of such blocks"}
        whole["properties"][name] = block | message | {"type": ["object", "array"], "items": block}
    return whole


def _block_schema(name: str) -> dict[str, Any]:
    """What a block of the sheet `name` may hold: its columns are those of the sheet."""
    block = copy.deepcopy(schemas.load("mapping_source"))
    column = schemas.load("mapping_column") | {
        "type": ["string", "object"],
        "errorMessage": "a heading, or a block such as {from: HEADING, values: {...}}",
    }
    known = {target: column for target in schemas.load(name)["properties"]}
    columns = {"type": "object", "properties": known, "additionalProperties": False}
    properties = block["properties"]
    properties["columns"] = columns
    properties["rows"]["items"] = columns
    properties["keep"]["additionalProperties"] = column
    properties["join"]["items"]["properties"]["where"] = properties["where"]
    return block


def _worded(data: Any, within: str = "") -> Any:
    """The data with whole numbers that are words of `values` as text: `{1: 0}` means the word 1."""
    if isinstance(data, list):
        return [_worded(each, within) for each in data]
    if not isinstance(data, dict):
        return data
    is_words = within == "values"
    return {
        str(name) if is_words and type(name) is int else name: _worded(each, "" if is_words else str(name))
        for name, each in data.items()
    }


def _blocks(data: dict[str, Any], name: str) -> list[tuple[yamls.Key, dict[str, Any]]]:
    """The blocks of a sheet with the key of each."""
    given = data.get(name)
    if isinstance(given, dict):
        return [((name,), given)]
    return [((name, number), block) for number, block in enumerate(given or [])]


class _Reader:
    """Makes blocks of a mapping's data; what they say that makes no sense goes into `problems`."""

    def __init__(self, path: str | Path, settings: yamls.Settings, problems: Problems) -> None:
        self.path, self.settings, self.problems = path, settings, problems

    def refuse(self, key: yamls.Key, value: object, expected: str, at: yamls.Key | None = None) -> None:
        self.problems.add(yamls.problem(self.path, self.settings, key, value, expected, at))

    def block(self, sheet: str, key: yamls.Key, data: dict[str, Any]) -> Block:
        """One block; the sheet's required columns must be there."""
        columns = self.columns(sheet, (*key, "columns"), data.get("columns", {}))
        rows = tuple(
            tuple(replace(column, of_entry=True) for column in self.columns(sheet, (*key, "rows", number), given))
            for number, given in enumerate(data.get("rows", [{}]))
        )
        keep = data.get("keep", [])
        if isinstance(keep, str) and keep != "all":
            self.refuse((*key, "keep"), keep, "all, a list of headings, or names with their headings")
        named = {name: name for name in keep} if isinstance(keep, list) else keep if isinstance(keep, dict) else {}
        covariates = tuple(self.covariate(sheet, (*key, "keep", name), name, given) for name, given in named.items())
        for number, each in enumerate(rows):
            there = {column.target for column in (*columns, *each)}
            for target in schemas.absent({**schemas.load(sheet), "x-columns": []}, there):
                own = (*key, "rows", number) if "rows" in data else (*key, "columns")
                expected = f"a heading of the file (or {{value: ...}}): {sheet} needs this column"
                self.refuse((*own, target), None, expected, own)
            for twice in sorted({c.target for c in each} & {c.target for c in columns}):
                self.refuse((*key, "rows", number, twice), twice, "each column in columns or in rows, not in both")
        joins = tuple(self.join((*key, "join", number), given) for number, given in enumerate(data.get("join", [])))
        return Block(
            sheet,
            key,
            self.container(key, data),
            joins,
            (*columns, *covariates),
            rows,
            keep == "all",
            data.get("clean", False),
            data.get("distinct", False),
        )

    def container(self, key: yamls.Key, data: dict[str, Any]) -> Container:
        """The file of a block or of a join."""
        names = ("file", "sheet", "comment", "separator", "where", "prefix")
        line = yamls.line_of(self.settings.lines, (*key, "file"))
        header = data.get("header", ())
        lines = (header,) if isinstance(header, int) else tuple(header)
        told = {name: data[name] for name in names if name in data}
        return Container(**told, header=lines, line=line, marks=self.marks(key, data))

    def marks(self, key: yamls.Key, data: dict[str, Any]) -> marks.Marks | None:
        """The marks of numbers; both may not be the same."""
        decimal, thousands = data.get("decimal"), data.get("thousands")
        if decimal is not None and decimal == thousands:
            self.refuse((*key, "thousands"), thousands, "another mark than decimal")
        return marks.declared(decimal, thousands)

    def join(self, key: yamls.Key, data: dict[str, Any]) -> Join:
        """A further file."""
        by = data["by"]
        pairs = ((by, by),) if isinstance(by, str) else tuple(by.items())
        return Join(self.container(key, data), pairs, data.get("many", "refuse"))

    def columns(self, sheet: str, key: yamls.Key, data: dict[str, Any]) -> tuple[Column, ...]:
        """The columns of a sheet that a block names."""
        definition = schemas.load(sheet)
        rules = definition["properties"]
        # A study day may stand for a date: alone it must be filled, beside it neither must.
        alone = {name: rules[name].get("x-day") for name in definition["required"]}
        required = {name if name in data else day for name, day in alone.items() if not {name, day} <= {*data}}
        return tuple(
            self.column((*key, target), target, rules[target], given, required=target in required)
            for target, given in data.items()
        )

    def covariate(self, sheet: str, key: yamls.Key, name: str, given: Any) -> Column:
        """A column that is kept under a name of its own."""
        if name in schemas.load(sheet)["properties"]:
            self.refuse(key, name, "a name that is no column of the sheet; write it under columns")
        return self.column(key, name, {}, given, required=False)

    def column(self, key: yamls.Key, target: str, rule: dict[str, Any], given: Any, *, required: bool) -> Column:
        """One column; rule: of a cell, empty for a covariate."""
        data: dict[str, Any] = {"from": given} if isinstance(given, str) else given
        if ("from" in data) == ("value" in data):
            self.refuse(key, target, "either from (a heading) or value (the same word in every row)")
        sources = data.get("from", ())
        constant = None if "value" not in data else str(data["value"])
        values = self.values((*key, "values"), rule, data["values"]) if "values" in data else None
        if constant is not None:
            constant = self.meaning((*key, "value"), rule, constant)
        return Column(
            target,
            rule,
            (sources,) if isinstance(sources, str) else tuple(sources),
            constant,
            values,
            data.get("other", "missing"),
            tuple(data.get("missing", ())),
            self.scale(key, target, rule, data),
            self.cnsr(key, rule, data),
            self.days(key, rule, data),
            self.pattern((*key, "extract"), data.get("extract")),
            self.first_day(key, rule, data),
            required,
            not rule,
            self.marks(key, data),
        )

    def values(self, key: yamls.Key, rule: dict[str, Any], given: dict[str, Any]) -> dict[str, str | None]:
        """What words mean, by the word as it is compared."""
        found: dict[str, str | None] = {}
        for word, meaning in given.items():
            text = self.meaning((*key, word), rule, meaning)
            if found.setdefault(bare(word), text) != text:
                self.refuse((*key, word), word, "each word once (case and outer blanks are ignored)")
        return found

    def meaning(self, key: yamls.Key, rule: dict[str, Any], given: object) -> str | None:
        """What a word means, as it is written into the sheet; it must be a value of the column."""
        if given is None:
            return None
        text = str(given)
        kinds = rule.get("type", "string")
        value: Any = text
        if kinds in ("integer", "number"):
            value = units.number(text)
            value = int(value) if value is not None and kinds == "integer" and value == int(value) else value
        if value is None or not schemas.validator(rule).is_valid(value):
            self.refuse(key, given, schemas.expected(rule))
        return text

    def scale(self, key: yamls.Key, target: str, rule: dict[str, Any], data: dict[str, Any]) -> units.Scale | None:
        """The factor between the unit of the file and that of the sheet."""
        own = units.of_column(target) if rule else data.get("to")
        if "unit" not in data:
            if "to" in data:
                self.refuse((*key, "to"), data["to"], "unit beside it: that of the file")
            return None
        unit = data["unit"]
        if rule and "to" in data:
            self.refuse((*key, "to"), data["to"], f"none: {target} has its unit ({own or 'none'})")
        if own is None:
            expected = "none: the column has no unit" if rule else "to beside it: the unit of the sheet"
            self.refuse((*key, "unit"), unit, expected)
            return None
        if (scale := units.scale(unit, own)) is None:
            self.refuse((*key, "unit"), unit, f"a unit that can become {own}: {', '.join(units.alike(own))}")
        return scale

    def cnsr(self, key: yamls.Key, rule: dict[str, Any], data: dict[str, Any]) -> bool:
        """Whether 0 is the event."""
        asked = bool(data.get("cnsr", False))
        if asked and rule.get("enum") != [0, 1]:
            self.refuse((*key, "cnsr"), "true", "none: the column is no event of 0 and 1")
        if asked and "values" in data:
            self.refuse((*key, "cnsr"), "true", "either cnsr or values: the words say what an event is")
        return asked

    def first_day(self, key: yamls.Key, rule: dict[str, Any], data: dict[str, Any]) -> int:
        """What the file calls the day of the first dose."""
        if "first_day" in data and rule.get("format") != "study-day":
            self.refuse((*key, "first_day"), data["first_day"], "none: the column holds no study days")
        return int(data.get("first_day", 1))

    def days(self, key: yamls.Key, rule: dict[str, Any], data: dict[str, Any]) -> dates.Format | None:
        """How days are written."""
        if "date_format" not in data:
            return None
        if rule and rule.get("format") != "date":
            self.refuse((*key, "date_format"), data["date_format"], "none: the column holds no days")
        made = dates.compiled(data["date_format"])
        if made is None:
            self.refuse((*key, "date_format"), data["date_format"], dates.EXPECTED)
        return made

    def pattern(self, key: yamls.Key, text: str | None) -> re.Pattern[str] | None:
        """A regular expression with one group."""
        if text is None:
            return None
        try:
            made = re.compile(text)
        except re.error as error:
            self.refuse(key, text, f"a regular expression ({error})")
            return None
        if made.groups != 1:
            self.refuse(key, text, "a regular expression with one group in round brackets: what is taken")
        return made
