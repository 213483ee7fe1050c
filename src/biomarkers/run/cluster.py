"""How a cluster ended a job: out of memory, out of time, cancelled, not taken at all.

Read from what Slurm writes: the state of the job as its executor passes it on, and the job's own log. And who is asked
of the states: where Slurm keeps no accounts, Snakemake's executor would ask `sacct` for ever.
"""

from __future__ import annotations

import logging
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from biomarkers.run.events import event_of
from biomarkers.run.last_words import MEMORY

TIME = "give it more time: --set-resources {rule}:runtime=MINUTES, or --retries 2, each of which asks for twice as much"
AGAIN = "start the same command again"
ENDS = (
    (r"OUT_OF_MEMORY|oom[-_ ]kill|[Ee]xceeded (job|step) memory limit", "it was out of memory", MEMORY),
    (r"\bTIMEOUT\b|\bDEADLINE\b|DUE TO TIME LIMIT", "it reached its time limit", TIME),
    (r"\b(NODE|BOOT)_FAIL\b|DUE TO NODE FAILURE", "its node failed", AGAIN),
    (r"\bPREEMPTED\b|DUE TO PREEMPTION", "a job of higher priority took its place", AGAIN),
    (
        r"status is: 'CANCELLED|\*\*\* (JOB|STEP) .* CANCELLED",
        "it was cancelled (by scancel, by the site, or with its Snakemake)",
        AGAIN,
    ),
)
"""What Slurm writes, what that means and what to do; the first one counts: what is killed is cancelled, too."""
REFUSED = re.compile(r"The error message was '(?:sbatch: error: )?(.*?)(?:\n|'\.)", re.DOTALL)
CHOOSE = (
    "see sinfo for the partitions and their limits, and choose by --default-resources slurm_partition=NAME"
    " slurm_account=NAME, or by --set-resources {rule}:mem_mb=N {rule}:runtime=MINUTES"
)


BEGUN = re.compile(r"^(?:local)?rule (\w+):$", re.MULTILINE)
ENDED = re.compile(r"^Finished jobid: \d+ \(Rule: (\w+)\)", re.MULTILINE)
"""What Snakemake writes of the jobs of a group while it runs them in a job of the cluster."""


class End(NamedTuple):
    """Why a cluster ended a job, and what to do; `{rule}` stands for its rule."""

    cause: str
    remedy: str


def end_of(message: str, log: str) -> End | None:
    """How a cluster ended a job; None when the job ended by itself.

    message: of the executor; log: what Slurm and Snakemake wrote there, not the tools.

    >>> end_of("SLURM-job '7' failed, SLURM status is: 'TIMEOUT'.", "").cause
    'it reached its time limit'
    >>> end_of("SLURM-job '7' failed, SLURM status is: 'FAILED'.", "") is None
    True
    """
    if refused := REFUSED.search(message):
        return End(f"Slurm did not take it: {refused[1].strip()}", CHOOSE)
    text = f"{message}\n{log}"
    return next((End(cause, remedy) for pattern, cause, remedy in ENDS if re.search(pattern, text)), None)


def running(log: str) -> set[str]:
    r"""Rules that were running in a job of the cluster when it was ended, by its log.

    >>> running("localrule given:\nlocalrule depth:\nFinished jobid: 3 (Rule: given)\n")
    {'depth'}
    """
    return set(Counter(BEGUN.findall(log)) - Counter(ENDED.findall(log)))


class Unaccounted(logging.Filter):
    """Sees when a run begins its jobs, and has `squeue` asked of them where `sacct` does not answer.

    settings: of Snakemake's executor, which are known by then. tell: says a sentence to the user.
    """

    def __init__(self, settings: Callable[[], Any], tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.settings, self.tell = settings, tell

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        settings = self.settings() if event_of(record) == "run_info" else None
        if settings and getattr(settings, "status_command", None) == "sacct" and (why := _silent()):
            settings.status_command = "squeue"
            self.tell(f"sacct does not answer ({why}): Slurm is asked of its jobs by squeue instead")
        return True


def _silent() -> str | None:
    """What keeps Slurm's accounting from answering; None when it answers."""
    try:
        done = subprocess.run(
            ["sacct", "-X", "--noheader", "--format=State", "--name=none"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    return said[-1] if done.returncode else None
