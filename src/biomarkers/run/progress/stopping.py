"""What a run that was asked to stop still waits for, and how it is stopped at once.

Snakemake begins no further job then, and waits for those that run: here after `kill -INT` of its process alone, on a
cluster after SIGTERM. That may take hours, of which it says nothing.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from biomarkers.errors import first_few
from biomarkers.io import processes
from biomarkers.run.progress.events import event_of

INTERRUPTED = re.compile(r"^Terminating processes on user request")
WAITS = re.compile(r"^Will exit after finishing currently running jobs")
"""Snakemake's words after SIGINT, when it cancels the jobs of a cluster, and after SIGTERM, when it does not."""
NAMED = 5
"""Running jobs that are named."""


class Stopping(logging.Filter):
    """Sees every record of Snakemake's logger, lets all of them pass, and once says what is waited for.

    on_cluster: whether jobs run elsewhere, which is known when the run has begun. tell: says a sentence to the user.
    """

    def __init__(self, on_cluster: Callable[[], bool], tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.on_cluster, self.tell = on_cluster, tell
        self.running: dict[Any, str] = {}
        self.is_told = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep which jobs run."""
        event, about = event_of(record), vars(record)
        if event == "job_info":
            named = " ".join(map(str, dict(about.get("wildcards") or {}).values()))
            self.running[about.get("jobid")] = f"{about.get('rule_name')}{f' of {named}' if named else ''}"
        elif event == "job_finished":
            self.running.pop(about.get("job_id"), None)
        elif event in ("job_error", "group_error"):
            for each in about.get("job_error_info") or [about]:
                self.running.pop(each.get("jobid"), None)
        elif event is None and self.running and not self.is_told:
            message = record.getMessage()
            if WAITS.search(message) or (INTERRUPTED.search(message) and not self.on_cluster()):
                self.is_told = True
                if INTERRUPTED.search(message):
                    # What interrupts the jobs would break off this process, too, with a traceback and its lock left.
                    processes.ignore_interrupts()
                self.tell(sentence(self.running.values(), on_cluster=self.on_cluster()))
        return True


def sentence(running: Iterable[str], *, on_cluster: bool) -> str:
    """What a run waits for, and how to stop it at once."""
    at_once = f"kill -INT {os.getpid()}, which cancels them" if on_cluster else f"kill -INT -- -{os.getpgrp()}"
    named = first_few(sorted(running), NAMED)
    return (
        f"this run begins nothing more and ends when the jobs that run have ended: {named}; "
        f"to stop these, too, at once: {at_once} (as Ctrl-C in its terminal does); the same command goes on from there"
    )
