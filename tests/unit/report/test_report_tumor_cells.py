"""The burden by tumor cells: rows counted by hand."""

from __future__ import annotations

import json

import pandas as pd

from biomarkers.report.drawing import svg
from biomarkers.report.sections import tumor_cells

COLUMNS = [
    "patient", "sample", "definition", "tmb_per_mb", "callable_mb", "purity", "tumor_content", "n_below_threshold",
    "n_threshold_free", "lower_bound",
]  # fmt: skip
TMB = pd.DataFrame(
    [
        ("P1", "T1", "merino_wes", 2.0, 2.0, 0.9, 0.2, 6, 10, 1),
        ("P1", "T1", "nonsynonymous", 3.0, 2.0, 0.9, 0.2, 6, 12, 1),
        ("P2", "T2", "merino_wes", 4.0, 2.0, 0.3, None, 0, 8, 0),
        ("P3", "T3", "merino_wes", 6.0, 2.0, None, 1.0, 1, 14, 0),
        ("P4", "T4", "merino_wes", 8.0, 2.0, None, None, None, None, 0),
        ("P5", "T5", "merino_wes", None, 2.0, None, 0.1, 0, 1, None),
    ],
    columns=COLUMNS,
)


def test_one_row_for_each_share_of_tumor_cells() -> None:
    table, figure = tumor_cells.tumor_cells(TMB)
    shown = [[cell.text for cell in row] for row in table.rows]
    assert shown == [
        ["below 30%", "1", "2", "5", "6", "1"],
        ["30% to below 60%", "1", "4", "4", "0", "0"],
        ["60% and above", "1", "6", "7", "1", "0"],
        ["not told", "1", "8", "8", "0", "0"],
    ]
    assert figure.alt == "Burden of 3 samples against tumor cells; 1 lower bound"
    assert "n = 3 samples; 1 is not drawn, of unknown share." in figure.caption
    assert "stated purity" in json.dumps(figure.spec) and svg(figure.spec).startswith("<svg")


def test_a_table_that_tells_no_tumor_cells_draws_nothing() -> None:
    older = TMB.drop(columns=["purity", "tumor_content", "n_below_threshold", "n_threshold_free", "lower_bound"])
    assert [block.kind for block in tumor_cells.tumor_cells(older)] == ["table"]
    assert tumor_cells.tumor_cells(TMB[TMB["tmb_per_mb"].isna()]) == []
