"""Columns as arrays: what is missing, what is a stratum, and every cell that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.association import values
from biomarkers.association.specification import Endpoint, Marker, Named, Plan
from biomarkers.errors import Problems

NAN = float("nan")
ENDPOINTS = {
    "response": Endpoint("response", "binary", "responder"),
    "pfs": Endpoint("pfs", "time_to_event", time="months", event="event"),
}
FRAME = pd.DataFrame(
    {
        "patient": ["p1", "p2", "p3", "p4"],
        "responder": [1, 0, None, 1],
        "months": [1.5, 0.0, 3.0, None],
        "event": [1, 0, 1, 1],
        "tmb": [3.0, None, 0.0, 10.0],
        "centre": ["a", None, "b", "a"],
        "country": ["x", "x", "x", "y"],
        "sequenced": [1, 0, None, 1],
    },
    index=pd.Index([2, 3, 4, 5]),
)


def read(frame: pd.DataFrame = FRAME, *markers: Marker, **more: Any) -> tuple[values.Cohort, list[str]]:
    named = markers or (Marker("tmb", "continuous"),)
    plan = Plan(
        "", 1, Named("tmb", "response", "fisher"), (), ENDPOINTS, {marker.name: marker for marker in named}, **more
    )
    problems = Problems()
    return values.read_cohort(frame, plan, Path("cohort.tsv"), problems), [str(p) for p in problems.found]


@pytest.mark.parametrize("cell", [1e15, -1e300, np.inf])
def test_what_no_measurement_reaches_is_told(cell: float) -> None:
    """Beside a column of the same kind that is right and one that is empty (docs/methods.md, 6.17)."""
    frame = FRAME.assign(large=[1.0, NAN, cell, 2.0], right=[1.0, NAN, -9e14, 2.0], empty=NAN)
    cohort, found = read(frame, *(Marker(name, "continuous") for name in ("tmb", "large", "right", "empty")))
    assert len(found) == 1
    assert f":4: large is '{cell:g}'; expected a number, or NA; below 1e+15" in found[0]
    for name, known in (("large", [1.0, NAN, NAN, 2.0]), ("right", [1.0, NAN, -9e14, 2.0]), ("empty", [NAN] * 4)):
        np.testing.assert_array_equal(cohort.markers[name].value, known)


def test_levels_of_seven_digits_and_more_are_told_apart() -> None:
    """As text of six digits the codes 10012345 and 10012346 were both 1.00123e+07, one level."""
    frame = FRAME.assign(code=[10012345, 10012346, 10012345, 10012346], dose=[0.1234567, 0.1234568, NAN, 0.1234567])
    cohort, found = read(frame, *(Marker(name, "categorical") for name in ("code", "dose")))
    assert found == []
    assert cohort.markers["code"].levels == ("10012345", "10012346")
    assert cohort.markers["dose"].levels == ("0.1234567", "0.1234568")


def test_outcomes_and_what_is_known() -> None:
    cohort, found = read()
    assert found == []
    assert cohort.outcomes["response"].known.tolist() == [True, True, False, True]
    assert cohort.outcomes["response"].labels == ("responder", "non-responder")
    assert cohort.outcomes["pfs"].known.tolist() == [True, True, True, False]
    assert cohort.markers["tmb"].value.tolist() == pytest.approx([3, NAN, 0, 10], nan_ok=True)


def test_a_patient_without_a_stratum_is_in_none() -> None:
    one, _ = read(strata=("centre",))
    assert one.stratum.tolist() == pytest.approx([0, NAN, 1, 0], nan_ok=True)
    two, _ = read(strata=("centre", "country"))
    assert np.isnan(two.stratum).tolist() == [False, True, False, False]
    assert len(set(two.stratum[[0, 2, 3]])) == 3
    assert read()[0].stratum is None


def test_only_a_one_is_sequenced_and_without_the_column_everybody_is() -> None:
    assert read()[0].sequenced.tolist() == [True, False, False, True]
    assert read(FRAME.drop(columns="sequenced"))[0].sequenced.tolist() == [True] * 4


@pytest.mark.parametrize(
    "column, cells, marker, message",
    [
        ("responder", [2, 0, 1, 1], None, "cohort.tsv:2: responder is '2'; expected 1 where the event happened"),
        ("months", [1, -1, 2, 3], None, "cohort.tsv:3: months is '-1'; expected a time in months of at least 0"),
        ("event", [1, 0, 1, 3], None, "cohort.tsv:5: event is '3'; expected 1 where"),
        ("tmb", ["1", "high", "2", "3"], None, "cohort.tsv:3: tmb is 'high'; expected a number"),
        (
            "tmb",
            [1, -2, 2, 3],
            Marker("tmb", "continuous", "log2p1"),
            "cohort.tsv:3: tmb is '-2'; expected a number of",
        ),
        ("centre", ["a", "b", "c", "a"], Marker("centre", "binary", levels=("a", "b")), "cohort.tsv:4: centre is 'c'"),
        ("tmb", [0, 1, 2, 1], Marker("tmb", "binary"), "cohort.tsv:4: tmb is '2'; expected 0, 1 or NA"),
    ],
)
def test_impossible_cells_are_named(column: str, cells: list[Any], marker: Marker | None, message: str) -> None:
    _, found = read(FRAME.assign(**{column: cells}), *([marker] if marker else []))
    assert len(found) == 1 and found[0].startswith(message)


def test_levels() -> None:
    cohort, _ = read(FRAME, Marker("centre", "binary", levels=("b", "a")), Marker("country", "categorical"))
    assert cohort.markers["centre"].value.tolist() == pytest.approx([1, NAN, 0, 1], nan_ok=True)
    assert (cohort.markers["country"].levels, cohort.markers["country"].value.tolist()) == (("x", "y"), [0, 0, 0, 1])


def test_intervals_of_pdl1() -> None:
    frame = FRAME.assign(pdl1_low=[0, 50, None, 10], pdl1_high=[1, 50, None, 100])
    cohort, found = read(frame, Marker("pdl1", "continuous"))
    measured = cohort.markers["pdl1"]
    assert found == [] and measured.value.tolist() == pytest.approx([NAN, 50, NAN, NAN], nan_ok=True)
    assert measured.low.tolist() == pytest.approx([0, 50, NAN, 10], nan_ok=True)
    wrong = read(frame.assign(pdl1_low=[2, 50, 3, 10]), Marker("pdl1", "continuous"))[1]
    assert [text.split(";")[0] for text in wrong] == [
        "cohort.tsv:2: pdl1_high is '1'",
        "cohort.tsv:4: pdl1_high is missing",
    ]


def test_covariates_that_the_plan_does_not_declare() -> None:
    cohort, _ = read(covariates=("country", "tmb"))
    assert cohort.covariates["country"].marker.kind == "categorical"
    assert cohort.covariates["tmb"] is cohort.markers["tmb"]


def test_check_columns_looks_at_what_is_there() -> None:
    plan = Plan("", 1, Named("tmb", "response", "fisher"), (), ENDPOINTS, {"tmb": Marker("tmb", "binary")})
    problems = Problems()
    values.check_columns(FRAME.assign(tmb=7), plan, "patients.tsv", problems)
    values.check_columns(FRAME.drop(columns="tmb"), plan, "patients.tsv", problems)
    assert len(problems.found) == 4 and problems.found[0].file == "patients.tsv"
