"""Carriers of genes: who counts, who is missing, and the tests against scipy and lifelines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import logrank_test
from scipy import stats

import cohorts
from biomarkers.association import analysis, genes
from biomarkers.association.specification import Genes
from biomarkers.errors import InputError

PLAN = cohorts.plan("tmb_per_mb: {kind: continuous}", genes="{min_carriers: 2}")
CARRIERS = {
    "KRAS": ["p2", "p4", "p7", "p10", "p12", "p20", "p23"],
    "TP53": ["p1", "p2", "p5", "p8", "p14", "p21", "p22"],
    "ATM": ["p3"],
}


def table(consequence: str = "missense_variant", carriers: dict[str, list[str]] | None = None) -> pd.DataFrame:
    rows = [(p, gene, consequence) for gene, patients in (carriers or CARRIERS).items() for p in patients]
    return pd.DataFrame(rows, columns=["patient", "gene", "consequence"], index=range(2, len(rows) + 2))


def carriers_of(made: Any, frame: pd.DataFrame, wanted: Any = "nonsynonymous", fewest: int = 2) -> genes.Carriers:
    return genes.carriers(frame, made.cohort, Genes(fewest, wanted), "mutations.tsv")


@pytest.mark.parametrize(
    ("column", "listed", "expected"),
    [
        ([1, 0, None, None], None, [True, False, False, True]),  # of the last one there is a variant
        ([1, 0, None, None], {"p3": True}, [True, False, True, False]),  # who is not on the list was not
        (None, {"p1": True, "p2": False}, [True, False, False, False]),
        (None, None, [True, True, True, True]),
    ],
)
def test_who_was_sequenced_is_what_the_column_says_then_the_list_and_without_one_the_variants(
    study: Any, column: list[Any] | None, listed: dict[str, bool] | None, expected: list[bool]
) -> None:
    frame = pd.DataFrame({"patient": ["p1", "p2", "p3", "p4"]})
    frame = frame if column is None else frame.assign(sequenced=column)
    cohort = replace(study(PLAN).cohort, patients=tuple(frame["patient"]))
    found = genes.with_sequenced(cohort, frame, pd.DataFrame({"patient": ["p4"]}), listed, "mutations.tsv")
    assert found.sequenced.tolist() == expected


def test_a_variant_in_no_gene_is_none_of_a_gene(study: Any) -> None:
    """MAF's word for it, in any case; who has nothing else was sequenced all the same."""
    found = carriers_of(
        study(PLAN), table("IGR", {"Unknown": ["p1", "p2"], "unknown": ["p3", "p4"], **CARRIERS}), "all"
    )
    assert found.genes == ("KRAS", "TP53")


def test_a_patient_who_was_not_sequenced_is_missing_not_wild_type(study: Any, caplog: Any) -> None:
    """p21 and p22 are not sequenced, p9 has no response: 21 patients, of whom the two are in neither group."""
    made = study(PLAN)
    found = carriers_of(made, table())
    assert "2 patients have variants but do not count as sequenced: p21, p22" in caplog.text
    assert found.genes == ("KRAS", "TP53")
    done = analysis.analyse(made.cohort, made.plan, found)
    frame = made.frame[(made.frame["sequenced"] == 1) & made.frame["responder"].notna()]
    assert len(frame) == 21
    for gene in found.genes:
        carries = frame["patient"].isin(CARRIERS[gene])
        counts = [[(group & (frame["responder"] == r)).sum() for r in (1, 0)] for group in (carries, ~carries)]
        row = done.results.set_index("test").loc[f"response/{gene}/mutated_fisher"]
        assert (row["n"], row["n_missing"]) == (21, 3)
        assert row["p_value"] == pytest.approx(stats.fisher_exact(counts)[1], rel=1e-9)
        groups = done.groups[(done.groups["marker"] == gene) & (done.groups["endpoint"] == "response")]
        assert groups.set_index("group")["n"].to_dict() == {"mutated": carries.sum(), "wild type": (~carries).sum()}
        assert (row["marker_class"], row["first"], row["second"]) == ("gene", "mutated", "wild type")
        assert row["family"] == "exploratory response genes"


def test_survival_as_lifelines(study: Any) -> None:
    made = study(PLAN)
    done = analysis.analyse(made.cohort, made.plan, carriers_of(made, table())).results.set_index("test")
    frame = made.frame[(made.frame["sequenced"] == 1) & made.frame["pfs_months"].notna()]
    x = frame["patient"].isin(CARRIERS["KRAS"])
    a, b = frame[x], frame[~x]
    tested = logrank_test(a["pfs_months"], b["pfs_months"], a["pfs_event"], b["pfs_event"])
    row = done.loc["pfs/KRAS/mutated_logrank"]
    assert row["statistic"] == pytest.approx(tested.test_statistic, rel=1e-9)
    assert "p exact" in row["note"] and row["q_value"] > 0
    model = done.loc["pfs/KRAS/mutated_cox"]
    assert np.isnan(model["q_value"])
    assert model["note"].endswith("one hypothesis with the log-rank test, where its q stands")
    cells = pd.DataFrame({"x": x * 1.0, "t": frame["pfs_months"], "e": frame["pfs_event"].astype(float)})
    fitted = CoxPHFitter().fit(cells, "t", "e")
    row = done.loc["pfs/KRAS/mutated_cox"]
    assert row["method"] == "cox" and row["n"] == len(frame)
    assert row["estimate"] == pytest.approx(fitted.hazard_ratios_["x"], rel=1e-5)


