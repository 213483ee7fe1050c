"""Problems: all at once, up to as many as anybody reads."""

from __future__ import annotations

import logging

import pytest

from biomarkers.errors import MOST, SHOWN, InputError, LineProblems, Problem, Problems, Shown


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


def test_the_first_wrong_lines_are_told_and_the_others_counted():
    """Beyond the number at which other inputs are given up; a line with two problems is one."""
    problems = LineProblems("a.bed")
    problems.catch(lambda: problems.add(Problem("a.bed", "start", "x", "a number", 1)))
    for line in range(2, 2 * MOST + 1):
        problems.add(*(Problem("a.bed", column, "x", "a number", line) for column in ("start", "end")[: 1 + line % 2]))
    with pytest.raises(InputError) as caught:
        problems.stop_if_any()
    told = str(caught.value).splitlines()
    assert (
        len(told) == SHOWN + 1 and told[-1].startswith("a.bed: row is wrong in 1,9") and told[0].startswith("a.bed:1:")
    )
    assert "more lines; expected the same" in told[-1]
