"""Every committed oracle is what its R script writes today."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = sorted(Path(__file__).parent.glob("*.R"))


def differences(found, expected, place=""):
    """Places where two JSON values differ by more than 1e-6 of the expected number."""
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() == expected.keys():
        for key in expected:
            yield from differences(found[key], expected[key], f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        for position, pair in enumerate(zip(found, expected, strict=True)):
            yield from differences(*pair, f"{place}[{position}]")
    elif isinstance(expected, float | int) and isinstance(found, float | int):
        if found != pytest.approx(expected, rel=1e-6, abs=1e-12):
            yield f"{place}: {found} instead of {expected}"
    elif found != expected and "version" not in place:
        yield f"{place}: {found} instead of {expected}"


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_r_still_says_so(script, tmp_path):
    shutil.copy(script, tmp_path)
    done = subprocess.run(["Rscript", script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    written = tmp_path / f"{script.stem}.json"
    found = json.loads(written.read_text() if written.exists() else done.stdout)
    expected = json.loads(script.with_suffix(".json").read_text())
    assert list(differences(found, expected)) == []
