"""The row of a data-driven cut: who is used, and that its p pays for the search."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cohorts
from biomarkers.stats.maximally_selected import best_cutpoint, logrank_scores

PLAN = cohorts.plan("tmb_per_mb: {kind: continuous}", seed="5", data_driven_cutpoints="[tmb_per_mb]")


def test_rows_of_both_kinds_of_endpoint(study: Any) -> None:
    made = study(PLAN)
    for endpoint, column in (("response", "responder"), ("pfs", "pfs_months")):
        known = made.frame.dropna(subset=[column])
        score = known["responder"].to_numpy(float)
        if endpoint == "pfs":
            score = logrank_scores(known["pfs_months"].to_numpy(float), known["pfs_event"].to_numpy(float))
        found = best_cutpoint(known["tmb_per_mb"].to_numpy(float), score, seed=5)
        assert found is not None
        row = made.row(f"{endpoint}/tmb_per_mb/maximally_selected")
        assert (row["estimate"], row["p_value"]) == (found.cut.estimate, found.p_value)
        assert (row["cut_at"], row["cut_side"], row["n"]) == (found.cut.estimate, ">", len(known))
        members = made.done.memberships
        members = members[members["test"] == row["test"]].set_index("patient")["group"]
        above = known.set_index("patient")["tmb_per_mb"] > row["cut_at"]
        assert (members == row["first"]).to_dict() == above.to_dict()
        profile = made.done.cutpoint_profiles.query("test == @row['test']")
        best = profile[profile["chosen"].eq(1)]
        assert len(best) == 1 < len(profile)
        assert (
            best[["cut_at", "statistic", "p_value"]].iloc[0].tolist()
            == row[["cut_at", "statistic", "p_value"]].tolist()
        )
        assert (
            best["n_above"].iloc[0] == above.sum() and profile["n_above"].add(profile["n_below"]).eq(len(known)).all()
        )
        assert profile["statistic"].max() == row["statistic"] and profile["cut_at"].is_monotonic_increasing
        assert "1999 permutations" in row["note"] and "seed 5" in row["note"]
        assert "not stratified" not in row["note"]
    stratified = study(PLAN + "strata: [centre]\n").row("pfs/tmb_per_mb/maximally_selected")
    assert "not stratified" in stratified["note"]


def test_no_cut_can_be_tried(study: Any, tmp_path: Any) -> None:
    table = tmp_path / "cohort.tsv"
    rows = [f"p{i}\t{i % 2}\t3\t{i + 1}\t1" for i in range(12)]
    table.write_text("patient\tresponder\ttmb_per_mb\tpfs_months\tpfs_event\n" + "\n".join(rows) + "\n")
    made = study(PLAN, table)
    assert made.done.cutpoint_profiles.empty
    row = made.row("response/tmb_per_mb/maximally_selected")
    assert row["note"].startswith("no cut") and np.isnan(row["p_value"]) and row["n"] == 12
    assert row["estimate_type"] == "cutpoint" and row["cut_at"] != pytest.approx(3.0)
