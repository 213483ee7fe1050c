"""What Slurm answers of the jobs of a run, and what a run does where it gives none: it must not wait in silence.

Snakemake's executor (snakemake-executor-plugin-slurm 2.8) waits for ever for a job that neither squeue nor sacct names:
one that ended longer ago than the controller remembers (MinJobAge) where no accounts are kept, or one that a controller
lost with its state; and for one that made room for another, which not every partition puts back into the queue. Where
Slurm keeps no accounts it would ask sacct for ever, and where the question itself fails, as while the controller is
restarted, it forgets all jobs. What goes wrong before sbatch is called, as with an account that there is not, is an
error that it cannot tell of a group of jobs: its thread ends, and the group is waited for, too.
"""

from __future__ import annotations

import inspect
import logging
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from biomarkers.io.lines import last
from biomarkers.run.progress.cluster import waits_for_ever
from biomarkers.run.progress.events import event_of

PATIENCE = 15 * 60
"""Seconds after which a job that Slurm does not name is lost."""
BETWEEN = 60
"""Seconds between two questions."""
DONE = re.compile(r"(\d+) of \1 steps \(100%\) done$")
FAILED = re.compile(r"^Exiting because a job execution failed|^At least one job did not complete|\*\*\* (JOB|STEP) ")
"""What Snakemake and Slurm write into the log of a job at its end."""
PARTS = ("check_active_jobs", "report_job_success", "report_job_error")
REQUEUED = "BeginTime"
"""Reason for which a job pends that Slurm has put back; no job of a run asks for a time to begin at."""
PREEMPTED = "PREEMPTED"
"""State of a job that was ended for another one, at two looks: by then it would be back in the queue."""
BEGUN_ANEW = (
    "Slurm has put a job back into its queue (its node failed, or a job of higher priority took its place) and begins"
    " it anew by itself within minutes; the run waits for it"
)
AWAY = re.compile(r"ReqNodeNotAvail|DOWN, DRAINED")
"""Reasons for which a job pends until a node is back, in hours perhaps."""
UNKNOWN = (
    "this version of snakemake-executor-plugin-slurm is not known here: a job that Slurm forgets is waited for without"
    " end; `biomarkers status` tells of it"
)


class Told(NamedTuple):
    """A job by Slurm: its number (of an array that of the whole), why it is pending, whether another took its place."""

    number: str
    reason: str
    is_preempted: bool = False


def ended(log: str) -> bool | None:
    """Whether all steps of a job were done, by the end of its log; None where it has none."""
    lines = last(log, 12) if log else []
    if any(FAILED.search(line) for line in lines):
        return False
    return True if lines and lines[-1].startswith("Elapsed time:") and any(map(DONE.search, lines)) else None


