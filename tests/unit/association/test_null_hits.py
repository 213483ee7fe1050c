"""Permutations through the whole analysis: known answers for one exact test, and what is exchanged with what."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import cohorts
from biomarkers.association import analysis, null_hits

PLAN = cohorts.plan(
    'smoker: {kind: binary, levels: ["no", "yes"]}',
    "tmb_per_mb: {kind: continuous}",
    primary="marker: smoker, endpoint: response",
    permutations="60",
)


def test_the_corrected_p_of_one_fisher_test_is_its_own(study: Any) -> None:
    """Fisher's p is that of all permutations, so that the share of those with as small a p is near it (4 SE)."""
    made = study(PLAN)
    done = analysis.analyse(made.cohort, made.plan).results
    found = null_hits.table(made.cohort, made.plan, done).set_index("family")
    row, p = found.loc["primary response declared"], done.loc[done["role"].eq("primary"), "p_value"].iloc[0]
    assert row["n_tests"] == 1 and row["smallest_p"] == p and row["n_permutations"] == 60
    assert row["p_smallest"] == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / 60) + 1 / 60)


def test_hits_to_expect_and_those_found(study: Any) -> None:
    """A marker that is the outcome itself is found; by chance p < 0.05 comes in about 5 % of the tests."""
    made = study(PLAN)
    marker = made.cohort.markers["tmb_per_mb"]
    event = made.cohort.outcomes["response"].event
    value = np.nan_to_num(event) * 10 + np.arange(len(event)) / 100
    cohort = replace(made.cohort, markers={**made.cohort.markers, "tmb_per_mb": replace(marker, value=value)})
    done = analysis.analyse(cohort, made.plan).results
    found = null_hits.table(cohort, made.plan, done).set_index("family")
    every = found.loc["all"]
    assert every["n_tests"] == found.loc[found.index != "all", "n_tests"].sum() and every["q_hits"] >= 1
    assert every["p_smallest"] == 1 / 61
    assert every["p_hits_expected"] / every["n_tests"] == pytest.approx(0.05, abs=0.04)
    assert (
        every["q_hits_expected"] < every["p_hits_expected"]
        and every["ci_low"] <= every["family_wise"] <= every["ci_high"]
    )


def test_the_prediction_is_no_test_of_the_permutations(study: Any) -> None:
    """Its p has permutations of its own, and nobody predicts again in those of the outcomes."""
    few = PLAN.replace("permutations: 60", "permutations: 2")
    made, plain = study(few + "prediction: {features: [tmb_per_mb, age], endpoint: response}\n"), study(few)
    done = made.done.results
    assert done.loc[done["method"].eq("nested_cv"), "p_value"].notna().all()
    found = null_hits.table(made.cohort, made.plan, done)
    known = null_hits.table(plain.cohort, plain.plan, plain.done.results)
    assert found["family"].tolist() == known["family"].tolist()
    assert found["n_tests"].tolist() == known["n_tests"].tolist()


def test_outcomes_of_a_patient_stay_together_and_in_the_stratum(study: Any) -> None:
    made = study(PLAN)
    code = np.arange(24.0) % 2
    pfs, response = (made.cohort.outcomes[name] for name in ("pfs", "response"))
    numbered = {
        "pfs": replace(pfs, event=np.arange(24.0), time=np.arange(24.0)),
        "response": replace(response, event=np.arange(24.0)),
    }
    landmarks = {("responder", "ttr"): (np.arange(24.0), np.arange(24.0)), ("arm", ""): (np.arange(24.0), None)}
    cohort = replace(made.cohort, outcomes=numbered, stratum=code, landmarks=landmarks)
    exchanged = null_hits._exchanged(cohort, np.random.default_rng(1))
    again, (ever, since) = exchanged.outcomes, exchanged.landmarks["responder", "ttr"]
    order = again["response"].event
    assert since is not None and ever.tolist() == since.tolist() == order.tolist()
    assert exchanged.landmarks["arm", ""] == landmarks["arm", ""]  # known at the start, it stays
    assert sorted(order) == list(range(24)) and order.tolist() != list(range(24))
    assert again["pfs"].event.tolist() == order.tolist() == again["pfs"].time.tolist()
    assert (order % 2 == code).all()


def test_no_permutations_no_rows(study: Any) -> None:
    made = study(PLAN.replace("permutations: 60\n", ""))
    assert null_hits.table(made.cohort, made.plan, made.done.results).empty


def test_markers_against_one_another_do_not_count(study: Any) -> None:
    """Their p does not hang on outcomes: the row of the correlation is in no family of this table."""
    text = PLAN.replace("permutations: 60", "permutations: 1") + "interactions: [[tmb_per_mb, age]]\n"
    made = study(
        text.replace("  tmb_per_mb: {kind: continuous}", "  tmb_per_mb: {kind: continuous}\n  age: {kind: continuous}")
    )
    done = analysis.analyse(made.cohort, made.plan).results
    correlated = done.loc[done["method"].eq("spearman"), "family"].iloc[0]
    found = null_hits.table(made.cohort, made.plan, done)
    assert correlated not in set(found["family"]) and set(found["family"]) <= {"all", *done["family"]}


def test_an_analysis_that_is_the_same_again_is_as_small_each_time(study: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of tables have few different p: those that are equal count as reached, (1 + 60) / (1 + 60)."""
    made = study(PLAN)
    monkeypatch.setattr(null_hits, "_exchanged", lambda cohort, random: cohort)
    found = null_hits.table(made.cohort, made.plan, analysis.analyse(made.cohort, made.plan).results)
    assert found["p_smallest"].eq(1).all() and found["p_hits"].eq(found["p_hits_expected"]).all()


def test_limits_are_not_searched_where_only_p_is_read_and_p_is_the_same(
    study: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The limits of penalised models take longer than all else of a small trial; what is to come is said beforehand."""
    few = PLAN.replace("permutations: 60", "permutations: 3") + "covariates: [age]\n"
    made = study(few)
    outcome = made.cohort.outcomes["response"]
    events = np.flatnonzero(outcome.event == 1)[6:]
    fewer = np.where(np.isin(np.arange(len(outcome.event)), events), 0.0, outcome.event)
    cohort = replace(made.cohort, outcomes={"response": replace(outcome, event=fewer)})
    exchanged = null_hits._exchanged(cohort, np.random.default_rng(3))
    whole = analysis.analyse(replace(exchanged, is_exchanged=False), made.plan).results
    short = analysis.analyse(exchanged, made.plan).results
    penalised = whole["method"].eq("firth_logistic")
    assert penalised.any() and whole.loc[penalised, "ci_low"].notna().all()
    assert short.loc[penalised, "ci_low"].isna().all()
    for name in ("p_value", "q_value", "estimate"):
        np.testing.assert_allclose(short[name].to_numpy(float), whole[name].to_numpy(float), rtol=1e-9)
    caplog.set_level(logging.INFO, "biomarkers")
    null_hits.table(made.cohort, made.plan, made.done.results)
    assert caplog.messages[0] == "the plan asks for permutations: all tests are now done 3 times more"
