"""The registry of what every table and the config may hold: JSON Schema, one YAML file each, named as the table is.

A table's schema describes one row; an empty cell is an absent property. `required` means that the column must
exist and be filled; `x-columns` lists columns that must exist but may have empty cells. The same files validate the
input and make `docs/tables.md`, so that the two cannot drift apart. `x-kind: NAME` stands for rules of `kinds.yaml`; a
column that says neither type nor kind, or nothing but its description, is text. `x-day` of a date names the column that
may have its study day instead, `x-also` other names of a column; `x-partial` says which day a partial date stands for
(docs/methods.md, 4.11 and 4.12). `x-empty` is what an empty cell says of a patient, so that other people's words that
are not understood may not become one (13.1), `x-known` words of a column that are values though they may mean missing
elsewhere, `x-no-totals` what a row of totals below the table does not name.
"""

from __future__ import annotations

import copy
import datetime
import math
import re
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

from biomarkers.io import files

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""Names that reach a shell or a path: letters, digits, '.', '_', '-', not starting with '.' or '-'."""
DRAFT = "https://json-schema.org/draft/2020-12/schema"


@cache
def load(name: str) -> dict[str, Any]:
    """The schema `name` (`patients`, `samples`, `config`, ...) as a dictionary."""
    own = _with_kinds(_parsed(f"{name}.schema.yaml"))
    schema: dict[str, Any] = {"$schema": DRAFT, "title": name, "type": "object"} | own
    if name == "config":
        from biomarkers import settings

        settings.fill(schema)
    for column, rule in schema["properties"].items():
        if isinstance(rule, str):
            schema["properties"][column] = {"type": "string", "description": rule}
        elif not rule.keys() & {"type", "$ref", "if", "x-table"}:
            rule["type"] = "string"
    schema["properties"] = _with_tables(_for_each(schema))
    if schema.get("x-optional") == "all":
        schema["x-optional"] = [column for column in schema["properties"] if column not in schema["required"]]
    return schema


@cache
def _parsed(name: str) -> Any:
    """What a file of the folder of schemas says."""
    from ruamel.yaml import YAML

    found = YAML(typ="safe", pure=False).load(files.packaged_text(f"schemas/{name}"))
    return found


def plausible() -> list[dict[str, Any]]:
    """The ranges of `plausible.yaml`, whose first lines explain them."""
    found: list[dict[str, Any]] = _parsed("plausible.yaml")
    return found


def _with_kinds(rules: Any) -> Any:
    """The rules with those of each `x-kind` in its place."""
    if isinstance(rules, list):
        return [_with_kinds(rule) for rule in rules]
    if not isinstance(rules, dict):
        return rules
    found = {name: _with_kinds(rule) for name, rule in rules.items()}
    return _over(_parsed("kinds.yaml")[found.pop("x-kind")], found) if "x-kind" in found else found


def _over(kind: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The rules of a kind with those that a schema states itself, which win, also within blocks."""
    both = {name for name in kind.keys() & own.keys() if isinstance(kind[name], dict)}
    return copy.deepcopy(kind) | own | {name: _over(kind[name], own[name]) for name in both}


def _for_each(schema: dict[str, Any]) -> dict[str, Any]:
    """The rules with those whose name has a word of `x-each` in braces repeated for each of its entries.

    The entry's own words fill the braces of the description; a list is joined by `or`.
    """
    found: dict[str, Any] = schema.get("properties", {})
    for word, entries in schema.get("x-each", {}).items():
        templates = {name: rule for name, rule in found.items() if f"{{{word}}}" in name}
        filled = {}
        for entry, about in entries.items():
            words = {word: entry} | {
                k: " or ".join(map(str, v)) if isinstance(v, list) else v for k, v in about.items()
            }
            for name, rule in templates.items():
                filled[name.format(**words)] = rule | {"description": rule["description"].format(**words)}
        first = next(iter(templates))
        expanded: dict[str, Any] = {}
        for name, rule in found.items():
            expanded |= filled if name == first else {} if name in templates else {name: rule}
        found = expanded
    return found


