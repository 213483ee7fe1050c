"""A job that is killed half-way leaves nothing that a rerun takes for finished."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pysam
import pytest
import yaml

import builders

BAM = "results/reads/HCC1395.bam"


@pytest.fixture
def interrupted(run_folder, shared_data, monkeypatch):
    """A run in which `samtools markdup` writes the start of a BAM into the place of the whole one, then does `last`."""

    def make(last: str):
        builders.hcc1395(run_folder, shared_data)
        tools = run_folder.folder / "tools"
        tools.mkdir()
        real = shutil.which("samtools")
        (tools / "samtools").write_text(
            "#!/bin/bash\nif [ $1 = markdup ]; then\n"
            f"out=${{@: -1}}; head -c 20000 > ${{out%%##*}}; touch started; {last}\nfi\n"
            f'exec {real} "$@"\n'
        )
        (tools / "samtools").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
        return run_folder

    return make


def finished(folder) -> None:
    """The rerun makes the whole BAM: every duplicate is there."""
    shutil.rmtree(folder.folder / "tools")
    done = folder.run(BAM)
    assert done.returncode == 0, done.stdout + done.stderr
    with pysam.AlignmentFile(folder.folder / BAM) as reads:
        assert sum(read.is_duplicate for read in reads) == 515


def test_a_killed_job_loses_its_output(interrupted):
    folder = interrupted("kill -KILL $$")
    assert folder.run(BAM).returncode == 1
    assert (folder.folder / "started").exists() and not (folder.folder / BAM).exists()
    finished(folder)


def test_after_a_killed_run_half_a_file_is_made_again(interrupted):
    folder = interrupted("sleep 300")
    (folder.folder / "config" / "config.yaml").write_text(yaml.safe_dump(folder.config))
    command = [sys.executable, "-m", "snakemake", "-s", str(folder.snakefile), "--directory", str(folder.folder)]
    running = subprocess.Popen(
        [*command, "--cores", "2", BAM], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _ in range(1200):
        if (folder.folder / "started").exists():
            break
        time.sleep(0.1)
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert (folder.folder / BAM).is_file(), "half of it was written"
    refused = folder.run(BAM)
    assert refused.returncode == 1 and "--unlock" in refused.stdout + refused.stderr
    assert folder.run("--unlock").returncode == 0
    finished(folder)


def test_java_keeps_its_temporary_files_where_all_others_are(run_folder, shared_data, monkeypatch):
    """Java itself takes /tmp whatever TMPDIR says; a killed job would leave its files there."""
    builders.hcc1395(run_folder, shared_data)
    tools, scratch = run_folder.folder / "tools", run_folder.folder / "scratch of job"
    tools.mkdir()
    scratch.mkdir()
    (tools / "samtools").write_text(
        f'#!/bin/bash\njava -XshowSettings:properties -version 2> java.txt\nexec {shutil.which("samtools")} "$@"\n'
    )
    (tools / "samtools").chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(scratch))
    done = run_folder.run("resources/genome.dict", path=tools)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"java.io.tmpdir = {scratch}\n" in (run_folder.folder / "java.txt").read_text()
