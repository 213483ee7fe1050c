"""What is said last of a run in which jobs failed: a sentence each, with the cause, its log and what to do.

Snakemake tells of a failed job when it fails: with the whole shell command and the whole log, before what all other
jobs write, and of a job on a cluster with the log of an earlier run where it never began. This collects the failures
on the way, tells them when all else was told, and keeps wrong input from being tried again.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from biomarkers.errors import count
from biomarkers.io import scratch
from biomarkers.io.lines import legible
from biomarkers.run.progress import cluster
from biomarkers.run.progress.events import event_of
from biomarkers.run.progress.last_words import AGAIN, last_words, remedy
from biomarkers.run.progress.last_words import FULL as NO_ROOM

MOST = 20
"""Failed jobs of which each is told."""
LONGEST = 600
"""Characters of a tool's line."""
COMMAND = re.compile(r"Command '(.*?)' returned non-zero exit status (\d+)", re.DOTALL)
"""Python's own words for a failed shell command, which Snakemake prints."""
UNSUBMITTED = "Exception in run_job for rule "
"""Words of Snakemake's executor for Slurm, with a traceback, for what was wrong before it called sbatch."""
REFUSED = 2
"""Exit status of our commands and shell files for wrong input, which another try does not put right."""
FULL = cluster.End("nothing can be written to the run's folder: its disk or quota is full", "free space there")
UNRECORDED = re.compile(r"Error recording metadata for finished job \((?:\[Errno \d+\] )?(.*?)(?:: .*)?\)")
"""Snakemake's words where a job was done but the record of it cannot be written; it then stops all at once."""
SNAKEMAKE = re.compile(r"WorkflowError|At least one job|^\s*(rule|jobid|log|output|input|shell|message|Error in)\b")
"""What Snakemake writes at the end of every failed job."""


class Failure(NamedTuple):
    """A failed job: its rule, what its wildcards stand for, its patients, its logs, and how a cluster ended it."""

    rule: str
    of: str
    logs: tuple[str, ...]
    patients: tuple[str, ...] = ()
    end: cluster.End | None = None


def sentence(failure: Failure, text: str) -> str:
    """What is said of a failed job; text: of its logs."""
    said = last_words(text)
    told_remedy = remedy(said)
    if failure.end:
        said, told_remedy = failure.end
    elif not said:
        said, told_remedy = "it said nothing", "was it stopped, or out of memory?"
    if len(said) > LONGEST:
        said = f"{said[:LONGEST]} [...]"
    about = f" of {failure.of}" if failure.of else ""
    if failure.patients:
        about += f" (patient {' and '.join(failure.patients)})"
    place = f"whole log: {' '.join(failure.logs)}; " if failure.logs else ""
    rule = "RULE" if ", " in failure.rule else failure.rule
    told = f"{said}; {told_remedy.format(rule=rule)}" if told_remedy else said.rstrip(".")
    kept = "what is done is kept"
    again = kept if told_remedy == AGAIN else f"when it is put right {AGAIN}: {kept}"
    return f"{failure.rule}{about} failed: {told} ({place}{again})"


