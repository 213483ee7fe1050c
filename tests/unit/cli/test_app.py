"""The list of subcommands, as others read it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from biomarkers.cli import app


def test_a_reader_that_leaves_early_is_no_fault_of_the_program():
    """As in `biomarkers --help | head -1`."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "biomarkers", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False, timeout=120
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("error", "said", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "cannot be read or written (No space left on device)", 1),
        (OSError(errno.EIO, "Input/output error", "a.tsv"), "a.tsv: cannot be read or written (Input/output error)", 1),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a" * 300), "...: cannot be read or written (File name", 2),
    ],
)
def test_what_the_machine_refuses_is_no_fault_of_the_program(monkeypatch, capsys, error, said, status):
    def call(_):
        raise error

    monkeypatch.setattr(app, "_call", call)
    assert app.run(["qc"]) == status
    told = capsys.readouterr().err
    assert said in told and "fault of the program" not in told
