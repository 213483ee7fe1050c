"""Pairs of definitions over a cohort, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.burden.agreement import agreement


def cohort(**values: list[float | None]) -> pd.DataFrame:
    rows = [
        {"sample": f"T{i}", "definition": name, "tmb_per_mb": v}
        for i in range(4)
        for name, column in values.items()
        for v in [column[i]]
    ]
    return pd.DataFrame(rows)


def test_rho_ratio_and_discordant_calls() -> None:
    """Ranks 1 2 3 and 1 3 2: rho = 1 - 6 * 2 / (3 * 8) = 0.5; ratios 2, 0.5, 2."""
    found = agreement(cohort(a=[2.0, 10.0, 24.0, 5.0], b=[1.0, 20.0, 12.0, None]), cut=10).iloc[0]
    assert (found["n"], found["n_discordant"]) == (3, 0)
    assert found["rho"] == pytest.approx(0.5, rel=1e-12)
    assert found["median_ratio"] == 2.0
    assert agreement(cohort(a=[2.0, 10.0, 24.0, 5.0], b=[1.0, 9.9, 12.0, 11.0]), cut=10).iloc[0]["n_discordant"] == 2


def test_too_little_to_say() -> None:
    found = agreement(cohort(a=[0.0, 1.0, None, None], b=[0.0, 0.0, 1.0, None]), cut=10).iloc[0]
    assert found["n"] == 2 and pd.isna(found["rho"]) and pd.isna(found["median_ratio"])
    two = agreement(cohort(a=[1.0, 2.0, None, None], b=[2.0, 3.0, None, None]), cut=10).iloc[0]
    assert two["n"] == 2 and pd.isna(two["rho"]) and two["median_ratio"] == pytest.approx(7 / 12, rel=1e-12)
    assert agreement(cohort(a=[1.0, 2.0, 3.0, 4.0]), cut=10).empty
