"""What a command costs: wall time, CPU, memory and bytes written, all its descendants included."""
# ruff: noqa: E501

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Cost:
    """What a step took; `load` is the machine's load (1 minute) when it began, by which a busy machine is known.

    wall_s, cpu_s: seconds; cpu_s is user and system time of the command and every descendant that was waited for.
    peak_mb: largest sum of resident memory over the processes of one job, sampled four times a second. written_mb: what
    the kernel counted as sent to a file system (`write_bytes`), files that were deleted later included and pipes not.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float
    written_mb: float
    load: float


def measured(command: str, folder: Path, log: Path, *, jobs_below: bool = False) -> Cost:
    """Run a bash command in `folder` and say what it took; output goes to `log`.

    jobs_below: the command starts jobs (a workflow), each of which counts for itself in the memory of a job.
    Raises SystemExit with the log's end when the command fails.
    """
    load = os.getloadavg()[0]
    with tempfile.NamedTemporaryFile("r") as io, log.open("w") as out:
        # The kernel adds the counters of a child that was waited for to its parent's: read at the end, the shell has them all.
        script = f"set -eo pipefail\n{command}\n"
        shell = ["bash", "-c", 'bash -c "$1"; status=$?; cat /proc/$$/io > "$2"; exit $status', "bash", script, io.name]
        began = time.perf_counter()
        process = subprocess.Popen(shell, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        watch = _Memory(process.pid, jobs_below)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        counters = dict(line.split(": ") for line in io.read().splitlines())
    if process.returncode:
        raise SystemExit(f"failed: {command}\n{log}:\n" + "\n".join(log.read_text().splitlines()[-25:]))
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.peak / 1e6, int(counters["write_bytes"]) / 1e6, load)


class _Memory(threading.Thread):
    """Samples the resident memory of a process tree, or of each job that a workflow in it has started."""

    def __init__(self, pid: int, jobs_below: bool) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._pid, self._jobs_below, self._done = pid, jobs_below, threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.25):
            for job in self._jobs():
                self.peak = max(self.peak, sum(map(_resident, [job, *_below(job, recursive=True)])))

    def stop(self) -> None:
        self._done.set()
        self.join()

    def _jobs(self) -> list[psutil.Process]:
        """The shell itself; or the children of Snakemake, which is the only grandchild of the shell."""
        try:
            shell = psutil.Process(self._pid)
        except psutil.NoSuchProcess:
            return []
        if not self._jobs_below:
            return [shell]
        return [
            job
            for inner in _below(shell)
            for program in ([inner] if "snakemake" in _words(inner) else _below(inner))
            for job in _below(program)
        ]


def _below(process: psutil.Process, *, recursive: bool = False) -> list[psutil.Process]:
    try:
        return process.children(recursive=recursive)
    except psutil.NoSuchProcess:
        return []


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:
        return 0.0
