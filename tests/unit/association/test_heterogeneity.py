"""Groups of patients: the primary test in each, interactions and tests in strata, against scipy and statsmodels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import statsmodels.formula.api as smf
from lifelines import CoxPHFitter
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

import cohorts
from biomarkers.errors import InputError

PLAN = cohorts.plan(
    "tmb_per_mb: {kind: continuous, transform: log2p1}",
    primary='marker: tmb_per_mb, endpoint: ENDPOINT, cut: {at: 10, side: ">="}',
    strata="[centre]",
    subgroups="[sex, subtype]",
)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    frame = cohorts.drawn(
        150,
        41,
        sex=cohorts.chosen(0, 1),
        subtype=cohorts.chosen("ihc", "ehc", "gbc"),
        centre=cohorts.chosen("a", "b"),
    )
    frame.loc[3, "subtype"] = None
    return cohorts.written(tmp_path, frame)


def test_response_in_groups(study: Any, cohort: Path) -> None:
    made = study(PLAN.replace("ENDPOINT", "response"), cohort)
    frame = made.frame.assign(high=(made.frame["tmb_per_mb"] >= 10).astype(int))
    for name in ("sex", "subtype"):
        for code, part in frame.groupby(name):
            level = code if isinstance(code, str) else f"{code:g}"
            row = made.row(f"response/tmb_per_mb/ge_10_fisher/{name}/{level}")
            table = pd.crosstab(1 - part["high"], 1 - part["responder"]).to_numpy()
            assert row["p_value"] == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
            assert (row["n"], row["n_events"], row["n_missing"]) == (len(part), part["responder"].sum(), 0)
            assert (row["subgroup"], row["family"]) == (f"{name}: {level}", "exploratory response subgroups")
        known = frame.dropna(subset=[name])
        fewer, more = (
            smf.logit(f"responder ~ high {sign} C({name})", known).fit(disp=False, tol=1e-12) for sign in "+*"
        )
        row, df = made.row(f"response/tmb_per_mb/ge_10_{name}_interaction"), more.df_model - fewer.df_model
        assert row["statistic"] == pytest.approx(2 * (more.llf - fewer.llf), rel=1e-6)
        assert row["p_value"] == pytest.approx(stats.chi2.sf(2 * (more.llf - fewer.llf), df), rel=1e-6)


def test_response_in_strata(study: Any, cohort: Path) -> None:
    """The plan's strata and each subgroup column; StratifiedTable has no rule for differences below one half."""
    made = study(PLAN.replace("ENDPOINT", "response"), cohort)
    for name in ("sex", "subtype", "centre"):
        known = made.frame.dropna(subset=[name])
        parts = [
            pd.crosstab(-(p["tmb_per_mb"] >= 10).astype(int), -p["responder"]).to_numpy()
            for _, p in known.groupby(name)
        ]
        right = StratifiedTable(parts)
        test = f"response/tmb_per_mb/ge_10_{name}_"
        row = made.row(f"{test}mantel_haenszel")
        assert row["estimate"] == pytest.approx(right.oddsratio_pooled, rel=1e-9)
        assert [row["ci_low"], row["ci_high"]] == pytest.approx(right.oddsratio_pooled_confint(), rel=1e-9)
        assert row["p_value"] == pytest.approx(right.test_null_odds(correction=True).pvalue, rel=1e-9)
        agree = made.row(f"{test}breslow_day")
        assert agree["p_value"] == pytest.approx(right.test_equal_odds(adjust=True).pvalue, rel=1e-9)
        exact = made.row(f"{test}mantel_haenszel_exact")
        assert exact["ci_low"] < exact["estimate"] < exact["ci_high"] and exact["p_value"] > 0
        family = "stratified" if name == "centre" else "subgroups stratified"
        assert row["family"] == f"exploratory response {family}"