def _with_tables(rules: dict[str, Any]) -> dict[str, Any]:
    """The rules with `x-table: NAME` replaced by those of the columns that every table NAME has, in any wording.

    Words that are known there stay known (`x-known`), so that none of them is a word for missing.
    """
    found: dict[str, Any] = {}
    for column, rule in rules.items():
        if "x-table" not in rule:
            found[column] = rule
            continue
        table = load(rule["x-table"])
        left_out = {*found, *table.get("x-optional", [])}
        for name, other in table["properties"].items():
            if name not in left_out:
                worded = {"x-known" if k == "enum" and other["type"] == "string" else k: v for k, v in other.items()}
                found[name] = worded
    return found


def columns(name: str) -> list[str]:
    """Columns of the table `name`, in its order."""
    return list(load(name)["properties"])


def absent(schema: dict[str, Any], header: Collection[str]) -> list[str]:
    """Columns that must exist and do not; the study day of a date (`x-day`) may stand in its place."""
    must = [*schema.get("required", []), *schema.get("x-columns", [])]
    days = {column: schema["properties"].get(column, {}).get("x-day") for column in must}
    return [column for column in must if column not in header and days[column] not in header]


def own_names(schema: dict[str, Any], header: Sequence[str]) -> list[str]:
    """The header with columns under another name that they may have (`x-also`) under their own, where that is free."""
    also = {name: own for own, rule in schema["properties"].items() for name in rule.get("x-also", ())}
    return [also[name] if name in also and also[name] not in header else name for name in header]


def names() -> list[str]:
    """Every schema there is, sorted."""
    return sorted(path.name.removesuffix(".schema.yaml") for path in files.packaged("schemas").glob("*.schema.yaml"))


def validator(schema: dict[str, Any]) -> Any:
    """A JSON Schema validator that also knows the format `date` (ISO 8601, a day that exists)."""
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(formats=())
    formats.checks("date")(is_date)
    formats.checks("study-day")(is_study_day)
    return Draft202012Validator(schema, format_checker=formats)


def errors(data: dict[str, Any], schema: dict[str, Any]) -> list[Any]:
    """Every error of the data. Where a block's names are free, what stands there in the same words is looked at once.

    So thousands of markers of a plan are one, unless something is wrong.
    """
    check, shorter = validator(schema), dict(data)
    for name, rule in schema.get("properties", {}).items():
        free = isinstance(rule.get("additionalProperties"), dict) and "propertyNames" not in rule
        if free and isinstance(data.get(name), dict):
            shorter[name] = dict({repr(told): (key, told) for key, told in data[name].items()}.values())
    return [] if check.is_valid(shorter) else [*check.iter_errors(data)]


def checker(rule: dict[str, Any]) -> Callable[[Any], bool]:
    """Whether a cell that is no list keeps a rule, as the validator's `is_valid` tells.

    Types and bounds of numbers are compared here: millions of cells have no other rule, and the validator takes longer
    for them than all else.

    >>> keeps = checker({"type": ["number", "null"], "minimum": 0, "description": "A share."})
    >>> keeps(0.5), keeps(-1), keeps("high"), keeps(True), keeps(None)
    (True, False, False, False, True)
    """
    check = validator(rule)
    kinds = {rule["type"]} if isinstance(rule.get("type"), str) else {*rule.get("type", ())}
    asked = {name for name in rule if name in check.VALIDATORS}
    if kinds and kinds <= {"string", "null"} and asked == {"type"}:
        return lambda value: isinstance(value, str) or (value is None and "null" in kinds) or check.is_valid(value)
    if kinds and kinds <= {"number", "integer", "null"} and asked <= {"type", "minimum", "maximum"}:
        low, high = rule.get("minimum", -math.inf), rule.get("maximum", math.inf)
        plain = (int,) if "number" not in kinds else (int, float)
        # What is not simply right, such as 2.0 for a whole number, is left to the validator.
        return lambda value: (type(value) in plain and low <= value <= high) or check.is_valid(value)
    return lambda value: bool(check.is_valid(value))


