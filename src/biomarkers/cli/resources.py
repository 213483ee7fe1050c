"""`biomarkers resources` (Before a run): propose memory and time of a profile from what a run took."""

from __future__ import annotations

from pathlib import Path

from biomarkers.cli._kinds import InputFolder
from biomarkers.errors import InputError, Problem


def resources(run: InputFolder = Path(), /, *, margin: float = 1.5) -> None:
    """Print what the steps of a run may ask a cluster for, in the form of Snakemake's profiles (`set-resources`).

    For each measured step the most memory and time that a job of the run took, times a margin, with the number of jobs
    that it stands on; steps of which there is no data are named. A first run of some patients tells what the others
    need.

    Args:
        run: Folder of a run (results/benchmarks).
        margin: What the most that was seen is multiplied by.
    """
    from biomarkers.run.progress import needs

    if margin < 1:
        raise InputError(Problem("command line", "--margin", margin, "a number of at least 1"))
    print(needs.profile(needs.find(run), margin), end="")
