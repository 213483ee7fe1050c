"""Sets of genes, genes beside the burden and genes in pairs, against scipy, statsmodels and lifelines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import CoxPHFitter
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

import cohorts
from biomarkers.association import gene_sets
from biomarkers.association.specification import Genes
from biomarkers.errors import Problems
from biomarkers.genome.gene_sets import built_in
from biomarkers.stats.multiplicity import benjamini_hochberg

PLAN = cohorts.plan(
    "tmb_per_mb: {kind: continuous}", genes="{min_carriers: 10, sets: SETS, adjust_for: tmb_per_mb, co_occurrence: 25}"
)
GENES = ["BRCA1", "MRE11A", "ARID1A", "TP53", "KRAS"]


@pytest.fixture
def trial(tmp_path: Path) -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """The cohort with a column per gene, and the result table of `sets` with further options."""

    def made(sets: str, *options: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        cohort, random = cohorts.drawn(120, 22), np.random.default_rng(22)
        carriers = {gene: random.random(120) < c for gene, c in zip(GENES, (0.2, 0.3, 0.4, 0.6, 0.5), strict=True)}
        mutations = cohorts.carried(cohort["patient"], carriers)
        mutations.loc[len(mutations)] = ["p0", "SMARCA4", "synonymous_variant"]
        cohorts.trial(tmp_path, cohort, PLAN.replace("SETS", sets), mutations)
        return cohort.assign(**carriers), cohorts.associated(tmp_path, *options)["results"].set_index("test")

    return made


def test_a_set_is_carried_where_a_member_is(trial: Any) -> None:
    """MRE11A is the former symbol of MRE11; the only variant of SMARCA4 is silent."""
    cohort, found = trial("[ddr, swi_snf]")
    for name, members in (("ddr", ["BRCA1", "MRE11A"]), ("swi_snf", ["ARID1A"])):
        carries, row = cohort[members].any(axis=1), found.loc[f"response/{name}/mutated_fisher"]
        table = pd.crosstab(carries, cohort["responder"]).to_numpy()
        assert row["p_value"] == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
        assert (row["marker_class"], row["family"]) == ("gene_set", "exploratory response gene_sets")
    assert f"carried: BRCA1 {cohort['BRCA1'].sum()}" in found.loc["response/ddr/mutated_fisher", "note"] or (
        f"carried: MRE11 {cohort['MRE11A'].sum()}" in found.loc["response/ddr/mutated_fisher", "note"]
    )
    assert "32 members have no variant in the table" in found.loc["response/ddr/mutated_fisher", "note"]
    assert "27 members have no variant" in found.loc["response/swi_snf/mutated_fisher", "note"]


def test_genes_beside_the_burden(trial: Any) -> None:
    """log2(TMB + 1) in the model, though the plan gives no transform to a column that is no marker; here it is one."""
    cohort, found = trial("ddr")
    for name, carries in (("TP53", cohort["TP53"]), ("ddr", cohort[["BRCA1", "MRE11A"]].any(axis=1))):
        x = pd.DataFrame({"gene": carries.astype(float), "burden": cohort["tmb_per_mb"]})
        plain = sm.Logit(cohort["responder"], sm.add_constant(x)).fit(disp=False)
        row = found.loc[f"response/{name}/mutated_adjusted_logistic"]
        assert row["estimate"] == pytest.approx(np.exp(plain.params["gene"]), rel=1e-6)
        assert row["p_value"] == pytest.approx(plain.pvalues["gene"], rel=1e-5)
        cells = x.assign(t=cohort["pfs_months"], e=cohort["pfs_event"])
        cox = CoxPHFitter().fit(cells, "t", "e", fit_options={"precision": 1e-12, "r_precision": 1e-14})
        beside = found.loc[f"pfs/{name}/mutated_adjusted_cox"]
        assert beside["estimate"] == pytest.approx(cox.hazard_ratios_["gene"], rel=1e-5)
        # what Wald's test would call a hit is by the law given the risk sets
        hit = cox.summary["p"]["gene"] < 0.05
        assert hit == ("p exact" in beside["note"])
        assert hit or beside["p_value"] == pytest.approx(cox.summary["p"]["gene"], rel=1e-4)
    assert set(found.loc[found["family"].str.endswith("adjusted"), "family"]) == {
        f"exploratory {e} {c} adjusted" for e in ("response", "pfs") for c in ("genes", "gene_sets")
    }


def test_a_rare_gene_beside_the_burden_has_its_p_given_the_risk_sets(tmp_path: Path) -> None:
    """Wald's is at most 0.001 in 0.5 % of null tests of few carriers; estimate and interval stay those of the model."""
    cohort = cohorts.drawn(60, 5, pfs_months=lambda random, _: random.exponential(6, 60) + 0.1)
    cohort.loc[:3, ["pfs_months", "pfs_event"]] = [[0.3, 1], [0.6, 1], [0.9, 1], [1.2, 1]]
    mutations = cohorts.carried(cohort["patient"], {"RARE": np.arange(60) < 4, "COMMON": np.arange(60) % 2 == 0})
    plan = cohorts.plan("tmb_per_mb: {kind: continuous}", genes="{adjust_for: tmb_per_mb}")
    found = cohorts.associated(cohorts.trial(tmp_path, cohort, plan, mutations))["results"].set_index("test")
    row, common = (found.loc[f"pfs/{name}/mutated_adjusted_cox"] for name in ("RARE", "COMMON"))
    cells = pd.DataFrame({"x": cohort["tmb_per_mb"], "t": cohort["pfs_months"], "e": cohort["pfs_event"]})
    slope = PHReg(cells["t"], cells[["x"]], cells["e"], ties="efron").fit().params[0]
    law, weight = np.ones(1), np.exp(slope * cells["x"])
    for at in cells.loc[cells["e"] == 1, "t"]:
        share = weight[:4][cells["t"][:4] >= at].sum() / weight[cells["t"] >= at].sum()
        law = np.convolve(law, [1 - share, share])
    assert row["p_value"] == pytest.approx(2 * law[4:].sum(), rel=1e-5)
    assert "p exact given the risk sets and the fitted hazard of the others" in row["note"]
    assert row["estimate"] == pytest.approx(11.00289298, rel=1e-7)  # coxph of R, whose p is 7.2e-05
    assert row["p_value"] > 7.2e-4 and "p exact" not in common["note"]


