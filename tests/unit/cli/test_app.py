"""The list of subcommands, as others read it."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_reader_that_leaves_early_is_no_fault_of_the_program():
    """As in `biomarkers --help | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "biomarkers", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False, timeout=120
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
