"""PD-L1 of which some patients have an interval: ranks order it, models say how many they go without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cohorts
from biomarkers.association import interval_markers

PLAN = """\
primary: {marker: pdl1, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  bor: {kind: categorical, column: best}
  depth: {kind: continuous, column: change}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  pdl1: {kind: continuous, cutpoints: [{at: median, side: ">"}]}
covariates: [age]
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """24 patients: ten below 1, eight numbers, six of 50 and more."""
    between = [1, 2, 5, 5, 10, 20, 30, 40]
    low, high = np.array([0.0] * 10 + between + [50] * 6), np.array([1.0] * 10 + between + [100] * 6)
    frame = cohorts.drawn(
        24,
        4,
        pdl1_low=low,
        pdl1_high=high,
        responder=lambda random, _: (random.random(24) < 0.2 + low / 100).astype(int),
        best=cohorts.chosen("PR", "SD", "PD"),
        change=lambda random, _: random.normal(0, 20, 24).round(1),
    )
    return cohorts.written(tmp_path, frame)


def test_every_rank_test_has_all_patients(study: Callable, table: Path) -> None:
    """As the tests of numbers on midranks of the low ends, which are in the intervals' order here."""
    ranked = pd.read_csv(table, sep="\t").assign(pdl1=lambda frame: frame["pdl1_low"].rank())
    ranked = ranked.drop(columns=["pdl1_low", "pdl1_high"])
    other = table.with_name("ranked.tsv")
    ranked.to_csv(other, sep="\t", index=False)
    one, two = study(PLAN, table), study(PLAN, other)
    for test, kind in [
        ("response/pdl1/mann_whitney", "auc"),
        ("bor/pdl1/kruskal_wallis", None),
        ("depth/pdl1/spearman", None),
    ]:
        row, known = one.row(test, kind), two.row(test, kind)
        for figure in ("n", "statistic", "p_value", "estimate", "ci_low", "ci_high"):
            assert row[figure] == pytest.approx(known[figure], rel=1e-9, nan_ok=True), (test, figure)
        assert "16 patients known as an interval only are ranked by it" in row["note"]
        assert "interval only" not in known["note"] and "DeLong" not in row["note"]
    ranked["responder"] = (ranked["pdl1"] > ranked["pdl1"].median()).astype(int)
    apart = pd.read_csv(table, sep="\t").assign(responder=ranked["responder"])
    cohorts.written(table.parent, apart, "apart")
    row = study(PLAN, table.with_name("apart.tsv")).row("response/pdl1/mann_whitney", "auc")
    assert row["estimate"] == 1 and "no DeLong interval: complete separation" in row["note"]


def test_what_needs_a_number_says_how_many_it_goes_without(study: Callable, table: Path) -> None:
    results = study(PLAN, table).done.results
    models = results[results["method"].str.contains("cox|logistic") & ~results["test"].str.contains("median")]
    assert len(models) >= 4
    assert models["note"].str.contains("16 patients known as an interval only").all()


def test_a_search_for_a_cut_says_how_many_it_goes_without(study: Callable, table: Path) -> None:
    row = study(PLAN + "data_driven_cutpoints: [pdl1]\n", table).row("pfs/pdl1/maximally_selected")
    assert row["n"] == 8 and row["p_value"] > 0
    assert "16 patients known as an interval only (pdl1) are not in this test" in row["note"]


def test_one_interval_is_said_in_the_singular(study: Callable, table: Path) -> None:
    frame = pd.read_csv(table, sep="\t")
    frame.loc[frame.index != 23, "pdl1_high"] = frame["pdl1_low"]
    frame.to_csv(table, sep="\t", index=False)
    made = study(PLAN, table)
    said = "1 patient known as an interval only"
    assert f"{said} is ranked by it" in made.row("response/pdl1/mann_whitney", "auc")["note"]
    models = made.done.results["method"].str.contains("cox|logistic") & ~made.done.results["test"].str.contains(
        "median"
    )
    assert made.done.results.loc[models, "note"].str.contains(f"{said} (pdl1) is not in this test", regex=False).all()


def test_overlapping_intervals_are_counted(study: Callable, table: Path) -> None:
    frame = pd.read_csv(table, sep="\t")
    frame.loc[0, "pdl1_high"] = 3
    frame.to_csv(table, sep="\t", index=False)
    note = study(PLAN, table).row("response/pdl1/mann_whitney", "auc")["note"]
    assert "intervals of 12 patients overlap" in note


def test_a_median_is_of_all_who_have_the_marker_or_not_known(study: Callable, table: Path) -> None:
    cut = study(PLAN, table).row("response/pdl1/gt_median_fisher")
    known = interval_markers.median(study(PLAN, table).cohort.markers["pdl1"], np.ones(24, dtype=bool))
    assert known.estimate == 3.5 and np.isnan(
        interval_markers.median(study(PLAN, table).cohort.markers["pdl1"], np.arange(24) < 10).estimate
    )
    assert (cut["cut_at"], cut["n"]) == (3.5, 24)
    frame = pd.read_csv(table, sep="\t").iloc[:16]
    frame.to_csv(table, sep="\t", index=False)
    row = study(PLAN, table).row("response/pdl1/gt_median_fisher")
    assert "the median lies within an interval and is not known" in row["note"] and row["n"] == 0
