"""Null cohorts through the whole analysis: no family has hits more often than its level (docs/methods.md, 6.2, 6.24).

A smaller run of benchmarks/null, whose README has the shares of the large one.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from scipy import stats

BENCH = Path(__file__).parents[3] / "benchmarks" / "null" / "bench.py"


@pytest.mark.slow
@pytest.mark.parametrize("n, unequal", [(30, False), (60, True)])
def test_shares_of_families_with_a_hit(n: int, unequal: bool, tmp_path: Path) -> None:
    """Of 40 cohorts at most as many as a share of .05 has in 99.9 % of runs; a third of them had one of genes."""
    found = importlib.util.spec_from_file_location("null_bench", BENCH)
    assert found is not None and found.loader is not None
    bench = importlib.util.module_from_spec(found)
    found.loader.exec_module(bench)
    shares = bench.shares(40, n, unequal=unequal, seed=5, folder=tmp_path)
    kinds = ("genes", "features", "declared")
    assert {f"exploratory {e} {kind}" for e in ("response", "pfs") for kind in kinds} <= set(shares)
    for family, (hits, done) in shares.items():
        assert hits <= stats.binom.ppf(0.999, done, 0.05), family