def test_a_time_in_groups(study: Any, cohort: Path) -> None:
    """Cox stratified by centre in each level; the interaction by lifelines' log likelihoods."""
    made = study(PLAN.replace("ENDPOINT", "pfs"), cohort)
    frame = made.frame.assign(high=(made.frame["tmb_per_mb"] >= 10).astype(float))
    options = {"strata": ["centre"], "fit_options": {"precision": 1e-12, "r_precision": 1e-14}}
    cells = frame[["high", "pfs_months", "pfs_event", "centre", "sex"]]
    for level, part in cells.groupby("sex"):
        fitted = CoxPHFitter().fit(part.drop(columns="sex"), "pfs_months", "pfs_event", **options)
        row = made.row(f"pfs/tmb_per_mb/ge_10_cox/sex/{level:g}")
        assert row["estimate"] == pytest.approx(fitted.hazard_ratios_["high"], rel=1e-6)
    fewer = CoxPHFitter().fit(cells, "pfs_months", "pfs_event", **options)
    more = CoxPHFitter().fit(cells.assign(both=cells["high"] * cells["sex"]), "pfs_months", "pfs_event", **options)
    row = made.row("pfs/tmb_per_mb/ge_10_sex_interaction")
    assert row["statistic"] == pytest.approx(2 * (more.log_likelihood_ - fewer.log_likelihood_), rel=1e-5)


def test_a_marker_of_two_levels_is_tested_in_groups_without_a_cut(study: Any, cohort: Path) -> None:
    made = study(
        PLAN.replace('tmb_per_mb, endpoint: ENDPOINT, cut: {at: 10, side: ">="}', "sex, endpoint: response")
        .replace("markers:\n", "markers:\n  sex: {kind: binary}\n")
        .replace("[sex, subtype]", "[subtype]"),
        cohort,
    )
    rows = made.done.results.query("marker == 'sex' and method == 'fisher'").set_index("subgroup")
    assert len(rows) == 4  # with that of all patients
    for name, part in made.frame.groupby("subtype"):
        known = stats.fisher_exact(pd.crosstab(part["sex"], part["responder"]).to_numpy()).pvalue
        assert rows.loc[f"subtype: {name}", "p_value"] == pytest.approx(known, rel=1e-9)
    known = made.frame.dropna(subset=["subtype"])
    parts = [pd.crosstab(-part["sex"], -part["responder"]).to_numpy() for _, part in known.groupby("subtype")]
    pooled = made.done.results.query("marker == 'sex' and test.str.endswith('subtype_mantel_haenszel')")["estimate"]
    assert pooled.tolist() == pytest.approx([StratifiedTable(parts).oddsratio_pooled], rel=1e-9)


def test_a_measurement_makes_no_groups(study: Any, cohort: Path) -> None:
    with pytest.raises(InputError, match=r"tmb_per_mb is .*a column of at most 12 groups for the plan's subgroups"):
        study(PLAN.replace("ENDPOINT", "pfs").replace("[sex, subtype]", "[tmb_per_mb]"), cohort)


def test_the_page_has_a_forest_of_groups(study: Any, cohort: Path, tmp_path: Path) -> None:
    from biomarkers.io import tables
    from biomarkers.report import reading
    from biomarkers.report.figures.style import Figure
    from biomarkers.report.sections import subgroups

    done = study(PLAN.replace("ENDPOINT", "response"), cohort).done
    tables.write_all({"results": done.results}, {"results": tmp_path / "results.tsv"})
    blocks = subgroups.subgroups(reading.read(None, cohort=cohort, results=tmp_path / "results.tsv"))
    (figure,) = [block for block in blocks if isinstance(block, Figure)]
    labels = dict.fromkeys(row["label"] for data in figure.spec["datasets"].values() for row in data if "label" in row)
    assert [label.split(" (")[0] for label in labels] == [
        "All patients",
        "sex: 0",
        "sex: 1",
        "subtype: ehc",
        "subtype: gbc",
        "subtype: ihc",
    ]
