"""The module of a command: its process of Nextflow in nf-core's form, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from biomarkers.doors.command import Command, Option
from biomarkers.doors.project import Project, filled, rendered

VERSION = "biomarkers --version | grep -oE '[0-9][^ ]*' | head -n 1"
"""What tells a task's version; the line may say more than the number."""


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """A channel of a module's output. path: expression of Groovy for its file; stub: one for what makes it empty."""

    name: str
    path: str
    ending: str
    about: str
    stub: str
    is_folder: bool = False
    is_optional: bool = False

    @property
    def key(self) -> str:
        """The path as meta.yml names it: as nf-core reads it out of main.nf."""
        return self.path.strip('"') if self.path.startswith('"') else f"{self.path}, glob: false"

    @property
    def pattern(self) -> str:
        """Glob for the names of the files."""
        return f"*{self.ending}"


class Numbered(NamedTuple):
    """An output that may be several files. variable: of Groovy, that holds their names; number: how many, in Groovy."""

    variable: str
    ending: str
    number: str


class Staged(NamedTuple):
    """An element of a module's input. declared: as Nextflow has it; tried: what nf-test gives."""

    option: Option
    declared: str
    tried: str

    @property
    def beside(self) -> str:
        """What else may be among the files."""
        kind = self.option.kind
        if kind is not None and kind.beside_it:
            return f" With each file its {kind.beside_it}, where there is one."
        return " After it the files that it names, all of one folder." if kind is not None and kind.names_files else ""


def module(command: Command, project: Project) -> dict[str, str]:
    """Files of a module by path within its folder."""
    told = {
        "command": command,
        "process": f"BIOMARKERS_{command.name.upper()}",
        "project": project,
        "version": VERSION,
        "staged": staged(command),
        "wanted": [option.name for option in optional(command)],
        "emitted": emitted(command),
        "numbered": _numbered(command),
        "written": _written(command),
        "after": _after(command),
        "parameters": [option.name for option in command.parameters if not option.is_placed],
        "negated": [option for option in command.parameters if option.off],
    }
    return rendered(("main.nf", "meta.yml", "environment.yml", "tests/main.nf.test"), told)


def shared(listed: Sequence[Command], project: Project) -> dict[str, str]:
    """Files beside the modules: their inputs by name, and how they are used."""
    told = {
        "order": {command.name: staged(command) for command in listed if not command.why_no_module},
        "without": [command for command in listed if command.why_no_module],
        "project": project,
    }
    return rendered(("inputs.nf",), told) | {"README.md": filled("modules.md", told)}


def staged(command: Command) -> list[Staged]:
    """What a task takes after meta: files each in a folder of their own, so that equal names do not meet."""
    found = []
    for option in command.options:
        if option.is_input and option.kind is not None:
            together = option.kind.beside_it or option.kind.names_files or not option.is_list
            folder = option.name if together else f"{option.name}?"
            tried = f"file('{option.name}{option.ending}')" if option.is_required else "[]"
            found.append(Staged(option, f"path({option.name}, stageAs: '{folder}/*')", tried))
        elif option.kind is None and option.is_placed:
            found.append(Staged(option, f"val({option.name})", "null"))
    return found


def _said_beside(command: Command) -> set[str]:
    """Outputs that only say where a file stands which another output has beside it."""
    return {option.kind.beside for option in command.outputs if option.kind is not None and option.kind.beside}


def _made(command: Command) -> list[Option]:
    return [option for option in command.outputs if option.name not in _said_beside(command)]


def optional(command: Command) -> list[Option]:
    """Outputs that are made where they are asked for."""
    return [option for option in _made(command) if not option.is_required]


def _numbered(command: Command) -> list[Numbered]:
    found = []
    for option in _made(command):
        if not option.is_list or option.kind is None:
            continue
        named = {other.name: other for other in command.inputs}
        count = " + ".join(f"{_main(named[name])}.size()" for name in option.kind.each_of if name in named)
        if option.is_required:
            count = f"Math.max(1, {count or 1})"
        else:
            count = f"wanted.{option.name} ? {count} : 0" if count else f"wanted.{option.name} ?: 0"
        found.append(Numbered(f"{option.name}_files", option.suffix[1:], count))
        if option.kind.beside:
            found.append(Numbered(f"{option.name}_json_files", f"{option.name}.json", count))
    return found


def _main(option: Option) -> str:
    """Groovy for the files at an option that are named on the command line, without those that stand beside them."""
    files_of = f"listed({option.name})"
    if option.kind is not None and option.kind.beside_it:
        return f"{files_of}.findAll {{ file -> !file.name.endsWith('{option.kind.beside_it}') }}"
    if option.kind is not None and option.kind.names_files:
        return f"{files_of}.take(1)"
    return files_of


def emitted(command: Command) -> list[Emitted]:
    """The channels of a module's output, versions aside."""
    found = []
    for option in _made(command):
        name, beside = f'"${{prefix}}{option.suffix}"', f'"${{prefix}}.{option.name}.json"'
        if option.is_list:
            name, beside = f"{option.name}_files", f"{option.name}_json_files"
        stub = f"'mkdir -p -- ' + quoted({name})" if option.is_folder else f"empty({name})"
        if not option.is_required and not option.is_list:
            stub = f"wanted.{option.name} ? {stub} : ''"
        made = Emitted(
            name=option.name,
            path=name,
            ending=option.ending,
            about=option.about,
            stub=stub,
            is_folder=option.is_folder,
            is_optional=not option.is_required,
        )
        found.append(made)
        if option.kind is not None and option.kind.beside:
            json_of = f"{option.name}_json"
            about = "The JSON beside it: settings, versions and checksums."
            stub = f"empty({beside})"
            found.append(Emitted(name=json_of, path=beside, ending=".json", about=about, stub=stub))
    if command.prints is not None:
        ending = command.prints.endings[0]
        name = f'"${{prefix}}{ending}"'
        about = "What the command prints."
        found.append(Emitted(name="text", path=name, ending=ending, about=about, stub=f"empty({name})"))
    return found


def _written(command: Command) -> list[str]:
    """Groovy for the options that are files, and for the sample, which is meta.id."""
    found = []
    for option in command.options:
        if option.is_placed or option.name in _said_beside(command):
            continue
        if option.is_input:
            found.append(f"option('{option.flag}', {_main(option)})")
        elif option.is_output:
            value = f"{option.name}_files" if option.is_list else f'"${{prefix}}{option.suffix}"'
            words = f"option('{option.flag}', {value})"
            found.append(words if option.is_required or option.is_list else f"wanted.{option.name} ? {words} : ''")
        elif option.name == "sample" and not option.is_list:
            found.append(f"args =~ /{option.flag}[= ]/ ? '' : option('{option.flag}', meta.id)")
    return found


def _after(command: Command) -> str:
    """The end of the line: words without a flag, where no list takes them, and the file for what is printed."""
    words = []
    for option in command.options:
        if option.is_placed and option.is_output:
            words.append(f'"${{prefix}}{option.suffix}"')
        elif option.is_placed:
            words.append(_main(option) if option.is_input else f"listed({option.name})")
    shown = [f"-- ${{[{', '.join(words)}].flatten().collect {{ word -> quoted(word) }}.join(' ')}}"] if words else []
    if command.prints is not None:
        shown.append(f'> ${{quoted("${{prefix}}{command.prints.endings[0]}")}}')
    return " ".join(shown)
