"""What is said last of a run in which jobs failed: a sentence each, with the tool's own line, its log and what to do.

Snakemake tells of a failed job when it fails: with the whole shell command and the whole log, before what all other
jobs write. This collects the failures on the way and tells them when all else was told.
"""

from __future__ import annotations

import atexit
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from biomarkers.io.lines import legible

MOST = 20
"""Failed jobs of which each is told."""
LONGEST = 600
"""Characters of a tool's line."""
NOISE = re.compile(
    r"^\s*$|^\s*at [\w.$/]+[(.]|^\s*\.\.\. \d+ more|^\*+$|^Set the system property|^Runtime\.totalMemory"
    r"|^Using GATK jar|^Running:|^\s+java |^\[M::|^\[main\]|^\[bam_sort_core\]|^[\d:. -]+ ?(INFO|WARN|DEBUG)\b"
    r"|^\[?(INFO|WARN)\b"
    r"|^\[\w{3} \w{3} \d+ |^Tool returned|^(true|false)$|^fastp v|^fastp --|^(JSON|HTML) report|^\[W::"
    r"|^reads (passed|failed|with) |^bases trimmed"
)
"""Lines that tools end with whatever happened, and the places of a stack of Java."""
CONSEQUENCE = re.compile(
    r"(read|reading|parse) (the )?(VCF |BAM |SAM )?header|EOF marker|broken pipe|fail(ed)? to (read|write|close|open).*"
    r"(\"-\"|stdin)|truncated file|Failed to read from -|standard input",
    re.IGNORECASE,
)
"""What the later programs of a pipe say when an earlier one has failed."""
ERROR = re.compile(
    r"error|fail|cannot|can't|could not|couldn't|unable|exception|not found|no such|denied|invalid|: is |\[E::",
    re.IGNORECASE,
)
MEMORY = "give it more memory: --set-resources {rule}:mem_mb=N, or --retries 2, each of which asks for twice as much"
CAUSES = (
    (r"\bKilled\b|OutOfMemoryError|Cannot allocate memory|bad_alloc|oom[-_]kill|std::length_error", MEMORY),
    (r"No space left on device|Disk quota exceeded", "free space on that disk, or set TMPDIR to a larger one"),
    (r"command not found", "install it, or run with --software-deployment-method conda"),
    (r"Permission denied|Read-only file system", "see who may read and write there (ls -l)"),
)
"""Lines that tell the cause wherever they stand in a log, and what to do."""


class Failure(NamedTuple):
    """A failed job: its rule, what its wildcards stand for, and its logs."""

    rule: str
    of: str
    logs: tuple[str, ...]


def last_words(text: str) -> str:
    """The line of a log that tells why the job failed; empty where nothing does.

    Our own shell files and commands say it last. A tool may write more after it, and in a pipe the programs behind the
    one that failed complain too.
    """
    lines = [line for line in text.splitlines() if not NOISE.search(line)]
    for pattern, _ in CAUSES:
        if found := next((line for line in lines if re.search(pattern, line)), None):
            return found.strip()
    if not lines:
        return ""
    if CONSEQUENCE.search(lines[-1]):
        first = (line for line in lines if ERROR.search(line) and not CONSEQUENCE.search(line))
        return next(first, lines[-1]).strip()
    return lines[-1].strip()


def sentence(failure: Failure, text: str) -> str:
    """What is said of a failed job; text: of its logs."""
    said = last_words(text)
    remedy = next((remedy for pattern, remedy in CAUSES if re.search(pattern, said)), "")
    if not said:
        said, remedy = "it said nothing", "was it stopped, or out of memory?"
    if len(said) > LONGEST:
        said = f"{said[:LONGEST]} [...]"
    about = f" of {failure.of}" if failure.of else ""
    place = f"whole log: {' '.join(failure.logs)}; " if failure.logs else ""
    told = f"{said}; {remedy.format(rule=failure.rule)}" if remedy else said.rstrip(".")
    again = "when it is put right start the same command again: what is done is kept"
    return f"{failure.rule}{about} failed: {told} ({place}{again})"


class Failures(logging.Filter):
    """Sees every record of Snakemake's logger before its handlers do, and lets all of them pass."""

    def __init__(self) -> None:
        super().__init__()
        self.wildcards: dict[Any, Mapping[str, str]] = {}
        self.found: dict[Any, tuple[Failure, str]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is told of jobs; one that succeeds when it is tried again has not failed."""
        event = getattr(getattr(record, "event", None), "value", None)
        about = vars(record)
        if event == "job_info":
            self.wildcards[about.get("jobid")] = dict(about.get("wildcards") or {})
        elif event == "job_error":
            self._add(about)
        elif event == "group_error":
            for one in about.get("job_error_info") or ():
                self._add(one)
        elif event == "job_finished":
            self.found.pop(about.get("job_id"), None)
        return True

    def _add(self, about: Mapping[str, Any]) -> None:
        job, logs = about.get("jobid"), tuple(str(log).split(" (")[0] for log in about.get("log") or ())
        of = " ".join(self.wildcards.get(job, {}).values())
        text = "\n".join(map(legible, logs))
        self.found[job] = (Failure(str(about.get("rule_name")), of, logs), text)

    def told(self) -> list[str]:
        """A sentence for each failed job."""
        listed = [sentence(*each) for each in self.found.values()]
        more = len(listed) - MOST
        return listed[:MOST] + ([f"{more} more jobs failed"] if more > 0 else [])


def tell_last(logger: logging.Logger) -> Failures:
    """Collect the failures of a run and say them when this process ends. logger: Snakemake's."""
    if known := next((one for one in logger.filters if isinstance(one, Failures)), None):
        return known  # A workflow may take this one as several modules, or rules of it one by one.
    failures = Failures()
    logger.addFilter(failures)
    atexit.register(_say, failures)
    return failures


def _say(failures: Failures) -> None:
    for line in failures.told():
        print(line, file=sys.stderr)
