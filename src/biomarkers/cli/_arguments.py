"""The command line of a function: parameters are options, their types are checked, the docstring is the help.

Only the standard library is used, since many calls are as short as their start.
"""

from __future__ import annotations

import argparse
import math
import textwrap
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Union, get_args, get_origin, get_type_hints

from biomarkers.errors import InputError, Problem, Problems, nearest


class Kind(NamedTuple):
    """A type of values. metavar: its name in the help; expected: as in a Problem; read: text -> value, ValueError;
    choices: all there are, where these are few.
    """

    metavar: str
    expected: str
    read: Callable[[str], Any]
    choices: Sequence[str] = ()


class Option(NamedTuple):
    """One parameter of a function. many: takes several values; off: the flag that turns a flag off, if any."""

    name: str
    flag: str
    kind: Kind
    many: bool
    off: str | None
    default: Any
    positional: bool
    about: str

    @property
    def is_flag(self) -> bool:
        return self.kind is FLAG

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def whole(text: str) -> int:
    """A whole number, also as 30000000.0 or 3e7. Raises ValueError for 2.5.

    >>> whole("25"), whole("3e7")
    (25, 30000000)
    """
    try:
        return int(text)
    except ValueError:
        number = finite(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)


def finite(text: str) -> float:
    """A number that is neither infinite nor NaN. Raises ValueError for other text."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _path(text: str) -> Path:
    if not text:
        raise ValueError(text)
    return Path(text)


REQUIRED = object()
FLAG = Kind("", "no value", bool)
KINDS = {
    bool: FLAG,
    int: Kind("N", "a whole number", whole),
    float: Kind("NUMBER", "a number", finite),
    str: Kind("TEXT", "a text", str),
    Path: Kind("PATH", "a path", _path),
}


def parse(function: Callable[..., Any], arguments: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """Positional and keyword arguments for `function` as the command line gives them; what it leaves out is left out.

    Raises InputError with everything that is wrong.
    """
    options = described(function)
    parser, problems = _parser(function.__name__, options), Problems()
    given, left = parser.parse_known_args(arguments)
    flags = [flag for option in options for flag in (option.flag, option.off) if flag and not option.positional]
    unknown = [word.partition("=")[0] for word in left if word.startswith("-") and word != "-"]
    for word in unknown:
        problems.add(Problem("command line", "option", word, f"an option of this command{nearest(word, flags)}"))
    for word in [] if unknown else left:
        problems.add(Problem("command line", "argument", word, "an option before it"))
    values = {option.name: _value(option, getattr(given, option.name), problems) for option in options}
    problems.stop_if_any()
    chosen = {name: value for name, value in values.items() if value is not None}
    first = [chosen.pop(option.name) for option in options if option.positional]
    return first, chosen


def help_text(function: Callable[..., Any]) -> str:
    """What `biomarkers COMMAND --help` prints."""
    parser = _parser(function.__name__, described(function))
    parser.description = _documented(function)[0]
    return parser.format_help()


def described(function: Callable[..., Any]) -> list[Option]:
    """The options of a function whose docstring has a section `Parameters` as numpy's has."""
    (_, about), defaults = _documented(function), function.__kwdefaults__ or {}
    options = []
    for name, hint in get_type_hints(function, include_extras=True).items():
        if name == "return":
            continue
        default, off, many = defaults.get(name, REQUIRED), None, False
        if get_origin(hint) in (Union, types.UnionType):
            hint = next(each for each in get_args(hint) if each is not type(None))
        if get_origin(hint) is Annotated:
            hint, off = get_args(hint)
        if get_origin(hint) is list:
            (hint,), many = get_args(hint), True
        if hint is bool and default is True and off is None:
            off = f"--no-{name.replace('_', '-')}"
        kind = _choice(get_args(hint)) if get_origin(hint) is Literal else KINDS[hint]
        positional = name in function.__code__.co_varnames[: function.__code__.co_argcount]
        flag = name.upper() if positional else f"--{name.replace('_', '-')}"
        options.append(Option(name, flag, kind, many, off, default, positional, about.get(name, "")))
    return options


def _choice(choices: tuple[str, ...]) -> Kind:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return Kind("{" + ",".join(choices) + "}", f"one of {', '.join(choices)}", read, choices)


def _value(option: Option, given: Any, problems: Problems) -> Any:
    """The value of an option, None where it was left out or is wrong."""
    if option.is_flag:
        return given
    if not given and option.required:
        problems.add(Problem("command line", option.flag, None, option.kind.expected + _hint(option)))
    if given is None:
        return None
    if len(given) > 1 and not option.many:
        problems.add(Problem("command line", option.flag, " and ".join(given), f"{option.kind.expected}, once"))
    values = []
    for text in given:
        try:
            values.append(option.kind.read(text))
        except (ValueError, OverflowError):
            expected = option.kind.expected + nearest(text, option.kind.choices)
            problems.add(Problem("command line", option.flag, text, expected))
    return values if option.many else next(iter(values), None)


def _hint(option: Option) -> str:
    first = option.about.partition(". ")[0].rstrip(".")
    start = first[:1] if first[:2].isupper() else first[:1].lower()
    return f" ({start}{first[1:]})" if first else ""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        where, _, what = message.removeprefix("argument ").rpartition(": ")
        if not where.startswith("-"):
            problem = Problem("command line", what, None, "it after the name of the command")
        elif "explicit" in what:
            problem = Problem("command line", where, "given with a value", "the option alone")
        else:
            problem = Problem("command line", where, None, "a value after it")
        raise InputError(problem)


def _parser(command: str, options: Iterable[Option]) -> argparse.ArgumentParser:
    prog = f"biomarkers {command}"
    parser = _Parser(
        prog=prog,
        usage=f"{prog} {''.join(f'{o.flag} ' for o in options if o.positional)}[OPTIONS]",
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Paragraphs,
    )
    required, others = parser.add_argument_group("required"), parser.add_argument_group("options")
    for option in options:
        group, kind = required if option.required else others, option.kind
        shown: dict[str, Any] = {"dest": option.name, "help": _help(option).replace("%", "%%")}
        if option.positional:
            group.add_argument(option.name, action="append", metavar=option.flag, help=shown["help"])
        elif option.is_flag:
            group.add_argument(option.flag, action="store_const", const=True, **shown)
            if option.off:
                group.add_argument(
                    option.off, action="store_const", const=False, dest=option.name, help="The opposite."
                )
        else:
            group.add_argument(
                option.flag, nargs="*" if option.many else 1, action="extend", metavar=kind.metavar, **shown
            )
    return parser


def _help(option: Option) -> str:
    default = option.default
    if option.required or default is None or default is False:
        return option.about
    return f"{option.about} [{'default' if default is True else f'default: {default}'}]"


class _Paragraphs(argparse.HelpFormatter):
    """Fills each paragraph of a description by itself."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(textwrap.fill(" ".join(part.split()), width) for part in text.split("\n\n"))


def _documented(function: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """A docstring as what it says of the function and of each parameter."""
    first, _, rest = (function.__doc__ or "").partition("\n")
    about, _, listed = f"{first}\n{textwrap.dedent(rest)}".partition("\nParameters\n----------\n")
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in listed.splitlines():
        if line and not line[0].isspace():
            words = found[line] = []
        else:
            words += line.split()
    return about.strip(), {name: " ".join(said) for name, said in found.items()}
