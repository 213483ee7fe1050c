"""`biomarkers status` (Before a run): how far a run is, what failed and what to do."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputFolder
from biomarkers.errors import shown


def status(run: InputFolder = Path(), /, *, each: bool = False) -> None:
    """Print how far a run is: jobs and patients that are done, running, failed or waiting, and what to do.

    Of each failed job it says patient, cause, the last lines of its log and the remedy. It works while the run goes on,
    after it ended, was stopped or killed, on this machine and on Slurm (whose squeue it asks), and writes nothing.

    Args:
        run: The folder in which the run was started.
        each: List every patient; otherwise the first 20 of each state.
    """
    from biomarkers.run.progress import status as work

    print(shown(work.text(work.find(run), each=each)), end="")
