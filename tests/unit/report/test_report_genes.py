"""Genes on the page: carriers are those whom the tests counted, in words with the numbers of the table of groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from biomarkers.errors import Problems
from biomarkers.report import members as of_members
from biomarkers.report.blocks import Table
from biomarkers.report.given import Tables
from biomarkers.report.member_files import check_carriers, one_by_one
from biomarkers.report.members import chosen, counted, members, without
from biomarkers.report.sections.associations import every_test_of_genes
from biomarkers.report.sections.genes import by_gene, compared, in_words, picture, volcanoes
from biomarkers.report.store import details, listed, store
from pages import column

COHORT = pd.DataFrame(
    {
        "patient": list("ABCDEF"),
        "best_response": ["PD", "CR", "PR", "PD", "SD", None],
        "responder": [0, 1, 1, 0, 0, None],
        "sequenced": [1, 1, 1, 1, 1, 0],
        "tmb_per_mb": [1.0, 9.0, 8.0, 2.0, 3.0, None],
    }
)
MUTATIONS = pd.DataFrame(
    [
        ("A", "KRAS", "missense_variant"), ("A", "KRAS", "stop_gained"), ("B", "KRAS", "Missense_Mutation"),
        ("B", "TP53", "synonymous_variant"), ("C", "TP53", "frameshift_variant"), ("F", "KRAS", "missense_variant"),
        ("X", "KRAS", "missense_variant"),
    ],
    columns=["patient", "gene", "consequence"],
).assign(hgvsp=None)  # fmt: skip
ROW = {
    "role": "exploratory", "endpoint": "response", "marker": "KRAS", "method": "fisher", "estimate_type": "odds_ratio",
    "estimate": 2.0, "ci_low": 0.1, "ci_high": 60.0, "p_value": 0.7, "q_value": 0.9, "first": "mutated",
    "second": "wild type", "marker_class": "gene", "test": "t", "contrast": "mutated vs wild type", "note": None,
    "cut_at": None, "cut_side": None, "n": 5, "n_events": 2, "n_missing": 1, "family": "genes",
}  # fmt: skip
GROUPS = pd.DataFrame(
    [("mutated", 2, 1, 0.5), ("wild type", 3, 1, 1 / 3)], columns=["group", "n", "n_events", "estimate"]
).assign(endpoint="response", marker="KRAS", marker_class="gene", estimate_type="rate", ci_low=None, ci_high=None)


LISTS = pd.DataFrame(
    [
        (None, "C", "high", "declared", "tmb_per_mb", None, None, None),
        (None, None, "mutated", "gene", "KRAS", "wild type", 1, "A,B"),
        (None, None, "mutated", "gene", "TP53", "wild type", 2, "C"),
        (None, None, "not evaluable", "gene", None, None, 1, "F"),
        (None, None, "not evaluable", "gene", None, None, 2, "F,D"),
        (None, None, "> 2", "feature", "score", "<= 2", None, "A,C"),
    ],
    columns=["test", "patient", "group", "marker_class", "marker", "others", "assayed", "patients"],
)
"""D's gene panel lacks TP53, F was not sequenced."""


@pytest.fixture
def given() -> Tables:
    results = pd.DataFrame([ROW])
    return Tables(COHORT, results=results, groups=GROUPS, mutations=MUTATIONS, memberships=one_by_one(LISTS))


def test_counted_are_variants_of_who_is_listed_as_a_carrier(given: Tables) -> None:
    rows = counted(given)
    assert list(zip(rows["patient"], rows["gene"], strict=True)) == [
        ("A", "KRAS"), ("A", "KRAS"), ("B", "KRAS"), ("C", "TP53"),
    ]  # fmt: skip


def test_variants_of_another_sample_than_the_chosen_one_are_not_drawn(given: Tables) -> None:
    samples = ["A1", "A2", "B1", None, "C1", "F1", "X1"]
    cohort = COHORT.assign(tumor_sample=["A1", "B1", "C1", "D1", "E1", None])
    chosen = replace(given, cohort=cohort, mutations=MUTATIONS.assign(sample=samples))
    assert counted(chosen)["sample"].tolist() == ["A1", "B1", "C1"]


@pytest.mark.parametrize("words", [["Missense_Mutation"], ["missense_variant"], ["missense"]])
def test_consequences_of_the_plan_are_understood_as_the_tests_understand_them(given: Tables, words: list[str]) -> None:
    asked = replace(given, plan={"genes": {"consequences": words}})
    assert counted(asked)["patient"].tolist() == ["A", "B"]


def test_who_is_in_which_group_is_read_from_the_memberships(given: Tables) -> None:
    found = members(given)
    assert found["gene", "KRAS"][0].listed == {"mutated": ["A", "B"]} and found["gene", "KRAS"][0].others == "wild type"
    assert without(given) == {1: ["F"], 2: ["F", "D"]}
    kept = chosen(given)
    assert listed(given, kept)["gene"]["TP53"] == [{"groups": {"mutated": [2]}, "others": "wild type", "assayed": 2}]
    assert listed(given, kept)["feature"]["score"][0]["groups"] == {"> 2": [0, 2]}


