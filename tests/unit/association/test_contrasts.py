"""Groups of a contrast by hand: cuts of numbers and of intervals, levels, and their names."""

from __future__ import annotations

import math

import numpy as np
import pytest

from biomarkers.association import contrasts
from biomarkers.association.specification import Cut, Marker
from biomarkers.association.values import Measured

NAN = math.nan
TMB = Measured(Marker("tmb", "continuous"), np.array([3.0, 10.0, 10.0, 12.5, NAN]))
PDL1 = Measured(
    Marker("pdl1", "continuous"),
    np.array([NAN, NAN, 50.0, NAN]),
    low=np.array([0.0, 1.0, 50.0, NAN]),
    high=np.array([1.0, 50.0, 50.0, NAN]),
)


@pytest.mark.parametrize(
    "side, codes, text, name",
    [
        (">=", [0, 1, 1, 1, NAN], ">= 10 vs < 10", "ge_10"),
        (">", [0, 0, 0, 1, NAN], "> 10 vs <= 10", "gt_10"),
    ],
)
def test_a_patient_exactly_at_the_cut(side: str, codes: list[float], text: str, name: str) -> None:
    cut = contrasts.at_cut(TMB, Cut(10, side))
    assert cut.codes.tolist() == pytest.approx(codes, nan_ok=True)
    assert (cut.text, cut.name, cut.cut_at, cut.cut) == (text, name, 10.0, Cut(10, side))
    assert (cut.first, cut.second) == tuple(text.split(" vs ")) and cut.groups == (cut.second, cut.first)
    assert [(group, inside.tolist()) for group, inside in cut.members()] == [
        (cut.first, [code == 1 for code in codes]),
        (cut.second, [code == 0 for code in codes]),
    ]


def test_the_median_is_that_of_all_who_have_a_value_with_every_digit() -> None:
    thirds = Measured(TMB.marker, np.array([1 / 3, 0.0, 5.0, NAN]))
    cut = contrasts.at_cut(thirds, Cut("median", ">"))
    assert (cut.cut_at, cut.cut_named, cut.name, cut.codes[0]) == (1 / 3, "median", "gt_median", 0)
    assert contrasts.at_cut(thirds, Cut("median", ">=")).codes[0] == 1
    nobody = contrasts.at_cut(Measured(TMB.marker, np.array([NAN])), Cut("median", ">"))
    assert math.isnan(nobody.cut_at) and math.isnan(nobody.codes[0])


def test_an_interval_that_holds_the_cut_is_in_no_group_and_counted() -> None:
    cut = contrasts.at_cut(PDL1, Cut(10, ">="))
    assert cut.codes.tolist() == pytest.approx([0, NAN, 1, NAN], nan_ok=True)
    assert cut.note == "1 indeterminate at this cut left out"
    whole = contrasts.at_cut(PDL1, Cut(1, ">="))
    assert whole.codes.tolist() == pytest.approx([0, 1, 1, NAN], nan_ok=True) and whole.note == ""


def test_levels_that_are_present_make_the_contrast() -> None:
    codes, used = np.array([0.0, 1, 2, 2]), np.array([True, True, True, False])
    three = contrasts.levels(["a", "b", "c"], codes, used)
    assert (three.text, three.first, three.second, three.groups) == ("a vs b vs c", "", "", ("a", "b", "c"))
    assert [(name, inside.sum()) for name, inside in three.members()] == [("a", 1), ("b", 1), ("c", 2)]
    some = np.array([True, False, True, True])
    two = contrasts.levels(["a", "b", "c"], codes, some)
    assert (two.text, two.first, two.second) == ("a vs c", "a", "c")
    last = contrasts.levels(["a", "b", "c"], codes, some, last_first=True)
    assert (last.text, last.first, last.second) == ("c vs a", "c", "a")


def test_a_binary_marker_has_its_second_level_first() -> None:
    smoker = Measured(Marker("smoker", "binary"), np.array([1.0, 0.0, NAN]), ("no", "yes"))
    contrast = contrasts.two_levels(smoker)
    assert (contrast.text, contrast.groups) == ("yes vs no", ("no", "yes"))
    assert contrast.members()[0][1].tolist() == [True, False, False]
