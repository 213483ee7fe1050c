"""How far a run is: its jobs by patient, what failed and why, by its journal. Nothing is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from biomarkers.errors import InputError, Problem, count, first_few, printable
from biomarkers.io import processes, scratch
from biomarkers.io.lines import last
from biomarkers.run.progress.cluster import waits_for_ever
from biomarkers.run.progress.journal import KEPT, SLURM
from biomarkers.run.progress.slurm_answers import PATIENCE, squeue

LINES = 5
"""Last lines of a failed job's log that are shown."""
MOST = 20
"""Failed jobs, running jobs and names of which each is shown; more are counted."""
WIDEST = 300
"""Characters of a line of a log; a sentence of ours has the remedy at its end."""
LOCKS = Path(".snakemake/locks")
NO_REASON = {"", "None", "Priority", "Resources"}
"""What Slurm says of a job that has only to wait for its turn."""
UNLOCK = "unlock the folder once (`biomarkers run -- --unlock`, or --unlock after snakemake's line)"
SNAKEMAKE = re.compile(
    r"^\s*(\[\w{3} \w{3} +\d+ [\d:]+ \d{4}\]$|\d+ of \d+ steps|(local)?(rule|checkpoint) \w+:|jobs?:$|=+$"
    r"|(input|output|log|jobid|reason|wildcards|resources|threads|params|shell|message|priority|benchmark):( |$)"
    r"|Error in (group|rule|job)|Finished jobid|Select jobs|Execute \d+ jobs|Exiting because|At least one job"
    r"|WorkflowError|Storing output|Removing (temporary )?output|Complete log|Elapsed time|Shutting down|Group job"
    r"|Building DAG|Using shell|Provided|Conda env|Rules claiming|\(command exited with non-zero exit code\)"
    r"|srun: (error: .*Exited|cluster configuration))"
)
"""What Snakemake and `srun` write around a job, in the log that a cluster keeps of it; nothing of it tells a cause."""
STATES = ("failed", "running", "interrupted", "waiting", "done")
"""Of a job and, the first one that a job of his has, of a patient."""
TOLD = {"begun": "running", "done": "done", "failed": "failed"}
"""State of a job by the word that the journal has for what became of it."""


@dataclass
class Job:
    """One job of a run: its rule, the samples it is of, its patients, and what became of it since when."""

    rule: str
    of: str
    patients: tuple[str, ...]
    logs: tuple[str, ...] = ()
    state: str = "waiting"
    since: str = ""


@dataclass
class Status:
    """A run as its journal has it. is_alive: None where its process cannot be seen from here."""

    folder: Path
    began: str
    last: str
    process: Mapping[str, Any]
    is_alive: bool | None
    is_ended: bool
    is_locked: bool
    jobs: Mapping[str, Job]
    patients: Mapping[str, str]
    """State of each, in the order of the sheet."""
    failures: list[Mapping[str, Any]] = field(default_factory=list)
    slurm: str | None = None
    on_slurm: Mapping[str, int] | None = None
    """Jobs by state there; None where Slurm does not answer."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why jobs are pending there, in Slurm's words."""

    def counted(self) -> Counter[str]:
        """Jobs by state."""
        return Counter(job.state for job in self.jobs.values())


def find(folder: str | Path) -> Status:
    """Read the journal of a run. Raises InputError for a folder in which none was started."""
    run = Path(folder)
    lines = scratch.lines(run / KEPT)
    first = next(filter(_begins, lines), None)
    if first is None:
        raise InputError(_without(run))
    named: Mapping[str, str] = first.get("patients") or {}
    jobs = {number: _job(rule, names, logs, named) for number, (rule, names, logs) in first["jobs"].items()}
    failures: dict[frozenset[str], Mapping[str, Any]] = {}
    slurm = first.get("slurm")
    for line in lines:
        known = _follow(line, jobs)
        # A job that is tried again has not failed.
        failures = {ids: said for ids, said in failures.items() if not ids & known}
        if "failed" in line:
            failures[known] = line
    on_slurm, reasons = _asked(slurm)
    process, is_ended = first.get("process") or {}, any("ended" in line for line in lines)
    is_alive = False if is_ended else processes.lives(process)
    if is_alive is False:
        for job in jobs.values():
            job.state = "interrupted" if job.state == "running" else job.state
    return Status(
        folder=run,
        began=str(first.get("at", "")),
        last=str(lines[-1].get("at", "")),
        process=process,
        is_alive=is_alive,
        is_ended=is_ended,
        is_locked=is_alive is not True and (run / LOCKS).is_dir() and any((run / LOCKS).iterdir()),
        jobs=jobs,
        patients=_by_patient(named, jobs),
        failures=list(failures.values()),
        slurm=slurm,
        on_slurm=on_slurm,
        reasons=reasons,
    )


