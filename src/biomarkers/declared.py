"""How settings are declared: groups of fields with a default, a range and a meaning; see `biomarkers.settings`."""

from __future__ import annotations

import dataclasses
import shlex
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import Any, ClassVar, Literal, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

from biomarkers.errors import Problem


class Setting(NamedTuple):
    """One field of a group. key: its place in the config; option: the command's option, without the dashes.

    hint: its type, None left out; rule: number in docs/methods.md; least, most: bounds of a number, both included;
    off: the flag that turns it off, for a flag that is on by default; is_shared: declared in another group, whose
    config key this one reads too; choices: of a text, where they stand in a file; is_long: left off a
    command line where it is the default.
    """

    name: str
    hint: Any
    default: Any
    key: tuple[str, ...]
    option: str
    about: str
    rule: str
    least: float | None = None
    most: float | None = None
    off: str | None = None
    is_date: bool = False
    is_shared: bool = False
    choices: Callable[[], list[str]] | None = None
    is_long: bool = False

    @property
    def flag(self) -> str:
        """The option on a command line."""
        return f"--{self.option.replace('_', '-')}"

    @property
    def flags(self) -> list[str]:
        """That option, and the one that turns it off."""
        return [self.flag, *([f"--{self.off}"] if self.off else [])]

    @property
    def help(self) -> str:
        """What it means, and the rule that it belongs to."""
        known = f" Known: {', '.join(self.choices())}." if self.choices else ""
        return f"{(self.about + known).removesuffix('.')} (docs/methods.md, {self.rule})."

    @property
    def schema(self) -> dict[str, Any]:
        """The setting as JSON Schema."""
        several = get_origin(self.hint) in (list, tuple)
        rule = _schema(get_args(self.hint)[0]) if several else _schema(self.hint)
        bounds = {"minimum": self.least, "maximum": self.most, "format": "date" if self.is_date else None}
        rule |= {name: bound for name, bound in bounds.items() if bound is not None}
        if self.choices:
            rule["enum"] = self.choices()
        if several:
            rule = {"type": "array", "items": rule}
        if isinstance(self.default, tuple):
            rule |= {"minItems": int(bool(self.default)), "uniqueItems": True}
        if several and self.default is None:
            rule["minItems"] = 1  # An empty list would be taken for the default.
        if self.default is None:
            rule["type"] = [rule["type"], "null"]
        default = list(self.default) if isinstance(self.default, tuple) else self.default
        return rule | {"default": default, "description": f"{self.about.removesuffix('.')} (methods.md, {self.rule})."}


class Group:
    """Settings that belong together. BLOCK: the block of the config in which they stand.

    PROGRAM: whose options they are, where it is not a command of this package that takes them.
    """

    BLOCK: ClassVar[str]
    PROGRAM: ClassVar[str] = "biomarkers"

    @classmethod
    @cache
    def settings(cls) -> tuple[Setting, ...]:
        """The group's settings in the order in which they are declared."""
        return tuple(cls._declared())

    @classmethod
    def _declared(cls) -> Iterator[Setting]:
        hints = get_type_hints(cls)
        for field in dataclasses.fields(cls):  # type: ignore[arg-type]
            told = {"key": f"{cls.BLOCK}.{field.name}", "option": field.name, **field.metadata}
            hint = hints[field.name]
            if get_origin(hint) in (Union, types.UnionType):
                (hint,) = (each for each in get_args(hint) if each is not type(None))
            key = tuple(told.pop("key").split("."))
            yield Setting(name=field.name, hint=hint, default=field.default, key=key, **told)

    def problems(self) -> Iterator[Problem]:
        """Each setting whose value is out of its range, as an option of the command line."""
        for each in self.settings():
            low, high = each.least, each.most
            kind = "a whole number" if each.hint is int else "a number"
            expected = f"{kind} of at least {low}" if high is None else f"{kind} from {low} to {high}"
            for one in listed(getattr(self, each.name)):
                if (low is not None and one < low) or (high is not None and one > high):
                    yield Problem("command line", each.flag, one, expected)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """The group as a config with every default filled in has it."""
        given = {setting: _value(config, setting.key) for setting in cls.settings()}
        return cls(**{s.name: tuple(v) if isinstance(s.default, tuple) else v for s, v in given.items()})

    @classmethod
    def as_options(cls, config: Mapping[str, Any]) -> list[str]:
        """The config's settings of this group as a command takes them, quoted for a shell; what is null is left out."""
        return [word for setting in cls.settings() for word in _words(setting, _value(config, setting.key))]


def setting(default: Any, about: str, *, rule: str, **told: Any) -> Any:
    """A field of a group; told: of `Setting`, with `key` and `option` where they are not those of the field's name."""
    return dataclasses.field(default=default, metadata={"about": about, "rule": rule, **told})


def shared(group: type[Group], name: str, about: str, *, rule: str, option: str) -> Any:
    """A field that reads what another group declares, with its default, bounds and place in the config."""
    first = next(setting for setting in group.settings() if setting.name == name)
    own = {"key": ".".join(first.key), "option": option, "is_shared": True}
    return setting(first.default, about, rule=rule, least=first.least, most=first.most, **own)


def _schema(hint: Any) -> dict[str, Any]:
    """JSON Schema of one value."""
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    return {"type": {bool: "boolean", int: "integer", float: "number", str: "string"}[hint]}


def _value(config: Mapping[str, Any], key: tuple[str, ...]) -> Any:
    return reduce(lambda block, name: block[name], key, config)


def _words(setting: Setting, value: Any) -> list[str]:
    """One setting on a command line."""
    if setting.hint is bool:
        return [setting.flag] if value else [f"--{setting.off}"] if setting.off else []
    values = listed(value)
    if setting.is_long and [*values] == [*listed(setting.default)]:
        return []
    if any(str(each).startswith("-") for each in values):
        return [f"{setting.flag}={shlex.quote(str(each))}" for each in values]
    return [setting.flag, *(shlex.quote(str(each)) for each in values)] if values else []


def listed(value: Any) -> Sequence[Any]:
    """A value that may be absent, one or several, as a list."""
    return value if isinstance(value, list | tuple) else [] if value is None else [value]
