"""Where a number came from: inputs with their md5, settings, versions; written as JSON beside a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from biomarkers import __version__
from biomarkers.errors import InputError, Problem
from biomarkers.io import jsons
from biomarkers.io.files import md5, packaged


def record(command: str, settings: Mapping[str, Any], paths: Iterable[str | Path], **more: Any) -> dict[str, Any]:
    """What a command did: its name, our version, settings, inputs and anything more. No time: runs stay comparable.

    Of the inputs file and MD5, in the given order, each path once.
    """
    inputs = [{"file": path, "md5": md5(path)} for path in dict.fromkeys(map(str, paths))]
    return {"command": command, "biomarkers": __version__, "settings": dict(settings), "inputs": inputs, **more}


def commit() -> str | None:
    """The commit of the project's checkout that this program runs from, with `-dirty` where its files were changed.

    Of an installed copy the commit that it was built from. None where that is not known, and without git.
    """
    project = packaged("").resolve().parents[1]
    if not (project / ".git").exists():
        built = packaged("commit.txt")
        return (built.read_text("utf-8").strip() or None) if built.is_file() else None
    import subprocess

    # Git asks nobody else's leave to read a checkout that another user owns.
    command = ["git", "-c", f"safe.directory={project}", "-C", str(project)]
    command += ["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return told.stdout.strip() or None


def as_json(value: Mapping[str, Any]) -> str:
    """Text of a JSON file, readable and the same for the same content."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def beside(table: str | Path) -> Path:
    """Path of the JSON beside a table.

    >>> beside("results/variants/T1.variants.tsv.gz").name
    'T1.variants.json'
    """
    path = Path(table)
    name = path.name
    for ending in (".gz", ".tsv", ".csv", ".txt"):
        name = name.removesuffix(ending)
    return path.with_name(name + ".json")


def read(path: str | Path) -> dict[str, Any] | None:
    """The record in a JSON file; None when there is no such file. Raises InputError when it is not a record."""
    expected = "the JSON that the command wrote"
    try:
        value = jsons.parsed(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise InputError(Problem.said(str(path), "file", f"is no JSON ({error})", expected)) from None
    if not isinstance(value, dict) or not isinstance(value.get("settings"), dict):
        raise InputError(Problem.said(str(path), "file", "is of another kind", expected))
    return value
