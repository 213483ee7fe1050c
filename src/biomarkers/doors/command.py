"""What a command takes and gives, read from its function as the command line reads it; no command is named here."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Union, get_args, get_origin

from biomarkers.cli import _command, _kinds, app
from biomarkers.cli._kinds import Kind


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a command. name: that of the function; flag: that of the command line, with its dashes.

    kind: what stands at a path, None for any other value; hint: type of one value; off: the flag that turns it off;
    is_placed: it has no flag, its place on the line says what it is.
    """

    name: str
    flag: str
    about: str
    kind: Kind | None
    hint: Any
    is_required: bool
    is_list: bool
    is_placed: bool
    off: str = ""

    @property
    def is_input(self) -> bool:
        """Whether a file or folder is read there."""
        return self.kind is not None and not self.kind.is_output

    @property
    def is_output(self) -> bool:
        """Whether a file or folder is written there."""
        return self.kind is not None and self.kind.is_output

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.kind is not None and self.kind.what == "folder"

    @property
    def ending(self) -> str:
        """How the name of a file mostly ends."""
        return "" if self.kind is None else (*self.kind.endings, self.kind.usual)[0]

    @property
    def suffix(self) -> str:
        """How the name of an output goes on after what is common to all: with the option, but not twice."""
        return self.ending if self.ending.startswith(f".{self.name}.") else f".{self.name}{self.ending}"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as a door sees it. prints: what it prints is its result, as the kind of that text says."""

    name: str
    stage: str
    summary: str
    about: str
    options: tuple[Option, ...]
    prints: Kind | None

    @property
    def inputs(self) -> list[Option]:
        """Options at which files are read, in the order of the command's help."""
        return [option for option in self.options if option.is_input]

    @property
    def outputs(self) -> list[Option]:
        """Options at which files are written."""
        return [option for option in self.options if option.is_output]

    @property
    def parameters(self) -> list[Option]:
        """Options that are no path."""
        return [option for option in self.options if option.kind is None]

    @property
    def why_no_wrapper(self) -> str:
        """Why a rule cannot be made of it; empty for a command of which it can."""
        names = {option.name for option in self.options}
        if "snakemake" in names:
            return "it starts the workflow itself"
        if "outdir" in names:
            return "it names files by where they are, which is another place in each task"
        if any(option.kind is not None and option.kind.what == "link" for option in self.outputs):
            return "it links to a file of a folder that several runs share, and needs a network"
        if any(option.kind is not None and option.kind.what == "file or folder" for option in self.outputs):
            return "it makes a file or a folder, which a rule must know before"
        if not self.outputs and self.prints is None:
            return "it tells of a run as it stands at the moment, and makes no file"
        return ""

    @property
    def why_no_module(self) -> str:
        """Why a process cannot be made of it; empty for a command of which it can."""
        if any(option.kind is not None and option.kind.names_files == "the run's folder" for option in self.inputs):
            return "it works in the folder of a run, whose files its config names; a task has only what is staged"
        return self.why_no_wrapper


def every() -> list[Command]:
    """Every command, in the order of `biomarkers --help`."""
    return [describe(getattr(import_module(f"biomarkers.cli.{one.module}"), one.module), one) for one in app.commands()]


def describe(function: Callable[..., None], listed: app.Command) -> Command:
    """A command by its function: options by cyclopts, kinds of path by their types, words by the docstring."""
    kinds = _kinds.kinds(function)
    options = []
    for argument in _command.arguments(function):
        field = argument.field_info
        value, is_list = _value(argument.hint)
        flags = [flag for flag in argument.names if flag not in argument.negatives]
        option = Option(
            name=str(field.name),
            flag=flags[0],
            about=" ".join((argument.parameter.help or "").split()),
            kind=kinds.get(str(field.name)),
            hint=value,
            is_required=argument.required,
            is_list=is_list,
            is_placed=not field.is_keyword,
            off=next(iter(argument.negatives), ""),
        )
        options.append(option)
    lines = (inspect.getdoc(function) or "").partition("\nArgs:")[0].strip().splitlines()
    about = "\n".join(lines[2:]).strip()
    return Command(
        name=listed.name,
        stage=listed.stage,
        summary=lines[0],
        about=about,
        options=tuple(options),
        prints=_kinds.printed(function),
    )


def _value(hint: Any) -> tuple[Any, bool]:
    """The type of one value within that of an option, and whether it takes several."""
    origin, parts = get_origin(hint), [part for part in get_args(hint) if part not in (type(None), ...)]
    if origin is Annotated:
        return _value(parts[0])
    if origin in (list, tuple):
        return _value(parts[0])[0], True
    if origin in (Union, types.UnionType):
        return _value(parts[0])
    return hint, False
