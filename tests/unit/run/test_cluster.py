"""What Slurm writes of the jobs that it ends; texts of Slurm 22.05 and of Snakemake's executor 2.8."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from biomarkers.run.cluster import Unaccounted, end_of

STATE = "SLURM-job '23' failed, SLURM status is: '{}'. Detailed failure reason unavailable"
OUT_OF_MEMORY = """\
slurmstepd-vm: error: StepId=23.0 exceeded memory limit (212832256 > 209715200), being killed
slurmstepd-vm: error: Exceeded job memory limit
slurmstepd-vm: error: *** STEP 23.0 ON vm CANCELLED AT 2026-11-26T06:23:14 ***
srun: error: vm: task 0: Killed
"""
CGROUP = (
    "slurmstepd: error: Detected 1 oom_kill event in StepId=23.batch. Some of the step tasks have been OOM Killed.\n"
)
OUT_OF_TIME = "slurmstepd-vm: error: *** JOB 22 ON vm CANCELLED AT 2026-11-26T06:24:14 DUE TO TIME LIMIT ***\n"
NODE = (
    "slurmstepd: error: *** JOB 5 ON n1 CANCELLED AT 2026-11-26T06:24:14 DUE TO NODE FAILURE, SEE SLURMCTLD LOG ***\n"
)
CANCELLED = "slurmstepd: error: *** JOB 5 ON n1 CANCELLED AT 2026-11-26T06:24:14 ***\n"
SUBMITTED = "SLURM sbatch failed. The error message was '{}'.\n    sbatch call:\n        sbatch --parsable\n"


@pytest.mark.parametrize(
    ("message", "log", "cause", "remedy"),
    [
        (STATE.format("OUT_OF_MEMORY"), "", "it was out of memory", "--set-resources {rule}:mem_mb=N"),
        (STATE.format("FAILED"), OUT_OF_MEMORY, "it was out of memory", "--set-resources {rule}:mem_mb=N"),
        (STATE.format("FAILED"), CGROUP, "it was out of memory", "--set-resources {rule}:mem_mb=N"),
        (STATE.format("TIMEOUT"), "", "it reached its time limit", "--set-resources {rule}:runtime=MINUTES"),
        (STATE.format("FAILED"), OUT_OF_TIME, "it reached its time limit", "--set-resources {rule}:runtime=MINUTES"),
        (STATE.format("NODE_FAIL"), "", "its node failed", "start the same command again"),
        (STATE.format("FAILED"), NODE, "its node failed", "start the same command again"),
        (STATE.format("CANCELLED"), OUT_OF_MEMORY, "it was out of memory", "--set-resources {rule}:mem_mb=N"),
        (STATE.format("CANCELLED by 0"), "", "it was cancelled", "start the same command again"),
        ("", CANCELLED, "it was cancelled", "start the same command again"),
        (
            SUBMITTED.format(
                "sbatch: error: invalid partition specified: nonsense\nsbatch: error: Batch job submission failed: x"
            ),
            "",
            "Slurm did not take it: invalid partition specified: nonsense",
            "see sinfo",
        ),
        (
            SUBMITTED.format("sbatch: error: Memory specification can not be satisfied"),
            "",
            "Slurm did not take it: Memory specification can not be satisfied",
            "{rule}:mem_mb=N",
        ),
    ],
)
def test_what_ended_a_job(message, log, cause, remedy):
    end = end_of(message, log)
    assert end is not None and end.cause.startswith(cause) and remedy in end.remedy


@pytest.mark.parametrize("log", ["", "srun: error: vm: task 0: Exited with exit code 1\nkilled by oomph\n"])
def test_a_job_that_ended_by_itself_is_not_the_clusters(log):
    assert end_of(STATE.format("FAILED"), log) is None


@pytest.mark.parametrize(
    ("sacct", "asked", "told"),
    [
        ("echo Slurm accounting storage is disabled >&2; exit 1", "squeue", "(Slurm accounting storage is disabled)"),
        ("exit 3", "squeue", "(exit status 3)"),
        ("exit 0", "sacct", None),
    ],
)
def test_where_slurm_keeps_no_accounts_squeue_is_asked(tmp_path, monkeypatch, sacct, asked, told):
    (tmp_path / "sacct").write_text(f"#!/bin/sh\n{sacct}\n")
    (tmp_path / "sacct").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    settings, said = SimpleNamespace(status_command="sacct"), []
    seen = Unaccounted(lambda: settings, said.append)
    for event in (None, SimpleNamespace(value="job_info"), SimpleNamespace(value="run_info")):
        assert seen.filter(logging.makeLogRecord({"event": event}))
    assert settings.status_command == asked
    assert [told in line for line in said] == ([True] if told else [])


def test_other_executors_have_no_status_command():
    seen = Unaccounted(lambda: None, pytest.fail)
    assert seen.filter(logging.makeLogRecord({"event": SimpleNamespace(value="run_info")}))
