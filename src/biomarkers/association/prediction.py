"""Does a model of several markers foretell the endpoint in patients it has not seen? Nested cross-validation.

Its forecasts, the models and how they are calibrated are tables beside the rows (docs/methods.md, 6.11 and 6.27).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from biomarkers.association import contrasts, guarantee_time, interval_markers, multivariable
from biomarkers.association.contrasts import Contrast
from biomarkers.association.rows import Row, new_row
from biomarkers.association.specification import Plan, Prediction
from biomarkers.association.values import Cohort, Outcome
from biomarkers.errors import count
from biomarkers.io import schemas, tables
from biomarkers.io.progress import Progress
from biomarkers.stats import forecasts, ranks, ridge
from biomarkers.stats.arrays import Floats
from biomarkers.stats.cox import cox
from biomarkers.stats.intervals import Interval, Tested, joined
from biomarkers.stats.logistic import logistic

FEWEST = 10
"""Patients in the smaller class (events, of a time) below which no model is judged (docs/methods.md, 6.11)."""


class Judged(NamedTuple):
    """Rows of the result table, and the tables `models`, `predictions` and `curves`; empty when refused."""

    rows: list[Row]
    models: pd.DataFrame
    predictions: pd.DataFrame
    curves: pd.DataFrame


class _Data(NamedTuple):
    """What a model is made of. x: patients x columns; time: None for a binary endpoint; terms: a row a column."""

    x: Floats
    event: Floats
    time: Floats | None
    terms: list[dict[str, object]]


def empty() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The three tables without rows."""
    models, predictions, curves = (tables.of_rows([], name) for name in ("models", "predictions", "curves"))
    return models, predictions, curves


def judge(cohort: Cohort, plan: Plan, asked: Prediction) -> Judged:
    """AUC or concordance with interval and permutation p, and calibration; one row with the reason when refused."""
    outcome = cohort.outcomes[asked.endpoint]
    measures = [cohort.covariates[name] for name in asked.features]
    used = cohort.usable(outcome, *(m.value for m in measures))
    event = outcome.event[used]
    name = " + ".join(asked.features)
    contrast = Contrast("") if outcome.time is not None else contrasts.two_groups(*outcome.labels, outcome.event)
    kind = "auc" if outcome.time is None else "concordance"
    row = new_row(outcome, name, used, "nested_cv", contrast, estimate_type=kind, corrected_with="prediction")
    guarantee = guarantee_time.note(plan, outcome, asked.features)
    row = row.noted(interval_markers.left_out(cohort, outcome, measures), guarantee)
    columns = [column for m in measures for column in multivariable.terms(m, used)]
    if why := _refused(outcome, event, columns):
        return Judged([row.untested(why)], *empty())
    time = None if outcome.time is None else outcome.time[used]
    data = _Data(multivariable.design(columns), event, time, [_term(column) for column in columns])
    random = np.random.default_rng(plan.seed)
    repeats = [ridge.cross_validated(data.x, event, time, random) for _ in range(asked.repeats)]
    forecast = _mean_forecast(repeats, time)
    ability = _ability(forecast, event, time)
    null, bounded = _null(data, asked, random)
    p = (1 + sum(value >= ability.estimate for value in null)) / (1 + len(null))
    model = "ridge logistic" if time is None else "ridge Cox"
    note = (
        f"{model} model of {', '.join(asked.features)}; {asked.repeats} x {ridge.FOLDS}-fold nested cross-validation; "
        f"one-sided p by {len(null)} permutations of the outcome, each through all of it, seed {plan.seed}; "
        f"they reach {np.mean(null):.3g} on average, which stands for no association in place of 0.5, with a standard "
        f"deviation of {np.std(null):.2g}, since models vary with the folds; the interval takes them as they are"
    )
    if time is not None and plan.strata:
        note = joined(note, "strata are not in the model")
    row = replace(row, estimate=ability, tested=Tested(p_value=p, note=joined(note, bounded, row.tested.note)))
    rows = [row, *_calibration(row, forecast, event, time)]
    whole = ridge.tuned(data.x, event, time, np.ones((1, len(event)), dtype=bool), int(random.integers(1 << 31)))
    about = {"endpoint": asked.endpoint, "model": name}
    models = _models(data, whole, repeats).assign(**about)
    patients = np.array(cohort.patients, dtype=object)[used]
    return Judged(
        rows,
        models[[column for column in schemas.columns("models") if column in models]],
        _predictions(patients, data, repeats).assign(**about)[empty()[1].columns],
        _curves(forecast, data).assign(**about)[empty()[2].columns],
    )


def _refused(outcome: Outcome, event: Floats, columns: list[multivariable.Column]) -> str:
    """Why no model can be judged; empty when it can."""
    smaller = int(min(event.sum(), len(event) - event.sum()))
    said = f"{count(smaller, 'patient')} in the smaller class"
    if outcome.time is not None:
        smaller = int(event.sum())
        said = count(smaller, "event")
    if smaller < FEWEST:
        return f"{said}, fewer than {FEWEST}: a model cannot be judged"
    # without a term that differs the forecasts would be the shares of the folds, and have an AUC
    return "one value only" if all(np.ptp(column.values) == 0 for column in columns) else ""


def _term(column: multivariable.Column) -> dict[str, object]:
    """What a coefficient is of, as the table of models names it."""
    contrast = column.contrast
    return {
        "term": f"{column.marker}: {contrast.text}",
        "marker": column.marker,
        "first": contrast.first,
        "second": contrast.second,
        **dict(zip(("per", "per_named", "transform"), contrast.unit, strict=True)),
    }


