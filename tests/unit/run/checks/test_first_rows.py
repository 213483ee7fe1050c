"""What is judged of a file before the run, and which warnings are passed on."""

from __future__ import annotations

import logging

import pytest

from biomarkers.errors import InputError, Problem
from biomarkers.run.checks.first_rows import judge


@pytest.mark.parametrize("understood_at, taken, told", [(1, 5, 0), (7, 10, 0), (12, 12, 1)])
def test_more_is_read_while_nothing_is_understood(
    understood_at: int, taken: int, told: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Of twelve rows by fives; a warning that counts rows is passed on where all were read."""
    rows = iter(range(12))
    seen = []

    def check() -> None:
        read = 12 - rows.__length_hint__()
        seen.append(read)
        if read < understood_at:
            raise InputError(Problem("file", "column", "x", "another"))
        logging.getLogger("biomarkers").warning("3 rows")

    judge(rows, check, step=5, told_of_whole=True)
    assert seen[-1] == taken and len(caplog.records) == told


def test_what_is_never_understood_is_refused() -> None:
    def check() -> None:
        raise InputError(Problem("file", "column", "x", "another"))

    with pytest.raises(InputError):
        judge(iter(range(12)), check, step=5, told_of_whole=True)
    assert logging.getLogger("biomarkers").level != logging.ERROR
