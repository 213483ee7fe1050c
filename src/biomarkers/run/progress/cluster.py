"""How a cluster ended a job: out of memory, out of time, cancelled, not taken at all.

Read from what Slurm writes: the state of the job as its executor passes it on, the job's own log, and the reason why
a job is pending.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from biomarkers.run.progress.last_words import AGAIN, MEMORY

TIME = "give it more time: --set-resources {rule}:runtime=MINUTES, or --retries 2, each of which asks for twice as much"
LOST = r"Slurm has no job \S+ any more"
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
    (LOST, "Slurm has lost it: it is neither queued nor ended there, and its log has no end", AGAIN),
)
"""What Slurm writes, what that means and what to do; the first one counts: what is killed is cancelled, too."""
REFUSED = re.compile(
    r"The error message was '(?:sbatch: error: )?(.*?)(?:\n|'\.)"
    r"|submission failed with exception: (.*?)(?:For further error details|$)",
    re.DOTALL,
)
CHOOSE = (
    "see sinfo for the partitions and their limits, and choose by --default-resources slurm_partition=NAME"
    " slurm_account=NAME, or by --set-resources {rule}:mem_mb=N {rule}:runtime=MINUTES"
)

SUBMITTED = re.compile(r"(Max|Grp)Submit")
FEWER = "it takes no more jobs of yours at once; submit fewer than the site allows: --jobs N, in a profile jobs: N"
"""A limit of a user's jobs, such as AssocMaxSubmitJobLimit, and what to do."""


LIMITS = "ask for less: --set-resources RULE:mem_mb=N RULE:threads=N, or another partition (see sinfo)"
WAITS = (
    (
        r"TimeLimit|WallDuration",
        "ask for less time, jobs.max_minutes in the config, or for another partition (see sinfo)",
    ),
    (r"(?i)account.*(not|cannot|invalid)|InvalidAccount|InvalidQOS|QOS.*not", CHOOSE.partition(", or by")[0]),
    (r"PartitionDown|PartitionInactive", CHOOSE.partition(", or by")[0]),
    (r"NodeLimit|Per(Job|Node)|MaxMemPerLimit|BadConstraints|NodeConfig", LIMITS),
)
"""Slurm's reasons for which a job pends until somebody changes something, and what to do; all others pass."""

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
        said = " ".join((refused[1] or refused[2]).split())
        return End(f"Slurm did not take it: {said}", FEWER if SUBMITTED.search(said) else CHOOSE)
    text = f"{message}\n{log}"
    return next((End(cause, remedy) for pattern, cause, remedy in ENDS if re.search(pattern, text)), None)


def waits_for_ever(reason: str) -> str | None:
    """What to do about a pending job; None where Slurm's reason passes by itself.

    >>> waits_for_ever("PartitionTimeLimit")
    'ask for less time, jobs.max_minutes in the config, or for another partition (see sinfo)'
    >>> waits_for_ever("Resources"), waits_for_ever("QOSMaxJobsPerUserLimit")
    (None, None)
    """
    return next((remedy for pattern, remedy in WAITS if re.search(pattern, reason)), None)


def running(log: str) -> set[str]:
    r"""Rules that were running in a job of the cluster when it was ended, by its log.

    >>> running("localrule given:\nlocalrule depth:\nFinished jobid: 3 (Rule: given)\n")
    {'depth'}
    """
    return set(Counter(BEGUN.findall(log)) - Counter(ENDED.findall(log)))
