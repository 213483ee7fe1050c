"""Every generated file of the project."""

from __future__ import annotations

from pathlib import Path

from biomarkers.doors import command as commands
from biomarkers.doors import modules, wrappers
from biomarkers.doors import project as projects

FOLDERS = ("wrappers", "modules")


def every(folder: Path) -> dict[str, str]:
    """Text of every generated file of the project in a folder, by its path there."""
    project, listed = projects.read(folder), commands.every()
    found = {f"modules/{name}": text for name, text in modules.shared(listed, project).items()}
    found |= {f"wrappers/{name}": text for name, text in wrappers.shared(listed).items()}
    for command in listed:
        if not command.why_no_wrapper:
            made = wrappers.wrapper(command, project)
            found |= {f"wrappers/{command.name}/{name}": text for name, text in made.items()}
        if not command.why_no_module:
            made = modules.module(command, project)
            found |= {f"modules/{command.name}/{name}": text for name, text in made.items()}
    return found