def squeue(name: str, form: str, *options: str) -> list[str] | None:
    """A line of each job of this name, as squeue's `--format` has it; None where Slurm does not answer."""
    try:
        done = subprocess.run(
            ["squeue", f"--name={name}", "--noheader", *options, f"--format={form}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def asked(name: str) -> list[Told] | None:
    """Jobs of a run that Slurm knows, ended ones too; None where it does not answer."""
    lines = squeue(name, "%F|%T|%r", "--states=all")
    if lines is None:
        return None
    rows = [line.split("|", 2) for line in lines if line.count("|") >= 2]
    return [Told(number, reason if state == "PENDING" else "", state == PREEMPTED) for number, state, reason in rows]


class Watch:
    """What is known of the jobs of a run between two looks of Snakemake's executor.

    tell: says a sentence to the user. ask: Slurm. clock: seconds.
    """

    def __init__(
        self,
        tell: Callable[[str], Any],
        ask: Callable[[str], list[Told] | None] = asked,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tell, self.ask, self.clock = tell, ask, clock
        self.unseen: dict[str, float] = {}
        self.preempted: set[str] = set()
        self.displaced: set[str] = set()
        self.looked = clock()
        self.told: set[str] = set()

    def look(self, name: str, numbers: Sequence[str]) -> dict[str, float]:
        """Seconds since each of these jobs was first not known; none where that is not to be told.

        `displaced` then has the jobs that another one ended for good.
        """
        self.displaced = set()
        now = self.clock()
        if now - self.looked < BETWEEN:
            return {}
        self.looked = now
        listed = self.ask(name)
        if listed is None:
            self._tell("squeue does not answer: the run waits for it, its jobs go on")
            return {}
        for reason in sorted({one.reason for one in listed if one.reason}):
            if reason == REQUEUED:
                self._tell(BEGUN_ANEW)
            if AWAY.search(reason):
                self._tell(f"jobs wait on Slurm for their nodes, and the run with them ({reason}): see sinfo -R")
            if remedy := waits_for_ever(reason):
                self._tell(f"jobs wait on Slurm and will not begin ({reason}): stop this run (Ctrl-C); {remedy}")
        known = {one.number for one in listed}
        lost = [number for number in numbers if number.split("_")[0] not in known]
        self.unseen = {number: self.unseen.get(number, now) for number in lost}
        before, self.preempted = self.preempted, {one.number for one in listed if one.is_preempted}
        self.displaced = before & self.preempted
        return {number: now - since for number, since in self.unseen.items() if since < now}

    def _tell(self, said: str) -> None:
        if said not in self.told:
            self.told.add(said)
            self.tell(said)


def watch(kind: Any, tell: Callable[[str], Any], seen: Watch | None = None) -> None:
    """Let Snakemake's executor keep the jobs of which it heard nothing, and end those that Slurm has forgotten.

    kind: its class; another version's, whose parts are others, stays as it is. A forgotten job has succeeded or failed
    as the end of its log tells; one whose log has no end has failed after PATIENCE, and is tried again where retries
    are asked for.
    """
    if hasattr(kind, "watched_for_lost_jobs"):
        return
    seen = seen or Watch(tell)
    check, succeed, fail = (getattr(kind, name, None) for name in PARTS)
    if not (inspect.isasyncgenfunction(check) and succeed and fail):
        tell(UNKNOWN)
        return
    reported: set[str] = set()

    def report_job_success(self: Any, job: Any) -> None:
        reported.add(str(job.external_jobid))
        succeed(self, job)

    def report_job_error(self: Any, job: Any, **about: Any) -> None:
        reported.add(str(job.external_jobid))
        fail(self, job, **about)

    async def check_active_jobs(self: Any, active: list[Any]) -> AsyncIterator[Any]:
        reported.clear()
        kept = [job async for job in check(self, active)]
        left = [job for job in active if job in kept or str(job.external_jobid) not in reported]
        # Of several clusters squeue would have to be asked one by one.
        name = None if getattr(self, "_submitted_job_clusters", None) else getattr(self, "run_uuid", None)
        lost = seen.look(name, [str(job.external_jobid) for job in left]) if left and name else {}
        for job in left:
            number, log = str(job.external_jobid), str(job.aux.get("slurm_logfile") or "")
            gone = lost.get(number)
            told = None if gone is None else ended(log)
            if number in seen.displaced:
                self.report_job_error(job, msg=PREEMPTED, aux_logs=[log] if log else [])
            elif told:
                self.report_job_success(job)
            elif told is False or (gone or 0) >= PATIENCE:
                message = f"Slurm has no job {job.external_jobid} any more" if told is None else None
                self.report_job_error(job, msg=message, aux_logs=[log] if log else [])
            else:
                yield job

    kind.check_active_jobs, kind.watched_for_lost_jobs = check_active_jobs, True
    kind.report_job_success, kind.report_job_error = report_job_success, report_job_error
    if submit := getattr(kind, "run_job", None):
        kind.run_job = _heard(submit)


def _heard(submit: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The part of the executor that hands a job to Slurm, with whose error the job has failed."""

    def run_job(self: Any, job: Any) -> None:
        try:
            submit(self, job)
        except Exception as error:
            info = import_module("snakemake_interface_executor_plugins.executors.base").SubmittedJobInfo
            # Of a group the executor stumbles over its own words about the error.
            said = f"Job submission failed with exception: {error.__context__ or error}"
            self._report_job_error_threadsafe(info(job), said)

    return run_job


class OnSlurm(logging.Filter):
    """Sees when a run begins its jobs on Slurm: `squeue` is asked where `sacct` does not answer, and jobs are watched.

    settings: of Snakemake's executor, which are known by then. tell: says a sentence to the user.
    """

    def __init__(self, settings: Callable[[], Any], tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.settings, self.tell = settings, tell

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        settings = self.settings() if event_of(record) == "run_info" else None
        if settings is None or not hasattr(settings, "status_command"):
            return True
        executor = import_module(type(settings).__module__)
        watch(getattr(executor, "Executor", None), self.tell)
        if why := _silent():
            # With a low MinJobAge it turns to sacct where that is installed, and says so at each look.
            if can_ask := getattr(executor, "is_query_tool_available", None):
                vars(executor)["is_query_tool_available"] = lambda tool: tool != "sacct" and can_ask(tool)
            if settings.status_command == "sacct":
                settings.status_command = "squeue"
                self.tell(f"sacct does not answer ({why}): Slurm is asked of its jobs by squeue instead")
        return True


def _silent() -> str | None:
    """What keeps Slurm's accounting from answering; None when it answers."""
    try:
        done = subprocess.run(
            ["sacct", "-X", "--noheader", "--format=State", "--name=none"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    return said[-1] if done.returncode else None