def is_date(text: object) -> bool:
    """True for an ISO 8601 calendar date of 1900 to 2199: `2024-02-29`, not `2023-02-29` or `9999-12-31`."""
    if not isinstance(text, str):
        return True
    if not re.fullmatch(r"(19|20|21)\d{2}-\d{2}-\d{2}", text):
        return False
    try:
        return datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False


STUDY_DAYS = 20_000
"""Farthest study day: half a century, so that a day about a day of `is_date` is one that pandas knows."""


def is_study_day(value: object) -> bool:
    """True for a whole number that is a day of CDISC: 1 is the start, -1 the day before, 0 is none."""
    return isinstance(value, int) and 1 <= abs(value) <= STUDY_DAYS


def expected(schema: dict[str, Any], given: object = None) -> str:
    """What a value of this schema looks like, worded to follow "expected". given: the value that is none.

    >>> expected({"type": "integer", "enum": [0, 1]})
    'one of 0, 1'
    >>> expected({"type": "number", "minimum": 0, "maximum": 1})
    'a number from 0 to 1'
    >>> expected({"type": "string", "format": "date"})
    'a date such as 2024-03-31'
    """
    if "errorMessage" in schema:
        return str(schema["errorMessage"])
    if "enum" in schema:
        return "one of " + ", ".join(str(v) for v in schema["enum"] if v is not None)
    if "const" in schema:
        return str(schema["const"])
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else next((k for k in kinds if k != "null"), "string")
    words = {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list of different entries, at least one" if schema.get("minItems") else "a list",
        "object": "a block of keys",
        "string": "a text in quotes, for this is a number," if type(given) in (int, float) else "a text",
    }[kind]
    if schema.get("format") == "date":
        return "a date such as 2024-03-31"
    if schema.get("format") == "study-day":
        return (
            "a study day: 1 is the day of the first dose, -1 the day before, and there is no day 0 (of days that count"
            " from 0, add 1 to those from 0 on)"
        )
    if schema.get("pattern") == NAME:
        return "letters, digits, '.', '_' and '-' only, beginning with a letter or digit"
    if "pattern" in schema:
        return f"{words} that matches {schema['pattern']}"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    if low is not None:
        return f"{words} of at least {low}"
    if high is not None:
        return f"{words} of at most {high}"
    if "exclusiveMinimum" in schema:
        return f"{words} above {schema['exclusiveMinimum']}"
    return words


def as_markdown() -> str:
    """`docs/tables.md`: every table and setting with type, default and description, from the schemas themselves."""
    lines = [
        "# Tables and settings",
        "",
        "Made from the JSON Schemas in `src/biomarkers/schemas` by `make docs`; do not edit.",
        "",
    ]
    for name in names():
        schema = load(name)
        lines += [f"## {name}", "", " ".join(schema["description"].split()), ""]
        lines += ["| name | type | default | meaning |", "|---|---|---|---|", *_rows(schema, ""), ""]
    return "\n".join(lines)


def _rows(schema: dict[str, Any], prefix: str) -> list[str]:
    """Markdown rows of a schema's properties; those of inner blocks follow with dotted names."""
    rows = []
    required = set(schema.get("required", []))
    for name, rule in schema.get("properties", {}).items():
        kinds = rule.get("type", "string")
        kind = " or ".join(k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "null")
        kind = "date" if rule.get("format") == "date" else kind
        if "enum" in rule:
            kind = ", ".join(f"`{value}`" for value in rule["enum"] if value is not None)
        default = rule.get("default")
        shown = "required" if name in required else "" if default in (None, {}) else f"`{default}`"
        meaning = " ".join(str(rule["description"]).split()).replace("|", "\\|")
        rows.append(f"| `{prefix}{name}` | {kind} | {shown} | {meaning} |")
        rows += _rows(rule, f"{prefix}{name}.")
    return rows
