"""One marker against one endpoint, against scipy, statsmodels and lifelines on the same patients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import logrank_test, multivariate_logrank_test
from scipy import stats
from statsmodels.api import Logit, add_constant
from statsmodels.duration.survfunc import survdiff

from biomarkers.association import analysis, comparisons, multivariable
from biomarkers.stats import nested
from biomarkers.stats.risk_tables import exact, moments, risk_tables

PLAN = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  best: {kind: categorical}
  depth: {kind: continuous}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb_per_mb: {kind: continuous, transform: log2p1, cutpoints: [{at: 10, side: ">="}, {at: 10, side: ">"}]}
  pdl1: {kind: continuous, cutpoints: [{at: 50, side: ">="}]}
  smoker: {kind: binary, levels: ["no", "yes"]}
  histology: {kind: categorical}
  ic: {kind: ordinal, levels: [IC0, IC1, IC2, IC3]}
  score: {kind: continuous, class: feature}
"""

FEATURES = """\
primary: {marker: tmb_per_mb, endpoint: response}
endpoints:
  response: {kind: binary, column: responder}
  pfs: {kind: time_to_event, time: pfs_months, event: pfs_event}
markers:
  tmb_per_mb: {kind: continuous, transform: log2p1, class: feature, cutpoints: [{at: 10, side: ">="}]}
  pdl1: {kind: continuous, class: feature}
  smoker: {kind: binary, levels: ["no", "yes"], class: feature}
  histology: {kind: categorical, class: feature}
"""


@pytest.fixture
def trial(study: Any, tmp_path: Any) -> Any:
    """The small trial with a feature `score` that is the burden again."""
    table = tmp_path / "cohort.tsv"
    source = pd.read_csv(__file__.replace("test_comparisons.py", "small_trial.tsv"), sep="\t", dtype=str)
    source.assign(score=source["tmb_per_mb"]).to_csv(table, sep="\t", index=False)
    return study(PLAN, table)


