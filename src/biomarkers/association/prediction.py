"""Does a model of several markers foretell the endpoint in patients it has not seen? Nested cross-validation."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from biomarkers.association import contrasts, interval_markers, multivariable
from biomarkers.association.results import Row, new_row
from biomarkers.association.specification import Plan, Prediction
from biomarkers.association.values import Cohort
from biomarkers.stats import ranks
from biomarkers.stats.intervals import Interval, Tested, joined
from biomarkers.stats.logistic import logistic

Floats = npt.NDArray[np.float64]

FEWEST = 10
"""Patients in the smaller class below which no model is judged (docs/methods.md, 6)."""

FOLDS = 5
INNER_FOLDS = 3
PENALTIES = (0.01, 0.1, 1.0)
"""Ridge penalties (inverse strength) that the inner folds choose from."""


def prediction_rows(cohort: Cohort, plan: Plan, asked: Prediction) -> list[Row]:
    """AUC with interval and permutation p, Brier score and calibration slope; one row with the reason when refused."""
    outcome = cohort.outcomes[asked.endpoint]
    measures = [cohort.covariates[name] for name in asked.features]
    used = cohort.usable(outcome, *(m.value for m in measures))
    event = outcome.event[used]
    smaller = int(min(event.sum(), len(event) - event.sum()))
    features = ", ".join(asked.features)
    contrast = contrasts.two_groups(*outcome.labels, outcome.event)
    name = " + ".join(asked.features)
    row = new_row(outcome, name, used, "nested_cv", contrast, estimate_type="auc", corrected_with="prediction")
    row = row.noted(interval_markers.left_out(cohort, outcome, measures))
    columns = [column.values for m in measures for column in multivariable.terms(m, used)]
    if smaller < FEWEST or not columns:
        why = f"{smaller} patients in the smaller class, fewer than {FEWEST}: a model cannot be judged"
        return [row.noted(f"refused: {why}" if columns else "refused: one value only")]
    x = np.column_stack(columns)
    random = np.random.default_rng(plan.seed)
    forecasts = np.mean([_out_of_fold(x, event, random) for _ in range(asked.repeats)], axis=0)
    area = ranks.auc(forecasts[event == 1], forecasts[event == 0])
    null = np.array([_area(x, random.permutation(event), random) for _ in range(asked.permutations)])
    p = (1 + int((null >= area.estimate).sum())) / (1 + len(null))
    note = (
        f"ridge logistic model of {features}; {asked.repeats} x {FOLDS}-fold nested cross-validation; one-sided p by "
        f"{asked.permutations} permutations of the outcome, seed {plan.seed}"
    )
    brier = float(((forecasts - event) ** 2).mean())
    base = float((event.mean() - event) ** 2 @ np.ones(len(event)) / len(event))
    per_unit = logistic(_logit(forecasts)[:, None], event, penalised=True).terms[0].ratio
    slope = Interval(*(float(np.log(ratio)) for ratio in per_unit))
    return [
        replace(row, estimate=area, tested=Tested(p_value=p, note=joined(note, row.tested.note))),
        replace(row, estimate=Interval(brier), estimate_type="brier").noted(
            f"{base:.3g} without a model; smaller is better"
        ),
        replace(row, estimate=slope, estimate_type="calibration_slope").noted(
            "1 is right, below 1 the forecasts are too extreme"
        ),
    ]


def _out_of_fold(x: Floats, event: Floats, random: np.random.Generator) -> Floats:
    """Probability for each patient from models that were scaled, tuned and fitted without that patient's fold."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    outer, inner = (
        StratifiedKFold(folds, shuffle=True, random_state=int(random.integers(1 << 31)))
        for folds in (FOLDS, INNER_FOLDS)
    )
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    search = GridSearchCV(pipeline, {"logisticregression__C": PENALTIES}, scoring="neg_log_loss", cv=inner)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forecast = cross_val_predict(search, x, event.astype(int), cv=outer, method="predict_proba")
    return np.asarray(forecast[:, 1], dtype=np.float64)


def _area(x: Floats, event: Floats, random: np.random.Generator) -> float:
    forecast = _out_of_fold(x, event, random)
    return ranks.auc(forecast[event == 1], forecast[event == 0]).estimate


def _logit(share: Floats) -> Floats:
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
