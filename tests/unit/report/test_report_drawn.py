"""What figures draw: the numbers of their rows, at their places, read off the specification."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from biomarkers.report.figures import burden, kaplan_meier, swaps, swimmer, tumor_cells, two_forests, volcano
from biomarkers.report.figures.forest import forest
from biomarkers.report.figures.marker_by_response import marker_by_response
from biomarkers.report.figures.quadrants import quadrants
from biomarkers.report.figures.style import finished, spread, value_axis
from biomarkers.report.figures.tornado import Sides, tornado


def spec_of(chart: Any) -> dict[str, Any]:
    return finished(chart, "said")


def rows(spec: dict[str, Any], *columns: str) -> list[tuple[Any, ...]]:
    """What the rows that have all of these columns say, in order."""
    found = [row for data in spec["datasets"].values() for row in data if set(columns) <= set(row)]
    return [tuple(row[column] for column in columns) for row in found]


def parts(spec: Any, kind: str) -> list[dict[str, Any]]:
    """The parts of a specification whose mark is of a kind."""
    if isinstance(spec, list):
        return [part for one in spec for part in parts(one, kind)]
    if not isinstance(spec, dict):
        return []
    own = [spec] if isinstance(spec.get("mark"), dict) and spec["mark"]["type"] == kind else []
    return own + [part for name, one in spec.items() if name != "datasets" for part in parts(one, kind)]


RATIOS = pd.DataFrame(
    {
        "label": ["a", "b", "c"], "column": ["one", "one", "two"], "numbers": "", "n": 9, "p_value": 0.5,
        "estimate": [2.0, 0.001, 0.5], "ci_low": [0.5, 0.0, 0.25], "ci_high": [8.0, np.inf, 1.0],
    }
)  # fmt: skip


def test_ratios_stand_at_their_places_and_those_beyond_the_axis_have_no_square() -> None:
    both = spec_of(two_forests.two_forests(RATIOS, ["one", "two"], title="Odds ratio"))
    ends = [("a", 0.5, 8.0, 2.0), ("b", 0.01, 100.0, 0.01), ("c", 0.25, 1.0, 0.5)]
    assert set(rows(both, "label", "from", "to", "at")) == set(ends)
    of_squares = [both["datasets"][part["data"]["name"]] for part in parts(both, "square")]
    assert [[row["label"] for row in data] for data in of_squares] == [["a"], ["c"]]
    one = spec_of(forest(RATIOS, title="Odds ratio"))
    assert set(rows(one, "label", "from", "to", "at")) == set(ends)
    (squares,) = parts(one, "square")
    assert [row["label"] for row in one["datasets"][squares["data"]["name"]]] == ["a", "c"]
    arrows = {part["mark"]["shape"] for part in parts(one, "point")}
    assert arrows == {"triangle-left", "triangle-right"} and {(0.01,), (100.0,)} <= set(rows(one, "edge"))


def test_bars_of_both_sides_go_outwards_from_zero_one_beside_the_other() -> None:
    sides = Sides("left", "right", ["1", "2"], ["#000000", "#ffffff"])
    bars = pd.DataFrame(
        [("a", side, part, 1, share) for side in (-1, 1) for part, share in (("2", 0.3), ("1", 0.2))],
        columns=["label", "side", "part", "patients", "share"],
    )
    labels = pd.DataFrame({"label": ["a"], "left": ["5"], "right": ["5"]})
    found = rows(spec_of(tornado(bars, labels, sides)), "side", "part", "from", "to")
    assert found == [(-1, "1", 0.0, -0.2), (-1, "2", -0.2, -0.5), (1, "1", 0.0, 0.2), (1, "2", 0.2, 0.5)]


def test_genes_are_coloured_by_q_and_ratios_beyond_the_axis_point_outwards() -> None:
    genes = pd.DataFrame(
        {"gene": list("ABCD"), "ratio": [2.0, 0.5, np.inf, 0.0], "p": [0.01, 0.1, 0.1, 1.0], "q": [0.04, 0.05, None, 1]}
    ).assign(words="", ratio_text="", p_text="", q_text="")
    found = rows(spec_of(volcano.volcano(genes, [], title="Odds ratio")), "gene", "found", "shape", "height")
    below, above = volcano.BELOW, volcano.ABOVE
    assert [one[:3] for one in found] == [
        ("A", below, "circle"), ("B", above, "circle"), ("C", above, "right"), ("D", above, "left"),
    ]  # fmt: skip
    assert [one[3] for one in found] == pytest.approx([2, 1, 1, 0])


def test_lines_lead_to_the_limits_and_to_the_burden_without_thresholds() -> None:
    tmb = {"patient": ["A"], "sample": "A", "tmb_per_mb": 2.0, "ci_low": 1.0, "ci_high": 4.0, "status": "ok"}
    (line,) = parts(spec_of(burden.burden(pd.DataFrame(tmb | {"n_variants": 1, "callable_mb": 1.0}))), "rule")
    assert (line["encoding"]["y"]["field"], line["encoding"]["y2"]["field"]) == ("ci_low", "ci_high")
    cells = {"cells": 0.5, "cells_by": "stated purity", "free": 3.0, "n_below_threshold": 1, "meaning": "estimate"}
    lines = parts(spec_of(tumor_cells.tumor_cells(pd.DataFrame(tmb | cells), low=0.3)), "rule")
    assert [line["encoding"]["y2"]["field"] for line in lines if "y2" in line["encoding"]] == ["free"]
    time, group = pd.Series([1.0, 2.0, 2.0, 3.0]), pd.Series(["a"] * 4)
    drawn = kaplan_meier.kaplan_meier(time, pd.Series([1, 0, 1, 0]), group, ["a"], what="PFS", since="start")
    spec = spec_of(drawn)
    (band,) = parts(spec, "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    (ticks,) = parts(spec, "tick")
    assert [row["time"] for row in spec["datasets"][ticks["data"]["name"]]] == [2.0, 3.0]
    assert rows(spec, "time", "n") == [(0, 4), (1, 4), (2, 3), (3, 1)]


def test_a_cutoff_above_all_values_is_within_its_axis_and_so_is_a_value_below_zero() -> None:
    data = pd.DataFrame({"patient": ["A"], "value": 1.0, "low": 1, "high": 1, "group": "g", "outcome": "o"})
    spec = spec_of(quadrants(data, ["g"], ["o"], cut=30.0, titles=["TMB", "PD-L1", "log"]))
    (line,) = parts(spec, "rule")
    assert line["encoding"]["x"]["scale"]["domain"] == [0, 50]
    assert value_axis(-2.0, 3.0, log=False)["scale"].to_dict()["domain"] == [-2.0, 3.0]


def test_pairs_far_below_zero_are_drawn_at_the_edge() -> None:
    pair = {"patient": ["A"], "sample_1": "S", "sample_2": "T", "odds": 5.0, "informative": 9}
    pairs = pd.DataFrame(pair | {"relatedness": -40.0, "kind": next(iter(swaps.KINDS))})
    assert rows(spec_of(swaps.swaps(pairs, line=3.0)), "relatedness") == [(swaps.LOWEST,)]


def test_every_mark_stands_on_its_patients_lane_and_every_response_has_a_colour() -> None:
    lanes = pd.DataFrame({"patient": list("ABC"), "response": ["PR", "own word", None], "bar": 2.0, "followed": 3.0})
    events = pd.DataFrame({"patient": list("CABC"), "what": "Death", "time": [1.0, 2.0, 3.0, 4.0]})
    spec = spec_of(swimmer.swimmer(lanes, events, bar="Months"))
    assert rows(spec, "patient", "time", "row") == [("C", 1.0, 2), ("A", 2.0, 0), ("B", 3.0, 1), ("C", 4.0, 2)]
    (bars,) = parts(spec, "bar")
    assert bars["encoding"]["color"]["scale"]["domain"] == ["PR", "not known", "own word"]


def test_an_interval_is_a_line_and_a_number_a_point_of_the_box() -> None:
    span = pd.DataFrame({"low": [1.0, 2.0, 3.0, 4.0, 5.0, 1.0], "high": [1.0, 2.0, 3.0, 4.0, 5.0, 50.0]})
    drawn = marker_by_response(span, pd.Series(["g"] * 6), pd.Series(list("ABCDEF")), ["g"], marker="PD-L1", log=False)
    spec = spec_of(drawn)
    assert rows(spec, "lower", "median", "upper") == [(2.0, 3.0, 4.0)]
    (line,), (dots,) = parts(spec, "rule"), parts(spec, "circle")
    of = [[row["patient"] for row in spec["datasets"][part["data"]["name"]]] for part in (line, dots)]
    assert of == [["F"], list("ABCDE")]


def test_points_of_one_step_stay_within_their_strip() -> None:
    offsets = spread(pd.Series([1.0] * 40 + [9.0]), height=40)
    assert offsets.abs().max() <= 1 and offsets[:40].nunique() == 40
