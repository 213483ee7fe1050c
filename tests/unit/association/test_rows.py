"""Rows of tests: their names and their cells."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from biomarkers.association.contrasts import two_groups
from biomarkers.association.rows import Row, identifier, path_of
from biomarkers.association.specification import Endpoint
from biomarkers.association.values import Outcome
from biomarkers.stats.intervals import Interval

RESPONSE = Outcome(Endpoint("response", "binary", "responder"), np.array([1.0, 0, 1, np.nan]))


def test_identifier() -> None:
    assert identifier(RESPONSE, "tmb", "gt_median", "fisher") == "response/tmb/gt_median_fisher"
    assert identifier(RESPONSE, "tmb", "", "logistic") == "response/tmb/logistic"


def test_names_with_slashes_share_no_identifier():
    assert path_of("a", "b/c", "logrank") == "a/b%2Fc/logrank"
    assert path_of("a/b", "c", "logrank") == "a%2Fb/c/logrank"
    assert path_of("a%2Fb", "c", "logrank") == "a%252Fb/c/logrank"


def test_cells_of_a_row() -> None:
    contrast = two_groups("> 3", "<= 3", np.array([1.0, 0, 1, np.nan]))
    row = Row("t", RESPONSE, "tmb", "mann_whitney", contrast, RESPONSE.known, Interval(2.0, 1.0, math.inf))
    cells = row.cells()
    assert (cells["n"], cells["n_events"], cells["n_missing"]) == (3, 2, 1)
    assert (cells["contrast"], cells["first"], cells["second"]) == ("> 3 vs <= 3", "> 3", "<= 3")
    assert (cells["estimate"], cells["ci_low"], cells["ci_high"]) == (2.0, 1.0, math.inf)
    best = Outcome(Endpoint("best", "categorical", "best"), RESPONSE.event, levels=("PD", "PR"))
    assert replace(row, outcome=best).cells()["n_events"] is None
