"""Two markers together: the four groups by hand, the interaction term against lifelines and statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import multivariate_logrank_test

import cohorts

PLAN = cohorts.plan(
    'tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: 10, side: ">="}]}',
    'age: {kind: continuous, cutpoints: [{at: 60, side: ">"}]}',
    'smoker: {kind: binary, levels: ["no", "yes"]}',
    "depth: {kind: continuous}",
    interactions="[[tmb_per_mb, age], [tmb_per_mb, smoker], [depth, age]]",
)


@pytest.mark.parametrize("endpoint", ["response", "pfs"])
def test_each_of_the_four_groups_has_its_own_patients(study: Any, endpoint: str) -> None:
    made = study(PLAN)
    frame = made.frame.dropna(subset=["responder" if endpoint == "response" else "pfs_months"])
    high, old = frame["tmb_per_mb"] >= 10, frame["age"] > 60
    expected = {
        "tmb_per_mb >= 10 and age > 60": set(frame["patient"][high & old]),
        "tmb_per_mb >= 10 and age <= 60": set(frame["patient"][high & ~old]),
        "tmb_per_mb < 10 and age > 60": set(frame["patient"][~high & old]),
        "tmb_per_mb < 10 and age <= 60": set(frame["patient"][~high & ~old]),
    }
    assert len({len(patients) for patients in expected.values()}) > 2
    method = "fisher" if endpoint == "response" else "logrank"
    row = made.row(f"{endpoint}/tmb_per_mb x age/four_groups_{method}")
    members = made.done.memberships
    members = members[members["test"] == row["test"]]
    assert {name: set(part["patient"]) for name, part in members.groupby("group")} == expected
    assert row["contrast"] == " vs ".join(expected) and row["n"] == len(frame)
    groups = made.done.groups
    groups = groups[(groups["marker"] == "tmb_per_mb x age") & (groups["endpoint"] == endpoint)].set_index("group")
    assert groups["n"].to_dict() == {name: len(patients) for name, patients in expected.items()}
    if endpoint == "response":
        responders = set(frame["patient"][frame["responder"] == 1])
        assert groups["n_events"].to_dict() == {name: len(them & responders) for name, them in expected.items()}
    else:
        code = high * 2 + old * 1
        known = multivariate_logrank_test(frame["pfs_months"], code, frame["pfs_event"])
        assert row["p_value"] == pytest.approx(known.p_value, rel=1e-9)


def test_interaction_term_as_lifelines(study: Any) -> None:
    made = study(PLAN)
    frame = made.frame.dropna(subset=["pfs_months"])
    x, y = np.log2(frame["tmb_per_mb"] + 1), frame["age"].astype(float)
    cells = pd.DataFrame({"x": x, "y": y, "xy": (x - x.mean()) * (y - y.mean())})
    cells = cells.assign(t=frame["pfs_months"], e=frame["pfs_event"].astype(float))
    fitted = CoxPHFitter().fit(cells, "t", "e", fit_options={"precision": 1e-12, "r_precision": 1e-14})
    row = made.row("pfs/tmb_per_mb x age/interaction_cox")
    assert row["estimate"] == pytest.approx(fitted.hazard_ratios_["xy"], rel=1e-5)
    assert row["p_value"] == pytest.approx(fitted.summary["p"]["xy"], rel=1e-4)
    assert row["note"].startswith("cox: pfs ~ log2(tmb_per_mb + 1) * age") and row["family"].endswith(" pairs")


def test_strata_and_missing(study: Any) -> None:
    made = study(PLAN + "strata: [centre]\n")
    row = made.row("pfs/tmb_per_mb x smoker/four_groups_logrank")
    known = made.frame.dropna(subset=["pfs_months", "centre", "smoker"])
    assert row["n"] == len(known) == made.row("pfs/tmb_per_mb x smoker/interaction_cox")["n"]
    members = made.done.memberships
    yes = known["patient"][(known["smoker"] == "yes") & (known["tmb_per_mb"] < 10)]
    label = "tmb_per_mb < 10 and smoker yes"
    assert set(members[(members["test"] == row["test"]) & (members["group"] == label)]["patient"]) == set(yes)


def test_without_cuts_there_is_the_term_alone_and_pairs_of_numbers_are_correlated(study: Any) -> None:
    made = study(PLAN)
    tests = set(made.done.results["test"])
    assert "pfs/depth x age/interaction_cox" in tests and "pfs/depth x age/four_groups_logrank" not in tests
    known = made.frame.dropna(subset=["depth"])
    row = made.row("age/depth/pair_spearman")
    rho = known["depth"].astype(float).corr(known["age"].astype(float), method="spearman")
    assert row["estimate"] == pytest.approx(rho, rel=1e-9) and row["endpoint"] == "age" and pd.isna(row["n_events"])
    assert "smoker/tmb_per_mb/pair_spearman" not in tests


def test_nobody_has_both(study: Any, tmp_path: Any) -> None:
    table = tmp_path / "cohort.tsv"
    rows = [f"p{i}\t{i % 2}\t{i + 1}\t1\t{i if i % 2 else ''}\t{'' if i % 2 else i}\tno\t1" for i in range(8)]
    header = "patient\tresponder\tpfs_months\tpfs_event\ttmb_per_mb\tage\tsmoker\tdepth\n"
    table.write_text(header + "\n".join(rows) + "\n")
    row = study(PLAN, table).row("pfs/tmb_per_mb x age/interaction_cox")
    assert "no patients" in row["note"] and row["n"] == 0
