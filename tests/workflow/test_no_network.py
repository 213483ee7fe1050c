"""A whole run where there is no network: nothing asks for one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

NOBODY_LISTENS = (
    "import socket, sys\n"
    "try:\n    socket.create_connection(('192.0.2.1', 80), 1)\n"
    "except OSError as error:\n    sys.exit(0 if error.errno == 101 else 1)\n"
    "sys.exit(1)\n"
)
"""An address that is no one's (RFC 5737) is unreachable at once; with a network it would be waited for."""


def test_a_run_needs_no_network(project, tmp_path):
    apart = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    tried = subprocess.run([*apart, sys.executable, "-c", NOBODY_LISTENS], capture_output=True, check=False, timeout=60)
    if tried.returncode:
        pytest.skip(f"no network namespace can be made here: {tried.stderr.decode(errors='replace')}")
    folder = tmp_path / "run"
    shutil.copytree(project / ".test", folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    command = [sys.executable, "-m", "biomarkers", "run", "--directory", str(folder), "--cores", "2"]
    done = subprocess.run([*apart, *command], capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "results/report/index.html").stat().st_size > 100_000
