"""The first sentences: right direction, honest words, every number with its interval."""

from __future__ import annotations

import pandas as pd
import pytest

from biomarkers.report.summary import primary_sentence, whose

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
    assert "does not prove" in text and "p = 0.20" in text and "the interval shows" in text
    # Several groups have no estimate, so no interval either.
    alone = primary(p_value=0.2, estimate=None, estimate_type=None, ci_low=None, ci_high=None)
    assert alone.endswith("This does not prove that there is none.")


def test_a_rescaled_ratio_says_what_it_is_per() -> None:
    per_sd = PER_UNIT | {"per": 0.8, "per_named": "sd", "transform": "log2p1"}
    text = primary(estimate_type="hazard_ratio_rescaled", estimate=1.03, **per_sd)
    assert "hazard ratio per SD (0.8) of log2(TMB + 1) 1.03 (95% CI" in text


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


def test_only_numbers_that_are_not_of_the_subset_are_told_to_be_of_all_patients() -> None:
    rates = pd.DataFrame({"subset": ["arm is A"]})
    assert whose(rates, "arm is A") == whose(rates, "") == whose(None, "arm is A") == ""
    assert whose(rates.assign(subset=None), "arm is A").startswith("These numbers are of all patients")
