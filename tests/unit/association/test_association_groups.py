"""What each group is like: rates, Kaplan-Meier medians, and medians of the marker, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from biomarkers.association.groups import describe, describe_markers
from biomarkers.association.specification import Endpoint, Marker
from biomarkers.association.values import Measured, Outcome

NAN = float("nan")
RESPONSE = Outcome(Endpoint("response", "binary", "responder"), np.array([1.0, 0, 1, NAN, 0]))
PFS = Outcome(Endpoint("pfs", "time_to_event", time="t", event="e"), np.ones(5), np.array([1.0, 2, 3, 4, NAN]))
FIRST = np.array([True, True, True, True, False])


def test_rate_of_those_whose_outcome_is_known() -> None:
    first, second = describe(RESPONSE, "m", [("a", FIRST), ("b", ~FIRST)])
    known = binomtest(2, 3).proportion_ci(0.95, method="exact")
    assert (first.group, first.n, first.n_events, first.estimate_type) == ("a", 3, 2, "rate")
    assert (first.estimate, first.ci_low, first.ci_high) == pytest.approx((2 / 3, known.low, known.high), rel=1e-9)
    assert (second.n, second.n_events, second.estimate) == (1, 0, 0.0)


def test_median_time() -> None:
    """Four events at 1, 2, 3, 4: one half over the step from 2 to 3."""
    first, nobody = describe(PFS, "m", [("a", FIRST), ("b", ~FIRST)])
    assert (first.n, first.estimate, first.estimate_type) == (4, 2.5, "median_months")
    assert nobody.n == 0 and np.isnan(nobody.estimate)


def test_median_of_the_marker_by_outcome() -> None:
    measured = Measured(Marker("m", "continuous"), np.array([5.0, 1, 7, 9, NAN]))
    event, without = describe_markers(RESPONSE, [measured])
    assert (event.group, event.n, event.n_events, event.estimate) == ("responder", 2, 2, 6.0)
    assert (without.group, without.n, without.n_events, without.estimate) == ("non-responder", 1, 0, 1.0)
    best = Outcome(Endpoint("best", "categorical", "best"), np.array([0.0, 1, 1, 0, 0]), levels=("PD", "PR"))
    rows = describe_markers(best, [measured])
    assert [(row.group, row.n, row.n_events, row.estimate) for row in rows] == [
        ("PD", 2, None, 7.0),
        ("PR", 2, None, 4.0),
    ]
    other = replace(measured, marker=Marker("n", "continuous"), value=np.array([1.0, 2, 3, 4, NAN]))
    assert describe_markers(best, [measured, other]) == [*rows, *describe_markers(best, [other])]


def test_a_marker_without_levels_has_no_groups() -> None:
    assert describe(PFS, "m", []) == []