def _ability(forecast: Floats, event: Floats, time: Floats | None) -> Interval:
    if time is None:
        return ranks.auc(forecast[event == 1], forecast[event == 0])
    return forecasts.concordance(forecast, time, event)


def _mean_forecast(repeats: list[ridge.Repeat], time: Floats | None) -> Floats:
    """Mean over repeats: of the probability, or of a Cox model's linear predictor."""
    predictors = np.array([repeat.predictor for repeat in repeats])
    return np.asarray((predictors if time is not None else _probability(predictors)).mean(axis=0))


def _null(data: _Data, asked: Prediction, random: np.random.Generator) -> tuple[list[float], str]:
    """What shuffled outcomes reach by all that was done with the real one; and what to say if the bound cut it short.

    The bound counts fits and not seconds, so that another computer gives the same p.
    """
    size = max(1.0, len(data.x) * (data.x.shape[1] + 1) ** 2 / 10_000)
    each = asked.repeats * ridge.fits_of_a_repeat() * size
    number = int(min(asked.permutations, max(19, asked.most_fits // each)))
    null = []
    progress = Progress(f"permutations of the prediction of {asked.endpoint}", number)
    for _ in range(number):
        order = random.permutation(len(data.event))
        event, time = data.event[order], None if data.time is None else data.time[order]
        repeats = [ridge.cross_validated(data.x, event, time, random) for _ in range(asked.repeats)]
        null.append(_ability(_mean_forecast(repeats, time), event, time).estimate)
        progress.add()
    short = number < asked.permutations
    return null, f"of {asked.permutations} permutations asked, as most_fits allows" if short else ""


def _calibration(row: Row, forecast: Floats, event: Floats, time: Floats | None) -> list[Row]:
    """Brier score, calibration intercept and slope; of a time to an event the slope alone."""
    tested = row.tested._replace(note="")
    slope_note = "1 is right, below 1 the predictions are too extreme"
    if time is not None:
        ratio = cox(forecast[:, None], time, event).terms[0].logarithm
        return [replace(row, estimate=ratio, estimate_type="calibration_slope", tested=tested).noted(slope_note)]
    logits = _logit(forecast)
    per_unit = logistic(logits[:, None], event, penalised=True).terms[0].ratio
    slope = Interval(*(float(np.log(ratio)) for ratio in per_unit))
    base = float(((event.mean() - event) ** 2).mean())
    brier = Interval(float(((forecast - event) ** 2).mean()))
    shift = forecasts.calibration_intercept(logits, event)
    found = (
        ("brier", brier, f"{base:.3g} without a model; smaller is better"),
        ("calibration_intercept", shift, "0 is right, above 0 the predicted probabilities are too low"),
        ("calibration_slope", slope, slope_note),
    )
    return [
        replace(row, estimate=estimate, estimate_type=kind, tested=tested).noted(said) for kind, estimate, said in found
    ]


def _models(data: _Data, whole: ridge.Scaled, repeats: list[ridge.Repeat]) -> pd.DataFrame:
    """The model of all patients, and how its coefficients vary over the folds, all per SD of all patients."""
    models = ridge.Scaled(*(np.concatenate(parts) for parts in zip(*(one.models for one in repeats), strict=True)))
    folds = models.coefficients / models.scale * whole.scale
    sign = np.sign(folds) == np.sign(whole.coefficients)
    table = pd.DataFrame(data.terms).assign(
        coefficient=whole.coefficients[0],
        centre=whole.centre[0],
        scale=whole.scale[0],
        fold_lowest=folds.min(axis=0),
        fold_median=np.median(folds, axis=0),
        fold_highest=folds.max(axis=0),
        same_sign=sign.mean(axis=0),
    )
    if data.time is None:
        shift = (whole.centre - models.centre) / models.scale * models.coefficients
        own = models.intercept + shift.sum(axis=1)
        spread = {"fold_lowest": own.min(), "fold_median": np.median(own), "fold_highest": own.max()}
        same = float((np.sign(own) == np.sign(whole.intercept)).mean())
        first = {"term": "intercept", "coefficient": whole.intercept[0], "same_sign": same} | spread
        table = pd.concat([pd.DataFrame([first]), table], ignore_index=True)
    return table.assign(penalty=1 / whole.penalty[0], n=len(data.event), n_models=len(models.penalty))


def _predictions(patients: npt.NDArray[np.object_], data: _Data, repeats: list[ridge.Repeat]) -> pd.DataFrame:
    """A row per patient and repeat: the forecast by a model that had not seen the patient."""
    parts = []
    for number, repeat in enumerate(repeats, start=1):
        forecast = repeat.predictor if data.time is not None else _probability(repeat.predictor)
        own = {"patient": patients, "repeat": number, "fold": repeat.fold, "forecast": forecast, "event": data.event}
        parts.append(pd.DataFrame(own | {"time": np.nan if data.time is None else data.time}))
    return pd.concat(parts, ignore_index=True).astype({"event": "Int64"})


def _curves(forecast: Floats, data: _Data) -> pd.DataFrame:
    """Calibration and net benefit of the mean forecasts; none of a time to an event."""
    if data.time is not None:
        return empty()[2]
    made = {
        "calibration": forecasts.calibration_curve(forecast, data.event),
        "net_benefit": forecasts.decision_curve(forecast, data.event),
    }
    return pd.DataFrame(
        [
            {
                "curve": curve,
                "x": point.x,
                "n": point.n,
                "estimate": point.observed.estimate,
                "ci_low": point.observed.low,
                "ci_high": point.observed.high,
                "treat_all": point.treat_all,
            }
            for curve, points in made.items()
            for point in points
        ]
    )


def _probability(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -700, 700))))


def _logit(share: Floats) -> Floats:
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
