"""How far long work has come, on the log: stage, count and time."""

from __future__ import annotations

import sys
import time

from biomarkers.errors import log

ON_A_TERMINAL, ELSEWHERE = 5.0, 60.0
"""Seconds between two lines: where somebody watches, and in the log of a job."""


class Progress:
    """Says at times how much of a stage is done; nothing of one that is done sooner.

    stage: as in `genes against pfs`. total: of what is counted.
    """

    def __init__(self, stage: str, total: int) -> None:
        self.stage, self.total, self.count = stage, total, 0
        self.every = ON_A_TERMINAL if sys.stderr.isatty() else ELSEWHERE
        self.begun = self.said = time.monotonic()

    def add(self, count: int = 1) -> None:
        """So many more are done."""
        self.count += count
        now = time.monotonic()
        if now - self.said >= self.every and self.count < self.total:
            self.said = now
            log.info("%s: %d of %d in %.0f s", self.stage, self.count, self.total, now - self.begun)
