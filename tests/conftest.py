"""Fixtures that every test may use."""

from __future__ import annotations

import os
import subprocess
from functools import wraps
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run side by side: a command that they call starts no processes of its own, each of which loads V8 anew.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No test has a limit of wall-clock time: the first example of a test may load what all others share.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PROGRAM_SECONDS = 1100
"""In which a program that a test starts must have ended, unless the test says another time: less than pytest's own
limit, so that the program is stopped, too."""
_run = subprocess.run


@wraps(_run)
def _bounded(*arguments, **given):
    return _run(*arguments, **{"timeout": PROGRAM_SECONDS} | given)


subprocess.run = _bounded

# Programs of `make fuzz`: they hold no tests, and import what only it installs.
collect_ignore_glob = ["fuzz/[!t]*"]

PROJECT = Path(__file__).resolve().parents[1]


LONG = ("nextflow", "differential", "test_wheel.py", "workflow", "doors", "test_page.py", "browser", "field")
"""Folders of tests with files that take minutes, and such files, the longest first."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In parallel, long files come first: the many short tests then leave no processor idle at the end."""
    if hasattr(config, "workerinput"):
        items.sort(
            key=lambda item: min((LONG.index(part) for part in item.path.parts if part in LONG), default=len(LONG))
        )


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data with known answers: BIOMARKERS_DATA, else ../shared/data; in CI its absence is a failure."""
    folder = Path(os.environ.get("BIOMARKERS_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"real data not found at {folder}; set BIOMARKERS_DATA to its folder"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
