"""Cohorts and plans as the field writes them: what a number may be made of, and what must be said or refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run
from biomarkers.io import tables


def associated(cohort: Path, plan: Path, out: Path) -> pd.DataFrame:
    """The result table of a cohort and a plan; the call must succeed."""
    results = out / "results.tsv"
    given = ["--cohort", str(cohort), "--plan", str(plan)]
    assert run(["associate", *given, "--results", str(results), "--groups", str(out / "groups.tsv")]) == 0
    return tables.read(results, "results")


@pytest.fixture
def cases(shared_data: Path) -> Path:
    """The folder of field cases of association."""
    return shared_data / "field_cases" / "association"


def test_histology_by_best_response_is_exact(cases: Path, tmp_path: Path) -> None:
    """A table of 3 x 5 among 60 patients; p of R's fisher.test (workspace 2e7)."""
    case = cases / "11_fisher_3x5_slow"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    row = rows[(rows["endpoint"] == "bor") & (rows["method"] == "fisher")].iloc[0]
    assert row["note"] == "exact"
    assert row["p_value"] == pytest.approx(0.4639904817818049, rel=1e-9)


def test_intervals_of_pdl1_are_ranked(cases: Path, tmp_path: Path) -> None:
    """True rates rise with PD-L1; without the intervals the AUC was .14. R: wilcox.test of midranks."""
    case = cases / "9_pdl1_intervals"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    row = rows[rows["role"] == "primary"].iloc[0]
    assert (row["method"], row["n"], row["n_missing"], row["estimate_type"]) == ("mann_whitney", 50, 0, "auc")
    assert row["estimate"] == pytest.approx(0.75297619047619, rel=1e-9)
    assert "40 patients known as an interval only are ranked by it" in row["note"]
    of_median = rows[rows["test"] == "response/pdl1/ge_median_fisher"].iloc[0]
    assert (of_median["n"], of_median["cut_at"]) == (50, 12.5)


def test_what_is_known_only_after_the_start_is_warned_of(
    cases: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Long stable disease and irAE as markers of survival, response as covariate: each row that has one says it."""
    case = cases / "12_guarantee_time_unwarned"
    rows = associated(case / "cohort.tsv", case / "plan.yaml", tmp_path)
    for name in ("sd_gt_4_months", "irae", "responder"):
        assert f"{name} by os: guarantee-time bias: {name} becomes known only during follow-up" in caplog.text
    assert "tmb_per_mb by os" not in caplog.text
    said = rows["note"].str.contains("guarantee-time bias", na=False)
    adjusted = rows["test"].str.contains("adjusted")
    assert said[rows["marker"].isin(["sd_gt_4_months", "irae"]) | adjusted].all()
    assert not said[(rows["marker"] == "tmb_per_mb") & ~adjusted].any()
