"""What a run keeps for itself from one start to the next, and the room for temporary files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from biomarkers.errors import RunError
from biomarkers.io import files, jsons, provenance

NEEDED = 1_000_000
"""Bytes that must be free for temporary files when a run begins; what jobs need is theirs to say."""


def remembered(path: Path) -> dict[str, Any]:
    """What was kept there; nothing where there is no such file, or a damaged one."""
    try:
        kept = jsons.parsed(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def remember(path: Path, what: Mapping[str, Any]) -> None:
    """Keep it there for the next start; where that cannot be, a start looks again at what it need not."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_texts({path: provenance.as_json(what)})


class Lines:
    """A file of JSON, an object a line; begun anew. Each line is in the file when `write` returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.out = open(path, "wb", buffering=0)  # noqa: SIM115 (open as long as its process lives)

    def write(self, what: Mapping[str, Any]) -> None:
        """Add a line. One that a full disk cut does not spoil the next."""
        self.out.write(f"\n{json.dumps(what)}".encode())


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of such a file, also while it grows; a line that was cut is left out."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        with suppress(ValueError):
            one = jsons.parsed(line)
            found += [one] if isinstance(one, dict) else []
    return found


def check_room(*results: str) -> None:
    """Write to the folder of temporary files, which every job does, and to those of a run's results.

    results: folders that may not be there yet. Raises RunError if one cannot be written to.
    """
    temporary = os.environ.get("TMPDIR") or tempfile.gettempdir()
    _write(temporary, "temporary files", "free space there, or set TMPDIR to another folder")
    for folder in results:
        path = Path(folder).absolute()
        there = next(place for place in (path, *path.parents) if place.is_dir())
        _write(str(there), "results", "free space there, or make it one that you may write to")


def has_room(folder: Path) -> bool:
    """Whether a folder is there, or can be made, and files can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _try(folder)
    except OSError:
        return False
    return True


def _write(folder: str, what: str, hint: str) -> None:
    try:
        _try(folder)
    except OSError as error:
        raise RunError(f"{folder}: {what} cannot be written there ({error.strerror}); {hint}") from None


def _try(folder: str | Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(NEEDED))
        file.flush()
