"""`biomarkers associate` on published cohorts, and what it says about wrong input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from biomarkers.cli.app import run

COHORTS = ("hellmann2018_nsclc", "rizvi2015_nsclc")


@pytest.fixture(scope="module")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    """Tables of both cohorts: cohort -> table -> frame."""
    done = {}
    for cohort in COHORTS:
        source, out = shared_data / "cohorts" / cohort, tmp_path_factory.mktemp(cohort)
        paths = {"results": out / "results.tsv", "groups": out / "groups.tsv"}
        arguments = ["associate", "--cohort", str(source / "cohort.tsv"), "--plan", str(source / "plan.yaml")]
        assert run([*arguments, "--results", str(paths["results"]), "--groups", str(paths["groups"])]) == 0
        done[cohort] = {name: pd.read_csv(path, sep="\t") for name, path in paths.items()}
    return done


@pytest.mark.parametrize("cohort", COHORTS)
def test_published_figures(cohort: str, shared_data: Path, published: dict[str, dict[str, pd.DataFrame]]) -> None:
    """Every figure of expected.tsv; the oracle is the paper and the table's own note."""
    expected = pd.read_csv(shared_data / "cohorts" / cohort / "expected.tsv", sep="\t", keep_default_na=False)
    assert len(expected) == {"hellmann2018_nsclc": 15, "rizvi2015_nsclc": 12}[cohort]
    wrong = []
    for figure in expected.to_dict("records"):
        table = published[cohort][figure["table"]]
        method, label = ("method", "contrast") if figure["table"] == "results" else ("estimate_type", "group")
        rows = table[
            (table["endpoint"] == figure["endpoint"])
            & (table["marker"] == figure["marker"])
            & (table[method] == figure["method"])
            & table[label].str.contains(figure["contrast_contains"], regex=False)
        ]
        found = rows[figure["column"]].tolist()
        close = [value == pytest.approx(float(figure["value"]), rel=float(figure["rel_tolerance"])) for value in found]
        if not close or not all(close):
            wrong.append((figure, found))
    assert wrong == []
