"""What Slurm writes of the jobs that it ends; texts of Slurm 22.05 and of Snakemake's executor 2.8."""

from __future__ import annotations

import pytest

from biomarkers.run.progress.cluster import end_of, waits_for_ever

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
        ("Slurm has no job 7_2 any more", "Finished jobid: 3\n", "Slurm has lost it", "start the same command again"),
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
        (
            SUBMITTED.format(
                "sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates"
                " accounting/QOS policy (job submit limit, user's size and/or time limits)"
            ),
            "",
            "Slurm did not take it: AssocMaxSubmitJobLimit",
            "--jobs N",
        ),
        (
            "Job submission failed with exception: The given account x appears to be invalid. Available accounts:\nlab"
            "For further error details see the cluster/cloud log and the log files of the involved rule(s).",
            "",
            "Slurm did not take it: The given account x appears to be invalid. Available accounts: lab",
            "slurm_account=NAME",
        ),
    ],
)
def test_what_ended_a_job(message, log, cause, remedy):
    end = end_of(message, log)
    assert end is not None and end.cause.startswith(cause) and "For further" not in end.cause and remedy in end.remedy


@pytest.mark.parametrize("log", ["", "srun: error: vm: task 0: Exited with exit code 1\nkilled by oomph\n"])
def test_a_job_that_ended_by_itself_is_not_the_clusters(log):
    assert end_of(STATE.format("FAILED"), log) is None


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("PartitionTimeLimit", "jobs.max_minutes"),
        ("AssocMaxWallDurationPerJobLimit", "jobs.max_minutes"),
        ("Job's account not known, so it can't use this partition (acc allows lab)", "slurm_account=NAME"),
        ("Job's QOS not permitted to use this partition (acc allows x not y)", "slurm_partition=NAME"),
        ("InvalidAccount", "slurm_account=NAME"),
        ("PartitionDown", "slurm_partition=NAME"),
        ("QOSMaxCpuPerJobLimit", "mem_mb=N"),
        ("BadConstraints", "mem_mb=N"),
        *((reason, None) for reason in ("Resources", "Priority", "QOSMaxJobsPerUserLimit", "AssocGrpCpuLimit")),
        *((reason, None) for reason in ("BeginTime", "Licenses", "Dependency", "ReqNodeNotAvail, May be reserved")),
    ],
)  # fmt: skip
def test_a_job_that_somebody_must_change_before_it_begins(reason, remedy):
    """Reasons of squeue(1), `JOB REASON CODES`, and those that Slurm 22.05 writes in words."""
    found = waits_for_ever(reason)
    assert found is None if remedy is None else remedy in found
