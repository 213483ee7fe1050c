"""Features fitted side by side give the rows of one model at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from biomarkers.association import analysis, many_features

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
    assert set(fitted) == {("pfs", "tmb_per_mb"), ("pfs", "pdl1"), ("pfs", "smoker")}
    together = made.done.results
    monkeypatch.setattr(many_features, "fitted", lambda cohort: cohort)
    alone = analysis.analyse(made.cohort, made.plan).results
    pd.testing.assert_frame_equal(together, alone, rtol=1e-6)


def test_in_parts(study: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = study(PLAN)
    monkeypatch.setattr(many_features, "AT_ONCE", 1)
    assert len(many_features.fitted(made.cohort).fitted) == 3
