"""Endpoints, values and groups that the result table names; groups against those of `biomarkers associate`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables
from biomarkers.report import questions

NA = float("nan")


def members(cohort: pd.DataFrame, marker: str, contrast: str) -> dict[str, list[int]] | None:
    found = questions.groups(cohort, marker, contrast)
    if found is None:
        return None
    return {name: found.of_patient.index[found.of_patient == name].tolist() for name in found.names}


def test_cut_puts_the_patient_on_it_where_the_side_says() -> None:
    cohort = pd.DataFrame({"tmb": [4.0, 10.0, 11.5, NA]})
    assert members(cohort, "tmb", ">= 10 vs < 10") == {">= 10": [1, 2], "< 10": [0]}
    assert members(cohort, "tmb", "> 10 vs <= 10") == {"> 10": [2], "<= 10": [0, 1]}


def test_interval_is_called_only_when_all_of_it_lies_on_one_side() -> None:
    # <1, 1-49, >=50, 50, NA as intervals [low, high); the last one to 100 includes its end
    cohort = pd.DataFrame(
        {"pdl1_low": [0, 1, 50, 50, NA], "pdl1_high": [1, 50, 100, 50, NA], "pdl1": [NA, NA, NA, 50, NA]}
    )
    assert members(cohort, "pdl1", ">= 1 vs < 1") == {">= 1": [1, 2, 3], "< 1": [0]}
    assert members(cohort, "pdl1", ">= 50 vs < 50") == {">= 50": [2, 3], "< 50": [0, 1]}
    assert members(cohort, "pdl1", ">= 10 vs < 10") == {">= 10": [2, 3], "< 10": [0]}
    assert members(cohort, "pdl1", "> 50 vs <= 50") is None  # nobody is wholly above


def test_interval_that_ends_at_100_may_be_100() -> None:
    cohort = pd.DataFrame({"pdl1_low": [50.0, 100.0, 20.0], "pdl1_high": [100.0, 100.0, 20.0]})
    assert members(cohort, "pdl1", ">= 100 vs < 100") == {">= 100": [1], "< 100": [2]}


def test_levels_are_the_groups_that_the_contrast_names() -> None:
    cohort = pd.DataFrame({"smoker": [1, 0, 1], "site": ["lung", "skin", "skin"], "ecog": [0, 1, 2]})
    assert members(cohort, "smoker", "1 vs 0") == {"1": [0, 2], "0": [1]}
    assert members(cohort, "site", "lung vs skin") == {"lung": [0], "skin": [1, 2]}
    assert members(cohort, "ecog", "0 vs 1 vs 2") == {"0": [0], "1": [1], "2": [2]}
    assert members(cohort, "ecog", "per unit of x") is None
    assert members(cohort, "absent", "1 vs 0") is None


def test_endpoints_come_from_the_plan_then_from_the_names_of_the_contract() -> None:
    cohort = pd.DataFrame(
        {"responder": [1], "pfs_months": [2.0], "pfs_event": [0], "benefit": [1], "t": [3.0], "e": [1]}
    )
    plan = {"endpoints": {"efs": {"kind": "time_to_event", "time": "t", "event": "e"}}}
    cohort["pdl1"] = [50.0]
    # A correlation of two markers stands in the table as if the second were an endpoint.
    results = pd.DataFrame({"endpoint": ["benefit", "os", "pdl1"], "marker": ["tmb", "pdl1", "tmb"]})
    found = questions.endpoints(cohort, results, plan)
    assert list(found) == ["efs", "benefit", "response", "pfs"]  # os has no columns
    assert found["efs"].time == "t" and found["response"].column == "responder" and found["pfs"].event == "pfs_event"


@pytest.mark.parametrize(("marker", "plan", "expected"), [
    ("tmb_per_mb", {}, True),
    ("age", {}, False),
    ("tmb_per_mb", {"markers": {"tmb_per_mb": {"transform": "none"}}}, False),
    ("age", {"markers": {"age": {"transform": "log2p1"}}}, True),
    ("mutations", {"markers": {"mutations": {"kind": "continuous"}}}, True),
])  # fmt: skip
def test_scale_follows_the_plan(marker: str, plan: dict[str, object], expected: bool) -> None:
    assert questions.on_log_scale(marker, plan) is expected


@pytest.mark.parametrize("name", ["rizvi2015_nsclc", "hellmann2018_nsclc"])
def test_groups_have_the_sizes_and_events_that_associate_counted(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "cohorts" / name
    outputs = ["--results", f"{tmp_path}/results.tsv", "--groups", f"{tmp_path}/groups.tsv"]
    assert run(["associate", "--cohort", f"{folder}/cohort.tsv", "--plan", f"{folder}/plan.yaml", *outputs]) == 0
    cohort = tables.read(folder / "cohort.tsv", "cohort")
    results, counted = tables.read(tmp_path / "results.tsv", "results"), tables.read(tmp_path / "groups.tsv", "groups")
    compared = 0
    for row in results[results["method"].eq("logrank")].itertuples():
        found = questions.groups(cohort, row.marker, row.contrast)
        assert found is not None
        of_row = counted[counted["marker"].eq(row.marker) & counted["endpoint"].eq("pfs")].set_index("group")
        for group in found.names:
            inside = found.of_patient == group
            assert (inside.sum(), cohort.loc[inside, "pfs_event"].sum()) == tuple(of_row.loc[group, ["n", "n_events"]])
            compared += 1
    assert compared >= 6