def _follow(line: Mapping[str, Any], jobs: Mapping[str, Job]) -> frozenset[str]:
    """Give jobs the state that a line of the journal tells; their numbers."""
    told = next((word for word in TOLD if word in line), None)
    if told is None:
        return frozenset()
    numbers = line[told] if isinstance(line[told], list) else [line[told]]
    known = frozenset(str(number) for number in numbers if str(number) in jobs)
    for number in known:
        jobs[number].state, jobs[number].since = TOLD[told], str(line.get("at", ""))
    return known


def _begins(line: Mapping[str, Any]) -> bool:
    """Whether a line of the journal tells the jobs of a run, as `Journal` writes it; a damaged one does not."""
    jobs, others = line.get("jobs"), [line.get("patients") or {}, line.get("process") or {}]
    return (
        isinstance(jobs, dict) and all(isinstance(other, dict) for other in others) and all(map(_is_job, jobs.values()))
    )


def _is_job(told: Any) -> bool:
    if not isinstance(told, list) or len(told) != 3:
        return False
    rule, *lists = told
    texts = [text for one in lists if isinstance(one, list) for text in one]
    return all(isinstance(one, list) for one in lists) and all(isinstance(text, str) for text in [rule, *texts])


def _without(run: Path) -> Problem:
    if not run.is_dir():
        found = "is a file" if run.exists() else "does not exist"
        return Problem.said(printable(run), "folder", found, "the folder of a run")
    above = next((place for place in run.resolve().parents if (place / KEPT).is_file()), None)
    expected = "the folder in which `biomarkers run` (or snakemake) was started and began a job"
    if above:
        expected = f"the folder in which snakemake was started, here {printable(above)}"
    return Problem.said(printable(run), "folder", "has no run", expected)


def _job(rule: str, names: list[str], logs: list[str], patients: Mapping[str, str]) -> Job:
    own = dict.fromkeys(patients[name] for name in names if name in patients)
    return Job(rule, " ".join(names), tuple(own), tuple(logs))


def _by_patient(named: Mapping[str, str], jobs: Mapping[str, Job]) -> dict[str, str]:
    """State of each patient; one of whom nothing is left to do is done."""
    found: dict[str, set[str]] = {patient: set() for patient in named.values()}
    for job in jobs.values():
        for patient in job.patients:
            found[patient].add(job.state)
    return {patient: next((one for one in STATES if one in states), "done") for patient, states in found.items()}


def _asked(slurm: str | None) -> tuple[dict[str, int] | None, dict[str, int]]:
    """Jobs of the run that Slurm still has to end, by state; those that are pending by its reason."""
    if slurm is None or not SLURM.fullmatch(f"SLURM run ID: {slurm}"):
        return None, {}
    lines = squeue(slurm, "%T|%r")
    if lines is None:
        return None, {}
    jobs = [line.partition("|") for line in lines]
    pending = Counter(reason for state, _, reason in jobs if state == "PENDING" and reason not in NO_REASON)
    return dict(Counter(state for state, _, _ in jobs)), dict(pending)


def _before(seconds: int) -> str:
    return f"{datetime.now() - timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


def text(status: Status, *, each: bool = False) -> str:
    """What is said of a run; each: a line for every patient."""
    parts = [_whole(status), _patients(status, each=each), _failed(status), _running(status), _waiting(status)]
    told = [part for part in (*parts, "What to do: " + _to_do(status)) if part]
    return "\n\n".join(told) + "\n"


def _whole(status: Status) -> str:
    counts = status.counted()
    how = ", ".join(f"{counts[state]} {state}" for state in ("done", "running", "interrupted", "failed", "waiting"))
    place = f"process {status.process.get('pid')} on {printable(status.process.get('host'))}"
    said = {
        True: f"goes on ({place})",
        None: f"goes on or was killed: its {place} cannot be seen from here; its last word is of {status.last}",
        False: f"ended at {status.last}" if status.is_ended else f"was killed, after its last word at {status.last}",
    }[status.is_alive]
    lines = [f"{printable(status.folder)}: the run that began at {status.began} {said}."]
    lines.append(f"Of {count(len(status.jobs), 'job')}: {how}.")
    if status.slurm:
        there = status.on_slurm
        states = "squeue does not answer" if there is None else "none left"
        states = ", ".join(f"{number} {state}" for state, number in sorted(there.items())) if there else states
        why = "".join(f"; {number} PENDING: {printable(reason)}" for reason, number in sorted(status.reasons.items()))
        lines.append(f"On Slurm (jobs are named {status.slurm}): {states}{why}.")
    return "\n".join(lines)


