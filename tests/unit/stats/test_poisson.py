"""The exact interval of a count against R."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biomarkers.stats.poisson import garwood

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "garwood.json").read_text())


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: str(row["n"]))
def test_interval_is_that_of_r(row: dict[str, float]) -> None:
    """R: poisson.test(n)$conf.int."""
    found = garwood(int(row["n"]))
    assert found.low == pytest.approx(row["low"], rel=1e-9, abs=1e-15)
    assert found.high == pytest.approx(row["high"], rel=1e-9)


def test_interval_of_the_methods() -> None:
    """methods.md: n = 0, 5, 10."""
    shown = [tuple(round(x, 3) for x in garwood(n)[1:]) for n in (0, 5, 10)]
    assert shown == [(0.0, 3.689), (1.623, 11.668), (4.795, 18.390)]


@given(st.integers(0, 5000))
def test_interval_holds_its_estimate_and_grows(n: int) -> None:
    here, above = garwood(n), garwood(n + 1)
    assert here.low <= n < here.high
    assert here.low < above.low and here.high < above.high
