"""Depth of the samples: what the figure and the table say, of tables counted by hand."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from biomarkers.io import schemas
from biomarkers.report.blocks import Table
from biomarkers.report.drawing import svg
from biomarkers.report.figures.style import Figure
from biomarkers.report.given import Tables
from biomarkers.report.sections.depth import MEASURES, depth

NONE = float("nan")


def qc(*rows: tuple[Any, ...]) -> pd.DataFrame:
    columns = ["patient", "sample", "role", "status", "reasons", "mean_target_depth", "targets_10x_percent",
               "targets_25x_percent", "callable_percent"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).reindex(columns=schemas.columns("qc"))


SMALL = qc(
    ("P1", "T1", "tumor", "pass", None, 120.0, 99.0, 95.0, 94.0),
    ("P1", "N1", "normal", "pass", None, 40.0, 97.0, 70.0, NONE),
    ("P2", "T2", "tumor", "warn", "mean_target_depth 40 is below 50 (warn)", 40.0, 90.0, 60.0, NONE),
    ("P3", "T3", "tumor", "pass", None, NONE, NONE, NONE, NONE),
)


def parts(table: pd.DataFrame | None) -> tuple[Figure, Table]:
    figure, samples = depth(Tables(cohort=pd.DataFrame({"patient": ["P1"]}), qc=table))
    assert isinstance(figure, Figure) and isinstance(samples, Table)
    return figure, samples


def test_each_row_is_a_measure_of_a_role_with_its_median_range_and_n() -> None:
    figure, samples = parts(SMALL)
    for said in (
        "Tumors, mean depth: 80 (40 to 120), n\u00a0=\u00a02",
        "Normals, mean depth: 40, n\u00a0=\u00a01",
        "Tumors, target bases with at least 25 reads: 77.5% (60% to 95%), n\u00a0=\u00a02",
        "Normals, target bases with at least 10 reads: 97%, n\u00a0=\u00a01",
        "Tumors, callable part of the coding targets: 94%, n\u00a0=\u00a01",
    ):
        assert said in figure.alt
    assert figure.caption.startswith("n = 3 samples (2 tumors and 1 normal)")
    assert "1 sample without measured depth" in figure.caption and "(pass: 2, warn: 1, fail: 0)" in figure.caption
    assert [[cell.text for cell in row] for row in samples.rows] == [
        ["P1", "T1", "tumor", "120", "99%", "95%", "94%", "pass", ""],
        ["P1", "N1", "normal", "40", "97%", "70%", "not measured", "pass", ""],
        ["P2", "T2", "tumor", "40", "90%", "60%", "not measured", "warn", "mean_target_depth 40 is below 50 (warn)"],
        ["P3", "T3", "tumor", "not measured", "not measured", "not measured", "not measured", "pass", ""],
    ]


def test_a_point_is_drawn_of_each_value_of_the_table_and_no_other() -> None:
    figure, _ = parts(SMALL)
    drawn = [row for rows in figure.spec["datasets"].values() for row in rows if "verdict" in row]
    expected = [
        (row.sample, getattr(row, measure.column), row.status)
        for measure in MEASURES
        for row in SMALL.itertuples()
        if row.role == measure.role and not pd.isna(getattr(row, measure.column))
    ]
    assert sorted((row["sample"], row["value"], row["verdict"]) for row in drawn) == sorted(expected)
    lines = [row for rows in figure.spec["datasets"].values() for row in rows if set(row) == {"row", "value"}]
    assert {"row": "Tumors, mean depth", "value": 80.0} in lines and len(lines) == len(MEASURES)


@pytest.mark.parametrize("n", [1, 3, 1000])
def test_any_number_of_samples_is_drawn(n: int) -> None:
    rows = [
        (f"P{i}", f"P{i}-T", "tumor", "fail" if i % 7 == 3 else "pass", None, 30.0 + i % 200, 99.0, 80 + i % 20, 70.0)
        for i in range(n)
    ]
    figure, samples = parts(qc(*rows))
    assert svg(figure.spec).startswith("<svg") and len(samples.rows) == n
    assert f"n\u00a0=\u00a0{n:,}" in json.dumps(figure.spec, ensure_ascii=False) and "Normals" not in figure.alt


def test_where_nothing_was_measured_or_given_a_sentence_says_so() -> None:
    of = pd.DataFrame({"patient": ["P1"]})
    (said,) = depth(Tables(cohort=of, qc=SMALL[SMALL["mean_target_depth"].isna()]))
    assert "No depth was measured" in said.text and "1 sample" in said.text
    (said,) = depth(Tables(cohort=of))
    assert "--qc" in said.text
