"""The line of a job's log that tells why it failed, and what to do about the causes that can be told from it.

Tools write more after the reason, and in a pipe the programs behind the one that failed complain too.
"""

from __future__ import annotations

import re

NOISE = re.compile(
    r"^\s*$|^\s*at [\w.$/]+[(.]|^\s*\.\.\. \d+ more|^\*+$|^Set the system property|^Runtime\.totalMemory"
    r"|^Using GATK jar|^Running:|^\s+java |^\[M::|^\[main\]|^\[bam_sort_core\]|^[\d:. -]+ ?(INFO|WARN|DEBUG)\b"
    r"|^\[?(INFO|WARN)\b|^Picked up _?JAVA_\w*OPTIONS"
    r"|^\[\w{3} \w{3} \d+ |^Tool returned|^(true|false)$|^fastp v|^fastp --|^(JSON|HTML) report|^\[W::"
    r"|^reads (passed|failed|with) |^bases trimmed|resource_tracker: There appear|^\s*warnings\.warn\("
)
"""Lines that tools end with whatever happened, the places of a stack of Java, and what Python tidies when it was
killed."""
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
AGAIN = "start the same command again"
FULL = r"No space left on device|Disk quota exceeded|File write failed|Error: cannot write to "
CAUSES = (
    (
        r"\bKilled\b|OutOfMemoryError|Cannot allocate memory|bad_alloc|oom[-_]kill|std::length_error|memory is short",
        MEMORY,
    ),
    (
        FULL,
        "free space on that disk (df -h tells which), or set TMPDIR to a larger one",
    ),
    (r"command not found", "install it, or run with --software-deployment-method conda"),
    (r"Permission denied|Read-only file system", "see who may read and write there (ls -l)"),
    (r"stopped by a signal", AGAIN),
)
"""Lines that tell the cause wherever they stand in a log, and what to do."""


def last_words(text: str) -> str:
    """The line of a log that tells why the job failed; empty where nothing does.

    Our own shell files and commands say it last.
    """
    lines = [line for line in text.splitlines() if not NOISE.search(line)]
    for pattern, _ in CAUSES:
        if found := next((line for line in lines if re.search(pattern, line)), None):
            return found.strip()
    # Java tells a full disk in a warning, and stumbles over what is missing later.
    if full := next((line for line in text.splitlines() if re.search(FULL, line)), None):
        return full.strip()
    if not lines:
        return ""
    if CONSEQUENCE.search(lines[-1]):
        first = (line for line in lines if ERROR.search(line) and not CONSEQUENCE.search(line))
        return next(first, lines[-1]).strip()
    return lines[-1].strip()


def remedy(said: str) -> str:
    """What to do about such a line, `{rule}` standing for the rule; empty where its cause is not known."""
    return next((remedy for pattern, remedy in CAUSES if re.search(pattern, said)), "")
