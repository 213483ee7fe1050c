"""The network algorithm of Fisher's test against R's fisher.test and against a listing of all tables."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from biomarkers.stats.contingency import TooManyStepsError, exact_p

ORACLE: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "oracles" / "fisher_tables.json").read_text())


@pytest.mark.parametrize("known", ORACLE, ids=lambda known: str(np.shape(known["table"])))
def test_random_tables_as_in_r(known: dict[str, Any]) -> None:
    table = np.array(known["table"])
    for one in (table, table.T, table[::-1, ::-1]):
        assert exact_p(one) == pytest.approx(known["p"], rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_as_a_listing_of_all_tables(cells: list[int]) -> None:
    """Every 3 x 3 table with the same margins, by four nested loops over its free cells."""
    table = np.array(cells).reshape(3, 3)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if rows.min() == 0 or columns.min() == 0:
        return
    costs = []
    for free in itertools.product(range(int(table.sum()) + 1 if table.sum() < 6 else 10), repeat=4):
        a, b, c, d = free
        full = np.array(
            [
                [a, b, rows[0] - a - b],
                [c, d, rows[1] - c - d],
                [columns[0] - a - c, columns[1] - b - d, columns[2] - rows[0] - rows[1] + a + b + c + d],
            ]
        )
        if full.min() >= 0:
            costs.append(gammaln(full + 1.0).sum())
    share = np.exp(-np.array(costs))
    rare = np.array(costs) >= gammaln(table + 1.0).sum() - 1e-7
    assert exact_p(table) == pytest.approx(share[rare].sum() / share.sum(), rel=1e-9)


def test_a_small_p_is_not_lost_in_rounding() -> None:
    """R's fisher.test; a difference of sums near 1 would leave 1e-16."""
    assert exact_p(np.diag([20, 20, 20])) == pytest.approx(6 / 577831214478475823831865900, rel=1e-9)


@pytest.mark.parametrize("most", [50, 1000], ids=["fills of a column", "ways to a node"])
def test_a_table_with_too_many_steps_is_left_to_others(most: int) -> None:
    with pytest.raises(TooManyStepsError):
        exact_p(np.full((3, 5), 4), most_steps=most)
