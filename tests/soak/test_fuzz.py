"""`make soak`: files that were changed at random end in a result or in sentences, never in a fault of the program.

Each kind of file (`readers.py`) has FUZZ_SECONDS of processor time (600), in an order that FUZZ_SEED gives.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(13 * 3600)]

SECONDS, SEED = os.environ.get("FUZZ_SECONDS", "600"), os.environ.get("FUZZ_SEED", "1")
GROUPS = ("variants", "clinical", "analysis", "regions", "quality", "sequences", "runs", "examples")


@pytest.mark.parametrize("group", GROUPS)
def test_a_changed_file_is_no_fault_of_the_program(tmp_path, shared_data, group):
    script = Path(__file__).with_name("fuzz.py")
    done = subprocess.run(
        [sys.executable, str(script), group, SECONDS, SEED, str(tmp_path / "work")],
        env=os.environ | {"BIOMARKERS_DATA": str(shared_data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=12 * 3600,
    )
    print(done.stdout.strip())
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}\nfiles: {tmp_path / 'work'}"
