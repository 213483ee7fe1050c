"""The model that predicts an endpoint: how well, its coefficients, calibration and net benefit."""

from __future__ import annotations

from typing import Any

from biomarkers.report import wording
from biomarkers.report.blocks import Block, Column, Paragraph, absent, limits, numbers, table
from biomarkers.report.blocks import value_cell as value
from biomarkers.report.given import Tables
from biomarkers.report.numbers import bounds, missing, number
from biomarkers.report.sections.associations import COMPARISON, FOUND, METHOD, WHO

EXPLANATION = (
    "The prediction of each patient is that of a model that had not seen the patient. The p of the AUC or the "
    "concordance is the share of shuffled outcomes, each through the same cross-validation, that reach it."
)
COEFFICIENTS = (
    "Coefficients are per standard deviation; a sign that changes between folds is one that these data do not decide."
)


def prediction(given: Tables) -> list[Block]:
    """The rows of the prediction, then its model and its curves where they are given."""
    if given.results is None:
        return [absent("The table of results", "--results")]
    rows = given.tests()
    rows = rows[rows["method"].eq("nested_cv")]
    if rows.empty:
        return [Paragraph("The plan asks for no prediction.", "absent")]
    blocks: list[Block] = [Paragraph(EXPLANATION)]
    blocks.append(
        table("How well the model predicts", wording.each(rows), [*WHO, COMPARISON, METHOD, *FOUND], of="results")
    )
    if given.models is not None and not given.models.empty:
        columns = [
            Column("Term", _term, room="some", source="term"),
            Column("Coefficient", lambda row: value(row.coefficient, number(row.coefficient)), True),
            Column("Over the folds", lambda row: bounds(row.fold_lowest, row.fold_highest), True),
            Column("Same sign", lambda row: value(row.same_sign, f"{row.same_sign:.0%}"), True),
            numbers("n", "n"),
        ]
        blocks += [Paragraph(COEFFICIENTS), table("The model", wording.each(given.models), columns, of="models")]
    if given.curves is not None and not given.curves.empty:
        blocks += _curves(given)
    return blocks


def _term(row: Any) -> str:
    """A term of a model: its marker, and what its coefficient stands for.

    The intercept has no marker, and tables of version 0.1 have none at all.
    """
    if missing(row.marker):
        return str(row.term)
    return f"{wording.short_label(row.marker)}: {wording.in_units(row) or f'{row.first} vs {row.second}'}"


def _curves(given: Tables) -> list[Block]:
    """Calibration by group of predicted probabilities, and net benefit by threshold."""
    assert given.curves is not None
    of_groups = given.curves[given.curves["curve"].eq("calibration")]
    of_thresholds = given.curves[given.curves["curve"].eq("net_benefit")]
    calibration = [
        Column("Mean predicted probability", lambda row: value(row.x, number(row.x)), True),
        Column("Observed", lambda row: value(row.estimate, number(row.estimate)), True),
        limits(),
        numbers("n", "n"),
    ]
    benefit = [
        Column("Threshold", lambda row: value(row.x, number(row.x)), True),
        Column("Net benefit", lambda row: value(row.estimate, number(row.estimate)), True),
        Column("Treat all", lambda row: value(row.treat_all, number(row.treat_all)), True),
        numbers("Patients treated", "n"),
    ]
    return [
        table("Calibration", wording.each(of_groups), calibration, of="curves", aside=True),
        table("Decision curve", wording.each(of_thresholds), benefit, of="curves", aside=True),
    ]
