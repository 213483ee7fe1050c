"""Genes on the page: carriers are those whom the tests counted, in words with the numbers of the table of groups."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from biomarkers.report.carriers import carriers, counted
from biomarkers.report.given import Tables
from biomarkers.report.sections.genes import by_gene, picture

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
).assign(endpoint="response", marker="KRAS", estimate_type="rate", ci_low=None, ci_high=None)


@pytest.fixture
def given() -> Tables:
    return Tables(COHORT, results=pd.DataFrame([ROW]), groups=GROUPS, mutations=MUTATIONS)


def test_counted_are_variants_that_change_a_protein_of_patients_of_the_cohort(given: Tables) -> None:
    assert counted(given)["patient"].tolist() == ["A", "A", "B", "C", "F"]


@pytest.mark.parametrize("words", [["Missense_Mutation"], ["missense_variant"], ["missense"]])
def test_consequences_of_the_plan_are_understood_as_the_tests_understand_them(given: Tables, words: list[str]) -> None:
    asked = replace(given, plan={"genes": {"consequences": words}})
    assert counted(asked)["patient"].tolist() == ["A", "B", "F"]


def test_carriers_are_marked_and_who_was_not_sequenced_is_not_known(given: Tables) -> None:
    assert carriers(given) == {"KRAS": "11000-"}


def test_a_gene_of_which_fewer_carriers_are_found_than_were_tested_is_not_offered(given: Tables) -> None:
    few = Tables(COHORT, results=given.results, groups=GROUPS.assign(n=3), mutations=MUTATIONS)
    assert carriers(few) == {}


def test_one_row_a_gene_says_rates_as_numbers_of_numbers(given: Tables) -> None:
    [table] = by_gene(given)
    shown = dict(zip((column.title for column in table.columns), table.rows[0], strict=True))
    assert shown["Response"].text == "mutated 1/2 (50.0%), wild type 1/3 (33.3%)"
    assert shown["Response: ratio (95% CI)"].text == "OR 2.00 (0.100 to 60.0)" and shown["Response: q"].text == "0.90"
    assert (shown["Gene"].text, shown["Mutated"].text) == ("KRAS", "2")


def test_oncoprint_is_ordered_by_response_and_draws_the_gravest_variant(given: Tables) -> None:
    [figure] = picture(given)
    sets = figure.spec["datasets"].values()
    cells = next(rows for rows in sets if "kind" in rows[0])
    kinds = {(row["patient"], row["gene"].split()[0]): row["kind"] for row in cells}
    assert kinds[("A", "KRAS")] == "truncating" and kinds[("B", "KRAS")] == "missense" and ("B", "TP53") not in kinds
    order = next([row["patient"] for row in rows] for rows in sets if "response" in rows[0])
    assert order == ["B", "C", "E", "A", "D"] and figure.caption.startswith("n = 5 sequenced patients")
