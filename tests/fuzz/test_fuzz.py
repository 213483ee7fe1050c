"""The readers of `make fuzz` take their right files; three changed ones of each end in a result or in sentences."""

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
import changes, judge
from pathlib import Path
from readers import DATA, readers
chosen = [one for one in readers(DATA) if not one.kind.startswith("page: ")]
for one in chosen:
    right = one.files.get(one.spoiled[0], b"")
    whole = judge.judged(one, right, Path(sys.argv[2]) / "work")
    if whole.status or whole.fault:
        print(f"{one.kind}: {whole.status} {whole.fault or whole.said}")
    if one.kind.startswith(("page", "rich", "pictures", "plan", "concordance")):
        continue
    for seed in range(3):
        data = changes.spoiled(one.spoiled[0], right, random.Random(seed))
        if (found := judge.judged(one, data, Path(sys.argv[2]) / "work")).fault:
            print(f"{one.kind}, seed {seed}: {found.fault}")
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
    assert said == [first] and int(first.split()[0]) > 150, done.stdout