def test_of_many_genes_the_page_holds_those_to_look_at(given: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest p and the most carriers by turns, those of the plan's sets first; of others no row is kept."""
    rows = [ROW | {"marker": gene, "p_value": p} for gene, p in (("TP53", 0.01), ("KRAS", 0.9))]
    tested = replace(given, results=pd.DataFrame(rows))
    assert chosen(tested)["gene"] == {"KRAS", "TP53"}
    monkeypatch.setattr(of_members, "MOST_CHOSEN", 1)
    assert chosen(tested)["gene"] == {"TP53"}
    asked = replace(tested, plan={"genes": {"sets": {"RAS": ["KRAS"]}}})
    kept = chosen(asked)
    assert kept["gene"] == {"KRAS"}
    assert set(listed(asked, kept)["gene"]) == {"KRAS"}
    made = store(asked, [])
    assert column(made["tests"]["columns"]["marker"]) == ["KRAS"]
    assert [one["name"] for one in made["compare"]["markers"] if one["class"] == "gene"] == ["KRAS"]


def test_without_memberships_nobody_is_taken_for_wild_type(given: Tables) -> None:
    """Variants alone do not say who was looked at for which gene."""
    [said] = picture(replace(given, memberships=None))
    assert "--memberships" in said.text and listed(replace(given, memberships=None), {}) == {}


def test_carriers_of_another_analysis_are_refused(tmp_path: Path) -> None:
    problems = Problems()
    paths = {"memberships": tmp_path / "memberships.tsv", "groups": tmp_path / "groups.tsv"}
    check_carriers(paths, GROUPS, LISTS, problems)
    assert problems.found == []
    check_carriers(paths, GROUPS.assign(n=3), LISTS, problems)
    assert "of KRAS lists 2 patients; expected at least 3" in str(problems.found[0])


def test_one_row_a_gene_says_rates_as_numbers_of_numbers(given: Tables) -> None:
    [table] = by_gene(compared(given))
    shown = dict(zip((column.title for column in table.columns), table.rows[0], strict=True))
    assert shown["Response"].text == "mutated 1/2 (50.0%), wild type 1/3 (33.3%)"
    assert shown["Response: ratio (95% CI)"].text == "OR 2.00 (0.100 to 60.0)" and shown["Response: q"].text == "0.90"
    assert (shown["Gene"].text, shown["Mutated"].text) == ("KRAS", "2")
    lived = replace(given, groups=GROUPS.assign(estimate_type="median", estimate=[float("nan"), 7.5]))
    assert in_words(compared(lived), "response", "KRAS") == "mutated not reached (n = 2), wild type 7.50 months (n = 3)"


def test_oncoprint_is_ordered_by_response_and_draws_the_gravest_variant(given: Tables) -> None:
    [figure] = picture(given)
    sets = figure.spec["datasets"].values()
    cells = next(rows for rows in sets if "kind" in rows[0])
    kinds = {(row["patient"], row["gene"]): row["kind"] for row in cells}
    assert kinds[("A", "KRAS")] == "truncating" and kinds[("B", "KRAS")] == "missense" and ("B", "TP53") not in kinds
    order = next([row["patient"] for row in rows] for rows in sets if "response" in rows[0])
    assert order == ["B", "C", "E", "A", "D"] and figure.caption.startswith("n = 5 sequenced patients")


def test_a_patient_whose_panel_lacks_a_gene_has_no_box_there_and_does_not_count(given: Tables) -> None:
    """The page took such patients for wild type: TP53 in 1 of 5 (20 %), where 4 were looked at."""
    [figure] = picture(given)
    gaps = [(row["patient"], row["label"]) for rows in figure.spec["datasets"].values() for row in rows
            if {"label", "patient"} <= row.keys() and "kind" not in row]  # fmt: skip
    assert gaps == [("D", "TP53 25.0%")]
    assert "gene panel lacks the gene" in figure.caption


def test_the_oncoprint_has_no_box_of_every_patient_and_gene(given: Tables) -> None:
    """25 genes in 1,000 patients were 25,000 boxes without a variant: most of ten megabytes of SVG."""
    [figure] = picture(given)
    patients = {row["patient"] for rows in figure.spec["datasets"].values() for row in rows if "patient" in row}
    assert len(patients) == 5
    assert all(len(rows) <= len(patients) for rows in figure.spec["datasets"].values())


def test_positions_are_told_of_variants_that_count_and_of_no_others(given: Tables) -> None:
    words = ["ENSP00000256078.4:p.Gly12Asp", "p.Gln61Ter", None, "p.Val1=", "p.Arg175fs", "p.Gly12Cys", "p.Gly12Cys"]
    found = details(replace(given, mutations=MUTATIONS.assign(hgvsp=words)), {"KRAS", "TP53"})
    rows = found["changes"]
    carriers = [("A", "KRAS"), ("A", "KRAS"), ("B", "KRAS"), ("C", "TP53")]
    assert [*zip(rows["patient"], rows["gene"], strict=True)] == carriers
    assert rows["position"].fillna(-1).tolist() == [12, 61, -1, 175]
    assert rows["kind"].tolist() == ["missense", "truncating", "missense", "truncating"]
    assert found["mutations"]["hgvsp"].iloc[0] == "p.Gly12Asp" and len(found["mutations"]) == len(MUTATIONS)


def test_a_volcano_shows_every_gene_with_a_p_and_a_ratio_also_one_without_bound(given: Tables) -> None:
    genes = {
        "KRAS": (2.0, 0.7, 0.9),
        "TP53": (float("inf"), 0.001, 0.003),
        "ATM": (0.0, 0.2, None),
        "NF1": (None, 0.5, 0.9),
    }
    results = pd.DataFrame([
        ROW | {"marker": gene, "test": f"response/{gene}/mutated_fisher", "estimate": ratio, "p_value": p, "q_value": q}
        for gene, (ratio, p, q) in genes.items()
    ])  # fmt: skip
    [(_, figure)] = volcanoes(compared(replace(given, results=results)))
    assert "scale. 1 gene has a q below 0.05. The" in figure.caption and "response: 1 gene has a q" in figure.alt
    [(_, nothing)] = volcanoes(compared(replace(given, results=results.assign(q_value=0.9))))
    assert "scale. No gene has a q below 0.05. The" in nothing.caption
    points = {row["gene"]: row for rows in figure.spec["datasets"].values() for row in rows if "found" in row}
    assert {gene: round(row["height"], 3) for gene, row in points.items()} == {"TP53": 3.0, "ATM": 0.699, "KRAS": 0.155}
    assert (points["TP53"]["shape"], points["ATM"]["shape"], points["KRAS"]["shape"]) == ("right", "left", "circle")
    assert points["TP53"]["found"] == "q below 0.05" != points["ATM"]["found"]
    assert (
        "3 of 4 tested genes: ratio" in figure.caption and "Left out: 1 gene without a p or a ratio" in figure.caption
    )


def test_where_genes_were_asked_for_and_none_could_be_compared_there_is_no_test(given: Tables) -> None:
    """A trial of one patient: the results tell of the genes, and no group has a name."""
    results = pd.DataFrame([ROW]).assign(first=None, second=None)
    assert compared(replace(given, results=results)).genes == []


def test_a_gene_has_the_p_of_its_own_test_not_of_the_adjusted_model(given: Tables) -> None:
    adjusted = ROW | {
        "test": "response/KRAS/mutated_adjusted_logistic",
        "adjusted_for": "tmb_per_mb",
        "method": "firth_logistic",
        "p_value": 0.01,
        "q_value": 0.02,
    }
    [table] = by_gene(compared(replace(given, results=pd.DataFrame([ROW, adjusted]))))
    shown = dict(zip((column.title for column in table.columns), table.rows[0], strict=True))
    assert (shown["Response: p"].text, shown["Response: q"].text) == ("0.70", "0.90")


def test_a_group_of_nobody_has_no_carriers_and_pairs_stand_apart(given: Tables) -> None:
    pair = ROW | {"marker": "KRAS", "endpoint": "TP53", "family": "exploratory gene pairs", "test": "p"}
    rows = pd.DataFrame([ROW | {"marker": "EGFR", "test": "e"}, ROW, pair])
    tables = [one for one in every_test_of_genes(replace(given, results=rows)) if isinstance(one, Table)]
    at = [column.title for column in tables[0].columns].index("Carriers")
    assert [(row[0].text, row[at].text) for row in tables[0].rows] == [("EGFR", "0"), ("KRAS", "2")]
    assert tables[1].caption.startswith("Genes in pairs") and [row[1].text for row in tables[1].rows] == ["TP53"]


def test_the_p_of_a_gene_in_time_is_that_of_the_log_rank_test_and_the_ratio_that_of_cox(given: Tables) -> None:
    time = ROW | {"endpoint": "pfs", "method": "logrank", "estimate_type": "hazard_ratio_mh", "p_value": 0.01}
    cox = time | {"method": "cox", "estimate_type": "hazard_ratio", "estimate": 3.0, "p_value": 0.02, "q_value": None}
    groups = pd.concat([GROUPS, GROUPS.assign(endpoint="pfs", n=1)])
    cohort = COHORT.assign(pfs_months=1.0, pfs_event=1)
    [table] = by_gene(compared(replace(given, results=pd.DataFrame([ROW, cox, time]), groups=groups, cohort=cohort)))
    shown = {column.title: cell.text for column, cell in zip(table.columns, table.rows[0], strict=True)}
    assert (shown["PFS: p"], shown["PFS: q"], shown["Mutated"]) == ("0.010", "0.90", "2")
    assert shown["PFS: ratio (95% CI)"].startswith("HR 3.00")
