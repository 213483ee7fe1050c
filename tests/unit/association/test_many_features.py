"""Features fitted side by side give the rows of one model at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.association import analysis, many_features, multivariable
from biomarkers.stats import nested

PLAN = """\
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


@pytest.mark.parametrize("strata", ["", "strata: [centre]\n"])
def test_rows_are_those_of_one_model_at_a_time(study: Any, monkeypatch: pytest.MonkeyPatch, strata: str) -> None:
    made = study(PLAN + strata)
    fitted = many_features.fitted(made.cohort).fitted
    assert set(fitted) == {(e, m) for e in ("response", "pfs") for m in ("tmb_per_mb", "pdl1", "smoker")}
    assert {key for key, alone in fitted.items() if alone.ranks} == {("response", "tmb_per_mb"), ("response", "pdl1")}
    together = made.done.results
    monkeypatch.setattr(many_features, "fitted", lambda cohort: cohort)
    alone = analysis.analyse(made.cohort, made.plan).results
    pd.testing.assert_frame_equal(together, alone, rtol=1e-6)


def test_in_parts(study: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = study(PLAN)
    monkeypatch.setattr(many_features, "AT_ONCE", 1)
    assert len(many_features.fitted(made.cohort).fitted) == 6


def test_other_patients_or_values_have_a_model_of_their_own(study: Any) -> None:
    made = study(PLAN)
    cohort = many_features.fitted(made.cohort)
    outcome, measured = cohort.outcomes["pfs"], cohort.markers["pdl1"]
    fewer = replace(outcome, event=np.where(np.arange(24) < 4, np.nan, outcome.event))
    other = replace(measured, value=measured.value**2)
    for given, marker in ((outcome, measured), (fewer, measured), (outcome, other)):
        found, known = (multivariable.model_rows(c, made.plan, given, [marker])[0] for c in (cohort, made.cohort))
        assert found.estimate == pytest.approx(known.estimate, rel=1e-6)


def test_the_likelihood_ratio_counts_beside_wald(study: Any) -> None:
    """Numbers alone against a time: the climb of `nested` (R's anova). Levels and groups have their log-rank test."""
    made = study(PLAN)
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
    declared = study(PLAN.replace(", class: feature", "")).done.results
    assert "cox_likelihood_ratio" not in set(declared["method"])
