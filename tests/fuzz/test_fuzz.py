"""Fast readers of `make fuzz` take their right files; one changed file of each ends in a result or in sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SMOKE = """
import random, sys
sys.path.insert(0, sys.argv[1])
import judge, changes
from pathlib import Path
from readers import DATA, readers
slow = "page|rich|pictures|plan|concordance|mutations$|gene sets|cohort$|sequenced|gene panel|GMT|table of gene|example"
chosen = readers(DATA, f"^(?!{slow})")
for one in chosen:
    right = one.files.get(one.spoiled[0], b"")
    whole = judge.judged(one, right, Path(sys.argv[2]) / "work")
    if whole.status or whole.fault:
        print(f"{one.kind}: {whole.status} {whole.fault or whole.said}")
    data = changes.spoiled(one.spoiled[0], right, random.Random(1))
    if (found := judge.judged(one, data, Path(sys.argv[2]) / "work")).fault:
        print(f"{one.kind}: {found.fault}")
print(len(chosen), "readers")
"""
"""In a process of its own: a fault of a C library may end it."""


def test_no_reader_fails(tmp_path, shared_data):
    done = subprocess.run(
        [sys.executable, "-c", SMOKE, str(Path(__file__).parent), str(tmp_path)],
        env=os.environ | {"BIOMARKERS_DATA": str(shared_data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, *_ = said = done.stdout.splitlines()
    assert said == [first] and int(first.split()[0]) > 80, done.stdout


def verdicts(program: str) -> list[list[str]]:
    """What became of each hostile text, a row each; none is a fault."""
    code = f"import sys; sys.path.insert(0, sys.argv[1]); import {program} as one; sys.exit(one.main('.', one.FEW))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True, check=False
    )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert done.returncode == 0, [row for row in rows if row[3].startswith("FAULT")] or done.stderr[-3000:]
    return rows


def test_one_hostile_cell_is_refused_named_or_changes_nothing_else():
    rows = verdicts("one_cell")
    assert len({row[0] for row in rows}) == 14 and len(rows) > 500


def test_one_hostile_value_of_a_yaml_file_is_refused_or_read_by_a_rule():
    rows = verdicts("one_leaf")
    assert {row[0] for row in rows} == {"plan", "config", "mapping"} and len(rows) > 100
