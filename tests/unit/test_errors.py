"""Problems: all at once, up to as many as anybody reads."""

from __future__ import annotations

import pytest

from biomarkers.errors import MOST, InputError, Problem, Problems


def test_a_file_of_another_kind_is_not_told_line_by_line():
    problems = Problems()
    with pytest.raises(InputError) as caught:
        for line in range(1, 2 * MOST):
            problems.add(Problem("a.tsv", "age", "x", "a number", line))
    told = str(caught.value).splitlines()
    assert len(told) == MOST + 1 and told[MOST - 1] == f"a.tsv:{MOST}: age is 'x'; expected a number"
    assert told[MOST] == "a.tsv: file has more problems than are told here; expected those above put right first"
