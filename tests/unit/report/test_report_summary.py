"""The first sentences: right direction, honest words, every number with its interval."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.report.summary import primary_sentence

ROW = {
    "family": "f",
    "role": "primary",
    "endpoint": "response",
    "marker": "tmb_per_mb",
    "method": "mann_whitney",
    "contrast": "responder vs non-responder",
    "n": 31,
    "n_events": 14,
    "n_missing": 3,
    "estimate": 4.61,
    "estimate_type": "hodges_lehmann",
    "ci_low": 0.5,
    "ci_high": 9.0,
    "p_value": 0.00084,
    "q_value": 0.00084,
    "note": None,
    "test": "t",
    "marker_class": "declared",
    "marker_kind": "continuous",
    "first": "responder",
    "second": "non-responder",
    "cut_at": None,
    "cut_side": None,
    "per": None,
    "months": None,
}
CUT = {"first": "> 9.99999", "second": "<= 9.99999", "cut_at": 9.99999, "cut_side": ">"}
PER_UNIT = {"first": None, "second": None, "per": 1.0, "per_named": None, "transform": None}


def primary(**changes: object) -> str:
    return primary_sentence(pd.DataFrame([ROW | changes]))


def test_primary_says_effect_interval_p_n_and_who_is_left_out() -> None:
    assert primary() == (
        "Response was associated with TMB (mutations per Mb), with higher values in responder than in non-responder: "
        "Hodges-Lehmann shift 4.61 (95% CI 0.500 to 9.00), p = 0.0008 "
        "(Mann-Whitney, responder vs non-responder, n = 31, 3 left out because a value is missing)."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"estimate": -2.0}, "lower values in responder"),
        ({"estimate": 0.0}, "TMB (mutations per Mb): Hodges"),
        (
            {"estimate_type": "odds_ratio", "estimate": 2.0, **CUT},
            "more frequent in > 10 than in <= 10",
        ),
        ({"estimate_type": "odds_ratio", "estimate": 0.5, **CUT}, "less frequent in > 10"),
        ({"estimate_type": "hazard_ratio", "estimate": 0.2, **CUT}, "a lower hazard in > 10"),
        (
            {"estimate_type": "hazard_ratio", "estimate": 1.2, **PER_UNIT},
            "TMB (mutations per Mb): hazard ratio",
        ),
        ({"n_missing": 0}, "n = 31)."),
    ],
)
def test_direction_is_that_of_the_estimate(changes: dict[str, object], words: str) -> None:
    assert words in primary(**changes)


def test_a_large_p_is_no_proof_of_no_association() -> None:
    text = primary(p_value=0.2)
    assert text.startswith("No association of response with TMB (mutations per Mb) was shown: ")
    assert "does not prove" in text and "p = 0.20" in text


def test_other_estimates_of_the_primary_test_stand_beside_it() -> None:
    area = ROW | {"role": "exploratory", "estimate_type": "auc", "estimate": 0.84, "ci_low": 0.69, "ci_high": 0.99}
    other = area | {"marker": "pdl1", "estimate": 0.55, "test": "u"}
    text = primary_sentence(pd.DataFrame([ROW, area, other]))
    assert "AUC 0.840 (95% CI 0.690 to 0.990)" in text and "0.55" not in text


def test_without_results_nothing_is_claimed() -> None:
    assert "tests nothing" in primary_sentence(None)
    assert "no primary result" in primary_sentence(pd.DataFrame([ROW | {"role": "exploratory"}]))


def test_a_primary_test_that_could_not_be_done_is_no_plan_without_one() -> None:
    said = primary(p_value=None, estimate=None, note="a group is empty; not stratified", doubt="a group is empty")
    assert said.startswith("The primary test, of TMB (mutations per Mb) and response (Mann-Whitney), could not be done")
    assert ": a group is empty. All else" in said
