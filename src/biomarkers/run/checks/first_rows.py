"""The first rows of a file of variants, judged before the run by the check that the run will make of the whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from biomarkers.errors import InputError, log


def judge(rows: Iterator[Any], check: Callable[[], None], *, step: int, told_of_whole: bool) -> None:
    """Raise the InputError of `check` on the first `step` rows, or on all of them while it refuses what was read.

    Warnings count rows, so that they are said of whole files only, and not at all unless `told_of_whole`.
    """
    while True:
        taken = sum(1 for _ in islice(rows, step))
        level = log.level
        log.setLevel(level if told_of_whole and taken < step else logging.ERROR)
        try:
            check()
        except InputError:
            if taken < step:
                raise
        else:
            return
        finally:
            log.setLevel(level)
