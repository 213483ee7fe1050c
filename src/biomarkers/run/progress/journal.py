"""The journal of a run: which jobs it is to do, and what became of each, line by line as it happens.

`biomarkers status` reads it while the run goes on, and after it ended, was stopped or killed; nothing else does. A line
is written at once and whole, so that what was killed leaves all lines but, at most, a part of its last one.
"""

from __future__ import annotations

import atexit
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from biomarkers.io import processes, scratch
from biomarkers.run.progress.events import event_of
from biomarkers.run.progress.failures import Failures, sentence

KEPT = Path(".snakemake/journal.jsonl")
"""Beside what Snakemake itself keeps of a run."""
SLURM = re.compile(r"SLURM run ID: ([\w-]+)")
"""The name that all jobs of a run have on Slurm."""
Planned = Mapping[int, tuple[str, Sequence[str], Sequence[str]]]
"""Rule, values of the wildcards and logs of each job by its number."""


class Journal(logging.Filter):
    """Sees every record of Snakemake's logger and lets all of them pass; a disk that is full stops no run for it.

    failures: of the run, which see each record before. planned: the jobs that the run is to do; none where nothing is
    run.
    """

    def __init__(self, failures: Failures, planned: Callable[[], Planned], kept: Path = KEPT) -> None:
        super().__init__()
        self.failures, self.planned = failures, planned
        self.kept: Path | scratch.Lines = kept
        self.slurm: str | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Write what a record tells of jobs."""
        about, event = vars(record), event_of(record)
        if event == "run_info" and isinstance(self.kept, Path):
            self._begin(self.kept)
        if isinstance(self.kept, scratch.Lines):
            if event == "job_info":
                self._write(begun=about.get("jobid"))
            elif event == "job_finished":
                self._write(done=about.get("job_id"))
            elif event in ("job_error", "group_error"):
                self._failed(about)
        # It is told before the run is planned.
        if event is None and (found := SLURM.search(record.getMessage())):
            self.slurm = found[1]
        return True

    def _begin(self, kept: Path) -> None:
        jobs = self.planned()
        if not jobs:
            return
        with suppress(OSError):
            self.kept = scratch.Lines(kept)
            self._write(jobs=jobs, patients=self.failures.patients, process=processes.this(), slurm=self.slurm)
            atexit.register(self._write, ended=True)

    def _failed(self, about: Mapping[str, Any]) -> None:
        members = about.get("job_error_info") or [about]
        ids = {each.get("jobid") for each in members}
        for jobs, (failure, text) in self.failures.found.items():
            if ids == jobs:
                self._write(failed=sorted(jobs), said=sentence(failure, text), logs=failure.logs)

    def _write(self, **what: Any) -> None:
        if isinstance(self.kept, scratch.Lines):
            with suppress(OSError):
                self.kept.write({"at": f"{datetime.now():%Y-%m-%d %H:%M:%S}"} | what)
