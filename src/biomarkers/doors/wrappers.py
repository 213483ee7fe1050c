"""The wrapper of a command: a script of Snakemake in the form of snakemake-wrappers, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from biomarkers.doors.command import Command, Option
from biomarkers.doors.project import Project, filled, rendered

KEPT = {*dir(list), "get", "items", "keys", "update"}
"""Names that Snakemake keeps for itself: no file or parameter of a rule has one."""
BLOCKS = ("input", "output", "params")


def wrapper(command: Command, project: Project) -> dict[str, str]:
    """Files of a wrapper by path within its folder."""
    named = {option: _name(option) for option in command.options}
    found = _beside(command)
    listed: dict[str, dict[str, str]] = {block: {} for block in BLOCKS}
    for option, name in named.items():
        listed[_block(option)][name] = _about(option)
    for name, (option, ending) in found.items():
        listed["input" if option.is_input else "output"][name] = f"The {ending} beside {option.name}; it has its name."
    if command.prints is not None:
        listed["output"]["text"] = "What the command prints."
    told = {
        "command": command,
        "project": project,
        "authors": ", ".join(project.authors),
        "told": listed,
        **{block: list(listed[block]) for block in BLOCKS},
        "required": [name for option, name in named.items() if option.is_required],
        "several": [
            *(name for option, name in named.items() if option.is_list),
            *(name for name, (option, _) in found.items() if option.is_list),
        ],
        "options": {name: f'"{option.flag}"' for option, name in named.items() if not option.is_placed},
        "off": {name: f'"{option.off}"' for option, name in named.items() if option.off},
        "placed": [name for option, name in named.items() if option.is_placed],
        "beside": {name: f'("{_name(option)}", "{ending}")' for name, (option, ending) in found.items()},
        **_example(command, listed),
    }
    return rendered(("wrapper.py", "meta.yaml", "environment.yaml", "test/Snakefile"), told)


def shared(listed: Sequence[Command]) -> dict[str, str]:
    """Files beside the wrappers: how they are used."""
    return {"README.md": filled("wrappers.md", {"without": [command for command in listed if command.why_no_wrapper]})}


def _name(option: Option) -> str:
    """An option's name in a rule; one that Snakemake keeps for itself has an underscore after it, as `import_` has."""
    return f"{option.name}_" if option.name in KEPT else option.name


def _block(option: Option) -> str:
    return "input" if option.is_input else "output" if option.is_output else "params"


def _about(option: Option) -> str:
    several = "One or several. " if option.is_list else ""
    return f"{'' if option.is_required else 'Optional. '}{several}{option.about}"


def _beside(command: Command) -> dict[str, tuple[Option, str]]:
    """Names for files that stand beside others: that option, and their ending."""
    names = {option.name for option in command.options}
    found = {}
    for option in command.options:
        kind = option.kind
        if kind is not None and kind.beside_it:
            found[f"{option.name}_{kind.beside_it[1:]}"] = (option, kind.beside_it)
        elif kind is not None and kind.beside and kind.beside not in names:
            found[f"{option.name}_json"] = (option, ".json")
    return found


def _example(command: Command, listed: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Of each block of a rule: what an example gives, and the names that it leaves out."""
    live: dict[str, dict[str, str]] = {block: {} for block in BLOCKS}
    for block in BLOCKS:
        options = [option for option in command.options if _block(option) == block]
        chosen = [option for option in options if option.is_required]
        if not chosen and block != "params" and not (block == "output" and command.prints):
            chosen = options[:1]
        live[block] = {_name(option): _given(option) for option in chosen}
    if command.prints is not None:
        live["output"]["text"] = f'"T1.{command.name}.txt"'
    rest = {block: ", ".join(name for name in listed[block] if name not in live[block]) for block in BLOCKS}
    return {"live": live, "rest": rest, "rule": command.name if command.name.isidentifier() else f"{command.name}_"}


def _given(option: Option) -> str:
    """A value as an example of a rule has it."""
    if option.kind is None:
        return '"T1"'
    value = f'"{option.name}"' if option.is_folder else f'"T1{option.suffix}"'
    value = f"directory({value})" if option.is_folder and option.is_output else value
    return f"[{value}]" if option.is_list else value
