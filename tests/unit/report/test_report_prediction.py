"""The prediction on the page: its rows, its model and its curves, and what is said where there is none."""

from __future__ import annotations

import pandas as pd

from biomarkers.io import schemas
from biomarkers.report.blocks import Paragraph, Table
from biomarkers.report.given import Tables
from biomarkers.report.sections.prediction import prediction

COHORT = pd.DataFrame({"patient": ["A"]})


def frame(schema: str, *rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=schemas.columns(schema))


def test_rows_model_and_curves() -> None:
    row = {"role": "exploratory", "marker_class": "declared", "endpoint": "response", "marker": "a + b"}
    row |= {"method": "nested_cv", "p_value": 0.01, "q_value": 0.02}
    kinds = {"auc": 0.71, "brier": 0.12, "calibration_intercept": -0.1, "calibration_slope": 1.1}
    results = frame("results", *(row | {"estimate": it, "estimate_type": kind} for kind, it in kinds.items()))
    model = {"endpoint": "response", "model": "a + b", "same_sign": 0.9, "fold_lowest": 0.1, "fold_highest": 0.4}
    models = frame(
        "models", model | {"term": "a: per unit of x", "marker": "a", "per": 1.0, "coefficient": 0.25, "n": 40}
    )
    about = {"endpoint": "response", "model": "a + b", "n": 10}
    curves = frame(
        "curves",
        about | {"curve": "calibration", "x": 0.25, "estimate": 0.3, "ci_low": 0.067, "ci_high": 0.65},
        about | {"curve": "net_benefit", "x": 0.05, "estimate": 0.4, "treat_all": 0.39},
    )
    tables = [
        b for b in prediction(Tables(COHORT, results=results, models=models, curves=curves)) if isinstance(b, Table)
    ]
    assert [one.caption for one in tables] == [
        "How well the model predicts",
        "The model",
        "Calibration",
        "Decision curve",
    ]
    # The permutations are of the AUC: no other estimate has their p.
    heads = [column.title for column in tables[0].columns]
    assert [[cells[heads.index(one)].text for one in "pq"] for cells in tables[0].rows] == [
        ["0.010", "0.020"],
        *[["", ""]] * 3,
    ]
    assert [cell.text for cell in tables[1].rows[0]][:2] == ["A: per unit", "0.25"]
    assert "90%" in [cell.text for cell in tables[1].rows[0]]
    assert [cell.text for cell in tables[3].rows[0]] == ["0.05", "0.4", "0.39", "10"]


def test_no_prediction_is_said() -> None:
    (block,) = prediction(Tables(COHORT, results=frame("results").head(0)))
    assert isinstance(block, Paragraph) and "no prediction" in block.text
