"""Fixtures for runs of the workflow."""

from __future__ import annotations

import pytest

from builders import RunFolder, hcc1395


@pytest.fixture
def run_folder(tmp_path, project):
    return RunFolder(tmp_path, project / "workflow" / "Snakefile")


@pytest.fixture(scope="module")
def hcc1395_run(tmp_path_factory, project, shared_data):
    """HCC1395 run once from reads to burden; what the tests of a module look at."""
    folder = hcc1395(RunFolder(tmp_path_factory.mktemp("hcc1395"), project / "workflow" / "Snakefile"), shared_data)
    done = folder.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return folder
