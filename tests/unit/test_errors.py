"""Problems: all at once, up to as many as anybody reads."""

from __future__ import annotations

import logging

import pytest

from biomarkers.errors import MOST, InputError, Problem, Problems, Shown


def test_a_message_cannot_drive_a_terminal():
    record = logging.LogRecord(
        "biomarkers", logging.WARNING, "", 0, "words that are one: %s\n\tand", ("a\x1b[2J",), None
    )
    assert Shown("%(levelname)s: %(message)s").format(record) == "WARNING: words that are one: a\\x1b[2J\n\tand"


def test_a_file_of_another_kind_is_not_told_line_by_line():
    problems = Problems()
    with pytest.raises(InputError) as caught:
        for line in range(1, 2 * MOST):
            problems.add(Problem("a.tsv", "age", "x", "a number", line))
    told = str(caught.value).splitlines()
    assert len(told) == MOST + 1 and told[MOST - 1] == f"a.tsv:{MOST}: age is 'x'; expected a number"
    assert told[MOST] == "a.tsv: file has more problems than are told here; expected those above put right first"