def _patients(status: Status, *, each: bool) -> str:
    lines = [f"Of {count(len(status.patients), 'patient')}:"]
    for state in reversed(STATES):
        names = [printable(name) for name, own in status.patients.items() if own == state]
        if names and each:
            lines += [f"  {state:<12} {name}" for name in names]
        elif names:
            hint = " (--each lists all)" if len(names) > MOST else ""
            lines.append(f"  {state:<12} {len(names):>5}  {first_few(names, MOST)}{hint}")
    return "\n".join(lines) if status.patients else ""


def _failed(status: Status) -> str:
    """The sentence of each failed job, and the last lines of its log."""
    lines = ["Failed:"] if status.failures else []
    for failure in status.failures[:MOST]:
        lines.append(f"* {_line(str(failure.get('said', '')), 4 * WIDEST)}")
        lines += [f"    {line}" for line in _last_lines(status.folder, failure)]
    if len(status.failures) > MOST:
        lines.append(f"* and {len(status.failures) - MOST} more")
    return "\n".join(lines)


def _last_lines(folder: Path, failure: Mapping[str, Any]) -> Iterator[str]:
    logs = failure.get("logs")
    for log in logs if isinstance(logs, list) else ():
        lines = last(folder / str(log), 200)
        if ".snakemake" in Path(str(log)).parts:
            lines = [line for line in lines if not SNAKEMAKE.search(line)]
        if shown := lines[-LINES:]:
            yield f"{printable(log)}:"
            yield from (f"| {_line(line)}" for line in shown)


def _line(line: str, widest: int = WIDEST) -> str:
    """A line that cannot drive a terminal, and of which the end tells that it is cut."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in line)
    return shown if len(shown) <= widest else f"{shown[:widest]} [...]"


def _running(status: Status) -> str:
    found = [job for job in status.jobs.values() if job.state in ("running", "interrupted")]
    if not found:
        return ""
    running = "Running or pending, since:" if status.slurm else "Running, since:"
    lines = ["Interrupted, to be made again:" if status.is_alive is False else running]
    for job in sorted(found, key=lambda job: (job.since, job.rule, job.of))[:MOST]:
        whose = " and ".join(job.patients)
        about = (f" of {job.of}" if job.of else "") + (f" (patient {whose})" if whose else "")
        lines.append(f"  {job.since}  {printable(job.rule + about)}")
    return "\n".join(lines + ([f"  and {len(found) - MOST} more"] if len(found) > MOST else []))


def _waiting(status: Status) -> str:
    rules = Counter(job.rule for job in status.jobs.values() if job.state == "waiting")
    counted = ", ".join(f"{printable(rule)} {number}" for rule, number in rules.most_common(MOST))
    return f"Waiting: {counted}." if rules else ""


def _to_do(status: Status) -> str:
    again = "start the same command again: what is done is kept"
    if status.is_alive:
        if status.failures:
            return "put right what failed above; the others go on, and afterwards the same command makes the rest."
        stop = f"stop the run (Ctrl-C, or kill -INT {status.process.get('pid')})"
        if status.on_slurm == {} and status.counted()["running"] and status.last < _before(2 * PATIENCE):
            heard = f"Slurm has none of its jobs any more and nothing was heard of them since {status.last}"
            return f"{heard}: {stop}, then {again}."
        if any("held" in reason.lower() for reason in status.reasons):
            release = "scontrol release JOB, or scancel JOB and the run goes on without it"
            return f"jobs are held and begin only when they are released: squeue --name={status.slurm}, then {release}."
        for reason in status.reasons:
            if remedy := waits_for_ever(reason):
                return f"jobs will not begin ({printable(reason)}): {stop}, then {remedy}; {again}."
        if status.reasons and "RUNNING" not in (status.on_slurm or {}):
            return "nothing, where Slurm's reason passes by itself; else ask who runs the cluster, or stop the run."
        return "nothing."
    steps = []
    if status.is_alive is None:
        steps.append("ask on that machine whether the run still goes on; if it does not")
    if status.slurm and status.on_slurm is None and not status.is_ended:
        steps.append(f"stop what it left on Slurm: scancel --name={status.slurm}")
    elif status.on_slurm:
        steps.append(f"its jobs run on; stop them: scancel --name={status.slurm}")
    if status.is_locked:
        steps.append(UNLOCK)
    if status.failures:
        steps.append("put right what failed above")
    counts = status.counted()
    if counts["done"] == len(status.jobs):
        return "nothing: all that was asked for is made."
    return f"{', then '.join((*steps, again))}."
