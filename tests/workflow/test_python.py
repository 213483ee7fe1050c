"""Which python3 `make setup` takes: one that every user of the machine may run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def pythons(tmp_path):
    """Writes a python3 that says where it is; returns the folder of it."""

    def write(name: str, mode: int, *, version: tuple[int, int] = (3, 12)) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        program = folder / "python3"
        # Looks as from that place: what the real one finds there, with another name and version.
        program.write_text(
            f"#!/bin/sh\nexec {sys.executable} -c \"import sys; sys.executable = '{program}'; "
            f'sys.version_info = {(*version, 0)}; exec(sys.argv[1])" "$2"\n'
        )
        program.chmod(0o755)
        folder.chmod(mode)
        return folder

    tmp_path.chmod(0o755)
    return write


def chosen(project, *folders) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*map(str, folders), "/bin"])
    return subprocess.run(
        ["/bin/bash", project / "envs" / "python.sh"], env={"PATH": path}, capture_output=True, text=True, check=False
    )


def test_one_in_a_closed_folder_is_passed_over(project, pythons, monkeypatch):
    closed, old, good = pythons("home", 0o700), pythons("old", 0o755, version=(3, 10)), pythons("all", 0o755)
    done = chosen(project, closed, old, good)
    places = [line for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(places) == 1 and places[0] != str(closed / "python3")
    assert "old" not in places[0]


def test_without_another_it_is_taken_with_a_word(project, pythons, tmp_path):
    closed = pythons("home", 0o700)
    (tmp_path / "tools").mkdir()
    for tool in ("bash", "env"):
        (tmp_path / "tools" / tool).symlink_to(f"/bin/{tool}")
    done = subprocess.run(
        ["/bin/bash", project / "envs" / "python.sh"],
        env={"PATH": f"{closed}:{tmp_path / 'tools'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and done.stdout.strip() == str(closed / "python3")
    assert "other users of this machine cannot run" in done.stderr


def test_none_is_told(project, tmp_path):
    done = subprocess.run(
        ["/bin/bash", project / "envs" / "python.sh"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1 and "no python3 of at least 3.11" in done.stderr
