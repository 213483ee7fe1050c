"""A function as a command, by cyclopts: parameters are options, annotations their types, the docstring the help.

Only a command that is called imports this module: cyclopts takes longer to import than `biomarkers --help` to answer.
"""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Callable, Sequence, Set
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, get_origin, get_type_hints

import cyclopts
from cyclopts import App, Parameter, Token

from biomarkers.cli import _kinds
from biomarkers.declared import Group, Setting
from biomarkers.errors import InputError
from biomarkers.io.jsons import finite, whole


class UsageError(InputError):
    """A command line that cyclopts refuses; its message is cyclopts' own."""

    def __init__(self, function: Callable[..., None], message: str) -> None:
        super().__init__([])
        self.args = (f"{_shown(function)}: {message}\nSee `{_shown(function)} --help`.",)


def call(function: Callable[..., None], arguments: Sequence[str]) -> None:
    """Call a command as the command line says, or print its help. Raises UsageError for a line that cannot be."""
    if {"--help", "-h"} & {*arguments}:
        _app(flat(function)).help_print()
        return
    try:
        command, bound = _parsed(function, arguments)
    except cyclopts.UnusedCliTokensError as error:
        raise UsageError(function, f"no option takes '{' '.join(error.unused_tokens or ())}'.") from None
    except cyclopts.CycloptsError as error:
        raise UsageError(function, _said(str(error), arguments) + _elsewhere(function, error)) from None
    for option, value in bound.arguments.items():
        if value == [] and bound.signature.parameters[option].default is inspect.Parameter.empty:
            raise UsageError(function, _said(f"Parameter {_flag(option)} requires an argument.", arguments))
    _kinds.check_files(function, bound.arguments)
    command(*bound.args, **bound.kwargs)


def _said(message: str, arguments: Sequence[str]) -> str:
    """The message of cyclopts, which has the same words for an option without its value and for one that is not there.

    >>> _said("Parameter --out requires an argument.", []), _said("Parameter --out requires an argument.", ["--out"])
    ('--out is missing.', 'Parameter --out requires an argument.')
    >>> _said("Parameter --out requires an argument.", ["--out", "-"])
    "--out is '-'; expected the path of a file: standard input and output are not taken"
    """
    told = re.match(r"Parameter (\S+) requires an argument", message)
    if message.startswith("Unknown option: -.") or (told and (told[1], "-") in pairwise(arguments)):
        before = arguments[: arguments.index("-")]
        option = next((word for word in reversed(before) if word.startswith("--")), "an argument")
        return f"{option} is '-'; expected the path of a file: standard input and output are not taken"
    return message if told is None or told[1] in arguments else f"{told[1]} is missing{message[told.end() :]}"


def _elsewhere(function: Callable[..., None], error: cyclopts.CycloptsError) -> str:
    """Where an option stands that a command does not know: one that hands words on takes those after `--`."""
    handed = [one for one in inspect.signature(function).parameters.values() if one.kind is one.VAR_POSITIONAL]
    if not handed or not isinstance(error, cyclopts.UnknownOptionError):
        return ""
    program, option = handed[0].name.capitalize(), error.token.value if error.token else "OPTION"
    return f" Options of {program} stand after --: {_shown(function)} -- {option}"


def _parsed(
    function: Callable[..., None], arguments: Sequence[str]
) -> tuple[Callable[..., None], inspect.BoundArguments]:
    """The command, and its parameters as the line gives them. Raises CycloptsError for a line that cannot be.

    Cyclopts takes longer to look at an option than to read its value, so it is first shown those alone that the line
    names. A line that it refuses then is read again with all, which its message may name.
    """
    named = {word.partition("=")[0] for word in arguments}
    try:
        return _bound(flat(function, named=named), arguments)
    except cyclopts.CycloptsError:
        return _bound(flat(function), arguments)


def _bound(
    command: Callable[..., None], arguments: Sequence[str]
) -> tuple[Callable[..., None], inspect.BoundArguments]:
    _, bound, _ = _app(command).parse_args([*arguments], exit_on_error=False, print_error=False)
    return command, bound


