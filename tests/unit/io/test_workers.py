"""Work in other processes, of which none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest

from biomarkers.errors import RunError
from biomarkers.io import workers
from work import is_killed

STARTS = """
import os, signal, sys, time
from biomarkers.io import workers

if __name__ == "__main__":
    workers.cores = lambda: 2
    with workers.beside(1) as others:
        print(others.submit(os.getpid).result(), flush=True)
        others.submit(time.sleep, 600)
        time.sleep(600)
"""


def lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.parametrize(("told", "there", "used"), [("1", 8, 1), ("4", 8, 4), ("9", 8, 8), ("", 8, 8), ("0", 8, 8)])
def test_the_cores_are_those_of_the_job(monkeypatch: Any, told: str, there: int, used: int) -> None:
    """Snakemake sets OMP_NUM_THREADS to the threads of the rule."""
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(there))
    assert workers.cores() == used


def test_with_one_core_all_is_done_here(monkeypatch: Any) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 1)
    with workers.beside(2) as others:
        assert others.submit(os.getpid).result() == os.getpid()


def test_a_killed_process_is_told_in_a_sentence(monkeypatch: Any) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with pytest.raises(RunError, match="was killed, as it is where memory is short"), workers.beside(2) as others:
        others.submit(is_killed).result()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_whatever_ends_the_one_that_started_it(tmp_path: Path, sign: signal.Signals) -> None:
    """Workers of a pool wait for ever for a process that was killed; Ctrl-C reaches all, and each told of it."""
    script = tmp_path / "starts.py"
    script.write_text(STARTS)
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        assert started.stdout is not None and started.stderr is not None
        worker = int(started.stdout.readline())
        assert lives(worker)
        (os.killpg if sign == signal.SIGINT else os.kill)(started.pid, sign)
        said = started.stderr.read()  # Ends when the last process that holds it has ended.
        assert not lives(worker) and said.count("Traceback") <= (sign == signal.SIGINT)


class Told:
    """An argument that tells by which thread it was packed; it arrives as a number."""

    packed_by: ClassVar[list[str]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        self.packed_by.append(threading.current_thread().name)
        return int, (7,)


def test_what_is_sent_is_packed_before_this_process_goes_on(monkeypatch: Any) -> None:
    """The pool's own thread packs it later: what is changed meanwhile would arrive half, or end in a traceback."""
    monkeypatch.setattr(workers, "cores", lambda: 2)
    with workers.beside(1) as others:
        assert others.submit(abs, Told()).result() == 7
    assert Told.packed_by == [threading.main_thread().name]
