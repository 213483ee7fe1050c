"""Genes of patients by panels: missing where the panel lacks the gene (docs/methods.md, 6.32). Oracle: scipy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cohorts
from biomarkers.errors import Problems
from biomarkers.genome import gene_panels

PLAN = cohorts.plan(
    "age: {kind: continuous}",
    primary="marker: age, endpoint: response",
    genes="{min_carriers: 2, co_occurrence: 2, adjust_for: age, sets: {both: [TP53, MDC1], one: [MDC1]}}",
)
LISTS = "gene_panel\tgene\nSmall\tTP53\nlarge\tTP53\nLarge\tmdc1\n"
Made = Callable[..., tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]


@pytest.fixture
def trial(tmp_path: Path) -> Made:
    """Cohort, results and groups of 60 patients by two panels and exomes; panel: that of the last patient."""

    def made(*options: str, panel: str = "WES") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        own = ["SMALL"] * 25 + ["LARGE"] * 20 + ["WES"] * 14 + [panel]
        cohort = cohorts.drawn(60, 7, sequenced=1, gene_panel=own)
        carriers = {gene: np.random.default_rng(seed).random(60) < 0.4 for seed, gene in enumerate(("TP53", "MDC1"))}
        carriers["MDC1"][:25] = np.arange(25) == 0  # one, of a panel that lacks it
        cohorts.trial(tmp_path, cohort, PLAN, cohorts.carried(cohort["patient"], carriers))
        (tmp_path / "panels.tsv").write_text(LISTS)
        found = cohorts.associated(tmp_path, *options)
        return cohort.assign(**carriers), found["results"], found["groups"]

    return made


def test_a_gene_that_a_panel_lacks_is_missing_there(
    trial: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cohort, results, groups = trial("--gene-panels", str(tmp_path / "panels.tsv"))
    assert "1 gene of a patient is left out, since the patient's panel (gene_panel) lacks it: MDC1" in caplog.text
    large = cohort[cohort["gene_panel"] != "SMALL"]
    row = results[(results["marker"] == "MDC1") & (results["method"] == "fisher")].iloc[0]
    known = stats.fisher_exact(pd.crosstab(large["MDC1"], large["responder"]).to_numpy()).pvalue
    assert (row["n"], row["n_missing"]) == (35, 25) and row["p_value"] == pytest.approx(known, rel=1e-9)
    assert row["note"] == "25 patients whose gene panel lacks it are missing"
    assert results.loc[results["test"] == "response/TP53/mutated_fisher", "note"].isna().all()
    assert set(results.loc[results["marker"] == "MDC1", "n"]) == {35}
    assert set(results.loc[results["marker"] == "TP53", "n"]) == {35, 60}  # 35 in the pair
    own = groups[(groups["marker"] == "MDC1") & (groups["endpoint"] == "response")].set_index("group")["n"]
    assert own["mutated"] == large["MDC1"].sum() and own.sum() == 35
    pair = results[results["family"] == "exploratory gene pairs"].iloc[0]
    both = stats.fisher_exact(pd.crosstab(large["MDC1"], large["TP53"]).to_numpy()).pvalue
    assert pair["p_value"] == pytest.approx(both, rel=1e-9)


def test_a_set_asks_all_patients_the_same(trial: Made, tmp_path: Path) -> None:
    """Members that not every panel has do not count; of a set without any other member nobody is a carrier."""
    cohort, results, groups = trial("--gene-panels", str(tmp_path / "panels.tsv"))
    row = results[(results["marker"] == "both") & (results["method"] == "fisher")].iloc[0]
    known = stats.fisher_exact(pd.crosstab(cohort["TP53"], cohort["responder"]).to_numpy()).pvalue
    assert row["n"] == 60 and row["p_value"] == pytest.approx(known, rel=1e-9)
    assert "without 1 member that not every gene panel has: MDC1" in row["note"]
    assert results.loc[results["marker"] == "one", "p_value"].isna().all()
    assert groups.loc[groups["marker"] == "one", "group"].unique().tolist() == ["wild type"]


def test_genes_are_not_tested_where_a_panel_is_not_known(
    trial: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cohort, results, _ = trial()
    assert not results["marker_class"].str.startswith("gene").any()
    cohorts.written(tmp_path, cohort.replace({"gene_panel": {"WES": "LARGE"}}).drop(columns=["TP53", "MDC1"]))
    assert not cohorts.associated(tmp_path)["results"]["marker_class"].str.startswith("gene").any()
    assert "several panels in gene_panel (LARGE, SMALL), and nothing says" in caplog.text
    assert (
        "several panels in gene_panel (LARGE, SMALL, WES), and nothing says which genes LARGE, SMALL has" in caplog.text
    )


def test_who_has_no_panel_is_missing(trial: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _, results, _ = trial("--gene-panels", str(tmp_path / "panels.tsv"), panel="")
    assert set(results.loc[results["test"] == "response/TP53/mutated_fisher", "n"]) == {59}
    assert "1 sequenced patients have no gene_panel" in caplog.text


@pytest.mark.parametrize(
    "text, said",
    [
        ("stable_id: A\ngene_list:\n", "gene_list is missing; expected stable_id and gene_list, each with a value"),
        ("gene\nTP53\n", "gene_panel is missing; expected a column of that name"),
    ],
)
def test_files_that_are_no_panel(text: str, said: str, tmp_path: Path) -> None:
    path, problems = tmp_path / "panel.txt", Problems()
    path.write_text(text)
    assert gene_panels.read(path, problems) == {} and said in str(problems.found[0])


def test_panel_files_of_cbioportal(tmp_path: Path) -> None:
    path = tmp_path / "data_gene_panel_x.txt"
    path.write_text("stable_id: IMPACT3\ndescription: three genes: of a test\n\ngene_list: ABL1\tTP53 MDC1\n")
    assert gene_panels.read(path, Problems()) == {"IMPACT3": {"ABL1", "TP53", "MDC1"}}