class Failures(logging.Filter):
    """Sees every record of Snakemake's logger before its handlers do, and lets all of them pass.

    patients: by sample.
    """

    def __init__(self, patients: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.patients = dict(patients or {})
        self.wildcards: dict[Any, Mapping[str, str]] = {}
        self.before: dict[str, tuple[int, ...] | None] = {}
        self.commands: list[tuple[str, int]] = []
        self.found: dict[frozenset[Any], tuple[Failure, str]] = {}
        self.refused: set[Any] = set()
        self.unrecorded = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is told of jobs; one that succeeds when it is tried again has not failed."""
        event, about = event_of(record), vars(record)
        if event == "job_info":
            self.wildcards[about.get("jobid")] = dict(about.get("wildcards") or {})
            self.before |= {log: _state(log) for log in _logs(about)}
        elif event == "error":
            self.commands += _commands(record.getMessage())
            self._hear_of_records(record.getMessage())
        elif event == "job_error" and not about.get("indent"):
            self._add([about], str(about.get("rule_msg") or ""), ())
        elif event == "group_error":
            told = tuple(about.get("aux_logs") or ())
            self._add(list(about.get("job_error_info") or ()), str(about.get("cluster_says") or ""), told)
        elif event == "job_finished":
            done = about.get("job_id")
            self.found = {jobs: failed for jobs, failed in self.found.items() if done not in jobs}
        return True

    def _add(self, members: Sequence[Mapping[str, Any]], message: str, of_cluster: Sequence[str]) -> None:
        """Keep the failure of a job, or of the jobs of a group. of_cluster: logs that the cluster wrote."""
        own = {log for each in members for log in _logs(each)}
        known = {log for log in own if log in self.before}
        of_cluster = [log for log in (*of_cluster, *sorted(own - known)) if log and os.path.isfile(log)]
        text = "\n".join(map(legible, of_cluster))
        commands = [*self.commands, *_commands(text)]
        end = cluster.end_of(message, text)
        statuses = {each.get("jobid"): _status(each, commands) for each in members}
        culprits = [each for each in members if statuses[each.get("jobid")]]
        culprits = culprits or [each for each in members if each.get("rule_name") in cluster.running(text)]
        culprits = culprits or list(members)
        fresh = tuple(log for each in culprits for log in _logs(each) if self._is_new(log))
        told = "\n".join(map(legible, fresh)) or _own_words(text)
        ids = frozenset(statuses)
        # On a full disk logs are cut, and tools take what they could not write for wrong input.
        if not end and not remedy(last_words(told)) and not scratch.has_room(Path()):
            end = FULL
        # Some tools end with 2 for want of memory or space, too.
        if not end and REFUSED in statuses.values() and not remedy(last_words(told)):
            self.refused |= ids
        self.found[ids] = (self._failure(culprits, _one_place(fresh, of_cluster), end), told)

    def _failure(self, jobs: Sequence[Mapping[str, Any]], logs: tuple[str, ...], end: cluster.End | None) -> Failure:
        jobs = sorted(jobs, key=lambda each: str(each.get("rule_name")))
        named = [name for each in jobs for name in self.wildcards.get(each.get("jobid"), {}).values()]
        rules = list(dict.fromkeys(str(each.get("rule_name")) for each in jobs))
        patients = dict.fromkeys(self.patients[name] for name in named if name in self.patients)
        return Failure(", ".join(rules), " ".join(dict.fromkeys(named)), logs, tuple(patients), end)

    def _is_new(self, log: str) -> bool:
        """Whether a log was written since its job was begun; that of an earlier run tells nothing of this one."""
        state = _state(log)
        return state is not None and state != self.before.get(log)

    def _hear_of_records(self, message: str) -> None:
        if cause := UNRECORDED.search(message):
            self.unrecorded = cause[1]

    def told(self) -> list[str]:
        """A sentence for each failed job, or why no job could be taken for done."""
        listed = [sentence(*each) for each in self.found.values()]
        if self.unrecorded and not listed:
            todo = FULL.remedy if re.search(NO_ROOM, self.unrecorded) else "see who may read and write there (ls -l)"
            said = f"the run stopped: what was done cannot be recorded in .snakemake ({self.unrecorded})"
            return [f"{said}; {todo}, then start the same command again: what is recorded is kept"]
        more = len(listed) - MOST
        return listed[:MOST] + ([f"{count(more, 'more job')} failed"] if more > 0 else [])


class Brief(logging.Filter):
    """What a handler for the terminal passes over: shell commands, and logs that may be those of an earlier run."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is shown; the handler has a copy of it for itself."""
        event = event_of(record)
        if event == "job_info":
            vars(record)["log"] = []
        said = record.getMessage()
        return not (event == "error" and COMMAND.search(said)) and not said.startswith(UNSUBMITTED)


def tell_last(
    logger: logging.Logger, *, patients: Mapping[str, str], kinds: Iterable[Any] = (), handlers: Iterable[Any] = ()
) -> Failures:
    """Collect the failures of a run and say them when this process ends.

    logger: Snakemake's. patients: by sample. kinds: Snakemake's classes of a job and of a group of jobs, of which those
    with wrong input are not tried again. handlers: those of the terminal.
    """
    if known := next((one for one in logger.filters if isinstance(one, Failures)), None):
        known.patients.update(patients)
        return known  # A workflow may take this one as several modules, or rules of it one by one.
    failures = Failures(patients)
    # Where the disk is full Python would tell of each line of a log that it could not write, with a traceback.
    logging.raiseExceptions = False
    logger.addFilter(failures)
    for handler in handlers:
        handler.addFilter(Brief())
    for kind in kinds:
        _spare(kind, failures)
    atexit.register(_say, failures)
    return failures


def _spare(kind: Any, failures: Failures) -> None:
    """Let jobs of Snakemake with wrong input have no further try, and groups say what the cluster said of them."""
    tries, log_error = kind.restart_times, kind.log_error

    def restart_times(job: Any) -> Any:
        members = job.jobs if job.is_group() else [job]
        refused = failures.refused and any(each.dag.jobid(each) in failures.refused for each in members)
        return 0 if refused else tries.fget(job)

    def with_message(job: Any, msg: str | None = None, **about: Any) -> None:
        if job.is_group():
            about["cluster_says"] = msg
        log_error(job, msg, **about)

    kind.restart_times, kind.log_error = property(restart_times), with_message


def _logs(about: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(log).split(" (")[0] for log in about.get("log") or ())


def _one_place(own: Sequence[str], of_cluster: Sequence[str]) -> tuple[str, ...]:
    """The logs to look at: those of the tools where they hold something, else that of the cluster."""
    return tuple(log for log in own if os.path.getsize(log)) or tuple(of_cluster) or tuple(own)


def _state(path: str) -> tuple[int, ...] | None:
    """What changes when a file is written; None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _commands(text: str) -> list[tuple[str, int]]:
    """Failed shell commands and their exit statuses."""
    return [(command, int(status)) for command, status in COMMAND.findall(text)]


def _status(about: Mapping[str, Any], commands: Sequence[tuple[str, int]]) -> int | None:
    """Exit status of a job's command, which names its log, when it was last tried; None when it did not fail."""
    found = [status for command, status in commands if any(log in command for log in _logs(about))]
    return found[-1] if found else None


def _own_words(text: str) -> str:
    """What a cluster's log says besides Snakemake: errors of the cluster's own programs."""
    lines = [line for line in text.splitlines() if re.search(r"\berror:", line) and not SNAKEMAKE.search(line)]
    return "\n".join(line for line in lines if "Exited with exit code" not in line)


def _say(failures: Failures) -> None:
    for line in failures.told():
        print(line, file=sys.stderr)