def test_strata_leave_out_who_has_none(study: Any) -> None:
    made = study(PLAN + "strata: [centre]\n")
    done = analysis.analyse(made.cohort, made.plan, carriers_of(made, table())).results.set_index("test")
    frame = made.frame[(made.frame["sequenced"] == 1)].dropna(subset=["pfs_months", "centre"])
    cells = pd.DataFrame({"t": frame["pfs_months"], "e": frame["pfs_event"].astype(float), "c": frame["centre"]})
    cells["x"] = frame["patient"].isin(CARRIERS["TP53"]) * 1.0
    fitted = CoxPHFitter().fit(cells, "t", "e", strata=["c"])
    row = done.loc["pfs/TP53/mutated_cox"]
    assert row["n"] == len(frame) == 20
    assert row["estimate"] == pytest.approx(fitted.hazard_ratios_["x"], rel=1e-5)
    assert "not stratified" in done.loc["response/KRAS/mutated_fisher", "note"]


@pytest.mark.parametrize(
    "consequence",
    ["MISSENSE_MUTATION", "inframe_altering", "Start_Codon_SNP", "intron_variant&stop_gained", "missense"],
)
def test_carriers_are_who_the_definition_nonsynonymous_counts(study: Any, consequence: str) -> None:
    """As `n_variants` of the cohort: one vocabulary, whatever wrote the table."""
    assert carriers_of(study(PLAN), table(consequence)).genes == ("KRAS", "TP53")


@pytest.mark.parametrize("consequence", ["synonymous_variant", "Silent", "splice_region_variant&intron_variant"])
def test_others_make_no_carrier(study: Any, consequence: str) -> None:
    assert carriers_of(study(PLAN), table(consequence)).genes == ()
    assert carriers_of(study(PLAN), table(consequence), wanted="all").genes == ("KRAS", "TP53")


def test_nothing_known_is_an_error(study: Any) -> None:
    with pytest.raises(InputError, match=r"mutations.tsv:2: consequence is 'fusion'"):
        carriers_of(study(PLAN), table("fusion"))


def test_a_list_of_terms_or_classes(study: Any, caplog: Any) -> None:
    made = study(PLAN)
    mixed = pd.concat([table("Missense_Mutation"), table("stop_gained", {"STK11": ["p1", "p2"]}).set_axis([90, 91])])
    assert carriers_of(made, mixed, wanted=("missense_variant",)).genes == ("KRAS", "TP53")
    assert carriers_of(made, mixed, wanted=("Nonsense_Mutation",)).genes == ("STK11",)
    assert caplog.text == "" or "plan's consequence" not in caplog.text
    carriers_of(made, mixed, wanted=("stop_gaind",))
    assert "no variant has the plan's consequence 'stop_gaind' (did you mean" in caplog.text
    own = table("fusion", {"ALK": ["p1", "p2"]})
    assert carriers_of(made, own, wanted=("fusion",)).genes == ("ALK",)


def test_patients_of_another_cohort(study: Any, caplog: Any) -> None:
    made = study(PLAN)
    with pytest.raises(InputError, match="at least one patient of the cohort table"):
        carriers_of(made, table(carriers={"KRAS": ["x1", "x2"]}))
    found = carriers_of(made, table(carriers={"KRAS": ["x1", "p1", "p2"]}))
    assert "1 patient is not in the cohort table: x1" in caplog.text
    assert found.carrier.sum() == 2
    position = made.cohort.patients.index("p2")
    assert found.carrier[0, position] and not found.carrier[0, position + 1]


def test_only_the_chosen_sample_counts(caplog: Any) -> None:
    rows = [("p1", "A"), ("p1", "B"), ("p2", None), ("p3", "C")]
    frame = pd.DataFrame(rows, columns=["patient", "sample"], index=range(2, 6))
    chosen = pd.Series({"p1": "B", "p2": "D"})
    assert genes.of_chosen(frame, chosen, "m.tsv").index.tolist() == [3, 4, 5]
    assert "1 variant of a sample not chosen is left out: A" in caplog.text
    assert len(genes.of_chosen(frame.drop(columns="sample"), chosen, "m.tsv")) == 4
    with pytest.raises(InputError, match=r"m.tsv:2: sample is 'A'.*such as B"):
        genes.of_chosen(frame.iloc[:1], chosen, "m.tsv")


def test_other_endpoints_have_no_gene_tests(study: Any, caplog: Any) -> None:
    made = study(PLAN.replace("endpoints:", "endpoints:\n  depth: {kind: continuous}"))
    found = genes.Carriers(("KRAS",), np.zeros((1, 24), dtype=bool))
    assert genes.compare_genes(made.cohort, made.plan, made.cohort.outcomes["depth"], found).rows == []
    assert "genes are not tested against depth: it is continuous" in caplog.text