def arguments(function: Callable[..., None]) -> cyclopts.ArgumentCollection:
    """Every option of a command as cyclopts reads it: names, type, what its help says."""
    return _app(flat(function)).assemble_argument_collection(parse_docstring=True)


def flat(function: Callable[..., None], *, named: Set[str] | None = None) -> Callable[..., None]:
    """The command with an option for each setting of a group that it takes, explained as the setting is.

    named: of those that may be left out, the ones that are wanted, such as `--vcf`; none is explained then, since what
    a setting may be is read from files. None: all.
    """
    hints = get_type_hints(function, include_extras=True)
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type[Group]] = {}
    for parameter in inspect.signature(function).parameters.values():
        hint = hints[parameter.name]
        if isinstance(hint, type) and issubclass(hint, Group):
            groups[parameter.name] = hint
            wanted = [each for each in hint.settings() if named is None or not named.isdisjoint(each.flags)]
            parameters += [_option(setting, setting.help if named is None else "") for setting in wanted]
        elif named is None or _is_needed(parameter) or _flag(parameter.name) in named:
            parameters.append(parameter.replace(annotation=hint))

    def command(*args: Any, **given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{e.name: given.pop(e.option) for e in group.settings() if e.option in given})
        function(*args, **given)

    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _option(setting: Setting, about: str) -> inspect.Parameter:
    """A setting as a parameter that cyclopts reads."""
    default = _listed(setting.default) if isinstance(setting.default, tuple) else None
    shown = Parameter(help=about, negative=f"--{setting.off}" if setting.off else (), show_default=default)
    hint = setting.hint if setting.default is not None else setting.hint | None
    return inspect.Parameter(
        setting.option, inspect.Parameter.KEYWORD_ONLY, default=setting.default, annotation=Annotated[hint, shown]
    )


MOST = 5
"""Words of a default that the help shows."""


def _listed(words: Sequence[str]) -> str | bool:
    """The default of an option that takes several words, as they would be typed; false where there is none."""
    more = len(words) - MOST
    return shlex.join(words[:MOST]) + (f" and {more} more, see docs/tables.md" if more > 0 else "") if words else False


def _is_needed(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty or parameter.kind is not inspect.Parameter.KEYWORD_ONLY


def _flag(parameter: str) -> str:
    return f"--{parameter.replace('_', '-')}"


def _shown(function: Callable[..., None]) -> str:
    """How a user calls a command; that of a word of Python's own has an underscore in its function's name alone."""
    return f"biomarkers {function.__name__.removesuffix('_')}"


def _path(text: str) -> Path:
    if not text:
        raise ValueError(text)
    return Path(text)


STRICT: dict[Any, tuple[str, Callable[[str], Any]]] = {
    int: ("a whole number", whole),
    float: ("a number", finite),
    Path: ("a path", _path),
}
"""Where cyclopts would take 2.5 as 2, nan as a number and nothing as the current folder."""


def _converted(hint: Any, tokens: Sequence[Token]) -> Any:
    """The value of an option; types that are not `STRICT` as cyclopts reads them."""
    inner = hint.__args__[0] if getattr(hint, "__origin__", None) is list else hint
    inner = getattr(inner, "__origin__", inner) if get_origin(inner) is Annotated else inner
    if inner not in STRICT:
        return cyclopts.convert(hint, tokens)
    expected, read = STRICT[inner]
    values = []
    for token in tokens:
        try:
            values.append(read(token.value))
        except (ValueError, OverflowError):
            said = f"{token.keyword or 'an argument'} is '{token.value}'; expected {expected}"
            raise cyclopts.CoercionError(msg=said) from None
    return values if inner is not hint else values[0]


def _app(function: Callable[..., None]) -> App:
    app = App(
        name=_shown(function),
        help_flags=(),
        version_flags=(),
        help_format="markdown",
        # Cyclopts' own way from a parameter's name to its option takes it apart by three expressions.
        default_parameter=Parameter(
            converter=_converted, consume_multiple=True, negative=(), name_transform=lambda name: name.replace("_", "-")
        ),
    )
    app.default(function)
    return app