def test_a_burden_that_is_no_marker_enters_by_its_logarithm(trial: Any, tmp_path: Path) -> None:
    """And who was not sequenced is in no model and no pair, whatever the burden says."""
    cohort, _ = trial("ddr")
    cohort["age"], cohort["sequenced"] = np.arange(120) % 37 + 40.0, (np.arange(120) % 6 > 0).astype(int)
    cohorts.written(tmp_path, cohort.drop(columns=GENES))
    plan = (tmp_path / "plan.yaml").read_text().replace("  tmb_per_mb: {kind", "  age: {kind")
    (tmp_path / "plan.yaml").write_text(plan.replace("marker: tmb_per_mb", "marker: age"))
    found = cohorts.associated(tmp_path)["results"].set_index("test")
    known = cohort[cohort["sequenced"] == 1]
    x = pd.DataFrame({"gene": known["TP53"].astype(float), "burden": np.log2(known["tmb_per_mb"] + 1)})
    plain = sm.Logit(known["responder"], sm.add_constant(x)).fit(disp=False)
    row = found.loc["response/TP53/mutated_adjusted_logistic"]
    assert row["estimate"] == pytest.approx(np.exp(plain.params["gene"]), rel=1e-6)
    assert (row["n"], row["note"].split(";")[0]) == (100, "logistic: response ~ TP53 + log2(tmb_per_mb + 1)")
    assert set(found.loc[found["family"] == "exploratory gene pairs", "n"]) == {100}


def test_genes_in_pairs_are_one_family(trial: Any, tmp_path: Path) -> None:
    cohort, found = trial("ddr")
    pairs = found[found["family"] == "exploratory gene pairs"]
    kept = [g for g in GENES if cohort[g].sum() >= 25]
    assert len(pairs) == len(kept) * (len(kept) - 1) / 2 >= 3
    fewest = cohort[GENES].sum().min()  # a gene of just so many carriers is in pairs
    plan = (tmp_path / "plan.yaml").read_text().replace("co_occurrence: 25", f"co_occurrence: {fewest}")
    (tmp_path / "plan.yaml").write_text(plan)
    assert cohorts.associated(tmp_path)["results"]["family"].eq("exploratory gene pairs").sum() == 10
    for _, row in pairs.iterrows():
        table = pd.crosstab(cohort[row["marker"]], cohort[row["endpoint"]]).to_numpy()
        assert row["p_value"] == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)
        assert f"{table[1, 1]} patients carry both" in row["note"]
    assert pairs["q_value"].tolist() == pytest.approx(benjamini_hochberg(pairs["p_value"].to_numpy()), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.gmt", "mine\tdescribed\tTP53\tkras\n"),
        ("s.tsv", "set\tgene\nmine\tTP53\nmine\tKRAS\n"),
        ("s.yaml", "mine: [TP53, KRAS]\n"),
    ],
)
def test_files_of_sets(trial: Any, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    cohort, found = trial("{two: [BRCA1, ARID1A]}", f"--gene-sets={tmp_path / name}")
    for wanted, members in (("mine", ["TP53", "KRAS"]), ("two", ["BRCA1", "ARID1A"])):
        table = pd.crosstab(cohort[members].any(axis=1), cohort["responder"]).to_numpy()
        p = stats.fisher_exact(table).pvalue
        assert found.loc[f"response/{wanted}/mutated_fisher", "p_value"] == pytest.approx(p, rel=1e-9)
    plain = trial(str(tmp_path / name))[1]
    assert plain.loc["response/mine/mutated_fisher", "p_value"] == found.loc["response/mine/mutated_fisher", "p_value"]


def test_sets_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "s.gmt").write_text("mine\tdescribed\n")
    (tmp_path / "s.yaml").write_text("mine: BRCA1\nddr: [BRCA1]\n")
    problems = Problems()
    wanted = ("ddrr", "ddr", str(tmp_path / "s.gmt"))
    gene_sets.chosen(Genes(3, "all", wanted), tmp_path / "s.yaml", "plan.yaml", problems, taken=())
    told = "\n".join(map(str, problems.found))
    assert (
        "genes.sets is 'ddrr'; expected a file, or one of ddr, swi_snf, chromatin_remodeling (did you mean 'ddr'?)"
        in told
    )
    assert "s.gmt:1: set is 'mine'; expected a name, a description and at least one gene" in told
    assert "mine is 'BRCA1'; expected a list of genes" in told
    gene_sets.chosen(Genes(3, "all", ("ddr", ("ddr", ("BRCA1",)))), None, "plan.yaml", problems, taken=())
    assert "two of that name differ" in str(problems.found[-1])


def test_sets_that_come_with_the_program() -> None:
    """Each symbol once; the chromatin remodelers hold the SWI/SNF subunits."""
    for one in built_in().values():
        assert len(one.members) == len(set(one.members)) and "20" in one.source
    assert set(built_in()["swi_snf"].members) < set(built_in()["chromatin_remodeling"].members)
