"""Two markers in four groups with counted rates, and ratios alone beside those of adjusted models."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from biomarkers.report.blocks import single
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.sections.together import four_groups, models

PLAN: dict[str, Any] = {
    "endpoints": {"response": {"kind": "binary", "column": "responder"}},
    "markers": {
        "tmb_per_mb": {"kind": "continuous", "transform": "log2p1", "cutpoints": [{"at": 10, "side": ">="}]},
        "pdl1": {"kind": "continuous", "cutpoints": [{"at": 1, "side": ">="}]},
    },
}
# G is known as [0, 50), which holds the cutoff; H has no response; I no burden.
COHORT = pd.DataFrame(
    [
        ("A", 1, 10.0, 1.0, 1.0), ("B", 0, 20.0, 1.0, 50.0), ("C", 1, 30.0, 0.0, 0.0), ("D", 0, 9.99, 50.0, 50.0),
        ("E", 1, 0.0, 5.0, 5.0), ("F", 0, 1.0, 80.0, 80.0), ("G", 1, 20.0, 0.0, 50.0), ("H", None, 20.0, 5.0, 5.0),
        ("I", 1, None, 5.0, 5.0),
    ],
    columns=["patient", "responder", "tmb_per_mb", "pdl1_low", "pdl1_high"],
)  # fmt: skip
ROW = {
    "role": "exploratory", "endpoint": "response", "marker": "tmb_per_mb", "method": "logistic", "n": 57,
    "contrast": "words of the table", "per": 1.0, "per_named": None, "transform": None,
    "estimate": 2.0, "estimate_type": "odds_ratio", "ci_low": 1.0, "ci_high": 4.0,
    "p_value": 0.05, "q_value": 0.1, "test": "response/tmb_per_mb/logistic", "marker_class": "declared",
    "first": None, "second": None, "cut_at": None, "cut_side": None, "note": None, "months": None, "marker_kind": None,
}  # fmt: skip
PAIR = {"marker": "tmb_per_mb x pdl1", "of_marker": "tmb_per_mb", "with_marker": "pdl1"}


def drawn(figure: Figure, *columns: str) -> list[dict[str, Any]]:
    return [row for rows in figure.spec["datasets"].values() for row in rows if set(columns) <= set(row)]


def test_each_patient_stands_in_the_group_that_the_cuts_of_the_plan_give() -> None:
    [figure] = four_groups(Tables(COHORT, plan=PLAN))
    assert isinstance(figure, Figure)
    groups = {row["patient"]: row["group"] for row in drawn(figure, "patient")}
    assert groups == {
        "A": "TMB >= 10, PD-L1 >= 1\n1/2 (50.0%)",
        "B": "TMB >= 10, PD-L1 >= 1\n1/2 (50.0%)",
        "C": "TMB >= 10, PD-L1 < 1\n1/1 (100%)",
        **dict.fromkeys("DEF", "TMB < 10, PD-L1 >= 1\n1/3 (33.3%)"),
    }
    assert "n = 6." in figure.caption and "TMB < 10, PD-L1 < 1: nobody" in figure.caption
    assert "Left out: 3 patients" in figure.caption
    assert {row["patient"] for row in drawn(figure, "patient") if row["outcome"] == "Responders"} == {"A", "C", "E"}


@pytest.mark.parametrize("name", ["response", "orr"])
def test_the_test_of_the_four_groups_is_that_of_response_whatever_its_name(name: str) -> None:
    row = ROW | PAIR | {"endpoint": name, "method": "fisher", "n": 6, "p_value": 0.25}
    plan = PLAN | {"endpoints": {name: PLAN["endpoints"]["response"]}}
    [figure] = four_groups(Tables(COHORT, plan=plan, results=pd.DataFrame([row])))
    assert isinstance(figure, Figure) and "Fisher's exact test of the four groups: p = 0.25." in figure.caption


def test_a_median_is_the_cutoff_of_its_test_and_unknown_without_one() -> None:
    median = {"kind": "continuous", "cutpoints": [{"at": "median", "side": ">"}]}
    plan = PLAN | {"markers": PLAN["markers"] | {"tmb_per_mb": median}}
    assert four_groups(Tables(COHORT, plan=plan))[0].kind == "paragraph"
    of_test = {"test": "t", "cut_at": 15.0, "cut_side": ">", "cut_named": "median", "method": "fisher"}
    [figure] = four_groups(Tables(COHORT, plan=plan, results=pd.DataFrame([ROW | of_test])))
    assert isinstance(figure, Figure) and "TMB > 15, PD-L1 >= 1: 0/1 (0%)" in figure.caption


@pytest.mark.parametrize("missing", ["tmb_per_mb", "pdl1"])
def test_nothing_is_cut_that_the_plan_does_not_cut(missing: str) -> None:
    plan = PLAN | {"markers": {name: rule for name, rule in PLAN["markers"].items() if name != missing}}
    [said] = four_groups(Tables(COHORT, plan=plan))
    assert said.kind == "paragraph" and "cutoff of both in the plan" in said.text  # type: ignore[union-attr]


def test_a_p_of_other_patients_is_not_said() -> None:
    test = ROW | PAIR | {"method": "fisher", "p_value": 0.25, "test": "t"}
    for n, told in ((6, True), (7, False)):
        [figure] = four_groups(Tables(COHORT, plan=PLAN, results=pd.DataFrame([test | {"n": n}])))
        assert isinstance(figure, Figure) and ("four groups: p = 0.25." in figure.caption) == told


def test_alone_and_adjusted_stand_side_by_side_with_their_own_n() -> None:
    own = {"estimate": 3.0, "ci_low": 1.5, "ci_high": 6.0, "p_value": 0.002, "n": 56}
    rows = [
        ROW,
        ROW | own | {"test": "response/tmb_per_mb/adjusted_logistic", "adjusted_for": "age"},
        ROW | {"estimate": 9.0, "estimate_type": "odds_ratio_rescaled", "contrast": "per SD (2) of x"},
        ROW | {"marker": "age", "marker_class": "covariate", "test": "response/tmb_per_mb/adjusted_logistic/age"},
        ROW | {"first": ">= 10", "second": "< 10", "cut_at": 10.0, "cut_side": ">=", "test": "r/t/ge_10_logistic"},
        ROW | {"marker": "pdl1", "test": "response/pdl1/logistic", "estimate": 1.25, "n": 48},
        ROW | PAIR | {"test": "response/tmb_per_mb x pdl1/interaction_logistic"},
        ROW | {"marker": "area 3 x 4", "test": "response/area 3 x 4/logistic", "adjusted_for": None},
    ]
    _, figure, table = single(models(Tables(COHORT, plan=PLAN, results=pd.DataFrame(rows))))
    shown = [[cell.text for cell in row] for row in table.rows]  # type: ignore[union-attr]
    assert shown == [
        ["TMB, per unit", "2.00 (1.00 to 4.00)", "0.050", "57", "3.00 (1.50 to 6.00)", "0.002", "56"],
        ["PD-L1, per unit", "1.25 (1.00 to 4.00)", "0.050", "48", "", "", ""],
        ["Area 3 x 4, per unit", "2.00 (1.00 to 4.00)", "0.050", "57", "", "", ""],
    ]
    assert isinstance(figure, Figure)
    found = {(row["label"], row["column"]): row["numbers"] for row in drawn(figure, "numbers")}
    assert found == {
        ("TMB, per unit", "Univariable"): "2.00 (1.00–4.00)",
        ("TMB, per unit", "Multivariable"): "3.00 (1.50–6.00)",
        ("PD-L1, per unit", "Univariable"): "1.25 (1.00–4.00)",
        ("Area 3 x 4, per unit", "Univariable"): "2.00 (1.00–4.00)",
    }


def test_without_covariates_there_is_no_second_column() -> None:
    [said] = models(Tables(COHORT, plan=PLAN, results=pd.DataFrame([ROW])))
    assert said.kind == "paragraph"
