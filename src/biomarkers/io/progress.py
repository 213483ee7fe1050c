"""How far long work has come, on the log: stage, count, time, and about how much is left."""

from __future__ import annotations

import sys
import time

from biomarkers.errors import log

ON_A_TERMINAL, ELSEWHERE = 5.0, 60.0
"""Seconds between two lines: where somebody watches, and in the log of a job."""


class Progress:
    """Says at times how much of a stage is done and about how long the rest takes; nothing of one that is done sooner.

    stage: as in `genes against pfs`. total: of what is counted, each of which takes about as long.
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
            took = now - self.begun
            left = duration(took / self.count * (self.total - self.count))
            log.info("%s: %d of %d in %.0f s, about %s left", self.stage, self.count, self.total, took, left)


def duration(seconds: float) -> str:
    """Roughly how long, in the unit in which it is said.

    >>> duration(0.4), duration(89), duration(1500), duration(9000)
    ('1 s', '89 s', '25 min', '2.5 h')
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
