"""YAML files with the line of every key, so that a message can say where a setting stands.

`io.yaml_text` reads them by the rules of Snakemake's own reader.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import schemas, yaml_text
from biomarkers.io.lines import unreadable

Key = yaml_text.Key


class Settings(NamedTuple):
    """A YAML file's content and the 1-based line of each key path, e.g. ("burden", "vaf") or ("secondary", 0).

    sources: of settings that come from several places, which one a key comes from; a key that is not there is in the
    file that the settings are told of.
    """

    data: dict[str, Any]
    lines: Mapping[Key, int | None]
    sources: Mapping[Key, str] = MappingProxyType({})


def load(path: str | Path) -> Settings:
    """The mapping in a YAML file. Raises InputError when it is absent, not YAML, no mapping, or repeats a key."""
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.reader import ReaderError

    shown = str(path)
    try:
        text = Path(path).read_text("utf-8-sig")
        if (quick := yaml_text.long(text)) is not None:
            return Settings(*quick)
        data, repeated, misread = yaml_text.read(text)
        lines: dict[Key, int] = {}
        plain = yaml_text.plain(data, (), lines)
    except RecursionError:
        found = "is nested too deeply, or an alias holds itself"
        raise InputError(Problem.said(shown, "text", found, "`key: value` lines, indented by spaces")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error, "a readable YAML file in UTF-8") from None
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        why = getattr(error, "problem", None) or error
        if isinstance(error, ReaderError):
            line, why = text.count("\n", 0, error.position) + 1, f"it holds the character U+{error.character:04X}"
        found = f"cannot be read as YAML ({why})"
        raise InputError(Problem.said(shown, "text", found, "`key: value` lines, indented by spaces", line)) from None
    if data is None:
        return Settings({}, {})
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "one value"
        raise InputError(Problem.said(shown, "file", f"is {kind}", "`key: value` lines", 1))
    settings = Settings(plain, lines)
    problems = Problems()
    for line, name, first in repeated:
        key = next((key for key, at in lines.items() if at == first and key[-1] == name), (name,))
        problems.add(Problem.said(shown, dotted(key), "is repeated", f"each key once (first in line {first})", line))
    for line, word, number in misread:
        expected = f"a number without leading 0 or colon, or a text in quotes (YAML 1.1 reads {number:g} here)"
        problems.add(Problem(shown, "value", word, expected, line))
    problems.stop_if_any()
    return settings


def load_checked(path: str | Path, schema: str) -> Settings:
    """As `load`, for a file that obeys the schema of that name. Raises InputError with everything wrong in it."""
    settings, problems = load(path), Problems()
    check(path, settings, schemas.load(schema), problems)
    problems.stop_if_any()
    return settings


def problem(
    path: str | Path, settings: Settings, key: Key, value: object, expected: str, at: Key | None = None
) -> Problem:
    """A problem with the value of a key; at: the key in whose line it is told, by default the same."""
    place = key if at is None else at
    return Problem(source_of(path, settings, place), dotted(key), value, expected, line_of(settings.lines, place))


def source_of(path: str | Path, settings: Settings, key: Key) -> str:
    """Where the key or the nearest block that holds it was set: `path`, or another source."""
    return next((settings.sources[block] for block in _blocks(key) if block in settings.sources), str(path))


def _blocks(key: Key) -> Iterator[Key]:
    """The key, and the blocks that hold it, the nearest first."""
    return (key[:length] for length in range(len(key), 0, -1))


def value(text: str) -> Any:
    """What a word means as the value of a key.

    >>> value("{trim: off, limits: [1, '2']}"), value("1e-4"), value("")
    ({'trim': False, 'limits': [1, '2']}, '1e-4', None)
    """
    return yaml_text.plain(yaml_text.read(text).data, (), {})


def dumped(data: dict[str, Any]) -> str:
    """Data as YAML that `load` reads as the same: keys in their order, words such as yes and 1 in quotes."""
    from ruamel.yaml import YAML

    writer: Any = YAML(typ="safe", pure=True)
    out = io.StringIO()
    writer.version = "1.1"
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False
    writer.dump(data, out)
    return out.getvalue().removeprefix("%YAML 1.1\n---\n")


def check(path: str | Path, settings: Settings, schema: dict[str, Any], problems: Problems) -> None:
    """Add every way in which `settings` break the JSON Schema; unknown keys get a hint, all carry their line."""
    if odd := no_texts(settings.data):
        found = "is no text (YAML reads digits as a number; yes, no, on and off as true and false)"
        problems.add(*[problem(path, settings, k, None, "a name in quotes")._replace(found=found) for k in odd])
        return
    for error in schemas.errors(settings.data, schema):
        problems.add(*_explain(str(path), error, settings))
    problems.add(*_endless(str(path), settings.data, (), settings))


def without_empty_blocks(settings: Settings, schema: dict[str, Any]) -> Settings:
    """The settings as if a block with nothing below its key, all of it commented out, were not there."""
    blocks = {name for name, rule in schema["properties"].items() if "properties" in rule}
    kept = {key: value for key, value in settings.data.items() if value is not None or key not in blocks}
    return settings._replace(data=kept)


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


def line_of(lines: Mapping[Key, int | None], key: Key) -> int | None:
    """Line of the key or of the nearest block that holds it."""
    return next((lines[block] for block in _blocks(key) if block in lines), None)


def _written(number: str) -> str:
    """A number with an exponent as YAML 1.1 wants it.

    >>> _written("1e-4"), _written("1e2"), _written("-2.5E3")
    ('1.0e-4', '1.0e+2', '-2.5e+3')
    """
    digits, _, exponent = number.lower().partition("e")
    point = digits if "." in digits else f"{digits}.0"
    return f"{point}e{exponent if exponent[0] in '+-' else f'+{exponent}'}"


def no_texts(data: Any, key: Key = ()) -> list[Key]:
    """Where a key stands that is a number, true, false or nothing."""
    if isinstance(data, list):
        return [found for number, inner in enumerate(data) for found in no_texts(inner, (*key, number))]
    if not isinstance(data, dict):
        return []
    found: list[Key] = [(*key, str(name)) for name in data if not isinstance(name, str)]
    return found + [deeper for name, inner in data.items() for deeper in no_texts(inner, (*key, str(name)))]


def _endless(file: str, value: Any, key: Key, settings: Settings) -> list[Problem]:
    """Every `.nan` and `.inf`, which JSON Schema takes for numbers."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        return [found for part, inner in parts for found in _endless(file, inner, (*key, part), settings)]
    if isinstance(value, float) and not math.isfinite(value):
        return [problem(file, settings, key, value, "a finite number")]
    return []


def _explain(file: str, error: Any, settings: Settings) -> list[Problem]:
    """The problems of one validation error."""
    key, value = tuple(error.absolute_path), error.instance
    rules = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        unknown = [(*key, str(name)) for name in value if name not in rules]
        return [
            Problem.unknown(
                source_of(file, settings, own), "key", dotted(own), rules, line_of(settings.lines, own), own[-1]
            )
            for own in unknown
        ]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in value]
        wanted = {name: schemas.expected(rules.get(name, {})) for name in missing}
        return [problem(file, settings, (*key, name), None, expected, at=key) for name, expected in wanted.items()]
    expected = schemas.expected(error.schema, value)
    if isinstance(value, bool) and "quot" not in expected:
        expected += " (without quotes YAML reads yes, no, on and off as true and false)"
    if isinstance(value, str) and "number" in expected and yaml_text.EXPONENT.fullmatch(value):
        expected += f" (YAML takes an exponent without point and sign for text; write {_written(value)})"
    if isinstance(value, dict | list):
        found = (
            ("is a list" if value else "is an empty list") if isinstance(value, list) else "is a block of other keys"
        )
        return [problem(file, settings, key, None, expected)._replace(found=found)]
    return [problem(file, settings, key, value, expected)]
