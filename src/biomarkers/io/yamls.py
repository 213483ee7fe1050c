"""YAML files with the line of every key, so that a message can say where a setting stands."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from biomarkers.errors import InputError, Problem, Problems, nearest
from biomarkers.io import schemas

if TYPE_CHECKING:
    import yaml

Key = tuple[str | int, ...]


class Settings(NamedTuple):
    """A YAML file's content and the 1-based line of each key path, e.g. ("burden", "vaf") or ("secondary", 0)."""

    data: dict[str, Any]
    lines: dict[Key, int]


def load(path: str | Path) -> Settings:
    """The mapping in a YAML file. Raises InputError when it is absent, not YAML, no mapping, or repeats a key."""
    import yaml

    shown = str(path)
    try:
        text = Path(path).read_text("utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except FileNotFoundError:
        raise InputError(Problem(shown, "file", None, "a file at this path")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(shown, "file", str(error), "a readable YAML file in UTF-8")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        what = getattr(error, "problem", None) or "not YAML"
        raise InputError(Problem(shown, "YAML", what, "`key: value` lines, indented by spaces", line)) from None
    if data is None:
        return Settings({}, {})
    if not isinstance(data, dict):
        raise InputError(Problem(shown, "file", type(data).__name__, "`key: value` lines", 1))
    lines: dict[Key, int] = {}
    problems = Problems()
    _walk(node, (), lines, shown, problems)
    problems.stop_if_any()
    return Settings(_dates_as_text(data), lines)


def check(path: str | Path, settings: Settings, schema: dict[str, Any], problems: Problems) -> None:
    """Add every way in which `settings` break the JSON Schema; unknown keys get a hint, all carry their line."""
    for error in schemas.validator(schema).iter_errors(settings.data):
        for key, value, expected in _explain(error):
            problems.add(Problem(str(path), dotted(key), value, expected, line_of(settings.lines, key)))


def without_empty_blocks(settings: Settings, schema: dict[str, Any]) -> Settings:
    """The settings as if a block with nothing below its key, all of it commented out, were not there."""
    blocks = {name for name, rule in schema["properties"].items() if "properties" in rule}
    kept = {key: value for key, value in settings.data.items() if value is not None or key not in blocks}
    return Settings(kept, settings.lines)


def with_defaults(data: Any, schema: dict[str, Any]) -> Any:
    """A copy of `data` with every absent property set to its schema's default, at every depth."""
    if not isinstance(data, dict):
        return data
    complete = dict(data)
    for name, rule in schema.get("properties", {}).items():
        if name not in complete and "default" in rule:
            complete[name] = rule["default"]
        if name in complete and "properties" in rule:
            complete[name] = with_defaults(complete[name], rule)
    return complete


def dotted(key: Key) -> str:
    """`("secondary", 0, "marker")` as `secondary[0].marker`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "file"


def line_of(lines: dict[Key, int], key: Key) -> int | None:
    """Line of the key or of the nearest block that holds it."""
    for length in range(len(key), 0, -1):
        if key[:length] in lines:
            return lines[key[:length]]
    return None


def _dates_as_text(data: Any) -> Any:
    """YAML turns 2024-03-31 into a date; settings hold it as the text that stands in the file."""
    if isinstance(data, dict):
        return {key: _dates_as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_dates_as_text(value) for value in data]
    return data.isoformat() if isinstance(data, datetime.date) else data


def _explain(error: Any) -> list[tuple[Key, object, str]]:
    """Key, offending value and expectation of one validation error."""
    key = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = [name for name in error.instance if name not in known]
        listed = ", ".join(known)
        return [
            ((*key, str(name)), "an unknown key", f"one of {listed}{nearest(str(name), known)}") for name in unknown
        ]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [
            ((*key, name), None, schemas.expected(error.schema.get("properties", {}).get(name, {}))) for name in missing
        ]
    return [(key, error.instance, schemas.expected(error.schema))]


def _walk(node: yaml.Node | None, key: Key, lines: dict[Key, int], shown: str, problems: Problems) -> None:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            inner = (*key, str(name.value))
            line = name.start_mark.line + 1
            if inner in lines:
                expected = f"each key once (first in line {lines[inner]})"
                problems.add(Problem(shown, dotted(inner), "repeated", expected, line))
            lines[inner] = line
            _walk(value, inner, lines, shown, problems)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            lines[(*key, position)] = value.start_mark.line + 1
            _walk(value, (*key, position), lines, shown, problems)
