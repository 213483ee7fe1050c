"""What a build adds to the files: the commit that it is built from, which `biomarkers --version` tells."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "commit.txt"


class CommitHook(BuildHookInterface):
    """Puts the commit into the wheel and the sdist; a wheel that is built from an sdist takes it from there."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; an editable install asks git itself."""
        if version == "editable":
            return
        root = Path(self.root)
        told = _commit(root) or ((root / NAME).read_text() if (root / NAME).is_file() else "")
        if not told.strip():
            return
        self.folder = tempfile.TemporaryDirectory()
        made = Path(self.folder.name) / NAME
        made.write_text(f"{told.strip()}\n")
        place = f"biomarkers/{NAME}" if self.target_name == "wheel" else NAME
        build_data["force_include"][str(made)] = place


def _commit(root: Path) -> str:
    """The commit of a checkout, with `-dirty` where files were changed; empty without one."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root)]
    command += ["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