def by_response(frame: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    known = frame.dropna(subset=[column])
    return known[known["responder"] == 1][column], known[known["responder"] == 0][column]


def test_continuous_by_binary(trial: Any) -> None:
    yes, no = by_response(trial.frame, "tmb_per_mb")
    row = trial.row("response/tmb_per_mb/mann_whitney", "hodges_lehmann")
    distinct = np.median(np.subtract.outer(yes.to_numpy(), no.to_numpy()))
    assert (row["n"], row["n_events"], row["n_missing"]) == (23, 10, 1)
    assert row["statistic"] == stats.mannwhitneyu(yes, no).statistic
    assert row["estimate"] == pytest.approx(distinct, rel=1e-12)
    area = trial.row("response/tmb_per_mb/mann_whitney", "auc")
    assert area["estimate"] == pytest.approx(row["statistic"] / (10 * 13), rel=1e-12)
    model = trial.row("response/tmb_per_mb/logistic")
    assert model["contrast"] == "per unit of log2(x + 1)"
    assert trial.row("response/score/mann_whitney", "auc")["note"].startswith("normal approximation")
    assert trial.row("response/score/mann_whitney", "auc")["marker_class"] == "feature"
    assert area["note"].startswith("exact")


def test_log_scale_of_a_model_as_statsmodels(trial: Any) -> None:
    known = trial.frame.dropna(subset=["responder"])
    fitted = Logit(known["responder"].astype(float), add_constant(np.log2(known["tmb_per_mb"] + 1))).fit(disp=False)
    row = trial.row("response/tmb_per_mb/logistic")
    assert row["method"] == "logistic"
    assert row["estimate"] == pytest.approx(np.exp(fitted.params["tmb_per_mb"]), rel=1e-6)
    assert row["p_value"] == pytest.approx(fitted.pvalues["tmb_per_mb"], rel=1e-5)


@pytest.mark.parametrize("side, n_high", [("ge", 11), ("gt", 8)])
def test_cut_by_binary_and_time(trial: Any, side: str, n_high: int) -> None:
    frame = trial.frame
    high = frame["tmb_per_mb"] >= 10 if side == "ge" else frame["tmb_per_mb"] > 10
    known = frame["responder"].notna()
    table = pd.crosstab(~high[known], ~(frame["responder"] == 1)[known])
    assert trial.row(f"response/tmb_per_mb/{side}_10_fisher")["p_value"] == pytest.approx(
        stats.fisher_exact(table)[1], rel=1e-9
    )
    timed = frame["pfs_months"].notna()
    a, b = frame[high & timed], frame[~high & timed]
    tested = logrank_test(a["pfs_months"], b["pfs_months"], a["pfs_event"], b["pfs_event"])
    row = trial.row(f"pfs/tmb_per_mb/{side}_10_logrank")
    assert row["statistic"] == pytest.approx(tested.test_statistic, rel=1e-9)
    member = (high[timed] * 1.0).to_numpy()[:, None]
    times, events = frame.loc[timed, "pfs_months"].to_numpy(float), frame.loc[timed, "pfs_event"].to_numpy(float)
    tables = risk_tables(times, events, member)
    small = min(tables.events.sum() - moments(tables).expected, moments(tables).expected) < 5
    assert row["p_value"] == pytest.approx(exact(tables)[0] if small else tested.p_value, rel=1e-9)
    assert ("p exact" in str(row["note"])) == small
    assert row["estimate"] < 1 and row["first"].startswith(">" if side == "gt" else ">=")
    groups = trial.done.groups
    label = f"{'>=' if side == 'ge' else '>'} 10"
    counted = groups[(groups["endpoint"] == "pfs") & (groups["group"] == label)]
    assert counted["n"].tolist() == [len(a)]


def test_a_log_rank_test_keeps_to_the_strata_of_the_plan(study: Any) -> None:
    """Oracle: statsmodels' stratified test, of those whose stratum is known."""
    marker = PLAN[: PLAN.index("  pdl1:")]
    made, plain = study(marker + "strata: [centre]\n"), study(marker)
    known = made.frame.dropna(subset=["pfs_months", "centre"])
    times, high = known[["pfs_months", "pfs_event"]].astype(float), known["tmb_per_mb"] >= 10
    expected, _ = survdiff(times["pfs_months"], times["pfs_event"], high, strata=known["centre"].astype(str))
    row = made.row("pfs/tmb_per_mb/ge_10_logrank")
    assert row["n"] == len(known) and row["statistic"] == pytest.approx(expected, rel=1e-9)
    assert plain.row("pfs/tmb_per_mb/ge_10_logrank")["statistic"] != pytest.approx(expected, rel=1e-3)


def test_intervals_of_pdl1_in_groups(trial: Any) -> None:
    """At 50: seven below by an interval of the trial's 23, one `[1, 50)` each; the indeterminate are none."""
    low, high = trial.frame["pdl1_low"], trial.frame["pdl1_high"]
    row = trial.row("response/pdl1/ge_50_fisher")
    known = trial.frame["responder"].notna() & low.notna()
    assert row["n"] == known.sum()
    above = known & (low >= 50)
    table = [[(above & (trial.frame["responder"] == r)).sum() for r in (1, 0)]]
    below = known & (high <= 50) & (low < 50)
    table.append([(below & (trial.frame["responder"] == r)).sum() for r in (1, 0)])
    assert row["p_value"] == pytest.approx(stats.fisher_exact(table)[1], rel=1e-9)


def test_binary_marker(trial: Any) -> None:
    frame = trial.frame.dropna(subset=["smoker", "responder"])
    table = [[((frame["smoker"] == s) & (frame["responder"] == r)).sum() for r in (1, 0)] for s in ("yes", "no")]
    row = trial.row("response/smoker/fisher")
    assert row["p_value"] == pytest.approx(stats.fisher_exact(table)[1], rel=1e-9) and row["first"] == "yes"
    timed = trial.frame.dropna(subset=["smoker", "pfs_months"])
    cells = pd.DataFrame({"yes": (timed["smoker"] == "yes") * 1.0, "t": timed["pfs_months"], "e": timed["pfs_event"]})
    known = CoxPHFitter().fit(cells.astype(float), "t", "e")
    assert trial.row("pfs/smoker/cox")["estimate"] == pytest.approx(known.hazard_ratios_["yes"], rel=1e-5)
    depth = trial.frame.dropna(subset=["smoker", "depth"])
    yes, no = (depth[depth["smoker"] == s]["depth"] for s in ("yes", "no"))
    assert trial.row("depth/smoker/mann_whitney", "auc")["statistic"] == stats.mannwhitneyu(yes, no).statistic
    best = trial.frame.dropna(subset=["smoker", "best"])
    counts = pd.crosstab(best["smoker"], best["best"]).to_numpy()
    row = trial.row("best/smoker/fisher")
    assert row["n"] == counts.sum() and row["note"] == "exact" and pd.isna(row["n_events"])
    two = counts.copy()
    assert 0 < row["p_value"] <= 1 and two.shape == (2, 4)


def test_categorical_and_ordinal_markers(trial: Any) -> None:
    frame = trial.frame
    timed = frame.dropna(subset=["histology", "pfs_months"])
    known = multivariate_logrank_test(timed["pfs_months"], timed["histology"], timed["pfs_event"])
    row = trial.row("pfs/histology/logrank")
    assert row["p_value"] == pytest.approx(known.p_value, rel=1e-9)
    assert (row["contrast"], row["estimate_type"]) == ("adeno vs other vs squamous", "")
    terms = trial.done.results
    # groups of four and more expect fewer than 5 events: the same statistic by permutation is what counts
    permuted = trial.row("pfs/histology/logrank_permutation")
    assert permuted["statistic"] == row["statistic"] and "permutations of the patients, seed" in permuted["note"]
    of_histology = terms[(terms["marker"] == "histology") & terms["family"].eq(row["family"])]
    assert of_histology.loc[of_histology["q_value"].notna(), "test"].tolist() == ["pfs/histology/logrank_permutation"]
    assert set(terms[(terms["marker"] == "histology") & terms["method"].str.contains("cox")]["contrast"]) == {
        "other vs adeno",
        "squamous vs adeno",
    }
    deep = frame.dropna(subset=["depth"])
    parts = [part["depth"].to_numpy(float) for _, part in deep.groupby("histology")]
    assert trial.row("depth/histology/kruskal_wallis")["p_value"] == pytest.approx(stats.kruskal(*parts)[1], rel=1e-9)
    ordered = deep.dropna(subset=["ic"])
    rho = stats.spearmanr(ordered["ic"].str[2:].astype(float), ordered["depth"].astype(float))
    assert trial.row("depth/ic/spearman")["estimate"] == pytest.approx(rho.statistic, rel=1e-9)
    trend = trial.row("response/ic/cochran_armitage")
    known_ic = frame.dropna(subset=["ic", "responder"])
    level, event = known_ic["ic"].str[2:].astype(float), known_ic["responder"].astype(float)
    n = len(level)
    z = np.corrcoef(level, event)[0, 1] * np.sqrt(n)
    assert trend["statistic"] == pytest.approx(z, rel=1e-9)
    by_best = known_ic.dropna(subset=["best"])
    parts = [part["ic"].str[2:].astype(float).to_numpy() for _, part in by_best.groupby("best")]
    row = trial.row("best/ic/kruskal_wallis")
    assert (
        row["p_value"] == pytest.approx(stats.kruskal(*parts)[1], rel=1e-9)
        and row["contrast"] == "CR vs PD vs PR vs SD"
    )
    assert trial.row("best/histology/fisher")["note"] == "exact"


def test_continuous_by_categorical_and_continuous(trial: Any) -> None:
    known = trial.frame.dropna(subset=["best"])
    parts = [part["tmb_per_mb"].to_numpy() for _, part in known.groupby("best")]
    row = trial.row("best/tmb_per_mb/kruskal_wallis")
    assert row["p_value"] == pytest.approx(stats.kruskal(*parts)[1], rel=1e-9)
    known = trial.frame.dropna(subset=["depth"])
    rho = stats.spearmanr(known["tmb_per_mb"], known["depth"].astype(float))
    row = trial.row("depth/tmb_per_mb/spearman")
    assert (row["estimate"], row["p_value"]) == pytest.approx((rho.statistic, rho.pvalue), rel=1e-9)
    medians = trial.done.groups
    medians = medians[(medians["marker"] == "tmb_per_mb") & (medians["estimate_type"] == "median")]
    found = medians[medians["endpoint"] == "best"].set_index("group")["estimate"]
    expected = trial.frame.dropna(subset=["best"]).groupby("best")["tmb_per_mb"].median()
    assert found.to_dict() == expected.to_dict()


@pytest.mark.parametrize("column", ["responder", "best"])
def test_an_outcome_as_marker_of_survival_is_warned_of(study: Any, column: str, caplog: Any) -> None:
    """Response is known only after follow-up has begun: guarantee-time bias, in the log and in every row."""
    kind = "binary" if column == "responder" else "categorical"
    plan = PLAN + f"  {column}: {{kind: {kind}}}\n"
    plan = plan.replace("  score: {kind: continuous, class: feature}\n", "")
    rows = study(plan).done.results
    assert f"{column} by pfs: guarantee-time bias" in caplog.text and f"{column} by response" not in caplog.text
    warned = rows["note"].str.contains("guarantee-time bias", na=False)
    assert warned[(rows["marker"] == column) & (rows["endpoint"] == "pfs")].all()
    assert not warned[(rows["marker"] != column) | (rows["endpoint"] != "pfs")].any()


def test_a_group_of_nobody_is_not_tested(study: Any) -> None:
    plan = PLAN.replace("at: 10", "at: 1000").replace("  score: {kind: continuous, class: feature}\n", "")
    made = study(plan.replace("  best: {kind: categorical}\n", ""))
    for test in ("depth/tmb_per_mb/ge_1000_mann_whitney", "response/tmb_per_mb/ge_1000_fisher"):
        row = made.row(test)
        assert "a group is empty" in row["note"] and np.isnan(row["p_value"])
    assert "fewer than two groups" in made.row("pfs/tmb_per_mb/gt_1000_logrank")["note"]


@pytest.mark.parametrize("asked, said", [("exact", "exact"), ("asymptotic", "normal approximation"), ("auto", "exact")])
def test_rank_test_that_the_plan_asks_for(study: Any, asked: str, said: str) -> None:
    plan = PLAN.replace("  score: {kind: continuous, class: feature}\n", "") + f"mann_whitney: {asked}\n"
    assert study(plan).row("response/tmb_per_mb/mann_whitney", "auc")["note"].startswith(said)


@pytest.mark.parametrize("strata", ["", "strata: [centre]\n"])
def test_features_side_by_side_have_the_rows_of_one_at_a_time(
    study: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, strata: str
) -> None:
    """Twelve that differ in kind, cuts and patients; the endpoint, and what becomes known later, stay alone."""
    extra = "".join(f"  f{i}: {{kind: continuous, class: feature}}\n" for i in range(6))
    extra += "  b0: {kind: binary, class: feature}\n  b1: {kind: binary, class: feature}\n"
    extra += "  responder: {kind: binary, class: feature}\n"
    extra += "  cut0: {kind: continuous, class: feature, cutpoints: [{at: median, side: '>'}]}\n"
    extra += "  cut1: {kind: continuous, class: feature, cutpoints: [{at: median, side: '>'}]}\n"
    source = pd.read_csv(__file__.replace("test_comparisons.py", "small_trial.tsv"), sep="\t", dtype=str)
    random = np.random.default_rng(5)
    for i in range(6):
        source[f"f{i}"] = np.where(random.random(24) < 0.1 * (i % 2), None, random.normal(size=24).round(i).astype(str))
    for i in range(2):
        source[f"b{i}"], source[f"cut{i}"] = random.integers(0, 2, 24).astype(str), random.normal(size=24).astype(str)
    table = tmp_path / "cohort.tsv"
    source.to_csv(table, sep="\t", index=False)
    made = study(FEATURES + extra + "covariates: [age]\n" + strata, table)
    sizes = {
        name: [len(some) for some in comparisons.batches(made.cohort, made.plan, outcome)]
        for name, outcome in made.cohort.outcomes.items()
    }
    assert sum(sizes["pfs"]) == len(made.cohort.markers) and max(sizes["pfs"]) >= 3 and sizes["pfs"].count(2) >= 2
    together = made.done
    monkeypatch.setattr(comparisons, "AT_ONCE", 1)
    monkeypatch.setattr(comparisons, "AT_ONCE_IN_TIME", 1)
    alone = analysis.analyse(made.cohort, made.plan)
    for name in ("results", "groups", "memberships"):
        pd.testing.assert_frame_equal(getattr(together, name), getattr(alone, name), rtol=1e-6)
    in_time = together.results.query("endpoint == 'pfs' and marker_class == 'feature'")
    assert in_time["marker"].drop_duplicates().tolist() == [*made.cohort.markers]


def test_the_likelihood_ratio_counts_beside_wald(study: Any) -> None:
    """Numbers alone against a time: the climb of `nested` (R's anova). Levels and groups have their log-rank test."""
    made = study(FEATURES)
    found = made.done.results
    ratios = found[found["method"] == "cox_likelihood_ratio"]
    assert ratios["test"].tolist() == ["pfs/tmb_per_mb/cox_likelihood_ratio", "pfs/pdl1/cox_likelihood_ratio"]
    assert ratios["q_value"].notna().all() and (ratios["estimate_type"] == "hazard_ratio").all()
    wald = found[found["test"].isin(["pfs/tmb_per_mb/cox", "pfs/pdl1/cox"])]
    assert len(wald) == 4 and wald["q_value"].isna().all() and wald["p_value"].notna().all()
    for name, row in zip(("tmb_per_mb", "pdl1"), ratios.itertuples(), strict=True):
        outcome, measured = made.cohort.outcomes["pfs"], made.cohort.markers[name]
        used = made.cohort.usable(outcome, measured.value)
        x = multivariable.transformed(measured.marker, measured.value[used])[:, None]
        known = nested.cox_test(np.zeros((len(x), 0)), x, outcome.time[used], outcome.event[used])
        assert (row.statistic, row.p_value) == pytest.approx(known[:2], rel=1e-6)
    declared = study(FEATURES.replace(", class: feature", "")).done.results
    assert "cox_likelihood_ratio" not in set(declared["method"])
