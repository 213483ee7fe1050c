"""What the text of a YAML file means.

ruamel.yaml reads it by the rules of YAML 1.1, as Snakemake does: `on`, `off`, `yes` and `no` are true and false.
Where the two differ, text stays text: `y`, `n`, dates, and numbers such as 1e-4, which YAML 1.1 writes 1.0e-4.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

Key = tuple[str | int, ...]

EXPONENT = re.compile(r"[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?[0-9_]*\.[0-9_]*[eE][0-9]+")
"""Numbers with an exponent that are text to PyYAML."""

TEXT = re.compile(rf"[yYnN]|\d{{4}}-\d\d?-\d\d?([Tt ].*)?|{EXPONENT.pattern}")
"""Words that ruamel.yaml would take for something else than PyYAML, or for a date."""

MISREAD = re.compile(r"[-+]?0[0-7_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
"""Numbers that YAML 1.1 takes for others than they look: 010 is 8, 1:30 is 90."""

TAGS = [f"tag:yaml.org,2002:{kind}" for kind in ("set", "omap", "pairs", "binary", "timestamp")]
"""What no setting is; of tags that nobody knows (`!include x`) the reader would drop the tag and keep the text."""
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
VALUES = 500_000
"""Most values of a file; aliases of aliases (`&a`, `*a`) can stand for thousands of millions."""
LONG = 50_000
NOT_SIMPLE = re.compile(r"[^\x20-\x7e\n]|[!&*%|>\"'`@?~]|<<|^(---|\.\.\.)", re.MULTILINE)
"""Length from which a text is worth the parser in C, and what it must not hold."""


class Read(NamedTuple):
    """What ruamel.yaml makes of a text.

    repeated: line, key and first line of every repeated key. misread: line, word and number of what is `MISREAD`.
    """

    data: Any
    repeated: list[tuple[int, str, int]]
    misread: list[tuple[int, str, Any]]


def read(text: str) -> Read:
    """The content of a text, and what in it nobody may have meant so. Raises YAMLError or ValueError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor, SafeConstructor
    from ruamel.yaml.nodes import ScalarNode

    repeated: list[tuple[int, str, int]] = []
    misread: list[tuple[int, str, Any]] = []

    class Constructor(RoundTripConstructor):
        def check_mapping_key(self, _: Any, key_node: Any, mapping: Any, key: Any, __: Any) -> bool:
            if not isinstance(key_node, ScalarNode):
                raise ConstructorError(problem="a key is a list or a block", problem_mark=key_node.start_mark)
            if key in mapping:
                repeated.append((key_node.start_mark.line + 1, str(key), mapping.lc.key(key)[0] + 1))
                return False
            return True

    def refuse(_: Any, node: Any) -> None:
        named = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        raise ConstructorError(problem=f"the tag {named} is not known here", problem_mark=node.start_mark)

    def number(own: Any, node: Any) -> Any:
        found = RoundTripConstructor.yaml_constructors[node.tag](own, node)
        if MISREAD.fullmatch(node.value):
            misread.append((node.start_mark.line + 1, node.value, found))
        return found

    for kind in NUMBERS:
        Constructor.add_constructor(kind, number)
    for tag in (None, *TAGS):
        Constructor.add_constructor(tag, refuse)
    truth = "tag:yaml.org,2002:bool"  # one with an anchor would become a number
    Constructor.add_constructor(truth, SafeConstructor.yaml_constructors[truth])
    reader = YAML()
    reader.version, reader.composer.warn_double_anchors = "1.1", False
    reader.Resolver, reader.Constructor = _resolver(), Constructor
    return Read(reader.load(text), repeated, misread)


def _resolver() -> Any:
    """ruamel.yaml's own way to tell numbers from text, but for the words that are text."""
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver

    @cache  # thousands of markers are told in the same few words
    def resolve(own: Any, kind: Any, value: Any, implicit: Any) -> Any:
        told = (False, True) if kind is ScalarNode and TEXT.fullmatch(value) else implicit
        return VersionedResolver.resolve(own, kind, value, told)

    return type("Resolver", (VersionedResolver,), {"resolve": resolve})


def long(text: str) -> tuple[dict[str, Any], dict[Key, int]] | None:
    """The settings and lines of a long and simple text, such as a plan with thousands of features, by the parser in C.

    It takes a tenth of the time. None for a short text, and for one with anything but plain words in blocks and lists:
    quotation marks, anchors, tags, a repeated key, a mistake; these are told by `read`.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) < LONG or NOT_SIMPLE.search(text):
        return None
    reader = YAML(typ="safe")
    reader.version, reader.Resolver = "1.1", _resolver()
    lines: dict[Key, int] = {}
    try:
        data = _of_node(reader.compose(text), (), lines, reader.constructor)
    except (YAMLError, ValueError):
        return None
    return (data, lines) if isinstance(data, dict) else None


def _of_node(node: Any, key: Key, lines: dict[Key, int], constructor: Any) -> Any:
    """What a node of the parser holds, the lines as in `plain`. Raises ValueError for what `read` is to tell."""
    if node.id == "scalar":
        if node.tag in NUMBERS and MISREAD.fullmatch(node.value):
            raise ValueError("a number is not what it looks like")
        return constructor.construct_object(node)
    if node.id == "sequence":
        lines.update({(*key, i): inner.start_mark.line + 1 for i, inner in enumerate(node.value)})
        return [_of_node(inner, (*key, i), lines, constructor) for i, inner in enumerate(node.value)]
    data: dict[str, Any] = {}
    for name, inner in node.value:
        own = constructor.construct_object(name) if name.id == "scalar" else None
        if not isinstance(own, str) or own in data:
            raise ValueError("a key is repeated or no text")
        lines[(*key, own)] = name.start_mark.line + 1
        data[own] = _of_node(inner, (*key, own), lines, constructor)
    return data


def plain(value: Any, key: Key, lines: dict[Key, int]) -> Any:
    """A value of ruamel.yaml as built-in types; the line of everything in it goes into `lines`."""
    if not isinstance(value, dict | list):
        value = getattr(value, "value", value)  # of `!!str 5`
        kind = next((kind for kind in (bool, int, float, str) if isinstance(value, kind)), None)
        return value if kind is None else kind(value)
    if len(lines) > VALUES:
        raise ValueError("aliases stand for too many values")
    marked: Any = value
    for part, (line, *_) in (marked.lc.data or {}).items():
        lines[(*key, part if isinstance(value, list) else str(part))] = line + 1
    if isinstance(value, list):
        return [plain(inner, (*key, position), lines) for position, inner in enumerate(value)]
    return {name: plain(inner, (*key, str(name)), lines) for name, inner in value.items()}
