"""An earlier run of a folder that still works in it: two at once would write the same files.

Snakemake's lock tells that there was one, and how it is taken away; not whether jobs that a killed run left on a
cluster still write, which they do beside those of a new run when the lock is gone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from biomarkers.errors import InputError, RunError, printable
from biomarkers.io import files
from biomarkers.run.progress.status import UNLOCK, Status, find

ENDING = {"COMPLETING"}
"""States of jobs of Slurm that write no more."""
AGAIN = "start the same command again: what is done is kept"


def in_the_way(status: Status, *, is_locked: bool) -> str | None:
    """Why a new run must not begin beside the last one of its folder; None where nothing is known to be in its way.

    is_locked: whether both would write the same files, by Snakemake.
    """
    where = f"process {status.process.get('pid')} on {printable(status.process.get('host'))}"
    last = f"the run of this folder that began at {status.began}"
    left = {state: number for state, number in (status.on_slurm or {}).items() if state not in ENDING}
    if status.is_alive:
        stop = f"wait for its end, or stop it: kill -INT {status.process.get('pid')}"
        return f"{last} goes on ({where}); {stop} (`biomarkers status` tells how far it is)"
    if left:
        states = ", ".join(f"{number} {state}" for state, number in sorted(left.items()))
        gone = "was killed" if status.is_alive is False else f"is not seen from here ({where})"
        steps = [f"stop them: scancel --name={status.slurm}", *([UNLOCK] if is_locked else []), AGAIN]
        writing = f"but its jobs on Slurm are not ({states}) and would write beside those of a new run"
        return f"{last} {gone}, {writing}; {', then '.join(steps)}"
    if status.is_alive is None and is_locked:
        return f"{last} goes on or was killed: its {where} cannot be seen from here; when it is gone {UNLOCK}"
    if is_locked:
        return f"{last} was killed; {UNLOCK}, then {AGAIN}"
    return None


def stop_beside_another() -> None:
    """Before a run is planned, which takes long. Raises RunError where the last run of the folder goes on."""
    if said := _living():
        raise RunError(said)


def refuse(kind: Any, *folders: str) -> None:
    """Let Snakemake's lock of a folder say what is known of the last run, and see its jobs that are left on a cluster.

    kind: Snakemake's class that keeps the lock. Before it is taken, or removed from a run that goes on, the program
    ends with exit status 1. folders: once the lock is taken, what killed writers left half-written in them is removed.
    """
    lock, unlock = kind.lock, kind.cleanup_locks

    def ended(said: str | None) -> None:
        if said:
            print(said, file=sys.stderr)
            sys.exit(1)

    @contextmanager
    def locked(self: Any) -> Iterator[None]:
        held: AbstractContextManager[None] = lock(self)
        if status := _last():
            ended(in_the_way(status, is_locked=self.locked))
        with held:
            files.sweep(*folders)
            yield

    def cleanup_locks(self: Any) -> None:
        ended(_living())
        unlock(self)

    kind.lock, kind.cleanup_locks = locked, cleanup_locks


def _last() -> Status | None:
    try:
        return find(".")
    except InputError:
        return None


def _living() -> str | None:
    """What is said of the last run where it goes on."""
    status = _last()
    return in_the_way(status, is_locked=True) if status and status.is_alive else None
