"""What `reference.preset` adds to a run: its files, which of them are not there yet, and what they must fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from biomarkers.errors import InputError, Problem, Problems
from biomarkers.io import yamls
from biomarkers.io.download import size_in_words
from biomarkers.run import presets

FILES = ("fasta", "targets", "genes", "germline_resource", "known_sites", "panel_of_normals")
"""Keys of `reference` that name files."""


def read(path: str | Path, settings: yamls.Settings, config: dict[str, Any]) -> presets.Preset | None:
    """The preset that the config names, whose files are then filled in. Raises InputError for an unknown one."""
    name = config["reference"]["preset"]
    if name is None:
        return None
    if name not in presets.known() and not Path(name).is_file():
        where = yamls.line_of(settings.lines, ("reference", "preset"))
        expected = f"{' or '.join(presets.known())}, or the path of a YAML file"
        raise InputError(Problem(str(path), "reference.preset", name, expected, where))
    preset = presets.load(name)
    config["reference"] = presets.fill(config["reference"], settings.data["reference"], preset)
    return preset


def used(config: dict[str, Any], preset: presets.Preset | None) -> list[presets.File]:
    """Files of the preset that stand for a key which the user did not name."""
    if preset is None:
        return []
    named = {file for key in FILES for file in listed(config["reference"][key])}
    keys = {file.key for file in preset.files if file.path in named}
    keys |= {"genes"} if presets.GENES in named else set()
    keys |= {"alt"} if "fasta" in keys else set()
    return [file for file in preset.files if file.key in keys]


def is_awaited(file: str, files: list[presets.File]) -> bool:
    """True for a path that a rule makes of the preset's files, whether or not it is there."""
    return file == presets.GENES or any(file == each.path for each in files)


def check_places(config: dict[str, Any], files: list[presets.File], problems: Problems) -> None:
    """A file that was put where the run keeps its links would be used unchecked, and lost when the link is made."""
    for file in files:
        place = Path(file.path)
        if place.exists() and not place.is_symlink():
            there = Path(config["reference"]["preset_folder"]) / file.name
            expected = f"nothing here; move it to {there}, where it is checked"
            problems.add(Problem.said(file.path, "file", "is not a link", expected))


def check_fasta(
    path: str | Path, preset: presets.Preset, fasta: str, lengths: dict[str, int], problems: Problems
) -> None:
    """A FASTA of the user's must be of the preset's genome, by the names and lengths of the contigs that both have."""
    shared = [name for name in preset.lengths if name in lengths]
    other = [name for name in shared if lengths[name] != preset.lengths[name]]
    if shared and not other:
        return
    name = (other or list(preset.lengths))[0]
    has = f"{lengths[name]} in {fasta}" if other else f"{fasta} has {next(iter(lengths))}"
    expected = f"a genome with {name} of {preset.lengths[name]} bases ({has}); "
    expected += "leave out reference.fasta, or name every other file too"
    problems.add(Problem(str(path), "reference.preset", preset.name, expected))


def announcement(config: dict[str, Any], files: list[presets.File]) -> str:
    """What is to be downloaded, how large it is and from where; empty when all is there."""
    folder = Path(config["reference"]["preset_folder"])
    absent = [file for file in files if not (folder / file.name).is_file()]
    if not absent:
        return ""
    hosts = " and ".join(sorted({urlsplit(file.url).netloc for file in absent}))
    known = sum(file.bytes or 0 for file in absent)
    more = "" if all(file.bytes for file in absent) else " or more"
    names = ", ".join(f"{file.name} ({size_in_words(file.bytes)})" if file.bytes else file.name for file in absent)
    return (
        f"reference.preset: of {len(files)} files {len(absent)} are not in {folder} yet; those that a rule needs are "
        f"downloaded from {hosts}, {size_in_words(known)}{more} in all: {names}"
    )


def listed(value: Any) -> list[Any]:
    """A setting that may be absent, one value or a list of them, as a list."""
    return [] if value is None else value if isinstance(value, list) else [value]
