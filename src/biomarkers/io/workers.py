"""Work that other processes do beside this one, of which none is left however this one ends."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from biomarkers.errors import RunError


def cores() -> int:
    """The processors that this process may use: those of its job (Snakemake tells them so), else all that it has."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    there = len(os.sched_getaffinity(0))
    return min(there, int(told)) if told.isdecimal() and int(told) else there


@contextmanager
def beside(most: int) -> Iterator[Executor]:
    """At most `most` processes that do what is submitted to them while the block runs, and no more than `cores`.

    Functions and arguments are sent to them, so they are those of modules, and a process imports these anew: no thread
    of a library is copied half. With one core there is none, and what is submitted is done at once, here.
    What the block leaves undone is dropped. Raises RunError where a process was killed.
    """
    if cores() == 1:
        yield _Here()
        return
    end, held = Pipe(duplex=False)
    pool = _Pool(min(most, cores()), get_context("spawn"), _end_with, (end,))
    try:
        yield pool
    except BrokenProcessPool:
        raise RunError(
            "a process that this one had started was killed, as it is where memory is short; nothing was written"
        ) from None
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        end.close()


class _Pool(ProcessPoolExecutor):
    """One that packs what is submitted at once: its own thread would while this process goes on to change it."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        return super().submit(_called, pickle.dumps((work, arguments, named)))


def _called(packed: bytes) -> Any:
    work, arguments, named = pickle.loads(packed)
    return work(*arguments, **named)


class _Here(Executor):
    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*arguments, **named))
        return done


def _end_with(end: Connection) -> None:
    """End this process, whatever it does, when the one that started it lets go of the pipe, or is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the other one says so and lets go.

    def wait() -> None:
        with suppress(EOFError, OSError):
            end.recv()
        os._exit(0)

    Thread(target=wait, daemon=True).start()
