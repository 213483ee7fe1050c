"""Cohorts on which the tests of association fail elsewhere (docs/methods.md, 6). Numbers by R survival 3.5."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

Associate = Callable[[str], pd.DataFrame]


@pytest.fixture
def associate(shared_data: Path, tmp_path: Path) -> Associate:
    """The result table of a case, by test; empty p-values must all have a note."""

    def done(case: str) -> pd.DataFrame:
        (folder,) = (shared_data / "field_cases" / "association").glob(f"{case}_*")
        results, groups = tmp_path / "results.tsv", tmp_path / "groups.tsv"
        given = ["--cohort", str(folder / "cohort.tsv"), "--plan", str(folder / "plan.yaml")]
        assert run(["associate", *given, "--results", str(results), "--groups", str(groups)]) == 0
        found = pd.read_csv(results, sep="\t").set_index("test")
        assert found.loc[found["p_value"].isna(), "note"].notna().all()
        assert found.loc[found["estimate"].isna(), ["ci_low", "ci_high"]].isna().all(axis=None)
        return found[~found["estimate_type"].str.endswith("_rescaled", na=False)]

    return done


def test_a_level_that_leaves_before_the_first_event(associate: Associate) -> None:
    found = associate("1")
    model = "pfs/tmb_per_mb/adjusted_cox"
    burden, gone = found.loc[model], found.loc[f"{model}/histology/nos"]
    assert (burden["estimate"], burden["p_value"]) == pytest.approx((0.8777424, 0.4461932), rel=1e-6)
    assert found.loc[f"{model}/histology/squamous", "p_value"] == pytest.approx(0.3233206, rel=1e-6)
    assert math.isnan(gone["estimate"]) and math.isnan(gone["p_value"]) and "were at risk" in gone["note"]
    assert "left out of the model: histology (nos vs adeno)" in burden["note"]


def test_the_only_carrier_leaves_before_the_first_event(associate: Associate) -> None:
    row = associate("2").loc["pfs/stk11/cox"]
    assert math.isnan(row["p_value"]) and "no event while both groups were at risk" in row["note"]


def test_the_first_level_leaves_before_the_first_event(associate: Associate) -> None:
    """R keeps `IC1 vs IC0` as a name for what is IC1 against IC2; here the reference is a level that was at risk."""
    found = associate("8b")
    row = found.loc["pfs/ic/cox/IC2"]
    assert row["contrast"] == "IC2 vs IC1"
    assert (row["estimate"], row["p_value"]) == pytest.approx((1 / 2.229546, 0.3559165), rel=1e-6)
    assert math.isnan(found.loc["pfs/ic/cox/IC0", "p_value"])


def test_degrees_of_freedom_of_the_groups_at_risk(associate: Associate) -> None:
    row = associate("8").loc["pfs/ic/logrank"]
    assert row["p_value"] == pytest.approx(math.erfc(math.sqrt(row["statistic"] / 2)), rel=1e-9)
    assert row["statistic"] == pytest.approx(0.898, abs=5e-4)
    assert "1 of 3 groups not compared" in row["note"]


def test_strata_of_one_patient_each(associate: Associate) -> None:
    assert associate("10")["p_value"].isna().all()


@pytest.mark.parametrize("case", ["3", "4", "5", "7"])
def test_firth_has_p_and_limits(associate: Associate, case: str) -> None:
    """Each had no p for some model, or ended the run."""
    found = associate(case)
    firth = found[found["method"] == "firth_logistic"]
    assert len(firth) and firth[["p_value", "estimate", "ci_low", "ci_high"]].notna().all(axis=None)
    assert ((firth["ci_low"] < firth["estimate"]) & (firth["estimate"] < firth["ci_high"])).all()
    assert not firth["note"].str.contains("not found").any()


def test_profile_limit_is_where_the_likelihood_is_lower(associate: Associate) -> None:
    row = associate("6").loc["response/tmb_per_mb/logistic"]
    assert row["ci_high"] == pytest.approx(663, abs=0.5)
